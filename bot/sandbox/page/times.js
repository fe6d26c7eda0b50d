// Moments as the town's clocks show them: in the town's own zone, wherever the browser thinks it is.

let zone;
const formats = new Map();

/** The IANA name of the town's zone. */
export function setZone(name) {
  if (zone === name) return;
  zone = name;
  formats.clear();
}

export const clock = (seconds) => format("clock", { hour: "2-digit", minute: "2-digit" }, seconds);
export const day = (seconds) => format("day", { weekday: "long", day: "numeric", month: "long" }, seconds);
export const shortDay = (seconds) => format("short", { weekday: "short", day: "numeric", month: "short" }, seconds);
export const second = (seconds) => format("second", { hour: "2-digit", minute: "2-digit", second: "2-digit" }, seconds);

/** How far ahead, for people: "2 h", "1 day 3 h". */
export function span(seconds) {
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor((seconds % 86_400) / 3_600), Math.floor((seconds % 3_600) / 60)];
  const parts = [days && `${days} day${days === 1 ? "" : "s"}`, hours && `${hours} h`, !days && minutes && `${minutes} min`].filter(Boolean);
  return parts.join(" ") || "less than a minute";
}

function format(name, options, seconds) {
  if (!formats.has(name)) formats.set(name, new Intl.DateTimeFormat(undefined, { ...options, hourCycle: "h23", timeZone: zone }));
  return formats.get(name).format(new Date(seconds * 1000));
}
