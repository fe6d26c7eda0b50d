"""Payments: from one wallet to another, at once, once. Source: docs/money.md, table 1."""

from dataclasses import dataclass
from typing import Final

from ledger.commands import Pay
from ledger.kernel.accounts import AccountKind, AccountState
from ledger.kernel.errors import ContractError, IdempotencyConflictError
from ledger.kernel.ids import PaymentId
from ledger.kernel.instants import from_micros
from ledger.kernel.journal import Head, Transfer, TransferKind, post_transfer
from ledger.kernel.moments import Moment
from ledger.kernel.money import MAX_MINOR_UNITS, Money
from ledger.kernel.policy import Policy
from ledger.outcomes import Captured, Quoted, RefusalCode, Refused
from ledger.plans.limits import DayCounter, count_payment, refuse_by_limit, refuse_by_own_limit

_WALLET: Final = AccountKind.WALLET
_PAYMENT: Final = TransferKind.PAYMENT
_NOTE_DIGEST_BYTES: Final = 32  # SHA-256


@dataclass(slots=True)
class PaymentPlan:
    """A payment that nothing forbids. ``post`` must follow before anything else is planned."""

    pay: Pay
    payer: AccountState
    payee: AccountState
    counter: DayCounter
    moment: Moment
    policy: Policy

    def post(self, head: Head) -> tuple[Transfer, Captured]:
        """Move the money and count it against the limits."""
        pay, moment, amount = self.pay, self.moment, self.pay.amount.minor_units
        row = post_transfer(
            head, moment, _PAYMENT, pay.payment_id, self.payer, self.payee, amount, note_digest=pay.note_digest
        )
        count_payment(amount, self.payer, self.payee, self.counter, moment, self.policy)
        return row, Captured(pay.payment_id, row.entry_id, row.reference, moment.instant, pay.amount)


def plan_payment(  # noqa: PLR0917 - by position, since every payment passes
    pay: Pay,
    stored: Transfer | None,
    payer: AccountState,
    payee: AccountState,
    today: DayCounter,
    moment: Moment,
    policy: Policy,
    *,
    first_to_payee: bool = False,
) -> PaymentPlan | Captured | Refused:
    """Move ``pay.amount`` from payer to payee, once.

    ``stored`` is the journal row with this payment's id, if there is one; then the answer is the first answer again, or
    ``IdempotencyConflictError``. ``today`` is the payer's counter. ``first_to_payee`` matters only where
    ``policy.needs_payee_history``.
    """
    if stored is not None:
        return captured_again(pay, stored)
    _hold_to_the_contract(pay, payer, payee, policy)
    refused = _refuse(pay, payer, payee, today, moment, policy, first_to_payee=first_to_payee)
    if refused is not None:
        return refused

    # From here on the payment must succeed.
    return PaymentPlan(pay, payer, payee, today, moment, policy)


def quote_payment(  # noqa: PLR0917 - the same arguments as plan_payment
    pay: Pay,
    payer: AccountState,
    payee: AccountState,
    today: DayCounter,
    moment: Moment,
    policy: Policy,
    *,
    first_to_payee: bool,
) -> Quoted | Refused:
    """What the payment would do now. It writes nothing and promises nothing."""
    planned = plan_payment(pay, None, payer, payee, today, moment, policy, first_to_payee=first_to_payee)
    if isinstance(planned, Refused):
        return planned
    fee = Money(0, payer.currency)  # no policy charges one yet
    return Quoted(fee, Money(payer.available - pay.amount.minor_units, payer.currency), first_to_payee)


