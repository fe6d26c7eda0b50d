"""Proves the books: every row follows the one before, and what is stored of accounts is what the rows add up to.

It trusts nothing the database holds twice: balances, pointers and refund totals are all computed anew. It reads while
others write: the journal in pages up to where it ended, then the rest and the accounts as of one moment.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from ledger.database.errors import DatabaseUnavailableError, QueryError, UnavailableReason
from ledger.database.port import Database, Reader, Row, Values
from ledger.database.queries import Queries
from ledger.kernel.accounts import AccountKind
from ledger.kernel.audit_chain import GENESIS, BadRow, Verdict, Verified, verify_rows
from ledger.kernel.balances import Side
from ledger.kernel.journal import Transfer, TransferKind
from ledger.store.rows import untrusted_transfer_of

PAGE_ROWS: Final = 2_000
_UNREADABLE: Final = (TypeError, ValueError, OverflowError, AttributeError)  # what a damaged record makes of a value
_SIGNS: Final = {kind.value: 1 if kind.normal_side is Side.CREDIT else -1 for kind in AccountKind}

Progress: TypeAlias = Callable[[int, int], None]  # rows seen, rows there are


async def verify(
    database: Database, heads: Mapping[int, bytes] | None = None, progress: Progress | None = None
) -> Verdict:
    """Prove all of it, or name the first bad row and why. ``heads`` were read with ``HeadsFile.read``."""
    queries = Queries.load("ledger.store", "sql/queries.sql", database.dialect)
    replay = _Replay(heads or {})
    bad = await _walk(database, queries, replay, progress)
    if bad is not None:
        return bad
    async with database.snapshot() as snapshot:
        bad = await _walk(snapshot, queries, replay, progress)
        bad = bad or replay.lost_tail() or await _accounts(snapshot, queries, replay)
        return bad or await _refunds(snapshot, queries, replay) or replay.verdict()


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


class _Replay:
    """The books computed anew, row by row: three numbers an account, by account number."""

    def __init__(self, heads: Mapping[int, bytes]) -> None:
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
        return None

    def page(self, rows: Sequence[Row]) -> BadRow | None:
        """Take the next rows, in order. What cannot be read raises, before anything is taken."""
        if not rows:
            return BadRow(self.seq + 1, f"row {self.seq + 1} is missing: nothing comes after {self.seq}")
        split = [tuple(row) for row in rows]
        transfers = [untrusted_transfer_of(row[:-3]) for row in split]
        until = transfers[-1].seq
        heads = {seq: hash_ for seq, hash_ in self._heads.items() if self.seq < seq <= until}
        verdict = verify_rows(transfers, heads, self.seq, self.hash)
        good = verdict.seq - 1 if isinstance(verdict, BadRow) else until
        for transfer, (*_, debit_no, credit_no, one_currency) in zip(transfers, split, strict=True):
            if transfer.seq > good:
                break
            bad = self._post(transfer, debit_no, credit_no, one_currency=one_currency == 1)
            if bad is not None:
                return bad
        if isinstance(verdict, BadRow):
            return verdict
        self.seq, self.hash = verdict.head_seq, verdict.head_hash
        return None

    def _post(self, row: Transfer, debit_no: int, credit_no: int, *, one_currency: bool) -> BadRow | None:
        last = self._last
        if not (0 < debit_no < len(last) and 0 < credit_no < len(last)):
            return BadRow(row.seq, "it names an account that was not there")
        if not one_currency:
            return BadRow(row.seq, "its currency is not that of both its accounts")
        if row.debit_previous != last[debit_no] or row.credit_previous != last[credit_no]:
            return BadRow(row.seq, "it does not point to the previous row of its accounts")
        last[debit_no] = last[credit_no] = row.seq
        try:
            self._debits[debit_no] += row.amount_minor
            self._credits[credit_no] += row.amount_minor
        except OverflowError:
            return BadRow(row.seq, "a total would not fit a BIGINT")
        if row.kind == TransferKind.REFUND and row.related is not None:
            self.refunded[row.related] += row.amount_minor
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
        return None

    def lost_tail(self) -> BadRow | None:
        """A signed head beyond the last row."""
        verdict = verify_rows((), {seq: hash_ for seq, hash_ in self._heads.items() if seq > self.seq}, self.seq)
        return verdict if isinstance(verdict, BadRow) else None

    def verdict(self) -> Verified:
        """Nothing is wrong."""
        return Verified(self.seq, self.seq, self.hash)
