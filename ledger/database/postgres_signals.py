"""Signals between processes over PostgreSQL's LISTEN and NOTIFY, on a connection of their own that comes back.

A signal says nothing but its name, and may be lost: whoever waits for one also looks by itself now and then. Signals
sent while one is on its way become one. It knows nothing of who sends or hears them.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import asyncpg

from ledger.database.postgres_errors import DRIVER_ERRORS

AGAIN_AFTER_S: Final = 1.0
_CONNECT_TIMEOUT_S: Final = 10.0
# Nothing is kept in these transactions, so nobody waits for a disk.
_SETTINGS: Final = {"application_name": "hundi signals", "synchronous_commit": "off"}


class PostgresSignals:
    """What this process sends and hears. ``run`` carries it until cancelled; before and between, signals wait."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._heard: dict[str, Callable[[], None]] = {}
        self._listening: set[str] = set()
        self._pending: set[str] = set()
        self._news = asyncio.Event()

    def send(self, name: str) -> None:
        """Whoever hears this name is called, soon or not at all. Returns at once."""
        self._pending.add(name)
        self._news.set()

    def hear(self, name: str, call: Callable[[], None]) -> None:
        """Call this from now on, also when a signal may have been missed."""
        self._heard[name] = call
        self._news.set()

    async def run(self) -> None:
        """Connect, and connect again."""
        while True:
            try:
                await self._connected()
            except DRIVER_ERRORS:
                await asyncio.sleep(AGAIN_AFTER_S)

    async def _connected(self) -> None:
        connection: Any = await asyncpg.connect(
            self._url, timeout=_CONNECT_TIMEOUT_S, command_timeout=_CONNECT_TIMEOUT_S, server_settings=_SETTINGS
        )
        self._listening.clear()
        connection.add_termination_listener(lambda _connection: self._news.set())
        self._news.set()
        try:
            while not connection.is_closed():
                await self._news.wait()
                self._news.clear()
                await self._listen(connection)
                await self._send(connection)
        finally:
            connection.terminate()

    async def _listen(self, connection: Any) -> None:  # noqa: ANN401 - asyncpg comes without types
        for name in set(self._heard) - self._listening:
            await connection.add_listener(name, lambda *_heard, name=name: self._heard[name]())
            self._listening.add(name)
            self._heard[name]()  # what was sent before is not told again

    async def _send(self, connection: Any) -> None:  # noqa: ANN401 - asyncpg comes without types
        while self._pending:
            name = self._pending.pop()
            try:
                await connection.execute("SELECT pg_notify($1, '')", name)
            except BaseException:
                self._pending.add(name)  # twice is harmless
                raise
