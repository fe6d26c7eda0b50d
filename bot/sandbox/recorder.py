"""Turns what happens in the town into a story that a test can play again. Pure: it hears changes and writes lines.

Digits of a PIN are never written: they are a run of dots and whether they were right, which is read from what the bot
said next, in English. What a story has no words for becomes a comment.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from bot.sandbox.people import Json
from bot.sandbox.story_lines import buttons, columns, quoted, typed

_CHOSEN: Final = "583062"  # stands for every new PIN: nobody's, and not weak
_WEAK: Final = "123456"
_REFERENCE: Final = re.compile(r"\b\d{12}\b")
_DIGITS: Final = re.compile(r"\d{4,}")
_MASKED_PRESS: Final = "·"  # how the town names a digit of a pad
_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))
_OPENING: Final = 2  # lines: the comment, and how everybody stands


@dataclass(slots=True)
class _Presses:
    """Digits that were pressed on one pad and not yet judged."""

    person_id: int
    chat_id: int
    message_id: int
    prompt: str
    digits: int = 0

    @property
    def wanted(self) -> int:
        """How many the pad takes: as many as it shows dots."""
        return len(re.findall(r"[●○]", self.prompt)) or 6


@dataclass(slots=True)
class Recorder:
    """``hear`` every change from ``begin`` on; ``text`` is the story so far."""

    people: dict[int, str]  # number → the name a story calls them by
    groups: dict[int, str]  # number → title
    bot_id: int
    lines: list[str] = field(default_factory=list)
    _looks: dict[tuple[int, int], Json] = field(default_factory=dict)  # every message as it looked last
    _said: dict[tuple[int, int], Json] = field(default_factory=dict)  # of the bot, since the last deed, in order
    _presses: _Presses | None = None
    _speaker: int = 0
    _group: int = 0
    _reference: str = ""
    _ahead_s: float = 0.0
    _typed: dict[tuple[int, int], int] = field(default_factory=dict)  # message of a person → its line

    def begin(self, given: str, messages: Iterable[Json], ahead_s: float) -> None:
        """The start: how everybody stands, and the messages there are, none of which is news."""
        self._looks = {_key(message): message for message in messages}
        self._ahead_s = ahead_s
        self.lines = ["# Recorded in the town.", columns("given", given)]

    def text(self) -> str:
        """The story so far, with what was said since the last deed."""
        kept, presses, said, reference = list(self.lines), self._presses, dict(self._said), self._reference
        self._close()
        text = "\n".join(self.lines) + "\n"
        self.lines, self._presses, self._said, self._reference = kept, presses, said, reference
        return text

    def hear(self, change: Json) -> None:
        """One change of the town."""
        match change["kind"]:
            case "message":
                self._hear_message(change["message"])
            case "tap":
                self._hear_tap(change)
            case "answer" if change["text"] and self._presses is None:
                self.lines.append(columns("toast", quoted(change["text"])))
            case "deleted":
                self._hear_deleted(change["chat"], change["message_id"])
            case "chat" if "blocked" in change and change["chat"] in self.people:
                self._deed(change["chat"], verb="blocks" if change["blocked"] else "unblocks")
            case "clock":
                self._hear_clock(change["ahead_s"])
            case "process" if change["process"] and change["process"]["state"] in {"stopped", "killed"}:
                self._restart()

    # ── what people do ───────────────────────────────────────────────────────

    def _hear_message(self, message: Json) -> None:
        key, author = _key(message), message.get("from", {}).get("id", 0)
        before, self._looks[key] = self._looks.get(key), message
        if author == self.bot_id:
            self._said.pop(key, None)
            self._said[key] = message
        elif author in self.people and "sender_chat" not in message:
            self._hear_person(author, message, is_edit=before is not None)

    def _hear_person(self, author: int, message: Json, *, is_edit: bool) -> None:
        chat, text = message["chat"]["id"], message.get("text", "")
        if chat not in self.people:
            self._hear_in_group(author, message, is_edit=is_edit)
        elif "contact" in message:
            self._share(author, message["contact"])
        elif not text:
            self._comment(author, "sent something that a story has no words for")
        elif is_edit:
            self._deed(author, "edits", typed(text))
        elif "forward_origin" in message:
            self._deed(author, "forwards", typed(text))
        elif text == "/start":
            self._deed(author, "starts")
        elif text.startswith("/start ") and self._is_linked(text.removeprefix("/start ")):
            self._deed(author, "opens the link")
        else:
            self._deed(author, "", typed(text))
        self._typed[_key(message)] = len(self.lines) - 1

    def _hear_in_group(self, author: int, message: Json, *, is_edit: bool) -> None:
        chat, text = message["chat"]["id"], message.get("text", "")
        replied = message.get("reply_to_message")
        if chat not in self.groups or is_edit or not text or "forward_origin" in message:
            if text or "contact" in message:
                self._comment(author, "did something in a group that a story has no words for")
            return
        whom = self._author_of(replied) if replied and "forum_topic_created" not in replied else ""
        self._deed(author, f"in {self.groups[chat]}" + (f" to {whom}" if whom else ""), typed(text))
        self._group = chat
        self._typed[_key(message)] = len(self.lines) - 1

    def _author_of(self, message: Json) -> str:
        author = message.get("from", {}).get("id", 0)
        return "bot" if author == self.bot_id else self.people.get(author, "")

    def _share(self, author: int, contact: Json) -> None:
        whom = self.people.get(contact.get("user_id", 0))
        if whom is None:
            self._comment(author, "shared the contact of somebody who is not on Telegram")
        else:
            self._deed(author, "shares", whom)

    def _is_linked(self, payload: str) -> bool:
        """Whether a button under a message of the bot in a group leads here."""
        pressable = (
            button
            for (chat, _), message in self._looks.items()
            if chat in self.groups
            for row in message.get("reply_markup", {}).get("inline_keyboard", ())
            for button in row
        )
        return any(button.get("url", "").endswith(f"?start={payload}") for button in pressable)

    def _hear_tap(self, change: Json) -> None:
        person, chat, label = change["person"], change["chat"], change["label"]
        message = self._looks.get((chat, change["message_id"]), {})
        if label == _MASKED_PRESS:
            self._press_digit(person, chat, change["message_id"], message.get("text", ""))
        elif label == "⌫" and self._presses is not None:
            self._presses.digits = max(self._presses.digits - 1, 0)
        elif chat != person:
            self._comment(person, f"pressed [{label}] in a group")
        elif label and not re.search(r"[\[\]]", label):
            self._deed(person, "", f"[{label}]")
        else:
            self._comment(person, "pressed a button that is no longer there")

    def _press_digit(self, person: int, chat: int, message_id: int, prompt: str) -> None:
        run = self._presses
        if run is None or run.message_id != message_id or run.digits >= run.wanted:
            self._close()
            run = self._presses = _Presses(person, chat, message_id, prompt)
            self._speaker = person
        run.digits += 1

    def _hear_clock(self, ahead_s: float) -> None:
        self._close()
        by_s, self._ahead_s = round(ahead_s - self._ahead_s), ahead_s
        if by_s > 0:
            size, unit = next((size, unit) for size, unit in _UNITS if by_s % size == 0)
            self.lines.append(columns("clock", f"+{by_s // size}{unit}"))

    def _restart(self) -> None:
        """Where it ended, and not where it began again: what was said to it meanwhile waits at Telegram."""
        self._close()
        self.lines.append("restart")

    def _hear_deleted(self, chat: int, message_id: int) -> None:
        """A text that the bot takes away at once may have been a PIN: its digits go from the story too."""
        line = self._typed.get((chat, message_id))
        if line is not None:
            self.lines[line] = _DIGITS.sub(lambda found: "0" * len(found[0]), self.lines[line])
        self._looks.pop((chat, message_id), None)
        self._said.pop((chat, message_id), None)

    def _deed(self, person: int, verb: str, text: str = "") -> None:
        self._close()
        self._speaker = person
        self.lines.append(columns(f"{self.people[person]} {verb}".strip(), text))

    def _comment(self, person: int, what: str) -> None:
        self._close()
        self.lines.append(f"# {self.people.get(person, 'somebody')} {what}")

    # ── what the bot said to it ──────────────────────────────────────────────

    def _close(self) -> None:
        """Write what came of the last deed."""
        if self._presses is not None and self._presses.digits >= self._presses.wanted:
            self.lines.append(columns(self.people[self._presses.person_id], "······", self._verdict(self._presses)))
        self._presses = None
        if len(self.lines) == _OPENING:
            self._said.clear()  # what the bot said before anybody did anything came of something that is not told
        for (chat, _), message in self._said.items():
            if who := self._reader(chat):
                self._write(who, message)
        self._said.clear()

    def _reader(self, chat: int) -> str:
        if chat == self._speaker:
            return "bot"
        if chat in self.people:
            return f"{self.people[chat]} sees"
        return "group sees" if chat == self._group else ""

    def _write(self, who: str, message: Json) -> None:
        text = message.get("text") or message.get("caption", "")
        if not text:
            return
        found = _REFERENCE.search(text)
        remark = ""
        if found:
            remark = "the same reference" if found[0] == self._reference else "reference"
            self._reference = found[0]
        self.lines.append(columns(who, quoted(text), remark, buttons(message)))

    def _verdict(self, run: _Presses) -> str:
        answers = " ".join(message.get("text", "") for (chat, _), message in self._said.items() if chat == run.chat_id)
        if any(sign in answers for sign in ("That is not your PIN", "Too many wrong PINs", "were not the same")):
            return "a wrong one"
        if "easy to guess" in answers:
            return _WEAK
        is_new = "Choose a new PIN" in run.prompt and "have already" not in answers
        return f"{_CHOSEN}, chosen" if is_new else "the right one"


def _key(message: Json) -> tuple[int, int]:
    return message["chat"]["id"], message["message_id"]
