"""A real database of each kind, migrated, with real keys, and a clock that a test moves."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.vault.keys import Keys
from bot.vault.pins import MIGRATIONS, PinVault
from ledger.database.migrate import migrate
from ledger.database.opening import open_database
from ledger.database.port import Database
from ledger.kernel.policy import PinRules
from tests.bot.vault.clocks import WallClock


@pytest.fixture
def wall() -> WallClock:
    return WallClock()


@pytest.fixture
def keys() -> Keys:
    return Keys.fresh()


@pytest.fixture
async def database(url: str, wall: WallClock) -> AsyncIterator[Database]:
    database = await open_database(url)
    await migrate(database, [MIGRATIONS], wall())
    yield database
    await database.close()


@pytest.fixture
async def vault(database: Database, keys: Keys, wall: WallClock) -> AsyncIterator[PinVault]:
    vault = await PinVault.open(database, keys, PinRules(6, 3, timedelta(hours=24)), wall)
    yield vault
    vault.close()
