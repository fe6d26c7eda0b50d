"""Numbered migrations per room, each in one transaction with its own row, so a schema is old or new, never between.

A room's migrations are ``sql/migrations/<dialect>/NNNN_title.sql`` in its package. A checksum keeps what was applied
and what the program has from drifting apart. Several processes may migrate at once: the first does it, the others see.
"""

import hashlib
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from ledger.database.errors import ChecksumError, DatabaseNewerError, MigrationError
from ledger.database.port import Database, Query, Reader, Session
from ledger.database.queries import Queries
from ledger.kernel.instants import Instant, to_micros

_FILE_NAME: Final = re.compile(r"(?P<number>\d{4})_(?P<title>[a-z0-9_]+)\.sql")


@dataclass(frozen=True, slots=True)
class MigrationSet:
    """The migrations of one room, found in its package."""

    room: str
    package: str


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered step of a room's schema."""

    room: str
    number: int
    title: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text as the program has it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


async def migrate(database: Database, sets: Sequence[MigrationSet], now: Instant) -> tuple[Migration, ...]:
    """Bring every room up to date; what was applied. Nothing is done if the database is newer or a step was changed."""
    queries = _queries(database.dialect)
    missing = await pending(database, sets)
    if not missing:  # nothing to write: the bot's role need not be allowed to change the schema
        return ()
    async with database.transaction() as session:
        await _wait_for_turn(session, queries)
        await session.execute(queries["create_schema_migrations"])
    applied = []
    for migration in missing:
        async with database.transaction() as session:
            if await _apply(session, database.dialect, migration, now):
                applied.append(migration)
    return tuple(applied)


async def pending(database: Database, sets: Sequence[MigrationSet]) -> tuple[Migration, ...]:
    """What ``migrate`` would apply, in order. Writes nothing."""
    queries = _queries(database.dialect)
    async with database.snapshot() as snapshot:
        missing: list[Migration] = []
        exists = await snapshot.one(queries["find_schema_migrations"]) is not None
        for one_set in sets:
            known = load_migrations(one_set, database.dialect)
            found = await _applied(snapshot, queries, one_set.room) if exists else {}
            missing += _compare(one_set.room, known, found)
    return tuple(missing)


async def grant(database: Database, role: str) -> None:
    """Give a role what a bot needs and no more: each room's migrations say what that is, in functions ``grant_…_to``.

    ``QueryError`` where there is no role of this name. On PostgreSQL alone: a file has none.
    """
    queries = _queries(database.dialect)
    async with database.transaction() as session:
        for row in await session.all(queries["grants"]):
            await session.all(Query(row["call"]), {"role": role})


def load_migrations(one_set: MigrationSet, dialect: str) -> tuple[Migration, ...]:
    """A room's migrations in order; ``MigrationError`` unless they are numbered from 1 without a gap."""
    directory = files(one_set.package).joinpath("sql", "migrations", dialect)
    migrations = []
    for file in sorted(directory.iterdir(), key=lambda each: each.name):
        if not file.name.endswith(".sql"):
            continue
        if not (name := _FILE_NAME.fullmatch(file.name)):
            raise MigrationError(f"a migration is named NNNN_title.sql, not {file.name}")
        text = file.read_text("utf-8")
        migrations.append(Migration(one_set.room, int(name["number"]), name["title"], text))
    if [migration.number for migration in migrations] != list(range(1, len(migrations) + 1)):
        raise MigrationError(f"the migrations of {one_set.room} are not numbered 1, 2, 3 …")
    return tuple(migrations)


def statements(text: str, dialect: str = "sqlite") -> Iterator[Query]:
    """The statements of a script. A trigger's body holds semicolons, so SQLite itself says where a statement ends.

    PostgreSQL takes a script whole, and knows where the bodies of its functions end.
    """
    if dialect == "postgres":
        yield Query(text)
        return
    gathered = ""
    for piece in re.split(r"(?<=;)", text):
        gathered += piece
        if sqlite3.complete_statement(gathered):
            yield Query(gathered.strip())
            gathered = ""
    if re.sub(r"--.*", "", gathered).strip():
        raise MigrationError("a migration ends in the middle of a statement")


async def _wait_for_turn(session: Session, queries: Queries) -> None:
    """One process migrates at a time. SQLite has one writer anyway."""
    for name in ("wait_for_turn", "take_time"):
        await session.all(queries[name])


async def _apply(session: Session, dialect: str, migration: Migration, now: Instant) -> bool:
    """Apply one step, unless another process has done so while we waited for our turn."""
    queries = _queries(dialect)
    await _wait_for_turn(session, queries)
    checksum = (await _applied(session, queries, migration.room)).get(migration.number)
    if checksum is not None:
        _check(migration, checksum)
        return False
    for statement in statements(migration.text, dialect):
        await session.execute(statement)
    await session.execute(
        queries["insert_schema_migration"],
        {
            "room": migration.room,
            "number": migration.number,
            "title": migration.title,
            "checksum": migration.checksum,
            "applied_at": to_micros(now),
        },
    )
    return True


async def _applied(reader: Reader, queries: Queries, room: str) -> dict[int, str]:
    rows = await reader.all(queries["applied_migrations"], {"room": room})
    return {row["number"]: row["checksum"] for row in rows}


def _compare(room: str, known: Sequence[Migration], found: dict[int, str]) -> list[Migration]:
    newest = known[-1].number if known else 0
    if found and max(found) > newest:
        raise DatabaseNewerError(room, max(found), newest)
    missing = []
    for migration in known:
        checksum = found.get(migration.number)
        if checksum is None:
            missing.append(migration)
        else:
            _check(migration, checksum)
    return missing


def _check(migration: Migration, checksum: str) -> None:
    if checksum != migration.checksum:
        raise ChecksumError(migration.room, migration.number)


def _queries(dialect: str) -> Queries:
    return Queries.load("ledger.database", "sql/queries.sql", dialect)
