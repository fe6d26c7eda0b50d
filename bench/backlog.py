"""R18: ten thousand messages that waited while nobody was there, and how fast a bot works them off.

Once all are still at Telegram, once all in the inbox, as a process leaves them that was killed. Worked off is: handled,
and its answer in the outbox; what Telegram lets out each second is another matter. Each must have one answer, or there
is no figure. How soon a bot is ready with a million transfers behind it is the footprint's to say.
"""

import argparse
import asyncio
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from telegram import Update

from bench.processes import settings_in, started, town
from bench.residents import moved_in, payers
from bot.arrivals import dump_arrival, kind_of
from bot.memory.inbox import Inbox, NewUpdate
from bot.sandbox.people import Person
from bot.sandbox.server import Serving
from bot.settings import Settings
from bot.transport.telegram.inbound import read
from bot.vault.fields import Sealer
from bot.wiring import open_books

LOOKED_AT_EVERY_S: Final = 0.02
WITHIN_S: Final = 600.0
_FORGET: Final = (
    "UPDATE outbox SET state = 'sent', ended_at = 1000000 * unixepoch() WHERE state IN ('waiting', 'sending')"
)
_TOOK: Final = "SELECT max(handled_at) - min(handled_at) FROM inbox WHERE handled_at > ?"
_HANDLED_SINCE: Final = "SELECT count(*) FROM inbox WHERE handled_at > ?"


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    people: int = 250
    each: int = 40  # messages of each: all of one person's that are read at once
    rounds: int = 2


@dataclass
class Drain:
    """One way of waiting, round by round."""

    rates: list[float] = field(default_factory=list)  # updates a second
    more_mib: list[float] = field(default_factory=list)


@dataclass
class Drains:
    """Both ways of waiting."""

    from_telegram: Drain = field(default_factory=Drain)
    from_inbox: Drain = field(default_factory=Drain)


class Backlog:
    """What waits for a bot, by how its books say it."""

    def __init__(self, serving: Serving, settings: Settings, people: Sequence[Person], each: int) -> None:
        assert settings.database_file is not None
        self._serving, self._settings, self._people, self._each = serving, settings, people, each
        self._file = settings.database_file
        self.size = len(people) * each

    def say(self) -> None:
        """Everybody writes, and nobody is there."""
        for _ in range(self._each):
            for person in self._people:
                self._serving.town.say(person, "balance")

    async def store(self) -> None:
        """Everybody wrote, and the process that had stored it was killed."""
        self.say()
        waiting = list(self._serving.town.updates)
        self._serving.town.updates.drop_all()
        async with open_books(self._settings) as books:
            inbox = Inbox(books.database, Sealer(books.keys.field_keys, books.keys.index_key))
            now = books.clock.now()
            arrivals = [read(Update.de_json(update.as_json(), None), "", now) for update in waiting]
            updates = [NewUpdate(a.update_id, a.person_id, kind_of(a), dump_arrival(a)) for a in arrivals if a]
            async with books.database.transaction() as session:
                assert len(await inbox.store(session, self._serving.town.bot.id, updates, now)) == self.size

    def answered(self) -> int:
        """How many answers were ever written."""
        return self._count("SELECT count(*) FROM outbox")

    def handled(self) -> int:
        """How many messages were ever handled."""
        return self._count("SELECT count(*) FROM inbox WHERE handled_at IS NOT NULL")

    async def drain(self, into: Drain) -> None:
        """Start a bot, let it work off what waits, and read its pace from the moments it wrote beside the messages.

        A look from outside misses the beginning: what waits may be handled before the first look.
        """
        handled, answered, before_it = self.handled(), self.answered(), self.latest()
        async with started(self._settings) as child, asyncio.timeout(WITHIN_S):
            before = peak = child.rss_mib()
            while self.handled() < handled + self.size:
                peak = max(peak, child.rss_mib())
                await asyncio.sleep(LOOKED_AT_EVERY_S)
            into.more_mib.append(peak - before)
        assert self.handled() == handled + self.size
        assert self.answered() == answered + self.size, (answered, self.answered())
        into.rates.append(self.pace_since(before_it))

    def latest(self) -> int:
        """The latest moment at which a message was handled, in microseconds; 0 before the first."""
        return self._count("SELECT coalesce(max(handled_at), 0) FROM inbox")

    def pace_since(self, moment: int) -> float:
        """Messages a second, from the first handled after ``moment`` to the last: n of them are n - 1 steps."""
        took_us = self._count(_TOOK, moment)
        assert took_us > 0, "all were handled in one microsecond"
        return (self._count(_HANDLED_SINCE, moment) - 1) * 1_000_000 / took_us

    def forget_answers(self) -> None:
        """What is still to be said would be said to the next round."""
        with closing(sqlite3.connect(self._file)) as database, database:
            database.execute(_FORGET)

    def _count(self, query: str, *values: int) -> int:
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as database:
            return int(database.execute(query, values).fetchone()[0])


async def measure(sizes: Sizes, folder: Path) -> Drains:
    """Every figure, or an AssertionError."""
    found, people = Drains(), payers(sizes.people)
    async with town() as serving:
        settings = settings_in(folder, serving)
        await moved_in(serving, settings, people, pins=False)
        backlog = Backlog(serving, settings, people, sizes.each)
        for _ in range(sizes.rounds):
            backlog.say()
            await backlog.drain(found.from_telegram)
            backlog.forget_answers()
            await backlog.store()
            await backlog.drain(found.from_inbox)
            backlog.forget_answers()
    return found


def report(found: Drains, sizes: Sizes) -> None:
    """A table for people, then figures for scripts."""
    print(f"{sizes.people * sizes.each:,} messages of {sizes.people} people, {sizes.rounds} rounds each")
    for name, drain in (("at Telegram", found.from_telegram), ("in the inbox", found.from_inbox)):
        rate, more = statistics.median(drain.rates), max(drain.more_mib)
        print(f"  waiting {name:<13}{rate:>7,.0f} updates/s, {more:.0f} MiB more")
    print(f"figure R18.drain_from_telegram {statistics.median(found.from_telegram.rates):.0f} updates/s")
    print(f"figure R18.drain_from_inbox {statistics.median(found.from_inbox.rates):.0f} updates/s")
    print(f"figure R18.drain_memory {max([*found.from_telegram.more_mib, *found.from_inbox.more_mib]):.0f} MiB")


def main(arguments: Sequence[str]) -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m bench backlog", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a hundredth of the size")
    quick = Sizes(people=10, each=10, rounds=1)
    sizes = quick if parser.parse_args(arguments).quick else Sizes()
    with tempfile.TemporaryDirectory(prefix="hundi-bench-") as folder:
        found = asyncio.run(measure(sizes, Path(folder)))
    report(found, sizes)


if __name__ == "__main__":
    main(sys.argv[1:])
