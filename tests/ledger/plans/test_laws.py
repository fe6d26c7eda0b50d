"""The laws of the books, tried on any life of a small town.

Every entry balances; the sum of all accounts is zero; available is never negative; a replay of the journal gives the
stored balances; no limit is ever passed; nothing refunded is more than was paid; asking again changes nothing.
"""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ledger.commands import Freeze, Pay, Refund, SetLimit, Unfreeze
from ledger.kernel.accounts import AccountKind, AccountState
from ledger.kernel.audit_chain import Verified, verify_rows
from ledger.kernel.ids import PaymentId, RefundId
from ledger.kernel.instants import BusinessDay, from_micros
from ledger.kernel.journal import TransferKind, totals
from ledger.kernel.money import Money
from ledger.kernel.own_limits import LimitKind, OwnLimits
from ledger.outcomes import Captured, Funded, Refunded
from ledger.plans.accounts import plan_freeze, plan_unfreeze
from ledger.plans.own_limits import LimitPlan, plan_limit
from tests.ledger.books import INDIA, POLICY, Books
from tests.ledger.laws import LIFE

PEOPLE = st.integers(0, 3)
AMOUNTS = st.integers(0, 60)
LIMITS = replace(POLICY, per_payment=50, per_day=120, count_per_day=4, new_account_total=70, balance_cap=200)


