"""What is SQLite's own: one writer, its file, its log, its disk."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ledger.database.errors import DatabaseUnavailableError, UnavailableReason
from ledger.database.port import Query, Row, Values
from ledger.database.sqlite import SqliteDatabase, _AtOnce, sqlite_path
from tests.ledger.database.conftest import with_coins

ADD = Query("INSERT INTO coins (coin, worth) VALUES (:coin, :worth)")
COUNT = Query("SELECT count(*) AS coins FROM coins")


@pytest.fixture
async def database(database_path: Path) -> AsyncIterator[SqliteDatabase]:
    async with with_coins(str(database_path)) as opened:
        assert isinstance(opened, SqliteDatabase)
        yield opened


async def coins(database: SqliteDatabase) -> int:
    row = await database.one(COUNT)
    assert row is not None
    return int(row["coins"] or 0)


async def test_writers_are_served_in_order_of_arrival(database: SqliteDatabase) -> None:
    order: list[int] = []

    async def write(number: int) -> None:
        async with database.transaction() as session:
            order.append(number)
            await session.execute(ADD, {"coin": number, "worth": 1})

    async with asyncio.TaskGroup() as group:
        for number in range(50):
            group.create_task(write(number))

    assert order == list(range(50))


async def test_steps_are_written_in_order(database: SqliteDatabase) -> None:
    async with database.transaction() as session:
        await session.run_steps(
            [
                (Query("INSERT INTO coins VALUES (?, ?)"), [(1, 10), (2, 20)]),
                (Query("UPDATE coins SET worth = ? WHERE coin = ?"), [(11, 1)]),
            ]
        )

    rows = await database.all(Query("SELECT worth FROM coins ORDER BY coin"))
    assert [row["worth"] for row in rows] == [11, 20]


async def test_a_full_disk_refuses_and_works_again_without_a_restart(database: SqliteDatabase) -> None:
    """SQLite answers a page limit as it answers a full disk: SQLITE_FULL (R11)."""
    async with database.transaction() as session:
        row = await session.one(Query("PRAGMA page_count"))
    assert row is not None
    async with database.transaction() as session:
        await session.one(Query(f"PRAGMA max_page_count = {row['page_count']}"))
    many = [{"coin": coin, "worth": 1} for coin in range(5_000)]

    with pytest.raises(DatabaseUnavailableError) as caught:
        async with database.transaction() as session:
            await session.execute_many(ADD, many)
    assert caught.value.reason is UnavailableReason.FULL
    assert await coins(database) == 0

    async with database.transaction() as session:
        await session.one(Query("PRAGMA max_page_count = 1073741823"))
        await session.execute_many(ADD, many)
    assert await coins(database) == 5_000


async def test_another_process_that_holds_the_writer_makes_us_unavailable(
    database: SqliteDatabase, database_path: Path
) -> None:
    async with database.transaction() as session:
        await session.one(Query("PRAGMA busy_timeout = 10"))
    other = sqlite3.connect(database_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(DatabaseUnavailableError) as caught:
        async with database.transaction() as session:
            await session.one(COUNT)
    assert caught.value.reason is UnavailableReason.BUSY
    other.execute("ROLLBACK")
    other.close()

    async with database.transaction() as session:
        await session.execute(ADD, {"coin": 1, "worth": 1})
    assert await coins(database) == 1


async def test_a_read_at_once_that_would_have_to_wait_is_left_to_a_thread(tmp_path: Path) -> None:
    """Beside a log a reader hardly ever waits; without one, whoever writes can be had to keep it out."""
    path = tmp_path / "plain.db"
    writer, reader = (sqlite3.connect(path, isolation_level=None) for _ in range(2))
    writer.execute("CREATE TABLE coins (coin INTEGER)")
    writer.execute("BEGIN EXCLUSIVE")
    reader.execute("PRAGMA busy_timeout = 0")

    class Patient:
        """Waits until it can be read."""

        async def one(self, query: Query, values: Values | None = None) -> Row | None:
            raise NotImplementedError

        async def all(self, query: Query, values: Values | None = None) -> list[Row]:
            writer.execute("ROLLBACK")
            return reader.execute(query, values or {}).fetchall()

    at_once = _AtOnce(reader, Patient())

    for _ in range(2):  # nobody keeps it out the second time, so nobody is asked
        row = await at_once.one(COUNT)
        assert row is not None
        assert list(row) == [0]
    writer.close()
    reader.close()


async def test_a_read_at_once_keeps_no_log_from_beginning_anew(database: SqliteDatabase) -> None:
    """A statement that was not read to its end would hold its moment, and the log would grow."""
    async with database.transaction() as session:
        await session.execute_many(ADD, [{"coin": coin, "worth": 1} for coin in range(10)])
    assert await database.at_once.one(Query("SELECT coin FROM coins")) is not None

    async with database.transaction() as session:
        await session.execute(ADD, {"coin": 10, "worth": 1})
    row = await _checkpoint(database)

    assert row["busy"] == 0
    assert row["log"] == row["checkpointed"]


@pytest.mark.parametrize(("rows", "folded"), [(9, False), (10, True), (11, True)])
async def test_a_log_with_enough_in_it_is_folded_behind_the_commit(
    database: SqliteDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, folded: bool
) -> None:
    """Whoever is answered does not wait for it, and whoever writes next finds it done."""
    monkeypatch.setattr("ledger.database.sqlite_log.FOLD_AFTER_ROWS", 10)
    async with database.transaction() as session:
        await session.run_steps(
            [(Query("INSERT INTO coins VALUES (?, ?)"), [(coin, 1) for coin in range(rows)])], and_commit=True
        )
    async with database.transaction() as session:
        await session.one(COUNT)

    copied = tmp_path / "without its log.db"
    copied.write_bytes(database.path.read_bytes())

    assert _tables(copied) == (["coins"] if folded else [])


async def test_a_log_that_a_long_reader_needs_is_not_folded_further_and_nobody_waits(
    database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.database.sqlite_log.FOLD_AFTER_ROWS", 1)
    async with database.snapshot() as reader:
        for coin in range(3):
            async with database.transaction() as session:
                await session.run_steps([(Query("INSERT INTO coins VALUES (?, ?)"), [(coin, 1)])], and_commit=True)
        row = await reader.one(COUNT)

    assert row is not None
    assert row["coins"] == 0
    assert await coins(database) == 3


def _tables(path: Path) -> list[str]:
    connection = sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)
    try:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    finally:
        connection.close()


async def _checkpoint(database: SqliteDatabase) -> Row:
    connection = sqlite3.connect(database.path)
    connection.row_factory = sqlite3.Row
    try:
        row: Row = connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
    finally:
        connection.close()
    return row


async def test_a_file_that_is_no_database_is_corrupt(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_bytes(b"Dear Priya, " * 1_000)

    with pytest.raises(DatabaseUnavailableError) as caught:
        await SqliteDatabase.open(path)

    assert caught.value.reason is UnavailableReason.CORRUPT


async def test_a_directory_that_is_missing_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailableError) as caught:
        await SqliteDatabase.open(tmp_path / "nowhere" / "books.db")

    assert caught.value.reason is UnavailableReason.CANNOT_OPEN


async def test_the_writer_is_durable_and_strict(database: SqliteDatabase) -> None:
    """What the house promises of SQLite is on, not assumed: WAL, FULL (2), foreign keys, recursive triggers."""
    async with database.transaction() as session:
        answers = [await session.one(Query(f"PRAGMA {name}")) for name in
                   ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")]  # fmt: skip

    assert [next(iter(answer)) for answer in answers if isinstance(answer, sqlite3.Row)] == ["wal", 2, 1, 1]


async def test_a_new_file_and_its_log_are_the_owners_alone(database: SqliteDatabase, database_path: Path) -> None:
    await coins(database)
    files = [database_path, database_path.with_name("books.db-wal"), database_path.with_name("books.db-shm")]

    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///hundi.db", "hundi.db"),
        ("sqlite:///data/hundi.db", "data/hundi.db"),
        ("sqlite:////var/lib/hundi.db", "/var/lib/hundi.db"),
        ("books.db", "books.db"),
    ],
)
def test_an_address_names_a_file(url: str, path: str) -> None:
    assert sqlite_path(url) == Path(path)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite://host/x.db", ":memory:", "mysql:///x", ""])
def test_an_address_that_is_no_file_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        sqlite_path(url)
