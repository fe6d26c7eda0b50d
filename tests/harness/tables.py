"""The bot's tables on PostgreSQL, made once and emptied before each test: a database for each would take a minute."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import asyncpg

from ledger.database.migrate import MigrationSet, migrate
from ledger.database.opening import open_database
from ledger.database.port import Database, Query
from tests.harness.postgres import PostgresServer

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
_TABLES = """
SELECT table_name FROM information_schema.tables
WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name <> 'schema_migrations'
"""
_COLUMNS = {
    "sqlite": Query("""
        SELECT tables.name AS table_name, columns.name AS column_name
        FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
        WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'
    """),
    "postgres": Query("""
        SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()
    """),
}


@contextmanager
def migrated(server: PostgresServer, sets: Sequence[MigrationSet]) -> Iterator[str]:
    """The address of a database with the tables of these rooms. Not to be called where an event loop runs."""

    async def make(url: str) -> None:
        database = await open_database(url)
        try:
            await migrate(database, sets, LONG_AGO)
        finally:
            await database.close()

    with asyncio.Runner() as runner:
        context = server.database()
        url = runner.run(context.__aenter__())
        try:
            runner.run(make(url))
            yield url
        finally:
            runner.run(context.__aexit__(None, None, None))


async def empty(url: str) -> None:
    """Take every row out, also those that are never taken out, and put back what a migration put in."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET session_replication_role = replica")  # the triggers look away
        tables = [row["table_name"] for row in await connection.fetch(_TABLES)]
        await connection.execute("; ".join(f"DELETE FROM {table}" for table in tables))
        await connection.execute("INSERT INTO pin_clock (one, latest_at) VALUES (1, 0)")
    finally:
        await connection.close()


async def columns(database: Database) -> dict[str, set[str]]:
    """The columns of every table."""
    found: dict[str, set[str]] = {}
    for row in await database.all(_COLUMNS[database.dialect]):
        found.setdefault(row["table_name"], set()).add(row["column_name"])
    return found


async def everything_stored(database: Database) -> bytes:
    """Every cell of every table, as bytes; on SQLite also what lies in the file and its log beside the tables."""
    cells: list[bytes] = []
    for table in await columns(database):
        for row in await database.all(Query(f"SELECT * FROM {table}")):
            cells += [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]
    return b"\n".join(cells)
