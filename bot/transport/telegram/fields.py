"""Readers of a message's fields: who wrote it, whose words it holds, and values of the types we trust.

The library checks no types: a field of an update may hold anything that JSON can. What we let through is checked.
"""

from typing import Final

from telegram import Chat, Message, MessageEntity, User
from telegram.constants import ChatType, MessageAttachmentType

from ledger.kernel.instants import Instant

ATTACHMENTS: Final = (
    *MessageAttachmentType,
    "checklist",
    "giveaway",
)  # what a person can send instead of words; pins, titles and the like are nobody's message


def author(message: Message) -> User | None:
    """The one human who wrote this. An anonymous admin, a channel, a bot and a business account are nobody."""
    shared_identity = message.sender_chat or message.is_automatic_forward or message.business_connection_id
    person = message.from_user
    if shared_identity or person is None or person.is_bot:
        return None
    return person


def is_private(chat: Chat, person: User) -> bool:
    """Whether it is the person's own chat with us."""
    return chat.type == ChatType.PRIVATE and chat.id == person.id


def is_forwarded(message: Message) -> bool:
    """Somebody else's words. Bot API servers before 7.0 say it by a date alone, which the library no longer reads."""
    return message.forward_origin is not None or "forward_date" in message.api_kwargs


def mentioned(message: Message) -> tuple[tuple[str, int], ...]:
    """People mentioned by numeric id, as (text as written, id)."""
    return tuple(
        (whole(message.parse_entity(entity)), checked_id(entity.user.id))
        for entity in message.entities
        if entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and not entity.user.is_bot
    )


def name_of(person: User) -> str:
    """First and last name."""
    return " ".join(whole(part) for part in (person.first_name, person.last_name) if part is not None)


# ── checked values ───────────────────────────────────────────────────────────


def checked_id(value: object) -> int:
    """An id."""
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**63) <= value < 2**63:
        raise TypeError("an id is a number of 64 bits")
    return value


def instant(value: object) -> Instant:
    """A moment."""
    if not isinstance(value, Instant) or value.tzinfo is None:
        raise TypeError("a time is an instant")
    return value


def whole(text: object) -> str:
    """The text with half characters (lone surrogates, legal in JSON) replaced: every later room can encode it."""
    if not isinstance(text, str):
        raise TypeError("a text is text")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
