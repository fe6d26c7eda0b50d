"""A worker runs when it is woken, when its time comes, and again after the store was away."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bot.workers import loop
from bot.workers.loop import forever
from ledger.kernel.errors import InvariantError, UnavailableError
from ledger.kernel.instants import Instant

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Ran:
    next_in_s: float | None = None


@dataclass
class Worker:
    """Counts its runs, and fails when told to."""

    failures: list[Exception] = field(default_factory=list)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    ran: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    answers: list[Ran] = field(default_factory=list)

    async def run_once(self, now: Instant) -> Ran:
        assert now == NOW
        self.ran.release()
        if self.failures:
            raise self.failures.pop(0)
        return self.answers.pop(0) if self.answers else Ran()

    def start(self, at_least_every_s: float = 1_000.0) -> asyncio.Task[None]:
        runs = forever(self.run_once, now=lambda: NOW, wake=self.wake, at_least_every_s=at_least_every_s)
        return asyncio.create_task(runs)


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_worker_runs_at_once_and_then_when_it_is_woken() -> None:
    worker = Worker()
    task = worker.start()
    await worker.ran.acquire()

    worker.wake.set()
    await worker.ran.acquire()

    await stop(task)


async def test_what_is_written_while_it_runs_wakes_it_again() -> None:
    worker = Worker()
    written = False

    async def run_once(now: Instant) -> Ran:
        nonlocal written
        if not written:
            written = True
            worker.wake.set()
        return await worker.run_once(now)

    task = asyncio.create_task(forever(run_once, now=lambda: NOW, wake=worker.wake, at_least_every_s=1_000))
    await worker.ran.acquire()
    await worker.ran.acquire()

    await stop(task)


async def test_a_worker_runs_again_when_it_said_so() -> None:
    worker = Worker(answers=[Ran(0.001)])
    task = worker.start()
    await worker.ran.acquire()
    await worker.ran.acquire()

    await stop(task)


async def test_a_store_that_is_away_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "FIRST_WAIT_S", 0.001)
    worker = Worker(failures=[UnavailableError("full"), UnavailableError("full")])
    task = worker.start()
    for _ in range(3):
        await worker.ran.acquire()

    await stop(task)


async def test_books_that_do_not_balance_end_the_loop() -> None:
    """Nobody continues; the alarm rings."""
    worker = Worker(failures=[InvariantError("sum is not zero")])

    with pytest.raises(InvariantError):
        await worker.start()
