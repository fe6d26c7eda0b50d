"""[Send back]: ``Send ₹200.00 back to Asha Rao?``, the PIN, and the same id until the ledger answers."""

from dataclasses import replace
from typing import Final

from bot.dialogue import pads
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, AskLedger, ClosePad, Effect, Show, Tell
from bot.dialogue.events import (
    DeadlinePassed,
    LedgerAnswered,
    LedgerFault,
    LedgerSilent,
    PadClosed,
    PinChecked,
    PinVerdict,
    Resumed,
    Tapped,
)
from bot.dialogue.facts import PaymentFacts
from bot.dialogue.flows.freeze import after_moving, ask_freeze, tell_freeze
from bot.dialogue.flows.send import frozen_refusal
from bot.dialogue.leaving import leave, sending_back
from bot.dialogue.questions import (
    not_sent,
    refund_question,
    refund_waits,
    refused_message,
    sent_back,
    unanswerable,
)
from bot.dialogue.saying import line, payment_of, say, simple, tell, toast
from bot.dialogue.states import (
    ChoosingPin,
    ConfirmingRefund,
    EnteringRefundPin,
    Freezing,
    Idle,
    Refunding,
    Repayment,
    State,
)
from bot.dialogue.table import Row
from ledger.commands import Refund
from ledger.kernel.instants import Instant
from ledger.outcomes import FreezeChanged, Refunded, Refused


def begin_refund(context: Context, state: State, payment: PaymentFacts) -> Step:
    """Ask before sending back all that is still refundable. What was open is closed first."""
    if payment.mine:
        return Step(state, (tell(line("refused.not_yours_to_refund")),))
    if not payment.refundable:
        return Step(state, (toast("refund.nothing_left"),))
    closing = leave(context, state)
    frozen = frozen_refusal(context)
    if frozen is not None:
        return Step(Idle(), (*closing, Tell(refused_message(frozen))))
    if not context.me.has_pin:
        first = tell(line("refund.pin_first"), buttons=((simple(Action.CHOOSE_PIN),),))
        return Step(Idle(), (*closing, first))
    payer = replace(payment.other, nicknames=())
    fresh = context.fresh
    repayment = Repayment(
        fresh.refund_id, payment.payment_id, payer, payment.refundable, fresh.bubble_id, context.expires_at
    )
    return Step(ConfirmingRefund(repayment), (*closing, Show(repayment.bubble, refund_question(repayment))))


def refund_command(context: Context, repayment: Repayment) -> Refund:
    """What the ledger is asked, the same every time."""
    payee = context.me.account_id
    if payee is None:
        raise ValueError("a payee is registered")
    return Refund(repayment.refund_id, repayment.payment_id, payee, repayment.amount)


# ── the question is on screen ────────────────────────────────────────────────


def on_confirm(context: Context, state: ConfirmingRefund, event: Tapped) -> Step:
    """The pad opens in the same bubble, if this button belongs to this refund and its time is not over."""
    repayment = state.repayment
    if payment_of(event.argument) != repayment.payment_id:
        return Step(state, (toast("toast.earlier"),))
    if context.now >= repayment.expires_at:
        return Step(Idle(), (toast("toast.expired"), _expired(repayment)))
    if context.pin_locked_until is not None:
        return Step(Idle(), (_locked(repayment, context.pin_locked_until),))
    return Step(EnteringRefundPin(repayment), (pads.enter_for_refund(repayment),))


def on_confirm_again(_: Context, state: EnteringRefundPin, event: Tapped) -> Step:
    """The pad is open already."""
    mine = payment_of(event.argument) == state.repayment.payment_id
    return Step(state, (toast("toast.pad_open" if mine else "toast.earlier"),))


def on_cancel(context: Context, state: ConfirmingRefund | EnteringRefundPin, event: Tapped) -> Step:
    """Nothing was asked of the ledger yet."""
    if event.argument and payment_of(event.argument) != state.repayment.payment_id:
        return Step(state, (toast("toast.earlier"),))
    return Step(Idle(), leave(context, state))


def on_lapsed(_: Context, state: ConfirmingRefund | EnteringRefundPin, _event: DeadlinePassed) -> Step:
    """The question expires by itself, with the pad if one is open."""
    closing = (ClosePad(),) if isinstance(state, EnteringRefundPin) else ()
    return Step(Idle(), (*closing, _expired(state.repayment)))


def _expired(repayment: Repayment) -> Show:
    return Show(repayment.bubble, say(line("refund.expired"), sending_back(repayment)))


# ── the pad is open ──────────────────────────────────────────────────────────


