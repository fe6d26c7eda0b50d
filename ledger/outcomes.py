"""What may be answered. A refusal is an answer, with a stable code and the facts a person needs to act."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from ledger.kernel.ids import AccountId, EntryId, FundingId, PaymentId, RefundId
from ledger.kernel.instants import Instant
from ledger.kernel.money import Money
from ledger.kernel.own_limits import LimitKind

Fact: TypeAlias = Money | Instant | int | str


class RefusalCode(StrEnum):
    """Why not, in order of precedence: one request has one reason, the first that holds."""

    CONFIRMATION_EXPIRED = "confirmation_expired"
    AMOUNT_NOT_POSITIVE = "amount_not_positive"
    CURRENCY_MISMATCH = "currency_mismatch"  # facts: currency (what the account holds)
    SELF_PAYMENT = "self_payment"
    ACCOUNT_FROZEN = "account_frozen"  # facts: thaws_at, when an unfreeze was asked
    PER_PAYMENT_LIMIT = "per_payment_limit_exceeded"  # facts: limit
    NEW_ACCOUNT_LIMIT = "new_account_limit_exceeded"  # facts: limit, left, resets_at
    NEW_PAYEE_LIMIT = "new_payee_limit_exceeded"  # facts: limit
    DAILY_COUNT_LIMIT = "daily_count_exceeded"  # facts: limit (a count), resets_at
    DAILY_LIMIT = "daily_limit_exceeded"  # facts: limit, left, resets_at
    OWN_PAYMENT_LIMIT = "own_payment_limit_exceeded"  # facts: limit
    OWN_DAILY_LIMIT = "own_daily_limit_exceeded"  # facts: limit, left, resets_at
    OWN_PAYEE_LIMIT = "own_payee_limit_exceeded"  # facts: limit, left (to this payee), resets_at
    INSUFFICIENT_FUNDS = "insufficient_funds"  # facts: available
    PAYEE_BALANCE_CAP = "payee_balance_cap_exceeded"  # no fact of the payee's balance is told
    NOT_YOURS_TO_REFUND = "not_yours_to_refund"
    EXCEEDS_REFUNDABLE = "exceeds_refundable"  # facts: refundable

    @property
    def may_succeed_later(self) -> bool:
        """Whether the same request could succeed at another time, nothing else changed."""
        return self in _LATER


_LATER = frozenset(
    {
        RefusalCode.ACCOUNT_FROZEN,
        RefusalCode.NEW_ACCOUNT_LIMIT,
        RefusalCode.NEW_PAYEE_LIMIT,
        RefusalCode.DAILY_COUNT_LIMIT,
        RefusalCode.DAILY_LIMIT,
        RefusalCode.OWN_DAILY_LIMIT,
        RefusalCode.OWN_PAYEE_LIMIT,
        RefusalCode.INSUFFICIENT_FUNDS,
        RefusalCode.PAYEE_BALANCE_CAP,
    }
)


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing moved and nothing was written."""

    code: RefusalCode
    facts: Mapping[str, Fact] = field(default_factory=dict)


class Captured(NamedTuple):
    """The payment moved, once. ``reference`` is the 12-digit number both sides see.

    A named tuple, since one is made for every payment: a frozen dataclass takes nearly three times as long.
    """

    payment_id: PaymentId
    entry_id: EntryId
    reference: str
    captured_at: Instant
    amount: Money


@dataclass(frozen=True, slots=True)
class Refunded:
    """The refund moved, once."""

    refund_id: RefundId
    payment_id: PaymentId
    entry_id: EntryId
    reference: str
    refunded_at: Instant
    amount: Money


@dataclass(frozen=True, slots=True)
class Funded:
    """The cash-in is booked."""

    funding_id: FundingId
    entry_id: EntryId
    reference: str
    funded_at: Instant
    amount: Money


@dataclass(frozen=True, slots=True)
class Opened:
    """The account exists."""

    account_id: AccountId


@dataclass(frozen=True, slots=True)
class FreezeChanged:
    """The account is frozen while ``frozen``; a set ``thaws_at`` says when it opens again."""

    account_id: AccountId
    frozen: bool
    thaws_at: Instant | None


@dataclass(frozen=True, slots=True)
class LimitChanged:
    """The account's own limit of this kind is ``limit`` now; ``None``: there is none."""

    account_id: AccountId
    kind: LimitKind
    limit: Money | None


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a payment would do now. Nothing is written and nothing is promised."""

    fee: Money
    available_after: Money
    first_payment_to_payee: bool


Outcome: TypeAlias = Captured | Refunded | Funded | Opened | FreezeChanged | LimitChanged | Refused
