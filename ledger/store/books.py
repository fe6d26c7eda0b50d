"""The books a batch works on: what it names, read with one query a table, and what it changed, as bulk statements.

It plans nothing and knows no rule. Between load and write everything lives in memory, inside one transaction.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from ledger.database.port import PlainRow, Query, Session, Step, Value, Values
from ledger.database.queries import Queries
from ledger.kernel.accounts import AccountState
from ledger.kernel.audit_chain import MILESTONES_BELOW
from ledger.kernel.balances import Side
from ledger.kernel.ids import AccountId, Id, PaymentId
from ledger.kernel.instants import to_micros
from ledger.kernel.journal import Head, Transfer
from ledger.kernel.moments import Moment
from ledger.kernel.own_limits import LimitKind
from ledger.plans.limits import DayCounter
from ledger.plans.refunds import RefundablePayment
from ledger.store.rows import account_and_counter, own_limits_of, paid_of, transfer_of

T = TypeVar("T")


@dataclass(slots=True)
class Named:
    """What the commands of a batch name."""

    account_ids: set[AccountId] = field(default_factory=set)
    causes: set[Id] = field(default_factory=set)  # ids that may have been done before
    refunded: set[PaymentId] = field(default_factory=set)  # payments that refunds name
    pairs: set[tuple[AccountId, AccountId]] = field(default_factory=set)  # payer and payee, where a rule asks
    opens: bool = False  # whether an account may be opened
    limiting: set[AccountId] = field(default_factory=set)  # whose own limit for each payee may be set


class Books:
    """The part of the books in memory. Plans change the states in it; ``record_…`` remembers what must be written."""

    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self.head = Head()
        self.accounts: dict[AccountId, AccountState] = {}
        self.counters: dict[int, DayCounter] = {}  # by account_no, of the moment's day
        self.done: dict[Id, Transfer] = {}  # by cause
        self.refundable: dict[PaymentId, RefundablePayment] = {}
        self._known_pairs: set[tuple[AccountId, AccountId]] = set()
        self._last_account_no = 0
        self._opened: list[tuple[Value, ...]] = []
        self._rows: list[tuple[Value, ...]] = []
        self._milestones: list[tuple[Value, ...]] = []
        self._limited: list[AccountState] = []  # who came with own limits, which must be read yet
        self._changed_limits: dict[tuple[int, LimitKind], AccountState] = {}
        self._frozen: dict[int, AccountState] = {}
        self._changed_accounts: dict[int, AccountState] = {}
        self._changed_counters: dict[int, DayCounter] = {}
        self._payments: set[tuple[int, int]] = set()  # payer and payee
        self._changed_refunds: dict[int, RefundablePayment] = {}

    async def load(self, session: Session, queries: Queries, named: Named) -> None:
        """Read all that the batch names, in one hop; refunds and own limits may take one more."""
        asked = self._asked(queries, named)
        answers = dict(zip(asked, await session.plain_rows_of(list(asked.values())), strict=True))
        self._keep(answers)
        if self._limited or named.limiting:
            await self._load_own_limits(session, queries, named)
        await self._load_parties(session, queries, named)

    def _keep(self, answers: dict[str, list[PlainRow]]) -> None:
        for seq, hash_ in answers["head_to_extend"]:
            self.head = Head(seq, hash_)
        for (account_no,) in answers.get("last_account_no", ()):
            self._last_account_no = account_no
        self._keep_accounts(answers["named_accounts"])
        for row in answers.get("named_transfers", ()):
            transfer = transfer_of(row)
            self.done[transfer.cause] = transfer
        for cause, refunded in answers.get("named_refund_totals", ()):
            payment_id = PaymentId(cause)
            self.refundable[payment_id] = RefundablePayment(self.done[payment_id], refunded)
        for payer, payee in answers.get("named_known_payees", ()):
            self._known_pairs.add((AccountId(payer), AccountId(payee)))

    def _asked(self, queries: Queries, named: Named) -> dict[str, tuple[Query, Values]]:
        day = self.moment.day_number
        asked: dict[str, Values] = {"head_to_extend": {}}
        asked["named_accounts"] = {"account_ids": _in_id_order(named.account_ids), "day_number": day}
        if named.causes or named.refunded:
            asked["named_transfers"] = {"causes": json.dumps([*named.causes, *named.refunded])}
        if named.refunded:
            asked["named_refund_totals"] = {"causes": json.dumps(list(named.refunded))}
        if named.pairs:
            asked["named_known_payees"] = {"pairs": json.dumps(sorted(named.pairs))}
        if named.opens:
            asked["last_account_no"] = {}
        return {name: (queries[name], values) for name, values in asked.items()}

    async def _load_own_limits(self, session: Session, queries: Queries, named: Named) -> None:
        """The limits of those who set any and, where one is for each payee, what they paid to each today."""
        numbers = json.dumps([account.account_no for account in self._limited])
        limits = own_limits_of(await session.all(queries["named_own_limits"], {"account_nos": numbers}))
        for account in self._limited:
            account.own = limits.get(account.account_no)
        counting = {a.account_no: a for a in self._limited if a.own is not None and a.own.per_payee is not None}
        counting |= {a.account_no: a for i in named.limiting if (a := self.accounts.get(i)) is not None}
        if counting:
            values = paid_today_values(counting, self.moment)
            paid = paid_of(await session.all(queries["paid_to_each_today"], values))
            for number, account in counting.items():
                self.counter_of(account).by_payee = paid.get(number, {})

    async def _load_parties(self, session: Session, queries: Queries, named: Named) -> None:
        """The payer of a payment that a refund names is known only once the payment is read."""
        payments = [self.done[payment_id] for payment_id in named.refunded if payment_id in self.done]
        parties = {account for row in payments for account in (row.debit_account, row.credit_account)}
        missing = parties - self.accounts.keys()
        if missing:
            values: Values = {"account_ids": _in_id_order(missing), "day_number": self.moment.day_number}
            self._keep_accounts((await session.plain_rows_of([(queries["named_accounts"], values)]))[0])

    def _keep_accounts(self, rows: Iterable[PlainRow]) -> None:
        accounts, counters, day_number = self.accounts, self.counters, self.moment.day_number
        for row in rows:
            account, counter = account_and_counter(row, day_number)
            accounts[account.account_id] = account
            if account.own is not None:
                self._limited.append(account)
            if counter is not None:
                counters[account.account_no] = counter

    def has_paid(self, payer: AccountState, payee: AccountState) -> bool:
        """Whether there was a payment from one to the other. Only for pairs that were named."""
        in_this_batch = (payer.account_no, payee.account_no) in self._payments
        return in_this_batch or (payer.account_id, payee.account_id) in self._known_pairs

    def counter_of(self, account: AccountState) -> DayCounter:
        """What the account has paid out today."""
        counter = self.counters.get(account.account_no)
        if counter is None:
            counter = self.counters[account.account_no] = DayCounter(account.account_no, self.moment.day_number)
        return counter

    def record_opening(self, account: AccountState) -> None:
        """Give a new account its number and remember to write it."""
        self._last_account_no += 1
        account.account_no = self._last_account_no
        self.accounts[account.account_id] = account
        self.counter_of(account).by_payee = {}  # nobody was paid yet: an own limit in this same batch may count on it
        sign = 1 if account.kind.normal_side is Side.CREDIT else -1
        self._opened.append(
            (account.account_no, str(account.account_id), account.kind.value, sign, account.currency,
             self.moment.micros)
        )  # fmt: skip

    def record_freeze(self, account: AccountState) -> None:
        """Remember that an account may, or may no longer, pay."""
        self._frozen[account.account_no] = account

    def record_limit(self, account: AccountState, kind: LimitKind) -> None:
        """Remember that an own limit was set or taken away."""
        self._changed_limits[account.account_no, kind] = account

    def record_transfer(self, row: Transfer, debit: AccountState, credit: AccountState) -> None:
        """Remember a row that was posted, and both accounts. One row is one entry until an event has more legs."""
        (seq, _, kind, cause, at, _, _, amount, currency, note, reference, related, debit_previous, credit_previous,
         prev_hash, hash_) = row  # fmt: skip
        debit_no, credit_no = debit.account_no, credit.account_no
        self.done[cause] = row
        if hash_[0] < MILESTONES_BELOW:
            self._milestones.append((debit_no, seq, debit.posted_debits, debit.posted_credits))
            self._milestones.append((credit_no, seq, credit.posted_debits, credit.posted_credits))
        self._changed_accounts[debit_no] = debit
        self._changed_accounts[credit_no] = credit
        # Plain str: the driver looks an adapter up for every value of a subclass, at a quarter microsecond each.
        self._rows.append(
            (seq, seq, str(kind), str(cause), at, debit_no, credit_no, amount, currency, note, reference,
             related and str(related), debit_previous, credit_previous, prev_hash, hash_)
        )  # fmt: skip

    def record_payment(self, payer: AccountState, payee: AccountState, counter: DayCounter) -> None:
        """Remember what a payment leaves behind besides its row: the payer's counter, and a known payee."""
        self._changed_counters[payer.account_no] = counter
        self._payments.add((payer.account_no, payee.account_no))

    def record_refund(self, payment: RefundablePayment) -> None:
        """Remember how much of a payment was given back."""
        self._changed_refunds[payment.row.seq] = payment

    def _limit_rows(self) -> dict[str, list[tuple[Value, ...]]]:
        put: list[tuple[Value, ...]] = []
        taken: list[tuple[Value, ...]] = []
        for (number, kind), account in self._changed_limits.items():
            limit = None if account.own is None else account.own.of(kind)
            if limit is None:
                taken.append((number, kind.value))
            else:
                put.append((number, kind.value, limit, self.moment.micros))
        having = {number: account.own is not None for (number, _), account in self._changed_limits.items()}
        return {
            "upsert_own_limit": put,
            "delete_own_limit": taken,
            "update_has_own_limits": [(int(has), number) for number, has in having.items()],
        }

    def steps(self, queries: Queries) -> list[Step]:
        """What to write, as few bulk statements; empty when every answer was a refusal or an old answer."""
        by_name: dict[str, list[tuple[Value, ...]]] = {
            "insert_account": self._opened,
            "insert_transfer": self._rows,
            "update_account": [_account_row(account) for account in _in_order(self._changed_accounts)],
            **self._limit_rows(),
            "update_freeze": [(int(a.frozen), a.thaws_at, a.account_no) for a in self._frozen.values()],
            "upsert_day_counter": [
                (c.day_number, c.account_no, c.count, c.spent) for c in _in_order(self._changed_counters)
            ],
            "insert_known_payee": [(payer, payee, self.moment.micros) for payer, payee in sorted(self._payments)],
            "insert_milestone": self._milestones,
            "upsert_refund_total": [(p.row.seq, p.refunded) for p in self._changed_refunds.values()],
        }
        return [(queries[name], rows) for name, rows in by_name.items() if rows]


def paid_today_values(account_nos: Iterable[int], moment: Moment) -> Values:
    """What ``paid_to_each_today`` asks for."""
    return {
        "account_nos": json.dumps(list(account_nos)),
        "day_number": moment.day_number,
        "day_begins_at": to_micros(moment.day_begins_at),
        "day_ends_at": to_micros(moment.day_ends_at),
    }


def _account_row(account: AccountState) -> tuple[Value, ...]:
    return (
        account.posted_debits, account.posted_credits, account.held, account.last_seq, account.first_payment_at,
        account.first_day_spent, account.account_no,
    )  # fmt: skip


def _in_order(by_number: dict[int, T]) -> list[T]:
    """By account number: neighbours share a page, so a page is found once."""
    return [by_number[number] for number in sorted(by_number)]


def _in_id_order(ids: Iterable[str]) -> str:
    """Accounts that were opened about the same time lie on the same page, which is then found once."""
    return json.dumps(sorted(ids))
