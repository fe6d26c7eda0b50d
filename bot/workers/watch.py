"""Watches the house itself: how late the event loop wakes, and what waits where, for the figures."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from bot.memory.cursors import NOTICES, Cursors
from bot.memory.inbox import Inbox
from bot.memory.outbox import Outbox
from bot.metrics import Metrics
from ledger.database.port import Database
from ledger.desk import Ledger
from ledger.kernel.instants import Instant

BEAT_S: Final = 0.25  # often enough to meet a stall that a person would feel, rare enough to cost nothing


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

    async def beat(self) -> None:
        """Until cancelled: sleep a little, and note how much longer it was."""
        while True:
            due = self._metrics.now_s() + BEAT_S
            await asyncio.sleep(BEAT_S)
            self._metrics.lag(self._metrics.now_s() - due)

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
