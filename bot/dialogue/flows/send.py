"""From "send 200 to Priya" to the question ``Pay ₹200.00 to Priya Sharma (@priya)?``. What is missing is asked for.

It knows no PIN and moves nothing; ``paying`` goes on from here. Answers to the questions are read in ``answers``.
"""

from dataclasses import replace
from typing import Final

from bot.dialogue import pads, reading
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import AskQuote, BubbleId, Effect, FindHandle, FindPerson, FindPhone, Line, Show, Tell
from bot.dialogue.events import DeadlinePassed, LookupsExhausted, PayeeFound, PayeeNotFound, QuoteArrived, Resumed
from bot.dialogue.leaving import leave
from bot.dialogue.people import Payee
from bot.dialogue.questions import (
    amount_question,
    confirm_question,
    not_sent,
    payee_question,
    refused_message,
    which_question,
)
from bot.dialogue.saying import invite, line, say, written
from bot.dialogue.states import (
    AskingAmount,
    AskingPayee,
    ChoosingPayee,
    ChoosingPin,
    Confirming,
    Draft,
    FindingPayee,
    Idle,
    Payment,
    Quoting,
    State,
)
from bot.dialogue.table import Row
from bot.language.intents import ByHandle, ByName, ByPerson, ByPhone, PayeeWords
from ledger.commands import Pay
from ledger.outcomes import Quoted, RefusalCode, Refused


def begin(context: Context, state: State, draft: Draft, *why: Line) -> Step:
    """Start a payment from what a sentence gave. What was open is closed first."""
    closing = leave(context, state)
    frozen = frozen_refusal(context)
    if frozen is not None:
        return Step(Idle(), (*closing, Tell(refused_message(frozen))))
    if not context.me.has_pin:
        return choose_pin_first(context, draft, context.fresh.bubble_id, before=closing)
    return advance(context, draft, context.fresh.bubble_id, *why, before=closing)


def frozen_refusal(context: Context) -> Refused | None:
    """What the ledger would say of a frozen account, said before anything is asked."""
    me = context.me
    if not me.frozen or (me.thaws_at is not None and me.thaws_at <= context.now):
        return None
    return Refused(RefusalCode.ACCOUNT_FROZEN, {} if me.thaws_at is None else {"thaws_at": me.thaws_at})


def choose_pin_first(context: Context, draft: Draft, bubble: BubbleId, *, before: tuple[Effect, ...] = ()) -> Step:
    """A payer without a PIN chooses one; then the payment goes on."""
    return Step(ChoosingPin(bubble, draft=draft), (*before, pads.choose(context, bubble, None, draft)))


def advance(context: Context, draft: Draft, bubble: BubbleId, *why: Line, before: tuple[Effect, ...] = ()) -> Step:
    """Ask for the first thing that is missing, or for the quote when nothing is."""
    if draft.payee is None:
        return _look_for_payee(context, draft, bubble, why, before)
    if draft.payee.account_id == context.me.account_id:
        return _refuse_self(bubble, before)
    if draft.amount is None:
        asking = AskingAmount(bubble, replace(draft, payee=_bare(draft.payee)), context.expires_at)
        return Step(asking, (*before, Show(bubble, amount_question(asking, *why))))
    payee, expires_at = _bare(draft.payee), context.expires_at
    payment = Payment(context.fresh.payment_id, payee, draft.amount, draft.note, bubble, expires_at, draft.origin)
    return Step(Quoting(payment), (*before, AskQuote(pay_command(context, payment))))


def _bare(payee: Payee) -> Payee:
    """The account as it is shown: what the payer's phone calls them is not needed any more."""
    return replace(payee, nicknames=())


def pay_command(context: Context, payment: Payment) -> Pay:
    """What the ledger is asked, the same every time. The runner adds the digest of the note it keeps."""
    payer = context.me.account_id
    if payer is None:
        raise ValueError("a payer is registered")
    return Pay(payment.payment_id, payer, payment.payee.account_id, payment.amount, expires_at=payment.expires_at)


