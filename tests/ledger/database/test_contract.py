"""What the port promises, on both databases."""

import asyncio
from contextlib import suppress

import pytest

from ledger.database.errors import ConstraintError, DatabaseUnavailableError, QueryError, UnavailableReason
from ledger.database.opening import open_database
from ledger.database.port import Database, Query, Row

ADD = Query("INSERT INTO coins (coin, worth) VALUES (:coin, :worth)")
COUNT = Query("SELECT count(*) AS coins FROM coins")


async def coins(database: Database) -> int:
    row = await database.one(COUNT)
    assert row is not None
    return int(row["coins"] or 0)


async def test_a_block_that_ends_is_committed_and_seen_by_readers(database: Database) -> None:
    async with database.transaction() as session:
        changed = await session.execute(ADD, {"coin": 1, "worth": 500})
        assert await coins(database) == 0  # not yet committed, so no reader sees it

    assert changed == 1
    assert await coins(database) == 1


async def test_a_block_that_raises_leaves_nothing(database: Database) -> None:
    async def change_our_mind() -> None:
        async with database.transaction() as session:
            await session.execute(ADD, {"coin": 1, "worth": 500})
            raise KeyError

    with pytest.raises(KeyError):
        await change_our_mind()

    assert await coins(database) == 0


async def test_a_block_cancelled_at_any_await_leaves_nothing_and_frees_the_writer(database: Database) -> None:
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


async def test_a_transaction_that_is_over_cannot_be_used(database: Database) -> None:
    async with database.transaction() as session:
        pass

    with pytest.raises(RuntimeError):
        await session.execute(ADD, {"coin": 1, "worth": 1})


async def test_a_snapshot_stays_at_its_moment_while_others_write(database: Database) -> None:
    async with database.snapshot() as snapshot:
        async with database.transaction() as session:
            await session.execute_many(ADD, [{"coin": coin, "worth": 1} for coin in range(3)])

        row = await snapshot.one(COUNT)

    assert row is not None
    assert row["coins"] == 0
    assert await coins(database) == 3


async def test_a_broken_constraint_is_an_invariant_error_that_names_it(database: Database) -> None:
    with pytest.raises(ConstraintError) as caught:
        async with database.transaction() as session:
            await session.execute(ADD, {"coin": 1, "worth": -5})

    assert "worth" in caught.value.constraint
    assert await coins(database) == 0


async def test_a_wrong_query_is_the_programmers_fault_and_its_text_is_not_told(database: Database) -> None:
    with pytest.raises(QueryError) as caught:
        await database.all(Query("SELECT 'a secret note' FROM nowhere"))

    assert "secret" not in str(caught.value)


async def test_a_missing_value_is_the_programmers_fault(database: Database) -> None:
    with pytest.raises(QueryError):
        async with database.transaction() as session:
            await session.execute(ADD, {"coin": 1})


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DatabaseUnavailableError) as caught:
        await database.all(Query("INSERT INTO coins VALUES (1, 1) RETURNING coin"))

    assert caught.value.reason is UnavailableReason.READ_ONLY


