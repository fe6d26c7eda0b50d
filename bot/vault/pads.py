"""The PIN pad: shuffled keys and the digits pressed so far, in this process's memory and nowhere else.

One shuffle for the life of a pad, so that quick taps on a picture that is a moment old still mean what was seen. A key
carries random bytes, never a digit: who reads every message and every stored row learns nothing of the PIN. It knows
neither PINs that hold (bot.vault.pins) nor how a pad is drawn.
"""

import base64
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from cryptography.hazmat.primitives import constant_time

from bot.dialogue.effects import BubbleId, Purpose, Say
from bot.dialogue.events import Secret

LIFETIME_S: Final = 90.0  # PRODUCT: a pad nobody finishes is closed; long enough for slow fingers
MARKER: Final = "p."  # in front of each pad key's token: a tap with it is never stored
BACK: Final = "back"
CANCEL: Final = "cancel"
_TOKEN_BYTES: Final = 16  # 128 bits: not guessed in 90 seconds
_DIGITS: Final = "0123456789"
_ROW: Final = 3


class Chance(Protocol):
    """What ``random.SystemRandom`` gives; a test hands in a seeded ``random.Random``."""

    def sample(self, population: str, k: int) -> list[str]:
        """``k`` different ones, in random order."""
        ...

    def randbytes(self, n: int) -> bytes:
        """Random bytes."""
        ...


@dataclass(frozen=True, slots=True)
class PadKey:
    """A key as it is drawn: its face (``0`` … ``9``, ``back``, ``cancel``) and the token that a tap on it brings."""

    face: str
    token: str = field(repr=False)


