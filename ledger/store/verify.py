"""Proves the books: every row follows the one before, and what is stored of accounts is what the rows add up to.

It trusts nothing the database holds twice: balances, pointers, refund totals and the figures that limits are judged by
are all computed anew. It reads while others write: the journal in pages up to where it ended, then the rest and the
accounts as of one moment. Freezes and own limits are not in the journal, so nothing here can prove them.
"""

from array import array
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, TypeAlias

from ledger.database.errors import DatabaseUnavailableError, QueryError, UnavailableReason
from ledger.database.port import Database, Query, Reader, Row, Values
from ledger.database.queries import Queries
from ledger.kernel.accounts import AccountKind
from ledger.kernel.audit_chain import GENESIS, BadRow, Verdict, Verified, verify_rows
from ledger.kernel.balances import Side
from ledger.kernel.instants import to_micros
from ledger.kernel.journal import TransferKind
from ledger.policies.policy import PolicyBook
from ledger.store.paid_out import KEY_BITS, PaidOut, Windows
from ledger.store.rows import untrusted_transfers_of

PAGE_ROWS: Final = 2_000
_UNREADABLE: Final = (TypeError, ValueError, OverflowError, AttributeError)  # what a damaged record makes of a value
_REFUND: Final = TransferKind.REFUND.value
_UNMARKED: Final = "whether it has limits of its own is not what it says"
_SIGNS: Final = {kind.value: 1 if kind.normal_side is Side.CREDIT else -1 for kind in AccountKind}

Progress: TypeAlias = Callable[[int, int], None]  # rows seen, rows there are


async def verify(
    database: Database,
    heads: Mapping[int, bytes] | None = None,
    progress: Progress | None = None,
    windows: Windows | None = None,
) -> Verdict:
    """Prove all of it, or name the first bad row and why.

    ``heads`` were read with ``HeadsFile.read``, ``windows`` are ``new_account_windows`` of the policy.
    """
    queries = Queries.load("ledger.store", "sql/queries.sql", database.dialect)
    replay = _Replay(heads or {}, PaidOut(windows))
    bad = await _walk(database, queries, replay, progress)
    if bad is not None:
        return bad
    async with database.snapshot() as snapshot:
        bad = await _walk(snapshot, queries, replay, progress)
        bad = bad or replay.lost_tail() or await _accounts(snapshot, queries, replay)
        bad = bad or await _refunds(snapshot, queries, replay) or await _figures(snapshot, queries, replay)
        return bad or replay.verdict()


