"""What the money bubble says at each moment of a payment or a refund. Facts and buttons; the words are speech's."""

from collections.abc import Sequence
from typing import Final

from bot.dialogue.effects import Action, Button, Line, Say
from bot.dialogue.leaving import sending_back
from bot.dialogue.people import Payee
from bot.dialogue.saying import (
    Rows,
    about_payment,
    cancel,
    line,
    masked,
    pick_amount,
    pick_payee,
    refusal,
    say,
    simple,
    topic,
    written,
)
from bot.dialogue.states import AskingAmount, ChoosingPayee, Confirming, Draft, Payment, Repayment
from bot.language.disguises import is_deceptive
from bot.language.intents import Refuse, RefuseWhy, Topic
from bot.language.own_names import speaks_for_the_house
from ledger.kernel.instants import Instant
from ledger.outcomes import Captured, Refunded, RefusalCode, Refused

MOST_CHOICES: Final = 8  # payees under one question; more do not fit a phone's screen
MOST_RECENT: Final = 5  # recent payees under "To whom?"

# What helps after a refusal; a code without a row has nothing to press.
_HELPS: Final[dict[RefusalCode, Button]] = {
    RefusalCode.ACCOUNT_FROZEN: simple(Action.UNFREEZE),
    RefusalCode.PER_PAYMENT_LIMIT: topic(Topic.LIMITS),
    RefusalCode.NEW_ACCOUNT_LIMIT: topic(Topic.LIMITS),
    RefusalCode.NEW_PAYEE_LIMIT: topic(Topic.LIMITS),
    RefusalCode.DAILY_COUNT_LIMIT: topic(Topic.LIMITS),
    RefusalCode.DAILY_LIMIT: topic(Topic.LIMITS),
    RefusalCode.OWN_PAYMENT_LIMIT: topic(Topic.LIMITS),
    RefusalCode.OWN_DAILY_LIMIT: topic(Topic.LIMITS),
    RefusalCode.OWN_PAYEE_LIMIT: topic(Topic.LIMITS),
    RefusalCode.INSUFFICIENT_FUNDS: topic(Topic.BALANCE),
}


# ── before: who and how much ─────────────────────────────────────────────────


def to_whom(draft: Draft) -> Line:
    """Ask to whom."""
    return line("send.to_whom") if draft.amount is None else line("send.to_whom_amount", amount=draft.amount)


def payee_question(
    draft: Draft, offered: Sequence[Payee], expires_at: Instant, why: Sequence[Line], invite: Button | None = None
) -> Say:
    """To whom, with some people as buttons, and an invitation for somebody who was not found."""
    rows = _choices(offered[:MOST_RECENT], expires_at)
    return say(*why, to_whom(draft), buttons=rows if invite is None else ((invite,), *rows))


def which_question(state: ChoosingPayee, *why: Line) -> Say:
    """``Which Priya?``: one line each with full name, handle and masked id, one button each."""
    shown = state.candidates[:MOST_CHOICES]
    options = [
        line("send.payee_option", name=one.name, handle=one.handle, masked_id=masked(one.person_id)) for one in shown
    ]
    more = [line("send.more_payees")] if len(state.candidates) > MOST_CHOICES else []
    which = line("send.which_payee", words=spelled(state))
    return say(*why, which, *options, *more, buttons=_choices(shown, state.expires_at))


def spelled(state: ChoosingPayee) -> str:
    """Their words as the accounts spell them: ``Which Priya?`` after "send 200 to priya"."""
    words = written(state.draft.words)
    for one in state.candidates:
        at = one.name.casefold().find(words.casefold())
        if at >= 0 and one.name[at : at + len(words)].casefold() == words.casefold():
            return one.name[at : at + len(words)]
    return words


def _choices(offered: Sequence[Payee], expires_at: Instant) -> Rows:
    return (*(pick_payee(one, expires_at) for one in offered), (cancel(),))


def how_much(draft: Draft) -> Line:
    """Ask how much."""
    payee = draft.payee
    return line("send.how_much") if payee is None else line("send.how_much_to", name=payee.name, handle=payee.handle)


def amount_question(state: AskingAmount, *why: Line) -> Say:
    """How much, with the amount that was probably meant as a button."""
    offered = state.draft.offered
    row = (cancel(),) if offered is None else (pick_amount(offered, state.expires_at), cancel())
    return say(*why, how_much(state.draft), buttons=(row,))


# ── the confirm message ──────────────────────────────────────────────────────


def confirm_question(state: Confirming, now: Instant, *why: Line) -> Say:
    """``Pay ₹200.00 to Priya Sharma (@priya)?`` with everything that should be known before saying yes.

    Who and how much come first, then note, fee, balance and warnings. A stranger who looks like somebody they know is
    the one mistake that nothing can take back, so that warning stands right under the question.
    """
    payment, quoted = state.payment, state.quoted
    payee, new = payment.payee, quoted.first_payment_to_payee
    alike = look_alike_line(state)
    lines = [*why, line("send.confirm", amount=payment.amount, name=payee.name, handle=payee.handle)]
    lines += alike if new else ()
    lines += note_lines(payment.note)
    if quoted.fee:
        lines.append(line("send.fee", fee=quoted.fee))
    lines.append(line("send.balance_after", available=quoted.available_after))
    lines += () if new else alike
    lines += _warnings(payee, now, new=new, alike=bool(alike))
    pay = Button(Action.PAY, payment.payment_id.to_bytes(), "pay", {"amount": payment.amount}, payment.expires_at)
    return say(*lines, buttons=((pay, cancel(payment.payment_id)),))


