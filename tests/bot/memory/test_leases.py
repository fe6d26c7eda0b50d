"""Whose process a person is, and what becomes of them when a process dies, is paused, or stops."""

from datetime import timedelta

import pytest

from bot.memory.conversations import LostToAnotherError
from bot.memory.inbox import NewUpdate
from bot.memory.leases import KEPT, Taken
from bot.memory.processes import DEAD_AFTER, DeclaredDeadError, Kind, LivingProcessError, Role
from ledger.kernel.instants import Instant
from tests.bot.memory.rooms import Memory
from tests.bot.memory.several import BOT, Desk, desks, time_passes

ASHA, PRIYA, RAVI = 1001, 1002, 1003
A_MOMENT = timedelta(seconds=2)
LATER = DEAD_AFTER + A_MOMENT


@pytest.fixture
async def two(memory: Memory, now: Instant) -> tuple[Desk, Desk]:
    """Two processes that live."""
    first, second = desks(memory, 2)
    await first.join(now)
    await second.join(now)
    return first, second


async def test_a_person_is_one_process_s_alone(two: tuple[Desk, Desk], now: Instant) -> None:
    first, second = two
    assert await first.take([ASHA, PRIYA], now) == Taken(frozenset({ASHA, PRIYA}), frozenset(), {})

    taken = await second.take([ASHA, RAVI], now)

    assert taken.ours == {RAVI}
    assert taken.held[ASHA].process_id == first.process_id
    assert taken.held[ASHA].address == first.address


async def test_who_is_taken_with_work_is_told_apart_from_who_has_none(two: tuple[Desk, Desk], now: Instant) -> None:
    """What an earlier holder left must be taken up before what comes next; and only once."""
    first, second = two
    await first.store(1, ASHA, now)
    await first.save(PRIYA, 0, "paying", now, taken=True)
    await first.leave()

    assert (await second.take([ASHA, PRIYA, RAVI], now)).unheard == {ASHA, PRIYA}
    assert (await second.take([ASHA, PRIYA, RAVI], now)).unheard == set()


async def test_the_people_of_a_process_that_was_silent_are_taken_over(two: tuple[Desk, Desk], now: Instant) -> None:
    first, second = two
    await first.take([ASHA, PRIYA], now)
    await time_passes(first.database, DEAD_AFTER - A_MOMENT)
    assert await second.look(now) == []

    await time_passes(first.database, A_MOMENT)
    assert await second.look(now) == [ASHA, PRIYA]
    assert await second.look(now) == []


async def test_a_beat_keeps_a_process_alive_and_a_buried_one_has_none(two: tuple[Desk, Desk], now: Instant) -> None:
    first, second = two
    await first.take([ASHA], now)
    await time_passes(first.database, DEAD_AFTER - A_MOMENT)
    assert await first.beat(now)
    await time_passes(first.database, DEAD_AFTER - A_MOMENT)
    assert await second.look(now) == []

    await time_passes(first.database, A_MOMENT)
    assert await second.look(now) == [ASHA]
    assert not await first.beat(now)


async def test_a_late_beat_is_in_time_while_nobody_has_noticed(two: tuple[Desk, Desk], now: Instant) -> None:
    """A database that was away for a minute has not killed everybody."""
    first, second = two
    await first.take([ASHA], now)
    await time_passes(first.database, timedelta(minutes=1))

    assert await first.beat(now)
    assert await second.look(now) == []


async def test_the_dead_take_nobody(two: tuple[Desk, Desk], now: Instant) -> None:
    first, second = two
    await first.take([ASHA], now)
    await time_passes(first.database, LATER)
    await second.look(now)

    with pytest.raises(DeclaredDeadError):
        await first.take([PRIYA], now)
    with pytest.raises(DeclaredDeadError):
        await first.take([ASHA, PRIYA], now)
    assert (await first.take([ASHA], now)).held[ASHA].process_id == second.process_id


async def test_what_the_dead_still_write_changes_nothing(two: tuple[Desk, Desk], memory: Memory, now: Instant) -> None:
    """Paused in a turn, taken for dead, and continued: no new version of the state, though nobody made another."""
    first, second = two
    await first.save(ASHA, 0, "confirming", now, taken=True)
    await time_passes(first.database, LATER)
    await second.look(now)

    with pytest.raises(LostToAnotherError):
        await first.save(ASHA, 1, "paying", now)
    with pytest.raises(LostToAnotherError):
        await first.save(PRIYA, 0, "paying", now)

    assert (await memory.conversations.load(ASHA)).text == "confirming"
    assert (await memory.conversations.load(PRIYA)).version == 0
    assert await second.save(ASHA, 1, "paying", now) == 2


async def test_who_needs_nobody_is_let_go_some_seconds_after(two: tuple[Desk, Desk], now: Instant) -> None:
    first, second = two
    await first.take([ASHA], now)
    await time_passes(first.database, KEPT - A_MOMENT)
    assert await first.release([], now) == []
    await time_passes(first.database, A_MOMENT)
    assert await first.release([ASHA], now) == []

    assert await first.release([], now) == [ASHA]
    assert (await second.take([ASHA], now)).ours == {ASHA}


