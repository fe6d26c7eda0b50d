"""A real database in a temporary file, migrated, with real keys."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.memory import MIGRATIONS
from bot.memory.people import People
from bot.vault.fields import Sealer
from bot.vault.keys import Keys
from ledger.database.migrate import migrate
from ledger.database.sqlite import SqliteDatabase
from ledger.kernel.instants import Instant

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


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
def people(database: SqliteDatabase, sealer: Sealer) -> People:
    return People(database, sealer, languages=("en", "hi"), currency="INR")
