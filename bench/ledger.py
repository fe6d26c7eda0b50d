"""P1, and P2's posting: how much of what a database can do is left when every rule is on.

The ceiling is the standard library's ``sqlite3`` in one thread: balances in a dict, no rule at all, ``executemany`` of
the same statements into the same tables, constraints, triggers and index, with the same rows and their hashes, as
durable (WAL, ``synchronous=FULL``). On PostgreSQL it is batches by COPY and unnest into the same tables. Beside them
stand peers: one transaction for each payment through aiosqlite, as most bots do it, and behind a wire ``SELECT … FOR
UPDATE``, a PL/pgSQL function and ``pgbench``. Those are servers and ours is a library: a ratio to them says what a
deployment gets, not that one engine is better. TigerBeetle's server cannot be had here, so its figure is quoted.

Each warms up before its clock starts and rounds are interleaved; rates are medians, and a ratio is the median of the
rounds' own ratios. Every run must verify, or there is no figure. ``--picture FILE`` draws rate and wait by callers.
"""

import argparse
import asyncio
import gc
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.books import NOW, OPENING_MINOR, Town, found, policy, prove
from bench.ceiling import Stopwatch, Took, postgres_batches, sqlite_batches, sqlite_one_transaction_each
from bench.curve import Point, draw
from bench.peers.postgres import PayOne, call_function, pay_each, pgbench, pgbench_program, select_for_update
from ledger.commands import Pay
from ledger.desk import Ledger
from ledger.outcomes import Captured
from tests.harness.postgres import PostgresServer, postgres_server

TIGERBEETLE_PYTHON: Final = 9_800  # payments/s, 1,000 callers of its Python client: measured elsewhere, GOALS.md P1


@dataclass
class Sizes:
    """How much is measured."""

    accounts: int = 100_000
    payments: int = 40_000  # for each contender that works in batches
    single: int = 400  # for each contender that commits each payment by itself
    rounds: int = 5
    wire_accounts: int = 20_000  # on PostgreSQL
    wire_payments: int = 10_000
    pgbench_s: int = 5


@dataclass
class Series:
    """One contender's rounds."""

    rates: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)  # of this process for a payment, all threads
    latencies_ms: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Payments a second, the median round."""
        return statistics.median(self.rates)

    def ratio_to(self, other: "Series") -> float:
        """The median of each round's own ratio: its two runs followed one another on the same machine."""
        return statistics.median(ours / theirs for ours, theirs in zip(self.rates, other.rates, strict=True))

    def cpu_ratio_to(self, other: "Series") -> float:
        """The same by processor time, which a machine that others use as well disturbs less."""
        return statistics.median(theirs / ours for ours, theirs in zip(self.cpu_us, other.cpu_us, strict=True))

    def percentile_ms(self, percent: int) -> float:
        """How long an asker waits, over all rounds."""
        return statistics.quantiles(self.latencies_ms, n=100)[percent - 1] if self.latencies_ms else float("nan")


Run = Callable[[str, Town, Sequence[Pay], Sequence[Pay], Series], Awaitable[Took]]


@dataclass(frozen=True)
class Contender:
    """What is measured: on which database, and how."""

    title: str
    run: Run
    on_postgres: bool = False
    one_by_one: bool = False  # commits each payment by itself, so fewer are made
    is_ours: bool = True  # fills the ledger's own tables, which must verify


def asking(callers: int) -> Run:
    """The ledger with so many callers, each asking its next payment when it has its answer."""

    async def run(address: str, _: Town, warm_up: Sequence[Pay], payments: Sequence[Pay], series: Series) -> Took:
        async with Ledger.open(address, policy=policy(), now=lambda: NOW) as ledger:

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

    return run


def raw(batch: int) -> Run:
    """The ceiling on SQLite."""

    async def run(address: str, _: Town, warm_up: Sequence[Pay], payments: Sequence[Pay], _series: Series) -> Took:
        return await asyncio.to_thread(sqlite_batches, address, warm_up, payments, batch)

    return run


async def _each_on_sqlite(
    address: str, _: Town, warm_up: Sequence[Pay], payments: Sequence[Pay], _series: Series
) -> Took:
    return await sqlite_one_transaction_each(address, warm_up, payments)


async def _copies(address: str, _: Town, warm_up: Sequence[Pay], payments: Sequence[Pay], _series: Series) -> Took:
    return await postgres_batches(address, warm_up, payments, 1_000)


def peer(pay_one: PayOne) -> Run:
    """A way of moving money in PostgreSQL, with its own tables."""

    async def run(address: str, town: Town, warm_up: Sequence[Pay], payments: Sequence[Pay], _series: Series) -> Took:
        return await pay_each(address, town.accounts, OPENING_MINOR, warm_up, payments, pay_one)

    return run


