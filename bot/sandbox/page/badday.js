// A bad day on purpose: the clock moves, Telegram fails, the bot dies and comes back.

import { make } from "./dom.js";
import { clock, second, shortDay, span } from "./times.js";
import { WEATHER } from "./weather.js";
import { write } from "./wire.js";

const STATES = { running: "It runs.", starting: "It is starting…", stopping: "It is ending…", stopped: "It is stopped.", killed: "It was killed." };
const MOVES = [["+1 min", { by_s: 60 }], ["+1 hour", { by_s: 3_600 }], ["+1 day", { by_s: 86_400 }], ["Next midnight", { until: "midnight" }]];

export class BadDay {
  constructor(town) {
    this.town = town;
    this.name = "Bad day";
    this.element = make("div", { className: "sheet" }, this.#time(), this.#telegram(), this.#bot(), this.#more());
    this.chip = document.querySelector("#town-time");
    [this.chipDay, this.chipTime] = [make("span", { className: "wide-only" }), make("span")];
    this.chip.append(this.chipDay, this.chipTime);
    setInterval(() => this.#tick(), 1_000);
  }

  show() {
    const { faults, process } = this.town;
    for (const button of this.switches) button.setAttribute("aria-checked", String(faults.includes(button.dataset.kind)));
    this.well.disabled = faults.length === 0;
    this.botPart.hidden = !process;
    if (process) {
      this.state.textContent = `${STATES[process.state]} ${process.waiting ? `Waiting for it: ${process.waiting}.` : ""}`.trim();
      for (const button of this.botActs) button.disabled = (button.dataset.act === "start") === (process.state === "running") || ["starting", "stopping"].includes(process.state);
    }
    this.#tick();
  }

  #time() {
    this.now = make("strong", { className: "now" });
    this.date = make("span", { className: "date" });
    const buttons = MOVES.map(([label, body]) => make("button", { type: "button", on: { click: () => this.#do("clock", body) } }, label));
    return part("The clock", "Deadlines, locks and limits fall due as if the time had passed.",
      make("div", { className: "clock" }, this.now, this.date), make("div", { className: "moves" }, ...buttons),
      make("p", { className: "aside" }, "Time only goes forward: what happened must not lie in the future. A fresh town begins at real time again."));
  }

  #telegram() {
    this.switches = WEATHER.map(({ kind, title, says, settings }) => {
      const press = () => this.#do("faults", { kind, on: button.getAttribute("aria-checked") !== "true", ...settings });
      const button = make("button", { type: "button", className: "switch", data: { kind }, on: { click: press } },
        make("span", { className: "words" }, make("b", {}, title), make("span", {}, says)), make("span", { className: "knob" }));
      button.setAttribute("role", "switch");
      button.setAttribute("aria-checked", "false");
      return button;
    });
    this.well = make("button", { type: "button", className: "solid well", disabled: true, on: { click: () => this.#do("faults", { clear: true }) } }, "All well again");
    return part("Telegram", "What people do still arrives; what the bot asks goes wrong.", ...this.switches, this.well);
  }

  #bot() {
    this.state = make("p", { className: "state" });
    const acts = [["stop", "Stop the bot politely"], ["kill", "Kill it now (kill -9)"], ["start", "Start it again"]];
    this.botActs = acts.map(([act, label]) => make("button", { type: "button", className: act === "kill" ? "grave" : "", data: { act }, on: { click: () => this.#do(`bot/${act}`, {}) } }, label));
    this.botPart = part("The bot", "Kill it in the middle of a payment: money moves once or not at all.", this.state, make("div", { className: "acts" }, ...this.botActs));
    this.botPart.hidden = true;
    return this.botPart;
  }

  #more() {
    const open = make("button", { type: "button", on: { click: () => this.town.dialogs.openGroup() } }, "Open a new group");
    return part("Groups", "People write there, and the bot reads what is meant for it.", make("div", { className: "acts" }, open));
  }

  async #do(path, body) {
    try {
      await write(path, body);
    } catch (error) {
      this.town.front?.say(error.message || "The town does not answer");
    }
  }

  #tick() {
    const { clock: given, clockRead } = this.town;
    if (!given?.now) return;
    const seconds = given.now + (performance.now() - clockRead) / 1_000;
    this.now.textContent = second(seconds);
    const ahead = given.ahead_s >= 1 ? `${span(given.ahead_s)} ahead` : "";
    this.date.textContent = [shortDay(seconds), ahead].filter(Boolean).join(" · ");
    this.chip.hidden = !ahead;
    this.chipDay.textContent = shortDay(seconds);
    this.chipTime.textContent = clock(seconds);
    this.chip.title = `The town’s clock is ${ahead || "at real time"}`;
  }
}

function part(title, says, ...children) {
  return make("section", {}, make("h3", {}, title), make("p", { className: "says" }, says), ...children);
}
