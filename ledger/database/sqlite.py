"""SQLite behind the port, through aiosqlite: one writing connection, a few reading ones.

Durable: write-ahead log with ``synchronous=FULL`` (NORMAL lost acknowledged commits in simulated power cuts, FULL
none). Every transaction is ``BEGIN IMMEDIATE``: another process that writes makes us wait at the start, never fail at
the end.
It knows nothing of accounts or money.
"""

import asyncio
import os
import sqlite3
import stat
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final, Self, TypeVar

import aiosqlite

from ledger.database.errors import DatabaseUnavailableError, UnavailableReason
from ledger.database.port import Otherwise, PlainRow, Query, Reader, Row, Session, Step, Values
from ledger.database.sqlite_errors import sorted_errors
from ledger.database.sqlite_log import FoldedLog
from ledger.database.waits import Wait, Waits

T = TypeVar("T")

BUSY_TIMEOUT_S: Final = 10.0  # how long we wait for another process's commit; a batch takes well under a second
READERS: Final = 3  # reading connections: a screen, a worker and a long walk (verify, export) side by side
CHECKPOINT_PAGES: Final = 8_000  # 32 MiB of log between checkpoints; a larger log makes each of them cheaper
WAL_LIMIT_BYTES: Final = 64 * 1024 * 1024  # what the log is cut back to after a burst; GOALS R21
CACHE_KIB: Final = 32_768  # pages of hot accounts stay in memory; a default cache of 2 MiB reads them again each batch

EVERYWHERE: Final = (
    f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",  # so that REPLACE meets the triggers that forbid deleting
    "PRAGMA trusted_schema = OFF",
)
WRITER: Final = (
    "PRAGMA synchronous = FULL",
    f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}",
    f"PRAGMA journal_size_limit = {WAL_LIMIT_BYTES}",
    f"PRAGMA cache_size = -{CACHE_KIB}",
)
READER: Final = ("PRAGMA query_only = ON",)
AT_ONCE: Final = (*READER, "PRAGMA busy_timeout = 0")  # the event loop waits for nobody; whoever must wait has a thread


def sqlite_path(url: str | Path) -> Path:
    """The file a URL names: ``sqlite:///hundi.db`` is relative, ``sqlite:////var/hundi.db`` absolute; or a path."""
    text = str(url)
    if "://" in text:
        scheme, _, rest = text.partition("://")
        if scheme != "sqlite" or not rest.startswith("/") or rest == "/":
            raise ValueError("a SQLite address reads sqlite:///path/to/file.db")
        text = rest[1:]
    if not text or ":memory:" in text:
        raise ValueError("money is kept in a file, not in memory")
    return Path(text)


class SqliteDatabase:
    """An open SQLite file. Make one with ``open``; close it, or its threads keep the process alive."""

    def __init__(
        self,
        path: Path,
        writer: aiosqlite.Connection,
        readers: Sequence[aiosqlite.Connection],
        at_once: sqlite3.Connection,
    ) -> None:
        self.path = path
        self._writer = writer
        self._at_once = at_once
        self._glances = _AtOnce(at_once, self)
        self._readers = tuple(readers)
        self._idle: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        for reader in readers:
            self._idle.put_nowait(reader)
        self.waits = Waits()
        self._log = FoldedLog()
        self._turn = asyncio.Lock()  # fair: waiters are served in order of arrival
        self._closed = False

    @classmethod
    async def open(cls, path_or_url: str | Path, *, readers: int = READERS) -> Self:
        """Open the file, making it if it is missing. ``DatabaseUnavailableError`` if that cannot be done now."""
        path = sqlite_path(path_or_url)
        _make_private(path)
        connections: list[aiosqlite.Connection] = []
        try:
            with sorted_errors():
                connections.append(await _connect(path, EVERYWHERE + WRITER))
                await _switch_to_wal(connections[0])
                for _ in range(readers):
                    reader = await _connect(path, EVERYWHERE + READER)
                    connections.append(reader)
                at_once = _connect_here(path, EVERYWHERE + AT_ONCE)
        except BaseException:
            for connection in connections:
                await connection.close()
            raise
        return cls(path, connections[0], connections[1:], at_once)

    @property
    def dialect(self) -> str:
        """Which variant of a query is used."""
        return "sqlite"

    def transaction(self) -> AbstractAsyncContextManager[Session]:
        """Take the writer: commit at the end, roll back if the block raises or is cancelled."""
        return self._transaction()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Session]:
        with self.waits.one() as wait:
            async with self._turn:
                self._check_open()
                session = _Session(self._writer, lambda raw: _begin(raw, wait), self._log)
                try:
                    yield session
                    await session.end(_commit)
                except BaseException:
                    await session.end(_roll_back)
                    raise

    def snapshot(self) -> AbstractAsyncContextManager[Reader]:
        """Read several things as of one moment. Short, please: while it is open the log cannot be reused."""
        return self._snapshot()

    @asynccontextmanager
    async def _snapshot(self) -> AsyncIterator[Reader]:
        async with self._reader() as connection:
            session = _Session(connection, _begin_reading)
            try:
                await session.all_of(())  # takes the snapshot now, not at the first read
                yield session
            finally:
                await session.end(_roll_back)

    async def one(self, query: Query, values: Values | None = None) -> Row | None:
        """Read one row on a reading connection."""
        async with self._reader() as connection:
            return await _Session(connection, _nothing_to_begin).one(query, values)

    async def all(self, query: Query, values: Values | None = None) -> list[Row]:
        """Read all rows on a reading connection."""
        async with self._reader() as connection:
            return await _Session(connection, _nothing_to_begin).all(query, values)

    @property
    def at_once(self) -> Reader:
        """Reads in the event loop's own thread: some ten microseconds each, where a hop to another costs a hundred."""
        self._check_open()
        return self._glances

    @asynccontextmanager
    async def _reader(self) -> AsyncIterator[aiosqlite.Connection]:
        self._check_open()
        connection = await self._idle.get()
        try:
            yield connection
        finally:
            self._idle.put_nowait(connection)

    async def close(self) -> None:
        """Wait for the writer, then close every connection. Closing twice is fine."""
        async with self._turn:
            if self._closed:
                return
            self._closed = True
            for _ in self._readers:
                await (await self._idle.get()).close()
            self._at_once.close()
            await self._writer.close()  # last: the last connection to leave folds the log into the file

    def _check_open(self) -> None:
        if self._closed:
            raise DatabaseUnavailableError(UnavailableReason.CLOSED)


