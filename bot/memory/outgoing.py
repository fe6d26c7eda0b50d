"""What a message on its way is, what can become of it, and how long a doubt about it is waited for. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from bot.dialogue.effects import BubbleId
from ledger.kernel.ids import Id
from ledger.kernel.instants import Instant

LONGEST_WAIT_S: Final = 60  # between repetitions of a message in doubt; they begin at two seconds
# Doubts (some four minutes of them) after which a message no longer holds up its chat, an edit becomes a message of its
# own, and the waits double on, up to an hour: a far side that shows all and answers nothing must not be echoed.
PATIENCE: Final = 8
_LONGEST_LATE_WAIT_S: Final = 3_600
LIGHT_BYTES: Final = 65_536  # of a body that is read with its row, and waits in memory; only files are heavier
MOST_DOUBTS: Final = 32  # in about a day; the doubt is then written down, and left


class OutboxId(Id):
    """One message on its way."""

    __slots__ = ()
    PREFIX = "out"


class Kind(StrEnum):
    """What a message is, which decides what a doubt about it means."""

    PROMPT = "prompt"  # a question or an answer: once in doubt it is not repeated
    NOTICE = "notice"  # about money: repeated until it is known to stand
    EDIT = "edit"  # the same; after ``PATIENCE`` as a message of its own
    ERASE = "erase"  # repeated until it is known to be gone


class Fate(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    BLOCKED = "blocked"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to be carried out now. ``target`` is the message to edit or erase; None: send a new one.

    Its body is opened by whoever says it: one that does not open is that message's fault, not the fault of all. That of
    a ``heavy`` one is not here at all; ``Outbox.body_of`` reads it.
    """

    outbox_id: OutboxId
    chat_id: int
    person_id: int
    kind: Kind
    target: int | None
    bubble: BubbleId | None
    cause: str | None
    attempts: int
    created_at: Instant
    opened: Callable[[], bytes] = field(repr=False)
    heavy: bool = False

    @property
    def body(self) -> bytes:
        """What it says. Raises what the sealer raises."""
        return self.opened()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bubble stands."""

    chat_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Told:
    """One message about a payment, and what became of it."""

    person_id: int
    kind: Kind
    fate: Fate
    message_id: int | None
    created_at: Instant
    ended_at: Instant | None


def pause(doubts: int) -> timedelta:
    """How long the far side is left alone: 2 s, 4 s … a minute; from ``PATIENCE`` on 2, 4 minutes … an hour."""
    if doubts < PATIENCE:
        return timedelta(seconds=min(LONGEST_WAIT_S, 2**doubts))
    return timedelta(seconds=min(_LONGEST_LATE_WAIT_S, LONGEST_WAIT_S * 2 ** (doubts - PATIENCE + 1)))
