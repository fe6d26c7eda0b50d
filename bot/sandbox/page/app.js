// The page as a whole: who lives in the town, which phones lie on the table, and where each change goes.

import { Banners } from "./banners.js";
import { Dialogs } from "./dialogs.js";
import { dress, make } from "./dom.js";
import { author } from "./message.js";
import { Pane } from "./pane.js";
import { follow as followLink } from "./rich.js";
import { setZone } from "./times.js";
import { Tools } from "./tools.js";
import { follow, read, write } from "./wire.js";

const KEPT_PANES = "hundi.panes";
const KEPT_HELP = "hundi.help";
const find = (selector) => document.querySelector(selector);

class TownPage {
  constructor() {
    this.people = new Map();
    this.groups = new Map();
    this.letters = [];
    this.panes = [];
    this.bot = { first_name: "Hundi", username: "" };
    this.languages = [["en", "English"], ["hi", "हिन्दी"], ["fr", "Français"]];
    this.online = true;
    this.process = null; // the bot as a process that this page may end; null where it is not ours
    this.faults = [];
    this.clock = { ahead_s: 0, now: 0, zone: "UTC" };
    this.banners = new Banners(this);
    this.dialogs = new Dialogs(this);
    this.tools = new Tools(this);
  }

  async begin() {
    await this.load();
    const known = kept(KEPT_PANES, []).filter((id) => this.people.has(id));
    const first = known.length ? known : [...this.people.keys()].slice(0, 2);
    for (const id of first) this.open(id);
    this.bringToFront(this.panes[0]);
    this.#wireUp();
    follow({
      onOpen: () => this.#again(),
      onChange: (change) => this.#take(change),
      onLost: () => this.banners.lost(true),
    });
  }

  /** Reads everybody afresh. What changes while they are read is read again: an answer may be older than the stream. */
  async load() {
    this.outdated = true;
    this.loading ??= this.#loadWhileOutdated().finally(() => { this.loading = null; });
    await this.loading;
  }

