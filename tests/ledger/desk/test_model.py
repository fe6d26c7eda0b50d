"""Any life of a town: a plain model of dictionaries says what must happen, and the export says what did (R14)."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ledger.commands import Command, Freeze, Fund, OpenAccount, Pay, Refund, SetLimit, Unfreeze
from ledger.database.port import Database
from ledger.desk import Ledger
from ledger.kernel.accounts import AccountKind
from ledger.kernel.audit_chain import Verified
from ledger.kernel.ids import AccountId, FundingId, PaymentId, RefundId
from ledger.kernel.money import Money
from ledger.kernel.own_limits import LimitKind
from ledger.outcomes import Outcome, Refused
from ledger.store.verify import verify
from tests.conftest import FULL_SIZE
from tests.harness.postgres import PostgresServer
from tests.ledger.books import INDIA, NOON, POLICY
from tests.ledger.desk.conftest import Clock, book_of, new_books

PEOPLE = 3
RULES = replace(POLICY, new_payee_cap=30_000, balance_cap=150_000)
DAY = timedelta(hours=24)


@dataclass
class Person:
    """All that the model knows of an account."""

    balance: int = 0
    frozen: bool = False
    thaws_at: datetime | None = None
    first_payment: datetime | None = None
    first_day_spent: int = 0
    days: dict[int, tuple[int, int]] = field(default_factory=dict)  # ordinal → count, spent
    paid: set[int] = field(default_factory=set)
    own: dict[str, int] = field(default_factory=dict)  # kind → limit
    paid_to: dict[tuple[int, int], int] = field(default_factory=dict)  # ordinal, payee → spent


@dataclass
class Model:
    """The rules again, by somebody who has not read the plans: what a payment does, in dictionaries."""

    people: list[Person] = field(default_factory=lambda: [Person() for _ in range(PEOPLE)])
    payments: dict[PaymentId, tuple[int, int, int]] = field(default_factory=dict)
    refunded: dict[PaymentId, int] = field(default_factory=dict)
    rows: list[tuple[str, str, int]] = field(default_factory=list)

    def pay(self, payment_id: PaymentId, ends: tuple[int, int], amount: int, now: datetime) -> str:  # noqa: C901, PLR0912 - rules
        payer, payee = self.people[ends[0]], self.people[ends[1]]
        if payment_id in self.payments:
            return ""
        day = now.astimezone(INDIA).toordinal()
        count, spent = payer.days.get(day, (0, 0))
        new = payer.first_payment is None or now < payer.first_payment + DAY
        if ends[0] == ends[1]:
            return "self_payment"
        if payer.frozen and (payer.thaws_at is None or now < payer.thaws_at):
            return "account_frozen"
        if amount > 100_000:
            return "per_payment_limit_exceeded"
        if new and payer.first_day_spent + amount > 50_000:
            return "new_account_limit_exceeded"
        if ends[1] not in payer.paid and amount > 30_000:
            return "new_payee_limit_exceeded"
        if count >= 5:
            return "daily_count_exceeded"
        if spent + amount > 200_000:
            return "daily_limit_exceeded"
        if amount > payer.own.get("per_payment", amount):
            return "own_payment_limit_exceeded"
        if spent + amount > payer.own.get("per_day", spent + amount):
            return "own_daily_limit_exceeded"
        to_payee = payer.paid_to.get((day, ends[1]), 0) + amount
        if to_payee > payer.own.get("per_payee", to_payee):
            return "own_payee_limit_exceeded"
        if amount > payer.balance:
            return "insufficient_funds"
        if payee.balance + amount > 150_000:
            return "payee_balance_cap_exceeded"
        payer.balance -= amount
        payee.balance += amount
        payer.days[day] = (count + 1, spent + amount)
        payer.paid_to[day, ends[1]] = to_payee
        payer.first_payment = payer.first_payment or now
        if new:
            payer.first_day_spent += amount
        payer.paid.add(ends[1])
        self.payments[payment_id] = (*ends, amount)
        self.rows.append(("payment", payment_id, amount))
        return ""

    def refund(self, refund_id: RefundId, payment_id: PaymentId, by: int, amount: int, now: datetime) -> str:
        payer, payee, paid = self.payments[payment_id]
        asker = self.people[by]
        if asker.frozen and (asker.thaws_at is None or now < asker.thaws_at):
            return "account_frozen"
        if amount > asker.balance:
            return "insufficient_funds"
        if by != payee:
            return "not_yours_to_refund"
        if self.refunded.get(payment_id, 0) + amount > paid:
            return "exceeds_refundable"
        self.refunded[payment_id] = self.refunded.get(payment_id, 0) + amount
        asker.balance -= amount
        self.people[payer].balance += amount
        self.rows.append(("refund", refund_id, amount))
        return ""

    def fund(self, funding_id: FundingId, person: int, amount: int) -> str:
        if self.people[person].balance + amount > 150_000:
            return "payee_balance_cap_exceeded"
        self.people[person].balance += amount
        self.rows.append(("funding", funding_id, amount))
        return ""


# A purse of 900.00 each, and amounts at the edges of the rules.
people = st.integers(0, PEOPLE - 1)
EDGES = (1, 29_999, 30_000, 30_001, 20_000, 49_999, 50_000, 50_001, 60_000, 100_000, 100_001, 150_000)
amounts = st.one_of(st.integers(1, 500), st.sampled_from(EDGES), st.integers(1, 60_000))


class Town(RuleBasedStateMachine):
    """Commands one at a time and in batches, on a clock that moves; after each, the books are what the model says."""

    runner: ClassVar[asyncio.Runner]
    server: ClassVar[PostgresServer | None] = None

    @initialize()
    def open(self) -> None:
        self.runner = asyncio.Runner()  # type: ignore[misc]  # one loop for each town
        self.until_over = AsyncExitStack()
        self.clock, self.model = Clock(NOON), Model()
        self.accounts = [AccountId.new() for _ in range(PEOPLE)]
        self.database, self.ledger = self.runner.run(self._open())
        for person, account in enumerate(self.accounts):
            self.ask(OpenAccount(account, AccountKind.WALLET, "INR"))
            self.fund(person, 90_000)

    async def _open(self) -> tuple[Database, Ledger]:
        if self.server is None:
            directory = self.until_over.enter_context(tempfile.TemporaryDirectory(prefix="hundi-town-"))
            url = f"sqlite:///{directory}/books.db"
        else:
            url = await self.until_over.enter_async_context(self.server.database())
        database = await self.until_over.enter_async_context(new_books(url))
        ledger = Ledger(database, policy=book_of(RULES), zone=INDIA, now=self.clock)
        await self.until_over.enter_async_context(ledger)
        return database, ledger

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            self.runner.run(self.until_over.aclose())
            self.runner.close()

    def ask(self, *commands: Command) -> list[str]:
        """The codes of the refusals, "" for what was done; all commands in one batch."""

        async def together() -> list[Outcome]:
            return await asyncio.gather(*(self.ledger.ask(command) for command in commands))

        return [answer.code.value if isinstance(answer, Refused) else "" for answer in self.runner.run(together())]

    @rule(person=people, amount=amounts)
    def fund(self, person: int, amount: int) -> None:
        funding_id = FundingId.new()
        fund = Fund(funding_id, self.accounts[person], Money(amount, "INR"))
        assert self.ask(fund) == [self.model.fund(funding_id, person, amount)]

    @rule(wanted=st.lists(st.tuples(people, people, amounts), min_size=2, max_size=10), twice=st.booleans())
    def pay(self, wanted: list[tuple[int, int, int]], twice: bool) -> None:
        named = [(PaymentId.new(), (payer, payee), amount) for payer, payee, amount in wanted]
        if twice:
            named += named[:2]
        pays = [
            Pay(payment_id, self.accounts[ends[0]], self.accounts[ends[1]], Money(amount, "INR"))
            for payment_id, ends, amount in named
        ]
        assert self.ask(*pays) == [self.model.pay(*one, self.clock.now) for one in named]

    @precondition(lambda self: self.model.payments)
    @rule(which=st.integers(0, 1_000), by=people, theirs=st.booleans(), parts=st.integers(1, 3), more=st.integers(0, 1))
    def refund(self, which: int, by: int, theirs: bool, parts: int, more: int) -> None:
        payment_id, refund_id = list(self.model.payments)[which % len(self.model.payments)], RefundId.new()
        _, payee, paid = self.model.payments[payment_id]
        by, amount = payee if theirs else by, max(1, paid // parts + more)
        refund = Refund(refund_id, payment_id, self.accounts[by], Money(amount, "INR"))
        assert self.ask(refund) == [self.model.refund(refund_id, payment_id, by, amount, self.clock.now)]

    @rule(person=people, kind=st.sampled_from(LimitKind), limit=st.one_of(st.none(), amounts), payee=people)
    def limit(self, person: int, kind: LimitKind, limit: int | None, payee: int) -> None:
        """Set in one batch with a payment before it and one behind."""
        wanted = None if limit is None else Money(limit, "INR")
        named = [(PaymentId.new(), (person, payee), amount) for amount in (limit or 1, 1)]
        before, after = (
            Pay(payment_id, self.accounts[person], self.accounts[payee], Money(amount, "INR"))
            for payment_id, _, amount in named
        )
        answers = self.ask(before, SetLimit(self.accounts[person], kind, wanted), after)
        first, own = self.model.pay(*named[0], self.clock.now), self.model.people[person].own
        own.pop(kind.value, None)
        if limit is not None:
            own[kind.value] = limit
        assert answers == [first, "", self.model.pay(*named[1], self.clock.now)]

    @rule(person=people)
    def freeze(self, person: int) -> None:
        self.ask(Freeze(self.accounts[person]))
        self.model.people[person].frozen, self.model.people[person].thaws_at = True, None

    @rule(person=people)
    def unfreeze(self, person: int) -> None:
        self.ask(Unfreeze(self.accounts[person]))
        one = self.model.people[person]
        if one.frozen and one.thaws_at is None:
            one.thaws_at = self.clock.now + RULES.unfreeze_delay
        elif one.frozen and one.thaws_at is not None and self.clock.now >= one.thaws_at:
            one.frozen = False

    @rule(hours=st.sampled_from([1, 1, 12, 24]), micros=st.integers(-1, 1))
    def wait(self, hours: int, micros: int) -> None:
        self.clock.forward(timedelta(hours=hours, microseconds=micros))

    @invariant()
    def the_export_is_what_the_model_says(self) -> None:
        if not hasattr(self, "ledger"):
            return
        rows = self.runner.run(self.ledger.transfers_after(0, 10_000))
        assert [(row.kind.value, str(row.cause), row.amount_minor) for row in rows] == self.model.rows
        balances = [self.runner.run(self.ledger.balance(account)).posted.minor_units for account in self.accounts]
        assert balances == [person.balance for person in self.model.people]
        assert isinstance(self.runner.run(verify(self.database)), Verified)


LIVES = settings(max_examples=2_000 if FULL_SIZE else 30, stateful_step_count=50 if FULL_SIZE else 30, deadline=None)


def test_any_life_of_a_town_is_what_the_model_says() -> None:
    run_state_machine_as_test(Town, settings=LIVES)


def test_any_life_of_a_town_on_postgresql_is_what_the_model_says(postgres: PostgresServer) -> None:
    class TownOnPostgres(Town):
        server = postgres

    run_state_machine_as_test(TownOnPostgres, settings=settings(LIVES, max_examples=2_000 if FULL_SIZE else 6))
