// Makes elements. Text of people and bots only ever becomes text nodes, never markup.

export function make(tag, options = {}, ...children) {
  const { on = {}, data = {}, ...properties } = options;
  const element = Object.assign(document.createElement(tag), properties);
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  Object.assign(element.dataset, data);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

export function iconButton(name, label, onClick, className = "quiet round") {
  const button = make("button", { type: "button", className, title: label, on: { click: onClick } }, icon(name));
  button.setAttribute("aria-label", label);
  return button;
}

export function dress(avatar, person) {
  const initials = [person.first_name, person.last_name].filter(Boolean).map((name) => [...name][0]).join("");
  avatar.textContent = initials.toUpperCase();
  undress(avatar);
  avatar.classList.add(`tone-${Math.abs(person.id) % 6}`);
}

export function dressBot(avatar) {
  undress(avatar);
  avatar.classList.add("bot");
  avatar.replaceChildren(icon("mark"));
}

function undress(avatar) {
  avatar.classList.remove("bot", ...[...avatar.classList].filter((name) => name.startsWith("tone-")));
}

/** Moves the focus with the arrow keys among the buttons of a grid of rows, or up and down a list. */
export function arrows(event, rows) {
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (!steps) return;
  const row = rows.findIndex((buttons) => buttons.includes(document.activeElement));
  if (row < 0) return;
  const column = rows[row].indexOf(document.activeElement);
  const target = rows[row + steps[0]];
  const next = target && target[steps[0] ? Math.min(column, target.length - 1) : column + steps[1]];
  if (next) {
    event.preventDefault();
    next.focus();
  }
}

/** A modal dialog whose form says what was chosen; `null` when it was closed otherwise. */
export function ask(dialog) {
  const form = dialog.querySelector("form");
  dialog.querySelector('[value="cancel"]').onclick = () => dialog.close("cancel");
  dialog.returnValue = "cancel";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "ok" ? new FormData(form) : null), { once: true });
  });
}
