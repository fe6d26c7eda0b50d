"""One batch: each command planned in turn on the books in memory, each seeing what the one before did.

No rule about money stands here: ``ledger.plans`` says whether, and this carries out what it says. A refusal, an old
answer and a broken contract have changed nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final, TypeAlias

from ledger.commands import Command, Freeze, Fund, OpenAccount, Pay, Refund, SetLimit, Unfreeze
from ledger.kernel.accounts import AccountKind, AccountState, cash_account_id
from ledger.kernel.errors import InvariantError, UnknownAccountError, UnknownPaymentError
from ledger.kernel.ids import AccountId, PaymentId
from ledger.kernel.journal import TransferKind
from ledger.kernel.own_limits import LimitKind
from ledger.kernel.policy import Policy
from ledger.outcomes import FreezeChanged, Outcome
from ledger.plans.accounts import FreezePlan, OpeningPlan, plan_freeze, plan_opening, plan_unfreeze
from ledger.plans.fundings import FundingPlan, plan_funding
from ledger.plans.own_limits import LimitPlan, plan_limit
from ledger.plans.payments import PaymentPlan, plan_payment
from ledger.plans.refunds import RefundablePayment, RefundPlan, plan_refund
from ledger.store.books import Books, Named

Answer: TypeAlias = Outcome | Exception
Fault: TypeAlias = Exception | None


def name_all(commands: Sequence[Command], named: Named, policy: Policy) -> list[Fault]:
    """Add what must be in memory before these can be planned. One that cannot be named is its own asker's fault."""
    faults: list[Fault] = []
    for command in commands:
        try:
            _NAMERS[type(command)](command, named, policy)
        except Exception as error:  # noqa: BLE001 - told to its asker; the others of the batch go on
            faults.append(error)
        else:
            faults.append(None)
    return faults


def is_command(command: object) -> bool:
    """Whether the ledger knows what to do with it."""
    return type(command) in _NAMERS


def _name_pay(pay: Pay, named: Named, policy: Policy) -> None:
    named.causes.add(pay.payment_id)
    named.account_ids.add(pay.payer)
    named.account_ids.add(pay.payee)
    if policy.must_know_payee(pay.amount.minor_units):
        named.pairs.add((pay.payer, pay.payee))


def _name_refund(refund: Refund, named: Named, _policy: Policy) -> None:
    named.causes.add(refund.refund_id)
    named.refunded.add(refund.payment_id)
    named.account_ids.add(refund.payee)


def _name_fund(fund: Fund, named: Named, _policy: Policy) -> None:
    named.causes.add(fund.funding_id)
    named.account_ids |= {fund.account_id, cash_account_id(fund.amount.currency)}
    named.opens = True  # the first cash-in of a currency opens its cash account


def _name_opening(command: OpenAccount, named: Named, _policy: Policy) -> None:
    named.account_ids.add(command.account_id)
    named.opens = True


def _name_freeze(command: Freeze | Unfreeze, named: Named, _policy: Policy) -> None:
    named.account_ids.add(command.account_id)


def _name_limit(command: SetLimit, named: Named, _policy: Policy) -> None:
    named.account_ids.add(command.account_id)
    if command.kind is LimitKind.PER_PAYEE and command.limit is not None:
        named.limiting.add(command.account_id)  # payments after it in this batch are counted from the day's beginning


_NAMERS: Final[Mapping[type, Callable[[Any, Named, Policy], None]]] = {
    Pay: _name_pay,
    Refund: _name_refund,
    Fund: _name_fund,
    OpenAccount: _name_opening,
    Freeze: _name_freeze,
    Unfreeze: _name_freeze,
    SetLimit: _name_limit,
}


