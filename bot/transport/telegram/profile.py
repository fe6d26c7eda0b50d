"""How the bot introduces itself: command menus by chat and language, and what is read before Start is pressed.

Set in each language, and only where it differs: Telegram answers bots that change their profile too often with long
waits. Nothing here is needed to serve, so a far side that refuses is logged and left alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Introduction:
    """The words of one language: (command, what it does), at most 100 commands; and two descriptions."""

    commands: tuple[tuple[str, str], ...]  # in a private chat
    group_commands: tuple[tuple[str, str], ...]
    description: str  # at most 512 characters
    short_description: str  # at most 120


async def introduce(bot: Bot, words: Mapping[str, Introduction], default: str) -> None:
    """Make the profile say this. ``default`` is the language of everybody whose own is not among ``words``."""
    try:
        for language, introduction in words.items():
            await _introduce_in(bot, introduction, None if language == default else language)
    except TelegramError as error:
        _log.warning("telegram.profile_not_set", error=type(error).__name__)


async def _introduce_in(bot: Bot, words: Introduction, language: str | None) -> None:
    await _menu(bot, BotCommandScopeAllPrivateChats(), words.commands, language)
    await _menu(bot, BotCommandScopeAllGroupChats(), words.group_commands, language)
    if (await bot.get_my_description(language)).description != words.description:
        await bot.set_my_description(words.description, language)
    if (await bot.get_my_short_description(language)).short_description != words.short_description:
        await bot.set_my_short_description(words.short_description, language)


async def _menu(bot: Bot, scope: BotCommandScope, entries: tuple[tuple[str, str], ...], language: str | None) -> None:
    wanted = tuple(BotCommand(command, what) for command, what in entries)
    if await bot.get_my_commands(scope, language) != wanted:
        await bot.set_my_commands(wanted, scope, language)


async def set_chat_menu(bot: Bot, chat_id: int, words: Introduction) -> None:
    """The menu of one person's chat in the language they chose here, whatever their Telegram is set to.

    A chat's own menu goes before those by language (core.telegram.org/bots/api#determining-list-of-commands).
    """
    try:
        await _menu(bot, BotCommandScopeChat(chat_id), words.commands, None)
    except TelegramError as error:  # a menu is a convenience: everything in it can be typed
        _log.warning("telegram.menu_not_set", error=type(error).__name__)
