"""The desk under pressure: races, cancellations, a full disk, a second process, and books that were broken."""

import asyncio
import gc
import resource
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from ledger.commands import Command, Pay
from ledger.database.errors import ConstraintError, DatabaseUnavailableError, UnavailableReason
from ledger.database.port import Database, Query
from ledger.database.sqlite import SqliteDatabase
from ledger.desk import Ledger
from ledger.desk.batch import Batch
from ledger.desk.collector import collector_paused
from ledger.kernel.audit_chain import Verified
from ledger.kernel.errors import InvariantError, UnavailableError
from ledger.kernel.ids import AccountId, PaymentId
from ledger.kernel.policy import Policy
from ledger.outcomes import Captured, Outcome, RefusalCode, Refused
from ledger.store.books import Books
from ledger.store.verify import verify
from tests.conftest import FULL_SIZE
from tests.ledger.books import INDIA, NOON, UNLIMITED, inr
from tests.ledger.desk.conftest import ON_SQLITE, book_of, open_wallet

RACERS = 10_000 if FULL_SIZE else 1_000

APPENDER = """
import asyncio, sys
from ledger.commands import Pay
from ledger.desk import Ledger
from ledger.kernel.ids import AccountId, PaymentId
from ledger.kernel.money import Money
from tests.ledger.books import UNLIMITED
from tests.ledger.desk.conftest import book_of

async def main():
    url, payer, payee, count = sys.argv[1:]
    async with Ledger.open(url, policy=book_of(UNLIMITED)) as ledger:
        for _ in range(int(count)):
            pay = Pay(PaymentId.new(), AccountId(payer), AccountId(payee), Money(1, "INR"))
            print(type(await ledger.ask(pay)).__name__)

asyncio.run(main())
"""


@pytest.fixture
def policy() -> Policy:
    """No limits here: these tests are about the desk."""
    return UNLIMITED


async def proved(database: Database) -> int:
    """The books verify; how many rows they have."""
    verdict = await verify(database)
    assert isinstance(verdict, Verified), verdict
    return verdict.entries


async def test_of_many_who_spend_the_same_rupee_at_once_exactly_one_succeeds(
    ledger: Ledger, database: Database, priya: AccountId
) -> None:
    """A balance for one payment, a thousand payments at the same moment (R4)."""
    ravi = await open_wallet(ledger, "1.00")

    answers = await asyncio.gather(*(ledger.ask(Pay(PaymentId.new(), ravi, priya, inr("1.00"))) for _ in range(RACERS)))

    assert sum(isinstance(answer, Captured) for answer in answers) == 1
    assert sum(isinstance(answer, Refused) and answer.code is RefusalCode.INSUFFICIENT_FUNDS for answer in answers) == (
        RACERS - 1
    )
    assert (await ledger.balance(ravi)).posted == inr("0.00")
    await proved(database)


async def test_an_asker_that_is_cancelled_does_not_cancel_its_payment_or_anybody_elses(
    ledger: Ledger, asha: AccountId, priya: AccountId
) -> None:
    gone = Pay(PaymentId.new(), asha, priya, inr("1.00"))
    task = asyncio.create_task(ledger.ask(gone))
    other = asyncio.create_task(ledger.ask(Pay(PaymentId.new(), asha, priya, inr("2.00"))))
    await asyncio.sleep(0)
    task.cancel()

    assert isinstance(await other, Captured)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert isinstance(await ledger.ask(gone), Captured)
    assert (await ledger.balance(priya)).posted == inr("3.00")


async def test_a_payment_cancelled_at_any_await_is_done_or_not_done_and_asked_again_it_is_done_once(
    ledger: Ledger, database: Database, asha: AccountId, priya: AccountId
) -> None:
    """R23: no transaction stays open, whatever moment the asker dies at."""
    before = await proved(database)
    for turns in range(40):
        pay = Pay(PaymentId.new(), asha, priya, inr("0.01"))
        task = asyncio.create_task(ledger.ask(pay))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert isinstance(await ledger.ask(pay), Captured)

    assert await proved(database) == before + 40
    assert (await ledger.balance(priya)).posted == inr("0.40")


