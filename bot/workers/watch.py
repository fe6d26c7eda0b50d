"""Watches the house itself: how late the event loop wakes, who waits to write, and what waits where."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from bot.memory.cursors import NOTICES, Cursors
from bot.memory.inbox import Inbox
from bot.memory.outbox import Outbox
from bot.metrics import Metrics
from ledger.database.port import Database
from ledger.desk import Ledger
from ledger.kernel.instants import Instant

BEAT_S: Final = 0.25  # often enough to meet a stall that a person would feel, rare enough to cost nothing
STARVED_S: Final = 2.0  # no batch and no commit takes as long; SQLite gives up after ten (``BUSY_TIMEOUT_S``)

_log = structlog.get_logger(__name__)


class Watch:
    """Fills the figures that no event fills."""

    def __init__(  # noqa: PLR0917 - one room each, made once, by wiring
        self,
        metrics: Metrics,
        database: Database,
        ledger: Ledger,
        inbox: Inbox,
        outbox: Outbox,
        members: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._members = members
        self._metrics, self._ledger = metrics, ledger
        self._inbox, self._outbox = inbox, outbox
        self._cursors = Cursors(database)
        self._waits = database.waits
        self._waits.listen(metrics.writer_wait)
        self._starves = False

    async def beat(self) -> None:
        """Until cancelled: sleep a little, and note how much longer it was."""
        while True:
            due = self._metrics.now_s() + BEAT_S
            await asyncio.sleep(BEAT_S)
            self._metrics.lag(self._metrics.now_s() - due)
            self._see_the_writer()

    def _see_the_writer(self) -> None:
        """Whether somebody has been waiting to write for too long. Said once, and once when it is over."""
        waited_s = self._waits.longest_s()
        self._metrics.starved(waited_s)
        starves = waited_s >= STARVED_S
        if starves and not self._starves:
            _log.error("a writer starves", waited_s=round(waited_s, 1))
        elif self._starves and not starves:
            _log.warning("a writer no longer starves")
        self._starves = starves

    async def look(self, now: Callable[[], Instant]) -> None:
        """What waits now. ``UnavailableError`` when the store cannot say."""
        inbox, outbox = await self._inbox.backlog(now()), await self._outbox.backlog(now())
        head_seq, _ = await self._ledger.head()
        behind = head_seq - await self._cursors.find(NOTICES)
        self._metrics.box("inbox", inbox.waiting, inbox.oldest_age.total_seconds())
        self._metrics.box("outbox", outbox.waiting, outbox.oldest_age.total_seconds())
        if self._members is not None:
            await self._members()
        self._metrics.books(stopped=self._ledger.stopped_by is not None, notices_behind=behind)
