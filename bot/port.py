"""The one door that faces people: deliver, edit, erase, answer. Telegram stands behind it; so does the town."""

import json
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Key:
    """A button as it goes out: its label and the opaque token (at most 64 bytes) that comes back when it is pressed."""

    label: str
    token: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it goes out: Telegram's HTML subset with every fact escaped, and rows of keys."""

    html: str
    keys: tuple[tuple[Key, ...], ...] = ()
    share_phone: str = ""  # label of a reply-keyboard button that shares the person's own contact; empty: none


def dump_outgoing(message: Outgoing) -> bytes:
    """The message as JSON, for the outbox to seal."""
    keys = [[[key.label, key.token] for key in row] for row in message.keys]
    body = {"v": 1, "html": message.html, "keys": keys, "share_phone": message.share_phone}
    return json.dumps(body, separators=(",", ":")).encode()


def load_outgoing(raw: bytes) -> Outgoing:
    """What ``dump_outgoing`` wrote; ``ValueError`` for anything else."""
    try:
        body = json.loads(raw)
        if body["v"] != 1:
            raise ValueError("a message of another version")
        keys = tuple(tuple(Key(label, token) for label, token in row) for row in body["keys"])
        return Outgoing(body["html"], keys, body["share_phone"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a message: {type(error).__name__}") from None


class DeliveryError(Exception):
    """A message did not certainly arrive."""


class BlockedError(DeliveryError):
    """The person blocked the bot, or never started it: recorded, and said when they come back."""


class RetryLaterError(DeliveryError):
    """This chat must wait; nothing arrived."""

    def __init__(self, after_s: float) -> None:
        super().__init__(f"again after {after_s} s")
        self.after_s = after_s


class UncertainError(DeliveryError):
    """No answer came: it may have arrived."""


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
