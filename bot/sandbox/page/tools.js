// The drawer beside the phones: a bad day, the bot's calls, a story. It changes nothing before somebody opens it.

import { BadDay } from "./badday.js";
import { CallLog } from "./calls.js";
import { arrows, iconButton, make } from "./dom.js";
import { StoryTab } from "./story.js";

export class Tools {
  constructor(town) {
    this.element = document.querySelector("#tools");
    this.opener = document.querySelector("#show-tools");
    this.tabs = [new BadDay(town), new CallLog(town), new StoryTab()];
    this.opener.addEventListener("click", () => (this.element.hidden ? this.open() : this.close()));
    document.querySelector("#town-time").addEventListener("click", () => this.open());
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    this.#build();
  }

  open() {
    this.element.hidden = false;
    this.opener.setAttribute("aria-expanded", "true");
    this.#pick(this.picked ?? this.tabs[0]);
    this.strip.querySelector('[aria-selected="true"]').focus();
  }

  close() {
    this.element.hidden = true;
    this.opener.setAttribute("aria-expanded", "false");
    this.picked?.closed?.();
    this.opener.focus();
  }

  /** Something of the bot, Telegram or the clock is otherwise than before. */
  show() {
    for (const tab of this.tabs) tab.show?.();
  }

  #build() {
    this.strip = make("div", { className: "strip", on: { keydown: (event) => arrows(event, [[...this.strip.children]]) } });
    this.strip.setAttribute("role", "tablist");
    this.strip.append(...this.tabs.map((tab) => {
      const button = make("button", { type: "button", data: { tab: tab.name }, on: { click: () => this.#pick(tab) } }, tab.name);
      button.setAttribute("role", "tab");
      tab.element.setAttribute("role", "tabpanel");
      tab.element.setAttribute("aria-label", tab.name);
      return button;
    }));
    const head = make("div", { className: "head" }, this.strip, iconButton("close", "Close the tools", () => this.close()));
    this.element.append(head, ...this.tabs.map((tab) => tab.element));
  }

  #pick(tab) {
    if (this.picked !== tab) this.picked?.closed?.();
    this.picked = tab;
    for (const each of this.tabs) each.element.hidden = each !== tab;
    for (const button of this.strip.children) {
      const on = button.dataset.tab === tab.name;
      button.setAttribute("aria-selected", String(on));
      button.tabIndex = on ? 0 : -1;
    }
    tab.opened?.();
  }
}
