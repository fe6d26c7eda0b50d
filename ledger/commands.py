"""What may be asked of the ledger. Each command carries the id its asker made, so asking twice is asking once."""

from dataclasses import dataclass
from typing import TypeAlias

from ledger.kernel.accounts import AccountKind
from ledger.kernel.ids import AccountId, FundingId, PaymentId, RefundId
from ledger.kernel.instants import Instant
from ledger.kernel.money import Money
from ledger.kernel.own_limits import LimitKind


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """Open an account of a kind in one currency. Asked again with the same id and body it is already open."""

    account_id: AccountId
    kind: AccountKind
    currency: str


@dataclass(frozen=True, slots=True)
class Pay:
    """Move ``amount`` from payer to payee, once.

    ``note_digest`` is a salted SHA-256 of the note (32 bytes): the ledger proves a note without ever reading it.
    A confirmation does not hold for ever: from ``expires_at`` on, a payment that has not been captured is refused.
    """

    payment_id: PaymentId
    payer: AccountId
    payee: AccountId
    amount: Money
    note_digest: bytes | None = None
    expires_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """Give back all or part of a captured payment: a new entry, from its payee to its payer, that names it."""

    refund_id: RefundId
    payment_id: PaymentId
    payee: AccountId
    amount: Money


@dataclass(frozen=True, slots=True)
class Fund:
    """The operator's cash-in: cash rises, and so does what we owe the person. The same id funds once."""

    funding_id: FundingId
    account_id: AccountId
    amount: Money


@dataclass(frozen=True, slots=True)
class Freeze:
    """Stop all payments out of an account, at once. Money in is still received."""

    account_id: AccountId


@dataclass(frozen=True, slots=True)
class Unfreeze:
    """Lift a freeze after the policy's delay (an hour in ``play``), so that a thief with the PIN must wait too."""

    account_id: AccountId


@dataclass(frozen=True, slots=True)
class SetLimit:
    """Put an own limit of a kind on an account's payments, or take it away (``None``). It holds at once.

    It needs no id: set twice it stands as it stood. That a limit is only loosened by its owner, the asker sees to.
    """

    account_id: AccountId
    kind: LimitKind
    limit: Money | None


Command: TypeAlias = OpenAccount | Pay | Refund | Fund | Freeze | Unfreeze | SetLimit
