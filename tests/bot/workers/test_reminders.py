"""Time that is over is told to whoever waits, once."""

from datetime import timedelta

import pytest

from bot.dialogue.effects import BubbleId, Line, Purpose, Say
from bot.dialogue.events import DeadlinePassed, Event, PadClosed
from bot.memory.conversations import Conversations
from bot.vault.pads import Pads
from bot.workers.reminders import PEOPLE_AT_ONCE, Reminders
from tests.bot.workers.conftest import START, Office

ASHA, PRIYA = 1001, 1002


class Desk:
    """Reminders, what they look at, and what the runner hears."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.heard: list[tuple[int, Event]] = []
        self.conversations = Conversations(office.database, office.sealer)
        self.pads = Pads(office.clock.steady_s)
        self.reminders = Reminders(self.conversations, self.pads, lambda who, what: self.heard.append((who, what)))

    async def wait_until(self, person_id: int, seconds: float) -> None:
        deadline = START + timedelta(seconds=seconds)
        async with self.office.database.transaction() as session:
            await self.conversations.save(session, person_id, 0, "{}", idle=False, deadline_at=deadline, now=START)

    async def look(self, at_s: float) -> list[tuple[int, Event]]:
        self.office.clock.elapsed_s = at_s
        self.heard.clear()
        await self.reminders.run_once(self.office.clock.now())
        return list(self.heard)


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


@pytest.mark.parametrize(("at_s", "over"), [(299.9, False), (300.0, True), (300.1, True)])
async def test_a_deadline_passes_at_its_moment(desk: Desk, at_s: float, over: bool) -> None:
    await desk.wait_until(ASHA, 300)

    assert await desk.look(at_s) == ([(ASHA, DeadlinePassed())] if over else [])


async def test_somebody_whose_turn_takes_long_is_not_told_every_second(desk: Desk) -> None:
    await desk.wait_until(ASHA, 300)
    assert await desk.look(300) == [(ASHA, DeadlinePassed())]

    assert await desk.look(301) == []
    assert await desk.look(331) == [(ASHA, DeadlinePassed())]


@pytest.mark.parametrize(("at_s", "over"), [(89.9, False), (90.0, True)])
async def test_a_pad_closes_after_90_seconds(desk: Desk, at_s: float, over: bool) -> None:
    desk.pads.open(PRIYA, Purpose.ENTER, BubbleId.new(), Say((Line("pin.enter"),)), 6)

    assert await desk.look(at_s) == ([(PRIYA, PadClosed(Purpose.ENTER, timed_out=True))] if over else [])
    assert await desk.look(at_s) == []


async def test_those_who_cannot_be_helped_keep_nobody_from_their_turn(desk: Desk) -> None:
    """A hundred conversations that cannot go on are due for ever; a payment behind them is still asked about again."""
    for stuck in range(PEOPLE_AT_ONCE):
        await desk.wait_until(5_000 + stuck, 100)
    await desk.wait_until(ASHA, 300)
    await desk.look(300)

    assert await desk.look(301) == [(ASHA, DeadlinePassed())]


async def test_the_store_is_not_asked_while_another_look_found_nothing_due(desk: Desk) -> None:
    found = [False, True]
    desk.reminders = Reminders(
        desk.conversations, desk.pads, lambda who, what: desk.heard.append((who, what)), may_be_due=lambda: found.pop(0)
    )
    await desk.wait_until(ASHA, 300)

    assert await desk.look(300) == []
    assert await desk.look(301) == [(ASHA, DeadlinePassed())]
