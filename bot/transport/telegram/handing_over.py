"""An update that is brought to one process and is another's: handed over, or left where that one will find it.

A hand-over is never handed over again: whoever it reaches says that it is not theirs (any more), and we look again. So
nothing goes in circles, and a person's updates meet in the one process that serves them.
"""

import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Protocol

import structlog

from bot.arrivals import Arrival
from bot.memory.leases import KEPT, ElsewhereError, Holder
from bot.memory.processes import DeclaredDeadError
from bot.transport.http.handover import Answer
from bot.transport.telegram.gathering import Gathering, NoRoomError, NotAnUpdateError
from bot.transport.telegram.receiving import Receiver
from ledger.kernel.errors import UnavailableError

_log = structlog.get_logger(__name__)

MOST_REMEMBERED: Final = 10_000  # people, about 1 MiB
LOOKS: Final = 4  # a person changes hands once in a while; three times during one update, never


class Carrier(Protocol):
    """Brings an update to another process (``bot.transport.http.handover``)."""

    async def bring(self, address: str, raw: bytes) -> Answer | None:
        """What it says; ``None`` when it says nothing."""
        ...


def person_in(raw: Any) -> int | None:  # noqa: ANN401  # from outside: looked at here
    """Who wrote or pressed, of an update of the plainest kinds; ``None`` for all others, which are read in full."""
    try:
        if "callback_query" in raw:
            person_id = raw["callback_query"]["from"]["id"]
        else:
            message = raw["message"]
            person_id = message["from"]["id"] if message["chat"]["type"] == "private" else None
    except (KeyError, TypeError):
        return None
    return person_id if isinstance(person_id, int) else None


class LastHolders:
    """Who took each person's last update, for a few seconds. It may be wrong: then that process says so."""

    def __init__(self, steady_s: Callable[[], float], most: int = MOST_REMEMBERED) -> None:
        self._steady_s, self._most = steady_s, most
        self._last: OrderedDict[int, tuple[Holder, float]] = OrderedDict()

    def of(self, person_id: int | None) -> Holder | None:
        """Who, if that was a moment ago."""
        holder, until_s = self._last.get(person_id or 0, (None, 0.0))
        return holder if self._steady_s() < until_s else None

    def remember(self, person_id: int | None, holder: Holder) -> None:
        """It has just taken something of theirs."""
        if person_id is None:
            return
        self._last[person_id] = holder, self._steady_s() + KEPT.total_seconds()
        self._last.move_to_end(person_id)
        if len(self._last) > self._most:
            self._last.popitem(last=False)

    def forget(self, person_id: int | None) -> None:
        """It was not theirs."""
        self._last.pop(person_id or 0, None)


class HandingOver:
    """Takes what is brought here, whoever's it is, and what other processes bring, if it is ours.

    ``leave`` stores what is another's where that one finds it; False if it must not be written down.
    """

    def __init__(
        self,
        gathering: Gathering,
        receiver: Receiver,
        leave: Callable[[Sequence[Arrival]], Awaitable[bool]],
        carrier: Carrier,
        *,
        counted: Callable[[str], None],
        steady_s: Callable[[], float],
    ) -> None:
        self._last = LastHolders(steady_s)
        self._gathering, self._receiver, self._leave = gathering, receiver, leave
        self._carrier, self._counted = carrier, counted

    async def take(self, raw: Any) -> None:  # noqa: ANN401  # from outside: looked at by the gathering
        """It is safe: here, or with whoever serves its person. Raises what ``Gathering.take`` raises."""
        person_id = person_in(raw)
        if await self._is_taken_by_the_last(person_id, raw):
            return
        for _ in range(LOOKS):
            holder = await self._holder_of(raw)
            if holder is None:
                return
            if await self._is_taken_by(holder, raw):
                self._last.remember(person_id, holder)
                return
        raise NoRoomError

    async def brought(self, raw: bytes) -> Answer:
        """Another process found that this is ours."""
        try:
            await self._gathering.take(json.loads(raw))
        except ElsewhereError:
            return Answer.NOT_OURS
        except (UnavailableError, NoRoomError, NotAnUpdateError, DeclaredDeadError):
            return Answer.AWAY
        return Answer.TAKEN

    async def idle(self) -> None:
        """Until everything that was taken is stored or refused."""
        await self._gathering.idle()

    async def _holder_of(self, raw: Any) -> Holder | None:  # noqa: ANN401  # as above
        """Whose it is; ``None`` once it is taken here."""
        try:
            await self._gathering.take(raw)
        except ElsewhereError as elsewhere:
            (holder,) = elsewhere.held.values()
            return holder
        except DeclaredDeadError:
            raise NoRoomError from None  # we stop; it comes again, to another
        return None

    async def _is_taken_by_the_last(self, person_id: int | None, raw: Any) -> bool:  # noqa: ANN401  # as above
        """By whoever took this person's last update: what somebody does comes in a row, so the store is not asked."""
        holder = self._last.of(person_id)
        if holder is None:
            return False
        answer = await self._carrier.bring(holder.address, json.dumps(raw).encode())
        self._counted("silent" if answer is None else answer.name.lower())
        if answer is not Answer.TAKEN:
            self._last.forget(person_id)
            return False
        self._last.remember(person_id, holder)
        return True

    async def _is_taken_by(self, holder: Holder, raw: Any) -> bool:  # noqa: ANN401  # as above
        """False when it is not theirs any more. ``NoRoomError`` when it must come again."""
        answer = await self._carrier.bring(holder.address, json.dumps(raw).encode())
        self._counted("silent" if answer is None else answer.name.lower())
        match answer:
            case Answer.TAKEN:
                return True
            case Answer.NOT_OURS:
                return False
            case Answer.AWAY | Answer.FORBIDDEN:
                _log.warning("handover.refused", holder=holder.process_id, answer=answer.name)
                raise NoRoomError
            case None:
                _log.warning("handover.silent", holder=holder.process_id)
        if not await self._leave(self._receiver.read([raw]).arrivals):
            raise NoRoomError  # a PIN's digit is not written down: it comes again until somebody serves its person
        return True
