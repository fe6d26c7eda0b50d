"""A whole deployment into another database: every row as it is, and proof at the end that both hold the same.

The target is marked before its first row and the mark goes with the last, so no bot starts on half of a deployment. A
copy that was stopped, however it was, goes on behind the last row that is there. The source is only read. Which tables
there are is known from the schema; only those that are not copied are named here, and why.
"""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import Final

from bot.memory.deployment import Deployments
from bot.memory.processes import Processes
from ledger.database.errors import ConstraintError
from ledger.database.file_lock import FileLock
from ledger.database.opening import is_postgres
from ledger.database.port import Database, Reader, Session
from ledger.database.queries import Queries
from ledger.database.sqlite import sqlite_path
from ledger.database.tables import Record, Table, Tables
from ledger.kernel.instants import Instant

NOT_COPIED: Final = {
    "schema_migrations": "the target was migrated by itself",
    "journal_head": "on PostgreSQL the journal's own trigger moves it",
    "processes": "who lives is not moved",
    "leases": "whom they serve neither",
    "roles": "nor who does what",
    "deployment": "written first, as the mark; the mark goes last",
}
FIRST: Final = ("accounts", "transfers")  # others name their rows
SEEDED: Final = ("pin_clock",)  # a migration puts a row in, which the source's replaces

Progress = Callable[[int, int], None]  # rows done, rows there are


class CopyError(Exception):
    """It cannot be copied, or not like this: what, why, and the mend."""

    def __init__(self, what: str, why: str, mend: str) -> None:
        super().__init__(what)
        self.what, self.why, self.mend = what, why, mend


@dataclass(frozen=True, slots=True)
class Copied:
    """One table, the same at both ends. ``digest`` is SHA-256 over its rows in order, as Python writes them."""

    table: str
    rows: int
    digest: str


@asynccontextmanager
async def nobody_else_on(url: str, database: Database, now: Instant) -> AsyncIterator[None]:
    """No bot runs on it, and on a file none starts. ``AlreadyRunningError`` where one does."""
    if not is_postgres(url):
        with FileLock(sqlite_path(url)):
            yield
        return
    if living := await Processes(database).living(now):
        mend = "Stop it and wait ten seconds: a copy of what still moves is no copy."
        raise CopyError("a bot runs on this database", f"{living[0].kind} at {living[0].address or 'no address'}", mend)
    yield


