"""A clock that a test moves."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ledger.kernel.instants import Instant


@dataclass
class WallClock:
    """A clock that a test moves."""

    at: Instant = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

    def __call__(self) -> Instant:
        return self.at

    def move(self, step: timedelta) -> None:
        self.at += step
