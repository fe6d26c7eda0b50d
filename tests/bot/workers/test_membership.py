"""One process among others: what it notices each second, and what becomes of those who were silent."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.memory import MIGRATIONS
from bot.memory.conversations import Conversations
from bot.memory.inbox import NewUpdate
from bot.memory.processes import (
    BEAT_EVERY_S,
    DEAD_AFTER,
    DeclaredDeadError,
    Kind,
    LivingProcessError,
    Role,
    new_process_id,
)
from bot.metrics import Metrics
from bot.vault.fields import Sealer
from bot.vault.keys import Keys
from bot.workers.membership import FORGOTTEN, FORGOTTEN_EVERY_S, Membership
from ledger.database.migrate import migrate
from ledger.database.opening import open_database
from ledger.database.port import Database
from ledger.kernel.errors import UnavailableError
from tests.bot.memory.rooms import NOW, Memory, over
from tests.bot.memory.several import BOT, Desk, desks, time_passes
from tests.bot.workers.conftest import MovedClock

ASHA, PRIYA = 1001, 1002
DEAD = DEAD_AFTER + timedelta(seconds=1)


@dataclass
class Heir:
    """Who serves people here: it remembers whom it was given."""

    adopted: list[int] = field(default_factory=list)
    busy_now: set[int] = field(default_factory=set)
    away: bool = False

    async def adopt(self, people: Collection[int]) -> None:
        if self.away:
            raise UnavailableError("disk full")
        self.adopted += sorted(set(people) - set(self.adopted))  # twice is harmless: the runner knows what it has

    def busy(self) -> Collection[int]:
        return self.busy_now


@dataclass
class One:
    """A process under test, and another beside it that is only rows."""

    membership: Membership
    heir: Heir
    clock: MovedClock
    other: Desk
    metrics: Metrics

    @property
    def database(self) -> Database:
        return self.other.database

    async def pass_time(self, by: timedelta) -> None:
        """For this process, and for what the database knows of the other."""
        self.clock.elapsed_s += by.total_seconds()
        if self.database.dialect == "postgres":
            await time_passes(self.database, by)

    async def live_on(self, seconds: float) -> None:
        """Second after second, beating in time."""
        for _ in range(int(seconds)):
            await self.pass_time(timedelta(seconds=1))
            await self.membership.look()


@pytest.fixture
async def memory(url: str) -> AsyncIterator[Memory]:
    keys = Keys.fresh()
    database = await open_database(url)
    await migrate(database, [MIGRATIONS], NOW)
    yield over(database, Sealer(keys.field_keys, keys.index_key))
    await database.close()


@pytest.fixture
async def one(memory: Memory) -> One:
    process_id, heir, clock = new_process_id(), Heir(), MovedClock()
    metrics = Metrics(clock.steady_s)
    conversations = Conversations(memory.database, memory.inbox._sealer, process_id)
    membership = Membership(
        process_id, memory.database, conversations, heir, metrics, now=clock.now, steady_s=clock.steady_s
    )
    await membership.join(Kind.SERVE, "http://127.0.0.1:9000")
    (other,) = desks(memory, 1)
    await other.join(clock.now())
    return One(membership, heir, clock, other, metrics)


async def test_who_was_silent_is_gone_on_for(one: One) -> None:
    await one.other.store(1, ASHA, one.clock.now())
    await one.other.take_role(Role.DELIVERY)

    await one.live_on(DEAD_AFTER.total_seconds() - 1)
    assert one.heir.adopted == []
    assert not one.membership.has(Role.DELIVERY)

    await one.live_on(2)
    assert one.heir.adopted == [ASHA]
    assert one.membership.has(Role.DELIVERY)
    assert 'hundi_takeovers_total{what="people"} 1.0' in one.metrics.exposition().decode()


async def test_a_process_that_beats_is_left_alone(one: One) -> None:
    await one.other.store(1, ASHA, one.clock.now())

    for _ in range(8):
        await one.live_on(BEAT_EVERY_S)
        assert await one.other.beat(one.clock.now())

    assert one.heir.adopted == []


async def test_one_who_was_silent_itself_buries_nobody_before_others_had_time_to_beat(one: One) -> None:
    """The database was away for a minute, for everybody: the first who comes back does not kill the rest."""
    await one.other.store(1, ASHA, one.clock.now())
    await one.pass_time(timedelta(seconds=59))

    await one.membership.look()
    await one.live_on(BEAT_EVERY_S)
    assert await one.other.beat(one.clock.now())
    assert one.heir.adopted == []

    await one.live_on(2 * DEAD_AFTER.total_seconds())
    assert one.heir.adopted == [ASHA]


async def test_who_was_buried_knows_at_the_next_beat(one: One) -> None:
    await one.pass_time(DEAD)
    await one.other.beat(one.clock.now())
    await one.other.look(one.clock.now())

    with pytest.raises(DeclaredDeadError):
        await one.membership.run()


async def test_who_is_told_so_by_the_store_stops_at_once(one: One) -> None:
    one.membership.declare_dead()

    with pytest.raises(DeclaredDeadError):
        await one.membership.run()


async def test_what_nobody_does_is_done_here(one: One) -> None:
    await one.other.take_role(Role.SIGNING)

    await one.membership.look()

    assert [role for role in Role if one.membership.has(role)] == [role for role in Role if role is not Role.SIGNING]
    await one.membership.until(Role.DELIVERY)
    await one.other.leave()
    await one.membership.look()
    await one.membership.until(Role.SIGNING)


async def test_people_with_work_whom_nobody_has_are_taken_up(one: One) -> None:
    """Their process stopped, or died with everybody else."""
    await one.other.store(1, ASHA, one.clock.now())
    await one.other.leave()

    await one.membership.look()

    assert one.heir.adopted == [ASHA]


async def test_what_another_stored_for_us_is_taken_up(one: One) -> None:
    await one.membership._take([ASHA])
    await one.other.store_for_holder(1, ASHA, one.clock.now())

    await one.membership.look()
    await one.membership.look()

    assert one.heir.adopted == [ASHA]


async def test_people_who_could_not_be_taken_up_are_not_forgotten(one: One) -> None:
    await one.other.store(1, ASHA, one.clock.now())
    await one.other.leave()
    one.heir.away = True
    with pytest.raises(UnavailableError):
        await one.membership.look()

    one.heir.away = False
    await one.membership.look()

    assert one.heir.adopted == [ASHA]


async def test_what_waits_for_long_is_looked_at_again(one: One) -> None:
    """Whatever the reason: nobody's update may wait for a restart."""
    await one.membership._take([ASHA])
    async with one.database.transaction() as session:
        forgotten = [NewUpdate(9, ASHA, "text", b"{}")]
        await one.other.memory.inbox.store(session, BOT, forgotten, one.clock.now())
    await one.membership.look()
    assert one.heir.adopted == []

    one.clock.elapsed_s += FORGOTTEN.total_seconds() + FORGOTTEN_EVERY_S
    await one.membership.look()

    assert one.heir.adopted == [ASHA]