class _AtOnce:
    """Reads that take less than the hop to a thread. One that would have to wait for another process hops after all."""

    def __init__(self, connection: sqlite3.Connection, patient: Reader) -> None:
        self._connection, self._patient = connection, patient

    async def one(self, query: Query, values: Values | None = None) -> Row | None:
        rows = await self.all(query, values)
        return rows[0] if rows else None

    async def all(self, query: Query, values: Values | None = None) -> list[Row]:
        try:
            with sorted_errors():
                return self._connection.execute(query, values or {}).fetchall()  # all: no read stays open behind it
        except DatabaseUnavailableError as error:
            if error.reason is not UnavailableReason.BUSY:
                raise
        return await self._patient.all(query, values)


class _Session:
    """One connection for as long as a block holds it; each verb is one hop to the connection's thread.

    ``begin`` runs in the same hop as the first verb, so that a batch takes two hops: read, then write and commit. What
    was put off (``later``) runs in the hop of the next verb, or of the commit.
    """

    def __init__(
        self,
        connection: aiosqlite.Connection,
        begin: Callable[[sqlite3.Connection], None],
        log: FoldedLog | None = None,
    ) -> None:
        self._connection = connection
        self._begin = begin
        self._log = log
        self._begun = False
        self._over = False
        self._put_off: list[tuple[Query, Values, Otherwise | None, list[Row] | None]] = []

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``work`` in the connection's thread, in one hop.

        A cancelled caller still waits for it: the thread cannot stop halfway, and nobody may touch the connection
        before it has.
        """
        if self._over:
            raise RuntimeError("this transaction is over")
        with sorted_errors():
            return await _hop(self._connection, lambda raw: self._after_begin(raw, work))

    def _after_begin(self, raw: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
        if not self._begun:
            self._begun = True
            self._begin(raw)
        put_off, self._put_off = self._put_off, []
        for query, values, otherwise, answer in put_off:
            cursor = raw.execute(query, values)
            if answer is not None:
                answer.extend(cursor.fetchall())
            if cursor.rowcount == 0 and otherwise is not None:
                raise otherwise()
        return work(raw)

    async def end(self, finish: Callable[[sqlite3.Connection], None]) -> None:
        """Commit or roll back what was begun. Ending twice is fine."""
        if self._over:
            return
        if finish is _roll_back:
            self._put_off = []
        try:
            if self._begun or self._put_off:
                await self.run(finish)
            self._over = True
        finally:
            self._over = self._over or finish is _roll_back  # after a commit that failed there is still a rollback

    async def execute(self, query: Query, values: Values | None = None) -> int:
        return await self.run(lambda raw: raw.execute(query, values or {}).rowcount)

    async def later(
        self, query: Query, values: Values, otherwise: Otherwise | None = None, answer: list[Row] | None = None
    ) -> None:
        if self._over:
            raise RuntimeError("this transaction is over")
        self._put_off.append((query, values, otherwise, answer))

    async def execute_many(self, query: Query, rows: Sequence[Values]) -> None:
        await self.run(lambda raw: raw.executemany(query, rows))

    async def one(self, query: Query, values: Values | None = None) -> Row | None:
        rows = await self.all(query, values)
        return rows[0] if rows else None

    async def all(self, query: Query, values: Values | None = None) -> list[Row]:
        return await self.run(lambda raw: raw.execute(query, values or {}).fetchall())

    async def all_of(self, asked: Sequence[tuple[Query, Values]]) -> list[list[Row]]:
        return await self.run(lambda raw: [raw.execute(query, values).fetchall() for query, values in asked])

    async def plain_rows_of(self, asked: Sequence[tuple[Query, Values]]) -> list[list[PlainRow]]:
        return await self.run(lambda raw: _read_plainly(raw, asked))

    async def run_steps(self, steps: Sequence[Step], *, and_commit: bool = False) -> None:
        await self.run(lambda raw: self._take_steps(raw, steps, and_commit=and_commit))
        self._over = and_commit

    def _take_steps(self, raw: sqlite3.Connection, steps: Sequence[Step], *, and_commit: bool) -> None:
        for query, rows in steps:
            raw.executemany(query, rows)
        if and_commit:
            raw.execute("COMMIT")
            if self._log is not None:  # next in the thread's own queue, before anything that is asked of it from now on
                self._connection._tx.put_nowait((None, partial(self._log.fold, raw)))  # noqa: SLF001 - as in _hop


def _read_plainly(raw: sqlite3.Connection, asked: Sequence[tuple[Query, Values]]) -> list[list[PlainRow]]:
    cursor = raw.cursor()
    cursor.row_factory = None  # a row that also answers by name costs twice as much to make and to take apart
    return [cursor.execute(query, values).fetchall() for query, values in asked]


async def _hop(connection: aiosqlite.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    # aiosqlite's public verbs are one hop for each call; a batch is read, and written, in one.
    run: Callable[..., Awaitable[T]] = connection._execute  # noqa: SLF001 - see above
    try:
        return await run(work, connection._conn)  # noqa: SLF001 - see above
    except asyncio.CancelledError:
        await _wait_for_thread(connection)
        raise


async def _wait_for_thread(connection: aiosqlite.Connection) -> None:
    """Until the thread has done all that was given to it, however often we are cancelled meanwhile."""
    run: Callable[..., Awaitable[None]] = connection._execute  # noqa: SLF001 - as in _hop
    while True:
        try:
            return await run(_nothing)
        except asyncio.CancelledError:
            continue


def _nothing() -> None:
    """What is waited for comes before this in the thread's queue."""


