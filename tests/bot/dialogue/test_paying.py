"""From the question over the PIN to the receipt, and while the ledger is silent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dialogue.effects import (
    Action,
    AskLedger,
    AskQuote,
    ClosePad,
    FindHandle,
    OpenPad,
    Purpose,
    RememberNote,
    Show,
    Toast,
)
from bot.dialogue.events import (
    DeadlinePassed,
    LedgerAnswered,
    LedgerFault,
    LedgerSilent,
    PadClosed,
    PinChecked,
    PinVerdict,
    QuoteArrived,
    Resumed,
)
from bot.dialogue.states import (
    AskingPayee,
    Confirming,
    EnteringPin,
    FindingPayee,
    Freezing,
    Idle,
    Paying,
    Quoting,
    deadline,
)
from ledger.commands import Freeze, Pay
from ledger.kernel.ids import EntryId
from ledger.outcomes import Captured, FreezeChanged, RefusalCode, Refused
from tests.bot.dialogue.examples import (
    ASHA,
    CONFIRMING,
    ME,
    NOW,
    PRIYA,
    PRIYA_NAIR,
    QUOTED,
    RAVI,
    SOON,
    Talk,
    captured,
    confirming,
    entering,
    inr,
    paying,
    payment_id,
    tap,
)

TICK = timedelta(microseconds=1)
TWO_PRIYAS = replace(ME, known=(PRIYA, PRIYA_NAIR, RAVI))


def test_a_payment_goes_from_the_sentence_to_the_receipt_in_one_bubble() -> None:
    """Read "send 200 to Priya", [Pay ₹200.00], PIN, "Paid ₹200.00 to Priya Sharma"."""
    talk = Talk()

    talk.says("send 200 to priya for tea")
    assert isinstance(talk.state, Quoting)
    payment = talk.state.payment
    command = Pay(payment.payment_id, ASHA.account_id, PRIYA.account_id, inr("200"), expires_at=payment.expires_at)
    assert talk.effects == (AskQuote(command),)

    talk.hears(QuoteArrived(QUOTED))
    assert isinstance(talk.state, Confirming)
    assert talk.keys == ("send.confirm", "send.note", "send.balance_after", "send.warn_new_payee")
    assert [button.label for button in talk.buttons] == ["pay", "cancel"]

    talk.presses("pay")
    assert isinstance(talk.state, EnteringPin)
    (pad,) = talk.effects
    assert isinstance(pad, OpenPad)
    assert (pad.purpose, pad.bubble) == (Purpose.ENTER, payment.bubble)
    assert talk.keys == ("pin.enter", "send.paying", "send.note")

    talk.hears(PinChecked(PinVerdict.RIGHT))
    assert isinstance(talk.state, Paying)
    assert talk.effects == (ClosePad(), RememberNote(payment.payment_id, "tea"), AskLedger(command))

    talk.hears(LedgerAnswered(captured(talk)))
    assert talk.state == Idle()
    (shown,) = talk.effects
    assert isinstance(shown, Show)
    assert shown.bubble == payment.bubble
    assert talk.keys == ("send.paid", "send.note", "send.reference", "send.first_payment")
    assert [button.label for button in talk.buttons] == ["receipt", "problem"]


# ── the confirm message ──────────────────────────────────────────────────────


def test_a_button_of_another_payment_opens_nothing() -> None:
    talk = confirming()
    before = talk.state

    talk.hears(tap(Action.PAY, payment_id(77).to_bytes()))

    assert talk.state == before
    assert talk.keys == ("toast.earlier",)


def test_cancel_of_another_payment_cancels_nothing() -> None:
    talk = confirming()
    before = talk.state

    talk.hears(tap(Action.CANCEL, payment_id(77).to_bytes()))

    assert talk.state == before
    assert talk.keys == ("toast.earlier",)


def test_pay_pressed_twice_is_one_pad() -> None:
    talk = confirming()
    pay = talk.buttons[0]

    talk.presses("pay").hears(tap(Action.PAY, pay.argument))

    assert isinstance(talk.state, EnteringPin)
    assert [type(effect) for effect in talk.effects] == [Toast]


@pytest.mark.parametrize(("since", "opens"), [(-TICK, True), (timedelta(0), False), (TICK, False)])
def test_a_confirmation_ends_at_its_moment(since: timedelta, *, opens: bool) -> None:
    """Five minutes: one microsecond before it may be paid, at it no more."""
    talk = confirming()
    pay = talk.buttons[0]
    talk.now = SOON + since

    talk.hears(tap(Action.PAY, pay.argument))

    assert isinstance(talk.state, EnteringPin if opens else Idle)


def test_a_confirmation_expires_by_itself_and_says_that_nothing_was_sent() -> None:
    talk = confirming()
    assert deadline(talk.state) == SOON

    talk.waits_till_the_end()

    assert talk.state == Idle()
    assert talk.keys == ("send.expired", "send.paying", "send.note")
    assert talk.buttons == ()


def test_the_deadline_of_an_earlier_question_ends_nothing() -> None:
    """The alarm of a state that is over may ring a moment late."""
    talk = confirming()
    before = talk.state
    talk.now = SOON - TICK

    talk.hears(DeadlinePassed())

    assert talk.state == before
    assert talk.effects == ()


def test_a_new_command_closes_the_old_bubble_as_cancelled_and_starts_anew() -> None:
    talk = confirming()
    assert isinstance(talk.state, Confirming)
    old = talk.state.payment

    talk.says("send 300 to ravi")

    cancelled = talk.effects[0]
    assert isinstance(cancelled, Show)
    assert cancelled.bubble == old.bubble
    assert cancelled.say.lines[0].key == "send.cancelled"
    assert isinstance(talk.state, Quoting)
    assert talk.state.payment.payment_id != old.payment_id
    assert talk.state.payment.bubble != old.bubble


def test_a_new_command_at_the_pad_forgets_its_digits_first() -> None:
    talk = entering().says("send 300 to ravi")

    assert talk.effects[0] == ClosePad()
    assert talk.keys[0] == "send.cancelled"


def test_small_talk_leaves_the_confirmation_open() -> None:
    talk = confirming()
    before = talk.state

    talk.says("hmm wait a second")

    assert talk.state == before


def test_what_was_shown_is_what_is_paid() -> None:
    """S10: Priya's handle changes hands between question and answer; the account that was shown is paid."""
    talk = confirming()
    thief = replace(RAVI, name="Priya Sharma", handle="priya")
    talk.me = replace(ME, known=(thief,))

    talk.presses("pay").hears(PinChecked(PinVerdict.RIGHT))

    asked = talk.effects[-1]
    assert isinstance(asked, AskLedger)
    assert isinstance(asked.command, Pay)
    assert asked.command.payee == PRIYA.account_id


