"""P3: what growth costs. A town of a year's payments on disk, beside books that are just begun, in one run.

The town is written fast (``bench/grown.py``) and proved afterwards with everything that was posted onto it, or there is
no figure. Posting is measured in turns on the grown and on the empty books. Reads are of accounts and days picked by
chance; the deepest page is the oldest of a shop to which one payment of a hundred went. Peak memory is that of a
process of its own, for a tenth and for all of the work.

At full size: 10 M accounts, 50 M rows, some 20 GB and an hour and a half. ``--rows`` takes any other size.
"""

import argparse
import asyncio
import gc
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bench.books import NOW, found, policy
from bench.grown import DAYS, ENDS, SHOP_NO, Grown, grow
from ledger.commands import Pay
from ledger.database.sqlite import SqliteDatabase
from ledger.desk import Ledger
from ledger.exports.json_lines import line_of
from ledger.exports.statement_csv import StatementCsv, StatementRow
from ledger.kernel.audit_chain import Verified
from ledger.kernel.balances import Side
from ledger.kernel.ids import AccountId, PaymentId
from ledger.kernel.instants import EPOCH
from ledger.kernel.money import Money
from ledger.outcomes import Captured
from ledger.store.helpers import Helpers
from ledger.store.verify import new_account_windows, verify

AFTER: Final = ENDS + timedelta(minutes=1)  # when the benchmark posts and reads
PAGE: Final = 10  # lines of a page of history
EXPORTED: Final = 1_000_000  # rows, at most: enough to see whether memory grows


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    rows: int = 500_000  # of the grown books, a fifth of them first fundings
    posted: int = 20_000  # payments for each round on each of the books
    rounds: int = 3
    callers: int = 1_000
    reads: int = 1_000
    empty: int = 100_000  # accounts of the books that are just begun: as many as pay on the grown ones, and as in P1

    @property
    def people(self) -> int:
        """Accounts of the grown books."""
        return self.rows // 5


@dataclass
class Found:
    """What was measured."""

    grown_in_s: float = 0.0
    megabytes: float = 0.0
    posting: dict[str, list[float]] = field(default_factory=lambda: {"grown": [], "empty": []})
    reads_ms: dict[str, list[float]] = field(default_factory=dict)
    verified: dict[str, tuple[int, float, float]] = field(default_factory=dict)  # rows, wall seconds, CPU seconds
    peak_mib: dict[str, tuple[int, int]] = field(default_factory=dict)  # for a tenth, for all


async def measure(sizes: Sizes, folder: Path) -> Found:
    """Everything, on books that are proved at the end."""
    result = Found()
    began = time.perf_counter()
    town = await grow(folder / "grown.db", sizes.people, sizes.rows - sizes.people)
    result.grown_in_s, result.megabytes = time.perf_counter() - began, town.path.stat().st_size / 1e6
    await _posting(sizes, folder, town, result)
    await _reading(sizes, town, result)
    for what in ("export", "statement"):
        result.peak_mib[what] = (await _peak(what, town, part=10), await _peak(what, town, part=1))
    expected = sizes.rows + sizes.rounds * sizes.posted
    for name, helpers in (("alone", None), ("helped", Helpers(str(town.path), from_rows=1))):
        result.verified[name] = await _proved(town.path, expected, helpers)
    return result


async def _proved(path: Path, rows: int, helpers: Helpers | None) -> tuple[int, float, float]:
    """Void is every figure unless these books verify, whole."""
    database = await SqliteDatabase.open(path, readers=1)
    try:
        wall, cpu = time.perf_counter(), _cpu_s()
        verdict = await verify(database, windows=new_account_windows(policy()), helpers=helpers)
        wall, cpu = time.perf_counter() - wall, _cpu_s() - cpu
    finally:
        await database.close()
    assert isinstance(verdict, Verified), verdict
    assert verdict.entries == rows, verdict
    return rows, wall, cpu


def _cpu_s() -> float:
    """Processor time of this process and of those it started that have ended."""
    uses = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


# ── posting ──────────────────────────────────────────────────────────────────


