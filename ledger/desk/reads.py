"""What may be read. Committed data only, on reading connections, never in the way of a batch."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import tzinfo
from typing import Final

from ledger.commands import Pay
from ledger.database.port import Database, Reader, Row, Values
from ledger.database.queries import Queries
from ledger.desk.statements import Statement, StatementLine, StatementReader
from ledger.desk.views import AccountBalance, HistoryPage, PaymentRecord, TrialBalance, TrialLine, posting_of
from ledger.kernel.accounts import AccountKind, AccountState
from ledger.kernel.audit_chain import GENESIS
from ledger.kernel.errors import UnknownAccountError
from ledger.kernel.ids import AccountId, PaymentId
from ledger.kernel.instants import Instant, from_micros
from ledger.kernel.journal import Transfer, TransferKind
from ledger.kernel.moments import Moment
from ledger.kernel.money import MAX_MINOR_UNITS, Money
from ledger.kernel.references import seq_candidates
from ledger.outcomes import Quoted, Refused
from ledger.plans.limits import DayCounter, Limits, limits_in_force
from ledger.plans.payments import quote_payment
from ledger.policies.policy import PolicyBook
from ledger.store.books import paid_today_values
from ledger.store.rows import account_and_counter, own_limits_of, paid_of, transfer_of

PAGE_ROWS: Final = 1_000  # of a long walk: enough to make a hop cheap, few enough to keep memory flat


class BookReader:
    """Reads the books. ``UnknownAccountError`` where an account is named that does not exist."""

    def __init__(
        self, database: Database, queries: Queries, policy: PolicyBook, zone: tzinfo, now: Callable[[], Instant]
    ) -> None:
        self._database = database
        self._queries = queries
        self._statements = StatementReader(database, queries)
        self._policy = policy
        self._zone = zone
        self._now = now

    async def account(self, account_id: AccountId) -> AccountState:
        """An account as it stands."""
        # One row says it all: a snapshot would cost two more hops in each turn of a conversation, for nothing.
        return (await self._load(self._database.at_once, self._moment(), account_id))[0][account_id]

    async def balance(self, account_id: AccountId) -> AccountBalance:
        """Posted, held and available."""
        account = await self.account(account_id)
        figures = (account.posted, account.held, account.available)
        return AccountBalance(account_id, *(Money(figure, account.currency) for figure in figures))

    async def quote(self, pay: Pay) -> Quoted | Refused:
        """What this payment would do now. Writes nothing and promises nothing."""
        moment = self._moment()
        values = {"pairs": json.dumps([[pay.payer, pay.payee]])}
        # What is promised here is nothing, so that the two reads need not be of one moment.
        reader = self._database.at_once
        accounts, counters = await self._load(reader, moment, pay.payer, pay.payee)
        known = await reader.one(self._queries["named_known_payees"], values)
        payer = accounts[pay.payer]
        today = counters.get(payer.account_no) or DayCounter(payer.account_no, moment.day_number)
        policy = self._policy.at(moment.instant)
        return quote_payment(pay, payer, accounts[pay.payee], today, moment, policy, first_to_payee=known is None)

    async def limits(self, account_id: AccountId) -> Limits:
        """Every limit that holds for this account now, in order of precedence."""
        moment = self._moment()
        async with self._database.snapshot() as snapshot:
            accounts, counters = await self._load(snapshot, moment, account_id)
        account = accounts[account_id]
        today = counters.get(account.account_no) or DayCounter(account.account_no, moment.day_number)
        return limits_in_force(account, today, moment, self._policy.at(moment.instant))

    async def history(self, account_id: AccountId, before: int | None = None, limit: int = 10) -> HistoryPage:
        """A page of postings, newest first. A cursor that is not this account's gives an empty page."""
        moment = self._moment()
        async with self._database.snapshot() as snapshot:
            account = (await self._load(snapshot, moment, account_id))[0][account_id]
            start = account.last_seq
            if before is not None:
                at: Values = {"seq": before, "account_no": account.account_no}
                row = await snapshot.one(self._queries["row_of_account"], at)
                start = 0 if row is None else row["previous_seq"]
            page: Values = {"start": start, "account_no": account.account_no, "limit": limit}
            rows = await snapshot.all(self._queries["history_page"], page)
        more = bool(rows) and rows[-1]["previous_seq"] > 0
        return HistoryPage(tuple(posting_of(row, account) for row in rows), rows[-1]["seq"] if more else None)

    async def statement(
        self, account_id: AccountId, begins_at: Instant, ends_at: Instant, most: int | None = None
    ) -> Statement:
        """What moved from ``begins_at`` up to, and without, ``ends_at``, with the balances before and after.

        It costs what its own rows cost, however long ago. ``TooLongWalkError`` when it has more than ``most``.
        """
        account = await self.account(account_id)
        return await self._statements.read(account, begins_at, ends_at, most)

    async def skip_later(self, account_id: AccountId, at: Instant) -> int | None:
        """A cursor for ``history``: what is younger than ``at`` comes before it. ``None`` when nothing is."""
        return await self._statements.skip_later(await self.account(account_id), at)

    def statement_pages(self, statement: Statement) -> AsyncIterator[list[StatementLine]]:
        """The lines of a statement, oldest first, a page at a time; memory stays flat."""
        return self._statements.pages(statement)

    async def payment(self, payment_id: PaymentId) -> PaymentRecord | None:
        """A captured payment, or ``None``."""
        values = {"causes": json.dumps([payment_id])}
        async with self._database.snapshot() as snapshot:
            for row in await snapshot.all(self._queries["named_transfers"], values):
                if row["kind"] == TransferKind.PAYMENT:
                    return await self._with_refunds(snapshot, transfer_of(row))
        return None

    async def payment_by_reference(self, reference: str) -> PaymentRecord | None:
        """The payment that both sides know by this number, or ``None``. ``ValueError`` if it has no 12 digits."""
        async with self._database.snapshot() as snapshot:
            row = await self._row_by_reference(snapshot, reference)
            return await self._with_refunds(snapshot, row) if row and row.kind is TransferKind.PAYMENT else None

    async def transfer_by_reference(self, reference: str) -> Transfer | None:
        """The row with this number, whatever its kind, or ``None``. ``ValueError`` if it has no 12 digits."""
        async with self._database.snapshot() as snapshot:
            return await self._row_by_reference(snapshot, reference)

    async def head(self) -> tuple[int, bytes]:
        """The last row's sequence number and hash; 0 and 32 zero bytes in empty books."""
        return await self._head(self._database)

    async def transfers_after(self, seq: int, limit: int = PAGE_ROWS) -> list[Transfer]:
        """The rows after ``seq``, in order: what a cursor over the journal reads next."""
        values = {"after": seq, "up_to": MAX_MINOR_UNITS, "limit": limit}
        return [transfer_of(row) for row in await self._database.all(self._queries["transfers_after"], values)]

    async def transfers(self, start: int = 1) -> AsyncIterator[Transfer]:
        """Every row from ``start`` up to the head as it is now. Memory stays flat, and batches go on meanwhile."""
        head_seq, _ = await self.head()
        after = start - 1
        while after < head_seq:
            values: Values = {"after": after, "up_to": head_seq, "limit": PAGE_ROWS}
            rows = await self._database.all(self._queries["transfers_after"], values)
            if not rows:
                return
            for row in rows:
                yield transfer_of(row)
            after = int(rows[-1]["seq"])

    async def trial_balance(self) -> TrialBalance:
        """All accounts added up, by kind and currency, as of one moment."""
        rows = await self._database.all(self._queries["trial_balance"])
        return TrialBalance(tuple(_trial_line_of(row) for row in rows))

    def _moment(self) -> Moment:
        return Moment.of(self._now(), self._zone)

    async def _load(
        self, snapshot: Reader, moment: Moment, *account_ids: AccountId
    ) -> tuple[dict[AccountId, AccountState], dict[int, DayCounter]]:
        day = moment.day_number
        values: Values = {"account_ids": json.dumps(account_ids), "day_number": day}
        accounts: dict[AccountId, AccountState] = {}
        counters: dict[int, DayCounter] = {}
        for row in await snapshot.all(self._queries["named_accounts"], values):
            account, counter = account_and_counter(row, day)
            accounts[account.account_id] = account
            if counter is not None:
                counters[account.account_no] = counter
        for account_id in account_ids:
            if account_id not in accounts:
                raise UnknownAccountError(account_id)
        limited = {one.account_no: one for one in accounts.values() if one.own is not None}
        if limited:
            await self._load_own_limits(snapshot, moment, limited, counters)
        return accounts, counters

    async def _load_own_limits(
        self, snapshot: Reader, moment: Moment, limited: dict[int, AccountState], counters: dict[int, DayCounter]
    ) -> None:
        """The limits of those who set any and, where one is for each payee, what they paid to each today."""
        numbers: Values = {"account_nos": json.dumps(list(limited))}
        limits = own_limits_of(await snapshot.all(self._queries["named_own_limits"], numbers))
        for number, account in limited.items():
            account.own = limits.get(number)
        counting = [number for number, own in limits.items() if own.per_payee is not None]
        paid = paid_of(await snapshot.all(self._queries["paid_to_each_today"], paid_today_values(counting, moment)))
        for number in counting:
            today = counters.setdefault(number, DayCounter(number, moment.day_number))
            today.by_payee = paid.get(number, {})

    async def _head(self, snapshot: Reader) -> tuple[int, bytes]:
        row = await snapshot.one(self._queries["head"])
        return (0, GENESIS) if row is None else (row["seq"], row["hash"])

    async def _row_by_reference(self, snapshot: Reader, reference: str) -> Transfer | None:
        head_seq, _ = await self._head(snapshot)
        candidates: Values = {"seqs": json.dumps(list(seq_candidates(reference, head_seq)))}
        rows = await snapshot.all(self._queries["transfers_at"], candidates)
        return next((transfer_of(row) for row in rows if row["reference"] == reference), None)

    async def _with_refunds(self, snapshot: Reader, row: Transfer) -> PaymentRecord:
        total = await snapshot.one(self._queries["named_refund_totals"], {"causes": json.dumps([row.cause])})
        refunded = 0 if total is None else total["refunded_minor"]
        return PaymentRecord(
            PaymentId(row.cause), row.seq, row.entry_id, row.debit_account, row.credit_account,
            Money(row.amount_minor, row.currency), Money(refunded, row.currency), row.note_digest, row.reference,
            from_micros(row.at),
        )  # fmt: skip


async def currency_of(database: Database) -> str | None:
    """What the wallets of these books hold; ``None`` before the first one is opened."""
    row = await database.one(Queries.load("ledger.store", "sql/queries.sql", database.dialect)["wallet_currency"])
    return None if row is None else str(row["currency"])


def _trial_line_of(row: Row) -> TrialLine:
    return TrialLine(
        AccountKind(row["kind"]), row["currency"], row["accounts"], row["posted_debits"], row["posted_credits"],
        row["held"],
    )  # fmt: skip
