"""Which handle a newcomer is offered. Pure: whether it is free is the database's answer.

A handle is Hundi's own name for somebody: lower case ASCII, at most 32 characters, never given to anyone else.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, Protocol

from bot.language.handles import ALLOWED, MAX_LENGTH, MIN_LENGTH, is_reserved

_FALLBACK: Final = "friend"  # for a name without a Latin letter
_DIGITS_TRIED: Final = (2, 3, 4, 6, 9)  # a number of so many digits behind the name; the last never runs out
_TRIES_EACH: Final = 8


class Chance(Protocol):
    """What ``random.SystemRandom`` gives; a test hands in a seeded one."""

    def randrange(self, start: int, stop: int) -> int:
        """A whole number, the start included and the stop not."""
        ...


def candidates(username: str | None, name: str, chance: Chance) -> Iterator[str]:
    """Handles to try in order: the Telegram username, then a name and a number."""
    own = _cleaned(username or "")
    if own and own == (username or "").lower() and len(own) >= MIN_LENGTH and not is_reserved(own):
        yield own
    stem = own or _cleaned(_latin(name).split(" ")[0]) or _FALLBACK
    if is_reserved(stem):
        stem = _FALLBACK
    for digits in _DIGITS_TRIED:
        for _ in range(_TRIES_EACH):
            yield f"{stem[: MAX_LENGTH - digits]}{chance.randrange(10 ** (digits - 1), 10**digits)}"


def _latin(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").strip()


def _cleaned(text: str) -> str:
    kept = re.sub(r"[^a-z0-9_]", "", text.lower()).lstrip("_0123456789")
    return kept[:MAX_LENGTH] if ALLOWED.match(kept) else ""
