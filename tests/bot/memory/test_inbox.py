"""The inbox: no update lost, none done twice, and nothing on disk that a PIN could be read from (GOALS R6, R7)."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.memory.inbox import NUMBERS_KEPT, OFFSET_HOLDS, AlreadyHandledError, InboxKey, NewUpdate
from ledger.database.port import Query
from ledger.kernel.instants import Instant
from tests.bot.memory.rooms import Memory
from tests.harness.tables import everything_stored

BOT, OTHER_BOT = 7_000, 7_001
ASHA, PRIYA = 1001, 1002
SECOND = timedelta(seconds=1)


def update(number: int, body: bytes | None = b'{"text": "send 200 to Priya"}', person_id: int = ASHA) -> NewUpdate:
    return NewUpdate(number, person_id, "text" if body else "tap", body)


async def store(memory: Memory, now: Instant, *updates: NewUpdate, bot_id: int = BOT) -> frozenset[int]:
    async with memory.database.transaction() as session:
        return await memory.inbox.store(session, bot_id, updates, now)


async def handle(memory: Memory, number: int, now: Instant) -> bool:
    try:
        async with memory.database.transaction() as session:
            await memory.inbox.handled(session, InboxKey(BOT, number), now)
    except AlreadyHandledError:
        return False
    return True


async def numbers(memory: Memory) -> list[int]:
    return [waiting.key.update_id for waiting in await memory.inbox.waiting(BOT)]


async def test_a_stored_update_waits_through_a_restart(
    memory: Memory, now: Instant, restarted: Callable[[], Awaitable[Memory]]
) -> None:
    assert await store(memory, now, update(1), update(2, b"two", PRIYA)) == {1, 2}

    waiting = await (await restarted()).inbox.waiting(BOT)

    assert [(each.key, each.person_id, each.kind, each.body, each.arrived_at) for each in waiting] == [
        (InboxKey(BOT, 1), ASHA, "text", b'{"text": "send 200 to Priya"}', now),
        (InboxKey(BOT, 2), PRIYA, "text", b"two", now),
    ]


async def test_a_repeated_update_is_not_new(memory: Memory, now: Instant) -> None:
    await store(memory, now, update(1, b"first"))

    assert await store(memory, now, update(1, b"again"), update(2)) == {2}
    assert [each.body for each in await memory.inbox.waiting(BOT)] == [b"first", update(2).body]


async def test_a_handled_update_is_never_done_again(memory: Memory, now: Instant) -> None:
    await store(memory, now, update(1))

    assert await handle(memory, 1, now)
    assert not await handle(memory, 1, now)
    assert await store(memory, now, update(1)) == frozenset()
    assert await numbers(memory) == []


async def test_a_handled_update_keeps_no_words(memory: Memory, now: Instant) -> None:
    await store(memory, now, update(1))
    await handle(memory, 1, now)

    row = await memory.database.one(Query("SELECT sealed_body FROM inbox"))
    assert row is not None
    assert row["sealed_body"] is None


async def test_an_update_without_a_body_leaves_its_number_only(memory: Memory, now: Instant) -> None:
    """A tap on the pad: after a crash it can only be asked again, so it waits for nothing and is forgotten in time."""
    await store(memory, now, update(1, None))

    assert await memory.inbox.waiting(BOT) == []
    assert await store(memory, now, update(1, None)) == frozenset()
    async with memory.database.transaction() as session:
        assert await memory.inbox.prune(session, now + NUMBERS_KEPT + timedelta(seconds=1)) == 1


async def test_a_commit_that_fails_leaves_the_update_waiting(memory: Memory, now: Instant) -> None:
    await store(memory, now, update(1))

    with pytest.raises(RuntimeError):  # noqa: PT012 - the block is the transaction
        async with memory.database.transaction() as session:
            await memory.inbox.handled(session, InboxKey(BOT, 1), now)
            raise RuntimeError

    assert await numbers(memory) == [1]


async def test_shuffled_and_repeated_deliveries_are_each_new_once(memory: Memory, now: Instant) -> None:
    """GOALS R6 at CI size: each of 100 updates delivered 1 to 5 times, in any order, some in one batch."""
    chance = random.Random(6)
    deliveries = [number for number in range(100) for _ in range(chance.randint(1, 5))]
    chance.shuffle(deliveries)
    new: list[int] = []

    while deliveries:
        batch = [deliveries.pop() for _ in range(min(len(deliveries), chance.randint(1, 7)))]
        new += await store(memory, now, *(update(number) for number in batch))
        if chance.random() < 0.5:
            await handle(memory, chance.choice(new), now)

    assert sorted(new) == list(range(100))


async def test_racing_stores_of_one_update_find_it_new_once(memory: Memory, now: Instant) -> None:
    outcomes = await asyncio.gather(*(store(memory, now, update(1)) for _ in range(20)))

    assert max(outcomes, key=len) == {1}
    assert sum(len(outcome) for outcome in outcomes) == 1


async def test_two_bots_have_their_own_numbers(memory: Memory, now: Instant) -> None:
    await store(memory, now, update(1))

    assert await store(memory, now, update(1), bot_id=OTHER_BOT) == {1}
    assert await numbers(memory) == [1]


async def test_waiting_updates_come_in_pages(memory: Memory, now: Instant) -> None:
    await store(memory, now, *(update(number) for number in (5, 3, 9)))

    first = await memory.inbox.waiting(BOT, most=2)
    rest = await memory.inbox.waiting(BOT, after=first[-1].key.update_id, most=2)

    assert [each.key.update_id for each in first + rest] == [3, 5, 9]


async def test_fetching_goes_on_behind_the_last_update(
    memory: Memory, now: Instant, restarted: Callable[[], Awaitable[Memory]]
) -> None:
    assert await memory.inbox.next_offset(BOT, now) is None
    await store(memory, now, update(41), update(40))

    assert await (await restarted()).inbox.next_offset(BOT, now) == 42
    assert await memory.inbox.next_offset(OTHER_BOT, now) is None


async def test_nothing_fetched_changes_no_offset(memory: Memory, now: Instant) -> None:
    await store(memory, now, update(41))
    await store(memory, now)

    assert await memory.inbox.next_offset(BOT, now) == 42


@pytest.mark.parametrize(("later", "offset"), [(OFFSET_HOLDS, 42), (OFFSET_HOLDS + SECOND, None)])
async def test_after_a_quiet_week_fetching_starts_without_an_offset(
    memory: Memory, now: Instant, later: timedelta, offset: int | None
) -> None:
    """Telegram may have begun to number from somewhere lower, and would wait for ever."""
    await store(memory, now, update(41))

    assert await memory.inbox.next_offset(BOT, now + later) == offset


async def test_numbers_may_start_anew_lower(memory: Memory, now: Instant) -> None:
    await store(memory, now, update(900))
    later = now + NUMBERS_KEPT

    assert await store(memory, later, update(17)) == {17}
    assert await memory.inbox.next_offset(BOT, later) == 18


async def test_an_unreadable_update_is_put_aside_and_not_fetched_again(memory: Memory, now: Instant) -> None:
    key = InboxKey(BOT, 5)
    async with memory.database.transaction() as session:
        assert await memory.inbox.put_aside(session, key, "KeyError", b'{"poll_answer": "dict"}', now)
        assert not await memory.inbox.put_aside(session, key, "KeyError", b"{}", now)

    assert [(each.key, each.reason, each.shape) for each in await memory.inbox.set_aside()] == [
        (key, "KeyError", b'{"poll_answer": "dict"}')
    ]
    assert await memory.inbox.next_offset(BOT, now) == 6
    assert await numbers(memory) == []


async def test_the_backlog_says_how_many_and_how_old(memory: Memory, now: Instant) -> None:
    assert (await memory.inbox.backlog(now)).waiting == 0
    await store(memory, now, update(1))
    await store(memory, now + SECOND, update(2))

    backlog = await memory.inbox.backlog(now + 3 * SECOND)

    assert (backlog.waiting, backlog.oldest_age) == (2, 3 * SECOND)


async def test_pruning_forgets_old_numbers_and_nothing_that_waits(memory: Memory, now: Instant) -> None:
    await store(memory, now, update(1), update(2), update(3))
    await handle(memory, 1, now)
    await handle(memory, 2, now + NUMBERS_KEPT)

    async with memory.database.transaction() as session:
        assert await memory.inbox.prune(session, now + NUMBERS_KEPT + SECOND) == 1

    assert await numbers(memory) == [3]
    assert await memory.inbox.next_offset(BOT, now) == 4
    assert await store(memory, now, update(2)) == frozenset()


async def test_words_are_stored_nowhere(memory: Memory, now: Instant) -> None:
    await store(memory, now, update(1, b"SENTINEL send 200 to Priya"))

    stored = await everything_stored(memory.database)

    assert b"SENTINEL" not in stored
