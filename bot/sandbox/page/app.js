// The page as a whole: who lives in the town, which phones lie on the table, and where each change goes.

import { dress, make } from "./dom.js";
import { Pane } from "./pane.js";
import { follow, read, write } from "./wire.js";

const KEPT_PANES = "hundi.panes";
const KEPT_HELP = "hundi.help";
const find = (selector) => document.querySelector(selector);

class TownPage {
  constructor() {
    this.people = new Map();
    this.panes = [];
    this.bot = { first_name: "Hundi", username: "", description: "" };
    this.online = true;
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
      onLost: () => this.#banner("The town has stopped. Start it again with: make play"),
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
      this.online = state.online;
      this.people = new Map(state.people.map((person) => [person.id, person]));
      this.showPeople();
    }
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
    for (const pane of this.panes) pane.showPeople();
  }

  #chip(person) {
    const face = make("span", { className: "avatar small" });
    dress(face, person);
    const narrow = matchMedia("(max-width: 719px)").matches;
    const shown = narrow ? this.front?.personId === person.id : Boolean(this.paneOf(person.id));
    const chip = make("button", { type: "button", data: { person: person.id }, on: { click: () => this.#pick(person.id) } }, face, person.first_name);
    if (person.unread && !shown) chip.append(make("span", { className: "dot", title: "New messages" }));
    chip.setAttribute("aria-pressed", String(shown));
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
    this.#banner("");
    try {
      await this.load();
    } catch {
      return; // lost again: the stream says so and comes back by itself
    }
    await Promise.all(this.panes.map((pane) => pane.reload()));
  }

  #take(change) {
    const pane = this.paneOf(change.chat);
    switch (change.kind) {
      case "message":
        this.#count(change);
        pane?.take(change);
        break;
      case "deleted":
      case "chat": pane?.take(change); break;
      case "answer": pane?.answer(change); break;
      case "typing": pane?.typing(); break;
      case "read": this.#setUnread(change.chat, 0); break;
      case "people": this.load(); break;
      case "commands": this.#again(); break;
      case "resync": this.#again(); break;
      case "beat": this.#beat(change.online); break;
    }
  }

  #beat(online) {
    this.online = online;
    for (const pane of this.panes) pane.showHealth();
  }

  #count({ chat, message }) {
    if (message.from.is_bot && !message.edit_date) this.#setUnread(chat, (this.people.get(chat)?.unread ?? 0) + 1);
    if (message.from.is_bot && !this.online) this.#beat(true);
  }

  #setUnread(personId, unread) {
    this.outdated = true;
    const person = this.people.get(personId);
    if (!person) return;
    person.unread = unread;
    this.showPeople();
  }

  #banner(words) {
    find("#banner").textContent = words;
    find("#banner").hidden = !words;
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
    const dialog = find("#person-dialog");
    find("#new-person").addEventListener("click", () => dialog.showModal());
    dialog.querySelector('[value="cancel"]').addEventListener("click", () => dialog.close());
    dialog.querySelector("form").addEventListener("submit", (event) => this.#moveIn(event.target));
  }

  async #moveIn(form) {
    const { person } = await write("people", { first_name: form.elements.first_name.value });
    form.reset();
    await this.load();
    this.open(person.id);
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
