"""What can be done with a payment that was made."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dialogue.effects import (
    Action,
    AskLedger,
    ClosePad,
    LoadPayment,
    OpenPad,
    Purpose,
    RecordThanks,
    Show,
    StoreClaim,
    Tell,
    TellOther,
    Toast,
)
from bot.dialogue.events import (
    ClaimStored,
    LedgerAnswered,
    LedgerSilent,
    PadClosed,
    PaymentArrived,
    PinChecked,
    PinVerdict,
    Resumed,
)
from bot.dialogue.facts import PaymentFacts
from bot.dialogue.flows.afterwards import REASONS
from bot.dialogue.states import ConfirmingRefund, EnteringRefundPin, Idle, Paying, Refunding
from ledger.commands import Freeze, Refund
from ledger.kernel.ids import EntryId
from ledger.outcomes import Refunded, RefusalCode, Refused
from tests.bot.dialogue.examples import ASHA, ME, NOW, PAYMENT, RAVI, REPAYMENT, SOON, Talk, inr, payment_id, tap

PAID_TO_ME = PaymentFacts(
    payment_id=payment_id(2),
    mine=False,
    other=RAVI,
    amount=inr("200"),
    note="tea",
    reference="632900000017",
    captured_at=NOW,
    refundable=inr("200"),
    thanked=False,
    claimed=False,
)
PAID_BY_ME = replace(PAID_TO_ME, mine=True)
ARGUMENT = PAID_TO_ME.payment_id.to_bytes()


def pressed(action: Action, payment: PaymentFacts | None, talk: Talk | None = None) -> Talk:
    talk = talk or Talk()
    talk.hears(tap(action, ARGUMENT))
    assert talk.effects == (LoadPayment(PAID_TO_ME.payment_id, action),)
    return talk.hears(PaymentArrived(action, payment))


@pytest.mark.parametrize("action", [Action.RECEIPT, Action.THANK, Action.SEND_BACK, Action.PROBLEM])
def test_a_payment_of_others_is_not_told_about(action: Action) -> None:
    talk = pressed(action, None)

    assert talk.state == Idle()
    assert talk.keys == ("payment.unknown",)


# ── Receipt, Thank ───────────────────────────────────────────────────────────


def test_a_receipt_says_everything() -> None:
    talk = pressed(Action.RECEIPT, replace(PAID_BY_ME, refundable=inr("150")))

    assert [type(effect) for effect in talk.effects] == [Tell]
    assert talk.keys == ("receipt.title", "receipt.paid", "send.note", "receipt.when", "receipt.returned")
    assert talk.messages[0].lines[-1].facts == {"amount": inr("50")}


def test_a_payee_thanks_once() -> None:
    talk = pressed(Action.THANK, PAID_TO_ME)

    recorded, told, answered = talk.effects
    assert recorded == RecordThanks(PAID_TO_ME.payment_id)
    assert isinstance(told, TellOther)
    assert told.person_id == RAVI.person_id
    assert told.say.lines[0].facts["name"] == "Asha Rao"
    assert isinstance(answered, Toast)


def test_thanking_again_is_a_toast_and_nothing_more() -> None:
    talk = pressed(Action.THANK, replace(PAID_TO_ME, thanked=True))

    assert [type(effect) for effect in talk.effects] == [Toast]


def test_a_payer_does_not_thank_themselves() -> None:
    assert pressed(Action.THANK, PAID_BY_ME).keys == ("thank.only_payee",)


# ── Send back ────────────────────────────────────────────────────────────────


def sending_back() -> Talk:
    talk = pressed(Action.SEND_BACK, PAID_TO_ME)
    return talk.hears(tap(Action.CONFIRM_REFUND, ARGUMENT)).hears(PinChecked(PinVerdict.RIGHT))


def test_money_is_sent_back_after_a_question_and_a_pin() -> None:
    """Send ₹200.00 back to Ravi Kumar, in one bubble."""
    talk = pressed(Action.SEND_BACK, PAID_TO_ME)
    assert isinstance(talk.state, ConfirmingRefund)
    repayment = talk.state.repayment
    assert talk.keys == ("refund.confirm",)
    assert talk.messages[0].lines[0].facts == {"amount": inr("200"), "name": "Ravi Kumar"}

    talk.presses("confirm_refund")
    assert isinstance(talk.state, EnteringRefundPin)
    pad = talk.effects[0]
    assert isinstance(pad, OpenPad)
    assert pad.bubble == repayment.bubble

    talk.hears(PinChecked(PinVerdict.RIGHT))
    command = Refund(repayment.refund_id, PAID_TO_ME.payment_id, ASHA.account_id, inr("200"))
    assert talk.effects == (ClosePad(), AskLedger(command))

    refunded = Refunded(repayment.refund_id, PAID_TO_ME.payment_id, EntryId.new(), "632900000025", NOW, inr("200"))
    talk.hears(LedgerAnswered(refunded))
    assert talk.state == Idle()
    shown = talk.effects[0]
    assert isinstance(shown, Show)
    assert shown.bubble == repayment.bubble
    assert talk.keys == ("refund.done", "send.reference")


def test_only_what_is_left_is_sent_back() -> None:
    talk = pressed(Action.SEND_BACK, replace(PAID_TO_ME, refundable=inr("50")))

    assert isinstance(talk.state, ConfirmingRefund)
    assert talk.state.repayment.amount == inr("50")


def test_what_was_sent_back_is_not_sent_back_again() -> None:
    talk = pressed(Action.SEND_BACK, replace(PAID_TO_ME, refundable=inr("0")))

    assert talk.state == Idle()
    assert talk.keys == ("refund.nothing_left",)


def test_only_the_payee_sends_back() -> None:
    assert pressed(Action.SEND_BACK, PAID_BY_ME).keys == ("refused.not_yours_to_refund",)


def test_a_frozen_account_sends_nothing_back() -> None:
    assert "refused.account_frozen" in pressed(Action.SEND_BACK, PAID_TO_ME, Talk(replace(ME, frozen=True))).keys


def test_without_a_pin_one_is_chosen_first() -> None:
    assert pressed(Action.SEND_BACK, PAID_TO_ME, Talk(replace(ME, has_pin=False))).keys == ("refund.pin_first",)


def test_a_refund_that_is_under_way_keeps_its_id_through_silence_and_restart() -> None:
    talk = sending_back()
    asked = talk.effects[-1]

    talk.hears(LedgerSilent())
    assert talk.keys == ("refund.waiting", "refund.sending")
    assert talk.waits_till_the_end().effects == (asked,)
    assert talk.hears(Resumed()).effects == (asked,)


def test_the_answer_to_another_refund_is_not_taken_for_this_one() -> None:
    talk = sending_back()
    before = talk.state
    other = Refunded(REPAYMENT.refund_id, payment_id(77), EntryId.new(), "632900000099", NOW, inr("1"))

    talk.hears(LedgerAnswered(other))

    assert talk.state == before


def test_buttons_of_another_refund_neither_open_the_pad_nor_cancel() -> None:
    talk = pressed(Action.SEND_BACK, PAID_TO_ME)
    before = talk.state

    for action in (Action.CONFIRM_REFUND, Action.CANCEL):
        talk.hears(tap(action, payment_id(77).to_bytes()))
        assert talk.state == before
        assert talk.keys == ("toast.earlier",)


def test_cancel_on_the_pad_sends_nothing_back() -> None:
    """The pad's own Cancel carries no payment."""
    talk = pressed(Action.SEND_BACK, PAID_TO_ME).presses("confirm_refund").hears(tap(Action.CANCEL))

    assert talk.state == Idle()
    assert talk.effects[0] == ClosePad()
    assert talk.keys == ("send.cancelled", "refund.sending")


