"""Misfortune on purpose: calls fail as they fail at Telegram. Off unless a test or the page switches it on.

Each kind imitates something real: docs/telegram.md says what. ``describe`` lists them with their settings, so that a
page can offer them by name; nothing of this survives a restart of the town.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Final

from bot.sandbox.people import Json


class FaultKind(StrEnum):
    """What goes wrong."""

    TOO_MANY_REQUESTS = "429"  # nothing is processed; wait retry_after_s
    SERVER_ERROR = "500"  # nothing is processed
    BAD_GATEWAY = "502"  # nothing is processed, and the answer is a page of HTML
    GATEWAY_TIMEOUT = "504"  # processed, but the answer is a page of HTML that says nothing of it
    UNAUTHORIZED = "401"  # nothing is processed: the token was revoked
    SLOW = "slow"  # processed after delay_s, unless the client has left by then
    LATE = "late"  # processed at once, answered after delay_s
    GARBAGE = "garbage"  # processed; the answer is 200 with a body that is no JSON
    HANG = "hang"  # nothing is processed and nothing is answered until the client leaves or the fault is cleared
    DROPPED = "dropped"  # nothing is processed; the connection drops before the answer
    LOST_RESPONSE = "lost"  # processed; the connection drops before the answer
    LOST_CONFIRMATION = "duplicate"  # what was confirmed last, or taken by a webhook, is delivered once more
    OUT_OF_ORDER = "disorder"  # getUpdates: what waits is delivered the newest first
    OUTAGE = "outage"  # nothing is processed: in turn a 502 and a dropped connection


STORM: Final = "storm"  # not a kind: a share of all calls fails, each in one of several ways
_POLLS_ONLY: Final = frozenset({FaultKind.LOST_CONFIRMATION, FaultKind.OUT_OF_ORDER})
_STORMY: Final = (
    FaultKind.TOO_MANY_REQUESTS, FaultKind.SERVER_ERROR, FaultKind.BAD_GATEWAY, FaultKind.GATEWAY_TIMEOUT,
    FaultKind.GARBAGE, FaultKind.DROPPED, FaultKind.LOST_RESPONSE,
)  # fmt: skip  # what a storm on the page is made of
_SAYS: Final = {
    FaultKind.TOO_MANY_REQUESTS: ("Too many requests", "Telegram says to wait; the call is not carried out."),
    FaultKind.SERVER_ERROR: ("Server error", "Telegram fails inside; the call is not carried out."),
    FaultKind.BAD_GATEWAY: ("Bad gateway", "A page of HTML instead of an answer; the call is not carried out."),
    FaultKind.GATEWAY_TIMEOUT: ("Gateway timeout", "A page of HTML instead of an answer; the call was carried out."),
    FaultKind.UNAUTHORIZED: ("Token refused", "As when the token was revoked at BotFather."),
    FaultKind.SLOW: ("Slow", "Carried out and answered after the delay."),
    FaultKind.LATE: ("Late answer", "Carried out at once, answered after the delay."),
    FaultKind.GARBAGE: ("Garbage", "Carried out; the answer cannot be read."),
    FaultKind.HANG: ("Hangs", "No answer until the bot gives up; the call is not carried out."),
    FaultKind.DROPPED: ("Line drops before", "The connection breaks; the call is not carried out."),
    FaultKind.LOST_RESPONSE: ("Line drops after", "Carried out, but the answer is lost."),
    FaultKind.LOST_CONFIRMATION: ("Updates twice", "What the bot confirmed last is delivered once more."),
    FaultKind.OUT_OF_ORDER: ("Updates out of order", "What waits is delivered the newest first."),
    FaultKind.OUTAGE: ("Telegram is down", "Every call fails until this is switched off."),
}
_SETTING: Final[dict[FaultKind, Json]] = {
    FaultKind.TOO_MANY_REQUESTS: {"retry_after_s": 5},
    FaultKind.SLOW: {"delay_s": 3.0},
    FaultKind.LATE: {"delay_s": 3.0},
}


@dataclass(slots=True)
class Fault:
    """One misfortune: for the next ``times`` calls of ``method`` ("*": any), after ``skip`` calls that go well.

    ``times`` 0 means until it is cleared.
    """

    kind: FaultKind
    method: str = "*"
    times: int = 1
    skip: int = 0
    retry_after_s: int = 1
    delay_s: float = 0.0
    struck: int = 0  # how many calls it has struck

    def strikes(self, method: str) -> bool:
        """Whether it is meant for this method at all."""
        if self.kind in _POLLS_ONLY and method not in {"getupdates", "webhook"}:
            return False
        return self.method in {"*", method}


@dataclass(slots=True)
class Storm:
    """A share (0 to 1) of all calls fails, each in one of these ways; the same chance gives the same storm."""

    share: float
    kinds: Sequence[FaultKind]
    chance: Random
    retry_after_s: int = 1
    delay_s: float = 0.0

    def __call__(self, method: str) -> Fault | None:
        """What strikes this call."""
        if self.chance.random() >= self.share:
            return None
        return Fault(self.chance.choice(self.kinds), method, retry_after_s=self.retry_after_s, delay_s=self.delay_s)


@dataclass(slots=True)
class Faults:
    """The misfortunes that still wait for their call, in the order they were asked for."""

    waiting: list[Fault] = field(default_factory=list)
    storm: Callable[[str], Fault | None] | None = None  # after those: what may strike any call
    released: asyncio.Event = field(default_factory=asyncio.Event)  # set by clear(): waiting calls are let go

    def add(
        self,
        kind: FaultKind | str,
        method: str = "*",
        *,
        times: int = 1,
        skip: int = 0,
        retry_after_s: int = 1,
        delay_s: float = 0.0,
    ) -> Fault:
        """The next ``times`` calls of ``method`` fail this way. ``ValueError`` for a kind that does not exist."""
        fault = Fault(FaultKind(kind), method.lower(), times, skip, retry_after_s, delay_s)
        if fault.kind is FaultKind.OUTAGE:
            fault.times = 0
        if min(times, skip, retry_after_s, delay_s) < 0:
            raise ValueError("a number of a misfortune is not negative")
        self.waiting.append(fault)
        return fault

    def take(self, method: str) -> Fault | None:
        """What happens to this call, and count it."""
        for fault in self.waiting:
            if not fault.strikes(method.lower()):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.struck += 1
            if fault.times == 1:
                self.waiting.remove(fault)
            fault.times -= fault.times > 0
            return fault
        found = self.storm(method.lower()) if self.storm else None
        return found if found is None or found.strikes(method.lower()) else None

    def rage(
        self, share: float, kinds: Sequence[FaultKind] = _STORMY, chance: Random | None = None,
        *, retry_after_s: int = 1, delay_s: float = 0.0,
    ) -> None:  # fmt: skip
        """Until ``clear``, this ``share`` (0 to 1) of all calls fails in one of these ways; same seed, same storm."""
        if not 0 <= share <= 1:
            raise ValueError("a share is between 0 and 1")
        self.storm = Storm(share, kinds, chance or Random(0), retry_after_s, delay_s)  # noqa: S311  # weather, no secret

    def switch_on(self, kind: str, **settings: float) -> None:
        """Switch one on by its name in ``describe``; ``ValueError`` for another name or a setting it has not."""
        known = next((offer for offer in self.describe() if offer["kind"] == kind), None)
        if known is None or not settings.keys() <= known["settings"].keys() | {"method"}:
            raise ValueError(f"there is no misfortune {kind!r} with these settings")
        chosen: Json = known["settings"] | settings
        if kind == STORM:
            chance = Random(int(chosen["seed"]))  # noqa: S311  # weather, no secret
            self.rage(float(chosen["share"]), chance=chance, retry_after_s=int(chosen["retry_after_s"]))
        else:
            self.add(kind, **chosen)

    def switch_off(self, kind: str) -> None:
        """No more of this one; calls that wait are let go."""
        self.waiting = [fault for fault in self.waiting if fault.kind != kind]
        if kind == STORM:
            self.storm = None
        self._release()

    def clear(self) -> None:
        """No more misfortune; calls that wait are let go."""
        self.waiting.clear()
        self.storm = None
        self._release()

    def describe(self) -> list[Json]:
        """Every misfortune for a page: its name and words, its settings with their defaults, how many are on."""
        offers: list[Json] = []
        for kind, (title, says) in _SAYS.items():
            on = [fault for fault in self.waiting if fault.kind is kind]
            usual: Json = {} if kind is FaultKind.OUTAGE else {"method": _method_of(kind), "times": 1}
            settings: Json = usual | _SETTING.get(kind, {})
            offers.append(
                {"kind": kind.value, "title": title, "says": says, "settings": settings, "on": len(on)}
                | {"struck": sum(fault.struck for fault in on)}
            )
        storm = {"title": "Storm", "says": "A share of all calls fails, each in another way, until switched off."}
        offered = {"share": 0.3, "retry_after_s": 1, "seed": 0}
        raging = int(self.storm is not None)
        return [*offers, {"kind": STORM} | storm | {"settings": offered, "on": raging, "struck": 0}]

    def _release(self) -> None:
        self.released.set()
        self.released = asyncio.Event()


def _method_of(kind: FaultKind) -> str:
    return "getUpdates" if kind in _POLLS_ONLY else "*"
