"""What every part of the town stands on: who is there, which chats there are, what is told to whom.

It knows neither what people do (``deeds``, ``groups``, ``topics``) nor who looks (``looking``).
"""

import secrets
import time
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from bot.sandbox.chats import Chat, Message, Tap
from bot.sandbox.pacing import Pacing, PacingRules
from bot.sandbox.people import PEOPLE, BotUser, Json, Person
from bot.sandbox.privacy import is_heard
from bot.sandbox.updates import UpdateQueue

Who: TypeAlias = Person | int
Place: TypeAlias = Chat | Person | int  # a group or channel, or the private chat of a person
Clock: TypeAlias = Callable[[], float]  # Unix seconds
Listener: TypeAlias = Callable[[Json], None]

MOVE_MAX_S: Final = 366 * 86_400.0  # more than a year at once is a slip of the hand
_FILE_IDS: Final = {"photo": "AgAC", "document": "BQAC", "voice": "AwAC", "sticker": "CAAC"}  # as they begin: seen
GENERAL: Final = 1  # the topic that every forum has: bots/api#forumtopic; its messages carry no number


class Ground:
    """State, and the few verbs that everything else is made of."""

    def __init__(
        self,
        people: Iterable[Person] = PEOPLE,
        *,
        token: str = "",
        bot: BotUser | None = None,
        clock: Clock = time.time,
        pacing: PacingRules | None = None,
    ) -> None:
        self.bot = bot or BotUser()
        self.token = token or f"{self.bot.id}:{secrets.token_urlsafe(26)}"
        self._real_clock = clock
        self.ahead_s = 0.0  # how far somebody has moved the clock of this town
        self.pacing = Pacing(pacing or PacingRules())
        self.updates = UpdateQueue()
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.taps: dict[str, Tap] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}  # (scope, language) → BotCommand
        self.profile: dict[tuple[str, str], str] = {}  # (name | description | short_description, language)
        self.webhook: Json = {}
        self.files: dict[str, tuple[str, bytes]] = {}  # file_id → name and content
        self.next_message_id = 1  # one row of numbers for all private chats and basic groups, as at Telegram
        self._listeners: list[Listener] = []
        for person in people:
            self.add_person(person)

    # People and chats

    def add_person(self, person: Person) -> Person:
        """Somebody moves in. A number that is taken keeps its chat and takes the new names."""
        self.people[person.id] = person
        if person.id not in self.chats:
            self.chats[person.id] = Chat(person.id, instance=new_instance())
        self.tell({"kind": "people"})
        return person

    def person(self, who: Who) -> Person:
        """The person; ``KeyError`` when nobody has this number."""
        return self.people[who if isinstance(who, int) else who.id]

    def chat(self, place: Place) -> Chat:
        """A group or a channel, or a person's private chat with the bot. ``KeyError`` when there is none."""
        if isinstance(place, Chat):
            return self.chats[place.chat_id]
        return self.chats[place if isinstance(place, int) else place.id]

    def groups(self) -> list[Chat]:
        """Every group and channel, in the order in which they were opened, without those that became supergroups."""
        return [chat for chat in self.chats.values() if chat.kind != "private" and not chat.upgraded_to]

    # Time

    def clock(self) -> float:
        """Unix seconds by the clock of this town: real time, and what somebody moved it ahead."""
        return self._real_clock() + self.ahead_s

    def move_clock(self, by_s: float) -> None:
        """Move the clock ahead. Back is refused (``ValueError``): what happened would lie in the future."""
        if not 0 <= by_s <= MOVE_MAX_S:
            raise ValueError("the clock moves forward, by a year at most")
        self.ahead_s += by_s
        self.tell({"kind": "clock", "ahead_s": self.ahead_s})

    # Telling

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Be told of every change; call what is answered to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, change: Json) -> None:
        """Tell every listener."""
        for listener in tuple(self._listeners):
            listener(change)

    def put(self, kind: str, body: Json, *, secret: bool = False) -> None:
        """Queue an update for the bot."""
        if self.updates.put(kind, body, self.clock(), secret=secret) is not None:
            self.tell({"kind": "update"})

    def post(self, message: Message) -> Message:
        """A message arrives in its chat; everybody who looks sees it."""
        chat = self.chats[message.chat_id]
        chat.messages[message.message_id] = message
        chat.unread += message.from_bot and chat.kind == "private"  # in a group each member has their own count
        for user_id, member in chat.members.items():
            member.unread += user_id != message.sender.get("id")
        self.show(message)
        return message

    def deliver(self, message: Message, kind: str = "message") -> None:
        """Tell the bot of a message, if it may know of it there. In a channel the same is called a post."""
        chat = self.chats[message.chat_id]
        if not is_heard(message, chat, self.bot):
            return
        if chat.kind == "channel":
            kind = {"message": "channel_post", "edited_message": "edited_channel_post"}[kind]
        replied = chat.messages.get(message.reply_to or 0)
        secret = message.is_secret or (replied is not None and (replied.is_secret or replied.has_pad))
        self.put(kind, self.message_json(message), secret=secret)

    def show(self, message: Message) -> None:
        """A message looks new or otherwise than before."""
        self.tell({"kind": "message", "chat": message.chat_id, "message": self.message_json(message)})

    def take_message_id(self, chat: Chat | None = None) -> int:
        """The next number of a message in this chat; without one, of the row that private chats and groups share."""
        if chat is not None and chat.has_own_numbers:
            number = max(chat.next_message_id, max(chat.messages, default=0) + 1)
            chat.next_message_id = number + 1
            return number
        self.next_message_id += 1
        return self.next_message_id - 1

    def keep_file(self, kind: str, name: str, content: bytes) -> Json:
        """Keep what was sent, so that it can be fetched: the fields that every file of the Bot API has."""
        number = f"{len(self.files) + 1:08d}"
        file_id = f"{_FILE_IDS[kind]}AgUAAxkBAAI{number}"
        self.files[file_id] = (name, content)
        return {"file_id": file_id, "file_unique_id": f"AgAD{number}", "file_size": len(content)}

    # Objects of the Bot API

    def message_json(self, message: Message, *, depth: int = 1) -> Json:
        """The ``Message`` of the Bot API. A reply carries the message replied to, which carries no further one."""
        chat = self.chats[message.chat_id]
        sender_chat = message.sender_chat or (self.chat_json(chat.chat_id) if chat.kind == "channel" else None)
        optional = {
            "from": message.sender if chat.kind != "channel" else None,
            "sender_chat": sender_chat,
            "edit_date": message.edited_at,
            "forward_origin": message.forwarded,
            "is_automatic_forward": message.is_automatic_forward or None,
            "has_protected_content": message.is_protected or None,
            "via_bot": message.via_bot,
            "reply_to_message": self._replied_json(message, chat) if depth else None,
            "contact": message.contact,
            "document": message.document,
            "reply_markup": {"inline_keyboard": message.keyboard} if message.keyboard else None,
        }
        body: Json = {"message_id": message.message_id, "chat": self.chat_json(chat.chat_id), "date": message.at}
        body |= {key: value for key, value in optional.items() if value is not None}
        body |= _thread_json(message, chat) | (message.media or {}) | (message.service or {})
        if message.text:
            text, entities = ("caption", "caption_entities") if message.text_is_caption else ("text", "entities")
            body |= {text: message.text} | ({entities: message.entities} if message.entities else {})
        return body

    def _replied_json(self, message: Message, chat: Chat) -> Json | None:
        """What it replies to. In a topic a message that replies to nothing replies to the opening of the topic."""
        in_topic = message.thread_id in chat.topics and message.thread_id != message.message_id
        replied = chat.messages.get(message.reply_to or (message.thread_id if in_topic and message.thread_id else 0))
        return None if replied is None else self.message_json(replied, depth=0)

    def chat_json(self, chat_id: int) -> Json:
        """The ``Chat`` of the Bot API."""
        if chat_id in self.people:
            return self.people[chat_id].as_chat()
        chat = self.chats[chat_id]
        body: Json = {"id": chat_id, "type": chat.kind, "title": chat.title}
        body |= {"username": chat.username} if chat.username else {}
        return body | ({"is_forum": True} if chat.is_forum else {})

    def user_json(self, user_id: int) -> Json:
        """The ``User``: somebody of the town, or the bot."""
        return self.bot.as_user() if user_id == self.bot.id else self.people[user_id].as_user()

    def member_json(self, chat: Chat, user_id: int) -> Json:
        """The ``ChatMember`` that somebody is here."""
        return chat.member(user_id).as_json(self.user_json(user_id), chat.kind)


def new_instance() -> str:
    """A new ``chat_instance``."""
    return str(secrets.randbits(62))


def _thread_json(message: Message, chat: Chat) -> Json:
    """Where in the chat it stands. The General topic has no number on the wire."""
    if message.thread_id in (None, GENERAL):
        return {}
    return {"message_thread_id": message.thread_id} | ({"is_topic_message": True} if chat.is_forum else {})