def _refuse_self(bubble: BubbleId, before: tuple[Effect, ...]) -> Step:
    return Step(Idle(), (*before, Show(bubble, refused_message(Refused(RefusalCode.SELF_PAYMENT)))))


# ── to whom ──────────────────────────────────────────────────────────────────


def _look_for_payee(
    context: Context, draft: Draft, bubble: BubbleId, why: tuple[Line, ...], before: tuple[Effect, ...]
) -> Step:
    """Among the people they know first; the whole directory only by exact handle or numeric id."""
    words = draft.words
    if words is None:
        return _ask_payee(context, draft, bubble, *why, before=before)
    if _means_me(context, words):
        return _refuse_self(bubble, before)
    found = reading.matching(context, words)
    if len(found) == 1:
        return advance(context, replace(draft, payee=found[0]), bubble, *why, before=before)
    if found:
        choosing = ChoosingPayee(bubble, draft, tuple(map(_bare, found)), context.expires_at)
        return Step(choosing, (*before, Show(bubble, which_question(choosing, *why))))
    match words:
        case ByHandle(handle):
            return Step(FindingPayee(bubble, draft), (*before, FindHandle(handle)))
        case ByPerson(person_id):
            return Step(FindingPayee(bubble, draft), (*before, FindPerson(person_id)))
        case ByPhone(number):
            return Step(FindingPayee(bubble, draft), (*before, FindPhone(number)))
        case ByName(name):
            return _ask_again(context, draft, bubble, name, before)


def _means_me(context: Context, words: PayeeWords) -> bool:
    me = context.me
    handle = None if me.handle is None else ByHandle(me.handle.casefold())
    return words in (ByPerson(me.person_id), handle)


def _ask_again(context: Context, draft: Draft, bubble: BubbleId, name: str, before: tuple[Effect, ...]) -> Step:
    """Nobody they know has that name. Names written almost so are offered, never taken."""
    suggested = reading.suggested(context, name)
    key = "send.unknown_name" if draft.origin is None else "group.unknown_name"
    why = (line(key, words=name), line("send.suggested" if suggested else "send.try_handle"))
    return _ask_payee(context, draft, bubble, *why, offered=suggested, before=before)


def _ask_payee(
    context: Context,
    draft: Draft,
    bubble: BubbleId,
    *why: Line,
    offered: tuple[Payee, ...] = (),
    before: tuple[Effect, ...] = (),
    inviting: bool = False,
) -> Step:
    """Ask to whom. Words that found nobody are forgotten; without a suggestion the recent payees are offered."""
    asking = AskingPayee(bubble, replace(draft, words=None), context.expires_at)
    question = payee_question(
        asking.draft, offered or likely(context), asking.expires_at, why, invite(context) if inviting else None
    )
    return Step(asking, (*before, Show(bubble, question)))


def likely(context: Context) -> tuple[Payee, ...]:
    """Whom they paid lately; whoever paid nobody yet is offered the people they know. In a group, who is there."""
    return context.members or context.me.recent or context.me.known


def on_payee_found(context: Context, state: FindingPayee, event: PayeeFound) -> Step:
    """The directory knows the account."""
    return advance(context, replace(state.draft, payee=event.payee), state.bubble)


def on_payee_not_found(context: Context, state: FindingPayee, event: PayeeNotFound) -> Step:
    """The directory knows nobody: asked again, for it may be a slip of the finger."""
    words = written(state.draft.words) or event.words
    if words and event.retired:
        why = line("send.handle_retired", words=words)
    else:
        why = line("send.unknown_payee", words=words) if words else line("contacts.not_here")
    return _ask_payee(context, state.draft, state.bubble, why, inviting=True)


def on_lookups_exhausted(_: Context, state: FindingPayee, event: LookupsExhausted) -> Step:
    """Strangers can only be looked up so often."""
    return Step(Idle(), (Show(state.bubble, not_sent(line("send.lookups_exhausted", again_at=event.again_at))),))


def on_finding_resumed(context: Context, state: FindingPayee, _: Resumed) -> Step:
    """The look-up is asked again."""
    return advance(context, state.draft, state.bubble)


