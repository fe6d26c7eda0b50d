"""One process of callers on books that others post into too: what ``bench.many`` starts several of.

It says ``ready`` once it is connected and warm, begins when a line is written to it, and answers with one line of JSON.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.books import NOW, Town, policy
from ledger.commands import Pay
from ledger.desk import Ledger
from ledger.kernel.ids import AccountId
from ledger.outcomes import Captured


def warm_up_of(town: Town, callers: int, seed: int) -> list[Pay]:
    """One payment for each caller, before the clock starts."""
    return town.payments(callers, -seed - 1)


async def post(town: Town, callers: int, each: int, seed: int) -> tuple[float, float]:
    """Seconds on the wall and of processor that the callers take, each asking its next payment with its answer."""
    async with Ledger.open(town.address, policy=policy(), now=lambda: NOW) as ledger:

        async def call(part: Sequence[Pay]) -> None:
            for pay in part:
                assert type(await ledger.ask(pay)) is Captured

        warm_up, payments = warm_up_of(town, callers, seed), town.payments(callers * each, seed)
        await asyncio.gather(*(call([pay]) for pay in warm_up))
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        wall, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(call(payments[number::callers]) for number in range(callers)))
        return time.perf_counter() - wall, time.process_time() - cpu


def main(arguments: Sequence[str]) -> None:
    """Callers until each had so many answers. ``arguments``: address, file of account ids, callers, each, seed."""
    address, accounts, callers, each, seed = arguments
    town = Town(address, tuple(AccountId(line) for line in Path(accounts).read_text("ascii").split()))
    print(json.dumps(asyncio.run(post(town, int(callers), int(each), int(seed)))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
