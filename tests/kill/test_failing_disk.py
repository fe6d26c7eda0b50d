"""GOALS R11: the disk refuses a write or a sync while people pay, again and again, and nobody restarts anything.

``strace`` makes the system calls of the running bot fail: EIO on fdatasync and fsync, EIO and ENOSPC on the writes of
database and log. After each failure the files are looked at as a power cut would leave them. What follows from a failed
sync, and why the bot goes on without a restart, is in docs/decisions/after-a-failed-fsync.md.
"""

import asyncio
import os
import re
import shutil
import signal
from collections import Counter
from pathlib import Path
from random import Random
from typing import Final

import pytest

from tests.conftest import FULL_SIZE
from tests.kill.books import check_nothing_lost_or_doubled, check_the_end, read_books
from tests.kill.crowd import Crowd
from tests.kill.stage import Stage, open_stage

STRACE: Final = shutil.which("strace")
EACH: Final = 100 if FULL_SIZE else 12
PEOPLE: Final = 10
SEED: Final = int(os.environ.get("HUNDI_TEST_SEED", "20261124"))
STRIKES_WITHIN_S: Final = 20.0
GOES_ON_WITHIN_S: Final = 90.0  # the longest pause between two tries of a turn is half a minute
FAULTS: Final = (
    "fdatasync,fsync:error=EIO",
    "pwrite64,write:error=EIO",
    "pwrite64,write:error=ENOSPC",
)

_INJECTED: Final = re.compile(rb"(\w+)\(.*\(INJECTED\)")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(STRACE is None and os.environ.get("CI") != "true", reason="no strace on this machine"),
]


async def _strike(stage: Stage, fault: str, chance: Random) -> str:
    """The N-th such call of some thread fails, once or a few times; which call it was."""
    assert STRACE is not None, "strace is not installed"
    first = chance.randint(1, 6)
    until = "" if chance.random() < 0.7 else f"..{first + chance.randint(1, 3)}"
    names, _, error = fault.partition(":")
    said = stage.folder / "strace.log"
    said.write_bytes(b"")
    inject = ("-e", f"trace={names}", "-e", f"inject={names}:{error}:when={first}{until}")
    tracer = await asyncio.create_subprocess_exec(
        *(STRACE, "-f", "-qq", "-o", str(said), *inject, "-p", str(stage.bot.process.pid)),
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        return await _injected(stage, said, tracer)
    finally:
        if tracer.returncode is None:
            tracer.send_signal(signal.SIGINT)  # it lets go of every thread, then ends
        await tracer.communicate()


async def _injected(stage: Stage, said: Path, tracer: asyncio.subprocess.Process) -> str:
    async with asyncio.timeout(STRIKES_WITHIN_S):
        while not (found := _INJECTED.search(said.read_bytes())):  # noqa: ASYNC240 - a line or two
            assert tracer.returncode is None, "strace ended"
            assert not await stage.bot.ended_within(0.05), stage.bot.last_words()
    return found[1].decode()


async def _as_a_power_cut_would_leave_it(stage: Stage) -> None:
    """The files as they are at this moment, in the middle of whatever is going on."""
    os.kill(stage.bot.process.pid, signal.SIGSTOP)
    try:
        books = await read_books(stage)
        check_nothing_lost_or_doubled(stage, books)
    finally:
        os.kill(stage.bot.process.pid, signal.SIGCONT)


async def test_a_disk_that_refuses_loses_nothing_and_nobody_restarts_anything(tmp_path: Path) -> None:
    """Whatever the disk does: what I was told is paid is paid, and once it is well again everything goes on."""
    chance = Random(SEED)
    print(f"seed {SEED}, {EACH} each of {FAULTS}")  # noqa: T201 - repeats a failure
    async with open_stage(tmp_path, PEOPLE) as stage:
        crowd, struck = Crowd(stage, SEED), Counter[str]()
        await stage.start_bot()
        crowd.start()
        try:
            for fault in FAULTS * EACH:
                struck[f"{await _strike(stage, fault, chance)}:{fault.rpartition('=')[2]}"] += 1
                await _as_a_power_cut_would_leave_it(stage)
                crowd.check()
            await crowd.finish(GOES_ON_WITHIN_S)
            await stage.until_payees_are_told(GOES_ON_WITHIN_S)
        finally:
            await crowd.leave()

        assert stage.bot.starts == 1
        books = await check_the_end(stage, crowd)
        said = "\n".join(stage.town.transcript(person) for person in stage.people)
        assert "went wrong on our side" not in said, said
        assert struck.total() == EACH * len(FAULTS)
        print(  # noqa: T201 - the figures of the run
            f"figure R11.faults {struck.total()} calls\nfigure R11.payments {len(books.payments)} payments\n"
            f"{dict(struck)}"
        )
