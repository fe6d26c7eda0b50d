// One phone: whose it is, the chat with the bot, what the bot answers to taps, and everything its person can do.

import { Foot } from "./composer.js";
import { arrows, dress, icon, make } from "./dom.js";
import { MessageView } from "./message.js";
import { read, write } from "./wire.js";

const TYPING_MS = 5_000; // core.telegram.org/bots/api#sendchataction: five seconds or less
const TOAST_MS = 3_500;
const ANSWERS_KEPT = 50; // far more than one person taps in the moment between a tap and its number
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

export class Pane {
  constructor(town, person) {
    this.town = town;
    this.element = document.querySelector("#pane").content.firstElementChild.cloneNode(true);
    const find = (selector) => this.element.querySelector(selector);
    this.parts = {
      avatar: find(".owner .avatar"), select: find("select"), close: find(".close"), name: find(".bot-name"),
      status: find(".status"), more: find(".more"), log: find(".log"), toast: find(".toast"), popup: find(".popup"),
      foot: find(".foot"), alert: find(".alert"),
    };
    this.views = new Map();
    this.answeredTaps = []; // the newest last: an answer can be here before the town says which tap it belongs to
    this.foot = new Foot(this.parts.foot, this.parts.popup, this.#acts());
    this.parts.select.addEventListener("change", () => town.swap(this, Number(this.parts.select.value)));
    this.parts.close.addEventListener("click", () => town.close(this));
    this.parts.more.addEventListener("click", () => this.#toggleMore());
    this.parts.popup.addEventListener("keydown", (event) => this.#onPopupKey(event));
    this.parts.alert.addEventListener("keydown", (event) => event.key === "Escape" && this.parts.alert.close());
    this.parts.alert.addEventListener("close", () => this.foot.focus());
    this.parts.log.addEventListener("keydown", (event) => event.key === "Escape" && this.foot.focus());
    document.addEventListener("click", (event) => this.#onClick(event));
    this.element.addEventListener("pointerdown", () => town.bringToFront(this));
    this.setPerson(person);
  }

  get person() {
    return this.town.people.get(this.personId);
  }

  async setPerson(personId) {
    this.personId = personId;
    this.chat = null;
    this.views.clear();
    this.closePopup();
    await this.reload();
  }

  /** Reads the whole chat afresh. What the stream says meanwhile waits and is applied after, so nothing is missed. */
  async reload() {
    this.wanted = true;
    if (this.missed) return; // a reading is under way: it will be followed by another
    try {
      while (this.wanted) {
        this.wanted = false;
        this.missed = [];
        const chat = await read(`chats/${this.personId}`);
        if (chat.id !== this.personId) this.wanted = true; // another person was picked meanwhile
        else this.#adopt(chat);
      }
    } catch {
      this.wanted = false; // the town has stopped; when it is back, everything is read afresh
    }
    const { missed } = this;
    this.missed = null;
    if (this.chat) for (const change of missed) this.take(change);
  }

  /** A change of this chat. */
  take(change) {
    if (this.missed) this.missed.push(change);
    else if (change.kind === "message") this.receive(change.message);
    else if (change.kind === "deleted") this.remove(change.message_id);
    else this.reload();
  }

  #adopt(chat) {
    const first = !this.chat;
    const atEnd = first || this.#isAtEnd();
    this.chat = chat;
    const there = new Set(chat.messages.map((message) => message.message_id));
    for (const id of [...this.views.keys()]) if (!there.has(id)) this.views.delete(id);
    for (const message of chat.messages) this.views.get(message.message_id)?.patch(message, { silent: true });
    this.#showOwner();
    this.#arrange();
    this.foot.show(chat);
    if (atEnd) this.#toEnd();
    this.markRead();
  }

  receive(message) {
    const atEnd = this.#isAtEnd();
    const known = this.chat.messages.findIndex((each) => each.message_id === message.message_id);
    if (known >= 0) {
      this.chat.messages[known] = message;
      this.views.get(message.message_id)?.patch(message);
    } else {
      this.chat.messages.push(message);
      this.#arrange();
    }
    if (message.from.is_bot) this.#setTyping(false);
    if (!message.from.is_bot && !this.chat.started) this.reload();
    if (atEnd || !message.from.is_bot) this.#toEnd();
    this.markRead();
  }

  remove(messageId) {
    this.chat.messages = this.chat.messages.filter((each) => each.message_id !== messageId);
    const held = this.views.get(messageId)?.element.contains(document.activeElement);
    this.views.delete(messageId);
    this.#arrange();
    if (held) this.foot.focus();
  }

  answer({ query_id: queryId, text, alert }) {
    this.answeredTaps = [...this.answeredTaps.slice(1 - ANSWERS_KEPT), queryId];
    for (const view of this.views.values()) view.answered(queryId);
    if (!text) return;
    if (alert) {
      this.parts.alert.querySelector("p").textContent = text;
      if (!this.parts.alert.open) this.parts.alert.show();
    } else {
      this.#say(text);
    }
  }

  typing() {
    this.#setTyping(true);
  }

  /** Names, faces and the list of people to pick from. */
  showPeople() {
    this.parts.select.replaceChildren(...[...this.town.people.values()].map((person) => {
      const taken = this.town.paneOf(person.id);
      return make("option", { value: person.id, textContent: person.name, selected: person.id === this.personId, disabled: Boolean(taken && taken !== this) });
    }));
    this.#showOwner();
  }

  showHealth() {
    if (!this.isTyping) this.parts.status.textContent = this.town.online ? "bot" : "bot · not running";
  }

  markRead() {
    const seen = this.element.offsetParent !== null && document.visibilityState === "visible";
    if (seen && this.person?.unread) {
      this.person.unread = 0;
      this.town.showPeople();
      this.#do("read");
    }
  }

  openPopup(where, buttons) {
    this.parts.popup.className = `popup ${where}`;
    this.parts.popup.replaceChildren(...buttons);
    this.parts.popup.hidden = false;
    this.parts.more.setAttribute("aria-expanded", String(where === "below"));
  }

  closePopup() {
    this.parts.popup.hidden = true;
    this.parts.popup.replaceChildren();
    this.parts.more.setAttribute("aria-expanded", "false");
  }

  #acts() {
    const pane = this;
    return {
      get bot() { return pane.town.bot; },
      get rest() { return pane.parts.log; },
      start: (payload = "") => this.#do("start", { payload }),
      say: (text, replyTo) => this.#do("say", replyTo ? { text, reply_to: replyTo } : { text }),
      saveEdit: (messageId, text) => this.#do("edit", { message_id: messageId, text }),
      isAnswered: (queryId) => this.answeredTaps.includes(queryId),
      tap: async (messageId, row, column) => (await this.#do("tap", { message_id: messageId, row, column }))?.query_id,
      shareContact: (person) => this.#do("contact", person ? { person } : {}),
      reply: (message) => this.foot.reply(message),
      edit: (message) => this.foot.edit(message),
      openPopup: (where, buttons) => this.openPopup(where, buttons),
      closePopup: () => this.closePopup(),
    };
  }

  /** Acts go out one after another: two quick digits must arrive in the order in which they were pressed. */
  #do(act, body = {}) {
    const { personId } = this;
    this.acts = (this.acts ?? Promise.resolve()).then(() => this.#doNow(personId, act, body));
    return this.acts;
  }

  async #doNow(personId, act, body) {
    try {
      return await write(`chats/${personId}/${act}`, body);
    } catch (error) {
      this.#say(error.message || "The town does not answer");
      return undefined;
    }
  }

  #arrange() {
    const { messages } = this.chat;
    const parts = messages.length ? [] : [this.#welcome()];
    let before = null;
    for (const message of messages) {
      const date = day.format(new Date(message.date * 1000));
      if (!before || date !== day.format(new Date(before.date * 1000))) parts.push(make("div", { className: "day" }, date));
      if (!this.views.has(message.message_id)) this.views.set(message.message_id, new MessageView(message, this.#acts()));
      const { element } = this.views.get(message.message_id);
      element.classList.toggle("turn", Boolean(before) && before.from.id !== message.from.id);
      parts.push(element);
      before = message;
    }
    settle(this.parts.log, parts);
  }

  #welcome() {
    const { bot } = this.town;
    const face = make("span", { className: "avatar bot" }, icon("mark"));
    const words = bot.description || "Money inside the message. Press Start to begin.";
    return make("div", { className: "welcome" }, face, make("h2", {}, bot.first_name), make("p", {}, words));
  }

  #showOwner() {
    const { person } = this;
    if (!person) return;
    dress(this.parts.avatar, person);
    this.parts.name.textContent = this.town.bot.first_name;
    this.parts.log.setAttribute("aria-label", `${person.first_name}’s chat with ${this.town.bot.first_name}`);
    this.element.setAttribute("aria-label", `${person.first_name}’s phone`);
    this.element.dataset.person = person.id;
    this.showHealth();
  }

  #setTyping(on) {
    clearTimeout(this.typingEnds);
    this.isTyping = on;
    this.parts.status.classList.toggle("typing", on);
    if (on) {
      this.parts.status.textContent = "typing…";
      this.typingEnds = setTimeout(() => this.#setTyping(false), TYPING_MS);
    } else {
      this.showHealth();
    }
  }

  #say(text) {
    this.parts.toast.textContent = text;
    this.parts.toast.hidden = false;
    clearTimeout(this.toastEnds);
    this.toastEnds = setTimeout(() => { this.parts.toast.hidden = true; }, TOAST_MS);
  }

  #toggleMore() {
    if (!this.parts.popup.hidden) return this.closePopup();
    const others = [...this.town.people.values()].filter((person) => person.id !== this.personId);
    const item = (label, act, className = "") => make("button", { type: "button", className, on: { click: () => { this.closePopup(); act(); } } }, label);
    const last = this.chat.messages.at(-1);
    this.openPopup("below", [
      item("Share my contact", () => this.#do("contact")),
      ...others.slice(0, 6).map((person) => item(`Share ${person.first_name}’s contact`, () => this.#do("contact", { person: person.id }))),
      last ? item("Forward the last message to the bot", () => this.#do("forward", { message_id: last.message_id })) : null,
      this.chat.blocked ? item("Unblock the bot", () => this.#do("unblock")) : item("Block the bot", () => this.#do("block"), "grave"),
      item("Delete this chat", () => this.#do("clear"), "grave"),
    ].filter(Boolean));
    this.parts.popup.querySelector("button").focus();
  }

  #onPopupKey(event) {
    arrows(event, [...this.parts.popup.querySelectorAll("button")].map((button) => [button]));
    if (event.key === "Escape") {
      this.closePopup();
      this.foot.focus();
    }
  }

  #onClick(event) {
    const inside = event.target.closest(".popup, .more, .commands, textarea");
    if (!(inside && this.element.contains(inside)) && !this.parts.popup.hidden) this.closePopup();
  }

  #isAtEnd() {
    const { log } = this.parts;
    return log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  }

  #toEnd() {
    requestAnimationFrame(() => { this.parts.log.scrollTop = this.parts.log.scrollHeight; });
  }
}

/** Makes the children these and in this order, moving none that already stands right: a moved element loses the focus. */
function settle(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  children.forEach((child, place) => {
    if (parent.children[place] !== child) parent.insertBefore(child, parent.children[place] ?? null);
  });
}
