"""How long transactions wait to write: what a starved writer looks like from outside."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from ledger.database.port import Query
from ledger.database.sqlite import SqliteDatabase
from ledger.database.waits import Waits

NOTHING = Query("SELECT 1")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    opened = await SqliteDatabase.open(tmp_path / "books.db", readers=1)
    yield opened
    await opened.close()


def test_the_longest_wait_is_that_of_the_first_who_still_waits() -> None:
    clock = [0.0]
    waits = Waits(lambda: clock[0])

    with waits.one() as first:
        clock[0] = 2.0
        with waits.one():
            clock[0] = 5.0
            assert waits.longest_s() == 5.0
            first.end()
            assert waits.longest_s() == 3.0

    assert waits.longest_s() == 0.0


def test_a_wait_is_told_once_its_transaction_is_over_also_when_it_was_in_vain() -> None:
    clock, told = [0.0], list[float]()
    waits = Waits(lambda: clock[0])
    waits.listen(told.append)

    with waits.one() as granted:
        clock[0] = 1.0
        granted.end()
        clock[0] = 9.0
    with suppress(TimeoutError), waits.one():
        clock[0] = 19.0
        raise TimeoutError

    assert told == [1.0, 10.0]


async def test_who_waits_for_a_transaction_of_this_process_is_seen(database: SqliteDatabase) -> None:
    told: list[float] = []
    database.waits.listen(told.append)

    async with database.transaction() as first:
        await first.one(NOTHING)
        assert database.waits.longest_s() == 0.0
        waiting = asyncio.create_task(_write(database))
        await asyncio.sleep(0)
        assert database.waits.longest_s() > 0.0
    await waiting

    assert database.waits.longest_s() == 0.0
    assert len(told) == 2


async def test_who_waits_for_another_process_is_seen(database: SqliteDatabase) -> None:
    """Its turn has come in this process, and the file is locked by somebody else."""
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(_write(database))
        await asyncio.sleep(0)
        assert database._turn.locked()
        assert database.waits.longest_s() > 0.0
        other.execute("ROLLBACK")
        await waiting

    assert database.waits.longest_s() == 0.0


async def _write(database: SqliteDatabase) -> None:
    async with database.transaction() as session:
        await session.one(NOTHING)
