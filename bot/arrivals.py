"""What came in from a person: our own event, who sent it, where and when. No Telegram, no disk.

An arrival is made before anything is stored, so it decides what may be stored at all: a tap on the PIN pad and a
message of digits alone leave no body behind (``storable`` is False), only the number of their update.
"""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from pydantic import TypeAdapter

from bot.dialogue.events import (
    BotBlocked,
    ContactShared,
    DigitsArrived,
    ForeignArrived,
    TextArrived,
)
from bot.dialogue.places import GroupMessage, SaidInGroup
from ledger.kernel.instants import Instant, from_micros, to_micros

PAD = "pad"  # the kind of a tap on the PIN pad
PAD_MARKER = "p."  # what the vault puts before a token of the PIN pad, so that nobody stores it

_VERSION = 1  # of the stored form; a row of another version is refused, never guessed at


@dataclass(frozen=True, slots=True)
class TapArrived:
    """A button was pressed: an opaque token that only the vault can open. The keyboard itself never comes this far.

    ``callback_id`` answers the tap; ``token`` is empty when no button of ours can have sent it.
    """

    token: str
    callback_id: str
    message_id: int


@dataclass(frozen=True, slots=True)
class DigitsInGroup:
    """4 to 8 digits alone, typed where others read along: if it is the person's PIN, it is exposed. Never an amount.

    How many they are is all that is kept of them, so this may be written down: a crash must not leave a PIN standing.
    """

    message_id: int
    length: int
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class NamelessInGroup:
    """The bot was called in a group by an anonymous admin or in a channel's name: nobody who can have an account."""

    at: GroupMessage


class GroupChange(StrEnum):
    """What became of the bot in a group, or of the group."""

    ADDED = "added"
    REMOVED = "removed"
    SILENCED = "silenced"  # it may not write there
    MOVED = "moved"  # a group became a supergroup, under another number


@dataclass(frozen=True, slots=True)
class GroupChanged:
    """``chat_id`` is the group it happened to; ``new_chat_id`` the number it moved to.

    ``sees_all`` when it was added as an admin, whom privacy mode does not bind; ``may_delete`` others' messages.
    """

    change: GroupChange
    chat_id: int
    new_chat_id: int | None = None
    sees_all: bool = False
    may_delete: bool = False


@dataclass(frozen=True, slots=True)
class Overheard:
    """A message in a group that is not for us: nothing of it is kept but who was seen there."""


