"""Whose process each person is while they have work: a turn, an update that waits, an open PIN pad.

A lease is taken in the commit that stores an update and used by every further one; it is let go in bulk, some seconds
after the last. ``Conversations`` asks in the commit of a turn whether it is still ours, so that a process that was
paused and taken for dead changes nothing. A person with work is held by somebody living, or by somebody dead whose
people are about to be taken over, or free and about to be taken: never lost.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.memory.processes import DeclaredDeadError, ProcessId
from ledger.database.port import Database, Session, Value
from ledger.database.queries import Queries
from ledger.kernel.instants import Instant, to_micros

KEPT: Final = timedelta(seconds=5)  # after the last use: most people answer what they are shown within this
TAKEN_AT_ONCE: Final = 1_000  # people of the dead in one commit


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody living who has a person."""

    process_id: ProcessId
    address: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of taking some people. Those who are ``unheard`` may have work that we have not seen."""

    ours: frozenset[int]
    unheard: frozenset[int]
    held: Mapping[int, Holder]


class ElsewhereError(Exception):
    """Some updates are another process's to handle; the rest is kept. ``held`` says whose, by the update's number."""

    def __init__(self, new: Collection[int], held: Mapping[int, Holder]) -> None:
        super().__init__("another process serves this person")
        self.new, self.held = new, held


class Leases:
    """Every person who has work, for one process."""

    def __init__(self, database: Database, process_id: ProcessId) -> None:
        self._database, self._process_id = database, process_id
        self._queries = Queries.load("bot.memory", "sql/leases.sql", database.dialect)

    async def take(self, session: Session, people: Collection[int], now: Instant) -> Taken:
        """Ours from now on, or held by somebody living. ``DeclaredDeadError`` if we are dead.

        Until this transaction ends nobody else takes any of these people.
        """
        values: dict[str, Value] = {"process_id": self._process_id, "people": _listed(people), "now": to_micros(now)}
        rows = await session.all(self._queries["take_leases"], values)
        ours = frozenset(int(row["person_id"]) for row in rows)
        new = [int(row["person_id"]) for row in rows if row["uses"] == 1]
        unheard = await self._with_work(session, new) if new else frozenset()
        left = frozenset(int(row["person_id"]) for row in rows if row["left_behind"])
        if left:
            await session.execute(self._queries["heard_of"], {"process_id": self._process_id, "people": _listed(left)})
        held = await self._holders(session, frozenset(people) - ours)
        if len(ours) + len(held) < len(set(people)):
            await self._check_here(session)
            return await self.take(session, people, now)  # whoever had them was buried while we looked
        return Taken(ours, unheard | left, held)

    async def leave_behind(self, session: Session, people: Collection[int]) -> None:
        """Something was stored for their holder, who could not be told."""
        await session.execute(self._queries["leave_behind"], {"people": _listed(people)})

    async def take_over(self, session: Session, now: Instant, most: int = TAKEN_AT_ONCE) -> list[int]:
        """Some people of the dead are ours from now on; who."""
        values: dict[str, Value] = {"process_id": self._process_id, "now": to_micros(now), "most": most}
        return sorted(int(row["person_id"]) for row in await session.all(self._queries["take_over_leases"], values))

    async def free_with_work(self, most: int = TAKEN_AT_ONCE) -> list[int]:
        """People with something waiting or unfinished whom nobody has."""
        rows = await self._database.all(self._queries["free_people_with_work"], {"most": most})
        return [int(row["person_id"]) for row in rows]

    async def left_behind(self) -> list[int]:
        """People of ours for whom another process stored something."""
        rows = await self._database.all(self._queries["find_left_behind"], {"process_id": self._process_id})
        return [int(row["person_id"]) for row in rows]

    async def forgotten(self, before: Instant) -> list[int]:
        """People of ours for whom something has waited since before then."""
        values: dict[str, Value] = {"process_id": self._process_id, "before": to_micros(before)}
        return [int(row["person_id"]) for row in await self._database.all(self._queries["find_forgotten"], values)]

    async def release(self, session: Session, busy: Collection[int], now: Instant) -> list[int]:
        """Let go of whoever needed nobody for a while; who. ``busy`` are those with a turn or an open pad here."""
        values: dict[str, Value] = {
            "process_id": self._process_id,
            "busy": _listed(busy),
            "now": to_micros(now),
            "kept": int(KEPT.total_seconds() * 1_000_000),
        }
        return sorted(int(row["person_id"]) for row in await session.all(self._queries["release_leases"], values))

    async def leave(self, session: Session) -> None:
        """Let go of everybody: we stop, and others go on."""
        await session.execute(self._queries["leave_leases"], {"process_id": self._process_id})

    async def count(self) -> int:
        """How many people are ours now."""
        row = await self._database.one(self._queries["count_leases"], {"process_id": self._process_id})
        return 0 if row is None else int(row["people"])

    async def _with_work(self, session: Session, people: Collection[int]) -> frozenset[int]:
        rows = await session.all(self._queries["people_with_work"], {"people": _listed(people)})
        return frozenset(int(row["person_id"]) for row in rows)

    async def _holders(self, session: Session, people: Collection[int]) -> dict[int, Holder]:
        if not people:
            return {}
        rows = await session.all(self._queries["find_holders"], {"people": _listed(people)})
        return {int(row["person_id"]): Holder(ProcessId(row["process_id"]), row["address"]) for row in rows}

    async def _check_here(self, session: Session) -> None:
        if await session.one(self._queries["is_here"], {"process_id": self._process_id}) is None:
            raise DeclaredDeadError


def _listed(people: Collection[int]) -> str:
    return json.dumps(sorted(people))
