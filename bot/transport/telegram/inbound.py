"""One Telegram update → one arrival, or nothing. Pure: it sends nothing and stores nothing.

What commands money is decided by what is let through as ``TextArrived``: new words, in the private chat, written by
that person. Everything else is foreign (answered politely) or nothing. It knows no tokens, no people, no money.
"""

from typing import Final

from telegram import Chat, Contact, Message, MessageEntity, Update, User
from telegram.constants import ChatMemberStatus, ChatType, MessageAttachmentType

from bot.arrivals import Arrival, DigitsInGroup, Happening, TapArrived, digits_alone
from bot.dialogue.events import (
    BotBlocked,
    ContactShared,
    DigitsArrived,
    ForeignArrived,
    ForeignKind,
    Secret,
    TextArrived,
)
from ledger.kernel.instants import Instant

# What we ask Telegram for. Business, channel, guest and reaction updates are not among them, and ``read`` drops them
# too: a list given once stays in force on the far side for updates made before it changed.
ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")

_TOKEN_MAX_BYTES = 64  # Bot API, InlineKeyboardButton.callback_data
_ATTACHMENTS: Final = (
    *MessageAttachmentType,
    "checklist",
    "giveaway",
)  # what a person can send instead of words; pins, titles and the like are nobody's message


def read(update: Update, bot_username: str, received_at: Instant) -> Arrival | None:
    """What this update is to us; ``None`` if it is nobody's business here.

    ``received_at`` stands in where Telegram gives no time (a tap carries only that of its message).
    """
    if update.callback_query is not None:
        return _tap(update, received_at)
    if update.message is not None:
        return _message(update, update.message, bot_username)
    if update.edited_message is not None:
        return _edit(update, update.edited_message)
    if update.my_chat_member is not None:
        return _membership(update)
    return None


def _tap(update: Update, received_at: Instant) -> Arrival | None:
    query = update.callback_query
    if query is None or query.message is None or query.data is None or query.from_user.is_bot:
        return None  # an inline message or a game: we send neither, so it is not ours
    data = _whole(query.data)
    token = data if len(data.encode()) <= _TOKEN_MAX_BYTES else ""
    tap = TapArrived(token, _whole(query.id), _number(query.message.message_id))
    return _arrival(update.update_id, query.from_user, query.message.chat, received_at, tap)


def _message(update: Update, message: Message, bot_username: str) -> Arrival | None:
    person = _author(message)
    if person is None:
        return None
    private = _is_private(message.chat, person)
    happening = _in_private(message, person) if private else _in_group(message, bot_username)
    if happening is None:
        return None
    return _arrival(update.update_id, person, message.chat, message.date, happening)


def _edit(update: Update, message: Message) -> Arrival | None:
    """An edited command would otherwise run a second time, with other words than the person remembers sending."""
    person = _author(message)
    if person is None or not _is_private(message.chat, person):
        return None
    edited = ForeignArrived(ForeignKind.EDITED, _number(message.message_id))
    return _arrival(update.update_id, person, message.chat, message.edit_date or message.date, edited)


def _membership(update: Update) -> Arrival | None:
    change = update.my_chat_member
    if change is None or change.from_user.is_bot or not _is_private(change.chat, change.from_user):
        return None
    blocked = BotBlocked(change.new_chat_member.status in {ChatMemberStatus.BANNED, ChatMemberStatus.LEFT})
    return _arrival(update.update_id, change.from_user, change.chat, change.date, blocked)


def _author(message: Message) -> User | None:
    """The one human who wrote this. An anonymous admin, a channel, a bot and a business account are nobody."""
    shared_identity = message.sender_chat or message.is_automatic_forward or message.business_connection_id
    person = message.from_user
    if shared_identity or person is None or person.is_bot:
        return None
    return person


def _is_private(chat: Chat, person: User) -> bool:
    return chat.type == ChatType.PRIVATE and chat.id == person.id


def _is_forwarded(message: Message) -> bool:
    """Somebody else's words. Bot API servers before 7.0 say it by a date alone, which the library no longer reads."""
    return message.forward_origin is not None or "forward_date" in message.api_kwargs


