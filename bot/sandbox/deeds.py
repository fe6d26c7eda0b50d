"""What a person does: says, taps, edits, forwards, shares, blocks; in the private chat with the bot or in a group.

``chat`` names the group or channel; without it everything happens in the person's private chat. A deed that Telegram's
apps would not offer is refused with ``LookupError`` or ``ValueError``.
"""

import itertools
import secrets
from typing import Any, Final

from bot.sandbox.chats import Chat, Message, Tap
from bot.sandbox.entities import clean, tidy
from bot.sandbox.ground import GENERAL, Ground, Place, Who
from bot.sandbox.people import CHANNEL_SENDER, GROUP_ANONYMOUS, Json

TEXT_MAX: Final = 4096  # characters after entities parsing: core.telegram.org/bots/api#sendmessage
_TAPS_KEPT: Final = 1_000


class Deeds(Ground):
    """People's verbs."""

    def start(self, who: Who, payload: str = "") -> Message:
        """Press Start, perhaps from a link ``t.me/bot?start=payload``. Lifts a block, as pressing Restart does."""
        self.unblock(who)
        return self.say(who, f"/start {payload}".strip())

    def say(
        self,
        who: Who,
        text: str,
        *,
        chat: Place | None = None,
        reply_to: int | None = None,
        topic: int | None = None,
        entities: list[Json] | None = None,
        in_name_of: Place | None = None,
    ) -> Message:
        """Send a text. What is longer than a message becomes several, as every client does; the last is answered.

        ``topic`` is the number of a forum's topic; ``entities`` are marks that a client makes (``text_mention``), the
        others Telegram finds itself; ``in_name_of`` a channel, or the group itself, which only its admins may.
        """
        rest = clean(text).strip()
        if not rest:
            raise ValueError("a message needs a text")
        where: Json = {"reply_to": reply_to, "thread_id": topic, "in_name_of": in_name_of}
        while rest:
            part, rest = rest[:TEXT_MAX], rest[TEXT_MAX:].strip()
            plain, marked = tidy(part, entities or [])
            message = self._from(who, chat, text=plain, entities=marked, **where)
        return message

    def mention(self, who: Who, whom: Who, text: str = "", *, chat: Place | None = None) -> Message:
        """Name somebody and say something: by @username, or by a ``text_mention`` of who has none."""
        person = self.person(whom)
        if person.username:
            return self.say(who, f"@{person.username} {text}".strip(), chat=chat)
        marked = {"type": "text_mention", "offset": 0, "length": len(person.first_name), "user": person.as_user()}
        return self.say(who, f"{person.first_name} {text}".strip(), chat=chat, entities=[marked])

    def tap(self, who: Who, message_id: int, label: str, *, chat: Place | None = None) -> Tap:
        """Press the button with this label. ``LookupError`` when the message has none."""
        message = self.chat(who if chat is None else chat).messages[message_id]
        for row, buttons in enumerate(message.keyboard or ()):
            for column, button in enumerate(buttons):
                if button["text"] == label:
                    return self.tap_at(who, message_id, row, column, chat=chat)
        raise LookupError(f"no button {label!r} among {message.labels}")

    def tap_at(self, who: Who, message_id: int, row: int, column: int, *, chat: Place | None = None) -> Tap:
        """Press a button by its place. ``LookupError`` when it is not there or is no callback button."""
        message = self.chat(who if chat is None else chat).messages[message_id]
        data = (message.keyboard or [])[row][column]["callback_data"]
        return self.tap_data(who, message_id, data, chat=chat)

    def tap_data(self, who: Who, message_id: int, data: str, *, chat: Place | None = None) -> Tap:
        """Send a callback with any data, as a forged client can."""
        person, place = self.person(who), self.chat(who if chat is None else chat)
        if place.kind != "private" and not place.member(person.id).is_present:
            raise LookupError(f"{person.name} is not in {place.title}")
        message = place.messages[message_id]
        tap = Tap(str(secrets.randbits(62)), person.id, message_id, self.clock(), chat_id=place.chat_id)
        self.taps[tap.query_id] = tap
        for stale in list(itertools.islice(self.taps, max(len(self.taps) - _TAPS_KEPT, 0))):
            del self.taps[stale]
        query = {
            "id": tap.query_id,
            "from": person.as_user(),
            "message": self.message_json(message),
            "chat_instance": place.instance,
            "data": data,
        }
        pressed = {"chat": place.chat_id, "person": person.id, "message_id": message_id}
        self.tell({"kind": "tap", **pressed, "label": _label(message, data)})
        self.put("callback_query", query, secret=True)
        return tap

    def edit(self, who: Who, message_id: int, text: str, *, chat: Place | None = None) -> Message:
        """Edit one's own message. ``LookupError`` for another's."""
        message = self.chat(who if chat is None else chat).messages[message_id]
        if message.from_bot or message.service or message.sender.get("id") not in self._faces(who):
            raise LookupError("one edits one's own messages")
        message.text, message.entities = tidy(clean(text), [])
        message.edited_at = int(self.clock())
        self.deliver(message, "edited_message")
        self.show(message)
        return message

    def forward(self, who: Who, message: Message, *, chat: Place | None = None) -> Message:
        """Forward a message, from any chat, to the bot or into a group."""
        if message.is_protected or message.service is not None:
            raise ValueError("this message cannot be forwarded")
        origin = message.forwarded or self._origin(message)
        kept: Json = {"text": message.text, "entities": message.entities, "contact": message.contact}
        return self._from(who, chat, forwarded=origin, document=message.document, media=message.media, **kept)

    def share_contact(self, who: Who, contact: Who | None = None, *, chat: Place | None = None) -> Message:
        """Share one's own contact, or somebody else's."""
        card = self.person(who if contact is None else contact)
        if card.is_deleted:
            raise ValueError("nothing is left of this account")
        return self._from(who, chat, contact=card.as_contact())

    def block(self, who: Who) -> None:
        """Block the bot: it may not write, and is told so."""
        self._set_blocked(who, blocked=True)

    def unblock(self, who: Who) -> None:
        """Lift the block."""
        self._set_blocked(who, blocked=False)

    def delete_message(self, who: Who, message_id: int, *, chat: Place | None = None) -> None:
        """Delete a message for everybody: one's own, in private the bot's too, in a group any as an admin who may.

        The bot is not told, as at Telegram.
        """
        place = self.chat(who if chat is None else chat)
        message = place.messages[message_id]
        own = place.kind == "private" or message.sender.get("id") in self._faces(who)
        if not own and not place.member(self.person(who).id).may_do("can_delete_messages"):
            raise LookupError("one deletes one's own messages")
        del place.messages[message_id]
        self.tell({"kind": "deleted", "chat": place.chat_id, "message_id": message_id})

    def delete_chat(self, who: Who) -> None:
        """Delete the chat for both sides; Start has to be pressed again. The bot is not told, as at Telegram."""
        chat = self.chat(who)
        chat.messages.clear()
        chat.reply_keyboard = None
        chat.started = False
        chat.unread = 0
        self.tell({"kind": "chat", "chat": chat.chat_id})

    def read(self, who: Who, *, chat: Place | None = None) -> None:
        """Look at the chat: nothing is unread."""
        person, place = self.person(who), self.chat(who if chat is None else chat)
        seen = place if place.kind == "private" else place.members.get(person.id)
        if seen is not None and seen.unread:
            seen.unread = 0
            self.tell({"kind": "read", "chat": place.chat_id, "person": person.id})

    def inject(self, kind: str, body: Json) -> None:
        """Queue any update, as a hostile client or a new version of Telegram could."""
        self.put(kind, body)

    # What these are made of

    def _from(
        self,
        who: Who,
        chat: Place | None,
        *,
        in_name_of: Place | None = None,
        **fields: Any,  # noqa: ANN401  # fields of Message
    ) -> Message:
        person, place = self.person(who), self.chat(who if chat is None else chat)
        if person.is_deleted:
            raise ValueError("this account is deleted")
        if place.kind == "private":
            self._set_blocked(who, blocked=False)  # no client sends to a bot that it blocks
            place.started = True
        else:
            self._check_may_write(place, person.id, fields.get("thread_id"))
        sender, sender_chat = self._face(person.id, place, in_name_of)
        message = Message(
            message_id=self.take_message_id(place),
            chat_id=place.chat_id,
            sender=sender,
            at=int(self.clock()),
            sender_chat=sender_chat,
            **fields | {"thread_id": thread_of(place, fields.get("thread_id"), fields.get("reply_to"))},
        )
        self.post(message)
        self.deliver(message)
        return message

    def _check_may_write(self, place: Chat, user_id: int, topic: int | None) -> None:
        member = place.member(user_id)
        if place.upgraded_to or not member.is_present:
            raise LookupError(f"{self.person(user_id).name} is not in {place.title}")
        if not member.may_send("can_send_messages", place.permissions):
            raise ValueError(f"{self.person(user_id).name} may not write in {place.title}")
        if topic is not None and topic not in place.topics:
            raise LookupError(f"there is no topic {topic} in {place.title}")
        if topic is not None and place.topics[topic].is_closed and not member.may_do("can_manage_topics"):
            raise ValueError(f"the topic {place.topics[topic].name} is closed")

    def _face(self, user_id: int, place: Chat, in_name_of: Place | None) -> tuple[Json, Json | None]:
        """As whom the message appears: ``from`` and ``sender_chat``."""
        member = place.member(user_id)
        if in_name_of is None:
            anonymous = place.kind == "supergroup" and member.is_admin and member.is_anonymous
            return (GROUP_ANONYMOUS, self.chat_json(place.chat_id)) if anonymous else (self.user_json(user_id), None)
        shown = self.chat(in_name_of)
        if not shown.member(user_id).is_admin:
            raise ValueError("one writes in the name of a chat that one administers")
        return (GROUP_ANONYMOUS if shown is place else CHANNEL_SENDER), self.chat_json(shown.chat_id)

    def _faces(self, who: Who) -> set[int]:
        """The numbers under which this person's own messages may stand."""
        return {self.person(who).id, int(GROUP_ANONYMOUS["id"]), int(CHANNEL_SENDER["id"])}

    def _origin(self, message: Message) -> Json:
        """The ``MessageOrigin`` of a message that is forwarded for the first time."""
        if self.chats[message.chat_id].kind == "channel":
            where = {"chat": self.chat_json(message.chat_id), "message_id": message.message_id}
            return {"type": "channel", "date": message.at} | where
        if message.sender_chat is not None:
            return {"type": "chat", "sender_chat": message.sender_chat, "date": message.at}
        author = self.people.get(message.sender.get("id", 0))
        if author is not None and author.hides_forwards:
            return {"type": "hidden_user", "sender_user_name": author.name, "date": message.at}
        return {"type": "user", "sender_user": message.sender, "date": message.at}

    def _set_blocked(self, who: Who, *, blocked: bool) -> None:
        chat, person = self.chat(who), self.person(who)
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        self.tell({"kind": "chat", "chat": chat.chat_id, "blocked": blocked})
        member, kicked = ({"user": self.bot.as_user(), "status": "member"}, self._kicked())
        self.put(
            "my_chat_member",
            {
                "chat": person.as_chat(),
                "from": person.as_user(),
                "date": int(self.clock()),
                "old_chat_member": member if blocked else kicked,
                "new_chat_member": kicked if blocked else member,
            },
        )

    def _kicked(self) -> Json:
        return {"user": self.bot.as_user(), "status": "kicked", "until_date": 0}


def thread_of(place: Chat, topic: int | None, reply_to: int | None) -> int | None:
    """The thread of a new message: its topic, or in a supergroup the first message of the replies it continues."""
    if topic == GENERAL:
        return None
    if topic is not None or reply_to is None or place.kind != "supergroup":
        return topic
    replied = place.messages.get(reply_to)
    if replied is None or place.is_forum:
        return None if replied is None else replied.thread_id
    return replied.thread_id or replied.message_id


def _label(message: Message, data: str) -> str:
    """What is written on the button with this data; which digit of a pad it was is nobody's to know."""
    label = next((str(button["text"]) for button in message.buttons() if button.get("callback_data") == data), "")
    return "·" if message.has_pad and label.strip().isdigit() else label