# ── the quote ────────────────────────────────────────────────────────────────


def on_quote(context: Context, state: Quoting, event: QuoteArrived) -> Step:
    """What the payment would do: asked as the confirm message, or said why not."""
    payment = replace(state.payment, payee=_as_now(context, state.payment.payee))
    match event.answer:
        case Quoted() as quoted:
            confirming = Confirming(payment, quoted, reading.look_alike(context, payment.payee))
            why = _changed_lines(state.payment.payee, payment.payee)
            return Step(confirming, (Show(payment.bubble, confirm_question(confirming, context.now, *why)),))
        case Refused() as refused:
            return Step(Idle(), (Show(payment.bubble, refused_message(refused)),))


def ask_anew(context: Context, payment: Payment, *before: Effect) -> Step | None:
    """The payee is not called any more what the confirm message says: a new payment is quoted and asked about.

    The account stays the one that was shown. ``None`` when nothing has changed. A button of the old message does not
    fit the new payment, whatever a phone still shows.
    """
    if payment.payee.looks_as(_as_now(context, payment.payee)):
        return None
    again = replace(payment, payment_id=context.fresh.payment_id, expires_at=context.expires_at)
    return Step(Quoting(again), (*before, AskQuote(pay_command(context, again))))


def _as_now(context: Context, shown: Payee) -> Payee:
    """The same account under the name and handle it has now; as it was shown, if nobody looked."""
    now = context.payee_now
    if now is None or now.account_id != shown.account_id:
        return shown
    former = shown.former_name if now.name == shown.name else shown.name
    return replace(now, nicknames=(), former_name=former)


def _changed_lines(shown: Payee, now: Payee) -> tuple[Line, ...]:
    return () if now.looks_as(shown) else (line("send.payee_changed", name=shown.name, handle=shown.handle),)


def on_payee_gone(_: Context, state: Quoting, _event: PayeeNotFound) -> Step:
    """They blocked the payer a moment ago: to the payer they are nobody, as anybody unknown is."""
    payment = state.payment
    why = line("send.unknown_payee", words=f"@{payment.payee.handle}")
    return Step(Idle(), (Show(payment.bubble, not_sent(why)),))


def on_quoting_resumed(context: Context, state: Quoting, _: Resumed) -> Step:
    """The quote is asked again."""
    return Step(state, (AskQuote(pay_command(context, state.payment)),))


# ── nobody answered ──────────────────────────────────────────────────────────


def on_question_lapsed(_: Context, state: AskingPayee | ChoosingPayee | AskingAmount, _e: DeadlinePassed) -> Step:
    """A question is not open for ever: an answer to it next week would surprise."""
    return Step(Idle(), (Show(state.bubble, say(line("send.lapsed"))),))


def on_quote_lapsed(_: Context, state: Quoting, _e: DeadlinePassed) -> Step:
    """The ledger said nothing about the quote until the confirmation would have been over."""
    return Step(Idle(), (Show(state.payment.bubble, say(line("send.expired"))),))


AFTER_PAYEE: Final = (AskingAmount, Quoting, AskingPayee, ChoosingPayee, FindingPayee, Idle)

ROWS: Final = (
    Row((FindingPayee,), (PayeeFound,), on_payee_found, (AskingAmount, Quoting, Idle)),
    Row((FindingPayee,), (PayeeNotFound,), on_payee_not_found, (AskingPayee,)),
    Row((FindingPayee,), (LookupsExhausted,), on_lookups_exhausted, (Idle,)),
    Row((FindingPayee,), (Resumed,), on_finding_resumed, (AskingAmount, Quoting)),
    Row((Quoting,), (QuoteArrived,), on_quote, (Confirming, Idle)),
    Row((Quoting,), (PayeeNotFound,), on_payee_gone, (Idle,)),
    Row((Quoting,), (Resumed,), on_quoting_resumed),
    Row((Quoting,), (DeadlinePassed,), on_quote_lapsed, (Idle,)),
    Row((AskingPayee, ChoosingPayee, AskingAmount), (DeadlinePassed,), on_question_lapsed, (Idle,)),
)
