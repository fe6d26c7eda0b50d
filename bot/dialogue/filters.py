"""Which part of a history is looked at, and how a button carries it: what way, with whom, when, with which words.

The words of a search are not in the button, which has 20 bytes: they stay in the state, and the button knows only that
it means them. It knows no flow and no sentence.
"""

import zlib
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, Self

from bot.language.periods import Period

_SHORT: Final = 8  # bytes of a cursor alone: what a button of the whole history carries
_BYTES: Final = 20  # way, person (52 bits), first day, days, cursor, words
_LONGEST_DAYS: Final = 2**16 - 1
MOST_WORDS: Final = 60  # characters that are searched for; more cannot be a note anybody remembers


class Way(StrEnum):
    """Which way the money went."""

    BOTH = "both"
    SENT = "sent"
    RECEIVED = "received"


_WAYS: Final = tuple(Way)


@dataclass(frozen=True, slots=True)
class Filter:
    """What must be true of a payment to be shown. Days are ordinals (``date.toordinal``), 0 for any."""

    way: Way = Way.BOTH
    person_id: int = 0  # 0: anybody
    first_day: int = 0
    end_day: int = 0  # the first day that is not meant any more
    words: str = ""

    @property
    def is_open(self) -> bool:
        """Whether everything is shown."""
        return self == EVERYTHING

    @property
    def period(self) -> Period | None:
        """The stretch of days, if one is meant."""
        if not self.first_day:
            return None
        return Period(date.fromordinal(self.first_day), date.fromordinal(self.end_day))

    def going(self, way: Way) -> Self:
        """The same, one way only."""
        return replace(self, way=way)

    def among(self, person_id: int) -> Self:
        """The same, with this person only."""
        return replace(self, person_id=person_id)

    def during(self, period: Period) -> Self:
        """The same, within these days."""
        return replace(self, first_day=period.begins.toordinal(), end_day=period.ends.toordinal())

    def containing(self, words: str) -> Self:
        """The same, with these words in the note or the name."""
        return replace(self, words=words[:MOST_WORDS])


EVERYTHING: Final = Filter()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a history: which part of it, and behind which row (``None``: the newest)."""

    wanted: Filter = EVERYTHING
    cursor: int | None = None


def page_argument(page: Page) -> bytes:
    """The page as a button carries it."""
    wanted, cursor = page.wanted, page.cursor
    if wanted.is_open:
        return b"" if cursor is None else cursor.to_bytes(_SHORT, "big")
    return (
        bytes((_WAYS.index(wanted.way),))
        + wanted.person_id.to_bytes(7, "big")
        + wanted.first_day.to_bytes(3, "big")
        + min(wanted.end_day - wanted.first_day, _LONGEST_DAYS).to_bytes(2, "big")
        + (cursor or 0).to_bytes(6, "big")
        + bytes((_mark(wanted.words),))
    )


def page_of(argument: bytes, words: str) -> Page | None:
    """The page that a button carried, where ``words`` is what is searched for now; ``None`` if it means no page now."""
    if not argument:
        return Page()
    if len(argument) == _SHORT:
        return Page(EVERYTHING, int.from_bytes(argument, "big"))
    if len(argument) != _BYTES or argument[0] >= len(_WAYS):
        return None
    person, first, days, cursor = (
        int.from_bytes(argument[start:stop], "big") for start, stop in ((1, 8), (8, 11), (11, 13), (13, 19))
    )
    mark = argument[19]
    if (mark and mark != _mark(words)) or bool(first) != bool(days) or first + days > date.max.toordinal():
        return None
    wanted = Filter(_WAYS[argument[0]], person, first, first + days, words if mark else "")
    return Page(wanted, cursor or None)


def _mark(words: str) -> int:
    """One byte that tells one search from most others; 0 for none."""
    return zlib.crc32(words.encode()) % 255 + 1 if words else 0
