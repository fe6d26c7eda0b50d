"""Reads and writes whole tables without knowing what is in them: their names, columns and keys come from the schema.

A table is read in the order of its primary key, a page at a time, so that a copy can go on where it stood and needs
no more memory for fifty million rows than for fifty. This is the one place where the text of a query is put together;
what it is put together from are names of tables and columns that the database itself has given.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from ledger.database.port import Database, Query, Reader, Session, Step, Value
from ledger.database.queries import Queries

PAGE_ROWS: Final = 2_000
PAGE_BYTES: Final = 8 * 1024 * 1024  # of sealed cells: a message may carry a file, and two thousand of them do not fit
SEALED: Final = "sealed_"  # what a column is called whose cells may be large

Record: TypeAlias = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table as the schema has it. ``key`` is its primary key, in order."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    text_key: frozenset[str]

    def key_of(self, record: Record) -> Record:
        """The key of one of its rows."""
        return tuple(record[self.columns.index(column)] for column in self.key)


class Tables:
    """Every table of a database of one dialect."""

    def __init__(self, dialect: str, found: Sequence[Table]) -> None:
        self._dialect = dialect
        self.by_name = {table.name: table for table in found}

    @classmethod
    async def read(cls, database: Database) -> "Tables":
        """As they are in this database now."""
        queries = Queries.load("ledger.database", "sql/tables.sql", database.dialect)
        columns: dict[str, list[str]] = {}
        keys: dict[str, dict[int, str]] = {}
        texts: dict[str, set[str]] = {}
        for row in await database.all(queries["table_columns"]):
            name, column = row["table_name"], row["column_name"]
            columns.setdefault(name, []).append(column)
            if row["key_place"]:
                keys.setdefault(name, {})[row["key_place"]] = column
            if row["is_text"]:
                texts.setdefault(name, set()).add(column)
        found = []
        for name, its_columns in columns.items():
            key = tuple(column for _, column in sorted(keys.get(name, {}).items()))
            found.append(Table(name, tuple(sorted(its_columns)), key, frozenset(key) & texts.get(name, set())))
        return cls(database.dialect, found)

    async def page(self, reader: Reader, table: Table, after: Record | None) -> list[Record]:
        """The next rows behind a key, in order; as many as a page holds."""
        most = await self._fitting(reader, table, after)
        query = f"SELECT {_listed(table.columns)} FROM {_quoted(table.name)} {self._behind(table, after)} LIMIT :most"
        rows = await reader.all(Query(query), _named(after) | {"most": most})
        return [tuple(row) for row in rows]

    async def pages(self, reader: Reader, table: Table, after: Record | None = None) -> AsyncIterator[list[Record]]:
        """All rows behind a key."""
        while page := await self.page(reader, table, after):
            yield page
            after = table.key_of(page[-1])

    async def last_key(self, reader: Reader, table: Table) -> Record | None:
        """How far a table is filled."""
        backwards = ", ".join(f"{self._compared(table, column)} DESC" for column in table.key)
        query = f"SELECT {_listed(table.key)} FROM {_quoted(table.name)} ORDER BY {backwards} LIMIT 1"
        row = await reader.one(Query(query))
        return None if row is None else tuple(row)

    async def count(self, reader: Reader, table: Table) -> int:
        """How many rows it has."""
        row = await reader.one(Query(f"SELECT count(*) AS many FROM {_quoted(table.name)}"))
        return 0 if row is None else int(row["many"])

    async def put(self, session: Session, table: Table, page: Sequence[Record]) -> None:
        """Write rows as they are."""
        await session.run_steps([self._insertion(table, page)])

    async def empty(self, session: Session, table: Table) -> None:
        """Take out what a migration put in."""
        await session.execute(Query(f"DELETE FROM {_quoted(table.name)}"))

    def _insertion(self, table: Table, page: Sequence[Record]) -> Step:
        if self._dialect == "postgres":
            return Query(f"COPY {table.name} ({', '.join(table.columns)}) FROM STDIN"), page
        places = ", ".join("?" for _ in table.columns)
        return Query(f"INSERT INTO {_quoted(table.name)} ({_listed(table.columns)}) VALUES ({places})"), page

    async def _fitting(self, reader: Reader, table: Table, after: Record | None) -> int:
        """How many of the next rows fit into a page, at least one."""
        sealed = [column for column in table.columns if column.startswith(SEALED)]
        if not sealed:
            return PAGE_ROWS
        sizes = " + ".join(f"coalesce(length({_quoted(column)}), 0)" for column in sealed)
        query = f"SELECT {sizes} AS bytes FROM {_quoted(table.name)} {self._behind(table, after)} LIMIT :most"
        left = PAGE_BYTES
        rows = await reader.all(Query(query), _named(after) | {"most": PAGE_ROWS})
        for number, row in enumerate(rows):
            left -= row["bytes"]
            if left < 0:
                return max(number, 1)
        return PAGE_ROWS

    def _behind(self, table: Table, after: Record | None) -> str:
        keys = ", ".join(self._compared(table, column) for column in table.key)
        given = ", ".join(f":{_PLACE}{chr(97 + number)}" for number in range(len(table.key)))
        where = "" if after is None else f"WHERE ({keys}) > ({given}) "
        return f"{where}ORDER BY {keys}"

    def _compared(self, table: Table, column: str) -> str:
        """By bytes, on both databases: a server may order words by its own language."""
        if self._dialect == "postgres" and column in table.text_key:
            return f'{_quoted(column)} COLLATE "C"'
        return _quoted(column)


_PLACE: Final = "key_"


def _named(after: Record | None) -> dict[str, Value]:
    return {f"{_PLACE}{chr(97 + number)}": value for number, value in enumerate(after or ())}


def _quoted(name: str) -> str:
    return f'"{name}"'


def _listed(names: Sequence[str]) -> str:
    return ", ".join(_quoted(name) for name in names)
