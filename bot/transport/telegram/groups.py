"""What a message in a group is to us. Pure: it sends nothing and stores nothing.

Only words to the bot go further: a command of ours, its @name, or a reply to it, new, and by one person whom Telegram
names. Of everything else there remains who was seen. An anonymous admin and a channel are nobody who could have an
account, so they are told that; forwarded words, edited ones and those of a bot are not heard at all.
"""

from dataclasses import dataclass
from typing import Final

from telegram import (
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Message,
    MessageEntity,
)
from telegram.constants import ChatMemberStatus, ChatType

from bot.arrivals import (
    DigitsInGroup,
    GroupChange,
    GroupChanged,
    Happening,
    NamelessInGroup,
    digits_alone,
    spaced_digits,
)
from bot.dialogue.labels import MENU
from bot.dialogue.places import GroupMessage, SaidInGroup
from bot.language.lexicon import NOT_YET
from bot.transport.telegram.fields import ATTACHMENTS, author, checked_id, is_forwarded, mentioned, whole

GROUPS: Final = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})
_COMMANDS: Final = frozenset((*MENU, *NOT_YET, "start", "pay", "cancel"))
_GONE: Final = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})
_GENERAL_TOPIC: Final = 1  # its number is shown and must not be sent back: "message thread not found"


def members_seen(message: Message) -> tuple[int, ...]:
    """People who are certainly in this group: who wrote, who was written with, who joined, who was mentioned by id."""
    replied = message.reply_to_message
    authors = [author(message), author(replied) if replied is not None and not is_forwarded(replied) else None]
    people = [*authors, *(message.new_chat_members or ())]
    named = [person for _, person in mentioned(message)]
    return tuple(dict.fromkeys([*(checked_id(one.id) for one in people if one is not None and not one.is_bot), *named]))


def member_gone(message: Message) -> int | None:
    """Who left, or was removed."""
    gone = message.left_chat_member
    return None if gone is None or gone.is_bot else checked_id(gone.id)


def moved(message: Message) -> GroupChanged | None:
    """A group becomes a supergroup under another number; both chats say so."""
    chat_id = checked_id(message.chat.id)
    if message.migrate_to_chat_id is not None:
        return GroupChanged(GroupChange.MOVED, chat_id, checked_id(message.migrate_to_chat_id))
    if message.migrate_from_chat_id is not None:
        return GroupChanged(GroupChange.MOVED, checked_id(message.migrate_from_chat_id), chat_id)
    return None


def said(message: Message, bot_username: str) -> Happening | None:
    """Words to the bot, digits that may be a PIN, or nothing."""
    if is_forwarded(message) or message.via_bot is not None or message.text is None or author(message) is None:
        return None
    at, call = _at(message), _call(message, bot_username.lower())
    digits = digits_alone(call.text) or spaced_digits(call.text) or digits_alone(call.text.removeprefix("/pin"))
    if digits is not None:
        return DigitsInGroup(at.message_id, len(digits), at.thread_id)
    if not call.named and not call.commanded and not _replies_to(message, bot_username.lower()):
        return None
    replied, unclear = replied_person(message, bot_username.lower())
    return SaidInGroup(at, call.text, call.named, replied, unclear, mentioned(message))


def nameless(message: Message, bot_username: str) -> NamelessInGroup | None:
    """Somebody who hides behind the group or a channel calls the bot."""
    shared = message.sender_chat is not None and not message.is_automatic_forward
    if not shared or is_forwarded(message) or message.via_bot is not None or message.text is None:
        return None
    call = _call(message, bot_username.lower())
    return NamelessInGroup(_at(message)) if call.named or call.commanded else None


def changed(change: ChatMemberUpdated) -> GroupChanged | None:
    """The bot was added to a group, removed from it, or may no longer write there."""
    if change.chat.type not in GROUPS:
        return None
    chat_id, was, now = checked_id(change.chat.id), change.old_chat_member, change.new_chat_member
    if not _is_in(now):
        return GroupChanged(GroupChange.REMOVED, chat_id)
    if isinstance(now, ChatMemberRestricted) and not now.can_send_messages:
        return GroupChanged(GroupChange.SILENCED, chat_id)
    if _is_in(was):
        return None
    admin = isinstance(now, ChatMemberAdministrator)
    deletes = isinstance(now, ChatMemberAdministrator) and now.can_delete_messages
    return GroupChanged(GroupChange.ADDED, chat_id, sees_all=admin, may_delete=deletes)


def _is_in(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status not in _GONE


def replied_person(message: Message, bot: str) -> tuple[int | None, bool]:
    """The author of the message replied to, and whether there is one whom nobody can tell.

    In a forum every message hangs on the topic's first one, which somebody else opened: that is no reply. Oneself is
    nobody to pay, a forward names somebody else's words, and a service message ("Asha added Priya") is about several.
    """
    replied = message.reply_to_message
    if replied is None:
        return None, message.external_reply is not None
    if message.is_topic_message and (
        replied.forum_topic_created is not None or replied.message_id == message.message_thread_id
    ):
        return None, False
    writer, me = author(replied), author(message)
    if writer is not None and me is not None and writer.id == me.id:
        return None, False
    if writer is not None and not is_forwarded(replied) and _has_content(replied):
        return checked_id(writer.id), False
    return None, not _wrote(replied, bot)


def _has_content(message: Message) -> bool:
    return message.text is not None or any(message[attachment] for attachment in ATTACHMENTS)


def _wrote(message: Message, bot: str) -> bool:
    return message.from_user is not None and (message.from_user.username or "").lower() == bot


def _replies_to(message: Message, bot: str) -> bool:
    replied = message.reply_to_message
    return replied is not None and _wrote(replied, bot)


def _at(message: Message) -> GroupMessage:
    thread_id = message.message_thread_id if message.is_topic_message else None
    topic = None if thread_id is None or thread_id == _GENERAL_TOPIC else checked_id(thread_id)
    return GroupMessage(checked_id(message.chat.id), checked_id(message.message_id), topic)


# ── who is called ────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Call:
    """The words without our @name; ``named`` when it opens them, ``commanded`` when it stands in them, or a command."""

    text: str
    named: bool
    commanded: bool


def _call(message: Message, bot: str) -> _Call:
    """Another bot's commands are not ours, with its @name or without."""
    units = whole(message.text).encode("utf-16-le")  # offsets of entities are UTF-16 code units
    kept, cut_to, named, commanded = b"", 0, False, False
    for entity in sorted(message.entities, key=lambda each: each.offset):
        if entity.type not in {MessageEntity.MENTION, MessageEntity.BOT_COMMAND}:
            continue
        start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
        words = units[start:end].decode("utf-16-le", "replace")
        command, _, addressee = words.lower().partition("@")
        first = not units[:start].decode("utf-16-le", "replace").strip()
        if addressee == bot:
            kept += units[cut_to : start + 2 * len(command)]
            cut_to = end
            named = named or first
            commanded = True
        elif not addressee and first:
            commanded = command.removeprefix("/") in _COMMANDS
    text = (kept + units[cut_to:]).decode("utf-16-le", "replace")
    return _Call(" ".join(text.split()) if kept or cut_to else text, named, commanded)
