"""P1: how much of what SQLite can do is left when every rule is on.

The ceiling is the standard library's ``sqlite3`` in one thread: balances in a dict, no rule at all, ``executemany`` of
the same statements into the same tables, constraints, triggers and index, with the same rows and their hashes, as
durable (WAL, ``synchronous=FULL``). Beside it: one transaction for each payment through aiosqlite, as most bots do it.
Each warms up before its clock starts and rounds are interleaved; rates are medians, and a ratio is the median of the
rounds' own ratios. Every run must verify, or there is no figure.
"""

import argparse
import asyncio
import gc
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC
from hashlib import sha256
from pathlib import Path

import aiosqlite

from bench.books import NOW, found, policy, prove
from ledger.commands import Pay
from ledger.database.queries import Queries
from ledger.database.sqlite import EVERYWHERE, WRITER  # the same settings, or it is no ceiling
from ledger.desk import Ledger
from ledger.kernel.audit_chain import MILESTONES_BELOW, canonical_bytes
from ledger.kernel.moments import Moment
from ledger.kernel.references import reference_of
from ledger.outcomes import Captured

QUERIES = Queries.load("ledger.store", "sql/queries.sql", "sqlite")
MOMENT = Moment.of(NOW, UTC)
Row = tuple[int | str | bytes | None, ...]


@dataclass
class Sizes:
    """How much is measured."""

    accounts: int = 100_000
    payments: int = 40_000  # for each contender that works in batches
    single: int = 400  # for each contender that commits each payment by itself
    rounds: int = 5


@dataclass
class Series:
    """One contender's rounds."""

    rates: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)  # processor time for a payment, all threads
    latencies_ms: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Payments a second, the median round."""
        return statistics.median(self.rates)

    def ratio_to(self, ceiling: "Series") -> float:
        """The median of each round's own ratio: its two runs followed one another on the same machine."""
        return statistics.median(ours / theirs for ours, theirs in zip(self.rates, ceiling.rates, strict=True))

    def percentile_ms(self, percent: int) -> float:
        """How long an asker waits, over all rounds."""
        return statistics.quantiles(self.latencies_ms, n=100)[percent - 1] if self.latencies_ms else float("nan")


class Stopwatch:
    """Wall and processor time since it was made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        """Seconds on the wall, and seconds of processor over all threads."""
        return time.perf_counter() - self._wall, time.process_time() - self._cpu


class Rules:
    """No rules: what must be written for a payment, worked out from dicts. The ceiling's own half of the work."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        stored = raw.execute(
            "SELECT account_id, account_no, posted_debits, posted_credits, last_seq, first_payment_at, first_day_spent"
            " FROM accounts"
        )
        self.accounts = {account_id: list(rest) for account_id, *rest in stored}
        self.counters: dict[int, list[int]] = {}
        self.seq, self.hash = raw.execute("SELECT seq, hash FROM transfers ORDER BY seq DESC LIMIT 1").fetchone()

    def rows(self, payments: Sequence[Pay]) -> dict[str, list[Row]]:
        """The rows of a batch, for the ledger's own statements."""
        accounts, counters, seq, hash_ = self.accounts, self.counters, self.seq, self.hash
        at, day, prefix = MOMENT.micros, MOMENT.day_number, MOMENT.reference_prefix
        transfers: list[Row] = []
        touched: dict[int, list[int]] = {}
        counted: dict[int, list[int]] = {}
        payees: list[Row] = []
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
            payees.append((payer[0], payee[0], at))
        self.seq, self.hash = seq, hash_
        return {
            "insert_transfer": transfers,
            "update_account": [(a[1], a[2], 0, a[3], a[4], a[5], a[0]) for _, a in sorted(touched.items())],
            "upsert_day_counter": [(day, number, *counter) for number, counter in sorted(counted.items())],
            "insert_known_payee": sorted(payees),
            "insert_milestone": milestones,
        }


def raw_ceiling(path: Path, warm_up: Sequence[Pay], payments: Sequence[Pay], batch: int) -> tuple[float, float]:
    """Seconds that the standard library takes, without a rule."""
    with closing(sqlite3.connect(path, isolation_level=None, cached_statements=256)) as raw:
        for pragma in EVERYWHERE + WRITER:
            raw.execute(pragma)
        rules = Rules(raw)

        def pay(part: Sequence[Pay]) -> None:
            raw.execute("BEGIN IMMEDIATE")
            for name, rows in rules.rows(part).items():
                raw.executemany(QUERIES[name], rows)
            raw.execute("COMMIT")

        pay(warm_up)
        watch = Stopwatch()
        for start in range(0, len(payments), batch):
            pay(payments[start : start + batch])
        return watch.read()


async def one_transaction_each(path: Path, warm_up: Sequence[Pay], payments: Sequence[Pay]) -> tuple[float, float]:
    """Seconds that a bot takes which reads, checks and writes each payment in its own transaction."""
    with closing(sqlite3.connect(path)) as raw:
        rules = Rules(raw)
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
                        await connection.execute(QUERIES[name], row)
                await connection.execute("COMMIT")

        await pay_each(warm_up)
        watch = Stopwatch()
        await pay_each(payments)
        return watch.read()


