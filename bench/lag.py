"""S15: how late the event loop wakes while PINs are hashed and payments are posted.

One process, as the bot is: twenty people enter their PINs again and again (Argon2id, in the vault's own threads), fifty
callers post payments, and a beat of 5 ms notes how much later than asked it woke. On a machine that is busy with other
things the figure is theirs as well.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import Final

from bench.books import NOW, found, policy
from bot.dialogue.events import PinVerdict, Secret
from bot.vault.keys import Keys
from bot.vault.pins import PinVault
from bot.wiring.books import MIGRATIONS
from ledger.commands import Pay
from ledger.database.migrate import migrate
from ledger.database.opening import open_database
from ledger.desk import Ledger
from ledger.outcomes import Captured

BEAT_S: Final = 0.005
PEOPLE: Final = 20
CALLERS: Final = 50
PIN: Final = Secret("739184")


async def beat(lags_ms: list[float]) -> None:
    """Until cancelled: sleep a little, and note how much longer it was."""
    while True:
        due = time.perf_counter() + BEAT_S
        await asyncio.sleep(BEAT_S)
        lags_ms.append((time.perf_counter() - due) * 1000)


async def measure(directory: Path, checks: int, payments: int) -> tuple[list[float], list[float]]:
    """Lags with nothing to do, and with all of it, in milliseconds."""
    town = await found(directory / "books.db", 2_000)
    database = await open_database(directory / "books.db")
    await migrate(database, MIGRATIONS, NOW)
    vault = await PinVault.open(database, Keys.new(directory / "keys"), policy().at(NOW).pin, lambda: NOW)
    for person in range(PEOPLE):
        await vault.set(person, PIN)
    idle: list[float] = []
    busy: list[float] = []
    try:
        async with Ledger(database, policy=policy(), now=lambda: NOW) as ledger:
            await _beating(idle, asyncio.sleep(1.0))
            asked = town.payments(payments, seed=1)
            posting = [_post(ledger, asked[number::CALLERS]) for number in range(CALLERS)]
            await _beating(busy, asyncio.gather(*posting, *(_enter(vault, person, checks) for person in range(PEOPLE))))
    finally:
        vault.close()
        await database.close()
    return idle, busy


async def _beating(lags_ms: list[float], work: Awaitable[object]) -> None:
    beating = asyncio.create_task(beat(lags_ms))
    await work
    beating.cancel()


async def _enter(vault: PinVault, person: int, times: int) -> None:
    for _ in range(times):
        assert (await vault.check(person, PIN)).verdict is PinVerdict.RIGHT


async def _post(ledger: Ledger, part: Sequence[Pay]) -> None:
    for pay in part:
        assert type(await ledger.ask(pay)) is Captured


def main(arguments: Sequence[str]) -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m bench lag", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="does it run, not what is the figure")
    quick = parser.parse_args(arguments).quick
    with tempfile.TemporaryDirectory(prefix="hundi-bench-") as folder:
        idle, busy = asyncio.run(measure(Path(folder), checks=2 if quick else 15, payments=1_000 if quick else 40_000))
    print(f"{PEOPLE} people enter PINs, {CALLERS} callers post; a beat of {BEAT_S * 1000:.0f} ms\n")
    print(f"{'the loop wakes late by':<26}{'p50 ms':>9}{'p99 ms':>9}{'most ms':>9}")
    for title, lags in (("with nothing to do", idle), ("hashing and posting", busy)):
        print(f"{title:<26}{statistics.median(lags):>9.1f}{_p99(lags):>9.1f}{max(lags):>9.1f}")
    print(f"\nfigure S15.loop_lag_p99 {_p99(busy):.1f} ms")


def _p99(lags: Sequence[float]) -> float:
    return statistics.quantiles(lags, n=100)[98]


if __name__ == "__main__":
    main(sys.argv[1:])
