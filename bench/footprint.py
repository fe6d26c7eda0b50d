"""P6, R18: how soon the bot is ready, and how much memory it holds when idle; empty, with a million people, and aged.

``hundi run`` in a process of its own, in front of a town. Ready is: its first getUpdates waits, counted from the moment
the process was asked for; beside it stands a Python that only imports python-telegram-bot, started in the same run,
since most of the time is imports. Memory is VmRSS then. People are rows of the real tables with cells as long as sealed
ones; they are counted afterwards by the program itself, or there is no figure. Aged is a deployment with a million
transfers behind it (``bench.grown``), of all of which people were told.
"""

import argparse
import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bench.grown import grow
from bench.processes import hundi, settings_in, town
from bot.memory.cursors import NOTICES
from bot.sandbox.server import Serving
from bot.settings import Settings
from bot.wiring import open_books

# One account and one person for each number: what `hundi fund` and /start leave behind.
_ACCOUNTS = """
    INSERT INTO accounts (account_id, kind, normal_sign, currency, opened_at)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :people)
    SELECT printf('acc_%032x', i), 'wallet', 1, 'INR', 1 FROM n
"""
_PEOPLE = """
    INSERT INTO people (person_id, account_id, handle, sealed_name, created_at, registered_at)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :people)
    SELECT 1000000 + i, printf('acc_%032x', i), printf('person%d', i), randomblob(41), 1, 1 FROM n
"""


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    people: int = 1_000_000
    transfers: int = 1_000_000
    rounds: int = 5


@dataclass
class Footprint:
    """Seconds until ready and MiB when idle, round by round; and seconds of a Python that only imports the library."""

    ready_s: list[float] = field(default_factory=list)
    idle_mib: list[float] = field(default_factory=list)
    import_s: list[float] = field(default_factory=list)


async def measure(sizes: Sizes, folder: Path) -> tuple[Footprint, Footprint, Footprint]:
    """Empty, with everybody, and with everything that everybody did."""
    (folder / "aged").mkdir()
    async with town() as serving:
        settings = settings_in(folder, serving)
        async with open_books(settings):
            pass  # migrates
        empty = await _rounds(serving, settings, sizes.rounds)
        await asyncio.to_thread(_fill, settings, sizes.people)
        full = await _rounds(serving, settings, sizes.rounds)
        async with open_books(settings) as books:
            (wallets,) = (await books.ledger.trial_balance()).lines
            assert wallets.accounts == sizes.people
    async with town() as serving:
        settings = settings_in(folder / "aged", serving)
        await _age(settings, sizes.transfers)
        aged = await _rounds(serving, settings, sizes.rounds)
        async with open_books(settings) as books:
            assert (await books.ledger.head())[0] == sizes.transfers
    return empty, full, aged


async def _age(settings: Settings, transfers: int) -> None:
    """A town's year, of which everybody was told: the bot finds nothing to do."""
    async with open_books(settings):
        pass  # migrates
    file = settings.database_file
    assert file is not None
    await grow(file, transfers // 5, transfers - transfers // 5)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("INSERT INTO cursors (name, seq) VALUES (?, ?)", (NOTICES, transfers))


async def _rounds(serving: Serving, settings: Settings, rounds: int) -> Footprint:
    found = Footprint()
    for _ in range(rounds):
        found.import_s.append(await _importing())
        began = time.perf_counter()
        async with hundi(settings, serving) as child:
            found.ready_s.append(time.perf_counter() - began)
            found.idle_mib.append(child.rss_mib())
    return found


async def _importing() -> float:
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "import telegram.ext")
    assert await process.wait() == 0
    return time.perf_counter() - began


def _fill(settings: Settings, people: int) -> None:
    assert settings.database_file is not None
    with closing(sqlite3.connect(settings.database_file)) as database, database:
        database.execute(_ACCOUNTS, {"people": people})
        database.execute(_PEOPLE, {"people": people})


def report(empty: Footprint, full: Footprint, aged: Footprint, sizes: Sizes) -> None:
    """The table, and the figures as a script reads them."""
    print(f"{sizes.rounds} starts each; medians; ready is said as a multiple of a Python that imports telegram.ext")
    for name, found in (("empty", empty), (f"{sizes.people:,} people", full), (f"{sizes.transfers:,} transfers", aged)):
        ready, alone = statistics.median(found.ready_s), statistics.median(found.import_s)
        memory = statistics.median(found.idle_mib)
        print(f"  {name:>20}  ready after {ready:.2f} s ({ready / alone:.2f} ×), idle {memory:.0f} MiB")
    grown = statistics.median(full.idle_mib) / statistics.median(empty.idle_mib)
    print(f"figure P6.ready_s {statistics.median(full.ready_s):.2f} s")
    print(f"figure P6.ready_vs_import {statistics.median(full.ready_s) / statistics.median(full.import_s):.2f} x")
    print(f"figure P6.idle_mib {statistics.median(empty.idle_mib):.0f} MiB")
    print(f"figure P6.idle_growth {grown:.2f} x")
    print(f"figure R18.ready_s {statistics.median(aged.ready_s):.2f} s")


def main(arguments: list[str]) -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m bench footprint", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a hundredth of the people, one start")
    asked = parser.parse_args(arguments)
    sizes = Sizes(people=10_000, transfers=10_000, rounds=1) if asked.quick else Sizes()
    with tempfile.TemporaryDirectory(prefix="hundi-bench-") as folder:
        found = asyncio.run(measure(sizes, Path(folder)))
    report(*found, sizes)


if __name__ == "__main__":
    main(sys.argv[1:])
