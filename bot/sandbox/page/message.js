// One message as elements: text with its entities, attachments, buttons. Patched in place when it is edited.

import { arrows, dress, icon, iconButton, make } from "./dom.js";

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const TAP_LIVES_MS = 15_000;
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** Text nodes and elements for a text with entities. Offsets are UTF-16 code units, as JavaScript's strings are. */
function rich(text, entities, act) {
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
  if (entity.type === "url" || entity.type === "text_link") return link(entity.url ?? plain, children, act);
  return make("span", {}, ...children);
}

/** A link out; the bot's own start link presses Start here instead. Only http and https are followed. */
function link(address, children, act) {
  if (!/^https?:\/\//i.test(address)) return make("span", {}, ...children);
  const anchor = make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...children);
  const code = new RegExp(`^https?://t\\.me/${act.bot.username}\\?start=([\\w-]{1,64})$`, "i").exec(address);
  if (code) {
    anchor.addEventListener("click", (event) => {
      event.preventDefault();
      act.start(code[1]);
    });
  }
  return anchor;
}

function stamp(message) {
  const time = clock.format(new Date(message.date * 1000));
  return make("span", { className: "stamp" }, message.edit_date ? `edited ${time}` : time);
}

function attachment(message) {
  if (message.contact) {
    const face = make("span", { className: "avatar" });
    dress(face, { ...message.contact, id: message.contact.user_id ?? 0 });
    const name = [message.contact.first_name, message.contact.last_name].filter(Boolean).join(" ");
    return make("span", { className: "card" }, face, make("span", {}, make("b", {}, name), make("small", {}, message.contact.phone_number)));
  }
  if (message.document) {
    const { file_id: file, file_name: name, file_size: size } = message.document;
    const words = make("span", {}, make("b", {}, name), make("small", {}, `${Math.max(1, Math.round(size / 1024))} KB`));
    return make("a", { className: "card", href: `/town/files/${file}`, download: name }, make("span", { className: "icon" }, icon("file")), words);
  }
  return null;
}

function bubbleParts(message, act) {
  const replied = message.reply_to_message;
  const origin = message.forward_origin?.sender_user;
  return [
    origin ? make("span", { className: "origin" }, `Forwarded from ${origin.first_name}`) : null,
    replied ? make("span", { className: "quote" }, replied.text ?? replied.caption ?? "message") : null,
    attachment(message),
    ...rich(message.text ?? message.caption ?? "", message.entities ?? message.caption_entities ?? [], act),
    stamp(message),
  ];
}

export class MessageView {
  constructor(message, act) {
    this.act = act;
    this.bubble = make("div", { className: "bubble" });
    this.keys = make("div", { className: "keys", hidden: true, on: { keydown: (event) => this.#onKey(event) } });
    this.keys.setAttribute("role", "group");
    this.keys.setAttribute("aria-label", "Buttons of this message");
    this.tools = make("div", { className: "tools" });
    this.element = make("article", { className: "message", data: { id: message.message_id } }, this.bubble, this.keys, this.tools);
    this.element.classList.toggle("mine", !message.from.is_bot);
    this.patch(message, { silent: true });
  }

  /** Shows the message as it is now. Buttons that keep their labels keep their elements, and so the focus. */
  patch(message, { silent = false } = {}) {
    const before = this.message;
    this.message = message;
    if (!before || said(before) !== said(message)) {
      this.bubble.replaceChildren(...bubbleParts(message, this.act).filter((part) => part !== null));
      if (!silent) this.#blink();
    }
    this.#patchKeys(message.reply_markup?.inline_keyboard ?? []);
    this.#patchTools();
  }

  answered(queryId) {
    for (const button of this.keys.querySelectorAll("button")) {
      if (button.dataset.query === queryId) stopWaiting(button);
    }
  }

  #blink() {
    this.bubble.classList.remove("changed");
    requestAnimationFrame(() => this.bubble.classList.add("changed"));
  }

  #patchKeys(rows) {
    const labels = JSON.stringify(rows.map((row) => row.map((key) => key.text)));
    if (labels === this.labels) return;
    this.labels = labels;
    const focused = this.keys.contains(document.activeElement);
    this.buttons = rows.map((row, place) => row.map((key, column) => this.#button(key, place, column)));
    this.keys.replaceChildren(...this.buttons.map((row) => make("div", { className: "row" }, ...row)));
    const flat = rows.flat().map((key) => key.text);
    this.isPad = [..."0123456789"].every((digit) => flat.includes(digit));
    this.keys.classList.toggle("pad", this.isPad);
    this.keys.setAttribute("aria-label", this.isPad ? "PIN pad: type the digits, or press the buttons" : "Buttons of this message");
    this.element.classList.toggle("wide", rows.length > 0);
    this.keys.hidden = rows.length === 0;
    if (focused) (this.buttons[0]?.[0] ?? this.act.rest).focus();
  }

  #button(key, row, column) {
    const button = make("button", { type: "button" }, key.text);
    button.classList.toggle("word", key.text.length > 1);
    if (key.url) button.addEventListener("click", () => link(key.url, [], this.act).click?.());
    else button.addEventListener("click", () => this.#tap(button, row, column));
    return button;
  }

  async #tap(button, row, column) {
    button.classList.add("waiting");
    button.setAttribute("aria-busy", "true");
    setTimeout(() => stopWaiting(button), TAP_LIVES_MS);
    const query = await this.act.tap(this.message.message_id, row, column);
    if (query && !this.act.isAnswered(query)) button.dataset.query = query;
    else stopWaiting(button);
  }

  #onKey(event) {
    arrows(event, this.buttons);
    if (!this.isPad || event.ctrlKey || event.metaKey || event.altKey) return;
    const wanted = event.key === "Backspace" ? "⌫" : event.key;
    const button = this.buttons.flat().find((each) => each.textContent === wanted);
    if (button) {
      event.preventDefault();
      button.click();
    }
  }

  #patchTools() {
    const tools = [iconButton("reply", "Reply", () => this.act.reply(this.message))];
    const editable = !this.message.from.is_bot && this.message.text && !this.message.forward_origin;
    if (editable) tools.unshift(iconButton("edit", "Edit", () => this.act.edit(this.message)));
    if (this.tools.childElementCount !== tools.length) this.tools.replaceChildren(...tools);
  }
}

function said(message) {
  const { reply_markup: _keys, edit_date: _when, ...rest } = message;
  return JSON.stringify(rest);
}

function stopWaiting(button) {
  button.classList.remove("waiting");
  button.removeAttribute("aria-busy");
  delete button.dataset.query;
}
