"""What comes of a raw update, however it came: read on its own, stored, then handed over once.

Polling asks for updates and a webhook is brought them; from here on nothing differs. It knows how to read an update and
whom to hand it to; it knows no people, no money and no database.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import structlog
from telegram import Bot, Update

from bot.arrivals import Arrival, PutAside
from bot.memory.leases import ElsewhereError, Holder
from bot.memory.processes import DeclaredDeadError
from bot.transport.telegram.attention import Attention
from bot.transport.telegram.inbound import read
from bot.transport.telegram.plain import read_plain
from bot.transport.telegram.shapes import shape_of
from ledger.kernel.errors import LedgerError, UnavailableError
from ledger.kernel.instants import Instant

_log = structlog.get_logger(__name__)

REMEMBERED_UPDATES: Final = 10_000  # handed over by this process; a late repetition is not handed over again

_READ_OF_A_TAPPED_MESSAGE: Final = ("message_id", "date", "chat")

# Writes arrivals and what was put aside in one transaction, and answers which update ids were new.
Store: TypeAlias = Callable[[Sequence[Arrival], Sequence[PutAside]], Awaitable[Collection[int]]]
HandOver: TypeAlias = Callable[[Sequence[Arrival]], Awaitable[None]]


async def _nobody_is_told(_arrivals: Sequence[Arrival]) -> None:
    """For a source without people behind it."""


@dataclass(slots=True)
class Batch:
    """What came together. Without ``next_offset`` nothing in it had a number."""

    arrivals: list[Arrival] = field(default_factory=list)
    put_aside: list[PutAside] = field(default_factory=list)
    next_offset: int | None = None


class Receiver:
    """The common end of every way updates come by."""

    def __init__(
        self,
        bot: Bot,
        store: Store,
        on_arrivals: HandOver,
        *,
        on_waiting: HandOver = _nobody_is_told,
        attention: Attention | None = None,
        now: Callable[[], Instant],
    ) -> None:
        self._bot, self._store, self._on_arrivals, self._on_waiting = bot, store, on_arrivals, on_waiting
        self._attention, self._now = attention, now
        self._handed_over: OrderedDict[int, None] = OrderedDict()

    def read(self, raw: Sequence[Any]) -> Batch:
        """Each update on its own: one that nobody can read does not stop the others."""
        batch = Batch()
        for item in raw:
            update_id = item.get("update_id") if isinstance(item, dict) else None
            if not isinstance(update_id, int) or isinstance(update_id, bool) or not 0 <= update_id < 2**63 - 1:
                _log.error("telegram.update_without_number")
                continue
            batch.next_offset = max(batch.next_offset or 0, update_id + 1)
            if self._attention is not None and not self._attention.reads(update_id, item):
                continue  # of somebody who writes faster than anybody could answer
            try:
                arrival = self._read_one(item)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it must not come for ever
                _log.error("telegram.update_put_aside", update_id=update_id, error=type(error).__name__)
                batch.put_aside.append(PutAside(update_id, type(error).__name__, shape_of(item)))
            else:
                batch.arrivals += [arrival] if arrival is not None else []
        batch.arrivals.sort(key=lambda arrival: arrival.update_id)  # bots/api#update: they may "get out of order"
        return batch

    def _read_one(self, item: dict[str, Any]) -> Arrival | None:
        now = self._now()
        return read_plain(item, now) or read(Update.de_json(_lean(item), self._bot), self._bot.username, now)

    async def take(self, batch: Batch) -> None:
        """Store all of it, then hand over what is new. ``UnavailableError`` once its people know that it must wait.

        ``ElsewhereError`` at the end, if some of it is another process's.
        """
        elsewhere: ElsewhereError | None = None
        if not batch.arrivals and not batch.put_aside:
            return
        try:
            new = await self._store_all(batch)
        except ElsewhereError as error:
            elsewhere, new = error, error.new
        except UnavailableError as error:
            received = len(batch.arrivals) + len(batch.put_aside)
            _log.error("inbox.unavailable", error=type(error).__name__, updates=received)
            await self._on_waiting(batch.arrivals)
            raise
        _log.debug("telegram.updates", stored=len(new), put_aside=len(batch.put_aside), received=len(batch.arrivals))
        fresh = [a for a in batch.arrivals if a.update_id in new and self._is_first(a.update_id)]
        if fresh:
            await self._on_arrivals(fresh)
        if elsewhere is not None:
            raise elsewhere

    async def _store_all(self, batch: Batch) -> Collection[int]:
        """One transaction for all. If one of them cannot be written, each has its own, and that one is put aside."""
        try:
            return await self._store(batch.arrivals, batch.put_aside)
        except (LedgerError, ElsewhereError, DeclaredDeadError):
            raise  # the store is away, or nobody may go on here: not the fault of an update
        except Exception as error:
            _log.error("inbox.batch_refused", error=type(error).__name__, exc_info=error)
            if len(batch.arrivals) + len(batch.put_aside) == 0:
                raise
        new, held = set(await self._store((), batch.put_aside)), dict[int, Holder]()
        for arrival in batch.arrivals:
            try:
                new |= await self._store_or_put_aside(arrival)
            except ElsewhereError as elsewhere:
                held |= elsewhere.held
        if held:
            raise ElsewhereError(new, held)
        return new

    async def _store_or_put_aside(self, arrival: Arrival) -> set[int]:
        try:
            return set(await self._store((arrival,), ()))
        except (LedgerError, ElsewhereError, DeclaredDeadError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it must not come for ever
            reason = type(error).__name__
            _log.error("telegram.update_put_aside", update_id=arrival.update_id, error=reason)
            await self._store((), (PutAside(arrival.update_id, reason, type(arrival.happening).__name__),))
            return set()

    def _is_first(self, update_id: int) -> bool:
        """Whether this process has not handed it over yet. What leaves no row behind is known only here."""
        if update_id in self._handed_over:
            return False
        self._handed_over[update_id] = None
        if len(self._handed_over) > REMEMBERED_UPDATES:
            self._handed_over.popitem(last=False)
        return True


def _lean(update: dict[str, Any]) -> dict[str, Any]:
    """A tap without the words and the keyboard of its message: the library would build objects of each, for nobody."""
    query = update.get("callback_query")
    message = query.get("message") if isinstance(query, dict) else None
    if not isinstance(query, dict) or not isinstance(message, dict):
        return update
    kept = {name: message[name] for name in _READ_OF_A_TAPPED_MESSAGE if name in message}
    return update | {"callback_query": query | {"message": kept}}
