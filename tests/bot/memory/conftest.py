"""A real database in a temporary file, migrated, with real keys and every room of memory on it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.memory import MIGRATIONS
from bot.vault.fields import Sealer
from bot.vault.keys import Keys
from ledger.database.migrate import migrate
from ledger.database.sqlite import SqliteDatabase
from ledger.kernel.instants import Instant
from tests.bot.memory.rooms import NOW, Memory, over


@pytest.fixture
def now() -> Instant:
    return NOW


@pytest.fixture
def keys() -> Keys:
    return Keys.fresh()


@pytest.fixture
def sealer(keys: Keys) -> Sealer:
    return Sealer(keys.field_keys, keys.index_key)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    database = await SqliteDatabase.open(tmp_path / "hundi.db")
    await migrate(database, [MIGRATIONS], NOW)
    yield database
    await database.close()


@pytest.fixture
def memory(database: SqliteDatabase, sealer: Sealer) -> Memory:
    return over(database, sealer)


@pytest.fixture
async def restarted(memory: Memory, sealer: Sealer) -> AsyncIterator[Callable[[], Awaitable[Memory]]]:
    """Memory as a process that starts now finds it: another connection to the same file."""
    opened: list[SqliteDatabase] = []

    async def restart() -> Memory:
        opened.append(await SqliteDatabase.open(memory.database.path))
        return over(opened[-1], sealer)

    yield restart
    for database in opened:
        await database.close()
