"""What a fuzzer plays: a conversation from any state, with texts, taps, answers and time, through the pure dialogue.

An input is text, a line for each act, so that one which breaks something can be read and kept as it is:

    ab            the state and the person that it begins with, by the code points of two characters
    send 200 to Priya
    #a            a tap on one of the buttons that are shown, by a code point
    *a            the PIN pad's verdict
    !ab           any event there is, by two code points
    ~             time passes until the state's own deadline
    anything else is typed; ␤ stands for a line break

What the dialogue asks of a door is answered at once by a far side that knows everybody and refuses nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from functools import cache
from importlib.resources import files
from typing import Final

from bot.dialogue.context import FreshIds
from bot.dialogue.effects import (
    AskLedger,
    AskQuote,
    Button,
    Effect,
    FindHandle,
    FindPerson,
    OpenPad,
    Say,
    Show,
    Tell,
    TellOther,
    Toast,
)
from bot.dialogue.events import (
    DeadlinePassed,
    Event,
    LedgerAnswered,
    PayeeFound,
    PayeeNotFound,
    PinChecked,
    PinVerdict,
    QuoteArrived,
    Resumed,
    Tapped,
    TextArrived,
)
from bot.dialogue.people import Me
from bot.dialogue.states import ChoosingLanguage, Idle, Paying, Refunding, Registering, State, deadline
from bot.dialogue.step import step
from bot.dialogue.stored import dump, load
from bot.speech.catalogue import Catalogue
from bot.speech.render import render, render_line
from ledger.commands import Pay, Refund
from ledger.kernel.ids import DisputeId, EntryId, PaymentId, RefundId
from ledger.outcomes import Captured, Refunded
from tests.bot.dialogue import examples as ex

MOST_ACTS: Final = 12  # longer inputs find nothing more and take longer
_MOST_ANSWERS: Final = 6  # one act may ask several doors, one after the other
_LINE_BREAK: Final = "␤"
_PEOPLE: Final[tuple[Me, ...]] = (
    ex.ME,
    replace(ex.ME, has_pin=False),
    replace(ex.ME, frozen=True, thaws_at=ex.SOON),
    replace(ex.ME, pin_locked_until=ex.SOON),
    replace(ex.ME, known=(*ex.ME.known, ex.PRIYA_NAIR), recent=ex.ME.known),
    replace(ex.ME, known=(), recent=()),
    ex.STRANGER,
)
_BEFORE_AN_ACCOUNT: Final = (Idle, Registering, ChoosingLanguage)  # where somebody without one can be


class MovedWithoutPinError(AssertionError):
    """Money was asked to move and no right PIN came just before."""


@cache
def _states() -> tuple[State, ...]:
    return tuple(ex.states())


@cache
def _events() -> tuple[Event, ...]:
    return tuple(ex.events())


@cache
def _catalogue() -> Catalogue:
    return Catalogue.from_po(files("bot.speech").joinpath("catalogues/en/hundi.po").read_text("utf-8"))


class Talk:
    """One conversation, checked after every step."""

    def __init__(self, state: State, me: Me) -> None:
        self.state, self.me = state, me
        self.now = ex.NOW
        self.buttons: tuple[Button, ...] = ()
        self.typed = 0
        self._number = 100

    def act(self, line: str) -> None:
        """One line of the input."""
        kind, rest = line[:1], line[1:]
        if kind == "#" and self.buttons:
            button = self.buttons[_number(rest) % len(self.buttons)]
            self._hears(Tapped(button.action, button.argument, 1))
        elif kind == "*":
            verdict = tuple(PinVerdict)[_number(rest) % len(PinVerdict)]
            self._hears(PinChecked(verdict, 2))
        elif kind == "!":
            self._hears(_events()[_number(rest) % len(_events())])
        elif kind == "~":
            self.now = max(self.now, deadline(self.state) or self.now)
            self._hears(DeadlinePassed())
        else:
            self.typed += 1
            self._hears(TextArrived(1, line.replace(_LINE_BREAK, "\n")))

    def _hears(self, event: Event) -> None:
        """The event, and whatever the doors answer to what comes of it."""
        waiting = [event]
        for _ in range(_MOST_ANSWERS):
            if not waiting:
                return
            effects = self._step(waiting.pop(0))
            waiting += [answer for answer in map(self._answer, effects) if answer is not None]

    def _step(self, event: Event) -> Sequence[Effect]:
        self._number += 1
        fresh = FreshIds(PaymentId.new(), RefundId.new(), DisputeId.new(), ex.bubble(self._number))
        before = self.state
        taken = step(ex.context(self.me, self.now, fresh), before, event)
        check_money(before, event, taken.effects)
        assert load(dump(taken.state)) == taken.state
        self.state = taken.state
        if self.me is ex.STRANGER and not isinstance(self.state, _BEFORE_AN_ACCOUNT):
            self.me = ex.ME
        for effect in taken.effects:
            self._show(effect)
        return taken.effects

    def _show(self, effect: Effect) -> None:
        if isinstance(effect, Toast):
            assert render_line(effect.line, catalogue=_catalogue(), zone=UTC)
        elif isinstance(effect, Tell | Show | TellOther | OpenPad):
            self._read(effect.say)

    def _read(self, say: Say) -> None:
        shown = render(say, catalogue=_catalogue(), zone=UTC, mint=lambda button: button.action.name)
        assert shown.html
        self.buttons = tuple(button for row in say.buttons for button in row if not button.url)

    def _answer(self, effect: Effect) -> Event | None:
        match effect:
            case AskQuote():
                return QuoteArrived(ex.QUOTED)
            case FindHandle(handle):
                found = next((one for one in (ex.PRIYA, ex.RAVI, ex.PRIYA_NAIR) if one.handle == handle), None)
                return PayeeFound(found) if found else PayeeNotFound(f"@{handle}")
            case FindPerson(person_id):
                found = next((one for one in (ex.PRIYA, ex.RAVI) if one.person_id == person_id), None)
                return PayeeFound(found) if found else PayeeNotFound("")
            case AskLedger(Pay() as pay):
                return LedgerAnswered(Captured(pay.payment_id, EntryId.new(), "632900000017", self.now, ex.inr("300")))
            case AskLedger(Refund() as refund):
                entry, paid = EntryId.new(), refund.payment_id
                return LedgerAnswered(Refunded(refund.refund_id, paid, entry, "632900000025", self.now, ex.inr("50")))
            case _:
                return None


def check_money(before: State, event: Event, effects: Sequence[Effect]) -> None:
    """Money is asked to move by a right PIN, or once more under the id that one released."""
    for effect in effects:
        if not isinstance(effect, AskLedger) or not isinstance(effect.command, Pay | Refund):
            continue
        released = isinstance(event, PinChecked) and event.verdict is PinVerdict.RIGHT
        again = isinstance(event, DeadlinePassed | Resumed) and _asked_already(before) == _id(effect.command)
        if not released and not again:
            raise MovedWithoutPinError(f"{type(before).__name__}, {type(event).__name__}")


def _asked_already(state: State) -> str:
    match state:
        case Paying(payment):
            return payment.payment_id
        case Refunding(repayment):
            return repayment.refund_id
        case _:
            return ""


def _id(command: Pay | Refund) -> str:
    return command.payment_id if isinstance(command, Pay) else command.refund_id


def _number(text: str) -> int:
    return sum(ord(character) * 251**place for place, character in enumerate(text[:2]))


def play(data: bytes) -> int:
    """One input; how many texts were typed in it. Raises whatever is wrong."""
    first, *acts = data.decode("utf-8", "replace").split("\n")
    state = _states()[_number(first[:1]) % len(_states())]
    me = _PEOPLE[_number(first[1:2]) % len(_PEOPLE)]
    talk = Talk(state if me is not ex.STRANGER or isinstance(state, _BEFORE_AN_ACCOUNT) else Idle(), me)
    for line in acts[:MOST_ACTS]:
        talk.act(line)
    return talk.typed