  async #loadWhileOutdated() {
    while (this.outdated) {
      this.outdated = false;
      const state = await read("state");
      if (this.outdated) continue;
      this.bot = state.bot;
      this.people = new Map(state.people.map((person) => [person.id, person]));
      this.groups = new Map(state.groups.map((group) => [group.id, group]));
      this.letters = state.letters;
      setZone(state.clock.zone);
      this.showPeople();
      this.#showState(state);
    }
  }

  /** Whether somebody answers at the other end. */
  get isBotThere() {
    return this.process ? this.process.state === "running" : this.online;
  }

  paneOf(personId) {
    return this.panes.find((pane) => pane.personId === personId);
  }

  open(personId) {
    const pane = this.paneOf(personId) ?? this.#addPane(personId);
    this.bringToFront(pane);
    return pane;
  }

  close(pane) {
    if (this.panes.length === 1) return;
    this.panes = this.panes.filter((each) => each !== pane);
    pane.element.remove();
    this.bringToFront(this.panes[0]);
    this.#keep();
  }

  swap(pane, personId) {
    if (!this.paneOf(personId)) pane.setPerson(personId);
    this.#keep();
  }

  bringToFront(pane) {
    this.front = pane;
    for (const each of this.panes) each.element.classList.toggle("front", each === pane);
    pane?.chat && pane.markRead();
    this.showPeople();
  }

  /** The people on top: who is shown, and whose phone has something new. */
  showPeople() {
    find(".people").replaceChildren(...[...this.people.values()].map((person) => this.#chip(person)));
    for (const pane of this.panes) {
      pane.showPeople();
      pane.showLetters(this.letters.filter((letter) => letter.to === pane.personId));
    }
  }

  /** Somebody passes a text on: into a group, or to another person, whom no bot overhears. */
  async share(pane, text) {
    const chosen = await this.dialogs.chooseReader(pane.person, text);
    if (!chosen) return;
    if (chosen.group) pane.acting.sayIn(chosen.group, text);
    else await write("letters", { from: pane.personId, to: chosen.person, text });
    pane.say(`Shared with ${chosen.name}`);
  }

  answerLetter({ from, to }) {
    write("letters", { from, to, text: "" });
  }

  followFor(pane, address) {
    followLink(address, pane.acting);
  }

  #chip(person) {
    const face = make("span", { className: "avatar small" });
    dress(face, person);
    const narrow = matchMedia("(max-width: 719px)").matches;
    const pane = narrow && this.front?.personId !== person.id ? null : this.paneOf(person.id);
    const chip = make("button", { type: "button", data: { person: person.id }, on: { click: () => this.#pick(person.id) } }, face, person.first_name);
    const isNews = person.chats.some((chat) => chat.unread && chat.id !== pane?.chatId) || this.letters.some((letter) => letter.to === person.id && !pane);
    if (isNews) chip.append(make("span", { className: "dot", title: "New messages" }));
    chip.setAttribute("aria-pressed", String(Boolean(pane)));
    return chip;
  }

  #pick(personId) {
    const pane = this.open(personId);
    pane.element.scrollIntoView({ inline: "nearest", behavior: "smooth" });
    find(`.people [data-person="${personId}"]`)?.focus();
  }

  #addPane(personId) {
    const pane = new Pane(this, personId);
    this.panes.push(pane);
    find("#panes").append(pane.element);
    this.#keep();
    return pane;
  }

  #keep() {
    localStorage.setItem(KEPT_PANES, JSON.stringify(this.panes.map((pane) => pane.personId)));
    this.showPeople();
  }

  async #again() {
    this.banners.lost(false);
    try {
      await this.load();
    } catch {
      return; // lost again: the stream says so and comes back by itself
    }
    await Promise.all(this.panes.map((pane) => pane.reload()));
  }

  #take(change) {
    const panes = this.panes.filter((pane) => pane.chatId === change.chat);
    switch (change.kind) {
      case "message": this.#count(change); // falls through
      case "deleted":
      case "chat": for (const pane of panes) pane.take(change); break;
      case "answer": this.paneOf(change.person ?? change.chat)?.answer(change); break;
      case "typing": for (const pane of panes) pane.typing(); break;
      case "read": this.#setUnread(change.person ?? change.chat, change.chat, 0); break;
      case "group": this.load().then(() => panes.forEach((pane) => pane.reload())); break;
      case "letters": this.letters = change.letters; this.showPeople(); break;
      case "people":
      case "commands":
      case "resync": this.#again(); break;
      case "process":
      case "faults":
      case "beat": this.#showState(change); break;
      case "clock": this.load(); break;
    }
  }

  /** How the bot, Telegram and the clock are; what a change does not name stays as it was. */
  #showState({ online = this.online, process = this.process, faults = this.faults, clock }) {
    Object.assign(this, { online, process, faults });
    if (clock) Object.assign(this, { clock, clockRead: performance.now() });
    for (const pane of this.panes) pane.showHealth();
    this.banners.show();
    this.tools.show();
  }

  #count({ chat, message }) {
    const sender = message.from?.id;
    for (const person of message.edit_date ? [] : this.people.values()) {
      const here = person.chats.find((each) => each.id === chat);
      if (here && (chat < 0 ? person.id !== sender : author(message).id === this.bot.id)) this.#setUnread(person.id, chat, here.unread + 1);
    }
    if (message.from?.is_bot && !this.online) this.#showState({ online: true });
  }

  #setUnread(personId, chatId, unread) {
    this.outdated = true;
    const here = this.people.get(personId)?.chats.find((each) => each.id === chatId);
    if (!here) return;
    here.unread = unread;
    this.showPeople();
  }

  #wireUp() {
    const help = (shown) => {
      find("#help").hidden = !shown;
      localStorage.setItem(KEPT_HELP, JSON.stringify(shown));
    };
    help(kept(KEPT_HELP, true));
    find("#show-help").addEventListener("click", () => help(find("#help").hidden));
    find("#hide-help").addEventListener("click", () => help(false));
    document.addEventListener("visibilitychange", () => this.panes.forEach((pane) => pane.chat && pane.markRead()));
    matchMedia("(max-width: 719px)").addEventListener("change", () => this.showPeople());
    find("#new-person").addEventListener("click", () => this.dialogs.moveIn());
  }
}

function kept(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? otherwise;
  } catch {
    return otherwise; // somebody else's value: begin afresh
  }
}

new TownPage().begin();