async def asked(
    path: Path, warm_up: Sequence[Pay], payments: Sequence[Pay], callers: int, series: Series
) -> tuple[float, float]:
    """Seconds that the ledger takes with so many callers, each asking its next payment when it has its answer."""
    async with Ledger.open(path, policy=policy(), now=lambda: NOW) as ledger:

        async def call(part: Sequence[Pay]) -> None:
            for pay in part:
                began = time.perf_counter()
                outcome = await ledger.ask(pay)
                series.latencies_ms.append((time.perf_counter() - began) * 1000)
                assert type(outcome) is Captured

        await asyncio.gather(*(ledger.ask(pay) for pay in warm_up))
        watch = Stopwatch()
        await asyncio.gather(*(call(payments[number::callers]) for number in range(callers)))
        return watch.read()


Contender = Callable[[Path, Sequence[Pay], Sequence[Pay], Series], Awaitable[tuple[float, float]]]


def contenders() -> dict[str, tuple[str, Contender]]:
    """Name of the figure, what it is, and how it is run. Those named ``*1`` commit each payment by itself."""

    def raw(batch: int) -> Contender:
        async def run(
            path: Path, warm_up: Sequence[Pay], payments: Sequence[Pay], _series: Series
        ) -> tuple[float, float]:
            return await asyncio.to_thread(raw_ceiling, path, warm_up, payments, batch)

        return run

    def ask(callers: int) -> Contender:
        return lambda path, warm_up, payments, series: asked(path, warm_up, payments, callers, series)

    return {
        "raw_8000": ("raw sqlite3, batches of 8,000", raw(8_000)),
        "ask_10000": ("Ledger.ask, 10,000 callers", ask(10_000)),
        "raw_1000": ("raw sqlite3, batches of 1,000", raw(1_000)),
        "ask_1000": ("Ledger.ask, 1,000 callers", ask(1_000)),
        "raw_1": ("raw sqlite3, one each", raw(1)),
        "ask_1": ("Ledger.ask, one caller", ask(1)),
        "each_1": (
            "aiosqlite, one transaction each",
            lambda path, warm_up, pays, _: one_transaction_each(path, warm_up, pays),
        ),
    }


async def measure(sizes: Sizes, directory: Path) -> dict[str, Series]:
    """Interleaved rounds: what disturbs the machine disturbs everybody."""
    town = await found(directory / "town.db", sizes.accounts)
    results = {name: Series() for name in contenders()}
    for number in range(sizes.rounds):
        for name, (_, run) in contenders().items():
            single = name.endswith("_1")
            warm_up = town.payments(sizes.single // 10 if single else sizes.payments // 10, seed=-number - 1)
            payments = town.payments(sizes.single if single else sizes.payments, seed=number)
            path = directory / f"{name}.db"
            shutil.copy(town.address, path)
            gc.collect()
            gc.freeze()  # the payments that wait in memory are the benchmark's, not the contender's garbage
            seconds, cpu_seconds = await run(path, warm_up, payments, results[name])
            results[name].rates.append(len(payments) / seconds)
            results[name].cpu_us.append(cpu_seconds / len(payments) * 1e6)
            await prove(path, town, [*warm_up, *payments])
            for suffix in ("", "-wal", "-shm"):
                (directory / f"{name}.db{suffix}").unlink(missing_ok=True)
    return results


def report(results: dict[str, Series], sizes: Sizes) -> None:
    """A table for people, then figures for scripts."""
    print(f"{sizes.accounts:,} accounts, {sizes.payments:,} payments, medians of {sizes.rounds} rounds, fsync on\n")
    print(f"{'contender':<36}{'payments/s':>12}{'µs of CPU':>11}{'p50 ms':>9}{'p99 ms':>9}")
    for name, (title, _) in contenders().items():
        series = results[name]
        waits = [f"{series.percentile_ms(p):9.1f}" if series.latencies_ms else " " * 9 for p in (50, 99)]
        print(f"{title:<36}{series.rate:>12,.0f}{statistics.median(series.cpu_us):>11.1f}{''.join(waits)}")
    print()
    pairs = {"10000": "raw_8000", "1000": "raw_1000", "1": "raw_1"}
    for callers, ceiling in pairs.items():
        ratio = results[f"ask_{callers}"].ratio_to(results[ceiling])
        print(f"figure P1.ratio_{callers} {ratio:.2f} x")
    print(f"figure P1.p99_1000 {results['ask_1000'].percentile_ms(99):.1f} ms")
    print(f"figure P1.rate_1000 {results['ask_1000'].rate:.0f} payments/s")
    print(f"figure P1.raw_1000 {results['raw_1000'].rate:.0f} payments/s")
    print(f"figure P1.vs_one_transaction_each {results['ask_1000'].ratio_to(results['each_1']):.1f} x")


def main(arguments: Sequence[str]) -> None:
    """Measure P1 on SQLite."""
    parser = argparse.ArgumentParser(prog="python -m bench.ledger", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the size: does it run, not what is the figure")
    quick = parser.parse_args(arguments).quick
    sizes = Sizes(accounts=10_000, payments=10_000, single=100, rounds=3) if quick else Sizes()
    with tempfile.TemporaryDirectory(prefix="hundi-bench-") as directory:
        results = asyncio.run(measure(sizes, Path(directory)))
    report(results, sizes)


if __name__ == "__main__":
    main(sys.argv[1:])
