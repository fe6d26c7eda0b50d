// One phone: whose it is, which chat is open on it, what the bot answers to taps, and everything its person can do.

import { GENERAL, actsOf } from "./acts.js";
import { Foot } from "./composer.js";
import { arrows, dress, dressBot, make } from "./dom.js";
import { Log } from "./log.js";
import { chatMenu } from "./menus.js";
import { author } from "./message.js";
import { read } from "./wire.js";

const TYPING_MS = 5_000; // core.telegram.org/bots/api#sendchataction: five seconds or less
const TOAST_MS = 3_500;
const ANSWERS_KEPT = 50; // far more than one person taps in the moment between a tap and its number

export class Pane {
  constructor(town, person) {
    this.town = town;
    this.element = document.querySelector("#pane").content.firstElementChild.cloneNode(true);
    const find = (selector) => this.element.querySelector(selector);
    this.parts = {
      avatar: find(".owner .avatar"), select: find("select"), close: find(".close"), tabs: find(".tabs"), face: find(".face"),
      name: find(".bot-name"), status: find(".status"), more: find(".more"), topics: find(".topics"), log: find(".log"),
      toast: find(".toast"), popup: find(".popup"), letters: find(".letters"), foot: find(".foot"), alert: find(".alert"),
    };
    this.answeredTaps = []; // the newest last: an answer can be here before the town says which tap it belongs to
    this.acting = actsOf(this);
    this.log = new Log(this.parts.log, this.acting);
    this.foot = new Foot(this.parts.foot, this.parts.popup, this.acting);
    this.parts.select.addEventListener("change", () => town.swap(this, Number(this.parts.select.value)));
    this.parts.close.addEventListener("click", () => town.close(this));
    this.parts.more.addEventListener("click", () => this.#toggleMore());
    this.parts.popup.addEventListener("keydown", (event) => this.#onPopupKey(event));
    this.parts.tabs.addEventListener("keydown", (event) => arrows(event, [[...this.parts.tabs.children]]));
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

  get group() {
    return this.town.groups.get(this.chatId);
  }

  async setPerson(personId) {
    this.personId = personId;
    await this.openChat(personId);
  }

  /** Opens the private chat (the person's own number) or a group. */
  async openChat(chatId) {
    this.chatId = chatId;
    this.topic = null;
    this.chat = null;
    this.log.clear();
    this.closePopup();
    this.showPeople();
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
        const { personId, chatId } = this;
        const chat = await read(`chats/${personId}?chat=${chatId}`);
        if (chatId !== this.chatId || personId !== this.personId) this.wanted = true; // another was picked meanwhile
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
    else if (!this.chat) this.reload();
    else if (change.kind === "message") this.receive(change.message);
    else if (change.kind === "deleted") this.remove(change.message_id);
    else this.reload();
  }

  #adopt(chat) {
    this.chat = chat;
    this.#showOwner();
    this.#show();
    this.foot.show(chat, this.group);
    this.markRead();
  }

  #show() {
    const topics = this.group?.is_forum ? this.group.topics : [];
    if (topics.length && !topics.some((each) => each.id === this.topic)) this.topic = GENERAL;
    this.#showTopics(topics);
    this.log.show(this.chat, topics.length ? this.topic : null);
  }

  receive(message) {
    this.log.receive(message);
    const isMine = author(message).id === this.personId;
    if (message.from?.is_bot) this.#setTyping(false);
    if (isMine && !this.chat.started) this.reload();
    this.markRead();
  }

  remove(messageId) {
    if (this.log.remove(messageId)) this.foot.focus();
  }

  answer({ query_id: queryId, text, alert }) {
    this.answeredTaps = [...this.answeredTaps.slice(1 - ANSWERS_KEPT), queryId];
    this.log.answered(queryId);
    if (!text) return;
    if (alert) {
      this.parts.alert.querySelector("p").textContent = text;
      if (!this.parts.alert.open) this.parts.alert.show();
    } else {
      this.say(text);
    }
  }

  typing() {
    this.#setTyping(true);
  }

  /** Names, faces, the chats of this phone and the list of people to pick from. */
  showPeople() {
    this.parts.select.replaceChildren(...[...this.town.people.values()].map((person) => {
      const taken = this.town.paneOf(person.id);
      return make("option", { value: person.id, textContent: person.name, selected: person.id === this.personId, disabled: Boolean(taken && taken !== this) });
    }));
    if (this.person && !this.person.chats.some((each) => each.id === this.chatId)) this.openChat(this.personId); // gone
    this.#showTabs();
    this.#showOwner();
  }

  showHealth() {
    if (this.isTyping) return;
    const { group, town } = this;
    if (group) this.parts.status.textContent = `${group.members.length} people${group.has_bot ? ` and ${town.bot.first_name}` : ""}`;
    else this.parts.status.textContent = town.isBotThere ? "bot" : "bot · not running";
  }

  /** A letter from somebody else, which no bot sees. */
  showLetters(letters) {
    const shown = JSON.stringify(letters);
    if (shown === this.shownLetters) return; // a button that is exchanged while it is pressed is not pressed
    this.shownLetters = shown;
    this.parts.letters.replaceChildren(...letters.map((letter) => {
      const sender = this.town.people.get(letter.from)?.first_name ?? "Somebody";
      const open = () => {
        this.town.answerLetter(letter);
        const link = /https?:\/\/\S+/.exec(letter.text);
        if (link) this.town.followFor(this, link[0]);
      };
      return make("div", { className: "letter" }, make("p", {}, make("b", {}, `${sender} wrote to you`), make("span", {}, letter.text)),
        make("button", { type: "button", className: "solid", on: { click: open } }, "Open"),
        make("button", { type: "button", className: "quiet", on: { click: () => this.town.answerLetter(letter) } }, "Later"));
    }));
  }

  markRead() {
    const seen = this.element.offsetParent !== null && document.visibilityState === "visible";
    const here = this.person?.chats.find((each) => each.id === this.chatId);
    if (seen && here?.unread) {
      here.unread = 0;
      this.town.showPeople();
      this.acting.read();
    }
  }

  /** A file of the user's own disk. */
  pickFile() {
    const input = make("input", { type: "file", on: { change: () => input.files[0] && this.acting.sendFile(input.files[0]) } });
    input.click();
  }

  mayDelete(message) {
    return !this.group || author(message).id === this.personId;
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

  focusPopup() {
    this.parts.popup.querySelector("button")?.focus();
  }

  /** Words over the chat, for a moment. */
  say(text) {
    this.parts.toast.textContent = text;
    this.parts.toast.hidden = false;
    clearTimeout(this.toastEnds);
    this.toastEnds = setTimeout(() => { this.parts.toast.hidden = true; }, TOAST_MS);
  }

  #showTabs() {
    const chats = (this.person?.chats ?? []).map(({ id, unread }) => ({ id, name: this.town.groups.get(id)?.title ?? this.town.bot.first_name, isOpen: id === this.chatId, isNews: unread > 0 && id !== this.chatId }));
    const shown = JSON.stringify(chats);
    if (shown === this.shownTabs) return; // a button that is exchanged while it is pressed is not pressed
    this.shownTabs = shown;
    const focused = this.parts.tabs.contains(document.activeElement);
    this.parts.tabs.hidden = chats.length < 2;
    this.parts.tabs.replaceChildren(...chats.map(({ id, name, isOpen, isNews }) => {
      const tab = make("button", { type: "button", data: { chat: id }, on: { click: () => this.openChat(id) } }, name);
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-selected", String(isOpen));
      tab.tabIndex = isOpen ? 0 : -1;
      if (isNews) tab.append(make("span", { className: "dot", title: "New messages" }));
      return tab;
    }));
    if (focused) this.parts.tabs.querySelector('[aria-selected="true"]')?.focus();
  }

  #showTopics(topics) {
    this.parts.topics.hidden = topics.length === 0;
    this.parts.topics.replaceChildren(...topics.map((topic) => {
      const press = () => {
        this.topic = topic.id;
        this.#show();
      };
      const button = make("button", { type: "button", on: { click: press } }, topic.closed ? `${topic.name} · closed` : topic.name);
      button.setAttribute("aria-pressed", String(topic.id === this.topic));
      return button;
    }));
  }