def test_a_freeze_while_sending_back_is_asked_at_once() -> None:
    talk = sending_back().says("/freeze")

    assert talk.effects == (AskLedger(Freeze(ASHA.account_id)),)
    assert isinstance(talk.state, Refunding)


def test_a_refund_that_is_refused_says_why() -> None:
    talk = sending_back().hears(LedgerAnswered(Refused(RefusalCode.EXCEEDS_REFUNDABLE, {"refundable": inr("3")})))

    assert talk.state == Idle()
    assert talk.keys == ("refused.exceeds_refundable", "send.nothing_moved")


@pytest.mark.parametrize(("since", "opens"), [(-1, True), (0, False), (1, False)])
def test_the_question_to_send_back_ends_at_its_moment(since: int, *, opens: bool) -> None:
    talk = pressed(Action.SEND_BACK, PAID_TO_ME)
    talk.now = SOON + timedelta(microseconds=since)

    talk.presses("confirm_refund")

    assert isinstance(talk.state, EnteringRefundPin if opens else Idle)


def test_a_closed_pad_gives_the_question_back() -> None:
    talk = pressed(Action.SEND_BACK, PAID_TO_ME).presses("confirm_refund")

    talk.hears(PadClosed(Purpose.ENTER, timed_out=True))

    assert isinstance(talk.state, ConfirmingRefund)
    assert talk.keys == ("pin.pad_closed", "refund.confirm")


