"""Limits on paying out, the policy's and the payer's own: checked in the order of ``RefusalCode``, and shown.

Source: docs/money.md, "Limits" and "Own limits". Refunds and cash-ins are not payments out and are not counted.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

from ledger.kernel.accounts import AccountState
from ledger.kernel.errors import ContractError
from ledger.kernel.ids import AccountId
from ledger.kernel.instants import Instant, from_micros
from ledger.kernel.moments import Moment
from ledger.kernel.money import MAX_MINOR_UNITS, Money
from ledger.kernel.own_limits import OwnLimits
from ledger.kernel.policy import Policy
from ledger.outcomes import RefusalCode, Refused

_UNLIMITED: Final = MAX_MINOR_UNITS + 1  # more than any amount


@dataclass(slots=True)
class DayCounter:
    """What an account has paid out on one business day. Kept by (account, day)."""

    account_no: int
    day_number: int  # BusinessDay.number
    count: int = 0
    spent: int = 0  # minor units
    by_payee: dict[AccountId, int] | None = None  # the same for each payee; loaded only where an own limit asks


def refuse_by_limit(
    amount: int, payer: AccountState, today: DayCounter, moment: Moment, policy: Policy, *, first_to_payee: bool
) -> Refused | None:
    """The first limit that this amount would pass, or ``None``. A limit may be reached exactly."""
    if policy.per_payment is not None and amount > policy.per_payment:
        return Refused(RefusalCode.PER_PAYMENT_LIMIT, {"limit": Money(policy.per_payment, policy.currency)})
    total = policy.new_account_total
    if total is not None and payer.first_day_spent + amount > total and is_new_account(payer, moment, policy):
        return _refused_as_new_account(payer, moment, policy)
    if first_to_payee and policy.new_payee_cap is not None and amount > policy.new_payee_cap:
        return Refused(RefusalCode.NEW_PAYEE_LIMIT, {"limit": Money(policy.new_payee_cap, policy.currency)})
    if policy.count_per_day is not None and today.count >= policy.count_per_day:
        return Refused(RefusalCode.DAILY_COUNT_LIMIT, {"limit": policy.count_per_day, "resets_at": moment.day_ends_at})
    if policy.per_day is not None and today.spent + amount > policy.per_day:
        return _refused_for_today(policy.per_day, today, moment, policy)
    return None


def refuse_by_own_limit(
    amount: int, payer: AccountState, payee: AccountId, today: DayCounter, moment: Moment
) -> Refused | None:
    """The first own limit that this amount would pass, or ``None``. A limit may be reached exactly."""
    own, currency = payer.own, payer.currency
    if own is None:
        return None
    if own.per_payment is not None and amount > own.per_payment:
        return Refused(RefusalCode.OWN_PAYMENT_LIMIT, {"limit": Money(own.per_payment, currency)})
    if own.per_day is not None and today.spent + amount > own.per_day:
        return _refused_as_own(RefusalCode.OWN_DAILY_LIMIT, own.per_day, today.spent, moment, currency)
    if own.per_payee is not None:
        paid = paid_to(payee, today)
        if paid + amount > own.per_payee:
            return _refused_as_own(RefusalCode.OWN_PAYEE_LIMIT, own.per_payee, paid, moment, currency)
    return None


def paid_to(payee: AccountId, today: DayCounter) -> int:
    """What went to this payee today, in minor units. Only for a payer of whom it was loaded."""
    if today.by_payee is None:
        raise ContractError("what was paid to each payee today was not loaded")
    return today.by_payee.get(payee, 0)


def _refused_as_own(code: RefusalCode, limit: int, used: int, moment: Moment, currency: str) -> Refused:
    left = Money(max(limit - used, 0), currency)
    return Refused(code, {"limit": Money(limit, currency), "left": left, "resets_at": moment.day_ends_at})


def _refused_as_new_account(payer: AccountState, moment: Moment, policy: Policy) -> Refused:
    return Refused(
        RefusalCode.NEW_ACCOUNT_LIMIT,
        {
            "limit": Money(policy.new_account_total or 0, policy.currency),
            "left": Money(new_account_left(payer, moment, policy), policy.currency),
            "resets_at": new_account_ends_at(payer, moment, policy),
        },
    )


def _refused_for_today(per_day: int, today: DayCounter, moment: Moment, policy: Policy) -> Refused:
    return Refused(
        RefusalCode.DAILY_LIMIT,
        {
            "limit": Money(per_day, policy.currency),
            "left": Money(max(per_day - today.spent, 0), policy.currency),
            "resets_at": moment.day_ends_at,
        },
    )


def is_new_account(payer: AccountState, moment: Moment, policy: Policy) -> bool:
    """Whether the window has not ended: it runs from the first payment on, and ends *at* its last instant."""
    first = payer.first_payment_at
    return first is None or moment.micros < first + policy.new_account_micros


def new_account_left(payer: AccountState, moment: Moment, policy: Policy) -> int:
    """Minor units that the new-account rule still allows; more than any amount when it does not hold."""
    if policy.new_account_total is None or not is_new_account(payer, moment, policy):
        return _UNLIMITED
    return max(policy.new_account_total - payer.first_day_spent, 0)


def new_account_ends_at(payer: AccountState, moment: Moment, policy: Policy) -> Instant:
    """When the rule stops to hold. Before any payment: when it would, if the first were made now."""
    if payer.first_payment_at is None:
        return moment.instant + policy.new_account_window
    return from_micros(payer.first_payment_at) + policy.new_account_window


def count_payment(  # noqa: PLR0917 - by position, since every payment passes
    amount: int, payer: AccountState, payee: AccountState, today: DayCounter, moment: Moment, policy: Policy
) -> None:
    """Remember a payment that moved. A write: only a plan's ``post`` calls it."""
    today.count += 1
    today.spent += amount
    if today.by_payee is not None:
        today.by_payee[payee.account_id] = today.by_payee.get(payee.account_id, 0) + amount
    if payer.first_payment_at is None:
        payer.first_payment_at = moment.micros
    if is_new_account(payer, moment, policy):
        payer.first_day_spent += amount


