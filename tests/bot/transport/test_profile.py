"""The bot introduces itself, over the wire, and only where something is different."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.sandbox.pacing import NO_PACING
from bot.sandbox.people import ASHA
from bot.sandbox.server import Serving, serve
from bot.sandbox.town import Town
from bot.transport.telegram.connection import open_bot, start_bot
from bot.transport.telegram.profile import Introduction, introduce

ENGLISH = Introduction((("send", "Send money"), ("help", "What you can write")), "Money inside the message.", "Money.")
HINDI = Introduction((("send", "पैसे भेजें"),), "संदेश में पैसा।", "पैसा।")


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

    assert [each["command"] for each in serving.town.commands_for(ASHA)] == ["send", "help"]
    assert (await bot.get_my_description()).description == "Money inside the message."
    assert (await bot.get_my_description("hi")).description == "संदेश में पैसा।"


async def test_a_second_start_changes_nothing(bot: Bot, serving: Serving) -> None:
    """Telegram makes a bot wait that sets its profile too often."""
    await introduce(bot, {"en": ENGLISH}, "en")
    before = sum(len(serving.calls.of(f"setMy{what}")) for what in ("Commands", "Description", "ShortDescription"))

    await introduce(bot, {"en": ENGLISH}, "en")

    after = sum(len(serving.calls.of(f"setMy{what}")) for what in ("Commands", "Description", "ShortDescription"))
    assert (before, after) == (3, 3)


async def test_a_far_side_that_refuses_stops_nobody(bot: Bot, serving: Serving) -> None:
    serving.faults.add("500", "setMyCommands")

    await introduce(bot, {"en": ENGLISH}, "en")

    assert serving.town.commands_for(ASHA) == []
