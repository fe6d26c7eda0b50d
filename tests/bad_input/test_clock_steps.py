"""GOALS R12, the whole house: somebody sets the clock; no lock is shortened, no button revives, no order changes."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from bot.memory.deployment import ClockBehindError
from bot.sandbox.people import Person
from bot.settings import environment_of
from bot.wiring import open_house
from tests.bot.test_clock import Hands as Wall
from tests.bot.test_clock import S
from tests.harness.wire import (
    SteppingHands,
    enter,
    hear,
    household,
    later,
    on_stage,
    press,
    quiet,
    restarted,
    rows_in_journal,
    running_town,
)
from tests.stories.player import OTHER_PIN, PATIENCE_S, PIN, Stage

ROOT: Final = Path(__file__).parents[2]
STEPS: Final = [timedelta(days=-400), timedelta(hours=-1), timedelta(minutes=-2), timedelta(minutes=2),
                timedelta(hours=25), timedelta(days=366)]  # fmt: skip


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with on_stage(tmp_path, hands=SteppingHands()) as stage:
        (stage.people["asha"],), stage.people["priya"] = await household(stage, 1)
        yield stage


def _hands(stage: Stage) -> SteppingHands:
    assert isinstance(stage.hands, SteppingHands)
    return stage.hands


async def _pays(stage: Stage, asha: Person, rupees: int, *, step: timedelta = timedelta()) -> None:
    """The clock is set while the question stands."""
    await hear(stage, asha, f"send {rupees} to Priya")
    _hands(stage).step(step)
    await press(stage, asha, f"Pay ₹{rupees}.00")
    await quiet(stage)
    await enter(stage, asha, PIN)
    await stage.town.wait_for_text(asha, f"Paid ₹{rupees}.00", timeout_s=PATIENCE_S)


@pytest.mark.parametrize("step", STEPS, ids=str)
async def test_a_step_is_alarmed_and_changes_nothing_for_who_is_paying(stage: Stage, step: timedelta) -> None:
    """What I was asked is still asked, neither too old nor young again, and my payments stand in their order."""
    asha = stage.people["asha"]
    await _pays(stage, asha, 1)
    await _pays(stage, asha, 2, step=step)
    await _pays(stage, asha, 3)

    ledger = stage.house.books.ledger
    rows = [row async for row in ledger.transfers()]
    assert [row.amount_minor for row in rows][-3:] == [1_00, 2_00, 3_00]
    assert [row.at for row in rows] == sorted(row.at for row in rows)
    assert len(_hands(stage).alarms) == 1
    assert _hands(stage).alarms[0] == pytest.approx(step.total_seconds(), abs=5)


@pytest.mark.parametrize("step", STEPS, ids=str)
async def test_a_question_that_lapsed_stays_lapsed(stage: Stage, step: timedelta) -> None:
    """Its button was copied before; set the clock as you like."""
    asha = stage.people["asha"]
    await hear(stage, asha, "send 20 to Priya")
    question = stage.town.last(asha)
    data = next(str(button["callback_data"]) for button in question.buttons() if "Pay" in button["text"])
    rows = await rows_in_journal(stage)
    later(stage, minutes=5.1)
    await stage.town.wait_for_text(asha, "not confirmed in time", timeout_s=PATIENCE_S)

    _hands(stage).step(step)
    tap = stage.town.tap_data(asha, question.message_id, data)
    answer = await stage.town.wait_for_answer(tap, timeout_s=PATIENCE_S)
    await quiet(stage)

    assert answer.text
    assert not stage.town.last(asha).has_pad
    assert await rows_in_journal(stage) == rows


@pytest.mark.parametrize("step", STEPS, ids=str)
async def test_a_lock_of_a_day_is_a_day(stage: Stage, step: timedelta) -> None:
    asha = stage.people["asha"]
    await hear(stage, asha, "send 20 to Priya")
    await press(stage, asha, "Pay ₹20.00")
    await quiet(stage)
    for said in ("2 tries left", "1 try left", "locked until"):
        await enter(stage, asha, OTHER_PIN)
        await stage.town.wait_for_text(asha, said, timeout_s=PATIENCE_S)
        await quiet(stage)

    _hands(stage).step(step)
    later(stage, hours=23)
    await hear(stage, asha, "send 21 to Priya")
    await press(stage, asha, "Pay ₹21.00")
    await quiet(stage)

    assert not any(message.has_pad for message in stage.town.messages(asha))
    assert "locked until" in stage.town.last(asha).text


# ── many small steps ────────────────────────────────────────────────────────


def test_a_wall_that_runs_sixty_times_too_fast_is_not_followed() -> None:
    """However often it is looked at: a lock of an hour must not be over after a minute."""
    hands = Wall()
    before = hands.clock.now()

    for _ in range(36_000):
        hands.wall += 6 * S
        hands.steady += S // 10
        hands.clock.now()

    assert hands.clock.now() - before <= timedelta(seconds=3_600 + 62)
    assert len(hands.steps) == 1


def test_many_small_steps_are_one_large_one() -> None:
    hands = Wall()
    before = hands.clock.now()

    for _ in range(600):
        hands.wall += 50 * S
        hands.pass_time(10)
        hands.clock.now()

    assert hands.clock.now() - before <= timedelta(seconds=6_000 + 63)
    assert len(hands.steps) == 1


def test_a_clock_that_drifts_as_clocks_do_is_followed_for_months() -> None:
    """A second an hour, put right by NTP: no alarm, and after ninety days we still tell the time on the wall."""
    hands = Wall()

    for _ in range(90 * 24):
        hands.wall += S
        hands.pass_time(3_600)
        hands.clock.now()

    assert hands.clock.now().timestamp() == hands.wall / S
    assert hands.steps == []


# ── at start ─────────────────────────────────────────────────────────────────


async def test_a_start_with_the_clock_set_back_is_refused_until_it_is_right(tmp_path: Path) -> None:
    """What lapsed must not revive. The refusal says what to do, and nothing was written."""
    async with running_town(tmp_path) as stage:
        async with restarted(stage):
            (asha,), _ = await household(stage, 1)
            await hear(stage, asha, "send 20 to Priya")

        with pytest.raises(ClockBehindError, match=r"behind the newest moment.*Set the clock"):
            async with open_house(stage.settings, SteppingHands(set_to=timedelta(minutes=-10)).clock):
                pass
        async with open_house(stage.settings, SteppingHands(set_to=timedelta(minutes=-10)).clock, clock_is_right=True):
            pass

        async with restarted(stage):
            await stage.town.wait_for_text(asha, "Pay ₹20.00", timeout_s=PATIENCE_S)


async def test_a_correction_of_a_few_seconds_at_start_is_no_reason_to_refuse(tmp_path: Path) -> None:
    async with running_town(tmp_path) as stage:
        async with restarted(stage):
            await household(stage, 1)

        async with open_house(stage.settings, SteppingHands(set_to=timedelta(seconds=-30)).clock):
            pass


async def test_the_program_says_so_in_one_line(tmp_path: Path) -> None:
    async with running_town(tmp_path) as stage:
        stage.hands.move(timedelta(hours=3))  # the machine believed it was later
        async with restarted(stage):
            await household(stage, 1)
        environment = {**os.environ, **environment_of(stage.settings), "PYTHONPATH": str(ROOT)}

        def run() -> subprocess.CompletedProcess[str]:
            command = (sys.executable, "-m", "bot", "run")
            return subprocess.run(  # noqa: S603 - our own program
                command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60
            )

        done = await asyncio.to_thread(run)

    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    complaint = [line for line in done.stderr.splitlines() if line.startswith("✗")]
    assert len(complaint) == 1
    assert "clock" in complaint[0]
    assert "--clock-is-right" in complaint[0]
