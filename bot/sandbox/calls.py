"""A log of what bots asked, for tests and for reading along. In memory only, and bounded."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

KEPT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the method in lower case, its parameters, and its result or its error code."""

    method: str
    params: dict[str, Any]
    result: Any = None
    error_code: int = 0
    at: float = 0.0


@dataclass(slots=True)
class Calls:
    """The latest calls, oldest first. getUpdates is counted and not kept: an idle bot would fill the log with it."""

    kept: deque[Call] = field(default_factory=lambda: deque(maxlen=KEPT))
    polls: int = 0

    def add(self, call: Call) -> None:
        """Remember a call."""
        if call.method == "getupdates" and not call.error_code:
            self.polls += 1
        else:
            self.kept.append(call)

    def of(self, method: str) -> list[Call]:
        """The calls of one method that were carried out."""
        return [call for call in self.kept if call.method == method.lower() and not call.error_code]

    def refused(self) -> list[Call]:
        """The calls that were answered with an error."""
        return [call for call in self.kept if call.error_code]

    def __iter__(self) -> Iterator[Call]:
        return iter(tuple(self.kept))
