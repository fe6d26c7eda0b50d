"""GOALS R20: a program that is killed while it migrates leaves the old schema or the new one, never one between.

The child kills itself with SIGKILL after so many steps of SQLite's own machine, so every kill falls at another place:
between statements, in the middle of an index over a full table, before a commit. The next program finishes the work.
"""

import asyncio
import shutil
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from bot.wiring import MIGRATIONS
from ledger.database.migrate import Migration, _apply, _queries, pending, statements
from ledger.database.sqlite import SqliteDatabase
from tests.conftest import FULL_SIZE

ROWS: Final = 100_000 if FULL_SIZE else 3_000
KILLS: Final = 50 if FULL_SIZE else 30
NOW: Final = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
STEPS: Final = 500  # of SQLite's machine between two looks at the count

CHILD: Final = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from bot.memory import MIGRATIONS as MEMORY
from bot.vault.pins import MIGRATIONS as PINS
from ledger.database.migrate import migrate
from ledger.database.sqlite import SqliteDatabase
from ledger.store.rows import MIGRATIONS as BOOKS

async def main():
    looks, last = 0, int(sys.argv[2])

    def look():
        nonlocal looks
        looks += 1
        if looks == last:
            os.kill(os.getpid(), signal.SIGKILL)

    database = await SqliteDatabase.open(sys.argv[1])
    await database._writer.set_progress_handler(look, int(sys.argv[3]))
    await migrate(database, (BOOKS, PINS, MEMORY), datetime(2026, 11, 24, tzinfo=UTC))
    await database.close()
    print(looks)

asyncio.run(main())
"""

NUMBERS: Final = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)"
# What fills the tables that later migrations index or widen.
FILLINGS: Final = f"""
INSERT INTO accounts (account_id, kind, normal_sign, currency, opened_at)
    {NUMBERS} SELECT printf('acc_%032x', i), 'wallet', 1, 'INR', 1 FROM n;
INSERT INTO people (person_id, created_at) {NUMBERS} SELECT i, 1 FROM n;
INSERT INTO handles (handle, person_id, given_at) {NUMBERS} SELECT printf('person%d', i), i, 1 FROM n;
INSERT INTO inbox (bot_id, update_id, kind, arrived_at, handled_at) {NUMBERS} SELECT 1, i, 'text', 1, i FROM n;
INSERT INTO outbox (outbox_id, chat_id, person_id, kind, state, created_at, due_at, ended_at)
    {NUMBERS} SELECT printf('out_%d', i), i, i, 'prompt', 'sent', 1, 1, i FROM n;
INSERT INTO bubbles (bubble, chat_id, message_id, placed_at) {NUMBERS} SELECT printf('b%d', i), i, i, i FROM n;
INSERT INTO pins (person_id, scheme, salt, sealed_tag, digits, changed_at)
    {NUMBERS} SELECT i, 1, zeroblob(16), zeroblob(60), 6, 1 FROM n;
"""


@asynccontextmanager
async def _opened(path: Path) -> AsyncIterator[SqliteDatabase]:
    database = await SqliteDatabase.open(path, readers=1)
    try:
        yield database
    finally:
        await database.close()


async def _step(database: SqliteDatabase, step: Migration) -> None:
    async with database.transaction() as session:
        await _apply(session, database.dialect, step, NOW)


async def _old_and_filled(path: Path) -> None:
    """A deployment as the first release left it: the first migration of every room, and rows in every table."""
    async with _opened(path) as database:
        async with database.transaction() as session:
            await session.execute(_queries(database.dialect)["create_schema_migrations"])
        for step in await pending(database, MIGRATIONS):
            if step.number == 1:
                await _step(database, step)
    with closing(sqlite3.connect(path)) as raw, raw:
        for filling in statements(FILLINGS):
            raw.execute(filling, {"rows": ROWS})


def _schema(path: Path) -> tuple[tuple[str, ...], ...]:
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return tuple(raw.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").fetchall())


def _applied(path: Path) -> int:
    with closing(sqlite3.connect(path)) as raw:
        return int(raw.execute("SELECT count(*) FROM schema_migrations").fetchone()[0])


async def _schemas(path: Path) -> dict[int, tuple[tuple[str, ...], ...]]:
    """The schema after each number of migrations."""
    schemas = {_applied(path): _schema(path)}
    async with _opened(path) as database:
        for step in await pending(database, MIGRATIONS):
            await _step(database, step)
            schemas[_applied(path)] = _schema(path)
    return schemas


async def _migrating(path: Path, last_look: int) -> tuple[int, int]:
    """The child's exit code, and how many looks it took if it came to its end."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, str(path), str(last_look), str(STEPS), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await child.communicate()
    assert child.returncode is not None
    return child.returncode, int(out or 0)


def _put_back(old: Path, path: Path) -> None:
    for left in path.parent.glob(f"{path.name}*"):
        left.unlink()
    shutil.copy(old, path)


@pytest.mark.slow
async def test_a_migration_that_is_killed_anywhere_was_not_begun_or_is_done(tmp_path: Path) -> None:
    old, path = tmp_path / "old.db", tmp_path / "books.db"
    await _old_and_filled(old)
    shutil.copy(old, path)
    schemas = await _schemas(path)
    newest = max(schemas)
    _put_back(old, path)
    code, looks = await _migrating(path, -1)
    assert (code, _schema(path)) == (0, schemas[newest])

    seen = set()
    for kill in range(KILLS):
        _put_back(old, path)
        code, _ = await _migrating(path, 1 + kill * (looks - 1) // KILLS)
        assert code == -signal.SIGKILL
        seen.add(_applied(path))
        assert _schema(path) == schemas[_applied(path)]
    code, _ = await _migrating(path, -1)

    assert (code, _schema(path)) == (0, schemas[newest])
    assert len(seen) > 2, "every kill fell on the same migration"
