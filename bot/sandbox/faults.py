"""Misfortune on purpose: the next calls of a method fail as they fail at Telegram. Off unless a test switches it on."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random


class FaultKind(StrEnum):
    """What goes wrong."""

    TOO_MANY_REQUESTS = "429"  # nothing is processed; wait retry_after_s
    SERVER_ERROR = "500"  # nothing is processed
    BAD_GATEWAY = "502"  # nothing is processed, and the answer is a page of HTML
    GARBAGE = "garbage"  # processed; the answer is 200 with a body that is no JSON
    HANG = "hang"  # nothing is processed and nothing is answered until the client leaves or the fault is cleared
    LOST_RESPONSE = "lost"  # processed; the connection drops before the answer
    LOST_CONFIRMATION = "duplicate"  # getUpdates: the updates confirmed last are delivered once more


@dataclass(slots=True)
class Fault:
    """One misfortune: for the next ``times`` calls of ``method`` ("*": any), after ``skip`` calls that go well."""

    kind: FaultKind
    method: str = "*"
    times: int = 1
    skip: int = 0
    retry_after_s: int = 1


@dataclass(slots=True)
class Faults:
    """The misfortunes that still wait for their call, in the order they were asked for."""

    waiting: list[Fault] = field(default_factory=list)
    storm: Callable[[str], Fault | None] | None = None  # after those: what may strike any call
    released: asyncio.Event = field(default_factory=asyncio.Event)  # set by clear(): hanging calls are let go

    def add(
        self, kind: FaultKind | str, method: str = "*", *, times: int = 1, skip: int = 0, retry_after_s: int = 1
    ) -> Fault:
        """The next ``times`` calls of ``method`` fail this way. ``ValueError`` for a kind that does not exist."""
        fault = Fault(FaultKind(kind), method.lower(), times, skip, retry_after_s)
        self.waiting.append(fault)
        return fault

    def take(self, method: str) -> Fault | None:
        """What happens to this call, and count it."""
        for fault in self.waiting:
            if fault.method not in {"*", method.lower()}:
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self.waiting.remove(fault)
            return fault
        return self.storm(method) if self.storm else None

    def rage(self, share: float, kinds: Sequence[FaultKind], chance: Random, *, retry_after_s: int = 1) -> None:
        """Until ``clear``, this ``share`` (0–1) of all calls fails in one of these ways; same seed, same storm."""

        def storm(method: str) -> Fault | None:
            if chance.random() >= share:
                return None
            return Fault(chance.choice(kinds), method, retry_after_s=retry_after_s)

        self.storm = storm

    def clear(self) -> None:
        """No more misfortune; calls that hang are let go."""
        self.waiting.clear()
        self.storm = None
        self.released.set()
        self.released = asyncio.Event()
