"""What the books say happened to somebody who did not ask for it just now: money came in.

The notifier reads the journal and says these. They are messages of their own, never an edit. Facts in, ``Say`` out.
"""

from dataclasses import dataclass

from bot.dialogue.effects import Action, Say
from bot.dialogue.questions import note_lines
from bot.dialogue.saying import about_payment, line, say
from ledger.kernel.ids import PaymentId
from ledger.kernel.instants import Instant
from ledger.kernel.money import Money


@dataclass(frozen=True, slots=True)
class MoneyIn:
    """Money that came in with a payment or a refund. ``name`` is the other account's; ``note`` may be empty."""

    payment_id: PaymentId
    name: str
    amount: Money
    reference: str
    at: Instant
    note: str = ""


def payment_received(came: MoneyIn) -> Say:
    """``₹200.00 from Asha Rao`` with the note and the reference the payer sees. [Thank] [Send back] [Problem?]."""
    return say(
        line("notice.received", amount=came.amount, name=came.name),
        *note_lines(came.note),
        line("notice.reference", reference=came.reference, at=came.at),
        buttons=(
            (about_payment(Action.THANK, came.payment_id), about_payment(Action.SEND_BACK, came.payment_id)),
            (about_payment(Action.PROBLEM, came.payment_id),),
        ),
    )


def refund_received(came: MoneyIn) -> Say:
    """The payee of an earlier payment sent money back. [Receipt] [Problem?]."""
    return say(
        line("notice.returned", amount=came.amount, name=came.name),
        line("notice.reference", reference=came.reference, at=came.at),
        buttons=((about_payment(Action.RECEIPT, came.payment_id), about_payment(Action.PROBLEM, came.payment_id)),),
    )


def cash_in(amount: Money, reference: str, funded_at: Instant) -> Say:
    """``₹500.00 added``: the operator took cash."""
    return say(line("notice.added", amount=amount), line("notice.reference", reference=reference, at=funded_at))