async def _posting(sizes: Sizes, folder: Path, town: Grown, result: Found) -> None:
    """In turns: what disturbs the machine disturbs both."""
    empty = folder / "empty.db"
    begun = await found(empty, sizes.empty)
    people = {"empty": begun.accounts, "grown": [town.account_id(2 + n) for n in _sample(town.accounts - 1)]}
    paths = {"empty": (empty, NOW), "grown": (town.path, AFTER)}
    for number in range(sizes.rounds):
        for name, (path, now) in paths.items():
            payments = _payments(people[name], sizes.posted, seed=number)
            gc.collect()
            result.posting[name].append(sizes.posted / await _post(path, now, payments, sizes.callers))
    await _proved(empty, len(begun.accounts) + sizes.rounds * sizes.posted, None)


def _sample(people: int, most: int = 100_000) -> Sequence[int]:
    """People who pay, from the whole town."""
    return random.Random(4).sample(range(people), min(people, most))  # noqa: S311 - the same ones every time


def _payments(people: Sequence[AccountId], count: int, seed: int) -> list[Pay]:
    chance = random.Random(seed)  # noqa: S311 - the same payments every time
    pairs = (chance.sample(people, 2) for _ in range(count))
    return [Pay(PaymentId.new(), payer, payee, Money(chance.randrange(1, 100), "INR")) for payer, payee in pairs]


async def _post(path: Path, now: datetime, payments: Sequence[Pay], callers: int) -> float:
    """Processor seconds that the ledger takes: on a shared machine the wall tells of others."""
    async with Ledger.open(path, policy=policy(), now=lambda: now) as ledger:

        async def call(part: Sequence[Pay]) -> None:
            for pay in part:
                assert type(await ledger.ask(pay)) is Captured

        cpu = time.process_time()
        await asyncio.gather(*(call(payments[number::callers]) for number in range(callers)))
        return time.process_time() - cpu


# ── reading ──────────────────────────────────────────────────────────────────


async def _reading(sizes: Sizes, town: Grown, result: Found) -> None:
    chance = random.Random(5)  # noqa: S311 - the same reads every time
    shop = town.account_id(SHOP_NO)
    async with Ledger.open(town.path, policy=policy(), now=lambda: AFTER) as ledger:

        def anybody() -> AccountId:
            return town.account_id(2 + chance.randrange(town.accounts - 1))

        def any_day() -> datetime:
            return ENDS - timedelta(days=chance.randrange(1, DAYS))

        async def a_day(account: AccountId) -> object:
            day = any_day()
            return await ledger.statement(account, day, day + timedelta(days=1))

        oldest = town.oldest_of_shop[PAGE + 1]
        assert len((await ledger.history(shop, before=oldest, limit=PAGE)).postings) == PAGE
        reads: dict[str, Callable[[], Awaitable[object]]] = {
            "balance": lambda: ledger.balance(anybody()),
            "history, newest page": lambda: ledger.history(anybody(), limit=PAGE),
            "history of the shop, oldest page": lambda: ledger.history(shop, before=oldest, limit=PAGE),
            "history from any day on": lambda: ledger.skip_later(shop, any_day()),
            "statement of any day of anybody": lambda: a_day(anybody()),
            "statement of any day of the shop": lambda: a_day(shop),
        }
        for name, read in reads.items():
            result.reads_ms[name] = [await _timed_ms(read) for _ in range(sizes.reads)]