  #showOwner() {
    const { person, group } = this;
    if (!person) return;
    const name = group?.title ?? this.town.bot.first_name;
    dress(this.parts.avatar, person);
    if (group) dress(this.parts.face, { id: group.id, first_name: group.title });
    else dressBot(this.parts.face);
    this.parts.name.textContent = name;
    this.parts.log.setAttribute("aria-label", `${person.first_name}’s chat with ${name}`);
    this.element.classList.toggle("in-group", Boolean(group));
    this.element.setAttribute("aria-label", `${person.first_name}’s phone`);
    this.element.dataset.person = person.id;
    this.showHealth();
  }

  #setTyping(on) {
    clearTimeout(this.typingEnds);
    this.isTyping = on;
    this.parts.status.classList.toggle("typing", on);
    if (on) {
      this.parts.status.textContent = this.group ? `${this.town.bot.first_name} is typing…` : "typing…";
      this.typingEnds = setTimeout(() => this.#setTyping(false), TYPING_MS);
    } else {
      this.showHealth();
    }
  }

  #toggleMore() {
    if (!this.parts.popup.hidden) return this.closePopup();
    if (!this.chat) return;
    this.openPopup("below", chatMenu(this, this.acting));
    this.focusPopup();
  }

  #onPopupKey(event) {
    arrows(event, [...this.parts.popup.querySelectorAll("button")].map((button) => [button]));
    if (event.key === "Escape") {
      this.closePopup();
      this.foot.focus();
    }
  }

  #onClick(event) {
    const inside = event.target.closest(".popup, .more, .commands, .message .tools, textarea");
    if (!(inside && this.element.contains(inside)) && !this.parts.popup.hidden) this.closePopup();
  }
}
