"""R21: two hours of a town's usual traffic must leave the bot as it was after the first minutes.

Twenty messages a second from people who ask, pay and look at their history, over the real wire. What the process holds
is read from /proc, the log of the database from its files. The first part warms up and is compared with nothing; then
the memory of the first and of the last tenth are compared, and so is how long answers took. Every message must be
answered, each payment captured once and the books verify, or there is no figure. ``--full`` takes the two hours.
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.books import policy_text
from bench.processes import Child, hundi, settings_in, town
from bench.residents import answer_to, moved_in, pay_once, payers, prove_paid
from bot.sandbox.people import Person
from bot.sandbox.server import Serving

LOOKED_AT_EVERY_S: Final = 1.0
PAYS_EVERY: Final = 4  # of a person's turns one is a payment, which is eight updates
QUESTIONS: Final = {"balance": "You have", "history": "", "limits": "Your limits"}
MIB: Final = 1024 * 1024


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    people: int = 100
    per_s: float = 20.0  # messages of all of them: a turn that pays counts as eight
    lasts_s: float = 60.0
    warm_up_s: float = 20.0
    parts: int = 10


FULL: Final = Sizes(lasts_s=7_200.0, warm_up_s=600.0)


@dataclass(frozen=True)
class Look:
    """The process at one moment."""

    at_s: float
    rss_mib: float
    descriptors: int
    wal_mib: float


@dataclass
class Soak:
    """What was seen, since the warm-up."""

    began_s: float = 0.0
    looks: list[Look] = field(default_factory=list)
    waits: list[tuple[float, float]] = field(default_factory=list)  # when it was asked, and how long the answer took
    updates: int = 0
    payments: int = 0

    def part(self, number: int, parts: int) -> tuple[list[Look], list[float]]:
        """The looks and the waits of one part of the time."""
        ends = max(look.at_s for look in self.looks)
        low, high = (self.began_s + (ends - self.began_s) * each / parts for each in (number, number + 1))
        return (
            [look for look in self.looks if low <= look.at_s <= high],
            [wait for at, wait in self.waits if low <= at <= high],
        )


class Town:
    """People who go on as they do every day."""

    def __init__(self, serving: Serving, people: Sequence[Person], sizes: Sizes, found: Soak) -> None:
        self._serving, self._people, self._sizes, self._found = serving, people, sizes, found
        self._chance = random.Random(21)  # noqa: S311 - the same habits every time

    async def live(self) -> None:
        """Until the time is over, and the last answer is there."""
        ends = time.perf_counter() + self._sizes.warm_up_s + self._sizes.lasts_s
        await asyncio.gather(*(self._live(number, ends) for number in range(len(self._people))))

    async def _live(self, number: int, ends: float) -> None:
        person, payee = self._people[number], self._people[number - 1]
        a_turn = (PAYS_EVERY - 1 + 8) / PAYS_EVERY  # updates, on average
        between_s = a_turn * len(self._people) / self._sizes.per_s
        await asyncio.sleep(self._chance.uniform(0.0, between_s))
        turn = number
        while time.perf_counter() < ends:
            turn += 1
            began = time.perf_counter()
            if turn % PAYS_EVERY == 0:
                waits = await pay_once(self._serving, person, payee)
                self._found.payments += 1
                self._found.updates += 8
                self._found.waits += [(began, wait) for wait in waits]
            else:
                question, answer = list(QUESTIONS.items())[turn % len(QUESTIONS)]
                self._found.waits.append((began, await answer_to(self._serving, person, question, answer)))
                self._found.updates += 1
            await asyncio.sleep(max(self._chance.uniform(0.5, 1.5) * between_s - (time.perf_counter() - began), 0.0))


async def measure(sizes: Sizes, folder: Path) -> Soak:
    """What was seen, or an AssertionError."""
    found, people = Soak(), payers(sizes.people)
    async with town() as serving:
        settings = settings_in(folder, serving, policy=policy_text())
        await moved_in(serving, settings, people)
        async with hundi(settings, serving) as child:
            watching = asyncio.create_task(_watch(child, Path(f"{settings.database_file}-wal"), found))
            try:
                found.began_s = time.perf_counter() + sizes.warm_up_s
                await Town(serving, people, sizes, found).live()
            finally:
                watching.cancel()
                await asyncio.wait([watching])
        await prove_paid(settings, found.payments)
    return found


async def _watch(child: Child, wal: Path, found: Soak) -> None:
    while True:
        found.looks.append(Look(time.perf_counter(), child.rss_mib(), child.descriptors(), _size_mib(wal)))
        await asyncio.sleep(LOOKED_AT_EVERY_S)


def _size_mib(file: Path) -> float:
    return file.stat().st_size / MIB if file.exists() else 0.0


def report(found: Soak, sizes: Sizes) -> None:
    """A table for people, then figures for scripts."""
    lasted = max(look.at_s for look in found.looks) - found.looks[0].at_s
    print(f"{sizes.people} people, {found.updates / lasted:.1f} updates a second for {lasted:.0f} s,")
    print(f"of which {sizes.warm_up_s:.0f} s warm up; {found.payments:,} payments\n")
    print(" part  RSS MiB  descriptors  WAL MiB  p50 ms  p99 ms")
    rows = []
    for number in range(sizes.parts):
        looks, waits = found.part(number, sizes.parts)
        p99_ms = _p99(waits) * 1000
        row = (
            statistics.median(look.rss_mib for look in looks),
            max(look.descriptors for look in looks),
            max(look.wal_mib for look in looks),
            p99_ms,
        )
        rows.append(row)
        p50_ms = statistics.median(waits or [float("nan")]) * 1000
        print(f"{number + 1:>5}{row[0]:>9.1f}{row[1]:>13}{row[2]:>9.1f}{p50_ms:>8.0f}{p99_ms:>8.0f}")
    first, last = rows[0], rows[-1]
    print(f"figure R21.rss_growth {(last[0] / first[0] - 1) * 100:.1f} %")
    print(f"figure R21.descriptors_growth {last[1] - first[1]} descriptors")
    print(f"figure R21.wal_max {max(row[2] for row in rows):.1f} MiB")
    print(f"figure R21.p99_last_vs_first {last[3] / first[3]:.2f} x")


def _p99(waits: list[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.99)] if waits else float("nan")


def main(arguments: Sequence[str]) -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m bench soak", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="some seconds")
    size.add_argument("--full", action="store_true", help="two hours")
    size.add_argument("--minutes", type=float, help="so long")
    asked = parser.parse_args(arguments)
    sizes = FULL if asked.full else Sizes(people=10, lasts_s=10.0, warm_up_s=2.0, parts=2) if asked.quick else Sizes()
    if asked.minutes:
        sizes = Sizes(lasts_s=asked.minutes * 54, warm_up_s=asked.minutes * 6)
    with tempfile.TemporaryDirectory(prefix="hundi-bench-") as folder:
        found = asyncio.run(measure(sizes, Path(folder)))
    report(found, sizes)


if __name__ == "__main__":
    main(sys.argv[1:])