@pytest.mark.parametrize("turns", range(0, 24, 2))
async def test_a_desk_that_is_cancelled_tells_everybody_and_leaves_no_transaction(
    database: Database, turns: int
) -> None:
    """The program is stopped with Ctrl-C in the middle of a batch: every asker hears, and the file is free."""
    async with Ledger(database, policy=book_of(UNLIMITED), zone=INDIA, now=lambda: NOON) as ledger:
        ravi, priya = await open_wallet(ledger, "1.00"), await open_wallet(ledger)
        pay = Pay(PaymentId.new(), ravi, priya, inr("1.00"))
        asked = asyncio.create_task(ledger.ask(pay))
        for _ in range(turns):
            await asyncio.sleep(0)
        desk = ledger._desk._task
        assert desk is not None
        desk.cancel()
        answers = await asyncio.gather(asked, return_exceptions=True)
        assert isinstance(answers[0], Captured | UnavailableError)

    async with Ledger(database, policy=book_of(UNLIMITED), zone=INDIA, now=lambda: NOON) as again:
        assert isinstance(await again.ask(pay), Captured)
    await proved(database)


@ON_SQLITE
async def test_a_full_disk_is_said_to_all_who_wait_and_once_there_is_space_the_same_ids_go_through(
    ledger: Ledger, database: Database, asha: AccountId, priya: AccountId
) -> None:
    """R11: nothing is acknowledged, nothing is lost, nobody restarts anything."""
    async with database.transaction() as session:
        row = await session.one(Query("PRAGMA page_count"))
        assert row is not None
        await session.one(Query(f"PRAGMA max_page_count = {row['page_count']}"))
    before = await ledger.head()
    pays = [Pay(PaymentId.new(), asha, priya, inr("0.01")) for _ in range(200)]

    answers = await asyncio.gather(*map(ledger.ask, pays), return_exceptions=True)

    assert all(isinstance(answer, DatabaseUnavailableError) for answer in answers)
    assert {answer.reason for answer in answers if isinstance(answer, DatabaseUnavailableError)} == {
        UnavailableReason.FULL
    }
    assert await ledger.head() == before

    async with database.transaction() as session:
        await session.one(Query("PRAGMA max_page_count = 1073741823"))
    answers = await asyncio.gather(*map(ledger.ask, pays), return_exceptions=True)

    assert all(isinstance(answer, Captured) for answer in answers)
    assert (await ledger.balance(priya)).posted == inr("2.00")
    await proved(database)


