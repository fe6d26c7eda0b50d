"""The one door that faces people: deliver, edit, erase, answer. Telegram stands behind it; so does the town."""

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
