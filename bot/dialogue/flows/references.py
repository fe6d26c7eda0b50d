"""The number both sides know a payment by: typed, or pressed in a list, it shows that payment, if it is theirs.

The answer to a number nobody has and to one of other people's payments is the same. What is open stays open.
"""

from typing import Final

from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, FindReference, Say, Tell
from bot.dialogue.events import ReferenceArrived, Tapped
from bot.dialogue.facts import PaymentFacts
from bot.dialogue.questions import note_lines
from bot.dialogue.saying import about_payment, line, say, tell, toast, topic
from bot.dialogue.states import State
from bot.dialogue.table import ANY, Row
from bot.language.intents import Topic
from ledger.kernel.references import is_reference


def look_up(state: State, reference: str) -> Step:
    """Look for the payment with this number."""
    return Step(state, (FindReference(reference),))


def on_tapped(_: Context, state: State, event: Tapped) -> Step:
    """The number of a line in a list."""
    reference = event.argument.decode("ascii", "replace")
    return look_up(state, reference) if is_reference(reference) else Step(state, (toast("toast.over"),))


def on_arrived(_: Context, state: State, event: ReferenceArrived) -> Step:
    """The receipt; or that there is no such payment of theirs."""
    if event.payment is not None:
        return Step(state, (Tell(receipt(event.payment)),))
    if event.cash_in is not None:
        added = line("receipt.added", amount=event.cash_in.amount)
        when = line("receipt.when", stamp=event.cash_in.at, reference=event.reference)
        return Step(state, (tell(line("receipt.title"), added, when),))
    unknown = line("reference.unknown", reference=event.reference)
    return Step(state, (tell(unknown, buttons=((topic(Topic.HISTORY),),)),))


def receipt(payment: PaymentFacts) -> Say:
    """Everything there is to say of a payment, and what can still be done with it."""
    key = "receipt.paid" if payment.mine else "receipt.received"
    other, returned = payment.other, payment.amount - payment.refundable
    lines = [
        line("receipt.title"),
        line(key, amount=payment.amount, name=other.name, handle=other.handle),
        *note_lines(payment.note),
        line("receipt.when", stamp=payment.captured_at, reference=payment.reference),
    ]
    if returned:
        all_of_it = not payment.refundable
        lines.append(line("receipt.returned_all") if all_of_it else line("receipt.returned", amount=returned))
    send_back = not payment.mine and payment.refundable
    row = (about_payment(Action.SEND_BACK, payment.payment_id),) if send_back else ()
    return say(*lines, buttons=((*row, about_payment(Action.PROBLEM, payment.payment_id)),))


ROWS: Final = (
    Row(ANY, (Action.SHOW_REFERENCE,), on_tapped),
    Row(ANY, (ReferenceArrived,), on_arrived),
)
