"""The door to a database, five verbs wide: transaction, execute, execute_many, one, all.

It knows no driver. Values go by name (``:name``); a row answers by column name. Text of a query comes from a ``.sql``
file (``ledger.database.queries``), never from a string built in code.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, NewType, Protocol, TypeAlias

from ledger.database.waits import Waits

Query = NewType("Query", str)
Value: TypeAlias = int | str | bytes | None
Values: TypeAlias = Mapping[str, Value]
Step: TypeAlias = tuple[
    Query, Sequence[Sequence[Value]]
]  # a statement with ``?`` values, and a row for each time it runs
Otherwise: TypeAlias = Callable[[], Exception]  # what is raised where a statement found no row
PlainRow: TypeAlias = Iterable[Any]  # the values alone, in the order of the query's columns


class Row(Protocol):
    """One row; columns by name, or all of them in the order of the query."""

    def __iter__(self) -> Iterator[Any]:
        """The values in the order of the query's columns."""
        ...

    def __getitem__(self, column: str, /) -> Any:  # noqa: ANN401 - the query knows the type, the reader of it says it
        """The ``Value`` in a column; ``IndexError`` or ``KeyError`` if the query has no such column."""
        ...


class Reader(Protocol):
    """Committed data as of one moment."""

    async def one(self, query: Query, values: Values | None = None) -> Row | None:
        """The first row, or None."""
        ...

    async def all(self, query: Query, values: Values | None = None) -> list[Row]:
        """Every row."""
        ...


class Session(Protocol):
    """An open transaction on the one writing connection. Nothing but the database is awaited inside."""

    async def execute(self, query: Query, values: Values | None = None) -> int:
        """Run one statement; how many rows it changed."""
        ...

    async def later(
        self, query: Query, values: Values, otherwise: Otherwise | None = None, answer: list[Row] | None = None
    ) -> None:
        """Run one statement whose answer nobody waits for: at the latest before the next verb, or the commit.

        ``otherwise`` makes what that verb or the commit raises, and nothing is written, if it changed no row. The rows
        that it returns are in ``answer`` by then.
        """
        ...

    async def execute_many(self, query: Query, rows: Sequence[Values]) -> None:
        """Run one statement for each row, in order."""
        ...

    async def one(self, query: Query, values: Values | None = None) -> Row | None:
        """The first row, or None. A statement with RETURNING counts as a query."""
        ...

    async def all(self, query: Query, values: Values | None = None) -> list[Row]:
        """Every row."""
        ...

    async def all_of(self, asked: Sequence[tuple[Query, Values]]) -> list[list[Row]]:
        """Every row of several queries, in one hop."""
        ...

    async def plain_rows_of(self, asked: Sequence[tuple[Query, Values]]) -> list[list[PlainRow]]:
        """The same without the names of columns: how a batch is prefetched."""
        ...

    async def run_steps(self, steps: Sequence[Step], *, and_commit: bool = False) -> None:
        """Run several statements, each for many rows, in one hop: how a batch is written. Values go by position.

        ``and_commit`` ends the transaction in the same hop; nothing may follow.
        """
        ...


class Database(Protocol):
    """A database that is open. Raises ``UnavailableError`` when it cannot answer now."""

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgres``: which variant of a query is used."""
        ...

    @property
    def waits(self) -> Waits:
        """How long transactions wait until they may write."""
        ...

    @property
    def at_once(self) -> Reader:
        """The same reads, for a few rows that a key finds: on SQLite no thread is asked. Not for a walk or a sum."""
        ...

    def transaction(self) -> AbstractAsyncContextManager[Session]:
        """Take the writer: everything inside is committed at the end, or rolled back if the block raises.

        Writers queue in order of arrival. A cancelled block rolls back.
        """
        ...

    def snapshot(self) -> AbstractAsyncContextManager[Reader]:
        """Read several things as of one moment. Short: while it is open the log cannot be reused."""
        ...

    async def one(self, query: Query, values: Values | None = None) -> Row | None:
        """Read one row on a reading connection: committed data only."""
        ...

    async def all(self, query: Query, values: Values | None = None) -> list[Row]:
        """Read all rows on a reading connection."""
        ...

    async def close(self) -> None:
        """Wait for the writer, then close every connection."""
        ...
