"""From [Pay ₹200.00] over the PIN to ``Paid ₹200.00 to Priya Sharma``, all in one bubble.

What was shown is what is paid: account, amount and id come from the state, never from a new look-up. If the account is
not called any more what was shown, nothing is paid and it is asked again under the new name. From ``Paying`` on
the same id is asked until the ledger answers, and until then nothing is called failed.
"""

from dataclasses import replace
from typing import Final

from bot.dialogue import pads
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, AskLedger, ClosePad, Effect, RememberNote, RememberOrigin, Show
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
from bot.dialogue.flows.freeze import after_moving, ask_freeze, tell_freeze
from bot.dialogue.flows.send import ask_anew, choose_pin_first, pay_command
from bot.dialogue.leaving import leave
from bot.dialogue.questions import (
    confirm_question,
    not_sent,
    paid,
    payment_lines,
    payment_waits,
    refused_message,
    unanswerable,
)
from bot.dialogue.saying import line, payment_of, say, tell, toast
from bot.dialogue.states import ChoosingPin, Confirming, Draft, EnteringPin, Freezing, Idle, Paying, Payment, Quoting
from bot.dialogue.table import Row
from ledger.kernel.instants import Instant
from ledger.outcomes import Captured, FreezeChanged, Refused

# ── the confirm message is on screen ─────────────────────────────────────────


def on_pay(context: Context, state: Confirming, event: Tapped) -> Step:
    """The pad opens in the same bubble, if this button belongs to this payment and its time is not over."""
    payment = state.payment
    if payment_of(event.argument) != payment.payment_id:
        return Step(state, (toast("toast.earlier"),))
    if context.now >= payment.expires_at:
        return Step(Idle(), (toast("toast.expired"), _expired(payment)))
    if not context.me.has_pin:
        draft = Draft(payment.amount, payment.payee, note=payment.note, origin=payment.origin)
        return choose_pin_first(context, draft, payment.bubble)
    if context.pin_locked_until is not None:
        return Step(Idle(), (_locked(payment, context.pin_locked_until),))
    anew = ask_anew(context, payment, toast("toast.payee_changed", alert=True))
    return anew or Step(EnteringPin(state), (pads.enter_for_payment(state),))


def on_pay_again(_: Context, state: EnteringPin, event: Tapped) -> Step:
    """The pad is open already."""
    mine = payment_of(event.argument) == state.shown.payment.payment_id
    return Step(state, (toast("toast.pad_open" if mine else "toast.earlier"),))


def on_cancel(context: Context, state: Confirming | EnteringPin, event: Tapped) -> Step:
    """Nothing was asked of the ledger yet, so cancelling is all there is to do."""
    payment = state.payment if isinstance(state, Confirming) else state.shown.payment
    if event.argument and payment_of(event.argument) != payment.payment_id:
        return Step(state, (toast("toast.earlier"),))
    return Step(Idle(), leave(context, state))


def on_confirm_lapsed(_: Context, state: Confirming, _event: DeadlinePassed) -> Step:
    """The confirm message expires by itself."""
    return Step(Idle(), (_expired(state.payment),))


def on_pad_lapsed(_: Context, state: EnteringPin, _event: DeadlinePassed) -> Step:
    """The confirmation ran out with the pad open."""
    return Step(Idle(), (ClosePad(), _expired(state.shown.payment)))


def _expired(payment: Payment) -> Show:
    return Show(payment.bubble, say(line("send.expired"), *payment_lines(payment)))


# ── the pad is open ──────────────────────────────────────────────────────────


def on_pin(context: Context, state: EnteringPin, event: PinChecked) -> Step:
    """Right: the ledger is asked. Wrong: how many tries are left. Locked: until when."""
    payment = state.shown.payment
    match event.verdict:
        case PinVerdict.RIGHT:
            return _pay(context, state)
        case PinVerdict.WRONG:
            return Step(state, (pads.enter_for_payment(state.shown, *pads.wrong(event.attempts_left)),))
        case PinVerdict.LOCKED:
            locked = _locked(payment, event.locked_until)
            return Step(Idle(), (ClosePad(), locked, pads.locked_alert(context)))
        case PinVerdict.UNSET:
            draft = Draft(payment.amount, payment.payee, note=payment.note, origin=payment.origin)
            return choose_pin_first(context, draft, payment.bubble, before=(ClosePad(),))


