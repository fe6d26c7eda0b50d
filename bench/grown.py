"""Grown books, written fast: a year of a town's payments, straight into the ledger's own tables.

Hashes, pointers, counters and payees are those that the desk would have left, and count only once ``verify`` has proved
every row of them.

It is a short cut for the clock, not for the books: the same layout of the rows, the same insert, the same chain. What
is written last instead of each time (balances, known payees) is what it would be at the end.
"""

import random
import sqlite3
from array import array
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from bench.books import OPENING_MINOR, policy
from ledger.database.migrate import migrate
from ledger.database.queries import Queries
from ledger.database.sqlite import SqliteDatabase
from ledger.kernel.accounts import cash_account_id
from ledger.kernel.audit_chain import GENESIS, MILESTONES_BELOW, canonical_bytes
from ledger.kernel.ids import AccountId
from ledger.kernel.instants import BusinessDay, from_micros, to_micros
from ledger.kernel.moments import Moment
from ledger.kernel.references import reference_of, reference_prefix
from ledger.store.rows import MIGRATIONS

QUERIES: Final = Queries.load("ledger.store", "sql/queries.sql", "sqlite")
ENDS: Final = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)  # the newest row; the bench goes on from here
DAYS: Final = 365  # the town's age
BATCH: Final = 100  # rows that share a moment, as in a commit of the desk
WRITTEN_AT_ONCE: Final = 50_000
CONTACTS: Final = 4  # whom a person pays again and again
CASH_NO: Final = 1
SHOP_NO: Final = 2  # one payment of a hundred goes to this shop: the deepest history
SHOP_ROWS: Final = 100  # of the shop's first, remembered
_NOTE: Final = bytes(range(32))
_PRAGMAS: Final = (
    "PRAGMA synchronous = OFF",  # a power cut while the stage is built costs only the stage
    "PRAGMA cache_size = -262144",
    "PRAGMA wal_autocheckpoint = 100000",
)
_Row = tuple[int | str | bytes | None, ...]


@dataclass(frozen=True)
class Grown:
    """A file of books: account 1 is the till, 2 a shop that one payment of a hundred went to, all others people."""

    path: Path
    accounts: int
    rows: int
    oldest_of_shop: tuple[int, ...]  # the first rows of account 2, oldest first

    @staticmethod
    def account_id(number: int) -> AccountId:
        """The id of an account."""
        return cash_account_id("INR") if number == CASH_NO else AccountId(_id_of(number))


def _id_of(number: int) -> str:
    return f"acc_018f{number:012x}7000{number * 2654435761 % 2**48:012x}"


async def grow(path: Path, people: int, payments: int, seed: int = 3) -> Grown:
    """Fund ``people`` and let them pay each other for a year."""
    database = await SqliteDatabase.open(path, readers=1)
    try:
        await migrate(database, (MIGRATIONS,), ENDS - timedelta(days=DAYS + 1))
    finally:
        await database.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for pragma in _PRAGMAS:
            raw.execute(pragma)
        triggers = raw.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("PRAGMA foreign_keys = OFF")  # accounts come last, whole
        life = _Life(people, payments, seed)
        life.write(raw)
        for _, text in triggers:
            raw.execute(text)
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Grown(path, people + 1, people + payments, tuple(life.shop_rows))