IN_THE_PROCESS: Final[Mapping[str, Contender]] = {
    "raw_8000": Contender("raw sqlite3, batches of 8,000", raw(8_000)),
    "ask_10000": Contender("Ledger.ask, 10,000 callers", asking(10_000)),
    "raw_1000": Contender("raw sqlite3, batches of 1,000", raw(1_000)),
    "ask_1000": Contender("Ledger.ask, 1,000 callers", asking(1_000)),
    "ask_100": Contender("Ledger.ask, 100 callers", asking(100)),
    "raw_1": Contender("raw sqlite3, one each", raw(1), one_by_one=True),
    "ask_1": Contender("Ledger.ask, one caller", asking(1), one_by_one=True),
    "each_1": Contender("aiosqlite, one transaction each", _each_on_sqlite, one_by_one=True),
}
BEHIND_A_WIRE: Final[Mapping[str, Contender]] = {
    "copy_1000": Contender("COPY and unnest, batches of 1,000", _copies, on_postgres=True),
    "pg_ask_1000": Contender("Ledger.ask, 1,000 callers", asking(1_000), on_postgres=True),
    "plpgsql": Contender("PL/pgSQL, a call each", peer(call_function), on_postgres=True, is_ours=False),
    "for_update": Contender("asyncpg, SELECT … FOR UPDATE", peer(select_for_update), on_postgres=True, is_ours=False),
}
CURVE: Final = (1, 10, 100, 1_000, 10_000)  # callers in the picture


