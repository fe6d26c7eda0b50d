"""P2: what a whole payment costs the processors when one process serves the bot, and when four do.

People in a town pay each other: sentence, button, six digits, receipt, notice. `hundi serve` runs as real processes on
one PostgreSQL, and a balancer gives each in turn what the town brings, so with four of them three updates of four
arrive at one that must hand them over. Counted is the processor time of those processes alone, from the first word to
the last notice; what they use while nobody pays is shown beside it, since it weighs more the fewer payments there are.
The town, the people and PostgreSQL use the same processors and are not counted. The books must prove, or it is void.
"""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.harness.postgres import PostgresServer, postgres_server
from tests.kill.books import check_both_sides_told, check_nothing_lost_or_doubled, read_living_books
from tests.kill.crowd import Crowd
from tests.kill.several import Several, open_several

_SETTLED_S: Final = 8.0  # menus are told to Telegram, caches are filled and the first beats are over
_IDLE_S: Final = 10.0
_PATIENCE_S: Final = 600.0
_NAMES: Final = {1: "one", 4: "four"}


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    people: int = 20
    payments_each: int = 12
    warm_each: int = 4  # of these, before counting begins
    rounds: int = 3


@dataclass(slots=True)
class Series:
    """One number of processes, round by round."""

    payment_ms: list[float] = field(default_factory=list)
    idle_ms_per_s: list[float] = field(default_factory=list)
    per_s: list[float] = field(default_factory=list)


def _cpu_s(several: Several) -> float:
    """Seconds of processor that the processes have used so far, to the nanosecond: an idle one uses few ticks of stat.

    Source: Documentation/scheduler/sched-stats.rst, /proc/<pid>/task/<tid>/schedstat. Threads of ours do not end.
    """
    tasks = (Path(f"/proc/{member.process.process.pid}/task") for member in several.members)
    return sum(int((one / "schedstat").read_text("ascii").split()[0]) for task in tasks for one in task.iterdir()) / 1e9


async def _round(server: PostgresServer, processes: int, sizes: Sizes, series: Series) -> None:
    loop = asyncio.get_running_loop()
    with tempfile.TemporaryDirectory(prefix="hundi-bench-") as folder:
        async with server.database() as url, open_several(Path(folder), url, processes, sizes.people) as several:
            crowd = Crowd(several.stage, seed=1)
            await asyncio.sleep(_SETTLED_S)
            before = _cpu_s(several)
            await asyncio.sleep(_IDLE_S)
            idle = _cpu_s(several) - before
            crowd.start(sizes.payments_each)
            try:
                known = await _warm(several, len(several.stage.people) * sizes.warm_each)
                began, began_s = _cpu_s(several), loop.time()
                await crowd.until_done(_PATIENCE_S)
                await several.stage.until_payees_are_told(_PATIENCE_S)
            finally:
                await crowd.leave()
            spent, took_s = _cpu_s(several) - began, loop.time() - began_s
            books = await read_living_books(several.stage.settings)
            check_nothing_lost_or_doubled(several.stage, books)
            check_both_sides_told(several.stage, books)
            assert len(books.payments) == len(several.stage.people) * sizes.payments_each
            counted = len(books.payments) - known
            series.payment_ms.append(spent / counted * 1_000)
            series.idle_ms_per_s.append(idle / _IDLE_S * 1_000)
            series.per_s.append(counted / took_s)


async def _warm(several: Several, payments: int) -> int:
    """Until so many were made: each process reads, compiles and prepares at its first ones. How many there are then."""
    witness = several.stage.witness
    await several.stage.town.wait_until(lambda: len(witness.acknowledged()) >= payments or None, timeout_s=_PATIENCE_S)
    return len(witness.acknowledged())


async def measure(server: PostgresServer, sizes: Sizes) -> dict[int, Series]:
    """One and four in turn, so that a busy moment of the machine strikes both."""
    results = {processes: Series() for processes in _NAMES}
    for _ in range(sizes.rounds):
        for processes, series in results.items():
            await _round(server, processes, sizes, series)
    return results


def report(results: dict[int, Series]) -> None:
    """A table for people, then figures for scripts."""
    print(f"{'processes':>10}{'ms of CPU a payment':>22}{'ms of CPU a second, idle':>27}{'payments/s':>13}")
    for processes, series in results.items():
        cost, idle, rate = map(statistics.median, (series.payment_ms, series.idle_ms_per_s, series.per_s))
        print(f"{processes:>10}{cost:>22.1f}{idle:>27.1f}{rate:>13.1f}")
    one, four = results[1], results[4]
    rise = statistics.median(many / single for many, single in zip(four.payment_ms, one.payment_ms, strict=True))
    print(f"\nfigure P2.whole_payment_cpu_four_vs_one {rise:.2f} x")
    print(f"figure P2.idle_cpu_of_a_process {statistics.median(one.idle_ms_per_s):.1f} ms/s")


def main(arguments: Sequence[str]) -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m bench serving", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="does it run, not what is the figure")
    sizes = Sizes(people=4, payments_each=3, warm_each=1, rounds=1) if parser.parse_args(arguments).quick else Sizes()
    with postgres_server() as server:
        report(asyncio.run(measure(server, sizes)))


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
