"""What can be done with a payment that was made: Receipt, Thank, Problem?. Sending it back is in ``refunds``.

A button says which payment it means; whether that payment is theirs, the door that loads it decides.
"""

from typing import Final

from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, Button, LoadPayment, RecordThanks, Say, StoreClaim, Tell, TellOther
from bot.dialogue.events import ClaimStored, PaymentArrived, Tapped
from bot.dialogue.facts import PaymentFacts
from bot.dialogue.flows.groups import show
from bot.dialogue.flows.references import receipt
from bot.dialogue.flows.refunds import begin_refund
from bot.dialogue.saying import Rows, line, payment_of, say, tell, toast
from bot.dialogue.states import ConfirmingRefund, Idle, State
from bot.dialogue.table import ANY, Row
from ledger.kernel.ids import PaymentId

# What can be wrong. A button carries the index, so the order never changes and new ones go to the end.
REASONS: Final = ("wrong_person", "wrong_amount", "not_me", "nothing_received", "unknown_payer", "other")
_PAYER_REASONS: Final = ("wrong_person", "wrong_amount", "not_me", "nothing_received", "other")
_PAYEE_REASONS: Final = ("unknown_payer", "wrong_amount", "other")
_PAYMENT_BYTES: Final = 16


def on_tapped(_: Context, state: State, event: Tapped) -> Step:
    """[Receipt], [Thank], [Send back] or [Problem?]: the payment is loaded first."""
    payment_id = payment_of(event.argument)
    if payment_id is None:
        return Step(state, (toast("toast.earlier"),))
    return Step(state, (LoadPayment(payment_id, event.action),))


def on_payment(context: Context, state: State, event: PaymentArrived) -> Step:
    """The payment a button named, if it is theirs."""
    payment = event.payment
    if payment is None:
        return Step(state, (toast("payment.unknown"),))
    match event.action:
        case Action.RECEIPT:
            return Step(state, (Tell(receipt(payment)),))
        case Action.THANK:
            return _thank(context, state, payment)
        case Action.SEND_BACK:
            return begin_refund(context, state, payment)
        case Action.PROBLEM:
            return Step(state, (Tell(_what_is_wrong(payment)),))
        case Action.SHOW_IN_GROUP | Action.SHOW_WITH_AMOUNT | Action.SHOW_WITHOUT_AMOUNT as action:
            return show(context, state, payment, action)
        case _:
            return Step(state, (toast("toast.not_now"),))


def _thank(context: Context, state: State, payment: PaymentFacts) -> Step:
    """Once a payment, from the payee to the payer."""
    if payment.mine:
        return Step(state, (toast("thank.only_payee"),))
    if payment.thanked:
        return Step(state, (toast("thank.already"),))
    thanks = line("thank.received", name=context.me.name, amount=payment.amount, reference=payment.reference)
    told = TellOther(payment.other.person_id, say(thanks))
    return Step(state, (RecordThanks(payment.payment_id), told, toast("thank.sent", name=payment.other.name)))


# ── Problem? ─────────────────────────────────────────────────────────────────


def _what_is_wrong(payment: PaymentFacts) -> Say:
    if payment.claimed:
        return say(line("problem.already", reference=payment.reference))
    reasons = _PAYER_REASONS if payment.mine else _PAYEE_REASONS
    key = "problem.what_paid" if payment.mine else "problem.what_received"
    what = line(key, amount=payment.amount, name=payment.other.name, reference=payment.reference)
    return say(what, buttons=_reason_rows(payment.payment_id, reasons))


def _reason_rows(payment_id: PaymentId, reasons: tuple[str, ...]) -> Rows:
    return tuple(
        (Button(Action.PROBLEM_REASON, payment_id.to_bytes() + bytes([REASONS.index(one)]), f"reason_{one}"),)
        for one in reasons
    )


def on_reason(context: Context, state: State, event: Tapped) -> Step:
    """The claim is kept, and the person told who will answer."""
    payment_id = payment_of(event.argument[:_PAYMENT_BYTES])
    index = event.argument[_PAYMENT_BYTES:]
    if payment_id is None or len(index) != 1 or index[0] >= len(REASONS):
        return Step(state, (toast("toast.earlier"),))
    return Step(state, (StoreClaim(context.fresh.dispute_id, payment_id, REASONS[index[0]]),))


def on_claim(_: Context, state: State, event: ClaimStored) -> Step:
    """Who will answer, and the reference to quote."""
    key = "problem.stored" if event.first else "problem.already"
    return Step(state, (tell(line(key, reference=event.reference)),))


ROWS: Final = (
    Row(ANY, (Action.RECEIPT, Action.THANK, Action.SEND_BACK, Action.PROBLEM), on_tapped),
    Row(ANY, (Action.SHOW_IN_GROUP, Action.SHOW_WITH_AMOUNT, Action.SHOW_WITHOUT_AMOUNT), on_tapped),
    Row(ANY, (PaymentArrived,), on_payment, (ConfirmingRefund, Idle)),
    Row(ANY, (Action.PROBLEM_REASON,), on_reason),
    Row(ANY, (ClaimStored,), on_claim),
)
