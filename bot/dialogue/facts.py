"""What the books say, as one person may see it: a line of their history, sums, a limit, a payment. Plain data."""

from dataclasses import dataclass

from bot.dialogue.people import Payee
from bot.dialogue.places import GroupMessage
from ledger.kernel.ids import PaymentId
from ledger.kernel.instants import Instant
from ledger.kernel.money import Money


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of history as it is shown. ``name`` is the other account's name now; empty for a cash-in.

    ``payment_id`` is the payment that the line belongs to; a cash-in has none. ``person_id`` is the other one, if any.
    """

    incoming: bool
    kind: str  # payment, refund or funding
    name: str
    handle: str
    amount: Money
    note: str
    reference: str
    at: Instant
    payment_id: PaymentId | None = None
    person_id: int = 0


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """The sums of a statement. ``count`` lines are in its file."""

    opening: Money
    money_in: Money
    money_out: Money
    closing: Money
    count: int


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One limit: its name (a RefusalCode value), how much it allows, how much is left and when it resets."""

    name: str
    limit: Money | int
    left: Money | int | None
    resets_at: Instant | None


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """A payment as one of its two parties may see it."""

    payment_id: PaymentId
    mine: bool  # True: I am its payer; False: its payee
    other: Payee
    amount: Money
    note: str
    reference: str
    captured_at: Instant
    refundable: Money
    thanked: bool
    claimed: bool
    origin: GroupMessage | None = None  # where in a group I began it
    shown: bool = False  # it was shown there