class Grounds:
    """Where contenders run: a town in a file, and the same kind of town on a server."""

    def __init__(self, directory: Path, server: PostgresServer, sizes: Sizes) -> None:
        self._directory = directory
        self._server = server
        self._sizes = sizes
        self._number = 0

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Grounds"]:
        """Found both towns."""
        async with AsyncExitStack() as stack:
            self.in_file = await found(self._directory / "town.db", self._sizes.accounts)
            address = await stack.enter_async_context(self._server.database())
            self.on_server = await found(address, self._sizes.wire_accounts)
            self._template = address.rpartition("/")[2].partition("?")[0]
            yield self

    @asynccontextmanager
    async def fresh(self, contender: Contender) -> AsyncIterator[tuple[str, Town]]:
        """A copy of the town, for one run."""
        if contender.on_postgres:
            async with self._server.database(self._template) as address:
                yield address, self.on_server
            return
        path = self._directory / "run.db"
        shutil.copy(self.in_file.address, path)
        try:
            yield str(path), self.in_file
        finally:
            for suffix in ("", "-wal", "-shm"):
                path.with_name(f"run.db{suffix}").unlink(missing_ok=True)

    @asynccontextmanager
    async def empty(self) -> AsyncIterator[str]:
        """An empty database on the server."""
        async with self._server.database() as address:
            yield address

    async def run(self, contender: Contender, series: Series, number: int) -> None:
        """One round of one contender, proved."""
        sizes = self._sizes
        count = sizes.single if contender.one_by_one else sizes.payments
        count = sizes.wire_payments if contender.on_postgres else count
        async with self.fresh(contender) as (address, town):
            warm_up, payments = town.payments(count // 10, seed=-number - 1), town.payments(count, seed=number)
            gc.collect()
            gc.freeze()  # the payments that wait in memory are the benchmark's, not the contender's garbage
            seconds, cpu_seconds = await contender.run(address, town, warm_up, payments, series)
            series.rates.append(len(payments) / seconds)
            series.cpu_us.append(cpu_seconds / len(payments) * 1e6)
            if contender.is_ours:
                await prove(address, town, [*warm_up, *payments])


async def measure(sizes: Sizes, directory: Path, server: PostgresServer) -> dict[str, Series]:
    """Interleaved rounds: what disturbs the machine disturbs everybody."""
    contenders = {**IN_THE_PROCESS, **BEHIND_A_WIRE}
    results = {name: Series() for name in contenders}
    program = pgbench_program()
    async with Grounds(directory, server, sizes).opened() as grounds:
        for number in range(sizes.rounds):
            for name, contender in contenders.items():
                await grounds.run(contender, results[name], number)
            if program is not None:
                async with grounds.empty() as address:
                    results.setdefault("pgbench", Series()).rates.append(
                        await pgbench(program, address, sizes.pgbench_s)
                    )
    return results


def report(results: Mapping[str, Series], sizes: Sizes) -> None:
    """Tables for people, then figures for scripts."""
    print(f"{sizes.accounts:,} accounts, {sizes.payments:,} payments, medians of {sizes.rounds} rounds, fsync on")
    _table("in this process, on SQLite", IN_THE_PROCESS, results)
    _table(f"behind a wire, on PostgreSQL beside it, {sizes.wire_accounts:,} accounts", BEHIND_A_WIRE, results)
    if "pgbench" in results:
        print(f"{'pgbench, TPC-B, clients in C':<38}{results['pgbench'].rate:>12,.0f}")
    print(f"{'TigerBeetle, its Python client':<38}{TIGERBEETLE_PYTHON:>12,}   quoted: measured elsewhere\n")
    for callers, ceiling in {"10000": "raw_8000", "1000": "raw_1000", "1": "raw_1"}.items():
        ours = results[f"ask_{callers}"]
        print(f"figure P1.ratio_{callers} {ours.ratio_to(results[ceiling]):.2f} x")
        print(f"figure P1.cpu_ratio_{callers} {ours.cpu_ratio_to(results[ceiling]):.2f} x")
    ours = results["ask_1000"]
    print(f"figure P1.p99_1000 {ours.percentile_ms(99):.1f} ms")
    print(f"figure P1.rate_1000 {ours.rate:.0f} payments/s")
    print(f"figure P1.raw_1000 {results['raw_1000'].rate:.0f} payments/s")
    print(f"figure P1.vs_one_transaction_each {ours.ratio_to(results['each_1']):.1f} x")
    print(f"figure P1.vs_select_for_update {ours.ratio_to(results['for_update']):.1f} x")
    print(f"figure P1.vs_plpgsql {ours.ratio_to(results['plpgsql']):.1f} x")
    if "pgbench" in results:
        print(f"figure P1.vs_pgbench {ours.ratio_to(results['pgbench']):.1f} x")
    print(f"figure P1.vs_tigerbeetle_python_quoted {ours.rate / TIGERBEETLE_PYTHON:.1f} x")
    print(f"figure P2.ratio_1000 {results['pg_ask_1000'].ratio_to(results['copy_1000']):.2f} x")
    print(f"figure P2.rate_1000 {results['pg_ask_1000'].rate:.0f} payments/s")


def _table(where: str, contenders: Mapping[str, Contender], results: Mapping[str, Series]) -> None:
    print(f"\n{where:<38}{'payments/s':>12}{'µs of CPU':>11}{'p50 ms':>9}{'p99 ms':>9}")
    for name, contender in contenders.items():
        series = results[name]
        waits = [f"{series.percentile_ms(p):9.1f}" if series.latencies_ms else " " * 9 for p in (50, 99)]
        print(f"{contender.title:<38}{series.rate:>12,.0f}{statistics.median(series.cpu_us):>11.1f}{''.join(waits)}")


async def curve(sizes: Sizes, directory: Path, server: PostgresServer) -> dict[str, list[Point]]:
    """Rate and wait at each number of callers, on both databases."""
    points: dict[str, list[Point]] = {"SQLite": [], "PostgreSQL": []}
    async with Grounds(directory, server, sizes).opened() as grounds:
        for callers in CURVE:
            for name, so_far in points.items():
                contender = Contender("", asking(callers), name == "PostgreSQL", one_by_one=callers == 1)
                series = Series()
                for number in range(sizes.rounds):
                    await grounds.run(contender, series, number)
                so_far.append(Point(callers, series.rate, series.percentile_ms(99)))
                print(f"{name:<12}{callers:>8,} callers{series.rate:>10,.0f}/s{series.percentile_ms(99):>9.1f} ms p99")
    return points


def main(arguments: Sequence[str]) -> None:
    """Measure and report, or draw."""
    parser = argparse.ArgumentParser(prog="python -m bench.ledger", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the size: does it run, not what is the figure")
    parser.add_argument("--picture", metavar="FILE", type=Path, help="draw rate and wait against callers, as SVG")
    asked = parser.parse_args(arguments)
    quick = Sizes(10_000, 10_000, 100, rounds=2, wire_accounts=2_000, wire_payments=3_000, pgbench_s=2)
    sizes = quick if asked.quick else Sizes()
    with tempfile.TemporaryDirectory(prefix="hundi-bench-") as folder, postgres_server() as server:
        if asked.picture is not None:
            asked.picture.write_text(draw(asyncio.run(curve(sizes, Path(folder), server))), "utf-8")
            return
        results = asyncio.run(measure(sizes, Path(folder), server))
    report(results, sizes)


if __name__ == "__main__":
    main(sys.argv[1:])
