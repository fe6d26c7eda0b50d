// What is out of order now, on top of everything: the town has stopped, the bot is away, Telegram has a bad day.

import { make } from "./dom.js";
import { write } from "./wire.js";
import { nameOf } from "./weather.js";

const AWAY = { killed: "The bot was killed.", stopped: "The bot is stopped.", stopping: "The bot is ending…", starting: "The bot is starting…" };
const find = (selector) => document.querySelector(selector);

export class Banners {
  constructor(town) {
    this.town = town;
  }

  lost(isLost) {
    find("#banner").textContent = isLost ? "The town has stopped. Start it again with: make play" : "";
    find("#banner").hidden = !isLost;
  }

  show() {
    const { process, faults } = this.town;
    const away = process && process.state !== "running" ? `${AWAY[process.state]} ${waiting(process.waiting)}`.trim() : "";
    const again = process && ["killed", "stopped"].includes(process.state);
    fill("#banner-bot", away, again ? ["Start it again", () => write("bot/start")] : null);
    const names = faults.map(nameOf);
    fill("#banner-faults", names.length ? `Telegram has a bad day: ${names.join(", ")}.` : "", ["All well again", () => write("faults", { clear: true })]);
  }
}

function waiting(count) {
  return count ? `${count === 1 ? "1 update waits" : `${count} updates wait`} for it.` : "";
}

function fill(selector, words, button) {
  const banner = find(selector);
  const said = `${words}${button?.[0] ?? ""}`;
  banner.hidden = !words;
  if (banner.dataset.said === said) return; // a screen reader says it once
  banner.dataset.said = said;
  banner.replaceChildren(make("span", {}, words), ...(button && words ? [make("button", { type: "button", on: { click: button[1] } }, button[0])] : []));
}
