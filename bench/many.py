"""P2: one PostgreSQL, and one, two or four processes that post into it.

There is one chain and one order, so batches queue for its head: more processes are there to talk to people, not to
post faster. What is asked here is how little is lost. Each process has callers of its own, each of whom asks its next
payment when it has its answer, with every rule on. Rounds are interleaved; the ratio is the median of the rounds' own
ratios. The server runs beside its clients on the same machine, as durable as it comes (``fsync`` and
``synchronous_commit`` on). The books must verify, hold every payment and add up, or there is no figure.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.books import Town, found, prove
from bench.posting import warm_up_of
from ledger.database.opening import open_database
from ledger.database.port import Query
from tests.harness.postgres import PostgresServer, postgres_server

PATIENCE_S: Final = 300.0
_NAMES: Final = {2: "two", 4: "four"}
_DURABLE: Final = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    accounts: int = 20_000
    callers: int = 1_000  # of each process
    each: int = 10  # payments of each caller
    rounds: int = 5
    processes: Sequence[int] = (1, 4, 2)


@dataclass
class Series:
    """The rounds with so many processes."""

    rates: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)  # processor of the clients for a payment


class Poster:
    """A process of callers."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, town: Town, accounts: Path, sizes: Sizes, seed: int) -> "Poster":
        """Begin to connect and to warm up."""
        asked = [str(town.address), str(accounts), str(sizes.callers), str(sizes.each), str(seed)]
        pipe = asyncio.subprocess.PIPE
        command = [sys.executable, "-m", "bench.posting", *asked]
        root = Path(__file__).parents[1]
        return cls(await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, cwd=root))

    async def ready(self) -> None:
        """Until it may begin."""
        assert await self._line() == b"ready\n"

    def begin(self) -> None:
        """Let it post."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")

    async def end(self) -> float:
        """Seconds of processor it took."""
        _, cpu_s = json.loads(await self._line())
        assert await self._process.wait() == 0
        return float(cpu_s)

    def kill(self) -> None:
        """Whatever it is at."""
        if self._process.returncode is None:
            self._process.kill()

    async def _line(self) -> bytes:
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            return await self._process.stdout.readline()


async def measure(address: str, sizes: Sizes, folder: Path) -> dict[int, Series]:
    """Rates by how many processes posted."""
    town = await found(address, sizes.accounts)
    await _check_durable(address)
    accounts = folder / "accounts"
    accounts.write_text("\n".join(town.accounts), "ascii")
    results = {processes: Series() for processes in sizes.processes}
    paid = town.payments(0, seed=0)
    for number in range(sizes.rounds):
        for processes in sizes.processes:
            seeds = [number * 100 + processes * 10 + each for each in range(processes)]
            seconds, cpu_s = await _round(town, accounts, sizes, seeds)
            payments = sizes.callers * sizes.each * processes
            results[processes].rates.append(payments / seconds)
            results[processes].cpu_us.append(cpu_s / payments * 1e6)
            for seed in seeds:
                paid += warm_up_of(town, sizes.callers, seed) + town.payments(sizes.callers * sizes.each, seed)
    await prove(address, town, paid)
    return results


async def _round(town: Town, accounts: Path, sizes: Sizes, seeds: Sequence[int]) -> tuple[float, float]:
    """Seconds until the last of them is done, and seconds of processor of them all."""
    posters = [await Poster.start(town, accounts, sizes, seed) for seed in seeds]
    try:
        for poster in posters:
            await poster.ready()
        began = time.perf_counter()
        for poster in posters:
            poster.begin()
        cpu_s = sum(await asyncio.gather(*(poster.end() for poster in posters)))
        return time.perf_counter() - began, cpu_s
    finally:
        for poster in posters:
            poster.kill()


async def _check_durable(address: str) -> None:
    """A server that does not wait for its disk would flatter everybody."""
    database = await open_database(address)
    try:
        for setting in _DURABLE:
            row = await database.one(Query(f"SHOW {setting}"))
            assert row is not None
            assert row[setting] == "on", setting
    finally:
        await database.close()


async def on_server(server: PostgresServer, sizes: Sizes, folder: Path) -> dict[int, Series]:
    """Measure in a new database of its own."""
    async with server.database() as address:
        return await measure(address, sizes, folder)


def report(results: dict[int, Series], sizes: Sizes) -> None:
    """A table for people, then figures for scripts."""
    one = results[1]
    print(f"{sizes.callers:,} callers in each process, {sizes.each} payments each, {sizes.rounds} rounds, medians")
    print("the ledger runs in each process; PostgreSQL behind a socket, on the same machine\n")
    print(f"{'processes':>10}{'payments/s':>12}{'of one':>9}{'µs of CPU a payment':>22}")
    for processes, series in sorted(results.items()):
        rate, cpu_us = statistics.median(series.rates), statistics.median(series.cpu_us)
        print(f"{processes:>10}{rate:>12,.0f}{_ratio(series.rates, one.rates):>8.2f}×{cpu_us:>22.1f}")
    print()
    for processes in sorted(set(results) - {1}):
        name, series = _NAMES[processes], results[processes]
        print(f"figure P2.posting_{name}_vs_one {_ratio(series.rates, one.rates):.2f} x")
        print(f"figure P2.posting_cpu_{name}_vs_one {_ratio(series.cpu_us, one.cpu_us):.2f} x")


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True))


def main(arguments: Sequence[str]) -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m bench many", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    sizes = Sizes(accounts=1_000, callers=100, rounds=2) if parser.parse_args(arguments).quick else Sizes()
    with tempfile.TemporaryDirectory(prefix="hundi-bench-") as folder, postgres_server() as server:
        results = asyncio.run(on_server(server, sizes, Path(folder)))
    report(results, sizes)


if __name__ == "__main__":
    main(sys.argv[1:])
