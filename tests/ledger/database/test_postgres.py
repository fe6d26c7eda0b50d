"""What is PostgreSQL's own: many transactions at once, a server that goes away, errors that must not quote a value."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from ledger.database.errors import (
    ConflictError,
    ConstraintError,
    DatabaseUnavailableError,
    QueryError,
    UnavailableReason,
)
from ledger.database.port import Database, Query
from ledger.database.postgres import PostgresDatabase
from tests.harness.postgres import PostgresServer
from tests.ledger.database.conftest import with_coins

ADD = Query("INSERT INTO coins (coin, worth) VALUES (:coin, :worth)")
RAISE = Query("UPDATE coins SET worth = worth + 1 WHERE coin = :coin")
WORTH = Query("SELECT coalesce(sum(worth), 0) AS worth FROM coins")


@pytest.fixture
async def url(postgres: PostgresServer) -> AsyncIterator[str]:
    async with postgres.database() as address:
        yield address


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with with_coins(url) as opened:
        yield opened


async def worth(database: Database) -> int:
    row = await database.one(WORTH)
    assert row is not None
    return int(row["worth"])


async def put(database: Database, *coins: int) -> None:
    async with database.transaction() as session:
        await session.execute_many(ADD, [{"coin": coin, "worth": 1} for coin in coins])


async def test_steps_take_rows_by_copy_and_columns_as_arrays(database: Database) -> None:
    async with database.transaction() as session:
        await session.run_steps(
            [
                (Query("COPY coins (coin, worth) FROM STDIN"), [(1, 10), (2, 20)]),
                (Query("UPDATE coins AS c SET worth = n.worth FROM unnest(?::INT[], ?::INT[]) AS n (worth, coin)"
                       " WHERE c.coin = n.coin"), [(11, 1), (22, 2)]),
                (Query("DELETE FROM coins WHERE coin = ANY(?::INTEGER[])"), []),
            ],
            and_commit=True,
        )  # fmt: skip

    assert await worth(database) == 33


async def test_two_transactions_that_wait_for_each_other_end_with_a_conflict_for_one(database: Database) -> None:
    await put(database, 1, 2)
    both_hold_one = asyncio.Barrier(2)

    async def raise_both(first: int, second: int) -> None:
        async with database.transaction() as session:
            await session.execute(RAISE, {"coin": first})
            await both_hold_one.wait()
            await session.execute(RAISE, {"coin": second})

    answers = await asyncio.gather(raise_both(1, 2), raise_both(2, 1), return_exceptions=True)

    assert [type(answer) for answer in answers if answer is not None] == [ConflictError]
    assert await worth(database) == 4


async def test_under_serializable_what_another_forbids_is_a_conflict(url: str, database: Database) -> None:
    await put(database, 1)
    strict = await PostgresDatabase.open(f"{url}&default_transaction_isolation=serializable")

    async def come_late() -> None:
        async with strict.transaction() as late:
            await late.all(WORTH)
            async with strict.transaction() as soon:
                await soon.execute(RAISE, {"coin": 1})
            await late.execute(RAISE, {"coin": 1})

    with pytest.raises(ConflictError):
        await come_late()

    await strict.close()
    assert await worth(database) == 2


async def test_whoever_pauses_in_a_transaction_loses_it_and_the_next_use_connects_anew(database: Database) -> None:
    """A process that is stopped while it holds the chain's head must not keep it from the others."""
    await put(database, 1)

    async def pause() -> None:
        async with database.transaction() as session:
            await session.execute(Query("SET LOCAL idle_in_transaction_session_timeout = '20ms'"))
            await session.execute(RAISE, {"coin": 1})
            await _until_gone(database)
            await session.execute(RAISE, {"coin": 1})

    with pytest.raises(DatabaseUnavailableError) as caught:
        await pause()

    assert caught.value.reason is UnavailableReason.LOST
    assert await worth(database) == 1
    await put(database, 2)


IDLE = Query("""
SELECT count(*) AS sessions FROM pg_stat_activity
WHERE state = 'idle in transaction' AND query LIKE 'UPDATE%' AND datname = current_database()
""")


async def _until_gone(database: Database) -> None:
    """Until the server has ended the session that stood idle in its transaction; each look is a round trip."""
    while (row := await database.one(IDLE)) is None or row["sessions"]:
        continue


