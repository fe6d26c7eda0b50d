"""A bot that is asked to stop, and a second one that is not wanted."""

import asyncio
from pathlib import Path
from typing import Final

import pytest

from tests.kill.books import check_both_sides_told, check_nothing_lost_or_doubled, read_books
from tests.kill.bot_process import run_command
from tests.kill.crowd import Crowd, Wish, payer_of
from tests.kill.stage import open_stage

STOPS: Final = 3
STOPS_WITHIN_S: Final = 8.0  # five for messages on their way, and a slow machine
SECOND_STOPS_WITHIN_S: Final = 15.0  # a Python that starts on a busy machine
LIFE_S: Final = 6.0


@pytest.mark.slow
async def test_sigterm_loses_nothing_says_nothing_twice_and_exits_0(tmp_path: Path) -> None:
    """An operator restarts the service in the middle of the day."""
    async with open_stage(tmp_path, 8) as stage:
        crowd = Crowd(stage, seed=1)
        await stage.start_bot()
        crowd.start()
        try:
            for _ in range(STOPS):
                assert not await stage.bot.ended_within(LIFE_S), stage.bot.last_words()
                assert await stage.bot.terminate(STOPS_WITHIN_S) == 0, stage.bot.last_words()
                check_nothing_lost_or_doubled(stage, await read_books(stage))
                await stage.start_bot()
            await crowd.finish(60.0)
            await stage.until_payees_are_told(30.0)
        finally:
            await crowd.leave()
        assert await stage.bot.terminate(STOPS_WITHIN_S) == 0, stage.bot.last_words()

        books = await read_books(stage)
        check_nothing_lost_or_doubled(stage, books)
        check_both_sides_told(stage, books)
        assert len(books.payments) == len(crowd.granted) >= STOPS
        assert stage.witness.told_again() == {}
        assert not stage.bot.faults(), "\n".join(stage.bot.faults())


@pytest.mark.slow
async def test_a_second_bot_on_the_same_books_stops_at_once_and_says_why(tmp_path: Path) -> None:
    """Started twice by mistake: the second says so and leaves, the first serves on."""
    async with open_stage(tmp_path, 2) as stage:
        await stage.start_bot()

        async with asyncio.timeout(SECOND_STOPS_WITHIN_S):
            code, said = await run_command(stage.settings, tmp_path, "run")

        assert code != 0
        assert "another" in said.lower(), said
        assert "hundi.db" in said, said
        assert "Traceback" not in said, said
        asha = payer_of(stage, stage.people[0])
        await asha.pay(Wish(asha.me, stage.people[1], 2_00))
        assert await stage.bot.terminate(STOPS_WITHIN_S) == 0
        assert len((await read_books(stage)).payments) == 1