async def test_who_was_used_again_is_kept(two: tuple[Desk, Desk], now: Instant) -> None:
    first, _ = two
    await first.take([ASHA], now)
    await time_passes(first.database, KEPT)
    await first.take([ASHA], now)

    assert await first.release([], now) == []


async def test_who_has_work_is_never_let_go(two: tuple[Desk, Desk], now: Instant) -> None:
    first, _ = two
    await first.store(1, ASHA, now)
    await first.save(PRIYA, 0, "paying", now, taken=True)
    await first.save(RAVI, 0, "idle", now, taken=True)
    await time_passes(first.database, timedelta(hours=1))

    assert await first.release([], now) == [RAVI]


async def test_what_is_left_behind_is_heard_of_with_the_next_update(two: tuple[Desk, Desk], now: Instant) -> None:
    """Their holder could not be reached, so another stored an update: it comes before the one that arrives next."""
    first, second = two
    await first.take([ASHA], now)
    await second.store_for_holder(1, ASHA, now)
    assert await first.leases.left_behind() == [ASHA]

    assert (await first.take([ASHA], now)).unheard == {ASHA}

    assert await first.leases.left_behind() == []
    assert (await first.take([ASHA], now)).unheard == set()


async def test_who_stops_leaves_people_and_roles_to_others_at_once(two: tuple[Desk, Desk], now: Instant) -> None:
    first, second = two
    await first.store(1, ASHA, now)
    assert await first.take_role(Role.DELIVERY)
    assert not await second.take_role(Role.DELIVERY)

    await first.leave()

    assert await second.leases.free_with_work() == [ASHA]
    assert await second.processes.free_roles([Role.DELIVERY, Role.NOTIFIER]) == [Role.DELIVERY, Role.NOTIFIER]
    assert await second.take_role(Role.DELIVERY)


async def test_a_role_of_the_dead_is_free_and_its_old_holder_knows(two: tuple[Desk, Desk], now: Instant) -> None:
    first, second = two
    await first.take_role(Role.DELIVERY)
    assert await first.holds(Role.DELIVERY)
    await time_passes(first.database, LATER)
    await second.look(now)

    assert await second.processes.free_roles([Role.DELIVERY]) == [Role.DELIVERY]
    assert await second.take_role(Role.DELIVERY)
    assert not await first.holds(Role.DELIVERY)
    assert not await first.take_role(Role.SIGNING)


@pytest.mark.parametrize(("here", "comes"), [(Kind.RUN, Kind.RUN), (Kind.RUN, Kind.SERVE), (Kind.SERVE, Kind.RUN)])
async def test_one_that_polls_is_alone(memory: Memory, now: Instant, here: Kind, comes: Kind) -> None:
    first, second = desks(memory, 2)
    await first.join(now, here)
    (living,) = await first.processes.living(now)

    with pytest.raises(LivingProcessError, match=f"`hundi {here}`, since {living.started_at:%Y-%m-%d %H:%M:%S} UTC"):
        await second.join(now, comes)

    await first.store(1, ASHA, now)
    await time_passes(first.database, LATER)
    await second.join(now, comes)  # the first was silent for too long
    async with second.database.transaction() as session:
        assert await second.leases.take_over(session, now) == ([ASHA] if comes is Kind.RUN else [])


async def test_who_listens_where_another_listened_finds_it_dead(memory: Memory, now: Instant) -> None:
    """A process that was killed and started again need not wait until it has been silent for long enough."""
    first, again, other = desks(memory, 3)
    await first.join(now)
    await first.store(1, ASHA, now)
    again.address = first.address

    await again.join(now)
    await other.join(now)

    assert [living.process_id for living in await again.processes.living(now)] == [
        again.process_id,
        other.process_id,
    ]
    assert await again.look(now) == [ASHA]


async def test_something_that_was_forgotten_is_found(two: tuple[Desk, Desk], now: Instant) -> None:
    first, second = two
    await first.store(1, ASHA, now)

    assert await first.leases.forgotten(now - timedelta(microseconds=1)) == []
    assert await first.leases.forgotten(now) == [ASHA]
    assert await second.leases.forgotten(now) == []
    assert await first.leases.count() == 1


async def test_an_update_of_these_people_alone_is_found_in_order(memory: Memory, now: Instant) -> None:
    bodies = [NewUpdate(n, person, "text", b"{}") for n, person in ((3, ASHA), (1, PRIYA), (2, RAVI), (4, PRIYA))]
    async with memory.database.transaction() as session:
        await memory.inbox.store(session, BOT, bodies, now)

    waiting = await memory.inbox.waiting_of(BOT, [PRIYA, ASHA])

    assert [stored.key.update_id for stored in waiting] == [1, 3, 4]
    assert await memory.inbox.waits(waiting[0].key)
    async with memory.database.transaction() as session:
        await memory.inbox.handled(session, waiting[0].key, now)
    assert not await memory.inbox.waits(waiting[0].key)
