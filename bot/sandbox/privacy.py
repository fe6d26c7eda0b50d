"""Which messages of a group a bot is told of, in privacy mode and out of it. Pure.

Source: core.telegram.org/bots/features#privacy-mode, and what BotFather says of /setprivacy ("messages that either
start with the '/' symbol or mention the bot by username"). An administrator hears all, and so does a bot whose privacy
mode is off.
"""

from bot.sandbox.chats import Chat, Message
from bot.sandbox.entities import utf16_slice
from bot.sandbox.people import BotUser


def is_heard(message: Message, chat: Chat, bot: BotUser) -> bool:
    """Whether this message, which is not the bot's own, becomes an update of the bot."""
    if chat.kind == "private":
        return True
    member = chat.member(bot.id)
    if not member.is_present:
        return False
    if chat.kind == "channel" or member.is_admin or bot.can_read_all_group_messages:
        return True
    return message.service is not None or is_meant_for(message, chat, bot)


def is_meant_for(message: Message, chat: Chat, bot: BotUser) -> bool:
    """A message of the bot, one sent via it, one that calls it, or a reply to any of these."""
    if message.sender.get("id") == bot.id or (message.via_bot or {}).get("id") == bot.id:
        return True
    if _calls(message, bot.username.lower()):
        return True
    replied = chat.messages.get(message.reply_to or 0)
    return replied is not None and replied.service is None and is_meant_for(replied, chat, bot)


def _calls(message: Message, username: str) -> bool:
    """A command that is no other bot's, at the beginning, or the bot's @name anywhere."""
    for entity in message.entities:
        words = utf16_slice(message.text, entity["offset"], entity["length"]).lower()
        if entity["type"] == "mention" and words == f"@{username}":
            return True
        if entity["type"] == "bot_command" and (entity["offset"] == 0 or "@" in words):
            return words.partition("@")[2] in {"", username}
    return False
