"""How long transactions wait until they may write: for their turn in this process, and for another process's commit.

A writer that starves shows here before anybody complains: its database is alive, and yet nothing is written. It knows
no driver; a database tells it when a transaction is wanted and when it has begun.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Wait:
    """One transaction's."""

    def __init__(self, steady_s: Callable[[], float]) -> None:
        self._steady_s = steady_s
        self.began_at = steady_s()
        self.over_at: float | None = None

    def end(self) -> None:
        """It may write now. Called from whichever thread knows."""
        self.over_at = self._steady_s()


class Waits:
    """Those that wait now, and a listener for those that did."""

    def __init__(self, steady_s: Callable[[], float] = time.monotonic) -> None:
        self._steady_s = steady_s
        self._under_way: set[Wait] = set()
        self._listener: Callable[[float], None] | None = None

    def listen(self, listener: Callable[[float], None]) -> None:
        """Tell somebody the seconds of each wait, also one that was in vain, once its transaction is over."""
        self._listener = listener

    @contextmanager
    def one(self) -> Iterator[Wait]:
        """Around a whole transaction; ``Wait.end`` is called when it has begun."""
        wait = Wait(self._steady_s)
        self._under_way.add(wait)
        try:
            yield wait
        finally:
            self._under_way.discard(wait)
            over_at = self._steady_s() if wait.over_at is None else wait.over_at
            if self._listener is not None:
                self._listener(over_at - wait.began_at)

    def longest_s(self) -> float:
        """For how long the first of those that still wait has waited; 0 when nobody does."""
        since = min((wait.began_at for wait in self._under_way if wait.over_at is None), default=None)
        return 0.0 if since is None else self._steady_s() - since
