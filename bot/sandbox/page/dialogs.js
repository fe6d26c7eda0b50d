// What the page asks before it does something: who moves in, another name, whom to share with, a new group.

import { ask, dress, make } from "./dom.js";
import { write } from "./wire.js";

const find = (selector) => document.querySelector(selector);

export class Dialogs {
  constructor(town) {
    this.town = town;
  }

  async moveIn() {
    const dialog = find("#person-dialog");
    const given = await ask(dialog);
    dialog.querySelector("form").reset();
    if (!given) return;
    const { person } = await write("people", { first_name: given.get("first_name") });
    await this.town.load();
    this.town.open(person.id);
  }

  async names(pane) {
    const dialog = find("#names-dialog");
    const { person } = pane;
    for (const name of ["first_name", "last_name", "username"]) dialog.querySelector("form").elements[name].value = person[name] ?? "";
    const given = await ask(dialog);
    if (given) pane.acting.rename(Object.fromEntries(given));
  }

  async openGroup() {
    const dialog = find("#group-dialog");
    const members = [...this.town.people.values()];
    dialog.querySelector(".members").replaceChildren(...members.map((person) =>
      make("label", { className: "tick" }, make("input", { type: "checkbox", name: "member", value: person.id, checked: true }), ` ${person.name}`)));
    const given = await ask(dialog);
    dialog.querySelector("form").reset();
    if (!given) return;
    await write("groups", { title: given.get("title"), members: given.getAll("member").map(Number), topics: given.has("topics") });
  }

  /** Whom somebody passes a text on to: `{ group | person, name }`, or null. */
  chooseReader(person, text) {
    const dialog = find("#share-dialog");
    dialog.querySelector(".shared").textContent = text;
    return new Promise((resolve) => {
      const choose = (chosen) => {
        resolve(chosen);
        dialog.close();
      };
      const groups = [...this.town.groups.values()].filter((group) => group.members.includes(person.id));
      const people = [...this.town.people.values()].filter((each) => each.id !== person.id);
      dialog.querySelector(".choices").replaceChildren(
        ...groups.map((group) => choice({ id: group.id, first_name: group.title }, group.title, () => choose({ group: group.id, name: group.title }))),
        ...people.map((each) => choice(each, each.name, () => choose({ person: each.id, name: each.first_name }))),
      );
      dialog.querySelector('[value="cancel"]').onclick = () => dialog.close();
      dialog.addEventListener("close", () => resolve(null), { once: true });
      dialog.showModal();
    });
  }
}

function choice(who, name, press) {
  const face = make("span", { className: "avatar small" });
  dress(face, who);
  return make("button", { type: "button", on: { click: press } }, face, name);
}