class _Life:
    """What happens in the town, row by row; a few numbers an account."""

    def __init__(self, people: int, payments: int, seed: int) -> None:
        size = people + 2
        self.people, self.payments = people, payments
        self.chance = random.Random(seed)  # noqa: S311 - the same town every time
        self.debits, self.credits, self.last, self.first_at, self.while_new = (
            array("q", bytes(8 * size)) for _ in range(5)
        )
        self.pairs: dict[int, int] = {}
        self.milestones: list[_Row] = []
        self.shop_rows: list[int] = []
        self.days: dict[int, list[int]] = {}
        self.day_number = 0
        self.seq, self.hash = 0, GENESIS
        self.window = policy().at(ENDS).new_account_window // timedelta(microseconds=1)

    def write(self, raw: sqlite3.Connection) -> None:
        """The journal first, then what it adds up to."""
        rows: list[_Row] = []
        for row in self._rows(raw):
            rows.append(row)
            if len(rows) == WRITTEN_AT_ONCE:
                self._insert(raw, "insert_transfer", rows)
                rows = []
        self._insert(raw, "insert_transfer", rows)
        self._close_day(raw)
        opened = to_micros(ENDS - timedelta(days=DAYS + 1))
        numbers = range(1, self.people + 2)
        self._insert(raw, "insert_account", (
            (n, Grown.account_id(n), "cash" if n == CASH_NO else "wallet", -1 if n == CASH_NO else 1, "INR", opened)
            for n in numbers
        ))  # fmt: skip
        self._insert(raw, "update_account", (
            (self.debits[n], self.credits[n], 0, self.last[n], self.first_at[n] or None, self.while_new[n], n)
            for n in numbers
        ))  # fmt: skip
        payees = ((pair >> 32, pair & 0xFFFFFFFF, self.pairs[pair]) for pair in sorted(self.pairs))
        self._insert(raw, "insert_known_payee", payees)
        self._insert(raw, "insert_milestone", sorted(self.milestones))

    @staticmethod
    def _insert(raw: sqlite3.Connection, name: str, rows: "list[_Row] | Iterator[_Row]") -> None:
        raw.execute("BEGIN")
        raw.executemany(QUERIES[name], rows)
        raw.execute("COMMIT")

    def _close_day(self, raw: sqlite3.Connection) -> None:
        day, self.days = self.days, {}
        self._insert(
            raw, "upsert_day_counter", [(self.day_number, n, count, spent) for n, (count, spent) in sorted(day.items())]
        )

    def _rows(self, raw: sqlite3.Connection) -> Iterator[_Row]:
        total = self.people + self.payments
        ends, life = to_micros(ENDS), DAYS * 86_400_000_000  # microseconds
        prefix = ""
        for start in range(0, total, BATCH):
            moment = from_micros(ends - life * (total - start) // (total + BATCH))
            day = BusinessDay.of(moment, UTC)
            if day.number != self.day_number:
                if self.days:
                    self._close_day(raw)
                self.day_number, prefix = day.number, reference_prefix(day)
            micros = to_micros(moment)
            entry = Moment.of(moment, UTC).entry_prefix
            for number in range(start, min(start + BATCH, total)):
                if number < self.people:
                    yield self._row("funding", CASH_NO, number + 2, OPENING_MINOR, micros, entry, prefix)
                else:
                    yield self._payment(micros, entry, prefix)

    def _payment(self, at: int, entry: str, prefix: str) -> _Row:
        random_, people = self.chance.random, self.people
        payer = 2 + int(random_() * people)
        kind = random_()
        if kind < 0.01:
            payee = SHOP_NO
        elif kind < 0.2:  # a shop: some are much busier than others
            payee = 2 + int(random_() ** 3 * max(people // 1000, 2))
        else:
            payee = 2 + (payer * 7919 + int(random_() * CONTACTS) * 104_729) % people
        if payee == payer:
            payee = 2 + (payer - 1) % people
        amount = 1 + int(random_() * 198)
        if not self.first_at[payer]:
            self.first_at[payer] = at
        if at < self.first_at[payer] + self.window:
            self.while_new[payer] += amount
        counter = self.days.setdefault(payer, [0, 0])
        counter[0] += 1
        counter[1] += amount
        self.pairs.setdefault(payer << 32 | payee, at)
        return self._row("payment", payer, payee, amount, at, entry, prefix)

    def _row(  # noqa: PLR0917 - by position, since every row passes
        self, kind: str, debit: int, credit: int, amount: int, at: int, entry: str, prefix: str
    ) -> _Row:
        seq = self.seq = self.seq + 1
        cause = f"{'pay' if kind == 'payment' else 'fnd'}_{at // 1000:012x}7000{2**63 | seq:016x}"
        note = _NOTE if kind == "payment" and seq & 1 else None
        reference = reference_of(seq, prefix)
        last = self.last
        debit_previous, credit_previous, previous = last[debit], last[credit], self.hash
        content = canonical_bytes(
            seq, f"{entry}{2**63 | seq:016x}", kind, cause, at, Grown.account_id(debit), Grown.account_id(credit),
            amount, "INR", note, reference, "", debit_previous, credit_previous,
        )  # fmt: skip
        self.hash = digest = sha256(previous + content).digest()
        last[debit] = last[credit] = seq
        if SHOP_NO in {debit, credit} and len(self.shop_rows) < SHOP_ROWS:
            self.shop_rows.append(seq)
        self.debits[debit] += amount
        self.credits[credit] += amount
        if digest[0] < MILESTONES_BELOW:
            self.milestones.append((debit, seq, self.debits[debit], self.credits[debit]))
            self.milestones.append((credit, seq, self.debits[credit], self.credits[credit]))
        return (
            seq, seq, kind, cause, at, debit, credit, amount, "INR", note, reference, None, debit_previous,
            credit_previous, previous, digest,
        )  # fmt: skip