def captured_again(pay: Pay, stored: Transfer) -> Captured:
    """The first answer, for the same body. When it was to expire moved nothing, so it is not part of the body."""
    if stored.debit_account != pay.payer:
        raise IdempotencyConflictError(pay.payment_id, "payer")
    if stored.credit_account != pay.payee:
        raise IdempotencyConflictError(pay.payment_id, "payee")
    if (stored.amount_minor, stored.currency) != (pay.amount.minor_units, pay.amount.currency):
        raise IdempotencyConflictError(pay.payment_id, "amount")
    if stored.note_digest != pay.note_digest:
        raise IdempotencyConflictError(pay.payment_id, "note_digest")
    return captured(stored)


def captured(row: Transfer) -> Captured:
    """The answer that the payment in this row was given."""
    amount = Money(row.amount_minor, row.currency)
    return Captured(PaymentId(row.cause), row.entry_id, row.reference, from_micros(row.at), amount)


def _hold_to_the_contract(pay: Pay, payer: AccountState, payee: AccountState, policy: Policy) -> None:
    """What no person can cause: the asker or the deployment is wrong."""
    if payer.kind is not _WALLET or payee.kind is not _WALLET:
        raise ContractError("only wallets pay and are paid")
    if payer.currency != policy.currency:
        raise ContractError(f"the policy {policy.name} is in {policy.currency}, these books in {payer.currency}")
    if pay.note_digest is not None and len(pay.note_digest) != _NOTE_DIGEST_BYTES:
        raise ContractError("a note digest has 32 bytes")


def _refuse(  # noqa: PLR0917 - the same arguments as plan_payment
    pay: Pay,
    payer: AccountState,
    payee: AccountState,
    today: DayCounter,
    moment: Moment,
    policy: Policy,
    *,
    first_to_payee: bool,
) -> Refused | None:
    """The first reason against it, in the order of ``RefusalCode``."""
    amount = pay.amount.minor_units
    if pay.expires_at is not None and moment.instant >= pay.expires_at:
        return Refused(RefusalCode.CONFIRMATION_EXPIRED)
    if amount <= 0:
        return Refused(RefusalCode.AMOUNT_NOT_POSITIVE)
    if pay.amount.currency != payer.currency or payer.currency != payee.currency:
        return refused_for_currency(pay.amount, payer, payee)
    if pay.payer == pay.payee:
        return Refused(RefusalCode.SELF_PAYMENT)
    if payer.frozen and payer.is_frozen(moment.micros):
        return refused_as_frozen(payer)
    refused = refuse_by_limit(amount, payer, today, moment, policy, first_to_payee=first_to_payee)
    if refused is None and payer.own is not None:
        refused = refuse_by_own_limit(amount, payer, pay.payee, today, moment)
    if refused is not None:
        return refused
    if amount > payer.available:
        return refused_for_funds(payer)
    return refuse_by_cap(amount, payee, policy)


def refused_for_currency(amount: Money, payer: AccountState, payee: AccountState) -> Refused:
    """No exchange: amount and both accounts are in one currency. The fact is what the first odd account holds."""
    odd = payer if amount.currency != payer.currency else payee
    return Refused(RefusalCode.CURRENCY_MISMATCH, {"currency": odd.currency})


def refused_as_frozen(account: AccountState) -> Refused:
    """Nothing leaves a frozen account; when an unfreeze was asked, the facts say from when on it does."""
    thaws = account.thaws_at
    return Refused(RefusalCode.ACCOUNT_FROZEN, {} if thaws is None else {"thaws_at": from_micros(thaws)})


def refused_for_funds(account: AccountState) -> Refused:
    """More than there is."""
    return Refused(RefusalCode.INSUFFICIENT_FUNDS, {"available": Money(account.available, account.currency)})


def refuse_by_cap(amount: int, payee: AccountState, policy: Policy) -> Refused | None:
    """The receiving side: the policy's cap on a balance, and what a BIGINT holds. Tells nothing of the balance."""
    over_cap = policy.balance_cap is not None and payee.posted + amount > policy.balance_cap
    if over_cap or payee.posted_credits + amount > MAX_MINOR_UNITS:
        return Refused(RefusalCode.PAYEE_BALANCE_CAP)
    return None
