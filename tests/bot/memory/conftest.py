"""A real database of each kind, migrated, with real keys and every room of memory on it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest

from bot.memory import MIGRATIONS
from bot.vault.fields import Sealer
from bot.vault.keys import Keys
from ledger.database.migrate import migrate
from ledger.database.opening import open_database
from ledger.database.port import Database
from ledger.kernel.instants import Instant
from tests.bot.memory.racing import Race
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
async def database(url: str) -> AsyncIterator[Database]:
    database = await open_database(url)
    await migrate(database, [MIGRATIONS], NOW)
    yield database
    await database.close()


@pytest.fixture
def memory(database: Database, sealer: Sealer) -> Memory:
    return over(database, sealer)


@pytest.fixture
async def restarted(url: str, sealer: Sealer) -> AsyncIterator[Callable[[], Awaitable[Memory]]]:
    """Memory as a process that starts now finds it: other connections to the same database."""
    opened: list[Database] = []

    async def restart() -> Memory:
        opened.append(await open_database(url))
        return over(opened[-1], sealer)

    yield restart
    for database in opened:
        await database.close()


@pytest.fixture
async def race(url: str, memory: Memory, sealer: Sealer) -> AsyncIterator[Race]:
    """Three processes, on PostgreSQL."""
    others = [await open_database(url) for _ in range(2)]
    watch = await asyncpg.connect(url)
    yield Race([memory, *(over(database, sealer) for database in others)], watch)
    await watch.close()
    for database in others:
        await database.close()