@dataclass(slots=True)
class Pad:
    """An open pad. ``rows`` and ``filled`` are what a picture of it needs."""

    person_id: int
    purpose: Purpose
    bubble: BubbleId
    say: Say
    length: int
    closes_at_s: float  # by the steady clock
    rows: tuple[tuple[PadKey, ...], ...] = field(repr=False)
    complete: bool = False
    pressed: bytearray = field(default_factory=bytearray, repr=False)

    @property
    def filled(self) -> int:
        """How many dots are full."""
        return self.length if self.complete else len(self.pressed)

    def face_of(self, token: str) -> str | None:
        """The key with this token."""
        return next((key.face for row in self.rows for key in row if key.token == token), None)

    def wipe(self) -> None:
        """Overwrite the digits where they lie."""
        _wipe(self.pressed)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a tap or a typed PIN did. ``digits`` is given once, by the press that filled the last place.

    ``unknown``: no open pad has this key. ``ignored``: nothing changed (a press after the last, ``⌫`` on nothing).
    """

    filled: int = 0
    digits: Secret | None = None
    cancelled: bool = False
    ignored: bool = False
    unknown: bool = False


@dataclass(slots=True)
class _First:
    """A chosen PIN that waits to be entered again."""

    digits: bytearray = field(repr=False)
    until_s: float


class Pads:
    """Every pad this process holds, at most one a person."""

    def __init__(
        self, steady_s: Callable[[], float], chance: Chance | None = None, *, lifetime_s: float = LIFETIME_S
    ) -> None:
        self._steady_s = steady_s
        self._chance: Chance = random.SystemRandom() if chance is None else chance
        self._lifetime_s = lifetime_s
        self._pads: dict[int, Pad] = {}
        self._firsts: dict[int, _First] = {}

    def open(self, person_id: int, purpose: Purpose, bubble: BubbleId, say: Say, length: int) -> Pad:
        """A new pad, freshly shuffled, in place of the one before. Only a REPEAT keeps the first entry."""
        self._drop(person_id)
        if purpose is not Purpose.REPEAT:
            self._forget_first(person_id)
        closes_at_s = self._steady_s() + self._lifetime_s
        if first := self._firsts.get(person_id):
            first.until_s = closes_at_s
        pad = Pad(person_id, purpose, bubble, say, length, closes_at_s, self._shuffled())
        self._pads[person_id] = pad
        return pad

    def of(self, person_id: int) -> Pad | None:
        """The person's pad, while it is open."""
        pad = self._pads.get(person_id)
        return pad if pad is not None and self._steady_s() < pad.closes_at_s else None

    def would_fill(self, person_id: int, taps: int) -> bool:
        """Whether so many more digits fill the person's pad."""
        pad = self.of(person_id)
        return pad is not None and not pad.complete and len(pad.pressed) + taps >= pad.length

    def press(self, person_id: int, token: str) -> Pressed:
        """A tap on a key. Keys of another person, an older pad or a closed one are unknown."""
        pad = self.of(person_id)
        face = pad.face_of(token) if pad is not None else None
        if pad is None or face is None:
            return Pressed(unknown=True)
        if pad.complete:
            return Pressed(filled=pad.filled, ignored=True)
        if face == CANCEL:
            self.close(person_id)
            return Pressed(cancelled=True)
        if face == BACK:
            return self._take_back(pad)
        pad.pressed += face.encode()
        return self._submitted(pad) if len(pad.pressed) == pad.length else Pressed(filled=pad.filled)

    def typed(self, person_id: int, digits: Secret) -> Pressed:
        """A PIN typed as text instead. It replaces what was pressed, and is judged whatever its length."""
        pad = self.of(person_id)
        if pad is None:
            return Pressed(unknown=True)
        if pad.complete:
            return Pressed(filled=pad.filled, ignored=True)
        pad.wipe()
        pad.pressed = bytearray(digits.reveal().encode())
        return self._submitted(pad)

    def remember_first(self, person_id: int, digits: Secret) -> None:
        """Keep an accepted first entry for its repetition, for as long as a pad lives."""
        self._forget_first(person_id)
        until_s = self._steady_s() + self._lifetime_s
        self._firsts[person_id] = _First(bytearray(digits.reveal().encode()), until_s)

    def repeats_first(self, person_id: int, digits: Secret) -> bool:
        """Whether the second entry is the first one. The first is forgotten either way."""
        first = self._firsts.get(person_id)
        same = (
            first is not None
            and self._steady_s() < first.until_s
            and constant_time.bytes_eq(bytes(first.digits), digits.reveal().encode())
        )
        self._forget_first(person_id)
        return same

    @property
    def people(self) -> frozenset[int]:
        """Whoever has a pad here, or a first entry that waits for its repetition."""
        return frozenset(self._pads) | frozenset(self._firsts)

    def close_all(self) -> None:
        """Forget every digit there is, at once."""
        for person_id in self.people:
            self.close(person_id)

    def close(self, person_id: int) -> None:
        """Forget the pad, its digits and a first entry."""
        self._drop(person_id)
        self._forget_first(person_id)

    def expired(self) -> list[Pad]:
        """Unfinished pads whose time is over, closed and wiped; each is told once. Stale first entries go too."""
        now_s = self._steady_s()
        over = [pad for pad in self._pads.values() if now_s >= pad.closes_at_s]
        for pad in over:
            self.close(pad.person_id)
        for person_id in [each for each, first in self._firsts.items() if now_s >= first.until_s]:
            self._forget_first(person_id)
        return [pad for pad in over if not pad.complete]

    def _shuffled(self) -> tuple[tuple[PadKey, ...], ...]:
        faces = self._chance.sample(_DIGITS, k=len(_DIGITS))
        keys = [self._key(face) for face in faces]
        rows = [tuple(keys[start : start + _ROW]) for start in range(0, _ROW * _ROW, _ROW)]
        return (*rows, (self._key(CANCEL), keys[-1], self._key(BACK)))

    def _key(self, face: str) -> PadKey:
        token = base64.urlsafe_b64encode(self._chance.randbytes(_TOKEN_BYTES)).rstrip(b"=").decode("ascii")
        return PadKey(face, MARKER + token)

    def _take_back(self, pad: Pad) -> Pressed:
        if not pad.pressed:
            return Pressed(ignored=True)
        pad.pressed[-1] = 0
        del pad.pressed[-1]
        return Pressed(filled=pad.filled)

    def _submitted(self, pad: Pad) -> Pressed:
        digits = Secret(pad.pressed.decode("ascii"))
        pad.complete = True
        pad.wipe()
        return Pressed(filled=pad.filled, digits=digits)

    def _drop(self, person_id: int) -> None:
        if pad := self._pads.pop(person_id, None):
            pad.wipe()

    def _forget_first(self, person_id: int) -> None:
        if first := self._firsts.pop(person_id, None):
            _wipe(first.digits)


def is_pad_token(token: str) -> bool:
    """Whether a tap belongs to a pad, so that it is pressed at once and stored nowhere."""
    return token.startswith(MARKER)


def _wipe(digits: bytearray) -> None:
    digits[:] = bytes(len(digits))
    digits.clear()
