"""Any life of several processes: at most one living holder, and nobody with work is ever lost.

Silence is written into the row instead of waited for, so that the same machine runs by any database's clock.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.memory import MIGRATIONS
from bot.memory.conversations import LostToAnotherError, VersionClashError
from bot.memory.inbox import AlreadyHandledError, InboxKey
from bot.memory.processes import DeclaredDeadError, ProcessId
from bot.vault.fields import Sealer
from bot.vault.keys import Keys
from ledger.database.migrate import migrate
from ledger.database.opening import open_database
from ledger.database.port import Query
from tests.bot.memory.rooms import NOW, over
from tests.bot.memory.several import BOT, Desk, desks
from tests.conftest import FULL_SIZE

PEOPLE: Final = (1001, 1002)
MOST: Final = 3
_SILENT: Final = Query("UPDATE processes SET alive_until = 0 WHERE process_id = :process_id")
_LONG_AGO: Final = Query("UPDATE leases SET used_at = 0")
_HOLDERS: Final = Query("SELECT person_id, process_id, left_behind FROM leases")
_WAITING: Final = Query("SELECT person_id, update_id FROM inbox WHERE handled_at IS NULL ORDER BY update_id")
_NOTHING_YET: Final = tuple(
    Query(f"DELETE FROM {table}") for table in ("processes", "leases", "roles", "inbox", "conversations")
)
_ALIVE: Final = Query("SELECT process_id FROM processes")

which = st.integers(0, MOST - 1)
people = st.sampled_from(PEOPLE)


@dataclass
class Mind:
    """What a process believes: who is its own, and which updates it knows of."""

    desk: Desk
    mine: set[int] = field(default_factory=set)
    known: set[int] = field(default_factory=set)
    silent: bool = False


class Life(RuleBasedStateMachine):
    """Processes that come, die, are paused and go, while updates arrive anywhere."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    @initialize()
    def open(self) -> None:
        self.runner = asyncio.Runner()
        self.database = self.runner.run(open_database(self.url))
        self.runner.run(migrate(self.database, [MIGRATIONS], NOW))
        for query in _NOTHING_YET:
            self.run_query(query)
        keys = Keys.fresh()
        self.memory = over(self.database, Sealer(keys.field_keys, keys.index_key))
        self.minds: list[Mind] = []
        self.buried: list[Mind] = []
        self.update = 0
        self.handled: dict[int, list[int]] = {person: [] for person in PEOPLE}
        self.stored: dict[int, list[int]] = {person: [] for person in PEOPLE}
        self.join()
        self.join()

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.runner.run(self.database.close())
            self.runner.close()

    # ── what processes do ────────────────────────────────────────────────────

    @precondition(lambda self: len(self.minds) < MOST)
    @rule()
    def one_more_joins(self) -> None:
        self.join()

    def join(self) -> None:
        (desk,) = desks(self.memory, 1)
        desk.address = f"http://127.0.0.1/{desk.process_id}"
        self.runner.run(desk.join(NOW))
        self.minds.append(Mind(desk))

    @precondition(lambda self: self.minds)
    @rule(which=which, person=people)
    def arrive(self, which: int, person: int) -> None:
        """Stored if its person is ours; else the holder takes it, or cannot be reached and it is left for them."""
        mind, self.update = self.mind(which), self.update + 1
        taken = self.runner.run(mind.desk.store(self.update, person, NOW))
        if person in taken.ours:
            self.adopt(mind, person, unheard=person in taken.unheard)
            mind.known.add(self.update)
        else:
            holder = self.of(taken.held[person].process_id)
            if holder.silent:
                self.runner.run(mind.desk.store_for_holder(self.update, person, NOW))
            else:
                again = self.runner.run(holder.desk.store(self.update, person, NOW))
                assert person in again.ours, "who was named as the holder does not take it"
                self.adopt(holder, person, unheard=person in again.unheard)
                holder.known.add(self.update)
        self.stored[person].append(self.update)

    @precondition(lambda self: self.minds)
    @rule(which=which, person=people)
    def play(self, which: int, person: int) -> None:
        """A turn of the next update that this process knows of, in one commit with its state."""
        self.turn(self.mind(which), person)

    @precondition(lambda self: self.buried)
    @rule()
    def the_dead_go_on(self) -> None:
        for mind in self.buried:
            self.goes_on_after_death(mind)

    @precondition(lambda self: self.minds)
    @rule(which=which)
    def be_silent(self, which: int) -> None:
        mind = self.mind(which)
        mind.silent = True
        self.run_query(_SILENT, process_id=mind.desk.process_id)

    @precondition(lambda self: self.minds)
    @rule(which=which)
    def beat(self, which: int) -> None:
        mind = self.mind(which)
        assert self.runner.run(mind.desk.beat(NOW)), "a process that nobody buried may go on"
        mind.silent = False

    @precondition(lambda self: any(not mind.silent for mind in self.minds))
    @rule(which=which)
    def look(self, which: int) -> None:
        """Bury the silent, take their people, those that are free and have work, and what was left for us."""
        awake = [mind for mind in self.minds if not mind.silent]
        self.look_as(awake[which % len(awake)])

    @precondition(lambda self: self.minds)
    @rule(which=which, late=st.booleans())
    def release(self, which: int, late: bool) -> None:
        if late:
            self.run_query(_LONG_AGO)
        mind = self.mind(which)
        gone = set(self.runner.run(mind.desk.release([], NOW + timedelta(seconds=1))))
        assert gone <= mind.mine
        mind.mine -= gone

    @precondition(lambda self: self.minds)
    @rule(which=which)
    def leave(self, which: int) -> None:
        mind = self.mind(which)
        self.runner.run(mind.desk.leave())
        self.minds.remove(mind)

    # ── what must be so ──────────────────────────────────────────────────────

    @invariant()
    def at_most_one_of_the_living_holds_a_person(self) -> None:
        if not hasattr(self, "database"):
            return
        held = [person for mind in self.minds for person in mind.mine]
        assert len(held) == len(set(held)), "two processes believe that the same person is theirs"
        rows = {row["person_id"]: row["process_id"] for row in self.runner.run(self.database.all(_HOLDERS))}
        for mind in self.minds:
            for person in mind.mine:
                assert rows[person] == mind.desk.process_id

    @invariant()
    def each_person_s_updates_were_handled_in_order_and_once(self) -> None:
        if hasattr(self, "database"):
            for person in PEOPLE:
                assert self.handled[person] == self.stored[person][: len(self.handled[person])]

    @invariant()
    def nobody_with_work_is_lost(self) -> None:
        """Known to a living holder, marked for it, or held by the dead or by nobody, where the next look finds it."""
        if not hasattr(self, "database"):
            return
        alive = {row["process_id"] for row in self.runner.run(self.database.all(_ALIVE))}
        holders = {row["person_id"]: row for row in self.runner.run(self.database.all(_HOLDERS))}
        for row in self.runner.run(self.database.all(_WAITING)):
            holder = holders.get(row["person_id"])
            if holder is None or holder["process_id"] not in alive or holder["left_behind"]:
                continue
            assert row["update_id"] in self.of(ProcessId(holder["process_id"])).known

    @precondition(lambda self: any(not mind.silent for mind in self.minds))
    @rule()
    def everything_is_done_in_the_end(self) -> None:
        """One living process and one look each: whatever was stored is handled."""
        for mind in [mind for mind in self.minds if not mind.silent]:
            self.look_as(mind)
        for mind in self.minds:
            for person in PEOPLE:
                while any(update in mind.known for update in self.waiting(person)):
                    self.turn(mind, person)
        assert not self.runner.run(self.database.all(_WAITING))
        assert self.handled == self.stored

    # ── inside ───────────────────────────────────────────────────────────────

    def mind(self, which: int) -> Mind:
        return self.minds[which % len(self.minds)]

    def of(self, process_id: ProcessId) -> Mind:
        return next(mind for mind in self.minds if mind.desk.process_id == process_id)

    def goes_on_after_death(self, mind: Mind) -> None:
        """A process that was paused goes on where it was: nothing changes."""
        for person in PEOPLE:
            before = list(self.handled[person])
            self.turn(mind, person)
            assert self.handled[person] == before, "the dead changed something"
            try:
                taken = self.runner.run(mind.desk.take([person], NOW))
            except DeclaredDeadError:
                continue
            assert not taken.ours

    def waiting(self, person: int) -> list[int]:
        rows = self.runner.run(self.memory.inbox.waiting_of(BOT, [person]))
        return [stored.key.update_id for stored in rows]

    def adopt(self, mind: Mind, person: int, *, unheard: bool) -> None:
        mind.mine.add(person)
        if unheard:
            mind.known |= set(self.waiting(person))

    def look_as(self, mind: Mind) -> None:
        desk = mind.desk
        over_to_us = set(self.runner.run(desk.look(NOW)))
        for dead in [other for other in self.minds if other.silent and other is not mind]:
            self.minds.remove(dead)
            self.buried.append(dead)
            dead.mine.clear()
            self.goes_on_after_death(dead)
        for person in self.runner.run(desk.leases.free_with_work()) + self.runner.run(desk.leases.left_behind()):
            taken = self.runner.run(desk.take([person], NOW))
            over_to_us |= taken.ours
        for person in over_to_us:
            self.adopt(mind, person, unheard=True)

    def turn(self, mind: Mind, person: int) -> None:
        ours = [update for update in self.waiting(person) if update in mind.known]
        if ours and self.play_one(mind.desk, person, ours[0]):
            self.handled[person].append(ours[0])

    def play_one(self, desk: Desk, person: int, update: int) -> bool:
        return self.runner.run(self._play_one(desk, person, update))

    async def _play_one(self, desk: Desk, person: int, update: int) -> bool:
        version = (await self.memory.conversations.load(person)).version
        try:
            async with self.database.transaction() as session:
                await desk.conversations.save(session, person, version, "idle", idle=True, deadline_at=None, now=NOW)
                await self.memory.inbox.handled(session, InboxKey(BOT, update), NOW)
        except (AlreadyHandledError, LostToAnotherError, VersionClashError):
            return False
        return True

    def run_query(self, query: Query, **values: str) -> None:
        async def change() -> None:
            async with self.database.transaction() as session:
                await session.execute(query, values)

        self.runner.run(change())


def test_any_life_of_several_processes(url: str) -> None:
    postgres = url.startswith("postgres")
    few = settings(max_examples=10 if postgres else 25, stateful_step_count=30, deadline=None)
    many = settings(max_examples=1_000, stateful_step_count=50, deadline=None)
    run_state_machine_as_test(cast("Any", lambda: Life(url)), settings=many if FULL_SIZE else few)