async def test_people_who_need_nobody_are_let_go_with_a_beat(one: One) -> None:
    await one.membership._take([ASHA, PRIYA])
    one.heir.busy_now = {PRIYA}

    await one.live_on(9)

    assert await one.membership.leases.count() == 1
    assert (await one.other.take([ASHA], one.clock.now())).ours == {ASHA}


async def test_only_one_plays_the_deadlines_of_those_whom_nobody_has(one: One) -> None:
    now = one.clock.now()
    async with one.database.transaction() as session:
        await one.other.memory.conversations.save(session, ASHA, 0, "confirming", idle=True, deadline_at=now, now=now)
    assert await one.membership.due_of_nobody(now, 10) == []

    await one.membership.look()

    assert await one.membership.due_of_nobody(now, 10) == [ASHA]
    assert await one.membership.due_of_nobody(now, 10) == []
    assert (await one.other.take([ASHA], now)).held


async def test_a_look_says_once_that_somebodys_time_is_over(one: One) -> None:
    """So that the store is asked once a second, and not by everybody who waits for a moment."""
    now = one.clock.now()
    async with one.database.transaction() as session:
        await one.membership.leases.take(session, [ASHA], now)
        await one.membership._conversations.save(
            session, ASHA, 0, "confirming", idle=True, deadline_at=now + timedelta(seconds=2), now=now
        )
    await one.membership.look()
    assert not one.membership.take_due()

    await one.live_on(2)

    assert one.membership.due.is_set()
    assert [one.membership.take_due() for _ in range(2)] == [True, False]


async def test_only_who_sees_to_them_hears_of_those_whom_nobody_has(one: One) -> None:
    now = one.clock.now()
    await one.other.take_role(Role.DEADLINES)
    async with one.database.transaction() as session:
        await one.other.memory.conversations.save(session, ASHA, 0, "confirming", idle=True, deadline_at=now, now=now)

    await one.membership.look()
    theirs = one.membership.take_due()
    await one.other.leave()
    await one.membership.look()
    await one.membership.look()

    assert (theirs, one.membership.take_due()) == (False, True)


async def test_one_that_polls_waits_for_a_killed_one_and_refuses_beside_a_living(
    one: One, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = Membership(
        new_process_id(),
        one.database,
        one.membership._conversations,
        one.heir,
        one.metrics,
        now=one.clock.now,
        steady_s=one.clock.steady_s,
    )
    await one.membership.leave()
    seconds = 0

    async def sleep(_s: float) -> None:
        nonlocal seconds
        seconds += 1
        await one.pass_time(timedelta(seconds=1))
        if beats:
            await one.other.beat(one.clock.now())

    monkeypatch.setattr("bot.workers.membership.asyncio.sleep", sleep)

    beats = True
    with pytest.raises(LivingProcessError):
        await second.join(Kind.RUN)
    assert seconds == 1

    beats, seconds = False, 0
    await second.join(Kind.RUN)
    assert 8 <= seconds <= 11