async def test_what_is_written_row_by_row_is_counted(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute_many(ADD, [{"coin": coin, "worth": 1} for coin in range(7)])
        changed = await session.execute(Query("UPDATE coins SET worth = :worth WHERE coin < 3"), {"worth": 9})
        gone = await session.execute(Query("DELETE FROM coins WHERE worth = 8"))

    assert (changed, gone) == (3, 0)
    assert await coins(database) == 7


async def test_several_queries_answer_in_the_order_they_were_asked(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(ADD, {"coin": 4, "worth": 5})
        answers = await session.all_of(
            [(COUNT, {}), (Query("SELECT worth, coin FROM coins WHERE coin = :coin"), {"coin": 4}), (COUNT, {})]
        )

    assert [[tuple(row) for row in rows] for rows in answers] == [[(1,)], [(5, 4)], [(1,)]]


async def test_a_name_that_is_given_twice_is_one_value_and_a_string_is_left_alone(database: Database) -> None:
    query = Query("SELECT 'at :noon, it''s :worth' AS text FROM coins WHERE worth = :worth AND worth < :worth + 1")
    async with database.transaction() as session:
        await session.execute(ADD, {"coin": 1, "worth": 5})

    row = await database.one(query, {"worth": 5})

    assert row is not None
    assert row["text"] == "at :noon, it's :worth"


async def test_what_is_put_off_is_there_for_the_next_verb_and_after_the_commit(database: Database) -> None:
    async with database.transaction() as session:
        await session.later(ADD, {"coin": 1, "worth": 1})
        await session.later(ADD, {"coin": 2, "worth": 1})
        row = await session.one(COUNT)
        await session.later(ADD, {"coin": 3, "worth": 1})

    assert row is not None
    assert row["coins"] == 2
    assert await coins(database) == 3


async def test_a_statement_put_off_that_finds_no_row_takes_everything_back(database: Database) -> None:
    raise_it = Query("UPDATE coins SET worth = 9 WHERE coin = :coin")

    with pytest.raises(LookupError):  # noqa: PT012 - the block is the transaction
        async with database.transaction() as session:
            await session.later(ADD, {"coin": 1, "worth": 1})
            await session.later(raise_it, {"coin": 1}, otherwise=ZeroDivisionError)
            await session.later(raise_it, {"coin": 2}, otherwise=LookupError)
            await session.later(ADD, {"coin": 3, "worth": 1})

    assert await coins(database) == 0
    async with database.transaction() as session:
        await session.later(ADD, {"coin": 3, "worth": 1})
    assert await coins(database) == 1


async def test_what_a_statement_put_off_returns_is_known_by_the_commit(database: Database) -> None:
    add = Query("INSERT INTO coins (coin, worth) VALUES (:coin, :worth) ON CONFLICT (coin) DO NOTHING RETURNING worth")
    first: list[Row] = []
    again: list[Row] = []

    async with database.transaction() as session:
        await session.later(add, {"coin": 1, "worth": 500}, answer=first)
        await session.later(add, {"coin": 1, "worth": 700}, answer=again)

    assert [row["worth"] for row in first] == [500]
    assert again == []


async def test_what_was_put_off_before_a_block_raised_is_not_run(database: Database) -> None:
    async def change_our_mind() -> None:
        async with database.transaction() as session:
            await session.one(COUNT)
            await session.later(ADD, {"coin": 1, "worth": 500})
            raise KeyError

    with pytest.raises(KeyError):
        await change_our_mind()

    assert await coins(database) == 0


async def test_what_is_read_at_once_is_what_was_committed_last(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(ADD, {"coin": 1, "worth": 500})
        before = await database.at_once.one(COUNT)

    assert before is not None
    assert before["coins"] == 0
    assert [row["coin"] for row in await database.at_once.all(Query("SELECT coin FROM coins"))] == [1]


async def test_who_reads_at_once_cannot_write(database: Database) -> None:
    with pytest.raises(DatabaseUnavailableError) as caught:
        await database.at_once.all(Query("INSERT INTO coins VALUES (1, 1) RETURNING coin"))

    assert caught.value.reason is UnavailableReason.READ_ONLY


async def test_a_closed_database_says_so(url: str) -> None:
    database = await open_database(url)
    await database.close()
    await database.close()

    with pytest.raises(DatabaseUnavailableError) as caught:
        await database.one(Query("SELECT 1"))
    with pytest.raises(DatabaseUnavailableError):
        await database.at_once.one(Query("SELECT 1"))

    assert caught.value.reason is UnavailableReason.CLOSED


async def test_many_transactions_at_once_all_come_to_an_end(database: Database) -> None:
    async def add(coin: int) -> None:
        async with database.transaction() as session:
            await session.execute(ADD, {"coin": coin, "worth": 1})

    await asyncio.gather(*(add(coin) for coin in range(100)))

    assert await coins(database) == 100
