"""A log of what bots asked, for tests and for reading along. In memory only, and bounded."""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from bot.sandbox.call_lines import line_of
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.params import Params
from bot.sandbox.people import Json

KEPT: Final = 20_000
_STATUS_AFTER: Final = {
    FaultKind.LOST_RESPONSE: 0,
    FaultKind.GATEWAY_TIMEOUT: 504,
}  # as the client saw it


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the method in lower case, its parameters, and its result or its error code.

    ``line`` and the fields beside it may be shown and copied; parameters and result stay inside, and out of a repr.
    """

    method: str
    params: dict[str, Any] = field(repr=False)
    result: Any = field(default=None, repr=False)
    error_code: int = 0
    at: float = 0.0
    line: str = ""  # what it was, for a reader: bot.sandbox.call_lines
    chat_id: int = 0  # 0: no chat
    status: int = 200  # of HTTP; 0 when the connection dropped
    ms: float = 0.0  # milliseconds until the answer began
    fault: str = ""  # the misfortune that struck it
    was_processed: bool = True

    def as_json(self) -> Json:
        """What the page shows."""
        shown: Json = {"method": self.method, "line": self.line, "chat": self.chat_id, "at": self.at}
        return shown | {"status": self.status, "ms": self.ms, "fault": self.fault, "error_code": self.error_code}


@dataclass(slots=True)
class Asked:
    """One call from when it came until it is in the log."""

    name: str
    params: Params
    fault: Fault | None = None
    status: int = 200
    result: Any = None
    said: str = ""  # in what words it was refused
    was_processed: bool = True
    began_s: float = field(default_factory=time.monotonic)

    def refused(self, error: ApiError) -> None:
        """It was not carried out, and the answer says so."""
        self.status, self.said, self.was_processed = error.code, error.description, False

    def as_call(self, at: float) -> Call:
        """What the log keeps of it. A late answer counts with its delay, which is still to come."""
        kind = self.fault.kind if self.fault else None
        delay_s = self.fault.delay_s if self.fault and kind is FaultKind.LATE else 0.0
        status = _STATUS_AFTER.get(kind, self.status) if kind and self.was_processed else self.status
        return Call(
            self.name.lower(),
            dict(self.params.values),
            self.said or self.result,
            0 if self.was_processed else self.status,
            at,
            line=line_of(self.name, self.params, self.said),
            chat_id=self.params.number("chat_id"),
            status=status,
            ms=round((time.monotonic() - self.began_s + delay_s) * 1_000, 1),
            fault=kind or "",
            was_processed=self.was_processed,
        )


@dataclass(slots=True)
class Calls:
    """The latest calls, oldest first. getUpdates is counted and not kept: an idle bot would fill the log with it."""

    kept: deque[Call] = field(default_factory=lambda: deque(maxlen=KEPT))
    polls: int = 0

    def add(self, call: Call) -> None:
        """Remember a call."""
        if call.method == "getupdates" and not call.error_code and not call.fault:
            self.polls += 1
        else:
            self.kept.append(call)

    def of(self, method: str) -> list[Call]:
        """The calls of one method that were carried out."""
        return [call for call in self.kept if call.method == method.lower() and call.was_processed]

    def refused(self) -> list[Call]:
        """The calls that were answered with an error."""
        return [call for call in self.kept if call.error_code]

    def latest(self, count: int = 200) -> list[Json]:
        """The newest calls for a page, the newest last."""
        return [call.as_json() for call in list(self.kept)[-count:]]

    def __iter__(self) -> Iterator[Call]:
        return iter(tuple(self.kept))