def new_account_windows(policy: PolicyBook) -> Windows:
    """How long an account is new, and from when that holds; microseconds."""
    return [
        (to_micros(version.holds_from), version.new_account_window // timedelta(microseconds=1))
        for version in policy.versions
    ]


async def _walk(
    reader: Reader | Database, queries: Queries, replay: "_Replay", progress: Progress | None
) -> BadRow | None:
    """The rows from where the replay stands up to the head as it is now."""
    head = await reader.one(queries["head"])
    up_to = 0 if head is None else int(head["seq"])
    bad = replay.make_room(await reader.one(queries["account_numbers"]))
    if bad is not None:
        return bad
    limit = PAGE_ROWS
    while replay.seq < up_to:
        values: Values = {"after": replay.seq, "up_to": up_to, "limit": limit}
        try:
            rows = await reader.all(queries["rows_to_verify"], values)
            bad = replay.page(rows)
        except (QueryError, DatabaseUnavailableError, *_UNREADABLE) as error:
            if isinstance(error, DatabaseUnavailableError) and error.reason is not UnavailableReason.CORRUPT:
                raise
            if limit == 1:
                return BadRow(replay.seq + 1, "it cannot be read: the file is damaged here")
            limit = max(1, limit // 10)  # find the one row that cannot be read
            continue
        if bad is not None:
            return bad
        if progress is not None:
            progress(replay.seq, up_to)
    return None


async def _accounts(snapshot: Reader, queries: Queries, replay: "_Replay") -> BadRow | None:
    """Every account must stand where its rows leave it."""
    after = 0
    while rows := await snapshot.all(queries["accounts_after"], {"after": after, "limit": PAGE_ROWS}):
        for row in rows:
            bad = replay.account(row)
            if bad is not None:
                return bad
        after = int(rows[-1]["account_no"])
    return None


async def _refunds(snapshot: Reader, queries: Queries, replay: "_Replay") -> BadRow | None:
    """What is stored as given back of each payment must be the sum of the refunds that name it."""
    left = dict(replay.refunded)
    after = 0
    while rows := await snapshot.all(queries["refund_totals_after"], {"after": after, "limit": PAGE_ROWS}):
        for row in rows:
            if left.pop(row["cause"], 0) != row["refunded_minor"]:
                return BadRow(row["payment_seq"], "its refunds do not add up to what is stored as given back")
        after = int(rows[-1]["payment_seq"])
    if left:
        return BadRow(replay.seq, f"no total is stored for the refunds of {next(iter(left))}")
    return None


async def _figures(snapshot: Reader, queries: Queries, replay: "_Replay") -> BadRow | None:
    """Whatever limits are judged by must be what the rows say."""
    paid = replay.paid
    async for rows in _pages(snapshot, queries["day_counters_after"]):
        if wrong := paid.wrong_counter(rows):
            return replay.blame(*wrong)
    async for rows in _pages(snapshot, queries["known_payees_after"]):
        if wrong := paid.wrong_pair(rows):
            return replay.blame(*wrong)
    if wrong := paid.missing_counter():
        return replay.blame(*wrong)
    if paid.pairs_are_missing:
        known = {row["pair"] async for rows in _pages(snapshot, queries["known_payees_after"]) for row in rows}
        return replay.blame(*paid.missing_pair(known))
    unmarked = await snapshot.one(queries["wrongly_marked_account"])
    return None if unmarked is None else replay.blame(unmarked["account_no"], _UNMARKED)


async def _pages(snapshot: Reader, query: Query) -> AsyncIterator[list[Row]]:
    """A table in the order of its key of two columns, which its first column here holds as one number."""
    after: Values = {"first": 0, "second": 0, "limit": PAGE_ROWS}
    while rows := await snapshot.all(query, after):
        yield rows
        first, second = divmod(next(iter(rows[-1])), 1 << KEY_BITS)
        after = {"first": first, "second": second, "limit": PAGE_ROWS}


class _Replay:
    """The books computed anew, row by row: a few numbers an account, by account number."""

    def __init__(self, heads: Mapping[int, bytes], paid: PaidOut) -> None:
        self.paid = paid
        self.seq = 0
        self.hash = GENESIS
        self.refunded: Counter[str] = Counter()
        self._heads = heads
        self._debits = array("q", [0])
        self._credits = array("q", [0])
        self._last = array("q", [0])

    def make_room(self, numbers: Row | None) -> BadRow | None:
        """Accounts are numbered from 1 without a gap and never deleted, so their count says how much room they take."""
        count, largest = (0, 0) if numbers is None else (int(numbers["accounts"]), int(numbers["largest"]))
        if largest != count:
            return BadRow(
                self.seq + 1, f"there are {count} accounts and the last is number {largest}: some are missing"
            )
        for totals in (self._debits, self._credits, self._last):
            totals.extend([0] * (count + 1 - len(totals)))
        self.paid.make_room(count)
        return None

    def page(self, rows: Sequence[Row]) -> BadRow | None:
        """Take the next rows, in order. What cannot be read raises, before anything is taken."""
        if not rows:
            return BadRow(self.seq + 1, f"row {self.seq + 1} is missing: nothing comes after {self.seq}")
        split = [tuple(row) for row in rows]
        transfers = untrusted_transfers_of(split)
        until = transfers[-1].seq
        heads = {seq: hash_ for seq, hash_ in self._heads.items() if self.seq < seq <= until}
        verdict = verify_rows(transfers, heads, self.seq, self.hash)
        good = verdict.seq - 1 if isinstance(verdict, BadRow) else until
        bad = self._post(split, good)
        if bad is not None:
            return bad
        if isinstance(verdict, BadRow):
            return verdict
        elsewhen = self.paid.take(split)
        if elsewhen is not None:
            return BadRow(elsewhen, "its reference is of another day")
        self.seq, self.hash = verdict.head_seq, verdict.head_hash
        return None

    def _post(self, rows: Sequence[tuple[Any, ...]], good: int) -> BadRow | None:
        """Move the money of rows of ``rows_to_verify`` up to ``good``. By position: every row passes here."""
        debits, credits_, last, room = self._debits, self._credits, self._last, len(self._last)
        for row in rows:
            seq, amount, debit_no, credit_no = row[0], row[7], row[16], row[17]
            if seq > good:
                return None
            if not (0 < debit_no < room and 0 < credit_no < room):
                return BadRow(seq, "it names an account that was not there")
            if row[18] != 1:
                return BadRow(seq, "its currency is not that of both its accounts")
            if row[12] != last[debit_no] or row[13] != last[credit_no]:
                return BadRow(seq, "it does not point to the previous row of its accounts")
            last[debit_no] = last[credit_no] = seq
            try:
                debits[debit_no] += amount
                credits_[credit_no] += amount
            except OverflowError:
                return BadRow(seq, "a total would not fit a BIGINT")
            if row[2] == _REFUND and row[11] is not None:
                self.refunded[row[11]] += amount
        return None

    def account(self, row: Row) -> BadRow | None:
        """Compare what is stored of an account."""
        number, account_id = row["account_no"], row["account_id"]
        debits, credits_, last = self._debits[number], self._credits[number], self._last[number]
        if (row["posted_debits"], row["posted_credits"]) != (debits, credits_):
            return BadRow(last or self.seq, f"the balance of {account_id} is not what its rows add up to")
        if row["last_seq"] != last:
            return BadRow(last or self.seq, f"{account_id} does not point to its last row")
        if (credits_ - debits) * _SIGNS.get(row["kind"], 0) < row["held"]:
            return BadRow(last or self.seq, f"{account_id} has less than nothing available")
        why = self.paid.wrong_account(row)
        return None if why is None else BadRow(last or self.seq, why)

    def blame(self, account_no: int, why: str) -> BadRow:
        """The newest row of an account of which something is not as its rows say."""
        known = 0 < account_no < len(self._last)
        return BadRow((self._last[account_no] if known else 0) or self.seq, why)

    def lost_tail(self) -> BadRow | None:
        """A signed head beyond the last row."""
        verdict = verify_rows((), {seq: hash_ for seq, hash_ in self._heads.items() if seq > self.seq}, self.seq)
        return verdict if isinstance(verdict, BadRow) else None

    def verdict(self) -> Verified:
        """Nothing is wrong."""
        return Verified(self.seq, self.seq, self.hash)
