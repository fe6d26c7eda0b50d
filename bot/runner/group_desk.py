"""What is written into groups, and what the bot says of itself there. It decides nothing about money.

Only ``TellGroup`` and ``ShowInGroup`` ever put words into a group; every other message goes to a private chat.
"""

import secrets
from dataclasses import replace
from typing import Final

from bot.arrivals import GroupChange, GroupChanged, NamelessInGroup
from bot.dialogue import effects as fx
from bot.dialogue.flows.groups import hello, nameless
from bot.dialogue.people import Me, Payee
from bot.dialogue.places import GroupMessage
from bot.port import dump_outgoing
from bot.runner.doors import Doors
from ledger.database.port import Session

_LINK_BYTES: Final = 16


def new_link() -> str:
    """A link that nobody can guess, in the characters that Telegram lets Start carry."""
    return "g" + secrets.token_urlsafe(_LINK_BYTES)


class GroupDesk:
    """Writes into groups."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    async def members(self, origin: GroupMessage | None, person_id: int) -> tuple[Payee, ...]:
        """Whom a name may mean there."""
        return () if origin is None else await self._doors.groups.members(origin.chat_id, person_id)

    async def write(
        self,
        session: Session,
        me: Me,
        effect: fx.TellGroup | fx.KeepLink | fx.UseLink | fx.RememberOrigin | fx.ShowInGroup,
    ) -> None:
        """What the dialogue wants of a group, in the commit of its state."""
        doors, now = self._doors, self._doors.now()
        match effect:
            case fx.KeepLink(link, said, expires_at, used):
                await doors.groups.keep_link(session, me.person_id, link, said, expires_at, used=used)
            case fx.UseLink(link):
                await doors.groups.use_link(session, me.person_id, link)
            case fx.RememberOrigin(payment_id, origin):
                await doors.groups.remember(session, payment_id, origin, now)
            case fx.TellGroup(at, say, reply):
                chat_id = await doors.groups.place_now(at.chat_id, session)
                await doors.outbox.withdraw(session, chat_id, me.person_id, now)
                await self._say(session, me, replace(at, chat_id=chat_id), say, reply=reply and chat_id == at.chat_id)
            case fx.ShowInGroup(payment_id, say):
                begun = await doors.groups.begun(payment_id, session)
                if begun is not None and not begun.shown:
                    await doors.groups.show(session, payment_id, await self._say(session, me, begun.origin, say))

    async def _say(self, session: Session, me: Me, at: GroupMessage, say: fx.Say, *, reply: bool = True) -> str:
        doors = self._doors
        message = doors.voice.message(say, language=me.language, person_id=me.person_id, chat_id=at.chat_id)
        replies_to = at.message_id if reply and at.message_id else None
        body = dump_outgoing(replace(message, thread_id=at.thread_id, reply_to=replies_to))
        return await doors.outbox.tell(session, me.person_id, body, doors.now(), chat_id=at.chat_id)

    async def answer(self, happened: GroupChanged | NamelessInGroup) -> None:
        """A group was joined, or somebody nameless called: said once a day at most."""
        doors, now = self._doors, self._doors.now()
        async with doors.database.transaction() as session:
            match happened:
                case GroupChanged(GroupChange.ADDED, chat_id, sees_all=sees_all, may_delete=may_delete):
                    at, wanted = GroupMessage(chat_id, 0), await doors.groups.greets(session, chat_id, now)
                    sees_all = sees_all or doors.reads_all
                    say = hello(doors.bot_username, sees_all=sees_all, may_delete=may_delete)
                case NamelessInGroup(at):
                    wanted = await doors.groups.tells_nameless(session, at.chat_id, now)
                    say = nameless(doors.bot_username)
                case _:
                    return
            if wanted:
                await self._say(session, await doors.people.load_me(at.chat_id, session), at, say)
        doors.wake_delivery()
