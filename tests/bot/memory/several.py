"""Several processes over one database, each with what it would do there and nothing of the bot around it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from bot.memory.conversations import Conversations
from bot.memory.inbox import NewUpdate
from bot.memory.leases import Leases, Taken
from bot.memory.processes import Kind, Processes, ProcessId, Role, new_process_id
from ledger.database.port import Database, Query
from ledger.kernel.instants import Instant
from tests.bot.memory.rooms import Memory

BOT = 7
_SHIFTED = (
    Query("UPDATE processes SET alive_until = alive_until - CAST(:by AS BIGINT)"),
    Query("UPDATE leases SET used_at = used_at - CAST(:by AS BIGINT)"),
)


async def time_passes(database: Database, by: timedelta) -> None:
    """All moments lie further back: the clock of a database that has its own cannot be moved."""
    async with database.transaction() as session:
        for query in _SHIFTED:
            await session.execute(query, {"by": by // timedelta(microseconds=1)})


@dataclass(slots=True)
class Desk:
    """One process."""

    memory: Memory
    process_id: ProcessId
    address: str
    processes: Processes
    leases: Leases
    conversations: Conversations

    @property
    def database(self) -> Database:
        return self.memory.database

    async def join(self, now: Instant, kind: Kind = Kind.SERVE) -> None:
        await self.processes.join(self.process_id, kind, self.address, now)

    async def take(self, people: Collection[int], now: Instant) -> Taken:
        async with self.database.transaction() as session:
            return await self.leases.take(session, people, now)

    async def store(self, update_id: int, person_id: int, now: Instant) -> Taken:
        """An update arrives here: it is stored if its person is ours."""
        async with self.database.transaction() as session:
            taken = await self.leases.take(session, [person_id], now)
            if person_id in taken.ours:
                await self.memory.inbox.store(session, BOT, [NewUpdate(update_id, person_id, "text", b"{}")], now)
            return taken

    async def store_for_holder(self, update_id: int, person_id: int, now: Instant) -> None:
        """An update arrives here whose person's holder cannot be told."""
        async with self.database.transaction() as session:
            taken = await self.leases.take(session, [person_id], now)
            await self.memory.inbox.store(session, BOT, [NewUpdate(update_id, person_id, "text", b"{}")], now)
            if person_id not in taken.ours:
                await self.leases.leave_behind(session, [person_id])

    async def save(self, person_id: int, version: int, text: str, now: Instant, *, taken: bool = False) -> int:
        if taken:
            assert (await self.take([person_id], now)).ours
        async with self.database.transaction() as session:
            return await self.conversations.save(
                session, person_id, version, text, idle=text == "idle", deadline_at=None, now=now
            )

    async def beat(self, now: Instant) -> bool:
        async with self.database.transaction() as session:
            return await self.processes.beat(session, self.process_id, now)

    async def look(self, now: Instant) -> list[int]:
        """Bury the dead and take their people."""
        async with self.database.transaction() as session:
            await self.processes.bury(session, self.process_id, now)
            return await self.leases.take_over(session, now)

    async def release(self, busy: Collection[int], now: Instant) -> list[int]:
        async with self.database.transaction() as session:
            return await self.leases.release(session, busy, now)

    async def take_role(self, role: Role) -> bool:
        async with self.database.transaction() as session:
            return await self.processes.take_role(session, role, self.process_id)

    async def holds(self, role: Role) -> bool:
        async with self.database.transaction() as session:
            return await self.processes.holds(session, role, self.process_id)

    async def leave(self) -> None:
        async with self.database.transaction() as session:
            await self.leases.leave(session)
            await self.processes.leave(session, self.process_id)


def desks(memory: Memory, count: int) -> list[Desk]:
    """So many processes that have not joined yet."""
    return [_desk(memory, place) for place in range(count)]


def _desk(memory: Memory, place: int) -> Desk:
    database, process_id = memory.database, new_process_id()
    return Desk(
        memory,
        process_id,
        f"http://127.0.0.1:{9001 + place}",
        Processes(database),
        Leases(database, process_id),
        Conversations(database, memory.inbox._sealer, process_id),
    )