def _begin(raw: sqlite3.Connection, wait: Wait) -> None:
    _roll_back(raw)  # a disk that failed during ROLLBACK may have left one open
    raw.execute("BEGIN IMMEDIATE")
    wait.end()


def _begin_reading(raw: sqlite3.Connection) -> None:
    raw.execute("BEGIN")
    raw.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()  # BEGIN alone takes no snapshot; the first read does


def _nothing_to_begin(_raw: sqlite3.Connection) -> None:
    """A single read is its own transaction."""


def _commit(raw: sqlite3.Connection) -> None:
    raw.execute("COMMIT")


def _roll_back(raw: sqlite3.Connection) -> None:
    if raw.in_transaction:  # a full disk has already rolled back by itself
        raw.execute("ROLLBACK")


def _make_private(path: Path) -> None:
    """A new file is its owner's alone; SQLite gives the log beside it the same rights.

    Made without opening it: closing a file drops every lock this process has on it, SQLite's own among them
    (sqlite.org/howtocorrupt.html, section 2.2).
    """
    with suppress(OSError):  # it is there already, or it cannot be made: opening it says why
        os.mknod(path, 0o600 | stat.S_IFREG)


async def _connect(path: Path, pragmas: Sequence[str]) -> aiosqlite.Connection:
    connection = aiosqlite.connect(path, isolation_level=None, cached_statements=256)
    try:
        await connection
    except BaseException:
        connection._thread.join()  # noqa: SLF001 - aiosqlite has told it to stop but does not wait; it takes no time
        raise
    try:
        connection.row_factory = sqlite3.Row
        for pragma in pragmas:
            await connection.execute_fetchall(pragma)
    except BaseException:
        await connection.close()
        raise
    return connection


def _connect_here(path: Path, pragmas: Sequence[str]) -> sqlite3.Connection:
    """A connection for whichever thread runs the event loop."""
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=256, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    try:
        for pragma in pragmas:
            connection.execute(pragma).fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


async def _switch_to_wal(writer: aiosqlite.Connection) -> None:
    """SQLite does not wait here when others open the same new file at once, so we ask again for as long as is usual."""
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            await writer.execute_fetchall("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.01)
        else:
            return
