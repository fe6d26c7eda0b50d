"""How much may wait in memory: of one person a little, of all a lot; what has no room is brought again."""

import asyncio

import pytest

from bot.runner.turns import Turnstile


async def test_what_waits_is_counted_for_each_and_for_all_and_ends_at_nothing() -> None:
    turns, gate = Turnstile(), asyncio.Event()

    async def work() -> None:
        await gate.wait()

    for person_id in (1001, 1001, 1001, 1002):
        turns.add(person_id, work)

    assert (turns.waiting(), turns.waiting(1001), turns.waiting(1002), turns.waiting(1003)) == (4, 3, 1, 0)
    gate.set()
    await turns.settled()
    assert (turns.waiting(), turns.waiting(1001)) == (0, 0)


@pytest.mark.parametrize("how", ["close", "drop"])
async def test_what_is_let_go_is_not_counted_any_more(how: str) -> None:
    turns, gate = Turnstile(), asyncio.Event()

    async def work() -> None:
        await gate.wait()

    for _ in range(5):
        turns.add(1001, work)
    await asyncio.sleep(0)
    if how == "close":
        closing = asyncio.create_task(turns.close())
        await asyncio.sleep(0)
        assert turns.waiting() == 1
        gate.set()
        await closing
    else:
        turns.drop()
        await turns.settled()

    assert turns.waiting() == 0
