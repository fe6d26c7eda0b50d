// A text with its entities as elements, and what its links do. Offsets are UTF-16 code units, as JavaScript's strings are.

import { make } from "./dom.js";

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

/** Text nodes and elements for a text with entities. */
export function rich(text, entities, act) {
  const build = (from, to, inside) => {
    const nodes = [];
    let at = from;
    for (let place = 0; place < inside.length; place += 1) {
      const entity = inside[place];
      const [begin, end] = [entity.offset, Math.min(entity.offset + entity.length, to)];
      if (begin < at || end <= begin) continue;
      if (begin > at) nodes.push(text.slice(at, begin));
      const within = inside.slice(place + 1).filter((other) => other.offset < end);
      nodes.push(dressed(entity, text.slice(begin, end), build(begin, end, within), act));
      at = end;
    }
    if (at < to) nodes.push(text.slice(at, to));
    return nodes;
  };
  return build(0, text.length, entities);
}

function dressed(entity, plain, children, act) {
  if (TAGS[entity.type]) return make(TAGS[entity.type], {}, ...children);
  if (entity.type === "spoiler") {
    const spoiler = make("span", { className: "spoiler", tabIndex: 0 }, ...children);
    spoiler.addEventListener("click", () => spoiler.classList.add("open"));
    return spoiler;
  }
  if (entity.type === "bot_command") {
    return make("button", { type: "button", className: "command", on: { click: () => act.say(plain) } }, ...children);
  }
  if (entity.type === "url" || entity.type === "text_link") return anchor(entity.url ?? plain, children, act);
  return make("span", { className: entity.type.endsWith("mention") ? "mention" : "" }, ...children);
}

/** A link out; one that Telegram itself would open is opened here. Only http and https are followed. */
function anchor(address, children, act) {
  const inside = insideLink(address, act);
  const out = withScheme(address);
  if (!inside && !out) return make("span", {}, ...children);
  const link = make("a", { href: out ?? "#", target: "_blank", rel: "noopener noreferrer" }, ...children);
  if (inside) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      inside();
    });
  }
  return link;
}

/** Opens an address as Telegram's app does when its button is pressed. */
export function follow(address, act) {
  const inside = insideLink(address, act);
  if (inside) inside();
  else if (withScheme(address)) window.open(withScheme(address), "_blank", "noopener,noreferrer");
}

function withScheme(address) {
  if (/^https?:\/\//i.test(address)) return address;
  return /^t\.me\//i.test(address) ? `https://${address}` : null;
}

/** What a t.me link means inside the town: press Start with a code, open the chat, or share. Null for any other. */
function insideLink(address, act) {
  let url;
  try {
    url = new URL(withScheme(address) ?? "");
  } catch {
    return null;
  }
  if (!/^(www\.)?(t|telegram)\.me$/i.test(url.hostname)) return null;
  const [first, second] = url.pathname.slice(1).split("/");
  if (first === "share") return () => act.share([url.searchParams.get("text"), url.searchParams.get("url")].filter(Boolean).join("\n"));
  if (second || first.toLowerCase() !== act.bot.username.toLowerCase()) return null;
  const code = url.searchParams.get("start");
  if (code === null) return () => act.openBot();
  return /^[\w-]{0,64}$/.test(code) ? () => act.start(code) : null;
}
