"""One Telegram update → one arrival, or nothing. Pure: it sends nothing and stores nothing.

What commands money is decided by what is let through as ``TextArrived``: new words, in the private chat, written by
that person. Everything else is foreign (answered politely) or nothing. It knows no tokens, no people, no money.
"""

from dataclasses import replace
from typing import Final

from telegram import Chat, Contact, Message, MessageOriginUser, Update, User
from telegram.constants import ChatMemberStatus

from bot.arrivals import Arrival, Happening, Overheard, TapArrived, digits_alone
from bot.dialogue.events import (
    BotBlocked,
    ContactShared,
    DigitsArrived,
    ForeignArrived,
    ForeignKind,
    Secret,
    TextArrived,
)
from bot.transport.telegram import groups
from bot.transport.telegram.fields import (
    ATTACHMENTS,
    author,
    checked_id,
    instant,
    is_forwarded,
    is_private,
    mentioned,
    name_of,
    whole,
)
from ledger.kernel.instants import Instant

# What we ask Telegram for. Business, channel, guest and reaction updates are not among them, and ``read`` drops them
# too: a list given once stays in force on the far side for updates made before it changed.
ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")

TOKEN_MAX_BYTES: Final = 64  # Bot API, InlineKeyboardButton.callback_data


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
    data = whole(query.data)
    token = data if len(data.encode()) <= TOKEN_MAX_BYTES else ""
    tap = TapArrived(token, whole(query.id), checked_id(query.message.message_id))
    return _arrival(update.update_id, query.from_user, query.message.chat, received_at, tap)


def _message(update: Update, message: Message, bot_username: str) -> Arrival | None:
    if message.chat.type in groups.GROUPS:
        return _in_group(update, message, bot_username)
    person = author(message)
    if person is None or not is_private(message.chat, person):
        return None
    happening = _in_private(message, person)
    if happening is None:
        return None
    return _arrival(update.update_id, person, message.chat, message.date, happening)


def _in_group(update: Update, message: Message, bot_username: str) -> Arrival | None:
    """What is not for us leaves only who was seen: no word of it goes further."""
    seen, gone = groups.members_seen(message), groups.member_gone(message)
    about_group = groups.moved(message) or groups.nameless(message, bot_username)
    if about_group is not None:
        return _of_group(update, message.chat, message.date, about_group)
    happening = groups.said(message, bot_username)
    person = author(message)
    if happening is not None and person is not None:
        return replace(_arrival(update.update_id, person, message.chat, message.date, happening), members=seen)
    if seen or gone is not None:
        return replace(_of_group(update, message.chat, message.date, Overheard()), members=seen, gone=gone)
    return None


def _of_group(update: Update, chat: Chat, at: object, happening: Happening) -> Arrival:
    """What a group does or shows, and nobody in it: it goes under the number of the group."""
    chat_id = checked_id(chat.id)
    return Arrival(
        update_id=checked_id(update.update_id),
        person_id=chat_id,
        chat_id=chat_id,
        private=False,
        name="",
        username=None,
        language_code=None,
        sent_at=instant(at),
        happening=happening,
    )


def _edit(update: Update, message: Message) -> Arrival | None:
    """An edited command would otherwise run a second time, with other words than the person remembers sending."""
    person = author(message)
    if person is None or not is_private(message.chat, person):
        return None
    edited = ForeignArrived(ForeignKind.EDITED, checked_id(message.message_id))
    return _arrival(update.update_id, person, message.chat, message.edit_date or message.date, edited)


def _membership(update: Update) -> Arrival | None:
    change = update.my_chat_member
    if change is None:
        return None
    if (of_group := groups.changed(change)) is not None:
        return _of_group(update, change.chat, change.date, of_group)
    if change.from_user.is_bot or not is_private(change.chat, change.from_user):
        return None
    blocked = BotBlocked(change.new_chat_member.status in {ChatMemberStatus.BANNED, ChatMemberStatus.LEFT})
    return _arrival(update.update_id, change.from_user, change.chat, change.date, blocked)


def _in_private(message: Message, person: User) -> Happening | None:
    number = checked_id(message.message_id)
    if is_forwarded(message):
        return ForeignArrived(ForeignKind.FORWARDED, number)
    if message.via_bot is not None:
        return ForeignArrived(ForeignKind.VIA_BOT, number)
    if message.contact is not None:
        return _contact(message.contact, number, person)
    if message.text is not None:
        return _words(message, person)
    if any(message[attachment] for attachment in ATTACHMENTS):
        return ForeignArrived(ForeignKind.NOT_TEXT, number)
    return None  # a service message: a pin, a changed timer


def _contact(contact: Contact, number: int, person: User) -> ContactShared:
    """Telegram fills ``user_id`` from its own books, so a card that names the sender is the sender's."""
    shared = None if contact.user_id is None else checked_id(contact.user_id)
    name = " ".join(whole(part) for part in (contact.first_name, contact.last_name) if part is not None)
    return ContactShared(number, shared, own=shared == person.id, phone=whole(contact.phone_number), name=name)


def _words(message: Message, person: User) -> TextArrived | DigitsArrived:
    plain = said(checked_id(message.message_id), whole(message.text))
    if isinstance(plain, DigitsArrived):
        return plain
    return replace(plain, replied_person=_replied_person(message, person), mentioned=mentioned(message))


def said(number: int, text: str) -> TextArrived | DigitsArrived:
    """New words in the private chat; digits alone may be a PIN."""
    digits = digits_alone(text)
    return TextArrived(number, text) if digits is None else DigitsArrived(number, Secret(digits))


def _replied_person(message: Message, person: User) -> int | None:
    """Whom a reply points at. Oneself is nobody to pay.

    In the private chat that is the one whose words were forwarded here, or whose card was shared, or, where a message
    of another chat is replied to, its author. Telegram says so by numeric id; who hides theirs is nobody.
    """
    quoted = message.external_reply.origin if message.external_reply is not None else None
    replied = message.reply_to_message
    if replied is not None and replied.contact is not None:
        return _other(replied.contact.user_id, person)
    if replied is not None:
        quoted = replied.forward_origin
        if quoted is None:
            writer = None if is_forwarded(replied) else author(replied)
            return None if writer is None else _other(writer.id, person)
    if isinstance(quoted, MessageOriginUser) and not quoted.sender_user.is_bot:
        return _other(quoted.sender_user.id, person)
    return None


def _other(person_id: int | None, person: User) -> int | None:
    return None if person_id is None or person_id == person.id else checked_id(person_id)


def _arrival(update_id: int, person: User, chat: Chat, at: object, happening: Happening) -> Arrival:
    return Arrival(
        update_id=checked_id(update_id),
        person_id=checked_id(person.id),
        chat_id=checked_id(chat.id),
        private=is_private(chat, person),
        name=name_of(person),
        username=None if person.username is None else whole(person.username),
        language_code=None if person.language_code is None else whole(person.language_code),
        sent_at=instant(at),
        happening=happening,
    )