def test_a_wrong_pin_and_a_lock_send_nothing_back() -> None:
    talk = pressed(Action.SEND_BACK, PAID_TO_ME).presses("confirm_refund")
    assert talk.hears(PinChecked(PinVerdict.WRONG, 2)).keys == ("pin.wrong", "pin.enter", "refund.sending")

    talk.hears(PinChecked(PinVerdict.LOCKED, 0, SOON))
    assert talk.state == Idle()
    assert talk.keys == ("pin.locked", "refund.sending", "send.nothing_moved", "pin.locked_alert")


def test_nothing_is_sent_back_while_a_payment_is_under_way() -> None:
    """The payment would be forgotten."""
    talk = Talk(state=Paying(PAYMENT, SOON))

    talk.hears(PaymentArrived(Action.SEND_BACK, PAID_TO_ME))

    assert talk.state == Paying(PAYMENT, SOON)
    assert talk.keys == ("toast.moment",)


def test_a_receipt_may_be_read_while_a_refund_is_under_way() -> None:
    talk = sending_back()
    assert isinstance(talk.state, Refunding)
    before = talk.state

    pressed(Action.RECEIPT, PAID_TO_ME, talk)

    assert talk.state == before
    assert talk.keys[0] == "receipt.title"


# ── Problem? ─────────────────────────────────────────────────────────────────


def test_a_problem_is_kept_with_its_reason_and_the_reference_is_quoted() -> None:
    talk = pressed(Action.PROBLEM, PAID_BY_ME)
    assert talk.keys == ("problem.what_paid",)

    talk.presses("reason_wrong_person")
    (claim,) = talk.effects
    assert isinstance(claim, StoreClaim)
    assert (claim.payment_id, claim.reason) == (PAID_BY_ME.payment_id, "wrong_person")

    talk.hears(ClaimStored("632900000017", first=True))
    assert talk.messages[0].lines[0].key == "problem.stored"
    assert talk.messages[0].lines[0].facts == {"reference": "632900000017"}


def test_a_payee_is_asked_other_reasons_than_a_payer() -> None:
    payer = [button.label for button in pressed(Action.PROBLEM, PAID_BY_ME).buttons]
    receiver = [button.label for button in pressed(Action.PROBLEM, PAID_TO_ME).buttons]

    assert "reason_nothing_received" in payer
    assert "reason_unknown_payer" in receiver
    assert payer[-1] == receiver[-1] == "reason_other"


def test_a_problem_that_was_told_is_not_asked_about_again() -> None:
    assert pressed(Action.PROBLEM, replace(PAID_BY_ME, claimed=True)).keys == ("problem.already",)
    assert Talk().hears(ClaimStored("632900000017", first=False)).keys == ("problem.already",)


@pytest.mark.parametrize("index", [len(REASONS), 255])
def test_a_reason_that_is_not_there_is_no_claim(index: int) -> None:
    talk = Talk().hears(tap(Action.PROBLEM_REASON, ARGUMENT + bytes([index])))

    assert talk.keys == ("toast.earlier",)


def test_the_numbers_of_the_reasons_never_change() -> None:
    """A button pressed next year means what it meant when it was shown."""
    assert REASONS == ("wrong_person", "wrong_amount", "not_me", "nothing_received", "unknown_payer", "other")
