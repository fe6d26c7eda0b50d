"""Answers to "To whom?", "Which Priya?" and "How much?", typed or tapped. Another command is left to ``commands``."""

from dataclasses import replace
from typing import Final

from bot.dialogue import reading
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, Effect, Line, Show
from bot.dialogue.events import ContactShared, DigitsArrived, Tapped, TextArrived
from bot.dialogue.flows.send import AFTER_PAYEE, advance
from bot.dialogue.questions import how_much, refuse_line, spelled, to_whom
from bot.dialogue.saying import amount_of, line, person_of, say, tell, toast
from bot.dialogue.states import AskingAmount, AskingPayee, ChoosingPayee, Draft, Quoting
from bot.dialogue.table import Row
from bot.language.intents import Ask, ByPerson, Nothing, PayeeWords, Refuse, Send
from ledger.kernel.money import Money

# ── to whom ──────────────────────────────────────────────────────────────────


def on_payee_text(context: Context, state: AskingPayee | ChoosingPayee, event: TextArrived) -> Step | None:
    """A name, a handle or a mention."""
    match reading.read(context, event):
        case Send(amount=None, payee=payee, note=None) if payee is not None:
            words: PayeeWords | None = payee
        case Nothing() | Ask(understood=Send(amount=None)):
            words = reading.payee_in(context, event)
        case _:
            return None
    if words is None:
        return Step(state, (tell(line("send.unknown_payee", words=reading.clipped(event.text)), to_whom(state.draft)),))
    return _take_words(context, state, words)


def _take_words(context: Context, state: AskingPayee | ChoosingPayee, words: PayeeWords) -> Step:
    """Among those who were offered first: "Sharma" after "Which Priya?" means the Sharma on the list."""
    narrowed = reading.among(words, state.candidates) if isinstance(state, ChoosingPayee) else ()
    payee = narrowed[0] if len(narrowed) == 1 else None
    draft = replace(state.draft, words=words, payee=payee)
    return advance(context, draft, context.fresh.bubble_id, before=(_closed_payee_question(state),))


def _closed_payee_question(state: AskingPayee | ChoosingPayee) -> Effect:
    """The question without its buttons: it was answered below."""
    if isinstance(state, ChoosingPayee):
        return Show(state.bubble, say(line("send.which_payee", words=spelled(state))))
    return Show(state.bubble, say(to_whom(state.draft)))


def on_payee_picked(context: Context, state: AskingPayee | ChoosingPayee, event: Tapped) -> Step:
    """One of the people who were offered."""
    offered = state.candidates if isinstance(state, ChoosingPayee) else (*context.me.recent, *context.me.known)
    person_id = person_of(event.argument)
    picked = next((one for one in offered if one.person_id == person_id), None)
    if picked is None:
        return Step(state, (toast("toast.earlier"),))
    return advance(context, replace(state.draft, payee=picked), state.bubble)


def on_contact_for_payee(context: Context, state: AskingPayee | ChoosingPayee, event: ContactShared) -> Step | None:
    """A Telegram contact shared as the answer."""
    if event.own or event.person_id is None:
        return None
    return _take_words(context, state, ByPerson(event.person_id))


# ── how much ─────────────────────────────────────────────────────────────────


def on_amount_text(context: Context, state: AskingAmount, event: TextArrived) -> Step | None:
    """An amount, in digits or as it is said."""
    answer = reading.amount_in(context, event.text)
    if isinstance(answer, Money):
        return _take_amount(context, state, answer)
    if not isinstance(reading.read(context, event), Nothing):
        return None
    return Step(state, (tell(_unread(context, answer), how_much(state.draft)),))


def on_amount_digits(context: Context, state: AskingAmount, event: DigitsArrived) -> Step:
    """Digits alone are the amount that was asked for."""
    answer = reading.amount_in(context, event.digits.reveal())
    if isinstance(answer, Money):
        return _take_amount(context, state, answer)
    return Step(state, (tell(_unread(context, answer), how_much(state.draft)),))


def _take_amount(context: Context, state: AskingAmount, amount: Money) -> Step:
    draft: Draft = replace(state.draft, amount=amount, offered=None)
    closed = Show(state.bubble, say(how_much(state.draft)))
    return advance(context, draft, context.fresh.bubble_id, before=(closed,))


def _unread(context: Context, answer: Ask | Refuse | None) -> Line:
    match answer:
        case Ask(what):
            return line(f"ask.{what.value}")
        case Refuse() as refuse:
            return refuse_line(refuse, context.me.currency)
        case None:
            return line("send.asked_amount")


def on_amount_picked(context: Context, state: AskingAmount, event: Tapped) -> Step:
    """The amount that was offered."""
    amount = amount_of(event.argument, context.me.currency)
    if amount is None or amount != state.draft.offered:
        return Step(state, (toast("toast.earlier"),))
    return advance(context, replace(state.draft, amount=amount, offered=None), state.bubble)


_PAYEE: Final = (AskingPayee, ChoosingPayee)

ROWS: Final = (
    Row(_PAYEE, (TextArrived,), on_payee_text, AFTER_PAYEE),
    Row(_PAYEE, (Action.PICK_PAYEE,), on_payee_picked, (AskingAmount, Quoting)),
    Row(_PAYEE, (ContactShared,), on_contact_for_payee, AFTER_PAYEE),
    Row((AskingAmount,), (TextArrived,), on_amount_text, (Quoting,)),
    Row((AskingAmount,), (DigitsArrived,), on_amount_digits, (Quoting,)),
    Row((AskingAmount,), (Action.PICK_AMOUNT,), on_amount_picked, (Quoting,)),
)
