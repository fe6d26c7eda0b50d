"""A database knows whose it is, so that wrong keys, a wrong bot and play money are found before anything is read."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.memory.deployment import BeingFilledError, BotMismatchError, Deployment, KeysMismatchError, TownMismatchError
from ledger.database.port import Query
from ledger.kernel.instants import Instant
from tests.bot.memory.rooms import Memory

MINUTE = timedelta(minutes=1)


async def claim(
    memory: Memory, now: Instant, keys_id: str = "keys_a", bot_id: int | None = 7, *, town: bool = False
) -> Deployment:
    async with memory.database.transaction() as session:
        return await memory.deployments.claim(session, keys_id, now, bot_id=bot_id, town=town)


async def test_a_new_database_takes_the_first_keys_and_bot(
    memory: Memory, now: Instant, restarted: Callable[[], Awaitable[Memory]]
) -> None:
    assert await memory.deployments.find() is None
    claimed = await claim(memory, now)

    assert claimed == Deployment("keys_a", 7, town=False, created_at=now, latest_at=now)
    assert await claim(await restarted(), now + MINUTE) == claimed


async def test_other_keys_are_found_at_start(memory: Memory, now: Instant) -> None:
    await claim(memory, now)

    with pytest.raises(KeysMismatchError, match=r"sealed with keys_a.*HUNDI_KEYS_FILE"):
        await claim(memory, now, "keys_b")


async def test_another_bot_is_found_at_start(memory: Memory, now: Instant) -> None:
    await claim(memory, now)

    with pytest.raises(BotMismatchError, match="bot 7, the token is of bot 8"):
        await claim(memory, now, bot_id=8)


async def test_a_command_without_a_bot_leaves_the_choice_open(memory: Memory, now: Instant) -> None:
    """`hundi fund` before the first `hundi run`."""
    assert (await claim(memory, now, bot_id=None)).bot_id is None
    assert (await claim(memory, now, bot_id=8)).bot_id == 8
    assert (await claim(memory, now, bot_id=None)).bot_id == 8


@pytest.mark.parametrize("town", [True, False])
async def test_play_money_and_money_never_meet(memory: Memory, now: Instant, town: bool) -> None:
    await claim(memory, now, town=town)

    with pytest.raises(TownMismatchError):
        await claim(memory, now, town=not town)


async def test_a_clock_that_was_set_back_is_noticed(memory: Memory, now: Instant) -> None:
    await claim(memory, now)
    async with memory.database.transaction() as session:
        await memory.deployments.see(session, now + 10 * MINUTE)
        await memory.deployments.see(session, now + 5 * MINUTE)

    found = await claim(memory, now)
    assert found.clock_is_behind(now) == 10 * MINUTE
    assert found.clock_is_behind(now + 10 * MINUTE) == timedelta()
    assert found.clock_is_behind(now + 11 * MINUTE) == timedelta()


async def test_a_command_that_works_on_either_kind_asks_nothing(memory: Memory, now: Instant) -> None:
    """``hundi fund`` funds play money in a town, and money elsewhere."""
    await claim(memory, now, town=True)

    async with memory.database.transaction() as session:
        found = await memory.deployments.claim(session, "keys_a", now)

    assert found.town


async def test_nobody_starts_on_what_a_copy_fills(memory: Memory, now: Instant) -> None:
    """Half of a deployment tells people that they have nothing."""
    await claim(memory, now)
    async with memory.database.transaction() as session:
        await session.execute(Query("UPDATE deployment SET filled_from = 'elsewhere'"))

    with pytest.raises(BeingFilledError, match="being filled by `hundi copy`"):
        await claim(memory, now)
    async with memory.database.transaction() as session:
        await memory.deployments.filled(session)

    assert (await claim(memory, now)).whole
