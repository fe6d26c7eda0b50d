// The foot of a phone: Start, Restart, or the composer with its commands, reply, edit and reply keyboard.

import { icon, iconButton, make } from "./dom.js";

export class Foot {
  constructor(element, popup, act) {
    this.element = element;
    this.popup = popup;
    this.act = act;
    this.context = null; // { kind: "reply" | "edit", message }
    this.hidesKeyboard = false;
    this.#build();
  }

  /** Shows what can be done in this chat now. */
  show(chat) {
    this.chat = chat;
    this.text.setAttribute("aria-label", `Message to ${this.act.place}`);
    const kind = chat.gone ? "gone" : chat.blocked ? "restart" : chat.started ? "composer" : "start";
    if (kind !== this.kind) {
      this.kind = kind;
      if (kind === "composer") this.element.replaceChildren(this.contextLine, this.composer, this.replyKeys);
      else this.element.replaceChildren(this.#bigButton(kind));
      if (this.begun && kind === "composer" && document.activeElement === document.body) this.text.focus(); // nobody went on elsewhere
      this.begun = false;
    }
    this.commands.hidden = chat.commands.length === 0;
    this.#showKeyboard(chat.reply_keyboard);
  }

  reply(message) {
    this.#setContext({ kind: "reply", message }, `Reply to: ${message.text ?? message.caption ?? "message"}`);
  }

  edit(message) {
    this.#setContext({ kind: "edit", message }, "Edit your message");
    this.text.value = message.text;
    this.#grow();
  }

  focus() {
    (this.kind === "composer" ? this.text : this.element.querySelector("button"))?.focus();
  }

  #build() {
    this.text = make("textarea", { rows: 1, placeholder: "Message", maxLength: 20_000, enterKeyHint: "send" });
    this.text.addEventListener("input", () => this.#onInput());
    this.text.addEventListener("keydown", (event) => this.#onKey(event));
    this.send = iconButton("send", "Send", () => this.#submit(), "send");
    this.send.disabled = true;
    this.commands = make("button", { type: "button", className: "quiet commands", on: { click: () => this.#toggleMenu() } }, icon("menu"), "Menu");
    this.composer = make("div", { className: "composer" }, this.commands, this.text, this.send);
    this.contextText = make("span");
    this.contextLine = make("div", { className: "context", hidden: true }, this.contextText, iconButton("close", "Never mind", () => this.#clearContext()));
    this.replyKeys = make("div", { className: "reply-keys", hidden: true });
  }

  #bigButton(kind) {
    if (kind === "gone") return make("p", { className: "gone" }, "This account was deleted.");
    const label = kind === "start" ? "Start" : "Restart";
    return make("button", { type: "button", className: "solid", on: { click: () => this.#begin() } }, label);
  }

  async #begin() {
    this.begun = true;
    await this.act.start();
  }

  #showKeyboard(keyboard) {
    const layout = JSON.stringify(keyboard);
    if (layout !== this.layout) this.hidesKeyboard = false;
    this.layout = layout;
    const rows = keyboard?.keyboard ?? [];
    this.replyKeys.hidden = rows.length === 0 || this.hidesKeyboard;
    this.replyKeys.replaceChildren(...rows.map((row) => make("div", { className: "row" }, ...row.map((key) => this.#replyKey(key, keyboard)))));
  }

  #replyKey(key, keyboard) {
    const press = () => {
      if (key.request_contact) this.act.shareContact();
      else this.act.say(key.text);
      this.hidesKeyboard = Boolean(keyboard.one_time_keyboard);
      this.replyKeys.hidden = this.hidesKeyboard;
      this.text.focus();
    };
    return make("button", { type: "button", on: { click: press } }, key.text);
  }

  #setContext(context, words) {
    this.context = context;
    this.contextText.textContent = words;
    this.contextLine.hidden = false;
    this.text.focus();
  }

  #clearContext() {
    if (this.context?.kind === "edit") this.text.value = "";
    this.context = null;
    this.contextLine.hidden = true;
    this.#grow();
  }

  #onInput() {
    this.#grow();
    const typed = /^\/(\w*)$/.exec(this.text.value);
    if (!typed) return this.#closeMenu();
    const fitting = this.chat.commands.filter((each) => each.command.startsWith(typed[1].toLowerCase()));
    if (fitting.length) this.#openMenu(fitting);
    else this.#closeMenu();
  }

  #grow() {
    this.send.disabled = !this.text.value.trim();
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight + 2}px`;
  }

  #onKey(event) {
    const menu = [...this.popup.querySelectorAll("button")];
    const on = menu.findIndex((button) => button.classList.contains("on"));
    if (!this.popup.hidden && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      const next = (on + (event.key === "ArrowDown" ? 1 : menu.length - 1)) % menu.length;
      menu.forEach((button, place) => button.classList.toggle("on", place === next));
      menu[next].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Escape") {
      this.#closeMenu();
      if (this.context) this.#clearContext();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (!this.popup.hidden && on >= 0) menu[on].click();
      else this.#submit();
    }
  }

  async #submit() {
    const text = this.text.value.trim();
    if (!text) return;
    const context = this.context;
    this.text.value = "";
    this.#clearContext();
    this.#closeMenu();
    this.text.focus();
    if (context?.kind === "edit") await this.act.saveEdit(context.message.message_id, text);
    else await this.act.say(text, context?.message.message_id);
  }

  #toggleMenu() {
    if (this.popup.hidden) this.#openMenu(this.chat.commands, { focus: true });
    else this.#closeMenu();
  }

  #openMenu(commands, { focus = false } = {}) {
    const choose = (command) => {
      this.text.value = "";
      this.#grow();
      this.#closeMenu();
      this.text.focus();
      this.act.say(this.act.inGroup ? `/${command}@${this.act.bot.username}` : `/${command}`);
    };
    this.act.openPopup("above", commands.map(({ command, description }) =>
      make("button", { type: "button", on: { click: () => choose(command) } }, make("b", {}, `/${command}`), make("span", {}, description))));
    const first = this.popup.querySelector("button");
    if (focus) first.focus();
    else first.classList.add("on");
  }

  #closeMenu() {
    this.act.closePopup();
  }
}
