"""The database holds the invariants too: twenty things a hand at a shell may try, each refused (R15)."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ledger.database.queries import Queries
from ledger.database.sqlite import SqliteDatabase

NEXT = "(SELECT max(seq) + 1 FROM transfers)"
HEAD = "(SELECT hash FROM transfers ORDER BY seq DESC LIMIT 1)"


def forged(seq: str = NEXT, amount: str = "100", debit: str = "1", credit: str = "3", previous: str = HEAD) -> str:
    """A row as somebody would write it by hand."""
    return (
        f"INSERT INTO transfers VALUES ({seq}, 1, 'payment', 'pay_forged', 0, {debit}, {credit}, {amount}, 'INR', NULL,"
        f" '632800000000', NULL, 0, 0, {previous}, zeroblob(32))"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE transfers SET amount_minor = 1 WHERE seq = 5",
        "UPDATE transfers SET hash = zeroblob(32)",
        "UPDATE transfers SET seq = 100000 WHERE seq = 5",
        "DELETE FROM transfers WHERE seq = 5",
        "DELETE FROM transfers",
        "REPLACE INTO transfers SELECT * FROM transfers WHERE seq = 5",
        "INSERT OR REPLACE INTO transfers SELECT * FROM transfers ORDER BY seq DESC LIMIT 1",
        forged(seq="NULL"),
        forged(seq="(SELECT max(seq) + 2 FROM transfers)"),
        forged(seq="0"),
        forged(seq="5"),
        forged(previous="zeroblob(32)"),
        forged(amount="0"),
        forged(amount="-100"),
        forged(amount="'ten'"),
        forged(debit="1", credit="1"),
        forged(debit="999"),
        "UPDATE accounts SET posted_credits = posted_credits + 1 WHERE account_no = 1",
        "UPDATE accounts SET posted_debits = posted_debits - 1, last_seq = last_seq + 1 WHERE account_no = 1",
        "UPDATE accounts SET posted_debits = posted_debits + 9999999, last_seq = 999999 WHERE account_no = 1",
        "UPDATE accounts SET held = -1 WHERE account_no = 1",
        "UPDATE accounts SET held = 999999999 WHERE account_no = 1",
        "UPDATE accounts SET last_seq = 0 WHERE account_no = 1",
        "UPDATE accounts SET currency = 'USD' WHERE account_no = 1",
        "UPDATE accounts SET kind = 'cash', normal_sign = -1 WHERE account_no = 1",
        "UPDATE accounts SET account_id = 'acc_stolen' WHERE account_no = 1",
        "DELETE FROM accounts WHERE account_no = 1",
        "REPLACE INTO accounts SELECT * FROM accounts WHERE account_no = 1",
        "UPDATE refund_totals SET refunded_minor = 9999999",
        "UPDATE milestones SET posted_credits = posted_credits + 1",
        "DELETE FROM milestones",
        "INSERT OR REPLACE INTO milestones SELECT account_no, seq, 0, 0 FROM milestones",
        "INSERT OR REPLACE INTO refund_totals SELECT payment_seq, 9999999 FROM refund_totals",
    ],
)
def test_a_hand_at_a_shell_is_refused(books_path: Path, statement: str) -> None:
    with closing(sqlite3.connect(books_path)) as raw:
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA recursive_triggers = ON")
        before = raw.execute("SELECT count(*), sum(posted_credits) FROM accounts").fetchone()

        with pytest.raises(sqlite3.IntegrityError):
            raw.execute(statement)

        raw.rollback()
        assert raw.execute("SELECT count(*), sum(posted_credits) FROM accounts").fetchone() == before


async def test_every_named_query_is_one_that_this_schema_understands(database: SqliteDatabase) -> None:
    """A name is checked when it is used; this uses each, so that a typing error is found today."""
    queries = Queries.load("ledger.store", "sql/queries.sql", "sqlite")

    with closing(sqlite3.connect(database.path)) as raw:
        for name in sorted(queries.names):
            raw.execute(
                f"EXPLAIN {queries[name]}", _Anything() if ":" in queries[name] else (1,) * queries[name].count("?")
            )


class _Anything(dict[str, int]):
    """A value for any name."""

    def __missing__(self, name: str) -> int:
        return 1
