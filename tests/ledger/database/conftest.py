"""A database of each kind, opened and closed around each test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ledger.database.opening import open_database
from ledger.database.port import Database, Query
from tests.harness.postgres import KINDS, new_database

COINS = Query("CREATE TABLE coins (coin INTEGER PRIMARY KEY, worth INTEGER NOT NULL CHECK (worth > 0))")


@asynccontextmanager
async def with_coins(url: str) -> AsyncIterator[Database]:
    """A database with a table of coins in it."""
    opened = await open_database(url)
    try:
        async with opened.transaction() as session:
            await session.execute(COINS)
        yield opened
    finally:
        await opened.close()


@pytest.fixture
def database_path(tmp_path: Path) -> Path:
    return tmp_path / "books.db"


@pytest.fixture
async def url(request: pytest.FixtureRequest, database_path: Path, kind: str) -> AsyncIterator[str]:
    """The address of a new database of the kind."""
    async with new_database(kind, request, database_path) as address:
        yield address


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which database."""
    return str(request.param)


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with with_coins(url) as opened:
        yield opened
