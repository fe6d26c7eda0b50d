"""What the benchmarks of the ledger hold it against: the same rows, written by hand, with no rule at all.

Balances are kept in dicts and never checked. ``Rules.rows`` gives the rows of a batch for the ledger's own statements,
so the same tables, constraints, triggers and index are filled, with the same hashes.
"""

import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC
from hashlib import sha256
from typing import Any, Final, Self, TypeAlias

import aiosqlite

from bench.books import NOW
from ledger.commands import Pay
from ledger.database.opening import open_database
from ledger.database.port import Query
from ledger.database.queries import Queries
from ledger.database.sqlite import EVERYWHERE, WRITER  # the same settings, or it is no ceiling
from ledger.kernel.audit_chain import MILESTONES_BELOW, canonical_bytes
from ledger.kernel.moments import Moment
from ledger.kernel.references import reference_of

MOMENT: Final = Moment.of(NOW, UTC)
ACCOUNTS: Final = Query(
    "SELECT account_id, account_no, posted_debits, posted_credits, last_seq, first_payment_at, first_day_spent"
    " FROM accounts"
)
HEAD: Final = Query("SELECT seq, hash FROM transfers ORDER BY seq DESC LIMIT 1")
ON_SQLITE: Final = Queries.load("ledger.store", "sql/queries.sql", "sqlite")
ON_POSTGRES: Final = Queries.load("ledger.store", "sql/queries.sql", "postgres")

Row: TypeAlias = tuple[int | str | bytes | None, ...]
Took: TypeAlias = tuple[float, float]  # seconds on the wall, and of processor in this process


class Stopwatch:
    """Wall and processor time since it was made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> Took:
        """Seconds on the wall, and seconds of processor over all threads."""
        return time.perf_counter() - self._wall, time.process_time() - self._cpu


class Rules:
    """No rules: what must be written for a payment, worked out from dicts. The ceiling's own half of the work."""

    def __init__(self, accounts: Iterable[Iterable[Any]], head: Iterable[Any]) -> None:
        self.accounts: dict[str, list[Any]] = {account_id: list(rest) for account_id, *rest in accounts}
        self.counters: dict[int, list[int]] = {}
        self.seq, self.hash = head

    @classmethod
    def of_file(cls, raw: sqlite3.Connection) -> Self:
        """Begin from what stands in a file."""
        return cls(raw.execute(ACCOUNTS), raw.execute(HEAD).fetchone())

    def rows(self, payments: Sequence[Pay]) -> dict[str, list[Row]]:
        """The rows of a batch, for the ledger's own statements."""
        accounts, counters, seq, hash_ = self.accounts, self.counters, self.seq, self.hash
        at, day, prefix = MOMENT.micros, MOMENT.day_number, MOMENT.reference_prefix
        transfers: list[Row] = []
        touched: dict[int, list[Any]] = {}
        counted: dict[int, list[int]] = {}
        payees: set[Row] = set()
        milestones: list[Row] = []
        for pay in payments:
            payer, payee, amount = accounts[pay.payer], accounts[pay.payee], pay.amount.minor_units
            seq += 1
            reference = reference_of(seq, prefix)
            entry = f"{MOMENT.entry_prefix}{2**63 | seq:016x}"
            content = canonical_bytes(
                seq, entry, "payment", pay.payment_id, at, pay.payer, pay.payee, amount, "INR", pay.note_digest,
                reference, "", payer[3], payee[3],
            )  # fmt: skip
            digest = sha256(hash_ + content).digest()
            transfers.append(
                (seq, seq, "payment", str(pay.payment_id), at, payer[0], payee[0], amount, "INR", pay.note_digest,
                 reference, None, payer[3], payee[3], hash_, digest)
            )  # fmt: skip
            hash_ = digest
            payer[1] += amount
            payee[2] += amount
            payer[3] = payee[3] = seq
            payer[4] = payer[4] or at
            payer[5] += amount
            counter = counters.setdefault(payer[0], [0, 0])
            counter[0] += 1
            counter[1] += amount
            counted[payer[0]] = counter
            touched[payer[0]], touched[payee[0]] = payer, payee
            if digest[0] < MILESTONES_BELOW:
                milestones += [(each[0], seq, each[1], each[2]) for each in (payer, payee)]
            payees.add((payer[0], payee[0], at))
        self.seq, self.hash = seq, hash_
        return {
            "insert_transfer": transfers,
            "update_account": [(a[1], a[2], 0, a[3], a[4], a[5], a[0]) for _, a in sorted(touched.items())],
            "upsert_day_counter": [(day, number, *counter) for number, counter in sorted(counted.items())],
            "insert_known_payee": sorted(payees),
            "insert_milestone": milestones,
        }


def sqlite_batches(path: str, warm_up: Sequence[Pay], payments: Sequence[Pay], batch: int) -> Took:
    """What the standard library's ``sqlite3`` takes in one thread, without a rule."""
    with closing(sqlite3.connect(path, isolation_level=None, cached_statements=256)) as raw:
        for pragma in EVERYWHERE + WRITER:
            raw.execute(pragma)
        rules = Rules.of_file(raw)

        def pay(part: Sequence[Pay]) -> None:
            raw.execute("BEGIN IMMEDIATE")
            for name, rows in rules.rows(part).items():
                raw.executemany(ON_SQLITE[name], rows)
            raw.execute("COMMIT")

        pay(warm_up)
        watch = Stopwatch()
        for start in range(0, len(payments), batch):
            pay(payments[start : start + batch])
        return watch.read()


async def sqlite_one_transaction_each(path: str, warm_up: Sequence[Pay], payments: Sequence[Pay]) -> Took:
    """What a bot takes that reads, checks and writes each payment in its own transaction."""
    with closing(sqlite3.connect(path)) as raw:
        rules = Rules.of_file(raw)
    async with aiosqlite.connect(path, isolation_level=None, cached_statements=256) as connection:
        for pragma in EVERYWHERE + WRITER:
            await connection.execute_fetchall(pragma)

        async def pay_each(part: Sequence[Pay]) -> None:
            for pay in part:
                await connection.execute("BEGIN IMMEDIATE")
                await connection.execute_fetchall("SELECT seq FROM transfers WHERE cause = ?", (str(pay.payment_id),))
                await connection.execute_fetchall("SELECT * FROM accounts WHERE account_id = ?", (str(pay.payer),))
                await connection.execute_fetchall("SELECT * FROM accounts WHERE account_id = ?", (str(pay.payee),))
                for name, rows in rules.rows([pay]).items():
                    for row in rows:
                        await connection.execute(ON_SQLITE[name], row)
                await connection.execute("COMMIT")

        await pay_each(warm_up)
        watch = Stopwatch()
        await pay_each(payments)
        return watch.read()


async def postgres_batches(address: str, warm_up: Sequence[Pay], payments: Sequence[Pay], batch: int) -> Took:
    """What PostgreSQL takes for batches by COPY and unnest, without a rule: nobody waits for an answer of its own."""
    database = await open_database(address)
    try:
        head = await database.one(HEAD)
        assert head is not None
        rules = Rules(await database.all(ACCOUNTS), head)

        async def pay(part: Sequence[Pay]) -> None:
            async with database.transaction() as session:
                await session.one(ON_POSTGRES["head_to_extend"])
                rows = rules.rows(part)
                await session.run_steps([(ON_POSTGRES[name], rows[name]) for name in rows], and_commit=True)

        await pay(warm_up)
        watch = Stopwatch()
        for start in range(0, len(payments), batch):
            await pay(payments[start : start + batch])
        return watch.read()
    finally:
        await database.close()
