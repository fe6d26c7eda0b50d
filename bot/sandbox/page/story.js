// Records what people do and what the bot says as a story that a test can play again.

import { make } from "./dom.js";
import { read, write } from "./wire.js";

const EVERY_MS = 1_000;

export class StoryTab {
  constructor() {
    this.name = "Story";
    this.record = make("button", { type: "button", className: "solid", on: { click: () => this.#toggle() } }, "Record a story");
    this.text = make("pre", { className: "story", tabIndex: 0 });
    this.text.setAttribute("aria-label", "The story so far");
    this.copy = make("button", { type: "button", disabled: true, on: { click: () => this.#copy() } }, "Copy");
    this.save = make("a", { className: "button", download: "recorded.story", hidden: true }, "Download");
    const says = make("p", { className: "says" }, "Do something on the phones; it becomes a test that plays it again. A PIN is never written down.");
    this.element = make("div", { className: "sheet log-sheet" }, says, make("div", { className: "bar-row" }, this.record, this.copy, this.save), this.text);
  }

  opened() {
    this.timer = setInterval(() => this.#read(), EVERY_MS);
    this.#read();
  }

  closed() {
    clearInterval(this.timer);
  }

  async #toggle() {
    this.#adopt(await write(this.recording ? "story/stop" : "story/record"));
  }

  async #read() {
    try {
      this.#adopt(await read("story"));
    } catch {
      clearInterval(this.timer); // the town has stopped; opening the tab again asks again
    }
  }

  #adopt({ recording, text }) {
    this.recording = recording;
    this.record.textContent = recording ? "Stop" : "Record a story";
    this.element.classList.toggle("recording", recording);
    this.copy.disabled = !text;
    this.save.hidden = !text;
    if (this.text.textContent === text) return;
    this.text.textContent = text;
    this.text.scrollTop = this.text.scrollHeight;
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    this.save.href = this.address;
  }

  async #copy() {
    await navigator.clipboard.writeText(this.text.textContent);
    this.copy.textContent = "Copied";
    setTimeout(() => { this.copy.textContent = "Copy"; }, 1_500);
  }
}