class Town(RuleBasedStateMachine):
    """Four people who pay, refund, are funded, freeze and thaw, while the clock goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.books = Books(policy=LIMITS)
        self.people = [self.books.wallet() for _ in range(4)]
        self.asked: list[tuple[Pay, Captured]] = []
        self.given_back: list[tuple[Refund, Refunded]] = []
        self.frozen_rows: list[tuple[int, AccountState]] = []

    @rule(person=PEOPLE, amount=AMOUNTS)
    def fund(self, person: int, amount: int) -> None:
        before = self.people[person].available
        answer = self.books.fund(self.people[person], Money(amount, "INR"))
        moved = amount if isinstance(answer, Funded) else 0
        assert self.people[person].available == before + moved

    @rule(payer=PEOPLE, payee=PEOPLE, amount=AMOUNTS)
    def pay(self, payer: int, payee: int, amount: int) -> None:
        one, other = self.people[payer], self.people[payee]
        frozen = one.is_frozen(self.books.moment.micros)
        pay = Pay(PaymentId.new(), one.account_id, other.account_id, Money(amount, "INR"))
        answer = self.books.ask(pay)
        if isinstance(answer, Captured):
            assert not frozen
            self._no_own_limit_was_passed(one, other, amount)
            self.asked.append((pay, answer))

    @rule(person=PEOPLE, kind=st.sampled_from(LimitKind), limit=st.one_of(st.none(), AMOUNTS))
    def set_limit(self, person: int, kind: LimitKind, limit: int | None) -> None:
        account = self.people[person]
        wanted = None if limit is None else Money(limit, "INR")
        planned = plan_limit(SetLimit(account.account_id, kind, wanted), account)
        if isinstance(planned, LimitPlan):
            planned.apply()
            assert (account.own or OwnLimits()).of(kind) == limit

    def _no_own_limit_was_passed(self, payer: AccountState, payee: AccountState, amount: int) -> None:
        """Counted from the journal, not from the counters that the plan looks at."""
        own, day = payer.own or OwnLimits(), self.books.moment.day_number
        today = [
            row for row in self.books.rows
            if row.kind is TransferKind.PAYMENT and row.debit_account == payer.account_id
            and BusinessDay.of(from_micros(row.at), INDIA).number == day
        ]  # fmt: skip
        spent = sum(row.amount_minor for row in today)
        to_payee = sum(row.amount_minor for row in today if row.credit_account == payee.account_id)
        for limit, used in ((own.per_payment, amount), (own.per_day, spent), (own.per_payee, to_payee)):
            assert limit is None or used <= limit

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def ask_again(self, data: st.DataObject) -> None:
        pay, first = data.draw(st.sampled_from(self.asked))
        seq = self.books.head.seq
        assert self.books.ask(pay) == first
        assert self.books.head.seq == seq

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), person=PEOPLE, amount=AMOUNTS)
    def give_back(self, data: st.DataObject, person: int, amount: int) -> None:
        pay, _ = data.draw(st.sampled_from(self.asked))
        refund = Refund(RefundId.new(), pay.payment_id, self.people[person].account_id, Money(amount, "INR"))
        answer = self.books.refund(refund)
        if isinstance(answer, Refunded):
            assert pay.payee == refund.payee
            self.given_back.append((refund, answer))

    @precondition(lambda self: self.given_back)
    @rule(data=st.data())
    def give_back_again(self, data: st.DataObject) -> None:
        refund, first = data.draw(st.sampled_from(self.given_back))
        seq = self.books.head.seq
        assert self.books.refund(refund) == first
        assert self.books.head.seq == seq

    @rule(person=PEOPLE)
    def freeze(self, person: int) -> None:
        plan_freeze(Freeze(self.people[person].account_id), self.people[person]).apply()

    @rule(person=PEOPLE)
    def unfreeze(self, person: int) -> None:
        account = self.people[person]
        plan_unfreeze(Unfreeze(account.account_id), account, self.books.moment, LIMITS).apply()

    @rule(minutes=st.sampled_from([0, 1, 59, 60, 61, 600, 1440, 3000]))
    def wait(self, minutes: int) -> None:
        self.books.now += timedelta(minutes=minutes)

    @invariant()
    def the_sum_of_all_accounts_is_zero(self) -> None:
        moved = sum(account.posted_credits - account.posted_debits for account in self.books.accounts.values())
        assert moved == 0

    @invariant()
    def available_is_never_negative(self) -> None:
        assert all(account.available >= 0 for account in self.books.accounts.values())

    @invariant()
    def no_balance_passes_the_cap_but_by_money_given_back(self) -> None:
        for account in self.people:
            returned = sum(
                row.amount_minor for row in self.books.rows
                if row.kind is TransferKind.REFUND and row.credit_account == account.account_id
            )  # fmt: skip
            assert account.posted <= 200 + returned

    def teardown(self) -> None:
        """What holds for a whole life is checked at its end: it would be slow after every step."""
        rows = self.books.rows
        assert verify_rows(rows) == Verified(len(rows), len(rows), self.books.head.hash)
        stored = {
            account.account_id: (account.posted_debits, account.posted_credits)
            for account in self.books.accounts.values() if account.last_seq
        }  # fmt: skip
        assert totals(rows) == stored
        self._no_limit_was_passed()
        self._no_refund_was_too_much()

    def _no_limit_was_passed(self) -> None:
        spent: Counter[tuple[str, int]] = Counter()
        count: Counter[tuple[str, int]] = Counter()
        first: dict[str, int] = {}
        first_day: Counter[str] = Counter()
        for row in self.books.rows:
            if row.kind is not TransferKind.PAYMENT:
                continue
            day = (row.debit_account, BusinessDay.of(from_micros(row.at), INDIA).number)
            spent[day] += row.amount_minor
            count[day] += 1
            began = first.setdefault(row.debit_account, row.at)
            if row.at < began + 24 * 3600 * 1_000_000:
                first_day[row.debit_account] += row.amount_minor
            assert 0 < row.amount_minor <= 50
        assert max(spent.values(), default=0) <= 120
        assert max(count.values(), default=0) <= 4
        assert max(first_day.values(), default=0) <= 70

    def _no_refund_was_too_much(self) -> None:
        returned: defaultdict[str, int] = defaultdict(int)
        for row in self.books.rows:
            if row.kind is TransferKind.REFUND:
                returned[str(row.related)] += row.amount_minor
        for pay, _ in self.asked:
            assert returned[pay.payment_id] <= pay.amount.minor_units
        assert all(account.kind is AccountKind.WALLET for account in self.people)


TestTown = Town.TestCase
TestTown.settings = LIFE
