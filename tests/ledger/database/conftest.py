"""A database in a temporary directory, opened and closed around each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ledger.database.port import Query
from ledger.database.sqlite import SqliteDatabase


@pytest.fixture
def database_path(tmp_path: Path) -> Path:
    return tmp_path / "books.db"


@pytest.fixture
async def database(database_path: Path) -> AsyncIterator[SqliteDatabase]:
    opened = await SqliteDatabase.open(database_path)
    try:
        async with opened.transaction() as session:
            await session.execute(
                Query("CREATE TABLE coins (coin INTEGER PRIMARY KEY, worth INTEGER NOT NULL CHECK (worth > 0)) STRICT")
            )
        yield opened
    finally:
        await opened.close()