class Copying:
    """One copy. Both databases are migrated, and nobody else is on them."""

    def __init__(self, source: Database, target: Database, tables: Tables, target_tables: Tables) -> None:
        self._source, self._target = source, target
        self._from, self._to = tables, target_tables
        self._deployments = Deployments(target)
        self._queries = Queries.load("ledger.database", "sql/tables.sql", target.dialect)
        self.tables = [tables.by_name[name] for name in _ordered(tables, target_tables)]

    @classmethod
    async def between(cls, source: Database, target: Database) -> "Copying":
        """Read what tables both have; ``CopyError`` where they differ."""
        return cls(source, target, await Tables.read(source), await Tables.read(target))

    async def begin(self) -> bool:
        """Mark the target as being filled from here. Whether a copy goes on that was begun before."""
        mark = await self._mark()
        with suppress(ConstraintError):  # another copy began at this moment; what it wrote is looked at below
            async with self._target.transaction() as session:
                if await self._deployments.find(session) is None:
                    await self._begin(session, mark)
                    return False
        filled_from = await self._deployments.filled_from()
        if filled_from is None:
            raise CopyError("the target is a deployment of its own", "it has rows", _EMPTY)
        if filled_from.split()[:2] != mark.split()[:2]:
            raise CopyError("the target is being filled from another database", "it has that one's rows", _EMPTY)
        if filled_from != mark:
            raise CopyError("the source has changed since this copy began", "what was copied is of before", _EMPTY)
        return True

    async def fill(self, progress: Progress) -> None:
        """Copy every row that is not there yet, as of one moment of the source."""
        async with self._source.snapshot() as reader:
            total = sum([await self._from.count(reader, table) for table in self.tables])
            done = 0
            for table in self.tables:
                after = await self._to.last_key(self._target, table)
                done += await self._to.count(self._target, table)
                async for page in self._from.pages(reader, table, after):
                    await self._write(table, page, after)
                    after, done = table.key_of(page[-1]), done + len(page)
                    progress(done, total)

    async def compare(self, progress: Progress) -> list[Copied]:
        """Every table row by row, as both are now; ``CopyError`` names the first row that is not the same."""
        compared: list[Copied] = []
        async with self._source.snapshot() as source, self._target.snapshot() as target:
            total = sum([await self._from.count(source, table) for table in self.tables])
            for table in self.tables:
                reach = partial(_onwards, progress, sum(each.rows for each in compared), total)
                compared.append(await self._compare(source, target, table, reach))
            if await self._deployment(self._from, source) != await self._deployment(self._to, target):
                raise _differs("deployment", (1,))
        return compared

    async def finish(self) -> None:
        """The target is whole: bots may start on it."""
        async with self._target.transaction() as session:
            await session.all(self._queries["go_on_counting"])
            await session.execute(self._queries["take_statistics"])
            await self._deployments.filled(session)

    # ── inside ───────────────────────────────────────────────────────────────

    async def _begin(self, session: Session, mark: str) -> None:
        for table in self.tables:
            if table.name in SEEDED:
                await self._to.empty(session, table)
            elif await self._to.last_key(session, table) is not None:
                raise CopyError("the target has rows already", f"in {table.name}", _EMPTY)
        deployment = self._from.by_name["deployment"]
        [record] = await self._from.page(self._source, deployment, None)
        values = dict(zip(deployment.columns, record, strict=True)) | {"filled_from": mark}
        await self._to.put(session, deployment, [tuple(values.values())])

    async def _write(self, table: Table, page: list[Record], after: Record | None) -> None:
        async with self._target.transaction() as session:
            if await self._to.last_key(session, table) != after:
                raise CopyError("another copy fills the target", f"it is at {table.name}", "Let that one end.")
            await self._to.put(session, table, page)

    async def _compare(self, source: Reader, target: Reader, table: Table, progress: Callable[[int], None]) -> Copied:
        digest, rows = hashlib.sha256(), 0
        after: Record | None = None
        while True:
            mine, theirs = await self._from.page(source, table, after), await self._to.page(target, table, after)
            if mine != theirs:
                pairs = zip_longest(mine, theirs)
                odd = next(one or other for one, other in pairs if one != other)
                raise _differs(table.name, table.key_of(odd))
            if not mine:
                return Copied(table.name, rows, digest.hexdigest())
            digest.update(repr(mine).encode())
            after, rows = table.key_of(mine[-1]), rows + len(mine)
            progress(rows)

    async def _mark(self) -> str:
        """Which database the rows come from, and in which state: each table's last key, and the latest moments."""
        async with self._source.snapshot() as reader:
            found = await Deployments(self._source).find(reader)
            if found is None:
                why = "no bot and no funding was ever on the source"
                raise CopyError("there is nothing to copy", why, "Look at the address.")
            state: list[object] = [await self._deployment(self._from, reader)]
            for table in self.tables:
                state.append((table.name, await self._from.last_key(reader, table)))
                if table.name in SEEDED:
                    state.append(await self._from.page(reader, table, None))
        return f"{found.keys_id} {found.created_at:%Y%m%dT%H%M%S.%f} {hashlib.sha256(repr(state).encode()).hexdigest()}"

    async def _deployment(self, tables: Tables, reader: Reader) -> dict[str, object]:
        table = tables.by_name["deployment"]
        rows = await tables.page(reader, table, None)
        return {
            column: value
            for row in rows
            for column, value in zip(table.columns, row, strict=True)
            if column != "filled_from"
        }


_EMPTY: Final = "Copy into a new, empty database."


def _differs(table: str, key: Record) -> CopyError:
    why = f"{table} at {', '.join(str(part) if isinstance(part, int) else '…' for part in key)}"
    return CopyError("the two databases do not hold the same", why, f"Was the source used meanwhile? {_EMPTY}")


def _onwards(progress: Progress, so_far: int, total: int, rows: int) -> None:
    progress(so_far + rows, total)


def _ordered(source: Tables, target: Tables) -> list[str]:
    """What is copied, first what other tables name."""
    names = set(source.by_name) - set(NOT_COPIED)
    theirs = set(target.by_name) - set(NOT_COPIED)
    different = names ^ theirs | {name for name in names & theirs if _shape(source, name) != _shape(target, name)}
    if different:
        why = ", ".join(sorted(different))
        raise CopyError("the two databases have different tables", why, "Use one program for both.")
    return [*FIRST, *sorted(names - set(FIRST))]


def _shape(tables: Tables, name: str) -> tuple[object, ...]:
    table = tables.by_name[name]
    return table.columns, table.key