class Batch:
    """Plans commands on loaded books."""

    def __init__(self, books: Books, policy: Policy) -> None:
        self._books = books
        self._policy = policy

    def answers(self, commands: Sequence[Command], faults: Sequence[Fault]) -> list[Answer]:
        """Carry out each command in memory that could be named. ``InvariantError`` ends the batch."""
        each = zip(commands, faults, strict=True)
        return [self._answer(command) if fault is None else fault for command, fault in each]

    def _answer(self, command: Command) -> Answer:
        """One command's answer. A fault that moved nothing is its own asker's; one that did would falsify the batch."""
        seq = self._books.head.seq
        try:
            return self._planners[type(command)](self, command)
        except InvariantError:
            raise
        except Exception as error:
            if self._books.head.seq != seq:
                raise InvariantError("a plan failed after it had moved money") from error
            return error

    def _pay(self, pay: Pay) -> Outcome:
        books, policy = self._books, self._policy
        accounts = books.accounts
        payer, payee = accounts.get(pay.payer), accounts.get(pay.payee)
        if payer is None or payee is None:
            raise UnknownAccountError(pay.payer if payer is None else pay.payee)
        counter = books.counter_of(payer)
        first = policy.must_know_payee(pay.amount.minor_units) and not books.has_paid(payer, payee)
        stored = books.done.get(pay.payment_id)
        planned = plan_payment(pay, stored, payer, payee, counter, books.moment, policy, first_to_payee=first)
        if not isinstance(planned, PaymentPlan):
            return planned
        row, captured = planned.post(books.head)
        books.record_transfer(row, payer, payee)
        books.record_payment(payer, payee, counter)
        return captured

    def _refund(self, refund: Refund) -> Outcome:
        books = self._books
        payment = self._refundable(refund.payment_id)
        payee, payer = self._account(refund.payee), self._account(payment.row.debit_account)
        stored = books.done.get(refund.refund_id)
        planned = plan_refund(refund, stored, payment, payee, payer, books.moment)
        if not isinstance(planned, RefundPlan):
            return planned
        row, refunded = planned.post(books.head)
        books.record_transfer(row, payee, payer)
        books.record_refund(payment)
        return refunded

    def _fund(self, fund: Fund) -> Outcome:
        books = self._books
        wallet, cash = self._account(fund.account_id), self._cash(fund.amount.currency)
        stored = books.done.get(fund.funding_id)
        planned = plan_funding(fund, stored, wallet, cash, books.moment, self._policy)
        if not isinstance(planned, FundingPlan):
            return planned
        row, funded = planned.post(books.head)
        if cash.account_no == 0:
            books.record_opening(cash)
        books.record_transfer(row, cash, wallet)
        return funded

    def _open(self, command: OpenAccount) -> Outcome:
        planned = plan_opening(command, self._books.accounts.get(command.account_id))
        if not isinstance(planned, OpeningPlan):
            return planned
        self._books.record_opening(planned.account)
        return planned.apply()

    def _freeze(self, command: Freeze) -> Outcome:
        return self._apply(plan_freeze(command, self._account(command.account_id)))

    def _unfreeze(self, command: Unfreeze) -> Outcome:
        account = self._account(command.account_id)
        return self._apply(plan_unfreeze(command, account, self._books.moment, self._policy))

    def _limit(self, command: SetLimit) -> Outcome:
        account = self._account(command.account_id)
        planned = plan_limit(command, account)
        if not isinstance(planned, LimitPlan):
            return planned
        changed = planned.apply()
        if planned.changes:
            self._books.record_limit(account, command.kind)
        return changed

    def _apply(self, planned: FreezePlan) -> FreezeChanged:
        changed = planned.apply()
        if planned.changes:
            self._books.record_freeze(planned.account)
        return changed

    def _account(self, account_id: AccountId) -> AccountState:
        account = self._books.accounts.get(account_id)
        if account is None:
            raise UnknownAccountError(account_id)
        return account

    def _cash(self, currency: str) -> AccountState:
        """The currency's cash account; the first cash-in opens it."""
        cash_id = cash_account_id(currency)
        return self._books.accounts.get(cash_id) or AccountState(0, cash_id, AccountKind.CASH, currency)

    def _refundable(self, payment_id: PaymentId) -> RefundablePayment:
        books = self._books
        payment = books.refundable.get(payment_id)
        if payment is None:
            row = books.done.get(payment_id)
            if row is None or row.kind is not TransferKind.PAYMENT:
                raise UnknownPaymentError(payment_id)
            payment = books.refundable[payment_id] = RefundablePayment(row)
        return payment

    # The class's: an instance that held its own methods would be a cycle, and keep its books until the collector comes.
    _planners: ClassVar[Mapping[type, Callable[["Batch", Any], Outcome]]] = {
        Pay: _pay,
        Refund: _refund,
        Fund: _fund,
        OpenAccount: _open,
        Freeze: _freeze,
        Unfreeze: _unfreeze,
        SetLimit: _limit,
    }
