"""Cash-ins by the operator: cash rises, and so does what we owe the person. Source: docs/money.md, table 3."""

from dataclasses import dataclass

from ledger.commands import Fund
from ledger.kernel.accounts import AccountKind, AccountState
from ledger.kernel.errors import ContractError, IdempotencyConflictError
from ledger.kernel.ids import FundingId
from ledger.kernel.instants import from_micros
from ledger.kernel.journal import Head, Transfer, TransferKind, post_transfer
from ledger.kernel.moments import Moment
from ledger.kernel.money import MAX_MINOR_UNITS, Money
from ledger.kernel.policy import Policy
from ledger.outcomes import Funded, RefusalCode, Refused
from ledger.plans.payments import refuse_by_cap


@dataclass(slots=True)
class FundingPlan:
    """A cash-in that nothing forbids."""

    fund: Fund
    wallet: AccountState
    cash: AccountState
    moment: Moment

    def post(self, head: Head) -> tuple[Transfer, Funded]:
        """Book the cash and the claim on it."""
        fund, amount = self.fund, self.fund.amount.minor_units
        row = post_transfer(head, self.moment, TransferKind.FUNDING, fund.funding_id, self.cash, self.wallet, amount)
        return row, funded(row)


def plan_funding(  # noqa: PLR0917 - the same shape as plan_payment
    fund: Fund, stored: Transfer | None, wallet: AccountState, cash: AccountState, moment: Moment, policy: Policy
) -> FundingPlan | Funded | Refused:
    """Credit a wallet with cash that the operator took in. ``stored`` is the journal row with this funding's id.

    A frozen wallet still receives. ``cash`` is the account ``cash_account_id(currency)``.
    """
    if stored is not None:
        return _funded_again(fund, stored)
    if wallet.kind is not AccountKind.WALLET or cash.kind is not AccountKind.CASH:
        raise ContractError("a cash-in goes from cash to a wallet")
    amount = fund.amount.minor_units
    if amount <= 0:
        return Refused(RefusalCode.AMOUNT_NOT_POSITIVE)
    if fund.amount.currency != wallet.currency:
        return Refused(RefusalCode.CURRENCY_MISMATCH, {"currency": wallet.currency})
    if not wallet.currency == cash.currency == policy.currency:
        raise ContractError(f"the policy {policy.name} is in {policy.currency}, these books in {wallet.currency}")
    refused = refuse_by_cap(amount, wallet, policy)
    if refused is not None:
        return refused
    if cash.posted_debits + amount > MAX_MINOR_UNITS:
        return Refused(RefusalCode.PAYEE_BALANCE_CAP)

    # From here on the cash-in must succeed.
    return FundingPlan(fund, wallet, cash, moment)


def _funded_again(fund: Fund, stored: Transfer) -> Funded:
    if stored.credit_account != fund.account_id:
        raise IdempotencyConflictError(fund.funding_id, "account_id")
    if (stored.amount_minor, stored.currency) != (fund.amount.minor_units, fund.amount.currency):
        raise IdempotencyConflictError(fund.funding_id, "amount")
    return funded(stored)


def funded(row: Transfer) -> Funded:
    """The answer that the cash-in in this row was given."""
    funding_id, amount = FundingId(row.cause), Money(row.amount_minor, row.currency)
    return Funded(funding_id, row.entry_id, row.reference, from_micros(row.at), amount)
