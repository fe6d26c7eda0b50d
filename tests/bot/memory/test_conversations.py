"""Conversations: nobody goes on from a state that is not the last one."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.memory.conversations import Conversation, VersionClashError
from bot.vault.fields import SealBrokenError
from ledger.database.port import Query
from ledger.kernel.instants import Instant
from tests.bot.memory.rooms import Memory

ASHA, PRIYA = 1001, 1002
MINUTE = timedelta(minutes=1)


async def save(
    memory: Memory,
    version: int,
    text: str,
    now: Instant,
    *,
    person_id: int = ASHA,
    deadline_at: Instant | None = None,
) -> int:
    async with memory.database.transaction() as session:
        return await memory.conversations.save(
            session, person_id, version, text, idle=text == "idle", deadline_at=deadline_at, now=now
        )


async def test_a_state_is_there_after_a_restart(
    memory: Memory, now: Instant, restarted: Callable[[], Awaitable[Memory]]
) -> None:
    assert await memory.conversations.load(ASHA) == Conversation(ASHA, 0, None)

    assert await save(memory, 0, "confirming ₹200 to Priya", now) == 1
    assert await save(memory, 1, "paying ₹200 to Priya", now) == 2

    assert await (await restarted()).conversations.load(ASHA) == Conversation(ASHA, 2, "paying ₹200 to Priya")


@pytest.mark.parametrize("version", [0, 1, 3, 99])
async def test_only_the_last_version_may_be_followed(memory: Memory, now: Instant, version: int) -> None:
    await save(memory, 0, "one", now)
    await save(memory, 1, "two", now)

    with pytest.raises(VersionClashError):
        await save(memory, version, "mine", now)

    assert await memory.conversations.load(ASHA) == Conversation(ASHA, 2, "two")


async def test_a_clash_takes_back_everything_saved_with_it(memory: Memory, now: Instant) -> None:
    await save(memory, 0, "one", now)

    with pytest.raises(VersionClashError):  # noqa: PT012 - the block is the transaction
        async with memory.database.transaction() as session:
            await memory.outbox.tell(session, ASHA, b"{}", now)
            await memory.conversations.save(session, ASHA, 0, "mine", idle=False, deadline_at=None, now=now)

    async with memory.database.transaction() as session:
        assert await memory.outbox.claim_due(session, now) == []


@pytest.mark.parametrize("version", [0, 1])
async def test_of_twenty_racing_savers_one_wins(memory: Memory, now: Instant, version: int) -> None:
    if version:
        await save(memory, 0, "one", now)

    outcomes = await asyncio.gather(
        *(save(memory, version, f"{each}", now) for each in range(20)), return_exceptions=True
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, int)] == [version + 1]
    assert sum(isinstance(outcome, VersionClashError) for outcome in outcomes) == 19


async def test_who_was_in_the_middle_of_something_is_found_at_start(
    memory: Memory, now: Instant, restarted: Callable[[], Awaitable[Memory]]
) -> None:
    await save(memory, 0, "paying", now)
    await save(memory, 0, "idle", now, person_id=PRIYA)

    assert await (await restarted()).conversations.unfinished() == [ASHA]
    await save(memory, 1, "idle", now)
    assert await memory.conversations.unfinished() == []


@pytest.mark.parametrize(
    ("after", "due"), [(-timedelta(microseconds=1), []), (timedelta(), [ASHA]), (timedelta(microseconds=1), [ASHA])]
)
async def test_a_deadline_is_due_at_its_moment(memory: Memory, now: Instant, after: timedelta, due: list[int]) -> None:
    await save(memory, 0, "confirming", now, deadline_at=now + MINUTE)

    assert await memory.conversations.due(now + MINUTE + after) == due
    assert await memory.conversations.next_deadline() == now + MINUTE


async def test_a_state_without_a_deadline_is_never_due(memory: Memory, now: Instant) -> None:
    await save(memory, 0, "choosing", now)

    assert await memory.conversations.due(now + 1000 * MINUTE) == []
    assert await memory.conversations.next_deadline() is None


async def test_an_older_state_put_back_does_not_open(memory: Memory, now: Instant) -> None:
    """Nobody brings back a confirmed payment by restoring one cell."""
    await save(memory, 0, "confirming ₹200", now)
    old = await memory.database.one(Query("SELECT sealed_state FROM conversations"))
    await save(memory, 1, "idle", now)
    assert old is not None

    async with memory.database.transaction() as session:
        await session.execute(Query("UPDATE conversations SET sealed_state = :old"), {"old": old["sealed_state"]})

    with pytest.raises(SealBrokenError):
        await memory.conversations.load(ASHA)
