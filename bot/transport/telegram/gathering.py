"""Updates that are brought one by one, stored together: whoever waits goes into one transaction.

While one transaction runs the next one gathers, as at the desk of the ledger, so a hundred requests at once cost a few
commits and not a hundred. Each caller hears of its own update only.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import structlog

from bot.memory.leases import ElsewhereError
from bot.memory.processes import DeclaredDeadError
from bot.transport.telegram.receiving import Batch, Receiver
from ledger.kernel.errors import UnavailableError

_log = structlog.get_logger(__name__)

MOST: Final = 100  # in one transaction, as in one answer of getUpdates
MOST_WAITING: Final = 1_000  # not stored yet; Telegram brings at most 100 at a time, so this is a fault or an attack


class NotAnUpdateError(Exception):
    """What was brought has no number, so it is no update."""


class NoRoomError(Exception):
    """Too much waits already. The same again, later."""


class Gathering:
    """``take`` gives back once the update is on disk and its person has been given a turn."""

    def __init__(
        self,
        receiver: Receiver,
        has_room: Callable[[int], bool] = lambda _person_id: True,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._receiver, self._has_room, self._most_waiting = receiver, has_room, most_waiting
        self._waiting: list[tuple[Batch, asyncio.Future[None]]] = []
        self._storing: asyncio.Task[None] | None = None

    async def take(self, raw: Any) -> None:  # noqa: ANN401  # from outside: looked at here
        """Store one update. ``NotAnUpdateError``, ``NoRoomError``, or ``UnavailableError`` when the disk has none."""
        if len(self._waiting) >= self._most_waiting:
            raise NoRoomError
        read = self._receiver.read([raw])
        if read.next_offset is None:
            raise NotAnUpdateError
        if not all(self._has_room(arrival.person_id) for arrival in read.arrivals):
            raise NoRoomError
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((read, stored))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store(), name="gathering")
        await asyncio.shield(stored)  # whoever hangs up does not take it back: Telegram brings it again, known by now

    async def idle(self) -> None:
        """Until everything that was taken is stored or refused."""
        if self._storing is not None:
            await asyncio.wait([self._storing])

    async def _store(self) -> None:
        try:
            while self._waiting:
                together, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._store_together(together)
        finally:
            self._storing = None

    async def _store_together(self, together: list[tuple[Batch, "asyncio.Future[None]"]]) -> None:
        batch = Batch()
        for read, _ in together:
            batch.arrivals += read.arrivals
            batch.put_aside += read.put_aside
        batch.arrivals.sort(key=lambda arrival: arrival.update_id)
        try:
            await self._receiver.take(batch)
        except ElsewhereError as elsewhere:
            for each in together:
                _end([each], _elsewhere(each[0], elsewhere))
        except UnavailableError as away:
            _end(together, away)
        except DeclaredDeadError as dead:
            _end(together, dead)
        except Exception as fault:  # noqa: BLE001 - each caller answers for it; the next ones must not wait for ever
            _log.error("inbox.refused", error=type(fault).__name__, exc_info=fault)
            _end(together, fault)
        else:
            _end(together, None)


def _elsewhere(read: Batch, elsewhere: ElsewhereError) -> ElsewhereError | None:
    """What one caller hears of it: only of what it brought itself."""
    ours = {arrival.update_id for arrival in read.arrivals}
    held = {update_id: holder for update_id, holder in elsewhere.held.items() if update_id in ours}
    return ElsewhereError((), held) if held else None


def _end(together: list[tuple[Batch, "asyncio.Future[None]"]], fault: Exception | None) -> None:
    for _, stored in together:
        if stored.done():
            continue
        if fault is None:
            stored.set_result(None)
        else:
            stored.set_exception(fault)
            stored.exception()  # a caller that hung up does not look
