"""Several processes that do something at once, on PostgreSQL: as a crowd, or one seen to wait for the other."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

import pytest

from ledger.database.port import Database, Session
from tests.bot.memory.rooms import Memory

T = TypeVar("T")
U = TypeVar("U")
_WAITERS: Final = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


class Race:
    """The same memory as several processes have it, and a look at who waits for whom."""

    def __init__(self, processes: Sequence[Memory], watch: Any) -> None:
        self.processes = tuple(processes)
        self._watch = watch

    @property
    def memory(self) -> Memory:
        """That of the first process."""
        return self.processes[0]

    async def crowd(self, many: int, do: Callable[[Memory, Session, int], Awaitable[T]]) -> list[T]:
        """Many do it at once, each in a transaction of its own, over all connections of all processes."""

        async def one(number: int) -> T:
            memory = self.processes[number % len(self.processes)]
            async with memory.database.transaction() as session:
                return await do(memory, session, number)

        return await asyncio.gather(*(one(number) for number in range(many)))

    async def after(
        self, do: Callable[[Memory, Session], Awaitable[T]], do_then: Callable[[Memory, Session], Awaitable[U]]
    ) -> tuple[T, U]:
        """What the first process does, and what the second does once it need not wait for the first any more."""
        first, then, *_ = self.processes

        async def second() -> U:
            async with then.database.transaction() as session:
                return await do_then(then, session)

        async with first.database.transaction() as session:
            done = await do(first, session)
            waiting = asyncio.create_task(second())
            await self.somebody_waits()
        return done, await waiting

    async def somebody_waits(self) -> None:
        """Until some transaction waits for another; each look lets the others go on."""
        async with asyncio.timeout(20):
            while not await self._watch.fetchval(_WAITERS):
                pass


@asynccontextmanager
async def undone(database: Database) -> AsyncIterator[Session]:
    """A transaction that comes to nothing."""
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - the block is the transaction
        async with database.transaction() as session:
            yield session
            raise ZeroDivisionError
