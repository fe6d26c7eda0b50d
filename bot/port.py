"""The one door that faces people: deliver, edit, erase, answer. Telegram stands behind it; so does the town."""

import json
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Key:
    """A button as it goes out: its label and the opaque token (at most 64 bytes) that comes back when it is pressed.

    With a ``url`` it opens that address instead, and nothing comes back; it has no token then.
    """

    label: str
    token: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes out; the message becomes its caption: at most 1,024 characters (Bot API, sendDocument).

    ``instead`` is the message where the far side will not take the file: too large for it, or for a proxy before it.
    """

    name: str
    mime_type: str
    content: bytes = field(repr=False)
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it goes out: Telegram's HTML subset with every fact escaped, and rows of keys."""

    html: str
    keys: tuple[tuple[Key, ...], ...] = ()
    share_phone: str = ""  # label of a reply-keyboard button that shares the person's own contact; empty: none
    attachment: Attachment | None = None
    thread_id: int | None = None  # forum topic of a group
    reply_to: int | None = None  # a message of the same chat; if it is gone, this one stands alone
    not_now: str = ""  # label of a second button there, which sends its own words
    removes_keyboard: bool = False  # the phone's own keyboard comes back


def dump_outgoing(message: Outgoing) -> bytes:
    """The message as one line of JSON, for the outbox to seal; behind it the file as it is: it may be large."""
    keys = [[[key.label, key.token, key.url] for key in row] for row in message.keys]
    file = message.attachment
    body = {
        "v": 3,
        "html": message.html,
        "keys": keys,
        "share_phone": message.share_phone,
        "not_now": message.not_now,
        "removes_keyboard": message.removes_keyboard,
        "file": None if file is None else [file.name, file.mime_type, file.instead],
        "thread": message.thread_id,
        "reply_to": message.reply_to,
    }
    line = json.dumps(body, separators=(",", ":")).encode()
    return line if file is None else b"%b\n%b" % (line, file.content)


def load_outgoing(raw: bytes) -> Outgoing:
    """What ``dump_outgoing`` wrote, this version's or an earlier one's; ``ValueError`` for anything else.

    Version 1 had no addresses, version 2 no files.
    """
    line, _, content = raw.partition(b"\n")  # JSON writes a line end inside a text as two characters
    try:
        body = json.loads(line)
        if body["v"] not in {1, 2, 3}:
            raise ValueError("a message of another version")
        keys = tuple(tuple(Key(*key) for key in row) for row in body["keys"])
        file, where = _load_file(body.get("file"), content), (body.get("thread"), body.get("reply_to"))
        keyboard = body.get("not_now", ""), body.get("removes_keyboard", False)
        return Outgoing(body["html"], keys, body["share_phone"], file, *where, *keyboard)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a message: {type(error).__name__}") from None


def _load_file(file: list[str] | None, content: bytes) -> Attachment | None:
    if file is None:
        return None
    name, mime_type, instead = file
    return Attachment(name, mime_type, content, instead)


class DeliveryError(Exception):
    """A message did not certainly arrive."""


class BlockedError(DeliveryError):
    """The person blocked the bot, or never started it: recorded, and said when they come back."""


class RetryLaterError(DeliveryError):
    """This chat must wait; nothing arrived."""

    def __init__(self, after_s: float) -> None:
        super().__init__(f"again after {after_s} s")
        self.after_s = after_s


class MovedError(DeliveryError):
    """The group has another number now; nothing arrived."""

    def __init__(self, new_chat_id: int) -> None:
        super().__init__("the group became a supergroup")
        self.new_chat_id = new_chat_id


class UncertainError(DeliveryError):
    """No answer came: it may have arrived. ``twice_is_harmless`` where the same again can only be a nuisance."""

    def __init__(self, why: str = "", *, twice_is_harmless: bool = False) -> None:
        super().__init__(why)
        self.twice_is_harmless = twice_is_harmless


class RejectedError(DeliveryError):
    """The far side will never take this message as it is."""


class Transport(Protocol):
    """What the house asks of a messenger. Each call may raise a DeliveryError."""

    async def deliver(self, chat_id: int, message: Outgoing) -> int:
        """Send a new message; its number in the chat."""
        ...

    async def edit(self, chat_id: int, message_id: int, message: Outgoing) -> None:
        """Replace a message of ours. That it already reads so is success; that it is gone is RejectedError."""
        ...

    async def erase(self, chat_id: int, message_id: int) -> bool:
        """Delete a message; False where the bot has no right to."""
        ...

    async def answer(self, callback_id: str, toast: str = "", *, alert: bool = False) -> None:
        """Answer a tap. One that is too old to be answered is no error."""
        ...
