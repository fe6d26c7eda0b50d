"""An update that is brought to one process and is another's: handed over, or left where that one will find it.

A hand-over is never handed over again: whoever it reaches says that it is not theirs (any more), and we look again. So
nothing goes in circles, and a person's updates meet in the one process that serves them.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Protocol

import structlog

from bot.arrivals import Arrival
from bot.memory.leases import ElsewhereError, Holder
from bot.memory.processes import DeclaredDeadError
from bot.transport.http.handover import Answer
from bot.transport.telegram.gathering import Gathering, NoRoomError, NotAnUpdateError
from bot.transport.telegram.receiving import Receiver
from ledger.kernel.errors import UnavailableError

_log = structlog.get_logger(__name__)

LOOKS: Final = 4  # a person changes hands once in a while; three times during one update, never


class Carrier(Protocol):
    """Brings an update to another process (``bot.transport.http.handover``)."""

    async def bring(self, address: str, raw: bytes) -> Answer | None:
        """What it says; ``None`` when it says nothing."""
        ...


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
        counted: Callable[[str], None],
    ) -> None:
        self._gathering, self._receiver, self._leave = gathering, receiver, leave
        self._carrier, self._counted = carrier, counted

    async def take(self, raw: Any) -> None:  # noqa: ANN401  # from outside: looked at by the gathering
        """It is safe: here, or with whoever serves its person. Raises what ``Gathering.take`` raises."""
        for _ in range(LOOKS):
            try:
                return await self._gathering.take(raw)
            except ElsewhereError as elsewhere:
                (holder,) = elsewhere.held.values()
            except DeclaredDeadError:
                raise NoRoomError from None  # we stop; it comes again, to another
            if await self._is_taken_by(holder, raw):
                return None
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