Happening: TypeAlias = (
    TextArrived
    | DigitsArrived
    | ForeignArrived
    | ContactShared
    | BotBlocked
    | TapArrived
    | DigitsInGroup
    | SaidInGroup
    | NamelessInGroup
    | GroupChanged
    | Overheard
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One update, read. Names are as Telegram gave them now: hostile, changeable, never an identity.

    What happens to a group, and is nobody's words, goes under the number of the group: ``person_id`` is negative then.
    ``members`` were seen in the group by this update and ``gone`` left it; they are written down when it is stored.
    """

    update_id: int
    person_id: int
    chat_id: int
    private: bool
    name: str
    username: str | None
    language_code: str | None  # IETF tag of the person's Telegram, not a choice they made here
    sent_at: Instant
    happening: Happening
    members: tuple[int, ...] = field(default=(), compare=False)
    gone: int | None = field(default=None, compare=False)

    @property
    def storable(self) -> bool:
        """Whether its body may be written down, sealed. Nothing a PIN could be read or derived from ever is."""
        match self.happening:
            case DigitsArrived() | Overheard():
                return False
            case GroupChanged(change):
                return change is GroupChange.ADDED  # of the others nothing is left to do once they are noted
            case TapArrived(token):
                return not token.startswith(PAD_MARKER)
            case TextArrived(text=text) | SaidInGroup(text=text):
                return not _could_be_spaced_pin(text)
            case _:
                return True

    @property
    def asked_again(self) -> bool:
        """Whether its author is asked to say it again if we die before it is handled: words that may not be written.

        A pad is gone with its process, and its person is told so; what was not said to us needs no answer.
        """
        return self.private and not self.storable and not isinstance(self.happening, TapArrived)


@dataclass(frozen=True, slots=True)
class PutAside:
    """An update nobody could read, kept for whoever mends the reader: names and types of its fields, no words.

    A keyboard, a text or a token in it could hold a PIN, so only its ``shape`` is kept. ``reason`` is the class of
    the error.
    """

    update_id: int
    reason: str
    shape: str


class UnreadableArrivalError(ValueError):
    """A stored arrival is of another version or kind than this program knows."""


# Only these are ever written; the name in the row is the key here, so a renamed class does not orphan old rows.
_STORED: dict[str, TypeAdapter[Any]] = {
    "text": TypeAdapter(TextArrived),
    "foreign": TypeAdapter(ForeignArrived),
    "contact": TypeAdapter(ContactShared),
    "blocked": TypeAdapter(BotBlocked),
    "tap": TypeAdapter(TapArrived),
    "in_group": TypeAdapter(SaidInGroup),
    "nameless": TypeAdapter(NamelessInGroup),
    "digits_in_group": TypeAdapter(DigitsInGroup),
    "group": TypeAdapter(GroupChanged),
}
_KIND_OF: dict[type, str] = {
    TextArrived: "text",
    ForeignArrived: "foreign",
    ContactShared: "contact",
    BotBlocked: "blocked",
    TapArrived: "tap",
    SaidInGroup: "in_group",
    NamelessInGroup: "nameless",
    DigitsInGroup: "digits_in_group",
    GroupChanged: "group",
    Overheard: "overheard",
}


def kind_of(arrival: Arrival) -> str:
    """A word for the inbox row: what it was, also where its body must not be kept."""
    if isinstance(arrival.happening, TapArrived) and not arrival.storable:
        return PAD
    return _KIND_OF.get(type(arrival.happening), "digits")


def dump_arrival(arrival: Arrival) -> bytes:
    """The arrival as JSON for the inbox to seal. ``ValueError`` for one that must not be stored."""
    if not arrival.storable:
        raise ValueError("this arrival must not be written down")
    kind = _KIND_OF[type(arrival.happening)]
    return json.dumps(
        {
            "v": _VERSION,
            "update": arrival.update_id,
            "person": arrival.person_id,
            "chat": arrival.chat_id,
            "private": arrival.private,
            "name": arrival.name,
            "username": arrival.username,
            "language": arrival.language_code,
            "sent": to_micros(arrival.sent_at),
            "kind": kind,
            "happening": _STORED[kind].dump_python(arrival.happening, mode="json"),
        },
        separators=(",", ":"),
    ).encode()


def load_arrival(raw: bytes) -> Arrival:
    """Read what ``dump_arrival`` wrote; ``UnreadableArrivalError`` for anything else."""
    try:
        row = json.loads(raw)
        if row["v"] != _VERSION:
            raise UnreadableArrivalError(f"stored arrival of version {row['v']}")
        return Arrival(
            update_id=row["update"],
            person_id=row["person"],
            chat_id=row["chat"],
            private=row["private"],
            name=row["name"],
            username=row["username"],
            language_code=row["language"],
            sent_at=from_micros(row["sent"]),
            happening=_STORED[row["kind"]].validate_python(row["happening"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableArrivalError(f"stored arrival cannot be read: {type(error).__name__}") from None


def _could_be_spaced_pin(text: str) -> bool:
    """Digits with something between them, as in "1 2 3 4 5 6": words to whoever reads it, but not for the disk."""
    return spaced_digits(text) is not None


def spaced_digits(text: str) -> str | None:
    """4 to 8 digits with no letter and no other digit between or around them, as ASCII; else ``None``."""
    digits = [character for character in text if character.isalnum()]
    if not MIN_PIN_DIGITS <= len(digits) <= MAX_PIN_DIGITS or not all(map(str.isdecimal, digits)):
        return None
    return "".join(str(int(digit)) for digit in digits)


MIN_PIN_DIGITS = 4  # the shortest PIN a policy can ask for
MAX_PIN_DIGITS = 8  # the longest


def digits_alone(text: str) -> str | None:
    """4 to 8 digits of any script with nothing but blanks and invisible characters around, as ASCII; else ``None``."""
    core = text.strip().strip(_INVISIBLE).strip()
    if not (MIN_PIN_DIGITS <= len(core) <= MAX_PIN_DIGITS and core.isdecimal()):
        return None
    return "".join(str(int(character)) for character in core)


_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
