"""Three processes serve one bot; one of them dies, is paused, or is told to stop, while everybody pays."""

import asyncio
from pathlib import Path
from random import Random
from typing import Final

import pytest

from bot.memory.processes import DEAD_AFTER
from tests.conftest import FULL_SIZE
from tests.harness.postgres import PostgresServer
from tests.kill.books import Books, check_both_sides_told, check_nothing_lost_or_doubled, read_living_books
from tests.kill.crowd import Crowd
from tests.kill.several import Member, Several, open_several

SEED: Final = 20261124
PEOPLE: Final = 16 if FULL_SIZE else 6
KILLS: Final = 50 if FULL_SIZE else 1
BEFORE: Final = 6  # payments that were acknowledged before something happens
BURIED_WITHIN_S: Final = DEAD_AFTER.total_seconds() + 10.0
LAST_PAYMENTS_S: Final = 90.0
TOLD_WITHIN_S: Final = 30.0
STOPS_WITHIN_S: Final = 15.0


async def _paid(several: Several, more: int) -> None:
    """Until so many more payments were acknowledged."""
    witness = several.stage.witness
    wanted = len(witness.acknowledged()) + more
    await several.stage.town.wait_until(
        lambda: len(witness.acknowledged()) >= wanted or None, timeout_s=LAST_PAYMENTS_S, otherwise=several.last_words
    )


async def _check_the_end(several: Several, crowd: Crowd) -> Books:
    books = await read_living_books(several.stage.settings)
    check_nothing_lost_or_doubled(several.stage, books)
    check_both_sides_told(several.stage, books)
    granted = {several.stage.witness.reference_of(w.payer.id, w.amount_minor) for w in crowd.granted}
    assert granted == books.references
    _check_order(several, books)
    assert not several.faults(), "\n".join(several.faults())
    return books


def _check_order(several: Several, books: Books) -> None:
    """Each person pays a little more each time, so their own rows of the journal must count up."""
    last: dict[int, int] = {}
    for row in books.payments:
        payer = several.stage.accounts[row.debit_account].id
        assert row.amount_minor > last.get(payer, 0), f"{payer} paid {row.amount_minor} after {last[payer]}"
        last[payer] = row.amount_minor


async def _finish(several: Several, crowd: Crowd) -> Books:
    await crowd.finish(LAST_PAYMENTS_S)
    await several.stage.until_payees_are_told(TOLD_WITHIN_S)
    return await _check_the_end(several, crowd)


@pytest.mark.slow
async def test_whichever_is_killed_nothing_is_lost_doubled_or_out_of_order(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    """The one that delivers for all, at first; others go on for it, and it comes back as another."""
    chance = Random(SEED)
    async with postgres.database() as url, open_several(tmp_path, url, 3, PEOPLE) as several:
        crowd = Crowd(several.stage, SEED)
        crowd.start()
        try:
            victim = await several.with_role("delivery")
            for _ in range(KILLS):
                await _paid(several, BEFORE)
                await victim.process.kill()
                await several.until_buried(victim, BURIED_WITHIN_S)
                await victim.process.start()
                await victim.until_ready()
                victim = chance.choice(several.members)
                crowd.check()
            await _finish(several, crowd)
        finally:
            await crowd.leave()


@pytest.mark.slow
async def test_one_that_was_paused_for_too_long_stops_and_changes_nothing(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    async with postgres.database() as url, open_several(tmp_path, url, 3, PEOPLE) as several:
        crowd = Crowd(several.stage, SEED)
        crowd.start()
        try:
            await _paid(several, BEFORE)
            paused: Member = await several.with_role("delivery")
            with paused.paused():  # what the balancer brings to it meanwhile waits with it
                await several.until_buried(paused, BURIED_WITHIN_S)
            assert await paused.process.ended_within(STOPS_WITHIN_S), paused.process.last_words()
            assert paused.process.process.returncode == 1
            assert "process.declared_dead" in paused.process.last_words()
            await _finish(several, crowd)
        finally:
            await crowd.leave()


@pytest.mark.slow
async def test_one_that_is_told_to_stop_leaves_its_people_to_others_at_once(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    async with postgres.database() as url, open_several(tmp_path, url, 2, PEOPLE) as several:
        crowd = Crowd(several.stage, SEED)
        crowd.start()
        try:
            await _paid(several, BEFORE)
            stopped = await several.with_role("delivery")
            assert await stopped.process.terminate(STOPS_WITHIN_S) == 0, stopped.process.last_words()
            async with asyncio.timeout(DEAD_AFTER.total_seconds() / 2):  # nobody had to find out that it is gone
                await _paid(several, 2)
            await _finish(several, crowd)
        finally:
            await crowd.leave()
