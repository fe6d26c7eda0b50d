// What a person can do besides writing: the menu of a chat, and the menu of a message.

import { make } from "./dom.js";

/** The menu of the chat that is open on this phone. `act` does; `ask` opens a page dialog. */
export function chatMenu(pane, act) {
  const { town, chat, person } = pane;
  const others = [...town.people.values()].filter((each) => each.id !== person.id);
  const group = town.groups.get(chat.id);
  const elsewhere = [...town.groups.values()].filter((each) => !each.members.includes(person.id));
  return [
    item(pane, "Share my contact", () => act.shareContact()),
    others.length ? more(pane, "Share another’s contact", others.map((each) => item(pane, each.name, () => act.shareContact(each.id)))) : null,
    item(pane, "Send a picture", () => act.sendPicture()),
    item(pane, "Send a file of mine", () => pane.pickFile()),
    item(pane, "Change my name or username", () => town.dialogs.names(pane)),
    more(pane, "My language", town.languages.map(([code, name]) => item(pane, name, () => act.speak(code), { chosen: person.language_code === code }))),
    item(pane, pane.person.hides_forwards ? "Show who I am when forwarded" : "Hide who I am when forwarded", () => act.hideForwards(!pane.person.hides_forwards)),
    ...elsewhere.map((each) => item(pane, `Join ${each.title}`, () => act.join(each.id))),
    ...(group ? [item(pane, `Leave ${group.title}`, () => act.leave(group.id), { grave: true })] : privateItems(pane, act)),
  ].filter(Boolean);
}

function privateItems(pane, act) {
  return [
    pane.chat.blocked ? item(pane, "Unblock the bot", () => act.unblock()) : item(pane, "Block the bot", () => act.block(), { grave: true }),
    item(pane, "Delete this chat", () => act.clear(), { grave: true }),
    item(pane, "Leave Telegram for good", () => act.disappear(), { grave: true }),
  ];
}

/** What can be done with one message. */
export function messageMenu(pane, act, message) {
  const { town, person } = pane;
  const places = [[person.id, town.bot.first_name], ...[...town.groups.values()].filter((each) => each.members.includes(person.id)).map((each) => [each.id, each.title])];
  return [
    ...places.map(([id, name]) => item(pane, `Forward to ${name}`, () => act.forward(message, id))),
    pane.mayDelete(message) ? item(pane, "Delete for everybody", () => act.remove(message), { grave: true }) : null,
  ].filter(Boolean);
}

function item(pane, label, act, { grave = false, chosen = false } = {}) {
  const press = () => {
    pane.closePopup();
    act();
    pane.foot.focus();
  };
  const button = make("button", { type: "button", className: grave ? "grave" : "", on: { click: press } }, label);
  if (chosen) button.setAttribute("aria-current", "true");
  return button;
}

/** A row that opens further rows in its place. */
function more(pane, label, rows) {
  const press = (event) => {
    event.stopPropagation(); // the click that changes the menu must not close it
    pane.openPopup("below", rows);
    pane.focusPopup();
  };
  return make("button", { type: "button", className: "further", on: { click: press } }, label);
}
