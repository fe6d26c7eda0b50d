"""The processes that serve one bot: who lives, and who does what only one of them may do.

A process beats; one that did not beat in time is *buried* by any other, in one commit, and is dead from then on, also
if it was only paused: whatever it still tries to write is refused (``bot.memory.leases``, ``holds``). On PostgreSQL
every moment is the database's own, since two machines' clocks may differ; on SQLite there is one machine, and ``now``
is its clock. It knows neither what a role does nor how one process reaches another.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final, NewType

from uuid_utils import uuid7

from ledger.database.errors import AlreadyRunningError
from ledger.database.port import Database, Row, Session, Value
from ledger.database.queries import Queries
from ledger.kernel.instants import Instant, from_micros, to_micros

ProcessId = NewType("ProcessId", str)

BEAT_EVERY_S: Final = 3.0  # three beats may be missed
DEAD_AFTER: Final = timedelta(seconds=10)  # longer than any stall of a machine that still serves people


class Kind(StrEnum):
    """How a process hears of updates. One that polls is alone; those behind a webhook are many."""

    RUN = "run"
    SERVE = "serve"


class Role(StrEnum):
    """What is done once for the bot, by whichever process has it."""

    DELIVERY = "delivery"
    NOTIFIER = "notifier"
    SIGNING = "signing"
    HOUSEKEEPING = "housekeeping"
    DEADLINES = "deadlines"  # of people who are nobody's: a holder plays those of its own


@dataclass(frozen=True, slots=True)
class Process:
    """One that lives, or did until ``alive_until``."""

    process_id: ProcessId
    kind: Kind
    address: str
    started_at: Instant
    alive_until: Instant


@dataclass(frozen=True, slots=True)
class News:
    """What is to be done now: nothing, mostly."""

    died: bool = False  # or left people
    left_behind: bool = False  # something was stored for us
    waits: bool = False  # somebody nobody has, if that was asked
    due: bool = False  # somebody's time is over: of our people, or of nobody's if that was asked
    role_free: bool = False  # nobody does it


class LivingProcessError(AlreadyRunningError):
    """Another process serves this bot, and the two cannot do so together."""

    def __init__(self, living: Process) -> None:
        since = living.started_at.strftime("%Y-%m-%d %H:%M:%S UTC")
        super().__init__(f"this database: `hundi {living.kind}`, since {since}")
        self.living = living


class DeclaredDeadError(Exception):
    """This process was silent for too long; others took its people and its work, so it must stop at once."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def new_process_id() -> ProcessId:
    """A name nobody had before us, so that a dead process is never taken for us."""
    return ProcessId(f"prc_{uuid7().hex}")


class Processes:
    """All processes of this bot."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = Queries.load("bot.memory", "sql/processes.sql", database.dialect)

    async def join(self, process_id: ProcessId, kind: Kind, address: str, now: Instant) -> None:
        """Live from now on. ``LivingProcessError`` where one that polls would be beside another.

        ``address`` is one we listen at already: whoever is written down there before us is dead.
        """
        async with self._database.transaction() as session:
            await session.all(self._queries["lock_processes"])
            if address:
                await session.execute(self._queries["bury_address"], {"address": address})
            for other in await self._living(session, now):
                if Kind.RUN in {kind, other.kind}:
                    raise LivingProcessError(other)
            if kind is Kind.RUN:
                await self.bury(session, process_id, now)  # nobody beats any more, and nobody else will find out
            values: dict[str, Value] = {"process_id": process_id, "kind": kind, "address": address}
            await session.execute(self._queries["insert_process"], values | _moment(now) | _LASTS)

    async def living(self, now: Instant) -> list[Process]:
        """Everybody who beat in time, the oldest first."""
        async with self._database.snapshot() as reader:
            return [_process(row) for row in await reader.all(self._queries["living_processes"], _moment(now))]

    async def beat(self, session: Session, process_id: ProcessId, now: Instant) -> bool:
        """We live. False when we were buried meanwhile."""
        values: dict[str, Value] = {"process_id": process_id}
        return await session.execute(self._queries["beat"], values | _moment(now) | _LASTS) == 1

    async def news(
        self, process_id: ProcessId, now: Instant, *, of_nobody: bool = True, long_ago: bool = False
    ) -> News:
        """What a look would find; ``of_nobody``: also of people whom nobody has. ``long_ago`` as in ``bury``."""
        values: dict[str, Value] = {"process_id": process_id, "slack": _LONG_AGO if long_ago else 0}
        row = await self._database.one(self._queries["news"], values | _moment(now) | {"of_nobody": int(of_nobody)})
        if row is None:
            return News()
        flags = {name: bool(row[name]) for name in ("died", "left_behind", "waits", "due")}
        return News(**flags, role_free=int(row["roles"]) < len(Role))

    async def bury(
        self, session: Session, process_id: ProcessId, now: Instant, *, long_ago: bool = False
    ) -> list[ProcessId]:
        """Whoever did not beat in time is dead; who. Never ourselves.

        ``long_ago``: only who should have beaten a minute ago, for one who cannot say whether the others could.
        """
        values: dict[str, Value] = {"process_id": process_id, "slack": _LONG_AGO if long_ago else 0}
        rows = await session.all(self._queries["bury"], values | _moment(now))
        return [ProcessId(row["process_id"]) for row in rows]

    async def leave(self, session: Session, process_id: ProcessId) -> None:
        """We go, with every role."""
        await session.execute(self._queries["leave_roles"], {"process_id": process_id})
        await session.execute(self._queries["leave_process"], {"process_id": process_id})

    # ── roles ────────────────────────────────────────────────────────────────

    async def free_roles(self, roles: Collection[Role]) -> list[Role]:
        """What nobody living does."""
        rows = await self._database.all(self._queries["free_roles"], {"names": json.dumps(sorted(roles))})
        return [Role(row["name"]) for row in rows]

    async def take_role(self, session: Session, role: Role, process_id: ProcessId) -> bool:
        """Do it from now on; False if somebody living does, or if we are dead."""
        values: dict[str, Value] = {"name": role, "process_id": process_id}
        return await session.execute(self._queries["take_role"], values) == 1

    async def holds(self, session: Session, role: Role, process_id: ProcessId) -> bool:
        """Whether we do it, and stay who does until this transaction ends: asked first where doing it twice hurts."""
        values: dict[str, Value] = {"name": role, "process_id": process_id}
        return await session.one(self._queries["holds_role"], values) is not None

    async def _living(self, session: Session, now: Instant) -> list[Process]:
        return [_process(row) for row in await session.all(self._queries["living_processes"], _moment(now))]


_LONG_AGO: Final = 60_000_000  # microseconds
_LASTS: Final[dict[str, Value]] = {"lasts": int(DEAD_AFTER.total_seconds() * 1_000_000)}


def _moment(now: Instant) -> dict[str, Value]:
    return {"now": to_micros(now)}


def _process(row: Row) -> Process:
    return Process(
        ProcessId(row["process_id"]),
        Kind(row["kind"]),
        row["address"],
        from_micros(row["started_at"]),
        from_micros(row["alive_until"]),
    )
