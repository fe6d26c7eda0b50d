"""Refunds: a new entry back, all or part of a captured payment, that names it. Source: docs/money.md, table 2.

Not a payment: it meets no limit, counts against none, and a cap on balances does not turn the payer's own money away.
"""

from dataclasses import dataclass

from ledger.commands import Refund
from ledger.kernel.accounts import AccountState
from ledger.kernel.errors import ContractError, IdempotencyConflictError
from ledger.kernel.ids import PaymentId, RefundId
from ledger.kernel.instants import from_micros
from ledger.kernel.journal import Head, Transfer, TransferKind, post_transfer
from ledger.kernel.moments import Moment
from ledger.kernel.money import MAX_MINOR_UNITS, Money
from ledger.outcomes import Refunded, RefusalCode, Refused
from ledger.plans.payments import refused_as_frozen, refused_for_funds


@dataclass(slots=True)
class RefundablePayment:
    """A captured payment and how much of it was given back. The desk keeps one for each payment a batch refunds."""

    row: Transfer
    refunded: int = 0  # minor units

    @property
    def refundable(self) -> Money:
        """What may still be given back."""
        return Money(self.row.amount_minor - self.refunded, self.row.currency)


@dataclass(slots=True)
class RefundPlan:
    """A refund that nothing forbids."""

    refund: Refund
    payment: RefundablePayment
    payee: AccountState
    payer: AccountState
    moment: Moment

    def post(self, head: Head) -> tuple[Transfer, Refunded]:
        """Move the money back and remember how much of the payment is left."""
        refund, amount = self.refund, self.refund.amount.minor_units
        row = post_transfer(
            head, self.moment, TransferKind.REFUND, refund.refund_id, self.payee, self.payer, amount,
            related=refund.payment_id,
        )  # fmt: skip
        self.payment.refunded += amount
        return row, refunded(row)


def plan_refund(  # noqa: PLR0917 - the same shape as plan_payment
    refund: Refund,
    stored: Transfer | None,
    payment: RefundablePayment,
    payee: AccountState,
    payer: AccountState,
    moment: Moment,
) -> RefundPlan | Refunded | Refused:
    """Give back all or part of a captured payment.

    ``stored`` is the journal row with this refund's id, if there is one. ``payee`` is the account that asks
    (``refund.payee``), ``payer`` the one that paid: the debited account of ``payment.row``.
    """
    if stored is not None:
        return _refunded_again(refund, stored)
    if payment.row.cause != refund.payment_id:
        raise ContractError("the row is not that of the payment to refund")
    amount = refund.amount.minor_units
    if amount <= 0:
        return Refused(RefusalCode.AMOUNT_NOT_POSITIVE)
    if refund.amount.currency != payment.row.currency:
        return Refused(RefusalCode.CURRENCY_MISMATCH, {"currency": payment.row.currency})
    if payee.is_frozen(moment.micros):
        return refused_as_frozen(payee)
    if amount > payee.available:
        return refused_for_funds(payee)
    if payer.posted_credits + amount > MAX_MINOR_UNITS:
        return Refused(RefusalCode.PAYEE_BALANCE_CAP)
    if refund.payee != payment.row.credit_account:
        return Refused(RefusalCode.NOT_YOURS_TO_REFUND)
    if amount > payment.refundable.minor_units:
        return Refused(RefusalCode.EXCEEDS_REFUNDABLE, {"refundable": payment.refundable})

    # From here on the refund must succeed.
    return RefundPlan(refund, payment, payee, payer, moment)


def _refunded_again(refund: Refund, stored: Transfer) -> Refunded:
    if stored.related != refund.payment_id:
        raise IdempotencyConflictError(refund.refund_id, "payment_id")
    if stored.debit_account != refund.payee:
        raise IdempotencyConflictError(refund.refund_id, "payee")
    if (stored.amount_minor, stored.currency) != (refund.amount.minor_units, refund.amount.currency):
        raise IdempotencyConflictError(refund.refund_id, "amount")
    return refunded(stored)


def refunded(row: Transfer) -> Refunded:
    """The answer that the refund in this row was given."""
    refund_id, payment_id = RefundId(row.cause), PaymentId(row.related or "")
    amount = Money(row.amount_minor, row.currency)
    return Refunded(refund_id, payment_id, row.entry_id, row.reference, from_micros(row.at), amount)
