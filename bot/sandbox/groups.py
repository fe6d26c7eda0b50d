"""Groups and channels: who is in them, who leaves, what the bot is there, and what Telegram says of it.

The bot is told of its own membership by ``my_chat_member``, and of other people by service messages. Who is there
before the bot comes is not told at all, as at Telegram.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from bot.sandbox.chats import Chat, Message, Topic
from bot.sandbox.entities import clean, tidy
from bot.sandbox.ground import GENERAL, Ground, Place, Who, new_instance
from bot.sandbox.members import EVERY_RIGHT, LEFT, Member
from bot.sandbox.people import GROUP_ANONYMOUS, TELEGRAM, Json

_SUPERGROUPS: Final = -1_000_000_000_000  # supergroups and channels are below: core.telegram.org/api/bots/ids
_GROUPS: Final = -4_000  # basic groups are below; where they begin is ours
_GREEN: Final = 0x6FB9F0  # icon_color of the General topic; one of the six of bots/api#createforumtopic


class Groups(Ground):
    """The verbs of groups. ``by`` is who does it; left out, the group's creator."""

    def open_group(
        self,
        title: str,
        members: Iterable[Who],
        *,
        forum: bool = False,
        basic: bool = False,
        bot: bool = True,
        rights: Iterable[str] | None = None,
    ) -> Chat:
        """Open a supergroup, or a basic group; the first of the ``members`` is its creator.

        Unless ``bot`` is False the creator adds the bot, as an administrator when ``rights`` are given.
        """
        chat = self._new_chat("group" if basic else "supergroup", title, members)
        if forum:
            chat.is_forum = True
            chat.topics[GENERAL] = Topic(GENERAL, "General", _GREEN)
        if bot:
            self.add_bot(chat, rights=rights)
        self._changed(chat)
        return chat

    def open_channel(self, title: str, owner: Who, *, discussed_in: Place | None = None) -> Chat:
        """Open a channel with the bot as an administrator; ``discussed_in`` is the group where its posts appear."""
        chat = self._new_chat("channel", title, [owner])
        if discussed_in is not None:
            group = self.chat(discussed_in)
            group.linked_to, chat.linked_to = chat.chat_id, group.chat_id
        self.add_bot(chat, rights=("can_post_messages", "can_edit_messages", "can_delete_messages"))
        return chat

    def post_in_channel(self, channel: Place, text: str) -> Message:
        """The channel's owner posts. Where a group discusses it, Telegram forwards the post there by itself."""
        chat = self.chat(channel)
        plain, entities = tidy(clean(text), [])
        posted = self._put_in(chat, self.user_json(self._creator(chat)), text=plain, entities=entities)
        if chat.linked_to:
            origin = {"type": "channel", "chat": self.chat_json(chat.chat_id), "message_id": posted.message_id}
            fields = {"text": plain, "entities": entities, "forwarded": origin | {"date": posted.at}}
            named = {"sender_chat": self.chat_json(chat.chat_id), "is_automatic_forward": True}
            self._put_in(self.chats[chat.linked_to], TELEGRAM, **fields, **named)
        return posted

    # Members

    def join(self, who: Who, chat: Place, *, by: Who | None = None) -> None:
        """Somebody comes in, by themselves or added by another."""
        place, person = self.chat(chat), self.person(who)
        if place.member(person.id).is_present:
            return
        back = Member("creator") if place.member(person.id).status == "creator" else Member()
        self._set_member(place, person.id, back, by=who if by is None else by)
        actor = self.user_json(self.person(who if by is None else by).id)
        self._put_in(place, actor, service={"new_chat_members": [person.as_user()]})

    def leave(self, who: Who, chat: Place) -> None:
        """Somebody goes. A creator who goes is the creator still, and may come back."""
        left = Member("left")
        if self.chat(chat).member(self.person(who).id).status == "creator":
            left = replace(self.chat(chat).member(self.person(who).id), is_in=False)
        self._go(who, chat, left, by=who)

    def remove(self, who: Who, chat: Place, *, by: Who | None = None) -> None:
        """Somebody is removed, and may not come back by themselves."""
        self._go(who, chat, Member("kicked"), by=by)

    def promote(self, who: Who, chat: Place, *rights: str, anonymous: bool = False, by: Who | None = None) -> None:
        """Somebody becomes an administrator; without ``rights`` with all of them."""
        may = ("can_manage_chat", *rights) if rights else EVERY_RIGHT
        self._set_member(chat, self.person(who).id, Member("administrator", may, is_anonymous=anonymous), by=by)

    def demote(self, who: Who, chat: Place, *, by: Who | None = None) -> None:
        """Somebody is an ordinary member again."""
        self._set_member(chat, self.person(who).id, Member(), by=by)

    def restrict(self, who: Who, chat: Place, *may: str, by: Who | None = None) -> None:
        """Somebody may do only this from now on: names of ``bots/api#chatpermissions``."""
        self._set_member(chat, self.person(who).id, Member("restricted", may), by=by)

    def hide_creator(self, chat: Place, *, hidden: bool = True) -> None:
        """The creator writes as the group itself."""
        place = self.chat(chat)
        place.members[self._creator(place)].is_anonymous = hidden
        self._changed(place)

    def permit(self, chat: Place, *permissions: str) -> None:
        """What everybody may do in this group from now on; with no name nobody but admins writes."""
        self.chat(chat).permissions = permissions
        self._changed(self.chat(chat))

    # The bot

    def add_bot(self, chat: Place, *, by: Who | None = None, rights: Iterable[str] | None = None) -> None:
        """The bot comes in, as an administrator when ``rights`` are given."""
        place = self.chat(chat)
        member = Member() if rights is None else Member("administrator", ("can_manage_chat", *rights))
        place.started = True
        self._set_member(place, self.bot.id, member, by=by)
        if place.kind != "channel":
            self._put_in(place, self._actor(place, by), service={"new_chat_members": [self.bot.as_user()]})

    def remove_bot(self, chat: Place, *, by: Who | None = None) -> None:
        """The bot is put out."""
        self._go(self.bot.id, chat, Member("kicked"), by=by)

    def promote_bot(self, chat: Place, *rights: str, by: Who | None = None) -> None:
        """The bot becomes an administrator with these rights, and hears everything."""
        self._set_member(chat, self.bot.id, Member("administrator", ("can_manage_chat", *rights)), by=by)

    def demote_bot(self, chat: Place, *, by: Who | None = None) -> None:
        """The bot is an ordinary member."""
        self._set_member(chat, self.bot.id, Member(), by=by)

    def restrict_bot(self, chat: Place, *may: str, by: Who | None = None) -> None:
        """The bot may do only this; with no name it may not write."""
        self._set_member(chat, self.bot.id, Member("restricted", may), by=by)

    def bot_leaves(self, chat: Place) -> None:
        """The bot goes by itself (``leaveChat``)."""
        self._go(self.bot.id, chat, Member("left"), by=self.bot.id)

    # Changes of the group itself

    def rename_group(self, chat: Place, title: str, *, by: Who | None = None) -> None:
        """Another title."""
        place = self.chat(chat)
        place.title = title
        self._changed(place)
        self._put_in(place, self._actor(place, by), service={"new_chat_title": title})

    def upgrade(self, chat: Place) -> Chat:
        """A basic group becomes a supergroup under another number; the old one answers with the new number."""
        old = self.chat(chat)
        if old.kind != "group" or old.upgraded_to:
            raise ValueError("only a basic group becomes a supergroup")
        new = self._new_chat("supergroup", old.title, [])
        new.members = {user_id: replace(member) for user_id, member in old.members.items() if member.is_present}
        new.started = old.started
        self._put_in(old, self._actor(old, None), service={"migrate_to_chat_id": new.chat_id})
        old.upgraded_to = new.chat_id
        named = {"sender_chat": self.chat_json(new.chat_id), "service": {"migrate_from_chat_id": old.chat_id}}
        self._put_in(new, GROUP_ANONYMOUS, **named)
        self._changed(new)
        return new

    # What these are made of

    def _new_chat(self, kind: str, title: str, members: Iterable[Who]) -> Chat:
        first = _GROUPS if kind == "group" else _SUPERGROUPS
        taken = [chat_id for chat_id in self.chats if chat_id < 0 and (chat_id > _SUPERGROUPS) == (kind == "group")]
        chat = Chat(min([first, *taken]) - 1, kind, title, instance=new_instance())
        for place, who in enumerate(members):
            chat.members[self.person(who).id] = Member("creator" if place == 0 else "member")
        self.chats[chat.chat_id] = chat
        return chat

    def _creator(self, chat: Chat) -> int:
        for user_id, member in chat.members.items():
            if member.status == "creator":
                return user_id
        raise LookupError(f"{chat.title} has no creator")

    def _actor(self, chat: Chat, by: Who | None) -> Json:
        if by is None:
            return self.user_json(self._creator(chat))
        return self.user_json(by if isinstance(by, int) else by.id)

    def _go(self, who: Who, chat: Place, after: Member, *, by: Who | None) -> None:
        place, user_id = self.chat(chat), who if isinstance(who, int) else who.id
        if not place.member(user_id).is_present:
            raise LookupError(f"they are not in {place.title}")
        self._set_member(place, user_id, after, by=by)
        if place.kind != "channel":
            self._put_in(place, self._actor(place, by), service={"left_chat_member": self.user_json(user_id)})

    def _set_member(self, chat: Place, user_id: int, after: Member, *, by: Who | None) -> None:
        """Change a membership, and tell the bot: of its own always, of others' if it administers and asked for it."""
        place = self.chat(chat)
        if place.member(user_id).status == "creator" != after.status:
            raise ValueError("the creator stays what they are")
        kind = "my_chat_member" if user_id == self.bot.id else "chat_member"
        told = user_id == self.bot.id or place.member(self.bot.id).is_admin
        body = {
            "chat": self.chat_json(place.chat_id),
            "from": self._actor(place, by),
            "date": int(self.clock()),
            "old_chat_member": place.members.get(user_id, LEFT).as_json(self.user_json(user_id), place.kind),
            "new_chat_member": after.as_json(self.user_json(user_id), place.kind),
        }
        place.members[user_id] = after
        if told and body["old_chat_member"] != body["new_chat_member"]:
            self.put(kind, body)
        self._changed(place)

    def _put_in(self, chat: Chat, sender: Json, **fields: Any) -> Message:  # noqa: ANN401  # fields of Message
        message = Message(self.take_message_id(chat), chat.chat_id, sender, int(self.clock()), **fields)
        self.post(message)
        self.deliver(message)
        return message

    def _changed(self, chat: Chat) -> None:
        self.tell({"kind": "group", "chat": chat.chat_id})
