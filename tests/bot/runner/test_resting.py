"""A start takes up only who waits for us: a thousand who went away must not come before a payment."""

from datetime import timedelta
from pathlib import Path

from bot.sandbox.people import Person
from tests.harness.wire import move_in, quiet, restarted, running_town

ASHA = Person(2001, "Asha", "Rao", "asha")
NEWCOMER = Person(2002, "Ravi", "Kumar", "ravi")


async def test_a_start_disturbs_nobody_who_went_away(tmp_path: Path) -> None:
    """A newcomer left at the PIN pad last month, and somebody read their history: neither has anything to go on."""
    async with running_town(tmp_path) as stage:
        async with restarted(stage):
            await move_in(stage, ASHA)
            await move_in(stage, NEWCOMER, pin=None)
            stage.town.say(ASHA, "/history")
            await quiet(stage)
            stage.hands.move(timedelta(seconds=100))
            await stage.house.reminders.run_once(stage.hands.clock.now())
            await quiet(stage)

            assert await stage.house.conversations.unfinished() == []

        before = stage.now
        async with restarted(stage):
            await stage.serving.until_polled()
            await quiet(stage)

        assert stage.now == before


async def test_a_pad_that_died_with_its_process_is_closed_at_the_next_start(tmp_path: Path) -> None:
    async with running_town(tmp_path) as stage:
        async with restarted(stage):
            await move_in(stage, NEWCOMER, pin=None)
            await quiet(stage)
            assert await stage.house.conversations.unfinished() == [NEWCOMER.id]

        async with restarted(stage):
            await stage.town.wait_for(NEWCOMER, lambda m: "Choose a PIN" in m.labels)
            await quiet(stage)

            assert await stage.house.conversations.unfinished() == []
