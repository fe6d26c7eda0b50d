// One message as elements: who says it, text, attachments, buttons. Patched in place when it is edited.

import { arrows, dress, dressBot, icon, iconButton, make } from "./dom.js";
import { follow, rich } from "./rich.js";
import { clock } from "./times.js";

const TAP_LIVES_MS = 15_000;

function stamp(message) {
  const time = clock(message.date);
  return make("span", { className: "stamp" }, message.edit_date ? `edited ${time}` : time);
}

function attachment(message) {
  if (message.contact) {
    const face = make("span", { className: "avatar" });
    dress(face, { ...message.contact, id: message.contact.user_id ?? 0 });
    const name = [message.contact.first_name, message.contact.last_name].filter(Boolean).join(" ");
    return make("span", { className: "card" }, face, make("span", {}, make("b", {}, name), make("small", {}, message.contact.phone_number)));
  }
  if (message.photo) {
    const { file_id: file, width, height } = message.photo.at(-1);
    return make("img", { className: "photo", src: `/town/files/${file}`, alt: "A picture", width, height, loading: "lazy" });
  }
  if (message.sticker) return make("span", { className: "sticker" }, message.sticker.emoji);
  if (message.voice) return make("span", { className: "card" }, `Voice message, ${message.voice.duration} s`);
  if (message.location) return make("span", { className: "card" }, `A place: ${message.location.latitude}, ${message.location.longitude}`);
  if (message.document) {
    const { file_id: file, file_name: name, file_size: size } = message.document;
    const words = make("span", {}, make("b", {}, name), make("small", {}, `${Math.max(1, Math.round(size / 1024))} KB`));
    return make("a", { className: "card", href: `/town/files/${file}`, download: name }, make("span", { className: "icon" }, icon("file")), words);
  }
  return null;
}

/** In whose name a message stands: a person, the bot, a channel, or the group itself. */
export function author(message) {
  const chat = message.sender_chat;
  return chat ? { id: chat.id, first_name: chat.title } : (message.from ?? { id: 0, first_name: "" });
}

function bubbleParts(message, act) {
  const replied = message.is_topic_message && message.reply_to_message?.forum_topic_created ? null : message.reply_to_message;
  const origin = message.forward_origin;
  const from = origin && (origin.sender_user?.first_name ?? origin.sender_chat?.title ?? origin.chat?.title ?? "somebody");
  const { id, first_name: name } = author(message);
  return [
    act.inGroup ? make("span", { className: `author name-${Math.abs(id) % 6}` }, name) : null,
    origin ? make("span", { className: "origin" }, `Forwarded from ${from}`) : null,
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
    this.isMine = author(message).id === act.me;
    this.face = make("span", { className: "avatar small speaker" });
    this.face.setAttribute("aria-hidden", "true");
    if (author(message).id === act.bot.id) dressBot(this.face);
    else dress(this.face, author(message));
    this.element.append(this.face);
    this.element.classList.toggle("mine", this.isMine);
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
    const labels = JSON.stringify(rows.map((row) => row.map((key) => [key.text, key.url])));
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
    if (key.url) {
      button.classList.add("out");
      button.addEventListener("click", () => follow(key.url, this.act));
    }
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
    if (this.isMine && this.message.text && !this.message.forward_origin) tools.unshift(iconButton("edit", "Edit", () => this.act.edit(this.message)));
    tools.push(iconButton("dots", "Forward or delete", () => this.act.openMessageMenu(this.message)));
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
