"""Random walks: whatever people, networks and restarts do, in whatever order, the laws of a payment hold."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogue.context import FreshIds
from bot.dialogue.effects import Action, AskLedger, Button, Effect, Fact, OpenPad, Show, Tell
from bot.dialogue.events import (
    Event,
    LedgerAnswered,
    LedgerSilent,
    PinChecked,
    PinVerdict,
    QuoteArrived,
    Tapped,
)
from bot.dialogue.keys import KEYS
from bot.dialogue.people import Payee
from bot.dialogue.states import Confirming, EnteringPin, EnteringRefundPin, Idle, Paying, Refunding, State
from bot.dialogue.step import step
from bot.dialogue.stored import dump, load
from ledger.commands import Pay, Refund
from ledger.kernel.ids import EntryId
from ledger.outcomes import Captured, Refunded
from tests.bot.dialogue.examples import ME, NOW, PRIYA, PRIYA_NAIR, QUOTED, RAVI, context, events, said, spoken, text

EVENTS: Final = tuple(events())
PEOPLE: Final = (
    ME,
    replace(ME, known=(PRIYA, PRIYA_NAIR)),
    replace(ME, has_pin=False),
    replace(ME, frozen=True),
    replace(ME, languages=("en", "hi")),
)
# A walk of pure chance hardly ever gets far, so half of its steps are what a person would do next.
PRESS, ANSWER, CHANCE, PAY = "press", "answer", "chance", "pay"


class Walk:
    """One conversation, its last buttons, and everything the ledger was ever asked."""

    def __init__(self) -> None:
        self.state: State = Idle()
        self.now = NOW
        self.buttons: tuple[Button, ...] = ()
        self.asked: list[Pay | Refund] = []
        self.right_pins = 0
        self.confirmed: tuple[Fact, Fact] = ("", "")
        self._shown: dict[str, tuple[str, str]] = {}

    def take(self, event: Event, person: int) -> None:
        before = self.state
        taken = step(context(PEOPLE[person], self.now, FreshIds.mint("g" + "w" * 22)), before, event)
        for effect in taken.effects:
            self._watch(before, event, effect)
        self._check(before, event, taken.state, taken.effects)
        self.state = load(dump(taken.state))  # every state survives being stored
        assert self.state == taken.state
        self.remember_buttons(taken.effects)

    def _watch(self, before: State, event: Event, effect: Effect) -> None:
        if isinstance(effect, Show):
            for line in effect.say.lines:
                if line.key == "send.confirm":
                    self._shown[effect.bubble] = (str(line.facts["name"]), str(line.facts["handle"]))
        if isinstance(effect, AskLedger) and isinstance(effect.command, (Pay, Refund)):
            self.asked.append(effect.command)
            proved = isinstance(before, (EnteringPin, EnteringRefundPin)) and event == PinChecked(PinVerdict.RIGHT, 2)
            self.right_pins += proved
            assert proved or isinstance(before, (Paying, Refunding)), "money was asked for without a right PIN"

    def _check(self, before: State, event: Event, after: State, effects: tuple[Effect, ...]) -> None:
        assert set(spoken(effects)) <= set(KEYS)
        if isinstance(before, (Paying, Refunding)) and type(after) is not type(before):
            assert isinstance(event, LedgerAnswered), "money under way was left without an answer"
        if isinstance(after, Paying) and not isinstance(before, Paying):
            assert self.now < after.payment.expires_at, "paid after the confirmation ended"
            assert self._shown[after.payment.bubble] == (after.payment.payee.name, after.payment.payee.handle)

    def remember_buttons(self, effects: tuple[Effect, ...]) -> None:
        """What can be pressed now, old buttons too; and whom the last confirm message named."""
        said_now = [said(one) for one in effects if isinstance(one, (Tell, Show, OpenPad))]
        found = tuple(button for message in said_now for row in message.buttons for button in row)
        self.buttons = (*self.buttons[-6:], *found)
        for line in (line for message in said_now for line in message.lines if line.key == "send.confirm"):
            self.confirmed = (line.facts["name"], line.facts["handle"])

    def answer(self) -> Event:
        """What the doors would say next in this state."""
        match self.state:
            case Paying(payment):
                return LedgerAnswered(
                    Captured(payment.payment_id, EntryId.new(), "632900000017", self.now, payment.amount)
                )
            case Refunding(back):
                return LedgerAnswered(
                    Refunded(back.refund_id, back.payment_id, EntryId.new(), "632900000025", self.now, back.amount)
                )
            case EnteringPin() | EnteringRefundPin():
                return PinChecked(PinVerdict.RIGHT, 2)
            case _:
                return QuoteArrived(QUOTED)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_the_laws_of_a_payment_hold_on_every_walk(data: st.DataObject) -> None:
    """One right PIN, one payment; asked again with the same body; never after its time; never to another than shown."""
    walk = Walk()
    for _ in range(data.draw(st.integers(5, 40), label="steps")):
        move = data.draw(st.sampled_from((PRESS, ANSWER, CHANCE, PAY)), label="move")
        person = data.draw(st.integers(0, len(PEOPLE) - 1), label="person") if move == CHANCE else 0
        walk.take(_event(data, walk, move), person)
        walk.now += timedelta(seconds=data.draw(st.sampled_from((0, 1, 30, 200)), label="seconds"))

    different = {(type(one), one) for one in walk.asked}
    assert len(different) <= walk.right_pins
    ids = [getattr(one, "refund_id", one.payment_id) for _, one in different]
    assert len(ids) == len(set(ids)), "one id was asked with two bodies"


def _event(data: st.DataObject, walk: Walk, move: str) -> Event:
    if move == PAY:
        return text("send 200 to priya for tea")
    if move == PRESS and walk.buttons:
        button = data.draw(st.sampled_from(walk.buttons), label="button")
        return Tapped(button.action, button.argument, 1)
    if move == ANSWER:
        return data.draw(st.sampled_from((walk.answer(), LedgerSilent())), label="answer")
    return data.draw(st.sampled_from(EVENTS), label="event")


def test_walks_do_get_to_paid() -> None:
    """The laws above would hold of a conversation that never pays, too."""
    walk = Walk()
    walk.take(text("send 200 to priya"), 0)
    walk.take(walk.answer(), 0)
    walk.take(next(Tapped(one.action, one.argument, 1) for one in walk.buttons if one.action is Action.PAY), 0)
    walk.take(walk.answer(), 0)
    walk.take(LedgerSilent(), 0)
    walk.take(walk.answer(), 0)

    assert walk.right_pins == 1
    assert walk.state == Idle()


@given(st.lists(st.integers(0, 5), min_size=4, max_size=4))
@settings(max_examples=200, deadline=None)
def test_names_and_handles_that_change_hands_redirect_no_payment(swaps: list[int]) -> None:
    """S10: before each event the directory may look otherwise; who was paid had the name and handle that were shown."""
    walk, meant, paid = Walk(), _directory(swaps[0]), None
    for swap in swaps:
        event = text("send 200 to @priya") if isinstance(walk.state, Idle) else _next(walk)
        fresh = FreshIds.mint("g" + "w" * 22)
        taken = step(context(replace(ME, known=_directory(swap)), NOW, fresh), walk.state, event)
        walk.state = taken.state
        walk.remember_buttons(taken.effects)
        for effect in taken.effects:
            if isinstance(effect, AskLedger) and isinstance(effect.command, Pay):
                paid = effect.command.payee

    account = next(one for one in meant if one.account_id == paid)
    assert (account.name, account.handle) == walk.confirmed


def _directory(swap: int) -> tuple[Payee, ...]:
    """Priya, Ravi and the other Priya, with names, handles and people in one of six orders."""
    order = list(permutations((PRIYA, RAVI, PRIYA_NAIR)))[swap]
    faces = ((PRIYA.name, PRIYA.handle), (RAVI.name, RAVI.handle), (PRIYA_NAIR.name, PRIYA_NAIR.handle))
    return tuple(replace(one, name=name, handle=handle) for one, (name, handle) in zip(order, faces, strict=True))


def _next(walk: Walk) -> Event:
    """What leads on to the payment: the last [Pay], then what the doors say."""
    if isinstance(walk.state, Confirming):
        pay = [one for one in walk.buttons if one.action is Action.PAY][-1]
        return Tapped(pay.action, pay.argument, 1)
    return walk.answer()