async def _timed_ms(read: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await read()
    return (time.perf_counter() - began) * 1_000


# ── memory ───────────────────────────────────────────────────────────────────


async def _peak(what: str, town: Grown, part: int) -> int:
    """MiB that a process of its own had at most."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.growth", "--peak-of", what, "--part", str(part), str(town.path),
        stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    out, _ = await child.communicate()
    assert child.returncode == 0
    return int(out)


async def _write(what: str, path: Path, part: int) -> int:
    """Export the journal, or the shop's statement, to nowhere; a tenth of it or all."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:  # noqa: ASYNC230 - nobody else waits in this process
        async with Ledger.open(path, policy=policy(), now=lambda: AFTER) as ledger:
            if what == "export":
                most = min((await ledger.head())[0], EXPORTED) // part
                async for row in ledger.transfers():
                    nowhere.write(line_of(row) + "\n")
                    if row.seq >= most:
                        break
            else:
                begins = EPOCH if part == 1 else ENDS - timedelta(days=DAYS // part)
                statement = await ledger.statement(Grown.account_id(SHOP_NO), begins, AFTER)
                assert statement.count
                async for page in ledger.statement_pages(statement):
                    rows = [
                        StatementRow(
                            line.posting.at, line.posting.kind, line.posting.side is Side.CREDIT, line.posting.amount,
                            line.balance, line.posting.reference,
                        )
                        for line in page
                    ]  # fmt: skip
                    nowhere.write(StatementCsv(UTC).rows(rows))
    # VmHWM (proc(5)), not ru_maxrss: that keeps what the process which started this one had.
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()  # noqa: ASYNC240 - nobody else waits
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) // 1_024


# ── saying it ────────────────────────────────────────────────────────────────


def report(result: Found, sizes: Sizes) -> None:
    """A table for people, then figures for scripts."""
    print(
        f"{sizes.people:,} accounts, {sizes.rows:,} rows, {result.megabytes:,.0f} MB, written in"
        f" {result.grown_in_s:,.0f} s; {sizes.callers:,} callers; all books verified\n"
    )
    rates = {name: statistics.median(each) for name, each in result.posting.items()}
    for name, title in (("empty", f"posting, {sizes.empty:,} new accounts"), ("grown", "posting, grown")):
        print(f"{title:<36}{rates[name]:>12,.0f} payments a second of processor")
    for name, times in result.reads_ms.items():
        cuts = statistics.quantiles(times, n=100)
        print(f"{name:<36}{statistics.median(times):>9.2f} ms, p99 {cuts[98]:.2f} ms")
    for name, (rows, wall, cpu) in result.verified.items():
        print(f"{'verify, ' + name:<36}{rows / wall:>12,.0f} rows/s, {cpu / rows * 1e6:.1f} µs of processor each")
    for name, (tenth, whole) in result.peak_mib.items():
        print(f"{name + ', a tenth and all':<36}{tenth:>6} and {whole} MiB at most")
    print()
    pairs = zip(result.posting["grown"], result.posting["empty"], strict=True)
    print(f"figure P3.rows {sizes.rows} rows")
    print(f"figure P3.posting_vs_empty {statistics.median(grown / empty for grown, empty in pairs):.2f} x")
    for figure, name in (
        ("balance_p99", "balance"),
        ("history_newest_p99", "history, newest page"),
        ("history_oldest_p99", "history of the shop, oldest page"),
        ("statement_of_a_day_p99", "statement of any day of anybody"),
    ):
        print(f"figure P3.{figure} {statistics.quantiles(result.reads_ms[name], n=100)[98]:.2f} ms")
    rows, wall, cpu = result.verified["helped"]
    print(f"figure P3.verify_rate {rows / wall:.0f} rows/s")
    print(f"figure P3.verify_cpu {cpu / rows * 1e6:.1f} us")
    for name, (tenth, whole) in result.peak_mib.items():
        print(f"figure P3.{name}_memory_growth {whole / tenth:.2f} x")


def main(arguments: Sequence[str]) -> None:
    """Measure P3."""
    parser = argparse.ArgumentParser(prog="python -m bench growth", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fiftieth of the size: does it run")
    parser.add_argument("--full", action="store_true", help="10 M accounts, 50 M rows")
    parser.add_argument("--rows", type=int, help="any other size")
    parser.add_argument("--folder", help="where to make it; a temporary folder without")
    parser.add_argument("--peak-of", choices=("export", "statement"), help=argparse.SUPPRESS)
    parser.add_argument("--part", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("path", nargs="?", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.peak_of:
        print(asyncio.run(_write(asked.peak_of, Path(asked.path), asked.part)))
        return
    sizes = Sizes(rows=asked.rows or (50_000_000 if asked.full else Sizes.rows))
    if asked.quick:
        sizes = Sizes(rows=10_000, posted=500, rounds=1, callers=100, reads=50, empty=500)
    with tempfile.TemporaryDirectory(prefix="hundi-bench-", dir=asked.folder) as folder:
        report(asyncio.run(measure(sizes, Path(folder))), sizes)


if __name__ == "__main__":
    main(sys.argv[1:])
