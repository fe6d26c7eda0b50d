"""Worked examples for tests of the ledger: readable amounts, people with names, one policy whose numbers are easy."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ledger.commands import Fund, Pay, Refund
from ledger.kernel.accounts import AccountKind, AccountState, cash_account_id
from ledger.kernel.ids import AccountId, FundingId, PaymentId, RefundId
from ledger.kernel.instants import Instant
from ledger.kernel.journal import Head, Transfer
from ledger.kernel.moments import Moment
from ledger.kernel.money import Money
from ledger.kernel.policy import PinRules, Policy
from ledger.outcomes import Captured, Funded, Refunded, Refused
from ledger.plans.fundings import FundingPlan, plan_funding
from ledger.plans.limits import DayCounter
from ledger.plans.payments import PaymentPlan, plan_payment
from ledger.plans.refunds import RefundablePayment, RefundPlan, plan_refund

INDIA: Final = ZoneInfo("Asia/Kolkata")
NOON: Final = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)  # 12:00 in India, day 328 of the year
MICROSECOND: Final = timedelta(microseconds=1)


def inr(text: str) -> Money:
    """``inr("200.00")`` is two hundred rupees."""
    rupees, _, paise = text.partition(".")
    return Money(int(rupees) * 100 + int(paise), "INR")


POLICY: Final = Policy(
    name="example",
    version=1,
    holds_from=datetime(2026, 1, 1, tzinfo=UTC),
    currency="INR",
    pin=PinRules(digits=6, attempts=3, lock=timedelta(hours=24)),
    confirm_expires_after=timedelta(minutes=5),
    unfreeze_delay=timedelta(hours=1),
    per_payment=inr("1000.00").minor_units,
    per_day=inr("2000.00").minor_units,
    count_per_day=5,
    new_account_total=inr("500.00").minor_units,
    new_account_window=timedelta(hours=24),
)
UNLIMITED: Final = replace(POLICY, per_payment=None, per_day=None, count_per_day=None, new_account_total=None)


@dataclass(slots=True)
class Books:
    """The books of a small town in memory: what the desk does for one command at a time, without a database."""

    now: Instant = NOON
    policy: Policy = POLICY
    head: Head = field(default_factory=Head)
    rows: list[Transfer] = field(default_factory=list)
    accounts: dict[AccountId, AccountState] = field(default_factory=dict)
    counters: dict[tuple[AccountId, int], DayCounter] = field(default_factory=dict)
    payments: dict[PaymentId, RefundablePayment] = field(default_factory=dict)

    def __post_init__(self) -> None:
        cash = cash_account_id("INR")
        self.accounts[cash] = AccountState(1, cash, AccountKind.CASH, "INR")

    @property
    def moment(self) -> Moment:
        """The moment it is now, in India."""
        return Moment.of(self.now, INDIA)

    @property
    def cash(self) -> AccountState:
        """The operator's till."""
        return self.accounts[cash_account_id("INR")]

    def wallet(self, balance: str = "0.00", *, old: bool = False, currency: str = "INR") -> AccountState:
        """A new wallet with money in it; ``old`` has its first payment a year behind it."""
        account = AccountState(len(self.accounts) + 1, AccountId.new(), AccountKind.WALLET, currency)
        self.accounts[account.account_id] = account
        if old:
            account.first_payment_at = Moment.of(self.now - timedelta(days=365), INDIA).micros
        if inr(balance):
            self.fund(account, inr(balance))
        return account

    def today(self, account: AccountState) -> DayCounter:
        """The account's counter of today."""
        key = (account.account_id, self.moment.day_number)
        return self.counters.setdefault(key, DayCounter(account.account_no, key[1], by_payee={}))

    def stored(self, cause: str) -> Transfer | None:
        """The row with this cause."""
        return next((row for row in self.rows if row.cause == cause), None)

    def fund(self, account: AccountState, amount: Money, funding_id: FundingId | None = None) -> Funded | Refused:
        """Cash in."""
        fund = Fund(funding_id or FundingId.new(), account.account_id, amount)
        planned = plan_funding(fund, self.stored(fund.funding_id), account, self.cash, self.moment, self.policy)
        if not isinstance(planned, FundingPlan):
            return planned
        row, answer = planned.post(self.head)
        self.rows.append(row)
        return answer

    def plan(self, pay: Pay, *, first_to_payee: bool = False) -> PaymentPlan | Captured | Refused:
        """Plan a payment on what is in memory now."""
        payer, payee = self.accounts[pay.payer], self.accounts[pay.payee]
        return plan_payment(
            pay, self.stored(pay.payment_id), payer, payee, self.today(payer), self.moment, self.policy,
            first_to_payee=first_to_payee,
        )  # fmt: skip

    def ask(self, pay: Pay, *, first_to_payee: bool = False) -> Captured | Refused:
        """Plan a payment, and post it if nothing forbids it."""
        planned = self.plan(pay, first_to_payee=first_to_payee)
        if not isinstance(planned, PaymentPlan):
            return planned
        row, answer = planned.post(self.head)
        self.rows.append(row)
        self.payments[pay.payment_id] = RefundablePayment(row)
        return answer

    def pay(self, payer: AccountState, payee: AccountState, amount: Money) -> Captured | Refused:
        """Pay with a new id."""
        return self.ask(Pay(PaymentId.new(), payer.account_id, payee.account_id, amount))

    def refund(self, refund: Refund) -> Refunded | Refused:
        """Plan a refund, and post it if nothing forbids it."""
        payment = self.payments[refund.payment_id]
        payee, payer = self.accounts[refund.payee], self.accounts[payment.row.debit_account]
        planned = plan_refund(refund, self.stored(refund.refund_id), payment, payee, payer, self.moment)
        if not isinstance(planned, RefundPlan):
            return planned
        row, answer = planned.post(self.head)
        self.rows.append(row)
        return answer

    def give_back(self, payment_id: PaymentId, payee: AccountState, amount: Money) -> Refunded | Refused:
        """Refund with a new id."""
        return self.refund(Refund(RefundId.new(), payment_id, payee.account_id, amount))
