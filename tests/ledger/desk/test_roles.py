"""On PostgreSQL a bot is a role that adds to the journal and cannot change it, whatever its program does."""

from collections.abc import AsyncIterator

import pytest

from ledger.commands import Pay, Refund, SetLimit
from ledger.database.errors import ConstraintError, RightMissingError
from ledger.database.migrate import grant, migrate
from ledger.database.opening import open_database
from ledger.database.port import Database, Query
from ledger.desk import Ledger
from ledger.kernel.ids import PaymentId, RefundId
from ledger.kernel.own_limits import LimitKind
from ledger.outcomes import Captured, LimitChanged, Refunded
from ledger.store.rows import MIGRATIONS
from tests.harness.postgres import PostgresServer
from tests.ledger.books import INDIA, NOON, POLICY, inr
from tests.ledger.desk.conftest import book_of, open_wallet


@pytest.fixture
async def url(postgres: PostgresServer) -> AsyncIterator[str]:
    """Books that their owner made, and the address by which a bot comes."""
    async with postgres.role() as role, postgres.database() as address:
        owner = await open_database(address)
        await migrate(owner, (MIGRATIONS,), NOON)
        await grant(owner, role)
        await owner.close()
        yield postgres.url(address.partition("@/")[2].partition("?")[0], role)


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = await open_database(url)
    try:
        yield opened
    finally:
        await opened.close()


async def test_a_bot_starts_without_the_right_to_change_the_schema_and_posts_everything(database: Database) -> None:
    assert await migrate(database, (MIGRATIONS,), NOON) == ()
    async with Ledger(database, policy=book_of(POLICY), zone=INDIA, now=lambda: NOON) as ledger:
        asha, priya = await open_wallet(ledger, "10.00"), await open_wallet(ledger)
        paid = await ledger.ask(Pay(PaymentId.new(), asha, priya, inr("2.00")))
        assert isinstance(paid, Captured)
        assert isinstance(await ledger.ask(Refund(RefundId.new(), paid.payment_id, priya, inr("1.00"))), Refunded)
        limited = await ledger.ask(SetLimit(asha, LimitKind.PER_DAY, inr("5.00")))
        assert isinstance(limited, LimitChanged)
        assert (await ledger.balance(priya)).posted == inr("1.00")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE transfers SET amount_minor = 1",
        "DELETE FROM transfers",
        "TRUNCATE transfers",
        "UPDATE journal_head SET seq = 0",
        "DELETE FROM journal_head",
        "DELETE FROM accounts",
        "DELETE FROM known_payees",
        "ALTER TABLE transfers DISABLE TRIGGER ALL",
        "DROP TRIGGER transfers_are_never_changed ON transfers",
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TABLE mine (x INT)",
    ],
)
async def test_a_bot_has_no_right_to_change_the_past(database: Database, statement: str) -> None:
    with pytest.raises(RightMissingError):
        async with database.transaction() as session:
            await session.execute(Query(statement))


ZEROS = "decode(repeat('00', 32), 'hex')"


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("seq", "2"),
        ("prev_hash", "decode(repeat('01', 32), 'hex')"),
        ("amount_minor", "0"),
        ("amount_minor", "-5"),
        ("credit_account_no", "1"),
        ("credit_account_no", "999"),
        ("currency", "'USD'"),
        ("hash", "decode('00', 'hex')"),
    ],
)
async def test_a_row_that_a_bot_forges_does_not_fit(database: Database, change: str, value: str) -> None:
    async with Ledger(database, policy=book_of(POLICY), zone=INDIA, now=lambda: NOON) as ledger:
        await open_wallet(ledger), await open_wallet(ledger)
    row = {
        "seq": "1", "entry_first_seq": "1", "kind": "'payment'", "cause": "'pay_forged'", "at": "0",
        "debit_account_no": "1", "credit_account_no": "2", "amount_minor": "100", "currency": "'INR'",
        "reference": "'632800000000'", "debit_previous": "0", "credit_previous": "0", "prev_hash": ZEROS, "hash": ZEROS,
    }  # fmt: skip
    fits, forged = ({**row, **changes} for changes in ({}, {change: value}))

    with pytest.raises(ConstraintError):
        async with database.transaction() as session:
            await session.execute(_insert(forged))

    async with database.transaction() as session:
        assert await session.execute(_insert(fits)) == 1


def _insert(row: dict[str, str]) -> Query:
    return Query(f"INSERT INTO transfers ({', '.join(row)}) VALUES ({', '.join(row.values())})")
