"""Messages and chats as Telegram keeps them. Pure: nothing here waits, tells the time or answers a call."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.sandbox.people import Json

_DIGITS_ALONE = re.compile(r"\s*\d{4,8}\s*")
_PAD_DIGITS: Final = frozenset("0123456789")


@dataclass(slots=True)
class Message:
    """One message of a chat. ``at`` and ``edited_at`` are Unix seconds, as on the wire."""

    message_id: int
    chat_id: int
    sender: Json  # a User
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

    @property
    def from_bot(self) -> bool:
        """Whether the bot wrote it."""
        return bool(self.sender["is_bot"])

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
class Chat:
    """One chat with the bot: a private one carries the number of its person, a group a negative number."""

    chat_id: int
    kind: str = "private"
    title: str = ""
    started: bool = False  # the person pressed Start: until then the bot may not write
    blocked: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    reply_keyboard: Json | None = None  # the keyboard in place of the phone's own
    unread: int = 0  # bot messages since the person last looked
    instance: str = ""  # ``chat_instance`` of a callback query: one opaque number per chat

    def newest_first(self) -> list[Message]:
        """Its messages, the newest first."""
        return sorted(self.messages.values(), key=lambda message: message.message_id, reverse=True)


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