def _warnings(payee: Payee, now: Instant, *, new: bool, alike: bool) -> tuple[Line, ...]:
    """Whom it imitates says more than that it imitates somebody, and a phone has room for one of the two."""
    warnings = [line("send.warn_disguised")] if is_deceptive(payee.name) and not alike else []
    if new and speaks_for_the_house(payee.name):
        warnings.append(line("send.warn_house"))
    warnings += renamed_lines(payee, now)
    return (*warnings, line("send.warn_new_payee", name=payee.name)) if new else tuple(warnings)


def look_alike_line(state: Confirming) -> tuple[Line, ...]:
    """That this is not the one they know, if the two can be mistaken for each other."""
    other = state.look_alike
    return () if other is None else (line("send.warn_look_alike", name=other.name, handle=other.handle),)


def renamed_lines(payee: Payee, now: Instant) -> tuple[Line, ...]:
    """That the name is new, and the one they knew before, while it is flagged."""
    if payee.renamed_at is None or not payee.is_renamed(now):
        return ()
    if payee.former_name and payee.former_name != payee.name:
        return (line("send.renamed_from", at=payee.renamed_at, name=payee.former_name),)
    return (line("send.renamed", at=payee.renamed_at),)


def refund_question(repayment: Repayment, *why: Line) -> Say:
    """Ask ``Send ₹200.00 back to Asha Rao?`` before anything is sent."""
    amount, name = repayment.amount, repayment.payer.name
    argument = repayment.payment_id.to_bytes()
    send = Button(Action.CONFIRM_REFUND, argument, "confirm_refund", {"amount": amount}, repayment.expires_at)
    confirm = line("refund.confirm", amount=amount, name=name)
    return say(*why, confirm, buttons=((send, cancel(repayment.payment_id)),))


# ── after ────────────────────────────────────────────────────────────────────


def paid(payment: Payment, captured: Captured, *, first_to_payee: bool = False) -> Say:
    """``Paid ₹200.00 to Priya Sharma`` with note, one reference and the time; of the first to them one line more."""
    first = (line("send.first_payment", name=payment.payee.name),) if first_to_payee else ()
    return say(
        line("send.paid", amount=captured.amount, name=payment.payee.name),
        *note_lines(payment.note),
        line("send.reference", reference=captured.reference, at=captured.captured_at),
        *first,
        buttons=(after_payment(payment), *_shows(payment)),
    )


def _shows(payment: Payment) -> Rows:
    """[Show in the group], where the payment was begun in one."""
    return () if payment.origin is None else ((about_payment(Action.SHOW_IN_GROUP, payment.payment_id),),)


def after_payment(payment: Payment) -> tuple[Button, ...]:
    """[Receipt] [Problem?], under a payment that was made."""
    return (about_payment(Action.RECEIPT, payment.payment_id), about_payment(Action.PROBLEM, payment.payment_id))


def sent_back(repayment: Repayment, refunded: Refunded) -> Say:
    """``Sent ₹200.00 back to Asha Rao`` with one reference and the time."""
    return say(
        line("refund.done", amount=refunded.amount, name=repayment.payer.name),
        line("send.reference", reference=refunded.reference, at=refunded.refunded_at),
        buttons=((about_payment(Action.PROBLEM, repayment.payment_id),),),
    )


def payment_waits(payment: Payment) -> Say:
    """The ledger is silent: nothing is known yet, and nothing is called failed."""
    return say(line("send.waiting"), *payment_lines(payment))


def refund_waits(repayment: Repayment) -> Say:
    """The ledger is silent about a refund."""
    return say(line("refund.waiting"), sending_back(repayment))


def unanswerable(fault: str, *what: Line) -> Say:
    """The ledger will not say what became of it: where to look, and a number to quote."""
    return say(*what, line("send.fault", fault=fault), buttons=((topic(Topic.HISTORY),),))


def payment_lines(payment: Payment) -> tuple[Line, ...]:
    """Amount, payee and note."""
    payee = payment.payee
    paying = line("send.paying", amount=payment.amount, name=payee.name, handle=payee.handle)
    return (paying, *note_lines(payment.note))


def note_lines(note: str | None) -> tuple[Line, ...]:
    """The note, if there is one."""
    return (line("send.note", note=note),) if note else ()


def refused_message(refused: Refused) -> Say:
    """One sentence in plain words, that nothing was sent, and what helps."""
    helps = _HELPS.get(refused.code) if "thaws_at" not in refused.facts else None  # it opens by itself
    return not_sent(refusal(refused), buttons=((helps,),) if helps else ())


def not_sent(*why: Line, buttons: Rows = ()) -> Say:
    """Why, and that nothing was sent."""
    return say(*why, line("send.nothing_moved"), buttons=buttons)


def refuse_line(refuse: Refuse, currency: str) -> Line:
    """Why what was written cannot be carried out."""
    key = f"refuse.{refuse.why.value}"
    match refuse.why:
        case RefuseWhy.OTHER_CURRENCY:
            return line(key, detail=refuse.detail, currency=currency)
        case RefuseWhy.NOT_YET:
            return line(key, detail=refuse.detail)
        case _:
            return line(key)
