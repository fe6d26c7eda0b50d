"""Commits that carry what would otherwise need one of its own: marks of what was sent, and messages that are claimed.

A mark ("it stands in the chat") waits for the next commit, whoever makes it, for ``RIDES_WITHIN_S`` at most. A message
may be written as under way by the commit that promises it, and is handed to whoever says it once that commit stands.
Both only where one process does everything (``hand_to``); elsewhere each is written down as before.

A process that dies meanwhile leaves messages under way, which are said again: those that were sent and not marked among
them. So nothing that is counted rides: a notice about money is marked alone and at once, by whoever sent it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, TypeAlias

import structlog

from bot.memory.departures import Departures
from bot.memory.outbox import Outbox
from bot.memory.outgoing import Delivery
from ledger.database.port import Database, Session
from ledger.kernel.errors import UnavailableError
from ledger.kernel.instants import Instant

_log = structlog.get_logger(__name__)

# What came of a call, as it is to be written down. Written twice it is the same.
Mark: TypeAlias = Callable[[Session, Instant], Awaitable[object]]

RIDES_WITHIN_S: Final = 0.25  # a chat goes on sooner than that; whoever reads it takes longer
FULL_DISK_WAIT_S: Final = 1.0


def _never(_chat_id: int) -> bool:
    """Until somebody takes messages as soon as they stand."""
    return False


@dataclass(frozen=True, slots=True)
class Commit:
    """One that is open. What is written with its ``departures`` may leave as soon as it stands."""

    session: Session
    departures: Departures


class Commits:
    """Opens commits, and knows what the next one is to carry."""

    def __init__(self, database: Database, outbox: Outbox, now: Callable[[], Instant]) -> None:
        self.database, self._outbox, self._now = database, outbox, now
        self._takes: Callable[[int], bool] = _never
        self._take: Callable[[Delivery], None] | None = None
        self._waiting: list[Mark] = []
        self._doubted: list[Mark] = []  # whose commit failed
        self._timer: asyncio.TimerHandle | None = None
        self._flushing: asyncio.Task[None] | None = None
        self._closing = False

    def hand_to(self, takes: Callable[[int], bool], take: Callable[[Delivery], None]) -> None:
        """From now on, messages for chats that ``takes`` says yes to are claimed by the commit that writes them."""
        self._takes, self._take = takes, take

    @property
    def carries(self) -> bool:
        """Whether a mark may wait for the next commit."""
        return self._take is not None and not self._closing

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Commit]:
        """A transaction that carries what waits. What may leave is handed on once it stands."""
        departures = Departures(self._takes)
        carried: list[Mark] = []
        try:
            async with self.database.transaction() as session:
                carried, self._waiting = self._waiting, []
                for mark in carried:
                    await mark(session, self._now())
                yield Commit(session, departures)
        except BaseException:
            # Whoever is cancelled does not know whether it stands: marks are made again, what was claimed is let go.
            self._doubt([*carried, *(self._release(claimed) for claimed in departures.all)])
            raise
        if self._take is not None:
            for claimed in departures.granted():
                self._take(claimed)

    def soon(self, mark: Mark) -> None:
        """Write it down with the next commit, or in a moment."""
        self._waiting.append(mark)
        self._ride_soon()

    async def flush(self) -> None:
        """Until nothing waits. A full disk is waited for, but not by a process that ends: what is left is in doubt."""
        while self._waiting or self._doubted:
            try:
                if self._doubted:
                    await self._write_alone(self._doubted[0])
                else:
                    async with self.open():
                        pass
            except UnavailableError as error:
                _log.error("marks.not_written_down", error=type(error).__name__)
                if self._closing:
                    return
                await asyncio.sleep(FULL_DISK_WAIT_S)

    async def _write_alone(self, mark: Mark) -> None:
        """A mark whose commit failed: nobody else's may fail for it, and one that cannot be made is given up."""
        try:
            async with self.database.transaction() as session:
                await mark(session, self._now())
        except UnavailableError:
            raise
        except Exception as fault:  # noqa: BLE001 - whatever is wrong with it, the others are to be written
            _log.error("marks.given_up", exc_info=fault)
        if mark in self._doubted:  # somebody else may have been at it too
            self._doubted.remove(mark)

    async def close(self) -> None:
        """Nothing waits from now on."""
        self._closing = True
        if self._timer is not None:
            self._timer.cancel()
        if self._flushing is not None:
            await asyncio.wait((self._flushing,))
        await self.flush()

    def _doubt(self, marks: list[Mark]) -> None:
        if marks:
            self._doubted += marks
            self._ride_soon()

    def _release(self, claimed: Delivery) -> Mark:
        return lambda session, now: self._outbox.retry_at(session, claimed.outbox_id, now)

    def _ride_soon(self) -> None:
        if self._timer is None and not self._closing:
            self._timer = asyncio.get_running_loop().call_later(RIDES_WITHIN_S, self._begin_flush)

    def _begin_flush(self) -> None:
        self._timer = None
        if (self._waiting or self._doubted) and self._flushing is None:
            self._flushing = asyncio.create_task(self.flush(), name="marks")
            self._flushing.add_done_callback(self._flushed)

    def _flushed(self, flushing: "asyncio.Task[None]") -> None:
        self._flushing = None
        if not flushing.cancelled() and (error := flushing.exception()) is not None:
            _log.error("marks.failed", exc_info=error)
        if self._waiting or self._doubted:
            self._ride_soon()