def on_pin(context: Context, state: EnteringRefundPin, event: PinChecked) -> Step:
    """Right: the ledger is asked. Wrong: how many tries are left. Locked: until when."""
    repayment = state.repayment
    match event.verdict:
        case PinVerdict.RIGHT:
            return _refund(context, repayment)
        case PinVerdict.WRONG:
            return Step(state, (pads.enter_for_refund(repayment, *pads.wrong(event.attempts_left)),))
        case PinVerdict.LOCKED:
            locked = _locked(repayment, event.locked_until)
            return Step(Idle(), (ClosePad(), locked, pads.locked_alert(context)))
        case PinVerdict.UNSET:
            choosing = ChoosingPin(repayment.bubble)
            return Step(choosing, (ClosePad(), pads.choose(context, repayment.bubble, None, None)))


def _locked(repayment: Repayment, until: Instant | None) -> Show:
    return Show(repayment.bubble, not_sent(pads.locked(until), sending_back(repayment), buttons=pads.HELP_LOCKED))


def _refund(context: Context, repayment: Repayment) -> Step:
    if context.now >= repayment.expires_at:
        return Step(Idle(), (ClosePad(), _expired(repayment)))
    asked = AskLedger(refund_command(context, repayment))
    return Step(Refunding(repayment, context.ask_again_at(0)), (ClosePad(), asked))


def on_pad_closed(context: Context, state: EnteringRefundPin, _: PadClosed | Resumed) -> Step:
    """The pad timed out or its process died: the question comes back, if there is still time."""
    repayment = state.repayment
    if context.now >= repayment.expires_at:
        return Step(Idle(), (ClosePad(), _expired(repayment)))
    again = refund_question(repayment, line("pin.pad_closed"))
    return Step(ConfirmingRefund(repayment), (ClosePad(), Show(repayment.bubble, again)))


# ── the ledger is asked ──────────────────────────────────────────────────────


def on_answer(context: Context, state: Refunding, event: LedgerAnswered) -> Step:
    """The bubble says what happened. An answer about something else changes nothing here."""
    repayment = state.repayment
    match event.outcome:
        case Refunded() as refunded if refunded.refund_id == repayment.refund_id:
            return after_moving(context, state, Show(repayment.bubble, sent_back(repayment, refunded)))
        case Refused() as refused:
            return after_moving(context, state, Show(repayment.bubble, refused_message(refused)))
        case FreezeChanged() as changed:
            return Step(replace(state, freeze_wanted=False), (tell_freeze(changed),))
        case _:
            return Step(state)


def on_silence(context: Context, state: Refunding, _: LedgerSilent) -> Step:
    """Nothing is known: it is said once, and asked again later."""
    repayment = state.repayment
    waiting: tuple[Effect, ...] = () if state.silences else (Show(repayment.bubble, refund_waits(repayment)),)
    silences = state.silences + 1
    return Step(replace(state, ask_again_at=context.ask_again_at(silences), silences=silences), waiting)


def on_fault(context: Context, state: Refunding, event: LedgerFault) -> Step:
    """We asked wrongly, so asking again is of no use. Whether anything moved under this id, only history says."""
    if not event.moving:
        return Step(replace(state, freeze_wanted=False), (tell(line("error.ours", fault=event.fault)),))
    said = unanswerable(event.fault, sending_back(state.repayment))
    return after_moving(context, state, Show(state.repayment.bubble, said))


def on_ask_again(context: Context, state: Refunding, _: DeadlinePassed | Resumed) -> Step:
    """The same id, the same body: a refund that went through is answered, not repeated."""
    freeze = (ask_freeze(context),) if state.freeze_wanted else ()
    again = replace(state, ask_again_at=context.ask_again_at(state.silences))
    return Step(again, (AskLedger(refund_command(context, state.repayment)), *freeze))


_ASKED: Final = (ConfirmingRefund, EnteringRefundPin)

ROWS: Final = (
    Row((ConfirmingRefund,), (Action.CONFIRM_REFUND,), on_confirm, (EnteringRefundPin, Idle)),
    Row((EnteringRefundPin,), (Action.CONFIRM_REFUND,), on_confirm_again),
    Row(_ASKED, (Action.CANCEL,), on_cancel, (Idle,)),
    Row(_ASKED, (DeadlinePassed,), on_lapsed, (Idle,)),
    Row((EnteringRefundPin,), (PinChecked,), on_pin, (Refunding, ChoosingPin, Idle)),
    Row((EnteringRefundPin,), (PadClosed, Resumed), on_pad_closed, (ConfirmingRefund, Idle)),
    Row((Refunding,), (LedgerAnswered,), on_answer, (Idle, Freezing)),
    Row((Refunding,), (LedgerSilent,), on_silence),
    Row((Refunding,), (LedgerFault,), on_fault, (Idle, Freezing)),
    Row((Refunding,), (DeadlinePassed, Resumed), on_ask_again),
)
