"""Answers to "To whom?", "Which Priya?" and "How much?", typed or tapped. Another command is left to ``commands``."""

from dataclasses import replace
from typing import Final

from bot.dialogue import reading
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, Effect, Erase, Line, Show
from bot.dialogue.events import ContactShared, DigitsArrived, Tapped, TextArrived
from bot.dialogue.flows.send import AFTER_PAYEE, advance, likely
from bot.dialogue.questions import (
    amount_question,
    how_much,
    payee_question,
    refuse_line,
    spelled,
    to_whom,
    which_question,
)
from bot.dialogue.saying import amount_of, line, person_of, say, toast
from bot.dialogue.states import AskingAmount, AskingPayee, ChoosingPayee, Draft, Quoting
from bot.dialogue.table import Row
from bot.language.intents import Ask, ByPhone, Nothing, PayeeWords, Refuse, Send
from ledger.kernel.money import Money

_LIKELY_PIN: Final = 6  # digits; with PINs of four, a typed amount is the likelier reading

# ── to whom ──────────────────────────────────────────────────────────────────


def on_payee_text(context: Context, state: AskingPayee | ChoosingPayee, event: TextArrived) -> Step | None:
    """A name, a handle or a mention."""
    number = reading.payee_in(context, event)
    match reading.read(context, event):
        case _ if isinstance(number, ByPhone):  # before it is taken for the reference of a payment: 919000001002
            words: PayeeWords | None = number
        case Send(amount=None, payee=payee, note=None) if payee is not None:
            words = payee
        case Ask(understood=Send(amount=None)):
            words = reading.payee_in(context, event)
            if words is None:  # "send two hundred to Asha" is another command, and is asked about as one
                return None
        case Nothing():
            words = reading.payee_in(context, event)
        case _:
            return None
    if words is None:
        return _ask_payee_again(context, state, line("send.unknown_payee", words=reading.clipped(event.text)))
    return _take_words(context, state, words)


def _ask_payee_again(context: Context, state: AskingPayee | ChoosingPayee, why: Line) -> Step:
    """The question comes again below the answer, with its buttons; the one above gives them up."""
    again = replace(state, bubble=context.fresh.bubble_id, expires_at=context.expires_at)
    if isinstance(again, ChoosingPayee):
        question = which_question(again, why)
    else:
        question = payee_question(again.draft, likely(context), again.expires_at, (why,))
    return Step(again, (_closed_payee_question(state), Show(again.bubble, question)))


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
    offered = state.candidates if isinstance(state, ChoosingPayee) else (*context.me.recent, *reading.known_to(context))
    person_id = person_of(event.argument)
    picked = next((one for one in offered if one.person_id == person_id), None)
    if picked is None:
        return Step(state, (toast("toast.earlier"),))
    return advance(context, replace(state.draft, payee=picked), state.bubble)


def on_contact_for_payee(context: Context, state: AskingPayee | ChoosingPayee, event: ContactShared) -> Step | None:
    """A Telegram contact shared as the answer."""
    words = None if event.own else reading.payee_on(context, event)
    return None if words is None else _take_words(context, state, words)


# ── how much ─────────────────────────────────────────────────────────────────


def on_amount_text(context: Context, state: AskingAmount, event: TextArrived) -> Step | None:
    """An amount, in digits or as it is said."""
    answer = reading.amount_in(context, event.text)
    if isinstance(answer, Money):
        return _take_amount(context, state, answer)
    if not isinstance(reading.read(context, event), Nothing):
        return None
    return _ask_amount_again(context, state, _unread(context, answer))


def on_amount_digits(context: Context, state: AskingAmount, event: DigitsArrived) -> Step:
    """Digits alone are the amount that was asked for, unless they are as long as a PIN of six.

    Six digits are a lakh or more: rarer than a thumb that was quicker than the pad. Such a message is deleted and never
    said back; ``2,00,000`` and ``200000 rs`` are amounts. Four digits are an amount too often to be doubted.
    """
    digits = event.digits.reveal()
    if len(digits) == context.me.pin_digits and len(digits) >= _LIKELY_PIN:
        step = _ask_amount_again(context, state, line("send.amount_or_pin"))
        return Step(step.state, (Erase(event.message_id), *step.effects))
    answer = reading.amount_in(context, digits)
    if isinstance(answer, Money):
        return _take_amount(context, state, answer)
    return _ask_amount_again(context, state, _unread(context, answer))


def _ask_amount_again(context: Context, state: AskingAmount, why: Line) -> Step:
    """The question comes again below the answer, with its buttons; the one above gives them up."""
    again = replace(state, bubble=context.fresh.bubble_id, expires_at=context.expires_at)
    return Step(again, (_closed_amount_question(state), Show(again.bubble, amount_question(again, why))))


def _take_amount(context: Context, state: AskingAmount, amount: Money) -> Step:
    draft: Draft = replace(state.draft, amount=amount, offered=None)
    return advance(context, draft, context.fresh.bubble_id, before=(_closed_amount_question(state),))


def _closed_amount_question(state: AskingAmount) -> Show:
    """The question without its buttons: it was answered below."""
    return Show(state.bubble, say(how_much(state.draft)))


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