@dataclass(frozen=True, slots=True)
class LimitInForce:
    """One limit as a person may see it. ``name`` is the refusal they would meet."""

    name: RefusalCode
    limit: Money | int
    left: Money | int | None
    resets_at: Instant | None


Limits: TypeAlias = tuple[LimitInForce, ...]


def limits_in_force(payer: AccountState, today: DayCounter, moment: Moment, policy: Policy) -> Limits:
    """Every limit that holds for this account now, in order of precedence: the policy's, then the person's own."""
    own = () if payer.own is None else _own_limits(payer.own, today, moment, payer.currency)
    return (*_policy_limits(payer, today, moment, policy), *own)


def _policy_limits(payer: AccountState, today: DayCounter, moment: Moment, policy: Policy) -> Limits:
    lines: list[LimitInForce] = []
    currency, ends_at = policy.currency, moment.day_ends_at
    if policy.per_payment is not None:
        lines.append(LimitInForce(RefusalCode.PER_PAYMENT_LIMIT, Money(policy.per_payment, currency), None, None))
    left = new_account_left(payer, moment, policy)
    if policy.new_account_total is not None and left != _UNLIMITED:
        total, until = Money(policy.new_account_total, currency), new_account_ends_at(payer, moment, policy)
        lines.append(LimitInForce(RefusalCode.NEW_ACCOUNT_LIMIT, total, Money(left, currency), until))
    if policy.new_payee_cap is not None:
        lines.append(LimitInForce(RefusalCode.NEW_PAYEE_LIMIT, Money(policy.new_payee_cap, currency), None, None))
    if policy.count_per_day is not None:
        count_left = max(policy.count_per_day - today.count, 0)
        lines.append(LimitInForce(RefusalCode.DAILY_COUNT_LIMIT, policy.count_per_day, count_left, ends_at))
    if policy.per_day is not None:
        day_left = Money(max(policy.per_day - today.spent, 0), currency)
        lines.append(LimitInForce(RefusalCode.DAILY_LIMIT, Money(policy.per_day, currency), day_left, ends_at))
    return tuple(lines)


def _own_limits(own: OwnLimits, today: DayCounter, moment: Moment, currency: str) -> Limits:
    """What is left for a payee depends on the payee, so that is not said."""
    lines: list[LimitInForce] = []
    if own.per_payment is not None:
        lines.append(LimitInForce(RefusalCode.OWN_PAYMENT_LIMIT, Money(own.per_payment, currency), None, None))
    if own.per_day is not None:
        left = Money(max(own.per_day - today.spent, 0), currency)
        limit = Money(own.per_day, currency)
        lines.append(LimitInForce(RefusalCode.OWN_DAILY_LIMIT, limit, left, moment.day_ends_at))
    if own.per_payee is not None:
        lines.append(LimitInForce(RefusalCode.OWN_PAYEE_LIMIT, Money(own.per_payee, currency), None, None))
    return tuple(lines)
