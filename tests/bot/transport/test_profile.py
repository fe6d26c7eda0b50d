"""The bot introduces itself, over the wire, and only where something is different."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.sandbox.pacing import NO_PACING
from bot.sandbox.people import ASHA, PRIYA
from bot.sandbox.server import Serving, serve
from bot.sandbox.town import Town
from bot.transport.telegram.connection import open_bot, start_bot
from bot.transport.telegram.profile import Introduction, introduce, set_chat_menu

SEND, HELP = ("send", "Send money"), ("help", "What you can write")
ENGLISH = Introduction((SEND, ("balance", "What you have"), HELP), (SEND, HELP), "Money inside the message.", "Money.")
HINDI = Introduction((("send", "पैसे भेजें"),), (), "संदेश में पैसा।", "पैसा।")


@pytest.fixture
async def serving() -> AsyncIterator[Serving]:
    async with serve(Town(pacing=NO_PACING)) as opened:
        yield opened


@pytest.fixture
async def bot(serving: Serving) -> AsyncIterator[Bot]:
    opened = open_bot(serving.town.token, serving.api_url)
    await start_bot(opened)
    yield opened
    await opened.shutdown()


async def test_the_menu_and_the_descriptions_are_set_in_each_language(bot: Bot, serving: Serving) -> None:
    await introduce(bot, {"en": ENGLISH, "hi": HINDI}, "en")

    assert [each["command"] for each in serving.town.commands_for(ASHA)] == ["send", "balance", "help"]
    assert (await bot.get_my_description()).description == "Money inside the message."
    assert (await bot.get_my_description("hi")).description == "संदेश में पैसा।"


async def test_a_second_start_changes_nothing(bot: Bot, serving: Serving) -> None:
    """Telegram makes a bot wait that sets its profile too often."""
    await introduce(bot, {"en": ENGLISH}, "en")
    before = sum(len(serving.calls.of(f"setMy{what}")) for what in ("Commands", "Description", "ShortDescription"))

    await introduce(bot, {"en": ENGLISH}, "en")

    after = sum(len(serving.calls.of(f"setMy{what}")) for what in ("Commands", "Description", "ShortDescription"))
    assert (before, after) == (4, 4)


async def test_a_far_side_that_refuses_stops_nobody(bot: Bot, serving: Serving) -> None:
    serving.faults.add("500", "setMyCommands")

    await introduce(bot, {"en": ENGLISH}, "en")

    assert serving.town.commands_for(ASHA) == []


async def test_a_group_has_a_menu_of_its_own(bot: Bot, serving: Serving) -> None:
    """Nobody asks for their balance where others read along."""
    group = serving.town.open_group("Flat 4B", [ASHA])

    await introduce(bot, {"en": ENGLISH}, "en")

    assert [each["command"] for each in serving.town.commands_for(ASHA, group)] == ["send", "help"]


async def test_a_menu_follows_the_language_that_was_chosen_here(bot: Bot, serving: Serving) -> None:
    """Asha's Telegram is set to English; she reads Hindi with us."""
    serving.town.start(ASHA)
    await introduce(bot, {"en": ENGLISH, "hi": HINDI}, "en")

    await set_chat_menu(bot, ASHA.id, HINDI)

    assert [each["description"] for each in serving.town.commands_for(ASHA)] == ["पैसे भेजें"]
    assert serving.town.commands_for(PRIYA)[0]["description"] == "Send money"


async def test_a_menu_that_is_refused_keeps_nobody_waiting(bot: Bot) -> None:
    """She deleted the chat meanwhile."""
    await set_chat_menu(bot, 999_999, HINDI)
