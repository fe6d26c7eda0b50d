"""What the port promises, on SQLite."""

import asyncio
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest

from ledger.database.errors import ConstraintError, DatabaseUnavailableError, QueryError, UnavailableReason
from ledger.database.port import Query
from ledger.database.sqlite import SqliteDatabase, sqlite_path

ADD = Query("INSERT INTO coins (coin, worth) VALUES (:coin, :worth)")
COUNT = Query("SELECT count(*) AS coins FROM coins")


async def coins(database: SqliteDatabase) -> int:
    row = await database.one(COUNT)
    assert row is not None
    return int(row["coins"] or 0)


async def test_a_block_that_ends_is_committed_and_seen_by_readers(database: SqliteDatabase) -> None:
    async with database.transaction() as session:
        changed = await session.execute(ADD, {"coin": 1, "worth": 500})
        assert await coins(database) == 0  # not yet committed, so no reader sees it

    assert changed == 1
    assert await coins(database) == 1


async def test_a_block_that_raises_leaves_nothing(database: SqliteDatabase) -> None:
    async def change_our_mind() -> None:
        async with database.transaction() as session:
            await session.execute(ADD, {"coin": 1, "worth": 500})
            raise KeyError

    with pytest.raises(KeyError):
        await change_our_mind()

    assert await coins(database) == 0


async def test_a_block_cancelled_at_any_await_leaves_nothing_and_frees_the_writer(database: SqliteDatabase) -> None:
    """Whatever moment the task dies at, the next writer begins at once and the money is either there or not (R23)."""

    async def add_two() -> None:
        async with database.transaction() as session:
            await session.execute(ADD, {"coin": 1, "worth": 500})
            await session.execute(ADD, {"coin": 2, "worth": 500})

    finished = 0
    for turns in range(60):
        task = asyncio.create_task(add_two())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        async with database.transaction() as session:
            row = await session.one(COUNT)
            assert row is not None
            assert row["coins"] in (0, 2)
            finished += row["coins"] == 2
            await session.execute(Query("DELETE FROM coins"))
    assert finished < 60


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


async def test_a_transaction_that_is_over_cannot_be_used(database: SqliteDatabase) -> None:
    async with database.transaction() as session:
        pass

    with pytest.raises(RuntimeError):
        await session.execute(ADD, {"coin": 1, "worth": 1})


async def test_a_snapshot_stays_at_its_moment_while_others_write(database: SqliteDatabase) -> None:
    async with database.snapshot() as snapshot:
        async with database.transaction() as session:
            await session.execute_many(ADD, [{"coin": coin, "worth": 1} for coin in range(3)])

        row = await snapshot.one(COUNT)

    assert row is not None
    assert row["coins"] == 0
    assert await coins(database) == 3


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


async def test_a_broken_constraint_is_an_invariant_error_that_names_it(database: SqliteDatabase) -> None:
    with pytest.raises(ConstraintError) as caught:
        async with database.transaction() as session:
            await session.execute(ADD, {"coin": 1, "worth": -5})

    assert "worth > 0" in caught.value.constraint
    assert await coins(database) == 0


async def test_a_wrong_query_is_the_programmers_fault_and_its_text_is_not_told(database: SqliteDatabase) -> None:
    with pytest.raises(QueryError) as caught:
        await database.all(Query("SELECT 'a secret note' FROM nowhere"))

    assert "secret" not in str(caught.value)


async def test_a_missing_value_is_the_programmers_fault(database: SqliteDatabase) -> None:
    with pytest.raises(QueryError):
        async with database.transaction() as session:
            await session.execute(ADD, {"coin": 1})


async def test_a_reader_cannot_write(database: SqliteDatabase) -> None:
    with pytest.raises(DatabaseUnavailableError) as caught:
        await database.all(Query("INSERT INTO coins VALUES (1, 1) RETURNING coin"))

    assert caught.value.reason is UnavailableReason.READ_ONLY


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


async def test_a_closed_database_says_so(database_path: Path) -> None:
    database = await SqliteDatabase.open(database_path)
    await database.close()
    await database.close()

    with pytest.raises(DatabaseUnavailableError) as caught:
        await database.one(Query("SELECT 1"))

    assert caught.value.reason is UnavailableReason.CLOSED


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