def _locked(payment: Payment, until: Instant | None) -> Show:
    return Show(payment.bubble, not_sent(pads.locked(until), *payment_lines(payment), buttons=pads.HELP_LOCKED))


def _pay(context: Context, state: EnteringPin) -> Step:
    payment = state.shown.payment
    if context.now >= payment.expires_at:
        return Step(Idle(), (ClosePad(), _expired(payment)))
    anew = ask_anew(context, payment, ClosePad())
    if anew is not None:
        return anew
    note = (RememberNote(payment.payment_id, payment.note),) if payment.note else ()
    origin = (RememberOrigin(payment.payment_id, payment.origin),) if payment.origin else ()
    asked = AskLedger(pay_command(context, payment))
    first = state.shown.quoted.first_payment_to_payee
    return Step(Paying(payment, context.ask_again_at(0), first_to_payee=first), (ClosePad(), *note, *origin, asked))


def on_pad_closed(context: Context, state: EnteringPin, _: PadClosed | Resumed) -> Step:
    """The pad timed out or its process died: the confirm message comes back, if there is still time."""
    confirming = state.shown
    if context.now >= confirming.payment.expires_at:
        return Step(Idle(), (ClosePad(), _expired(confirming.payment)))
    again = confirm_question(confirming, context.now, line("pin.pad_closed"))
    return Step(confirming, (ClosePad(), Show(confirming.payment.bubble, again)))


# ── the ledger is asked ──────────────────────────────────────────────────────


def on_answer(context: Context, state: Paying, event: LedgerAnswered) -> Step:
    """The bubble says what happened. An answer about something else changes nothing here."""
    payment = state.payment
    match event.outcome:
        case Captured() as captured if captured.payment_id == payment.payment_id:
            said = paid(payment, captured, first_to_payee=state.first_to_payee)
            return after_moving(context, state, Show(payment.bubble, said))
        case Refused() as refused:
            return after_moving(context, state, Show(payment.bubble, refused_message(refused)))
        case FreezeChanged() as changed:
            return Step(replace(state, freeze_wanted=False), (tell_freeze(changed),))
        case _:
            return Step(state)


def on_silence(context: Context, state: Paying, _: LedgerSilent) -> Step:
    """Nothing is known: it is said once, and asked again later."""
    waiting: tuple[Effect, ...] = () if state.silences else (Show(state.payment.bubble, payment_waits(state.payment)),)
    silences = state.silences + 1
    return Step(replace(state, ask_again_at=context.ask_again_at(silences), silences=silences), waiting)


def on_fault(context: Context, state: Paying, event: LedgerFault) -> Step:
    """We asked wrongly, so asking again is of no use. Whether anything moved under this id, only history says."""
    if not event.moving:
        return Step(replace(state, freeze_wanted=False), (tell(line("error.ours", fault=event.fault)),))
    said = unanswerable(event.fault, *payment_lines(state.payment))
    return after_moving(context, state, Show(state.payment.bubble, said))


def on_ask_again(context: Context, state: Paying, _: DeadlinePassed | Resumed) -> Step:
    """The same id, the same body: a payment that went through is answered, not repeated."""
    freeze = (ask_freeze(context),) if state.freeze_wanted else ()
    again = replace(state, ask_again_at=context.ask_again_at(state.silences))
    return Step(again, (AskLedger(pay_command(context, state.payment)), *freeze))


ROWS: Final = (
    Row((Confirming,), (Action.PAY,), on_pay, (EnteringPin, ChoosingPin, Quoting, Idle)),
    Row((Confirming, EnteringPin), (Action.CANCEL,), on_cancel, (Idle,)),
    Row((Confirming,), (DeadlinePassed,), on_confirm_lapsed, (Idle,)),
    Row((EnteringPin,), (Action.PAY,), on_pay_again),
    Row((EnteringPin,), (PinChecked,), on_pin, (Paying, ChoosingPin, Quoting, Idle)),
    Row((EnteringPin,), (PadClosed, Resumed), on_pad_closed, (Confirming, Idle)),
    Row((EnteringPin,), (DeadlinePassed,), on_pad_lapsed, (Idle,)),
    Row((Paying,), (LedgerAnswered,), on_answer, (Idle, Freezing)),
    Row((Paying,), (LedgerSilent,), on_silence),
    Row((Paying,), (LedgerFault,), on_fault, (Idle, Freezing)),
    Row((Paying,), (DeadlinePassed, Resumed), on_ask_again),
)
