"""S15: one person sends a thousand messages a second, and everybody else must not feel it.

Fifty people use the bot as people do: they ask for their balance, and now and then they pay, PIN and all. Calm and
flooded stretches follow one another on the same bot, over the real wire; how long an answer takes is compared within
each round, and the ratio is the median. What the bot's memory grows by is read from /proc, how late its event loop
wakes from its own figures. The town runs in this process and is flooded too, so what it costs is inside the figure.
Every message of the fifty must be answered, each payment captured once and the books verify, or there is no figure.
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.processes import Child, Lag, hundi, settings_in, town
from bench.residents import PATIENCE_S, answer_to, moved_in, pay_once, payers, prove_paid
from bot.sandbox.people import Person
from bot.sandbox.server import Serving

LAG_S: Final = 0.05
BEAT_S: Final = 0.01  # the flooder writes what is due this often
PAYS_EVERY: Final = 6  # of a person's messages one is a payment
FLOODER: Final = Person(1999, "Flora", "Flood", "flora")


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    people: int = 50
    per_s: int = 1_000  # messages of the flooder
    stretch_s: float = 20.0
    rounds: int = 3
    between_s: float = 4.0  # of one person's messages: the fifty say about twelve a second


@dataclass
class Stretch:
    """What happened in one stretch."""

    waits_s: list[float] = field(default_factory=list)  # from what a person did to what they saw of it
    payments: int = 0
    sent: int = 0  # by the flooder
    lasted_s: float = 0.0  # until the last answer
    peak_mib: float = 0.0
    lag: Lag = field(default_factory=Lag)

    @property
    def p95_s(self) -> float:
        """Of twenty answers nineteen came sooner."""
        return statistics.quantiles(self.waits_s, n=20)[-1]


@dataclass
class Flood:
    """The stretches in order, calm and flooded in turn, and memory before the first."""

    calm: list[Stretch] = field(default_factory=list)
    flooded: list[Stretch] = field(default_factory=list)
    before_mib: float = 0.0
    heard: str = ""  # what the flooder is told


class Crowd:
    """The fifty."""

    def __init__(self, serving: Serving, people: Sequence[Person], sizes: Sizes, seed: int) -> None:
        self._serving, self._people, self._sizes = serving, people, sizes
        self._chance = random.Random(seed)  # noqa: S311 - the same habits every time
        self._done = 0

    async def live(self, stretch: Stretch) -> None:
        """For the length of a stretch; ends when the last answer is there."""
        ends = time.perf_counter() + self._sizes.stretch_s
        await asyncio.gather(*(self._live(number, stretch, ends) for number in range(len(self._people))))
        stretch.lasted_s = time.perf_counter() - ends + self._sizes.stretch_s

    async def _live(self, number: int, stretch: Stretch, ends: float) -> None:
        person, payee = self._people[number], self._people[number - 1]
        await asyncio.sleep(self._chance.uniform(0.0, self._sizes.between_s))
        while time.perf_counter() < ends:
            self._done += 1
            if self._done % PAYS_EVERY == 0:
                stretch.waits_s += await pay_once(self._serving, person, payee)
                stretch.payments += 1
            else:
                stretch.waits_s.append(await answer_to(self._serving, person, "balance", "You have"))
            await asyncio.sleep(self._chance.uniform(0.5, 1.5) * self._sizes.between_s)


@asynccontextmanager
async def _flooding(serving: Serving, stretch: Stretch, per_s: int) -> AsyncIterator[None]:
    """So many messages a second while the block runs."""

    async def flood() -> None:
        began = time.perf_counter()
        while True:
            while stretch.sent < (time.perf_counter() - began) * per_s:
                serving.town.say(FLOODER, "balance")
                stretch.sent += 1
            await asyncio.sleep(BEAT_S)

    task = asyncio.create_task(flood())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


@asynccontextmanager
async def _looking(child: Child, stretch: Stretch) -> AsyncIterator[None]:
    """Note the most memory, and how late the bot's loop woke, while the block runs."""

    async def look() -> None:
        while True:
            stretch.peak_mib = max(stretch.peak_mib, child.rss_mib())
            await asyncio.sleep(0.2)

    before, task = await child.lag(), asyncio.create_task(look())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
    stretch.lag = await child.lag() - before


async def measure(sizes: Sizes, folder: Path) -> Flood:
    """Every figure, or an AssertionError."""
    found = Flood()
    people, warm_up = payers(sizes.people), Stretch()
    async with town() as serving:
        settings = settings_in(folder, serving)
        await moved_in(serving, settings, [*people, FLOODER])
        crowd = Crowd(serving, people, sizes, seed=1)
        async with hundi(settings, serving) as child:
            await crowd.live(warm_up)
            found.before_mib = child.rss_mib()
            for _ in range(sizes.rounds):
                found.calm.append(calm := Stretch())
                async with _looking(child, calm):
                    await crowd.live(calm)
                found.flooded.append(flooded := Stretch())
                async with _looking(child, flooded), _flooding(serving, flooded, sizes.per_s):
                    await crowd.live(flooded)
            await serving.town.wait_until(lambda: None if len(serving.town.updates) else True, timeout_s=PATIENCE_S)
        found.heard = "\n".join({m.text for m in serving.town.messages(FLOODER) if m.from_bot})
        await prove_paid(settings, sum(each.payments for each in [warm_up, *found.calm, *found.flooded]))
    return found


def report(found: Flood, sizes: Sizes) -> None:
    """A table for people, then figures for scripts."""
    long = f"{sizes.stretch_s:.0f} s"
    print(f"{sizes.people} people; {sizes.rounds} rounds: {long} calm, {long} with {sizes.per_s:,} messages a second\n")
    print("           answers   p50 ms   p95 ms  payments  flood/s  peak MiB  loop within 50 ms")
    for name, stretches in (("calm", found.calm), ("flooded", found.flooded)):
        waits = [wait for each in stretches for wait in each.waits_s]
        p95_ms = statistics.median(each.p95_s for each in stretches) * 1000
        flood = statistics.median(each.sent / each.lasted_s for each in stretches)
        within = sum((each.lag for each in stretches), Lag()).within(LAG_S) * 100
        print(
            f"{name:>9}{len(waits):>9}{statistics.median(waits) * 1000:>9.0f}{p95_ms:>9.0f}"
            f"{sum(each.payments for each in stretches):>10}{flood:>9.0f}"
            f"{max(each.peak_mib for each in stretches):>10.0f}{within:>18.1f}%"
        )
    print(f"\nthe flooder read: {found.heard!r}")
    ratios = [flooded.p95_s / calm.p95_s for calm, flooded in zip(found.calm, found.flooded, strict=True)]
    grown = max(each.peak_mib for each in found.flooded) - found.before_mib
    late = sum((each.lag for each in found.flooded), Lag())
    print(f"figure S15.p95_flooded_vs_calm {statistics.median(ratios):.2f} x")
    print(f"figure S15.more_memory {grown:.0f} MiB")
    print(f"figure S15.loop_within_50ms {late.within(LAG_S) * 100:.1f} %")


def main(arguments: Sequence[str]) -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m bench flood", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few people, a few seconds")
    quick = Sizes(people=10, per_s=200, stretch_s=3.0, rounds=1, between_s=1.0)
    sizes = quick if parser.parse_args(arguments).quick else Sizes()
    with tempfile.TemporaryDirectory(prefix="hundi-bench-") as folder:
        found = asyncio.run(measure(sizes, Path(folder)))
    report(found, sizes)


if __name__ == "__main__":
    main(sys.argv[1:])