# ── the pad ──────────────────────────────────────────────────────────────────


def test_a_wrong_pin_says_how_many_tries_are_left_on_a_fresh_pad() -> None:
    talk = entering().hears(PinChecked(PinVerdict.WRONG, attempts_left=2))

    assert isinstance(talk.state, EnteringPin)
    assert talk.keys == ("pin.wrong", "pin.enter", "send.paying", "send.note")
    assert talk.messages[0].lines[0].facts == {"tries": 2}


def test_a_locked_pin_says_until_when_and_that_nothing_was_sent() -> None:
    talk = entering().hears(PinChecked(PinVerdict.LOCKED, 0, SOON))

    assert talk.state == Idle()
    assert talk.keys[0] == "pin.locked"
    assert "send.nothing_moved" in talk.keys


@pytest.mark.parametrize(("since", "opens"), [(-TICK, False), (timedelta(0), True), (TICK, True)])
def test_while_the_pin_is_locked_no_pad_is_opened(since: timedelta, *, opens: bool) -> None:
    """Nobody types six digits only to hear that they are not looked at."""
    talk = confirming()
    talk.me = replace(ME, pin_locked_until=NOW)
    talk.now = NOW + since

    talk.presses("pay")

    assert isinstance(talk.state, EnteringPin if opens else Idle)
    assert opens or talk.keys[0] == "pin.locked"


def test_cancel_on_the_pad_moves_nothing() -> None:
    """The pad's own Cancel carries no payment."""
    talk = entering().hears(tap(Action.CANCEL))

    assert talk.state == Idle()
    assert talk.effects[0] == ClosePad()
    assert talk.keys[0] == "send.cancelled"


@pytest.mark.parametrize("event", [PadClosed(Purpose.ENTER, timed_out=True), Resumed()])
def test_a_pad_that_is_gone_gives_the_question_back(event: PadClosed | Resumed) -> None:
    talk = entering()
    assert isinstance(talk.state, EnteringPin)
    shown = talk.state.shown

    talk.hears(event)

    assert talk.stands_at(shown)
    assert talk.keys[:2] == ("pin.pad_closed", "send.confirm")
    assert [button.label for button in talk.buttons] == ["pay", "cancel"]


def test_a_pad_that_is_gone_too_late_gives_nothing_back() -> None:
    talk = entering()
    talk.now = SOON

    talk.hears(PadClosed(Purpose.ENTER, timed_out=True))

    assert talk.state == Idle()
    assert talk.keys[0] == "send.expired"


def test_a_right_pin_after_the_confirmation_ended_pays_nothing() -> None:
    talk = entering()
    talk.now = SOON

    talk.hears(PinChecked(PinVerdict.RIGHT))

    assert talk.state == Idle()
    assert not any(isinstance(effect, AskLedger) for effect in talk.effects)


# ── the ledger ───────────────────────────────────────────────────────────────