async def test_a_connection_that_is_cut_costs_its_transaction_and_nothing_else(database: Database, url: str) -> None:
    await put(database, 1)
    operator = await asyncpg.connect(url)

    async def be_cut_off() -> None:
        async with database.transaction() as session:
            await session.execute(RAISE, {"coin": 1})
            await operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            await session.execute(RAISE, {"coin": 1})

    with pytest.raises(DatabaseUnavailableError) as caught:
        await be_cut_off()

    await operator.close()
    assert caught.value.reason is UnavailableReason.LOST
    await put(database, 2)
    assert await worth(database) == 2


async def test_a_server_that_became_a_standby_is_left_and_found_again(url: str) -> None:
    """A failover answers "read-only": nothing is kept, and the next use connects to whoever may write now."""
    async with with_coins(url) as database:
        operator = await asyncpg.connect(url)
        await operator.execute("CREATE TABLE words (word TEXT)")
        name = await operator.fetchval("SELECT current_database()")
        await operator.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        await operator.close()
        fresh = await PostgresDatabase.open(url)
        with pytest.raises(DatabaseUnavailableError) as caught:
            await put(fresh, 1)
        assert caught.value.reason is UnavailableReason.READ_ONLY

        operator = await asyncpg.connect(url)
        await operator.execute("SET default_transaction_read_only = off")
        await operator.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        await operator.close()
        await put(fresh, 1)
        await fresh.close()
        assert await worth(database) == 1


async def test_waiting_for_a_row_has_an_end(database: Database) -> None:
    await put(database, 1)

    async def wait() -> None:
        async with database.transaction() as session:
            await session.execute(Query("SET LOCAL lock_timeout = '10ms'"))
            await session.execute(RAISE, {"coin": 1})

    async with database.transaction() as holder:
        await holder.execute(RAISE, {"coin": 1})
        with pytest.raises(DatabaseUnavailableError) as caught:
            await wait()

    assert caught.value.reason is UnavailableReason.BUSY
    assert await worth(database) == 2


async def test_a_server_that_is_not_there_cannot_be_reached(tmp_path: object) -> None:
    with pytest.raises(DatabaseUnavailableError) as caught:
        await PostgresDatabase.open(f"postgresql://postgres@/books?host={tmp_path}")

    assert caught.value.reason is UnavailableReason.LOST


async def test_a_database_that_is_not_there_cannot_be_opened(postgres: PostgresServer) -> None:
    with pytest.raises(DatabaseUnavailableError) as caught:
        await PostgresDatabase.open(postgres.url("nowhere"))

    assert caught.value.reason is UnavailableReason.CANNOT_OPEN


async def test_no_error_quotes_a_value(database: Database) -> None:
    """PostgreSQL's own words do: "Key (word)=(asha) already exists", "invalid input syntax for type bigint"."""
    async with database.transaction() as session:
        await session.execute(Query("CREATE TABLE words (word TEXT PRIMARY KEY, number BIGINT)"))
        await session.execute(Query("INSERT INTO words (word) VALUES (:word)"), {"word": "asha"})

    with pytest.raises(ConstraintError) as twice:
        async with database.transaction() as session:
            await session.execute(Query("INSERT INTO words (word) VALUES (:word)"), {"word": "asha"})
    with pytest.raises(QueryError) as wrong_type:
        async with database.transaction() as session:
            await session.execute(Query("INSERT INTO words (word, number) VALUES ('x', :number)"), {"number": "asha"})
    with pytest.raises(QueryError) as cast_fails:
        await database.all(Query("SELECT CAST(word AS BIGINT) AS number FROM words"))

    assert "asha" not in f"{twice.value} {wrong_type.value} {cast_fails.value}"
    assert twice.value.constraint == "words_pkey of words"


async def test_a_commit_waits_for_the_disk_whatever_the_server_says(url: str) -> None:
    operator = await asyncpg.connect(url)
    name = await operator.fetchval("SELECT current_database()")
    await operator.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    await operator.close()

    database = await PostgresDatabase.open(url)
    async with database.transaction() as session:
        row = await session.one(Query("SELECT current_setting('synchronous_commit') AS waits"))
    await database.close()

    assert row is not None
    assert row["waits"] == "on"
