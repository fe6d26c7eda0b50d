"""Helpers: processes that compute stretches of the journal, each with its own connection to the database.

A helper is asked through a pipe and answers through it. It ends when the pipe does, so none outlives whoever asked,
however that ended; and when it ends itself (killed, out of memory), its work is done by whoever asked.
"""

import asyncio
import gc
import os
import pickle
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final, TypeAlias

from ledger.database.opening import open_database
from ledger.database.port import Database
from ledger.database.queries import Queries
from ledger.kernel.audit_chain import GENESIS
from ledger.kernel.errors import UnavailableError
from ledger.store.figures import DAYS, PAIRS, differing
from ledger.store.names import Names, NamesFile
from ledger.store.runs import RunFile, Runs
from ledger.store.stretches import hash_at, read_stretch

if TYPE_CHECKING:
    from ledger.store.stretch import Stretch

FROM_ROWS: Final = 200_000  # below, one process is done in two seconds, and need not start others
STRETCH_ROWS: Final = 100_000  # asked for at once: some 50 MB while they are added up, a second's work
MOST_HELPERS: Final = 8  # what they say is joined by one process, which keeps up with about so many
# Neither forked (threads and connections would be copied half way) nor spawned by multiprocessing, which imports the
# program that asked first: all of the bot takes a second. Ctrl-C reaches everybody in the terminal; who asked ends us.
PROGRAM: Final = """
import signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
_, handle, *sys.path = sys.argv
from ledger.store.helpers import help_who_asked
help_who_asked(int(handle))
"""
MOST_KEYS: Final = 100_000  # that differ, of one piece: more is no payment that came in meanwhile


@dataclass(frozen=True, slots=True)
class AddUp:
    """Add up the rows after ``after`` up to ``until``: ``read_stretch``, from the hash that row ``after`` bears."""

    after: int
    until: int
    heads: Mapping[int, bytes]
    names: NamesFile


@dataclass(frozen=True, slots=True)
class Compare:
    """Name the keys after ``after`` up to ``until`` under which the table and the runs differ."""

    of_days: bool
    files: tuple[RunFile, ...]
    after: int
    until: int


Job: TypeAlias = "AddUp | Compare"
Answer: TypeAlias = "Stretch | list[int] | None"  # None: it could not be done here


@dataclass(frozen=True, slots=True)
class Helpers:
    """How many may be started for a journal of how many rows, how much each is asked for, and where the database is."""

    address: str
    count: int = field(default_factory=lambda: min(len(os.sched_getaffinity(0)), MOST_HELPERS))
    from_rows: int = FROM_ROWS
    stretch_rows: int = STRETCH_ROWS

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator["Staff"]:
        """Helpers for as long as the block lasts; a block that is cancelled ends them at once."""
        staff = Staff(self)
        try:
            yield staff
        finally:
            staff.end()


class Staff:
    """The helpers of one audit."""

    def __init__(self, helpers: Helpers) -> None:
        self._all: list[tuple[subprocess.Popen[bytes], Connection]] = []
        self._idle: asyncio.LifoQueue[tuple[subprocess.Popen[bytes], Connection] | None] = asyncio.LifoQueue()
        for _ in range(helpers.count):
            helper = _start(helpers.address)
            self._all.append(helper)
            self._idle.put_nowait(helper)
        self._left = len(self._all)

    @property
    def count(self) -> int:
        """How many were started."""
        return len(self._all)

    @property
    def pids(self) -> list[int]:
        """Their process ids."""
        return [process.pid for process, _ in self._all]

    async def do(self, job: Job) -> Answer:
        """Have a job done by whoever is idle next; ``None`` when it could not be done."""
        helper = await self._idle.get()
        if helper is None:  # nobody is left
            self._idle.put_nowait(None)
            return None
        try:
            answer: Answer = await asyncio.to_thread(_ask, helper[1], job)
        except (OSError, EOFError, pickle.PickleError):
            self._left -= 1
            if not self._left:
                self._idle.put_nowait(None)
            return None
        self._idle.put_nowait(helper)
        return answer

    def end(self) -> None:
        """End them all, at once. They hold nothing that could be lost: they only read."""
        for process, connection in self._all:
            process.terminate()
            process.wait()
            connection.close()
        self._all = []


def _start(address: str) -> tuple["subprocess.Popen[bytes]", Connection]:
    """A helper and the pipe to it. It hears the address through the pipe: arguments are for everybody to see."""
    ours, theirs = Pipe()
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - this program's own interpreter, and no word of anybody else's
            [sys.executable, "-P", "-c", PROGRAM, str(theirs.fileno()), *sys.path],
            pass_fds=(theirs.fileno(),),
        )
    with suppress(OSError):  # it has ended already: whoever asks it first finds out
        ours.send(address)
    return process, ours


def _ask(connection: Connection, job: Job) -> Answer:
    connection.send(job)
    answer: Answer = connection.recv()
    return answer


def help_who_asked(handle: int) -> None:
    """The life of a helper. ``handle`` is its end of the pipe."""
    gc.freeze()
    gc.disable()  # rows are values: a pass finds nothing, and there would be one for every page
    with Connection(handle) as connection, suppress(EOFError):
        asyncio.run(_serve(connection, connection.recv()))


async def _serve(connection: Connection, address: str) -> None:
    database = await open_database(address)
    try:
        queries = Queries.load("ledger.store", "sql/queries.sql", database.dialect)
        while True:
            try:
                job: Job = connection.recv()
                connection.send(await done(database, queries, job))
            except (EOFError, OSError):
                return  # who asked is gone
    finally:
        await database.close()


async def done(database: Database, queries: Queries, job: Job) -> Answer:
    """The answer to a job; a database that cannot answer now is for whoever asked to meet."""
    try:
        if isinstance(job, AddUp):
            began = GENESIS if job.after == 0 else await hash_at(database, queries, job.after)
            if began is None:
                return None
            names = _names(job.names)
            return await read_stretch(database, queries, (job.after, began), job.until, job.heads, names)
        return await _differing(database, queries, job)
    except UnavailableError:
        return None


_opened: dict[NamesFile, Names] = {}


def _names(file: NamesFile) -> Names:
    """The names in a file, which is mapped once."""
    if file not in _opened:
        _opened[file] = file.read()
    return _opened[file]


async def _differing(database: Database, queries: Queries, job: Compare) -> list[int] | None:
    figure = DAYS if job.of_days else PAIRS
    runs = Runs.of_files(job.files, figure.join)
    keys: list[int] = []
    async for one in differing(database, queries, figure, runs, job.after, job.until):
        keys.append(one.key)
        if len(keys) > MOST_KEYS:
            return None
    return keys
