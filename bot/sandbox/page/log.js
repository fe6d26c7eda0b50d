// The messages of one chat in their order, with the days between them and what happened in a group.

import { icon, make } from "./dom.js";
import { MessageView, author } from "./message.js";
import { day } from "./times.js";

const GENERAL = 1; // the topic whose messages carry no number

export class Log {
  constructor(element, act) {
    this.element = element;
    this.act = act;
    this.views = new Map();
    this.isFollowing = true; // the end is looked at; it stays so when a banner or a keyboard takes room away
    element.addEventListener("scroll", () => { this.isFollowing = this.#isAtEnd(); });
    new ResizeObserver(() => this.isFollowing && this.#scrollToEnd()).observe(element);
  }

  /** Begins another chat. */
  clear() {
    this.views.clear();
    this.chat = null;
    this.topic = null;
  }

  /** Shows this chat as it is now; `topic` is the one that is looked at in a forum. */
  show(chat, topic) {
    const first = !this.chat || this.topic !== topic;
    const atEnd = first || this.#isAtEnd();
    this.chat = chat;
    this.topic = topic;
    const there = new Set(chat.messages.map((message) => message.message_id));
    for (const id of [...this.views.keys()]) if (!there.has(id)) this.views.delete(id);
    for (const message of chat.messages) this.views.get(message.message_id)?.patch?.(message, { silent: true });
    this.#arrange();
    if (atEnd) this.toEnd();
  }

  /** A message that is new, or looks otherwise than before. */
  receive(message) {
    const atEnd = this.#isAtEnd();
    const known = this.chat.messages.findIndex((each) => each.message_id === message.message_id);
    if (known >= 0) {
      this.chat.messages[known] = message;
      this.views.get(message.message_id)?.patch?.(message);
    } else {
      this.chat.messages.push(message);
      this.#arrange();
    }
    if (atEnd || author(message).id === this.act.me) this.toEnd();
  }

  /** Takes a message away; whether it held the focus. */
  remove(messageId) {
    this.chat.messages = this.chat.messages.filter((each) => each.message_id !== messageId);
    const held = Boolean(this.views.get(messageId)?.element.contains(document.activeElement));
    this.views.delete(messageId);
    this.#arrange();
    return held;
  }

  answered(queryId) {
    for (const view of this.views.values()) view.answered?.(queryId);
  }

  toEnd() {
    this.isFollowing = true;
    requestAnimationFrame(() => this.#scrollToEnd());
  }

  #scrollToEnd() {
    this.element.scrollTop = this.element.scrollHeight;
  }

  #arrange() {
    const messages = this.chat.messages.filter((message) => this.#isShown(message));
    const parts = messages.length ? [] : [this.#welcome()];
    let before = null;
    for (const message of messages) {
      if (!before || day(message.date) !== day(before.date)) parts.push(make("div", { className: "day" }, day(message.date)));
      const { element } = this.#view(message);
      const turns = !before || Boolean(service(before)) || author(before).id !== author(message).id;
      element.classList.toggle("turn", turns);
      parts.push(element);
      before = message;
    }
    settle(this.element, parts);
  }

  #isShown(message) {
    return this.topic === null || (message.message_thread_id ?? GENERAL) === this.topic;
  }

  #view(message) {
    if (!this.views.has(message.message_id)) {
      const words = service(message);
      const view = words ? { element: make("div", { className: "service" }, words) } : new MessageView(message, this.act);
      this.views.set(message.message_id, view);
    }
    return this.views.get(message.message_id);
  }

  #welcome() {
    const { bot } = this.act;
    if (this.act.inGroup) {
      return make("div", { className: "welcome" }, make("p", {}, `Everybody here reads what you write. ${bot.first_name} hears commands and its own name.`));
    }
    const face = make("span", { className: "avatar bot" }, icon("mark"));
    const words = this.chat.description || "Money inside the message. Press Start to begin.";
    return make("div", { className: "welcome" }, face, make("h2", {}, bot.first_name), make("p", {}, words), this.#languages());
  }

  /** What this person's Telegram is set to: the bot speaks it from the first word. */
  #languages() {
    const { spoken, languages, speak } = this.act;
    const button = ([code, name]) => make("button", { type: "button", lang: code, ariaPressed: String(code === spoken), on: { click: () => speak(code) } }, name);
    return make("div", { className: "tongues", role: "group", ariaLabel: "Language of this Telegram" }, ...languages.map(button));
  }

  #isAtEnd() {
    const log = this.element;
    return log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  }
}

/** What happened in a group, in words; null for a message that somebody wrote. */
export function service(message) {
  const who = author(message).first_name;
  const names = (people) => people.map((each) => each.first_name).join(", ");
  if (message.new_chat_members) {
    const alone = message.new_chat_members.length === 1 && message.new_chat_members[0].id === message.from?.id;
    return alone ? `${who} joined` : `${who} added ${names(message.new_chat_members)}`;
  }
  if (message.left_chat_member) {
    return message.left_chat_member.id === message.from?.id ? `${who} left` : `${who} removed ${message.left_chat_member.first_name}`;
  }
  if (message.new_chat_title) return `${who} named the group ${message.new_chat_title}`;
  if (message.forum_topic_created) return `${who} opened the topic ${message.forum_topic_created.name}`;
  if (message.forum_topic_edited) return `${who} named the topic ${message.forum_topic_edited.name ?? "anew"}`;
  if (message.forum_topic_closed) return `${who} closed the topic`;
  if (message.forum_topic_reopened) return `${who} opened the topic again`;
  if (message.migrate_to_chat_id) return "The group became a supergroup";
  if (message.migrate_from_chat_id) return "The group was a basic group before";
  return null;
}

/** Makes the children these and in this order, moving none that already stands right: a moved element loses the focus. */
function settle(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  children.forEach((child, place) => {
    if (parent.children[place] !== child) parent.insertBefore(child, parent.children[place] ?? null);
  });
}
