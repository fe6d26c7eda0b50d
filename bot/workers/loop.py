"""The loop around a worker: woken by what was written or by the clock, slower while the store is away."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeAlias

import structlog

from ledger.kernel.errors import UnavailableError
from ledger.kernel.instants import Instant

_log = structlog.get_logger(__name__)

FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 4.0  # GOALS R9: within five seconds after an outage everybody is told


class Report(Protocol):
    """What a worker says of one run. ``next_in_s`` is when it wants to run again unless woken; ``None``: only then."""

    @property
    def next_in_s(self) -> float | None:
        """Seconds."""
        ...


RunOnce: TypeAlias = Callable[[Instant], Awaitable[Report]]


async def persistently(what: Callable[[], Awaitable[object]]) -> None:
    """Until it is done; a store that cannot answer is asked again."""
    while True:
        try:
            await what()
        except UnavailableError as error:
            _log.warning("worker.store_unavailable", worker=_name(what), error=type(error).__name__)
            await asyncio.sleep(FIRST_WAIT_S)
        else:
            return


async def forever(
    run_once: RunOnce,
    *,
    now: Callable[[], Instant],
    wake: asyncio.Event,
    at_least_every_s: float,
) -> None:
    """Run until cancelled. A store that cannot answer is asked again; any other error is not ours to swallow."""
    wait_s = FIRST_WAIT_S
    while True:
        wake.clear()  # before the run: what is written while it runs wakes the next one
        try:
            report = await run_once(now())
        except UnavailableError as error:
            _log.warning("worker.store_unavailable", worker=_name(run_once), error=type(error).__name__)
            next_in_s, wait_s = wait_s, min(wait_s * 2, LONGEST_WAIT_S)
        else:
            next_in_s, wait_s = report.next_in_s or at_least_every_s, FIRST_WAIT_S
        await _sleep_until_woken(wake, min(next_in_s, at_least_every_s))


async def _sleep_until_woken(wake: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await wake.wait()
    except TimeoutError:
        return


def _name(run_once: Callable[..., Awaitable[object]]) -> str:
    return getattr(run_once, "__qualname__", type(run_once).__qualname__)
