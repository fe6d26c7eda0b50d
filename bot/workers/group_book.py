"""What becomes of a group, written down together with everything that waits to be said there.

Used by whoever learns of it: the intake, from an update, and the delivery, from a refused call. It decides no payment.
"""

from dataclasses import replace
from typing import Protocol

import structlog

from bot.arrivals import Arrival, GroupChange, GroupChanged
from bot.dialogue.effects import Say
from bot.dialogue.flows.groups import maybe_shown, not_delivered
from bot.memory.groups import Groups
from bot.memory.outbox import Outbox
from bot.memory.people import People
from bot.port import Outgoing, dump_outgoing, load_outgoing
from ledger.database.port import Session
from ledger.kernel.instants import Instant

_log = structlog.get_logger(__name__)


class Voice(Protocol):
    """Words out: the runner's, so that these are in the language of every other message."""

    def message(self, say: Say, *, language: str, person_id: int, chat_id: int) -> Outgoing:
        """A message for one person."""
        ...


class GroupBook:
    """Keeps groups and what waits for them together."""

    def __init__(self, groups: Groups, outbox: Outbox, people: People, voice: Voice) -> None:
        self._groups, self.outbox, self._people, self._voice = groups, outbox, people, voice

    async def note(self, session: Session, arrival: Arrival, now: Instant) -> None:
        """What an arrival says of a group, apart from its words."""
        if arrival.members:
            await self._groups.saw(session, arrival.chat_id, arrival.members, now)
        if arrival.gone is not None:
            await self._groups.left(session, arrival.chat_id, arrival.gone)
        match arrival.happening:
            case GroupChanged(GroupChange.MOVED, chat_id, int(new_chat_id)):
                await self.moved(session, chat_id, new_chat_id, now)
            case GroupChanged(GroupChange.REMOVED, chat_id):
                await self.closed(session, chat_id, now)
            case _:
                pass

    async def moved(self, session: Session, chat_id: int, new_chat_id: int, now: Instant) -> None:
        """Members, payments and everything that waits follow to the new number."""
        await self._groups.moved(session, chat_id, new_chat_id)
        followed = await self.outbox.move_chat(session, chat_id, new_chat_id, now, _standing_alone)
        _log.info("group.moved", followed=followed)

    async def closed(self, session: Session, chat_id: int, now: Instant) -> None:
        """The bot was removed. What waited for the group ends; whose payment it should have shown is told."""
        await self._groups.closed(session, chat_id)
        for outbox_id, person_id in await self.outbox.close_chat(session, chat_id, now):
            if await self._groups.unshow(session, outbox_id):
                await self._tell(session, person_id, not_delivered(shown=True), now)

    async def not_taken(self, session: Session, outbox_id: str, person_id: int, now: Instant) -> None:
        """A group took a message of ours not: whoever it was about is told where they can be answered."""
        shown = await self._groups.unshow(session, outbox_id)
        await self._tell(session, person_id, not_delivered(shown=shown), now)

    async def in_doubt(self, session: Session, outbox_id: str, person_id: int, now: Instant) -> None:
        """Whether the group took it nobody knows. Whose payment it should show may look; it is not shown twice."""
        if await self._groups.shows(session, outbox_id):
            await self._tell(session, person_id, maybe_shown(), now)

    async def _tell(self, session: Session, person_id: int, say: Say, now: Instant) -> None:
        if person_id < 0:  # it was about the group itself
            return
        me = await self._people.load_me(person_id, session)
        if me.account_id is None or not me.reachable:
            return
        message = self._voice.message(say, language=me.language, person_id=person_id, chat_id=person_id)
        await self.outbox.tell(session, person_id, dump_outgoing(message), now)


def _standing_alone(body: bytes) -> bytes:
    """The message as a reply to nothing: a supergroup numbers its messages anew, and has other topics."""
    return dump_outgoing(replace(load_outgoing(body), reply_to=None, thread_id=None))
