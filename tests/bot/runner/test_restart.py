"""What a process took and did not finish, the next one finishes, or asks for again."""

from pathlib import Path

from bot.arrivals import Arrival
from bot.dialogue.events import DigitsArrived, Secret
from bot.sandbox.people import ASHA
from bot.workers.intake import Intake
from tests.harness.wire import move_in, new_words, quiet, restarted, running_town
from tests.stories.player import Stage


async def test_an_amount_that_died_with_its_process_is_asked_for_again(tmp_path: Path) -> None:
    """Digits alone are never written down: the question stands, and the person hears that nobody has the answer."""
    async with running_town(tmp_path) as stage:
        async with restarted(stage):
            await move_in(stage, ASHA)
            await quiet(stage)
            await _taken_and_not_handled(stage, "2000")

        async with restarted(stage):
            stage.since = stage.now
            await stage.town.wait_for_text(ASHA, "did not keep")
            await quiet(stage)
            said = [message.text for message in new_words(stage, ASHA)]
            left = await stage.house.inbox.waiting(stage.town.bot.id)

        async with restarted(stage):
            await stage.serving.until_polled()
            await quiet(stage)
            again = [m for m in stage.town.messages(ASHA) if "did not keep" in m.text]

    assert len(said) == 1
    assert said[0].startswith("I was restarted and did not keep your last message")
    assert left == []
    assert len(again) == 1


async def test_digits_that_were_handled_are_waited_for_no_longer(tmp_path: Path) -> None:
    async with running_town(tmp_path) as stage, restarted(stage):
        await move_in(stage, ASHA)
        stage.town.say(ASHA, "482913")
        await quiet(stage)

        assert await stage.house.inbox.waiting(stage.town.bot.id) == []


async def _taken_and_not_handled(stage: Stage, digits: str) -> None:
    """Stored by the poller of a process that dies before the runner takes it."""
    house, now = stage.house, stage.hands.clock.now()
    happening = DigitsArrived(900, Secret(digits))
    arrival = Arrival(900_000, ASHA.id, ASHA.id, True, ASHA.name, ASHA.username, "en", now, happening)
    intake = Intake(
        house.inbox, house.people, house.group_book, house.books.database, stage.town.bot.id, now=stage.hands.clock.now
    )
    assert await intake.store([arrival], []) == {900_000}
