"""A bot follows the hand that moves its town's clock: at once, forward only, and through an absence of the town."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import pytest

from bot import moved_clock
from bot.clock import SystemClock
from bot.sandbox.server import Serving, serve
from bot.sandbox.town import Town

PATIENCE_S: Final = 10.0


@pytest.fixture
async def serving() -> AsyncIterator[Serving]:
    async with serve(Town()) as opened:
        yield opened


@asynccontextmanager
async def following(url: str, clock: SystemClock) -> AsyncIterator[asyncio.Event]:
    """While the block runs, ``clock`` follows; the event says that it was moved."""
    moved = asyncio.Event()
    task = asyncio.create_task(moved_clock.follow(url, clock, moved.set))
    try:
        yield moved
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def ahead_s(clock: SystemClock) -> int:
    """Of real time, to the second."""
    return round((clock.now() - SystemClock().now()).total_seconds())


async def until(moved: asyncio.Event) -> None:
    async with asyncio.timeout(PATIENCE_S):
        await moved.wait()
    moved.clear()


async def test_a_bot_that_starts_finds_the_clock_where_it_was_moved_to(serving: Serving) -> None:
    clock = SystemClock()
    serving.town.move_clock(3_600)

    await moved_clock.set_by(serving.clock_url, clock)

    assert ahead_s(clock) == 3_600


async def test_a_move_is_followed_at_once_and_durations_are_not_moved(serving: Serving) -> None:
    clock = SystemClock()
    async with following(serving.clock_url, clock) as moved:
        steady_s = clock.steady_s()

        serving.town.move_clock(3_600)
        await until(moved)

    assert ahead_s(clock) == 3_600
    assert clock.steady_s() - steady_s < PATIENCE_S


async def test_a_town_that_comes_back_at_real_time_does_not_turn_the_clock_back() -> None:
    steps: list[float] = []
    clock = SystemClock(on_step=steps.append)
    async with serve(Town()) as first, following(first.clock_url, clock) as moved:
        first.town.move_clock(3_600)
        await until(moved)

    async with serve(Town()) as second:
        await moved_clock.set_by(second.clock_url, clock)

    assert ahead_s(clock) == 3_600
    assert steps == [-3_600.0]


async def test_a_clock_that_was_away_is_followed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moved_clock, "AGAIN_AFTER_S", 0.02)
    clock = SystemClock()
    async with serve(Town()) as first:
        task = following(first.clock_url, clock)
        moved = await task.__aenter__()
        first.town.move_clock(60)
        await until(moved)
    async with serve(Town(), port=first.port) as second:
        second.town.move_clock(7_200)
        await until(moved)
        await task.__aexit__(None, None, None)

    assert ahead_s(clock) == 7_200


async def test_a_clock_that_nobody_keeps_is_told(serving: Serving) -> None:
    for nobody in (f"{serving.api_url}/nothing", f"{serving.api_url}/town/state"):
        with pytest.raises(moved_clock.ClockAwayError):
            await moved_clock.set_by(nobody, SystemClock(), patience_s=0.3)
