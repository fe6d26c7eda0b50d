"""Messages and chats as Telegram keeps them. Pure: nothing here waits, tells the time or answers a call."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.sandbox.members import LEFT, USUAL_PERMISSIONS, Member
from bot.sandbox.people import SHARED_IDENTITIES, Json

_DIGITS_ALONE = re.compile(r"\s*\d{4,8}\s*")
_PAD_DIGITS: Final = frozenset("0123456789")
_OWN_NUMBERS: Final = frozenset({"supergroup", "channel"})  # their messages are numbered from 1, each chat by itself


@dataclass(slots=True)
class Message:
    """One message of a chat. ``at`` and ``edited_at`` are Unix seconds, as on the wire."""

    message_id: int
    chat_id: int
    sender: Json  # a User; of a post in a channel whoever wrote it, which the wire does not say
    at: int
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    keyboard: list[list[Json]] | None = None  # inline buttons, under the message
    edited_at: int | None = None
    reply_to: int | None = None
    forwarded: Json | None = None  # a MessageOrigin
    contact: Json | None = None
    document: Json | None = None
    via_bot: Json | None = None
    sender_chat: Json | None = None  # in whose name it is: of an anonymous admin, or of a channel
    is_automatic_forward: bool = False  # a channel's post in the group that discusses it
    is_protected: bool = False  # nobody forwards or saves it
    thread_id: int | None = None  # the topic of a forum, or the thread of a reply in a supergroup
    media: Json | None = None  # {"photo": […]}, {"voice": {…}}, {"sticker": {…}} or {"location": {…}}
    service: Json | None = None  # what happened, of a message nobody wrote: {"new_chat_members": […]}

    @property
    def from_bot(self) -> bool:
        """Whether the bot wrote it."""
        return bool(self.sender.get("is_bot")) and self.sender["id"] not in SHARED_IDENTITIES

    @property
    def text_is_caption(self) -> bool:
        """Whether its text stands under a file, and is called a caption on the wire."""
        return self.document is not None or self.media is not None

    @property
    def labels(self) -> list[str]:
        """What is written on its buttons, row by row."""
        return [button["text"] for button in self.buttons()]

    def buttons(self) -> Iterator[Json]:
        """Its buttons, row by row."""
        for row in self.keyboard or ():
            yield from row

    @property
    def is_secret(self) -> bool:
        """Whether it could be a PIN typed as text: 4 to 8 digits alone, from a person. It stays off every disk."""
        return not self.from_bot and _DIGITS_ALONE.fullmatch(self.text) is not None

    @property
    def has_pad(self) -> bool:
        """Whether its buttons are a pad of digits."""
        return set(self.labels) >= _PAD_DIGITS


@dataclass(slots=True)
class Topic:
    """One topic of a forum. Its number is that of the message that says it was opened; 1 is the General topic."""

    thread_id: int
    name: str
    icon_color: int
    is_closed: bool = False


@dataclass(slots=True)
class Chat:
    """One chat: a private one carries the number of its person, a group or channel a negative number."""

    chat_id: int
    kind: str = "private"  # private | group | supergroup | channel
    title: str = ""
    started: bool = False  # the person pressed Start: until then the bot may not write. Of a group: the bot was in it
    blocked: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    reply_keyboard: Json | None = None  # the keyboard in place of the phone's own
    unread: int = 0  # of a private chat: bot messages since the person last looked
    instance: str = ""  # ``chat_instance`` of a callback query: one opaque number per chat
    members: dict[int, Member] = field(default_factory=dict)  # of a group or channel, the bot among them
    permissions: tuple[str, ...] = USUAL_PERMISSIONS  # of everybody in a group
    topics: dict[int, Topic] = field(default_factory=dict)
    is_forum: bool = False
    username: str = ""
    upgraded_to: int = 0  # the supergroup that this group became
    linked_to: int = 0  # of a channel: the group that discusses it; of that group: the channel
    next_message_id: int = 1  # of a supergroup or channel

    @property
    def has_own_numbers(self) -> bool:
        """Whether its messages are numbered by themselves, and not in the one row of private chats and groups."""
        return self.kind in _OWN_NUMBERS

    def newest_first(self) -> list[Message]:
        """Its messages, the newest first."""
        return sorted(self.messages.values(), key=lambda message: message.message_id, reverse=True)

    def member(self, user_id: int) -> Member:
        """What somebody is here; whoever was never here has left."""
        return self.members.get(user_id, LEFT)


@dataclass(slots=True)
class Answer:
    """What the bot said to a tap: a toast, or an alert to be closed by hand. Both may be empty."""

    text: str = ""
    is_alert: bool = False


@dataclass(slots=True)
class Tap:
    """A button pressed, and the answer once there is one. In memory only: it tells which key of a pad was pressed."""

    query_id: str
    person_id: int
    message_id: int
    at: float
    answer: Answer | None = None
    chat_id: int = 0
