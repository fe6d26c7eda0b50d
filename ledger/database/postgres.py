"""PostgreSQL behind the port, through asyncpg: a few writing connections, a few reading ones.

Several transactions of one process run side by side here, and those of other processes too: what must come one after
the other locks a row first. Every transaction is at the isolation the server gives (READ COMMITTED, unless the address
says more): what another one forbids ends in ``ConflictError`` and is run again.
It knows nothing of accounts or money.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import lru_cache
from itertools import count
from typing import Any, Final, NamedTuple, Self, TypeAlias, TypeVar, cast

import asyncpg

from ledger.database.errors import DatabaseUnavailableError, UnavailableReason
from ledger.database.port import Otherwise, PlainRow, Query, Reader, Row, Session, Step, Value, Values
from ledger.database.postgres_errors import DRIVER_ERRORS, sorted_errors
from ledger.database.waits import Waits

T = TypeVar("T")
Connection: TypeAlias = Any  # asyncpg comes without types
Pool: TypeAlias = Any

WRITERS: Final = 4  # transactions of one process side by side; each person's turns come one after the other anyway
READERS: Final = 3  # as on SQLite: a screen, a worker and a long walk
LOCK_TIMEOUT_S: Final = 10.0  # how long we wait for another's row; a batch takes well under a second
STATEMENT_TIMEOUT_S: Final = 30.0  # the longest page of a walk takes far less; a server that hangs is not waited for
IDLE_TIMEOUT_S: Final = (
    10.0  # a process that was paused in a transaction must not keep the chain's head from the others
)
CONNECT_TIMEOUT_S: Final = 10.0

_NAMED: Final = re.compile(r"'(?:[^']|'')*'|(?<!:):([a-z][a-z0-9_]*)")  # a string, or a value's name; not a ``::cast``
_COPY: Final = re.compile(r"COPY (?P<table>\w+) \((?P<columns>[^)]*)\) FROM STDIN", re.IGNORECASE)
_SETTINGS: Final = {
    "application_name": "hundi",
    "timezone": "UTC",
    "lock_timeout": f"{LOCK_TIMEOUT_S:.0f}s",
    "statement_timeout": f"{STATEMENT_TIMEOUT_S:.0f}s",
    "idle_in_transaction_session_timeout": f"{IDLE_TIMEOUT_S:.0f}s",
}
# A transaction that writes finds its rows by key, however many they are: one plan for every size, made once.
_WRITES: Final = {**_SETTINGS, "plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}
_READS: Final = {**_SETTINGS, "default_transaction_read_only": "on"}


class _Text(NamedTuple):
    """A query as PostgreSQL reads it: ``$1`` for each name, in this order."""

    sql: str
    names: tuple[str, ...]


class PostgresDatabase:
    """An open PostgreSQL database. Make one with ``open``; close it, or its connections stay."""

    def __init__(self, writers: Pool, readers: Pool) -> None:
        self._writers = writers
        self._readers = readers
        self.waits = Waits()
        self._closed = False

    @classmethod
    async def open(cls, url: str, *, writers: int = WRITERS, readers: int = READERS) -> Self:
        """Connect. ``DatabaseUnavailableError`` if that cannot be done now. asyncpg reads the address (``DSN``)."""
        with sorted_errors():
            writing = await _pool(url, writers, _WRITES)
            try:
                reading = await _pool(url, readers, _READS)
            except BaseException:
                writing.terminate()
                raise
        return cls(writing, reading)

    @property
    def dialect(self) -> str:
        """Which variant of a query is used."""
        return "postgres"

    @property
    def at_once(self) -> Reader:
        """As any read: each is a round trip here."""
        return self

    def transaction(self) -> AbstractAsyncContextManager[Session]:
        """A writing connection: commit at the end, roll back if the block raises or is cancelled."""
        return self._transaction()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Session]:
        with self.waits.one() as wait:
            async with self._connection(self._writers) as connection:
                wait.end()
                session = _Session(connection, "BEGIN")
                try:
                    yield session
                    await session.end("COMMIT")
                except BaseException:
                    await session.abandon()
                    raise

    def snapshot(self) -> AbstractAsyncContextManager[Reader]:
        """Read several things as of one moment. Not for hours, please: meanwhile no dead row can be cleared away."""
        return self._snapshot()

    @asynccontextmanager
    async def _snapshot(self) -> AsyncIterator[Reader]:
        async with self._connection(self._readers) as connection:
            session = _Session(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                await session.all(Query("SELECT 1"))  # takes the snapshot now, not at the first read
                yield session
            finally:
                await session.abandon()

    async def one(self, query: Query, values: Values | None = None) -> Row | None:
        """Read one row on a reading connection."""
        async with self._connection(self._readers) as connection:
            return await _Session(connection).one(query, values)

    async def all(self, query: Query, values: Values | None = None) -> list[Row]:
        """Read all rows on a reading connection."""
        async with self._connection(self._readers) as connection:
            return await _Session(connection).all(query, values)

    @asynccontextmanager
    async def _connection(self, pool: Pool) -> AsyncIterator[Connection]:
        """One that works, as far as can be known. One that broke meanwhile is not given to anybody again."""
        if self._closed:
            raise DatabaseUnavailableError(UnavailableReason.CLOSED)
        with sorted_errors():
            connection = await pool.acquire()
        try:
            yield connection
        except DatabaseUnavailableError as error:
            if error.reason is UnavailableReason.LOST or (
                error.reason is UnavailableReason.READ_ONLY and pool is self._writers
            ):
                _throw_away(connection)  # also one whose server is a standby now: the next finds who took over
            raise
        finally:
            await pool.release(connection)

    async def close(self) -> None:
        """Wait for what is open, then close every connection. Closing twice is fine."""
        if self._closed:
            return
        self._closed = True
        await asyncio.gather(self._writers.close(), self._readers.close())


class _Session:
    """One connection for as long as a block holds it. ``begin`` runs before the first verb, if there is one."""

    def __init__(self, connection: Connection, begin: str | None = None) -> None:
        self._connection = connection
        self._begin = begin
        self._begun = False
        self._over = False

    async def execute(self, query: Query, values: Values | None = None) -> int:
        text = _named(query)
        status = await self._run(lambda raw: raw.execute(text.sql, *_in_order(text, values)))
        count = status.rpartition(" ")[2]
        return int(count) if count.isdecimal() else 0

    async def later(
        self, query: Query, values: Values, otherwise: Otherwise | None = None, answer: list[Row] | None = None
    ) -> None:
        if answer is not None:
            answer.extend(await self.all(query, values))
            changed = len(answer)
        else:
            changed = await self.execute(query, values)
        if changed == 0 and otherwise is not None:
            raise otherwise()

    async def execute_many(self, query: Query, rows: Sequence[Values]) -> None:
        text = _named(query)
        await self._run(lambda raw: raw.executemany(text.sql, [_in_order(text, row) for row in rows]))

    async def one(self, query: Query, values: Values | None = None) -> Row | None:
        rows = await self.all(query, values)
        return rows[0] if rows else None

    async def all(self, query: Query, values: Values | None = None) -> list[Row]:
        text = _named(query)
        rows = await self._run(lambda raw: raw.fetch(text.sql, *_in_order(text, values)))
        return cast("list[Row]", rows)

    async def all_of(self, asked: Sequence[tuple[Query, Values]]) -> list[list[Row]]:
        return [await self.all(query, values) for query, values in asked]

    async def plain_rows_of(self, asked: Sequence[tuple[Query, Values]]) -> list[list[PlainRow]]:
        return [list(rows) for rows in await self.all_of(asked)]

    async def run_steps(self, steps: Sequence[Step], *, and_commit: bool = False) -> None:
        for query, rows in steps:
            await self._step(query, rows)
        if and_commit:
            await self.end("COMMIT")

    async def _step(self, query: Query, rows: Sequence[Sequence[Value]]) -> None:
        """COPY takes the rows as they are; any other statement takes each column as an array, for ``unnest``."""
        if copy := _COPY.match(query):
            columns = [column.strip() for column in copy["columns"].split(",")]
            await self._run(lambda raw: raw.copy_records_to_table(copy["table"], records=rows, columns=columns))
        elif rows:
            columns_of = [list(column) for column in zip(*rows, strict=True)]
            await self._run(lambda raw: raw.execute(_by_position(query), *columns_of))

    async def end(self, how: str) -> None:
        """Commit what was begun. Whoever is cancelled meanwhile still waits for it. Ending twice is fine."""
        if self._over:
            return
        if self._begun:
            await _uncancelled(self._run(lambda raw: raw.execute(how)))
        self._over = True

    async def abandon(self) -> None:
        """Roll back what was begun, whatever state the connection is in; one that cannot is thrown away."""
        if self._over:
            return
        self._over = True
        if self._begun:
            await _uncancelled(_roll_back(self._connection))

    async def _run(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        if self._over:
            raise RuntimeError("this transaction is over")
        with sorted_errors():
            if self._begin is not None and not self._begun:
                self._begun = True
                await self._connection.execute(self._begin)
            return await work(self._connection)


async def _pool(url: str, size: int, settings: Mapping[str, str]) -> Pool:
    pool = await asyncpg.create_pool(
        url,
        min_size=0,  # nobody connects in the background: who asks is told why it cannot be done
        max_size=size,
        timeout=CONNECT_TIMEOUT_S,
        command_timeout=STATEMENT_TIMEOUT_S + LOCK_TIMEOUT_S,  # for a server that cannot even say that it times out
        server_settings=dict(settings),
        init=_check_durable,
        reset=_nothing,  # nothing of ours outlives its transaction, so no round trip is spent on clearing it away
    )
    try:
        await pool.release(await pool.acquire())
    except BaseException:
        pool.terminate()
        raise
    return pool


async def _check_durable(connection: Connection) -> None:
    """An acknowledged payment is on disk: where a commit would not wait for that, it does in our sessions."""
    if await connection.fetchval("SHOW synchronous_commit") == "off":
        await connection.execute("SET synchronous_commit = on")


async def _nothing(_connection: Connection) -> None:
    """What is asked before a connection goes back to its pool."""


async def _roll_back(connection: Connection) -> None:
    """Whatever state it is in; a connection that cannot be brought back to a clean one is not used again."""
    try:
        if connection.is_in_transaction():
            await connection.execute("ROLLBACK", timeout=CONNECT_TIMEOUT_S)
    except (*DRIVER_ERRORS, asyncio.CancelledError):
        _throw_away(connection)  # the server rolls back what a broken connection leaves


def _throw_away(connection: Connection) -> None:
    with suppress(asyncpg.InterfaceError):  # the pool noticed first
        connection.terminate()


async def _uncancelled(what: Awaitable[T]) -> T:
    """Its result, however often we are cancelled meanwhile; then we are."""
    task = asyncio.ensure_future(what)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled from task.exception()
    return task.result()


@lru_cache(maxsize=1_024)
def _named(query: Query) -> _Text:
    """``:name`` as ``$n``, the same name the same number."""
    names: dict[str, int] = {}

    def numbered(found: "re.Match[str]") -> str:
        name = found[1]
        return found[0] if name is None else f"${names.setdefault(name, len(names) + 1)}"

    return _Text(_NAMED.sub(numbered, query), tuple(names))


@lru_cache(maxsize=256)
def _by_position(query: Query) -> str:
    """``?`` as ``$n``, in order."""
    number = count(1)
    return re.sub(r"\?", lambda _: f"${next(number)}", query)


def _in_order(text: _Text, values: Values | None) -> list[Value]:
    given = values or {}
    return [given[name] for name in text.names]
