"""Where a town lives on the disk: database, keys, heads, log and memory in one directory, for one process at a time."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Final, Self

from bot.cli.console import note, stop
from bot.sandbox.snapshot import SnapshotError, keeping
from bot.sandbox.town import Town
from ledger.database.errors import AlreadyRunningError
from ledger.database.file_lock import FileLock

ORPHAN_PATIENCE_S: Final = 10.0  # what a bot may take to stop cleanly
_LOOK_EVERY_S: Final = 0.1
_OWNER_ONLY: Final = 0o700


class Residence:
    """The directory of one town."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.database_file = home / "hundi.db"
        self.keys_file = home / "hundi.keys"
        self.log_file = home / "bot.log"
        self.town_file = home / "town.json"

    @classmethod
    @asynccontextmanager
    async def claimed(cls, home: Path, *, fresh: bool) -> AsyncIterator[Self]:
        """Make the directory and keep everybody else out of it. ``fresh`` empties it first."""
        residence = cls(home)
        lock = residence._claim()
        try:
            await residence._stop_orphan()
            if fresh:
                residence._empty(besides=lock.path)
            yield residence
        finally:
            lock.release()

    def _claim(self) -> FileLock:
        try:
            self.home.mkdir(_OWNER_ONLY, parents=True, exist_ok=True)
            return FileLock(self.home / "town").acquire()
        except OSError as fault:
            return stop("the town cannot live here", fault.strerror or "", "Start it where you may make a directory.")
        except AlreadyRunningError:
            why = f"another `hundi play` runs in {self.home.absolute()}"
            return stop("the town is open already", why, "Use that one, or stop it.")

    @asynccontextmanager
    async def remembering(self, town: Town) -> AsyncIterator[None]:
        """Bring back the chats of last time, and keep them from now on."""
        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(keeping(town, self.town_file))
            except SnapshotError as broken:
                stop("the town of last time cannot be opened", str(broken), "Begin another: `hundi play --fresh`.")
            yield

    async def _stop_orphan(self) -> None:
        """End the bot of a town that was killed: nobody is left to stop it, and it holds the database."""
        if not self.database_file.exists():
            return
        deadline = asyncio.get_running_loop().time() + ORPHAN_PATIENCE_S
        asked = False
        while (holder := _holder(self.database_file)) is not None:
            if not asked:
                note("Stopping the bot that an earlier town left behind.")
                with suppress(ProcessLookupError):
                    os.kill(holder, signal.SIGTERM)
                asked = True
            if asyncio.get_running_loop().time() > deadline:
                stop("the bot of an earlier town does not stop", f"it is process {holder}", f"End it: `kill {holder}`.")
            await asyncio.sleep(_LOOK_EVERY_S)

    def _empty(self, besides: Path) -> None:
        for file in self.home.iterdir():
            if file.is_file() and file != besides:
                file.unlink()


def _holder(database_file: Path) -> int | None:
    """The process that holds the database as its own, or None."""
    lock = FileLock(database_file)
    try:
        lock.acquire()
    except AlreadyRunningError:
        return int(lock.path.read_text("ascii").strip() or 0) or None
    lock.release()
    return None
