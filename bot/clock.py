"""One clock for the whole house. Wall time that cannot be stepped while the process lives.

A lock of 24 hours must not end because somebody set the clock, and a token must not revive because it was set back.
So the wall is read once and then carried forward by the steady clock; small corrections (NTP) are followed, a step of
more than ``STEP_S`` is reported and not followed until the next start. Many small ones are a step as well: all of them
together may be ``STEP_S`` and what an honest clock drifts, or a wall that runs sixty times too fast would be followed.

In a town somebody may move it on purpose (``move``): forward only. Durations are never moved.
"""

import time
from collections.abc import Callable
from typing import Final

from ledger.kernel.instants import Instant, from_micros

STEP_S: Final = 60.0  # a larger difference between wall and steady clock is a step, not drift; GOALS.md R12
_DRIFT: Final = 2_000  # one part in so many, 500 ppm: the most that NTP slews (adjtimex); what a clock may be wrong by
_NANOS_PER_MICRO: Final = 1_000
_NANOS_PER_S: Final = 1_000_000_000


def _steady_ns() -> int:
    """Nanoseconds since boot, counting sleep of the machine, which CLOCK_MONOTONIC does not."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic_ns()


class SystemClock:
    """``now()`` for instants, ``steady_s()`` for durations. ``on_step(seconds)`` hears of each new step once."""

    def __init__(
        self,
        *,
        wall_ns: Callable[[], int] = time.time_ns,
        steady_ns: Callable[[], int] = _steady_ns,
        on_step: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self._wall_ns, self._steady_ns, self._on_step = wall_ns, steady_ns, on_step
        self._began_ns = steady_ns()
        self._offset_ns = self._first_offset_ns = wall_ns() - self._began_ns
        self._stepped = False
        self._ahead_ns = 0
        self._latest_ns = 0

    def now(self) -> Instant:
        """This moment in UTC; never before one it already told."""
        return from_micros(self._now_ns() // _NANOS_PER_MICRO)

    def steady_s(self) -> float:
        """Seconds that only grow, for timeouts and pacing."""
        return self._steady_ns() / _NANOS_PER_S

    def move(self, ahead_s: float) -> bool:
        """Stand ``ahead_s`` seconds ahead of the wall from now on; whether that is further than before.

        Going back is reported and not done.
        """
        wanted_ns = int(ahead_s * _NANOS_PER_S)
        if wanted_ns < self._ahead_ns:
            self._on_step((wanted_ns - self._ahead_ns) / _NANOS_PER_S)
        moved, self._ahead_ns = wanted_ns > self._ahead_ns, max(wanted_ns, self._ahead_ns)
        return moved

    def _now_ns(self) -> int:
        steady = self._steady_ns()
        offset = self._wall_ns() - steady
        drift, in_all = offset - self._offset_ns, offset - self._first_offset_ns
        room = STEP_S * _NANOS_PER_S
        if abs(drift) <= room and abs(in_all) <= room + (steady - self._began_ns) / _DRIFT:
            self._offset_ns = offset
            self._stepped = False
        elif not self._stepped:
            self._stepped = True
            self._on_step(drift / _NANOS_PER_S)
        self._latest_ns = max(self._latest_ns, steady + self._offset_ns + self._ahead_ns)
        return self._latest_ns
