"""The whole bot on a clock that somebody moves: what was waiting for its time happens now."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.people import Person
from tests.harness.wire import befriend, enter, hear, move_in, quiet, restarted, running_town
from tests.stories.stage import PATIENCE_S, Stage

ASHA = Person(1001, "Asha", "Rao", "asha")
PRIYA = Person(1002, "Priya", "Sharma", "priya")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A bot that follows the clock of its town."""
    async with running_town(tmp_path) as town:
        settings = town.settings.model_copy(update={"clock_url": town.serving.clock_url})
        async with restarted(town, settings) as stage:
            await move_in(stage, PRIYA)
            await move_in(stage, ASHA, paise=50_000)
            await befriend(stage, ASHA, PRIYA)
            yield stage


async def test_a_confirmation_is_over_as_soon_as_the_clock_says_so(stage: Stage) -> None:
    """Nobody writes anything: the reminders are woken by the move itself."""
    await hear(stage, ASHA, "send 200 to priya")

    stage.town.move_clock(360)

    await stage.town.wait_for_text(ASHA, "was not confirmed in time", timeout_s=PATIENCE_S)


async def test_an_account_thaws_as_soon_as_the_clock_says_so(stage: Stage) -> None:
    await hear(stage, ASHA, "/freeze")
    await hear(stage, ASHA, "/unfreeze")
    await enter(stage, ASHA, "274913")
    await quiet(stage)
    assert "frozen" in (await hear(stage, ASHA, "send 200 to priya"))[-1].text

    stage.town.move_clock(3_660)
    assert await _is_moved(stage)

    assert "Pay ₹200.00 to Priya Sharma" in (await hear(stage, ASHA, "send 200 to priya"))[-1].text


async def _is_moved(stage: Stage) -> bool:
    """Once the bot has heard of the move, which takes it a turn of the loop or two."""
    async with asyncio.timeout(PATIENCE_S):
        while abs(stage.town.clock() - stage.house.books.clock.now().timestamp()) > 60:  # noqa: ASYNC110  # see below
            await asyncio.sleep(0)  # the bot has no event for it: it is told by a stream of the town
    return True
