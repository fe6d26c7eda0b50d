// Talks with the town: reads, writes, and the stream of changes. Knows nothing of how anything looks.

export async function read(path) {
  const answer = await fetch(`/town/${path}`);
  if (!answer.ok) throw new Error((await answer.json()).why);
  return answer.json();
}

export async function write(path, body = {}) {
  const answer = await fetch(`/town/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.why);
  return said;
}

/** Calls `onChange` for each change, and `onOpen` whenever the stream begins anew (what came between was missed). */
export function follow({ onOpen, onChange, onLost }) {
  const stream = new EventSource("/town/events");
  stream.onopen = onOpen;
  stream.onerror = onLost;
  stream.onmessage = (event) => onChange(JSON.parse(event.data));
}
