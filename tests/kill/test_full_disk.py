"""GOALS R11 in small: the disk is full while somebody pays, then has room again, and nobody restarts anything.

Twice: a limit on the size of files, which every machine can set for a child of its own, and a small disk that is
really full, where the test may mount one. The first stops every write, the log's too; the second those that need room.
"""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.kill.books import check_both_sides_told, check_nothing_lost_or_doubled, read_books
from tests.kill.crowd import Crowd
from tests.kill.stage import Stage, open_stage

PEOPLE: Final = 6
PAYMENTS_EACH: Final = 2
FULL_FOR_S: Final = 10.0
GOES_ON_WITHIN_S: Final = 60.0  # the longest pause between two tries of a turn is half a minute
NO_LIMIT: Final = -1  # resource.RLIM_INFINITY
DISK_MIB: Final = 24
LEFT_BYTES: Final = 64 * 1024  # what a full disk has left for a moment: less than a handful of commits


@dataclass(frozen=True, slots=True)
class Disk:
    """Where the books lie, and how to fill and to clear it. A limit is set on the process that the stage knows."""

    data: Path
    fill: Callable[[Stage], None]
    clear: Callable[[Stage], None]


@contextmanager
def _limited(folder: Path) -> Iterator[Disk]:
    yield Disk(folder, lambda stage: stage.bot.limit_files(0), lambda stage: stage.bot.limit_files(NO_LIMIT))


@contextmanager
def _mounted(folder: Path) -> Iterator[Disk]:
    data = folder / "disk"
    data.mkdir()
    if not _run("mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", str(data)):
        pytest.skip("nobody may mount a disk here; the limit on file sizes was tested")
    ballast = data / "ballast"
    try:
        yield Disk(data, lambda _stage: _fill(ballast), lambda _stage: ballast.unlink())
    finally:
        assert _run("umount", str(data)), "the disk is still in use"


def _run(program: str, *arguments: str) -> bool:
    """Whether it is there and did it."""
    path = shutil.which(program)
    return path is not None and subprocess.run((path, *arguments), capture_output=True, check=False).returncode == 0  # noqa: S603 - no word of it comes from outside


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(LEFT_BYTES)):
                pass
        except OSError:
            return


@pytest.mark.slow
@pytest.mark.parametrize("disk_of", [_limited, _mounted])
async def test_a_full_disk_acknowledges_nothing_and_goes_on_by_itself(
    tmp_path: Path, disk_of: Callable[[Path], AbstractContextManager[Disk]]
) -> None:
    """While it cannot write my payment down the bot does not say that it is paid. Later it is, once."""
    with disk_of(tmp_path) as disk:
        async with open_stage(tmp_path, PEOPLE, data=disk.data) as stage:
            crowd = Crowd(stage, seed=2)
            await stage.start_bot()
            crowd.start(PAYMENTS_EACH)
            try:
                await _somebody_paid(stage)
                disk.fill(stage)
                assert not await stage.bot.ended_within(FULL_FOR_S / 2), stage.bot.last_words()
                books = await read_books(stage)  # nobody writes: the files stand still
                assert not await stage.bot.ended_within(FULL_FOR_S / 2), stage.bot.last_words()
                check_nothing_lost_or_doubled(stage, books)
                assert (await read_books(stage)).payments == books.payments, "the disk was not full"
                assert len(books.payments) < PEOPLE * PAYMENTS_EACH, "the disk was full too late"
                disk.clear(stage)
                await crowd.until_done(GOES_ON_WITHIN_S)
            finally:
                await crowd.leave()
            await stage.until_payees_are_told(GOES_ON_WITHIN_S)
            assert stage.bot.starts == 1
            assert await stage.bot.terminate(10.0) == 0, stage.bot.last_words()

            books = await read_books(stage)
            check_nothing_lost_or_doubled(stage, books)
            check_both_sides_told(stage, books)
            assert len(books.payments) == PEOPLE * PAYMENTS_EACH
            assert not stage.bot.faults(), "\n".join(stage.bot.faults())
            said = "\n".join(stage.town.transcript(person) for person in stage.people)
            assert "went wrong on our side" not in said, said


async def _somebody_paid(stage: Stage) -> None:
    await stage.town.wait_until(lambda: stage.witness.acknowledged() or None, otherwise=stage.bot.last_words)