@ON_SQLITE
async def test_a_disk_that_fails_to_write_acknowledges_nothing_and_the_same_ids_go_through_once_it_writes_again(
    ledger: Ledger, database: Database, asha: AccountId, priya: AccountId
) -> None:
    """R11, with the kernel itself refusing the write: no file of this process may grow."""
    before = await ledger.head()
    pays = [Pay(PaymentId.new(), asha, priya, inr("0.01")) for _ in range(50)]
    assert isinstance(database, SqliteDatabase)
    log = database.path.with_name(database.path.name + "-wal")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, hard))
    try:
        answers = await asyncio.gather(*map(ledger.ask, pays), return_exceptions=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert {answer.reason for answer in answers if isinstance(answer, DatabaseUnavailableError)} == {
        UnavailableReason.IO
    }
    assert not any(isinstance(answer, Captured) for answer in answers)
    assert await ledger.head() == before

    answers = await asyncio.gather(*map(ledger.ask, pays))
    assert all(isinstance(answer, Captured) for answer in answers)
    assert (await ledger.balance(priya)).posted == inr("0.50")
    await proved(database)


async def test_books_that_would_stop_balancing_stop_all_posting_and_ring_the_alarm_while_reading_goes_on(
    database: Database,
) -> None:
    """R17: a pointer was moved by hand; the next payment notices, and nobody pays until a person looked."""
    alarms: list[InvariantError] = []
    async with Ledger(
        database, policy=book_of(UNLIMITED), zone=INDIA, now=lambda: NOON, on_alarm=alarms.append
    ) as ledger:
        ravi, priya = await open_wallet(ledger, "1.00"), await open_wallet(ledger)
        async with database.transaction() as session:
            await session.execute(
                Query("UPDATE accounts SET last_seq = 999999 WHERE account_id = :account"), {"account": ravi}
            )

        def pay() -> Pay:
            return Pay(PaymentId.new(), ravi, priya, inr("0.01"))

        answers = await asyncio.gather(ledger.ask(pay()), ledger.ask(pay()), return_exceptions=True)
        later = await asyncio.gather(ledger.ask(pay()), return_exceptions=True)

        assert all(isinstance(answer, InvariantError) for answer in [*answers, *later])
        assert len(alarms) == 1
        assert isinstance(alarms[0], ConstraintError)
        assert ledger.stopped_by is alarms[0]
        assert (await ledger.balance(ravi)).posted == inr("1.00")


async def test_two_processes_append_to_one_chain_without_a_gap(
    ledger: Ledger, database: Database, url: str, asha: AccountId, priya: AccountId
) -> None:
    """The operator funds while the bot runs: both write, and the chain is one."""
    before = await proved(database)
    others = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", APPENDER, url, *ends, "40", stdout=asyncio.subprocess.PIPE
        )
        for ends in ((asha, priya), (priya, asha))
    ]
    ours: list[Outcome] = []
    running = [asyncio.create_task(other.communicate()) for other in others]
    while not all(task.done() for task in running):
        ours.append(await ledger.ask(Pay(PaymentId.new(), asha, priya, inr("0.01"))))
    outputs = [(await task)[0].decode().split() for task in running]

    captured = sum(output.count("Captured") for output in outputs) + sum(isinstance(each, Captured) for each in ours)
    assert [other.returncode for other in others] == [0, 0]
    assert captured >= 40
    assert await proved(database) == before + captured


async def test_more_askers_than_one_batch_takes_are_all_answered_in_order(
    ledger: Ledger, asha: AccountId, priya: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.desk.queue.BATCH_LIMIT", 7)

    answers = await asyncio.gather(*(ledger.ask(Pay(PaymentId.new(), asha, priya, inr("0.01"))) for _ in range(50)))

    references = [answer.reference for answer in answers if isinstance(answer, Captured)]
    rows = [row async for row in ledger.transfers()]
    assert [row.reference for row in rows if row.kind == "payment"] == references


async def test_what_a_batch_made_is_gone_once_it_is_answered_without_the_garbage_collector(
    ledger: Ledger, asha: AccountId, priya: AccountId
) -> None:
    """The collector stands still while there is work: a batch that was a cycle would stay in memory until it comes."""
    gc.collect()
    with collector_paused():
        for _ in range(3):
            await asyncio.gather(*(ledger.ask(Pay(PaymentId.new(), asha, priya, inr("0.01"))) for _ in range(10)))

        assert not [each for each in gc.get_objects() if isinstance(each, Books | Batch)]


async def test_closing_answers_everybody_who_waits(database: Database) -> None:
    async with Ledger(database, policy=book_of(UNLIMITED), zone=INDIA, now=lambda: NOON) as ledger:
        ravi, priya = await open_wallet(ledger, "1.00"), await open_wallet(ledger)
        asked = [asyncio.create_task(ledger.ask(Pay(PaymentId.new(), ravi, priya, inr("0.01")))) for _ in range(20)]
        await asyncio.sleep(0)

    answers = [await each for each in asked]
    assert all(isinstance(answer, Captured) for answer in answers)


async def test_books_opened_as_a_library_are_migrated_and_served(tmp_path: Path) -> None:
    """The ten lines of the README."""
    async with Ledger.open(f"sqlite:///{tmp_path}/books.db") as ledger:
        asha, priya = await open_wallet(ledger, "500.00"), await open_wallet(ledger)
        command: Command = Pay(PaymentId.new(), asha, priya, inr("200.00"))
        assert isinstance(await ledger.ask(command), Captured)

    async with Ledger.open(tmp_path / "books.db") as again:
        assert (await again.balance(priya)).posted == inr("200.00")
