"""GOALS R1 and R9: the bot is killed again and again while everybody pays."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from typing import Final, TypeAlias

import pytest

from bot.sandbox.faults import Fault
from tests.conftest import FULL_SIZE
from tests.kill.books import check_nothing_lost_or_doubled, check_the_end, read_books
from tests.kill.crowd import Crowd
from tests.kill.stage import Stage, open_stage

KILLS: Final = 1_000 if FULL_SIZE else 30
PEOPLE: Final = 16
SEED: Final = int(os.environ.get("HUNDI_TEST_SEED", "20261124"))
LONGEST_LIFE_S: Final = 8.0  # a bot that nothing else ends is killed by then
LAST_PAYMENTS_S: Final = 90.0
TOLD_WITHIN_S: Final = 30.0

Moment: TypeAlias = Callable[[Stage, Random], Awaitable[object]]


# ── moments to die ───────────────────────────────────────────────────────────


async def at_a_random_time(stage: Stage, chance: Random) -> None:
    """Anywhere, the start included."""
    await stage.bot.ended_within(chance.uniform(0.0, LONGEST_LIFE_S))


async def at_a_call(stage: Stage, chance: Random) -> None:
    """As it calls the Bot API: the call is carried out, and its answer finds nobody."""
    left = chance.randint(1, 150)

    def count(_method: str) -> Fault | None:
        nonlocal left
        left -= 1
        if left == 0:
            stage.bot.strike()
        return None

    stage.serving.faults.storm = count
    await stage.bot.ended_within(LONGEST_LIFE_S)
    stage.serving.faults.storm = None


async def as_it_says_paid(stage: Stage, _chance: Random) -> None:
    """The payer reads Paid, and the bot never learns that they do."""
    stage.witness.on_paid = stage.bot.strike
    await stage.bot.ended_within(LONGEST_LIFE_S)
    stage.witness.on_paid = None


async def as_it_tells_the_payee(stage: Stage, _chance: Random) -> None:
    """The payee reads of the money, and the bot never learns that they do."""
    stage.witness.on_notice = stage.bot.strike
    await stage.bot.ended_within(LONGEST_LIFE_S)
    stage.witness.on_notice = None


MOMENTS: Final[tuple[tuple[Moment, int], ...]] = (
    (at_a_random_time, 4),
    (at_a_call, 3),
    (as_it_says_paid, 2),
    (as_it_tells_the_payee, 1),
)


# ── the test ─────────────────────────────────────────────────────────────────


@pytest.mark.slow
async def test_no_kill_loses_doubles_or_hides_a_payment(tmp_path: Path) -> None:
    """Whenever the power goes: what I was told is paid is paid, once, and whoever got it hears of it."""
    chance = Random(SEED)
    print(f"seed {SEED}, {KILLS} kills, {PEOPLE} people")  # noqa: T201 - repeats a failure
    async with open_stage(tmp_path, PEOPLE) as stage:
        crowd = Crowd(stage, SEED)
        await stage.start_bot()
        crowd.start()
        try:
            for _ in range(KILLS):
                await _die_and_be_checked(stage, chance)
                crowd.check()
            await crowd.finish(LAST_PAYMENTS_S)
            await stage.until_payees_are_told(TOLD_WITHIN_S)
        finally:
            await crowd.leave()

        books = await check_the_end(stage, crowd)
        again = stage.witness.told_again()
        assert all(times <= 1 for times in again.values()), f"told again, by the start that died: {again}"
        print(  # noqa: T201 - the figures of the run
            f"figure R1.kills {KILLS} kills\nfigure R1.payments {len(books.payments)} payments\n"
            f"figure R9.told_again {sum(again.values())} messages\nfigure R1.pressed_again {crowd.repeats} times"
        )


async def _die_and_be_checked(stage: Stage, chance: Random) -> None:
    moments, weights = zip(*MOMENTS, strict=True)
    await chance.choices(moments, weights)[0](stage, chance)
    await stage.bot.kill()
    check_nothing_lost_or_doubled(stage, await read_books(stage))
    await stage.launch_bot()