def _in_private(message: Message, person: User) -> Happening | None:
    number = _number(message.message_id)
    if _is_forwarded(message):
        return ForeignArrived(ForeignKind.FORWARDED, number)
    if message.via_bot is not None:
        return ForeignArrived(ForeignKind.VIA_BOT, number)
    if message.contact is not None:
        return _contact(message.contact, number, person)
    if message.text is not None:
        return _words(message, person)
    if any(message[attachment] for attachment in _ATTACHMENTS):
        return ForeignArrived(ForeignKind.NOT_TEXT, number)
    return None  # a service message: a pin, a changed timer


def _contact(contact: Contact, number: int, person: User) -> ContactShared:
    """Telegram fills ``user_id`` from its own books, so a card that names the sender is the sender's."""
    shared = None if contact.user_id is None else _number(contact.user_id)
    name = " ".join(_whole(part) for part in (contact.first_name, contact.last_name) if part is not None)
    return ContactShared(number, shared, own=shared == person.id, phone=_whole(contact.phone_number), name=name)


def _words(message: Message, person: User) -> TextArrived | DigitsArrived:
    number, text = _number(message.message_id), _whole(message.text)
    digits = digits_alone(text)
    if digits is not None:
        return DigitsArrived(number, Secret(digits))
    return TextArrived(number, text, _replied_person(message, person), _mentioned(message))


def _replied_person(message: Message, person: User) -> int | None:
    """The author of the message replied to. Oneself is nobody to pay, and a forward names someone else's words."""
    replied = message.reply_to_message
    if replied is None or _is_forwarded(replied):
        return None
    author = _author(replied)
    return _number(author.id) if author is not None and author.id != person.id else None


def _mentioned(message: Message) -> tuple[tuple[str, int], ...]:
    return tuple(
        (_whole(message.parse_entity(entity)), _number(entity.user.id))
        for entity in message.entities
        if entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and not entity.user.is_bot
    )


def _in_group(message: Message, bot_username: str) -> Happening | None:
    """A group commands nothing; who calls the bot there is told so. Digits alone may be a PIN others now know."""
    if _is_forwarded(message) or message.via_bot is not None:
        return None
    number = _number(message.message_id)
    digits = None if message.text is None else digits_alone(_whole(message.text))
    if digits is not None:
        return DigitsInGroup(number, Secret(digits))
    if _addresses(message, bot_username.lower()):
        return ForeignArrived(ForeignKind.IN_GROUP, number)
    return None


def _addresses(message: Message, bot: str) -> bool:
    """A reply to the bot, its @name, or a command that is not another bot's."""
    replied = message.reply_to_message
    if replied is not None and replied.from_user is not None and (replied.from_user.username or "").lower() == bot:
        return True
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.BOT_COMMAND]
    for entity, words in message.parse_entities(kinds).items():
        command, _, addressee = words.lower().partition("@")
        if addressee == bot or (command and not addressee and entity.offset == 0):
            return True
    return False


def _arrival(update_id: int, person: User, chat: Chat, at: object, happening: Happening) -> Arrival:
    return Arrival(
        update_id=_number(update_id),
        person_id=_number(person.id),
        chat_id=_number(chat.id),
        private=_is_private(chat, person),
        name=" ".join(_whole(part) for part in (person.first_name, person.last_name) if part is not None),
        username=None if person.username is None else _whole(person.username),
        language_code=None if person.language_code is None else _whole(person.language_code),
        sent_at=_instant(at),
        happening=happening,
    )


# The library checks no types: a field of an update may hold anything that JSON can. What we let through is checked.


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**63) <= value < 2**63:
        raise TypeError("an id is a number of 64 bits")
    return value


def _instant(value: object) -> Instant:
    if not isinstance(value, Instant) or value.tzinfo is None:
        raise TypeError("a time is an instant")
    return value


def _whole(text: object) -> str:
    """The text with half characters (lone surrogates, legal in JSON) replaced: every later room can encode it."""
    if not isinstance(text, str):
        raise TypeError("a text is text")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
