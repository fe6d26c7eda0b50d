"""Limits on paying out: checked in the order of ``RefusalCode``, and shown by ``limits_in_force``.

Source: docs/money.md, "Limits". Refunds and cash-ins are not payments out and are not counted.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

from ledger.kernel.accounts import AccountState
from ledger.kernel.instants import Instant, from_micros
from ledger.kernel.moments import Moment
from ledger.kernel.money import MAX_MINOR_UNITS, Money
from ledger.kernel.policy import Policy
from ledger.outcomes import RefusalCode, Refused

_MICROSECOND: Final = timedelta(microseconds=1)
_UNLIMITED: Final = MAX_MINOR_UNITS + 1  # more than any amount


@dataclass(slots=True)
class DayCounter:
    """What an account has paid out on one business day. Kept by (account, day)."""

    account_no: int
    day_number: int  # BusinessDay.number
    count: int = 0
    spent: int = 0  # minor units


def refuse_by_limit(
    amount: int, payer: AccountState, today: DayCounter, moment: Moment, policy: Policy, *, first_to_payee: bool
) -> Refused | None:
    """The first limit that this amount would pass, or ``None``. A limit may be reached exactly."""
    if policy.per_payment is not None and amount > policy.per_payment:
        return Refused(RefusalCode.PER_PAYMENT_LIMIT, {"limit": Money(policy.per_payment, policy.currency)})
    if amount > new_account_left(payer, moment, policy):
        return _refused_as_new_account(payer, moment, policy)
    if first_to_payee and policy.new_payee_cap is not None and amount > policy.new_payee_cap:
        return Refused(RefusalCode.NEW_PAYEE_LIMIT, {"limit": Money(policy.new_payee_cap, policy.currency)})
    if policy.count_per_day is not None and today.count >= policy.count_per_day:
        return Refused(RefusalCode.DAILY_COUNT_LIMIT, {"limit": policy.count_per_day, "resets_at": moment.day_ends_at})
    if policy.per_day is not None and today.spent + amount > policy.per_day:
        return _refused_for_today(policy.per_day, today, moment, policy)
    return None


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
    return first is None or moment.micros < first + policy.new_account_window // _MICROSECOND


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


def count_payment(amount: int, payer: AccountState, today: DayCounter, moment: Moment, policy: Policy) -> None:
    """Remember a payment that moved. A write: only a plan's ``post`` calls it."""
    today.count += 1
    today.spent += amount
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
    """Every limit that holds for this account now, in order of precedence."""
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
