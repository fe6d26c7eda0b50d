"""GOALS R23: a turn that is cancelled at any of its awaits leaves no transaction, and its payment done or not done."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from bot.arrivals import Arrival, TapArrived
from bot.dialogue.effects import BubbleId, Line, Purpose, Say
from bot.dialogue.events import PinVerdict, Resumed, Secret, TextArrived
from bot.dialogue.people import Payee
from bot.dialogue.states import Confirming, EnteringPin, Idle, Paying, Payment, State
from bot.dialogue.stored import dump, load
from bot.sandbox.people import Person
from bot.settings import policy_text
from bot.wiring import House
from bot.workers.intake import Intake
from ledger.commands import Pay
from ledger.database.sqlite import SqliteDatabase
from ledger.kernel.ids import AccountId, PaymentId
from ledger.kernel.money import Money
from ledger.outcomes import Captured, Quoted
from tests.harness.cancelling import cancelled_at
from tests.harness.wire import household, on_stage, quiet
from tests.stories.player import PIN, Stage

A_RUPEE: Final = Money(100, "INR")
UNSTUCK_S: Final = 5.0  # the writer is free at once; a transaction that stayed open would hold it for ever


@dataclass(slots=True)
class Scene:
    """Asha, with ₹5,000.00 and a PIN, and Priya, her contact; no limit is in the way of a rupee."""

    stage: Stage
    asha: Person
    payer: AccountId
    payee: Payee
    update_id: int = 700_000

    @property
    def house(self) -> House:
        return self.stage.house

    async def state(self) -> State:
        return load((await self.house.conversations.load(self.asha.id)).text or dump(Idle()))

    def arrival(self, happening: TapArrived | TextArrived) -> Arrival:
        self.update_id += 1
        now, asha = self.stage.hands.clock.now(), self.asha
        return Arrival(self.update_id, asha.id, asha.id, True, asha.name, asha.username, "en", now, happening)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    policy = tmp_path / "many.toml"
    policy.write_text(_many_payments_a_day(), "utf-8")
    async with on_stage(tmp_path, policy=str(policy)) as stage:
        (asha,), priya = await household(stage, 1)
        await quiet(stage)
        payer = (await stage.house.people.load_me(asha.id)).account_id
        them = await stage.house.people.load_me(priya.id)
        assert payer is not None
        assert them.account_id is not None
        yield Scene(stage, asha, payer, Payee(priya.id, them.account_id, priya.name, "priya"))


def _many_payments_a_day() -> str:
    return re.sub(r"(?m)^count_per_day = [^#\n]+", 'count_per_day = "none" ', policy_text("play"))


async def _at_the_last_digit(scene: Scene) -> tuple[PaymentId, Arrival]:
    """The pad is open for a rupee to Priya and holds five digits; the tap that brings the sixth."""
    house, now, bubble = scene.house, scene.stage.hands.clock.now(), BubbleId.new()
    payment = Payment(PaymentId.new(), scene.payee, A_RUPEE, None, bubble, now + timedelta(minutes=5))
    quoted = await house.books.ledger.quote(Pay(payment.payment_id, scene.payer, scene.payee.account_id, A_RUPEE))
    assert isinstance(quoted, Quoted)
    version = await house.conversations.version(scene.asha.id)
    async with house.books.database.transaction() as session:
        text = dump(EnteringPin(Confirming(payment, quoted)))
        await house.conversations.save(
            session, scene.asha.id, version, text, idle=False, deadline_at=payment.expires_at, now=now
        )
    pad = house.pads.open(scene.asha.id, Purpose.ENTER, bubble, Say((Line("pin.enter"),)), len(PIN))
    tokens = {key.face: key.token for row in pad.rows for key in row}
    for digit in PIN[:-1]:
        assert not house.pads.press(scene.asha.id, tokens[digit]).unknown
    return payment.payment_id, scene.arrival(TapArrived(tokens[PIN[-1]], "1", 1))


async def _others_are_served(scene: Scene) -> None:
    """No transaction is open, the desk answers, and the PIN is not locked by a turn that died."""
    async with asyncio.timeout(UNSTUCK_S), scene.house.books.database.transaction():
        pass
    database = scene.house.books.database
    assert isinstance(database, SqliteDatabase)
    assert not database._writer.in_transaction
    back = Pay(PaymentId.new(), scene.payer, scene.payee.account_id, Money(1, "INR"))
    assert isinstance(await scene.house.books.ledger.ask(back), Captured)
    assert (await scene.house.pins.check(scene.asha.id, Secret(PIN))).verdict is PinVerdict.RIGHT


async def test_a_payment_cancelled_at_each_await_of_its_turn_is_done_or_not_done(scene: Scene) -> None:
    """From the last digit to Paid: whatever moment the turn dies at, the next one tells me the truth."""
    house, ledger = scene.house, scene.house.books.ledger
    moved, waited = [], set()
    for at in itertools.count(1):
        payment_id, tap = await _at_the_last_digit(scene)
        reached = await cancelled_at(house.runner._take(tap, 0.0), at)
        house.pads.close(scene.asha.id)
        await _others_are_served(scene)
        waited.add(type(await scene.state()))

        house.runner.happened(scene.asha.id, Resumed())
        await house.runner.settled()

        posted = await ledger.payment(payment_id) is not None
        moved += [at] if posted else []
        assert bool(await house.outbox.told(payment_id)) is posted, f"at await {at} the books and the chat differ"
        assert type(await scene.state()) is (Idle if posted else Confirming), at
        if not reached:
            break

    await quiet(scene.stage)
    assert (await ledger.trial_balance()).balanced
    assert waited == {EnteringPin, Paying, Idle}, "a turn can die before the question, while it is asked, and after"
    assert 1 not in moved
    assert moved[-1] == at, "the turn that nobody cancelled paid"
    told = [m.text for m in scene.stage.town.messages(scene.asha) if m.text.startswith("Paid ₹1.00")]
    assert len(told) == len(moved)


async def test_a_message_cancelled_at_each_await_of_its_turn_is_answered_by_the_next_process(scene: Scene) -> None:
    """What I wrote stands in the inbox until the commit that answers it, so it is answered once."""
    house, now = scene.house, scene.stage.hands.clock.now
    intake = Intake(house.inbox, house.people, house.group_book, house.books.database, scene.stage.town.bot.id, now=now)
    for at in itertools.count(1):
        await _forget(scene)
        arrival = scene.arrival(TextArrived(1, f"send {at}.50 to Priya"))
        await intake.store([arrival], [])
        reached = await cancelled_at(house.runner._take(arrival, 0.0), at)
        await _others_are_served(scene)

        for person_id in await house.conversations.unfinished():
            house.runner.happened(person_id, Resumed())
        for stored in await house.inbox.waiting(scene.stage.town.bot.id):
            house.runner._take_up(stored)
        await house.runner.settled()

        state = await scene.state()
        assert isinstance(state, Confirming), (at, state)
        assert state.payment.amount == Money(at * 100 + 50, "INR")
        assert not await house.inbox.waiting(scene.stage.town.bot.id)
        if not reached:
            break

    await quiet(scene.stage)
    asked = [m for m in scene.stage.town.messages(scene.asha) if f"Pay ₹{at}.50" in m.labels]
    assert len(asked) == 1


async def _forget(scene: Scene) -> None:
    """Nothing is being asked."""
    version = await scene.house.conversations.version(scene.asha.id)
    async with scene.house.books.database.transaction() as session:
        await scene.house.conversations.save(
            session,
            scene.asha.id,
            version,
            dump(Idle()),
            idle=True,
            deadline_at=None,
            now=scene.stage.hands.clock.now(),
        )
