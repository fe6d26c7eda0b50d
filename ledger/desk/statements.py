"""An account's statement for a stretch of time: exact balances at any depth, from what lies in the period alone.

The place of a moment in the journal is found by halving. From there the account's next milestone (what it had received
and paid in all when one row of 64 was written) is a short walk away, so no period costs more than its own rows,
whatever came before and since (docs/decisions/milestones.md). One walk back through the period adds up what moved; only
the first row of each page is remembered. A second walk gives the lines from the oldest on, with the balance after each.

A row belongs to the period in which it stands in the journal, so that one statement begins exactly where the one before
it ended, even where the clock was set back in between and a row bears a time of the day before.
"""

from array import array
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from ledger.database.port import Database, Row, Values
from ledger.database.queries import Queries
from ledger.desk.views import Posting, posting_of
from ledger.kernel.accounts import AccountState
from ledger.kernel.balances import Side
from ledger.kernel.ids import AccountId
from ledger.kernel.instants import Instant, to_micros
from ledger.kernel.money import Money

STATEMENT_PAGE_ROWS: Final = 250  # lines at once: their names, notes and text take some milliseconds of the event loop
WALKED_AT_ONCE: Final = 1_000  # rows of which only the amount is read: enough to make a hop cheap
WALKED_NEAR: Final = 128  # rows to a milestone: half of all are within 45, two of a hundred beyond 250


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A posting, and what the account held after it."""

    posting: Posting
    balance: Money


@dataclass(frozen=True, slots=True)
class Statement:
    """What moved from ``begins_at`` up to, and without, ``ends_at``. The lines are read with ``lines``."""

    account_id: AccountId
    begins_at: Instant
    ends_at: Instant
    opening: Money
    money_in: Money
    money_out: Money
    closing: Money
    count: int
    pages: "array[int]" = field(repr=False)  # the newest row of each page, newest page first
    account: AccountState = field(repr=False)


class TooLongWalkError(Exception):
    """A period has more rows than may be walked."""


@dataclass(slots=True)
class _Walk:
    """The sums of the first walk, in minor units on the account's normal side."""

    closing: int
    money_in: int = 0
    money_out: int = 0
    count: int = 0
    pages: "array[int]" = field(default_factory=lambda: array("q"))

    def take(self, seq: int, raised: int) -> None:
        """A row of the period."""
        if self.count % STATEMENT_PAGE_ROWS == 0:
            self.pages.append(seq)
        self.count += 1
        if raised > 0:
            self.money_in += raised
        else:
            self.money_out -= raised


class StatementReader:
    """Reads statements. Rows and milestones never change, so a walk needs no snapshot beyond the account's state."""

    def __init__(self, database: Database, queries: Queries) -> None:
        self._database = database
        self._queries = queries

    async def read(self, account: AccountState, begins_at: Instant, ends_at: Instant, most: int | None) -> Statement:
        """The sums of a period. ``TooLongWalkError`` when it has more than ``most`` rows."""
        begins, ends = await self._place(begins_at), await self._place(ends_at)
        seq, closing = await self._standing(account, ends)
        walk, sign = _Walk(closing), _sign_of(account)
        while seq > begins:
            for row in await self._walk(account, seq, begins, WALKED_AT_ONCE):
                walk.take(row["seq"], row["credited"] * sign)
                seq = row["previous_seq"]
            if most is not None and walk.count >= most and seq > begins:
                raise TooLongWalkError
        return _statement(account, begins_at, ends_at, walk)

    async def skip_later(self, account: AccountState, at: Instant) -> int | None:
        """The oldest row of the account that stands after ``at`` in the journal; ``None`` when there is none."""
        place = await self._place(at)
        seq, _ = await self._from_milestone(account, place)
        last = None
        while seq > place:
            for row in await self._walk(account, seq, place, WALKED_NEAR):
                last, seq = int(row["seq"]), row["previous_seq"]
        return last

    async def _place(self, at: Instant) -> int:
        """The last row that is older than a moment; 0 when none is."""
        row = await self._database.one(self._queries["place_before"], {"until": to_micros(at)})
        return 0 if row is None else int(row["place"])

    async def _standing(self, account: AccountState, place: int) -> tuple[int, int]:
        """The account's newest row up to a place in the journal, and what it had after that, on its normal side."""
        seq, posted = await self._from_milestone(account, place)
        sign = _sign_of(account)
        while seq > place:
            for row in await self._walk(account, seq, place, WALKED_NEAR):
                posted -= row["credited"] * sign
                seq = row["previous_seq"]
        return seq, posted

    async def _from_milestone(self, account: AccountState, place: int) -> tuple[int, int]:
        """The account's first milestone after a place, or as it stands now, and what it had after that row."""
        at: Values = {"account_no": account.account_no, "after": place}
        mark = await self._database.one(self._queries["milestone_after"], at)
        if mark is None:
            return account.last_seq, account.posted
        return mark["seq"], (mark["posted_credits"] - mark["posted_debits"]) * _sign_of(account)

    async def _walk(self, account: AccountState, start: int, after: int, limit: int) -> list[Row]:
        at: Values = {"start": start, "after": after, "account_no": account.account_no, "limit": limit}
        return await self._database.all(self._queries["walk_back"], at)

    async def pages(self, statement: Statement) -> AsyncIterator[list[StatementLine]]:
        """The lines, oldest first, a page at a time."""
        account, balance = statement.account, statement.opening
        size = statement.count - STATEMENT_PAGE_ROWS * (len(statement.pages) - 1)  # the oldest page may be short
        for start in reversed(statement.pages):
            at: Values = {"start": start, "account_no": account.account_no, "limit": size}
            lines: list[StatementLine] = []
            for row in reversed(await self._database.all(self._queries["history_page"], at)):
                posting = posting_of(row, account)
                balance = balance + posting.amount if posting.incoming else balance - posting.amount
                lines.append(StatementLine(posting, balance))
            yield lines
            size = STATEMENT_PAGE_ROWS


def _sign_of(account: AccountState) -> int:
    """Of a credit: whether it raises what the account has."""
    return 1 if account.kind.normal_side is Side.CREDIT else -1


def _statement(account: AccountState, begins_at: Instant, ends_at: Instant, walk: _Walk) -> Statement:
    def money(minor_units: int) -> Money:
        return Money(minor_units, account.currency)

    opening = walk.closing - walk.money_in + walk.money_out
    return Statement(
        account.account_id, begins_at, ends_at, money(opening), money(walk.money_in), money(walk.money_out),
        money(walk.closing), walk.count, walk.pages, account,
    )  # fmt: skip