def test_silence_is_said_once_and_never_called_failed() -> None:
    talk = paying().hears(LedgerSilent())
    assert talk.keys == ("send.waiting", "send.paying", "send.note")

    talk.hears(LedgerSilent())
    assert talk.effects == ()
    assert isinstance(talk.state, Paying)


def test_the_same_command_is_asked_again_at_the_deadline_and_after_a_restart() -> None:
    talk = paying()
    asked = talk.effects[-1]

    assert talk.hears(LedgerSilent()).waits_till_the_end().effects == (asked,)
    assert talk.hears(Resumed()).effects == (asked,)


def test_waiting_grows_longer_up_to_a_minute() -> None:
    talk = paying()
    waits = []
    for _ in range(6):
        talk.hears(LedgerSilent())
        assert isinstance(talk.state, Paying)
        waits.append((talk.state.ask_again_at - talk.now).total_seconds())

    assert waits == [10, 20, 40, 60, 60, 60]


def test_an_answer_after_silence_finds_its_bubble() -> None:
    talk = paying().hears(LedgerSilent())

    talk.hears(LedgerAnswered(captured(talk)))

    assert talk.state == Idle()
    assert talk.keys == ("send.paid", "send.note", "send.reference", "send.first_payment")


def test_a_refusal_at_the_last_moment_says_that_nothing_was_sent() -> None:
    talk = paying().hears(LedgerAnswered(Refused(RefusalCode.CONFIRMATION_EXPIRED)))

    assert talk.state == Idle()
    assert talk.keys == ("refused.confirmation_expired", "send.nothing_moved")


def test_the_answer_to_another_payment_is_not_taken_for_this_one() -> None:
    talk = paying()
    before = talk.state
    other = Captured(payment_id(77), EntryId.new(), "632900000099", NOW, inr("1"))

    talk.hears(LedgerAnswered(other))

    assert talk.state == before


def test_whatever_is_typed_while_paying_waits_and_loses_nothing() -> None:
    talk = paying()
    before = talk.state

    for words in ("send 300 to ravi", "balance", "/cancel", "hello"):
        talk.says(words)
        assert talk.state == before
        assert talk.keys == ("send.busy",)


def test_a_freeze_while_paying_is_asked_at_once_and_goes_on_after_the_payment() -> None:
    talk = paying().says("/freeze")
    assert talk.effects == (AskLedger(Freeze(ASHA.account_id)),)

    talk.hears(LedgerSilent())
    talk.hears(LedgerAnswered(captured(talk)))

    assert isinstance(talk.state, Freezing)
    assert AskLedger(Freeze(ASHA.account_id)) in talk.effects
    assert "send.paid" in talk.keys


def test_a_freeze_that_was_answered_while_paying_is_not_asked_twice() -> None:
    talk = paying().says("/freeze").hears(LedgerAnswered(FreezeChanged(ASHA.account_id, frozen=True, thaws_at=None)))
    assert talk.keys == ("freeze.done",)

    talk.hears(LedgerAnswered(captured(talk)))

    assert talk.state == Idle()


def test_a_look_up_and_a_quote_are_asked_again_after_a_restart() -> None:
    finding = Talk().says("send 200 to @meera")
    assert isinstance(finding.state, FindingPayee)
    assert finding.hears(Resumed()).effects == (FindHandle("meera"),)

    quoting = Talk().says("send 200 to priya")
    asked = quoting.effects[-1]
    assert quoting.hears(Resumed()).effects == (asked,)


def test_other_states_stay_as_they_are_after_a_restart() -> None:
    for talk in (confirming(), Talk().says("send 200"), Talk(state=CONFIRMING)):
        before = talk.state
        talk.hears(Resumed())
        assert talk.state == before
        assert talk.effects == ()


def test_an_answered_question_loses_its_buttons() -> None:
    talk = Talk().says("send 200")
    assert isinstance(talk.state, AskingPayee)
    question = talk.state.bubble

    talk.says("priya")

    closed = talk.effects[0]
    assert isinstance(closed, Show)
    assert (closed.bubble, closed.say.buttons) == (question, ())


def test_a_ledger_that_was_asked_wrongly_is_not_asked_for_ever() -> None:
    """What became of it only history says, so it is called neither paid nor failed; there is a number to quote."""
    talk = paying().hears(LedgerFault("0badcafe", moving=True))

    assert talk.stands_at(Idle())
    assert talk.keys == ("send.paying", "send.note", "send.fault")
    assert [button.label for button in talk.buttons] == ["topic_history"]


def test_a_freeze_that_cannot_be_asked_says_so_and_leaves_the_payment_waiting() -> None:
    talk = paying().says("/freeze").hears(LedgerFault("0badcafe", moving=False))

    assert isinstance(talk.state, Paying)
    assert not talk.state.freeze_wanted
    assert talk.keys == ("error.ours",)
