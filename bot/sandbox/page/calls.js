// What the bot asks of Telegram, as it happens: one line a call, the newest on top.

import { make } from "./dom.js";
import { second } from "./times.js";
import { read } from "./wire.js";

const EVERY_MS = 1_000;

export class CallLog {
  constructor(town) {
    this.town = town;
    this.name = "Calls";
    this.calls = [];
    this.filter = make("input", { type: "search", placeholder: "Filter", on: { input: () => this.#draw() } });
    this.filter.setAttribute("aria-label", "Show only calls with this");
    this.pause = make("button", { type: "button", on: { click: () => this.#setPaused(!this.paused) } }, "Pause");
    this.list = make("ol", { className: "calls", tabIndex: 0 });
    this.list.setAttribute("aria-label", "Calls of the bot, the newest first");
    const says = make("p", { className: "says" }, "Every call the bot makes. PINs, keys of the pad and tokens are left out.");
    this.element = make("div", { className: "sheet log-sheet" }, says, make("div", { className: "bar-row" }, this.filter, this.pause), this.list);
  }

  opened() {
    this.#setPaused(false);
  }

  closed() {
    clearInterval(this.timer);
  }

  #setPaused(paused) {
    this.paused = paused;
    this.pause.textContent = paused ? "Go on" : "Pause";
    this.pause.setAttribute("aria-pressed", String(paused));
    clearInterval(this.timer);
    if (paused) return;
    this.timer = setInterval(() => this.#read(), EVERY_MS);
    this.#read();
  }

  async #read() {
    try {
      const calls = await read("calls");
      if (this.paused) return;
      this.calls = calls.reverse();
    } catch {
      return; // the town has stopped; the banner says so
    }
    this.#draw();
  }

  #draw() {
    const wanted = this.filter.value.trim().toLowerCase();
    const shown = this.calls.filter((call) => `${call.line} ${this.#place(call)} ${call.fault} ${call.status}`.toLowerCase().includes(wanted));
    const state = JSON.stringify([wanted, shown.length, shown[0]]);
    if (state === this.drawn) return;
    this.drawn = state;
    this.list.replaceChildren(...shown.map((call) => this.#row(call)));
    if (!shown.length) this.list.append(make("li", { className: "none" }, this.calls.length ? "No call has this in it." : "No call yet."));
  }

  #row(call) {
    const ok = call.status === 200;
    const status = make("span", { className: ok ? "code good" : "code bad" }, call.status ? String(call.status) : "cut");
    const [method, ...rest] = call.line.split(" ");
    const where = [this.#place(call), call.fault && call.fault !== String(call.status) ? call.fault : "", `${Math.round(call.ms)} ms`, second(call.at)].filter(Boolean).join(" · ");
    return make("li", {}, status, make("span", { className: "what" }, make("b", {}, method), ` ${rest.join(" ")}`, make("small", {}, where)));
  }

  #place({ chat }) {
    return this.town.people.get(chat)?.first_name ?? this.town.groups.get(chat)?.title ?? "";
  }
}
