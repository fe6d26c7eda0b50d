"""The narrowest gap there is: a message stands in a chat, and the bot dies before it can write so down."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from tests.kill.books import check_both_sides_told, check_nothing_lost_or_doubled, read_books
from tests.kill.crowd import FIRST_WISH_MINOR, Payer, Wish, payer_of
from tests.kill.stage import Stage, open_stage

WITHIN_S: Final = 30.0


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_stage(tmp_path, 2) as stage:
        await stage.start_bot()
        yield stage


@pytest.fixture
def asha(stage: Stage) -> Payer:
    return payer_of(stage, stage.people[0])


async def _pay_and_die(stage: Stage, asha: Payer) -> None:
    """Asha pays, the bot dies at the moment that was chosen, another goes on, and Asha reads Paid."""
    paying = asyncio.create_task(asha.pay(Wish(asha.me, stage.people[1], FIRST_WISH_MINOR)))
    try:
        assert await stage.bot.ended_within(WITHIN_S), stage.bot.last_words()
        await stage.bot.kill()
        stage.witness.on_paid = stage.witness.on_notice = None
        await stage.start_bot()
        async with asyncio.timeout(WITHIN_S):
            await paying
    finally:
        paying.cancel()


async def _until_told(stage: Stage, times: int = 1) -> None:
    def told() -> bool | None:
        return len(stage.witness.notices) >= times or None

    await stage.town.wait_until(told, timeout_s=WITHIN_S, otherwise=stage.bot.last_words)


@pytest.mark.slow
async def test_a_notice_that_was_heard_and_not_marked_is_heard_twice_at_most(stage: Stage, asha: Payer) -> None:
    """My phone may show the same reference twice after a power cut. It is one payment."""
    stage.witness.on_notice = stage.bot.strike
    await _pay_and_die(stage, asha)
    await _until_told(stage, times=2)
    assert await stage.bot.terminate(WITHIN_S) == 0
    await stage.start_bot()  # what was marked is not said a third time
    assert await stage.bot.terminate(WITHIN_S) == 0

    books = await read_books(stage)
    check_nothing_lost_or_doubled(stage, books)
    check_both_sides_told(stage, books)
    assert len(books.payments) == 1
    assert stage.witness.told_again() == {1: 1}


@pytest.mark.slow
async def test_a_bubble_that_says_paid_and_is_not_marked_stays_one_bubble(stage: Stage, asha: Payer) -> None:
    """The edit is made again, and reads the same."""
    stage.witness.on_paid = stage.bot.strike
    await _pay_and_die(stage, asha)
    await _until_told(stage)
    assert await stage.bot.terminate(WITHIN_S) == 0

    books = await read_books(stage)
    check_nothing_lost_or_doubled(stage, books)
    check_both_sides_told(stage, books)
    assert len(books.payments) == 1
    assert len(stage.witness.paid) == 1
