"""An account's statement for a stretch of time: exact balances, from the newest row backwards, in flat memory.

There is no index to jump by (docs/decisions/history-by-pointer.md). One walk back from the newest row finds where the
period ends and begins and adds up what moved; only the first row of each page is remembered. A second walk gives the
lines from the oldest on, with the balance after each.

A row belongs to the period in which it stands in the journal, so that one statement begins exactly where the one before
it ended, even where the clock was set back in between and a row bears a time of the day before.
"""

from array import array
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from ledger.database.port import Database, Values
from ledger.database.queries import Queries
from ledger.desk.views import Posting, posting_of
from ledger.kernel.accounts import AccountState
from ledger.kernel.balances import Side
from ledger.kernel.ids import AccountId
from ledger.kernel.instants import Instant, to_micros
from ledger.kernel.money import Money

STATEMENT_PAGE_ROWS: Final = 250  # lines at once: their names, notes and text take some milliseconds of the event loop
WALKED_AT_ONCE: Final = 1_000  # rows of which only time and amount are read: enough to make a hop cheap


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
    """More rows would have to be walked than was allowed."""


@dataclass(slots=True)
class _Walk:
    """The sums of the first walk, in minor units on the account's normal side."""

    closing: int
    money_in: int = 0
    money_out: int = 0
    count: int = 0
    began: bool = False
    pages: "array[int]" = field(default_factory=lambda: array("q"))

    def take(self, seq: int, raised: int) -> None:
        """A row of the period."""
        self.began = True
        if self.count % STATEMENT_PAGE_ROWS == 0:
            self.pages.append(seq)
        self.count += 1
        if raised > 0:
            self.money_in += raised
        else:
            self.money_out -= raised


class StatementReader:
    """Reads statements. Rows never change, so a walk needs no snapshot beyond the account's state it began with."""

    def __init__(self, database: Database, queries: Queries) -> None:
        self._database = database
        self._queries = queries

    async def read(self, account: AccountState, begins_at: Instant, ends_at: Instant, most: int | None) -> Statement:
        """The sums of a period. ``TooLongWalkError`` when it takes more than ``most`` rows to come to its beginning."""
        begins, ends = to_micros(begins_at), to_micros(ends_at)
        walk, walked, seq = _Walk(account.posted), 0, account.last_seq
        sign = 1 if account.kind.normal_side is Side.CREDIT else -1
        while seq:
            at: Values = {"start": seq, "account_no": account.account_no, "limit": WALKED_AT_ONCE}
            for row in await self._database.all(self._queries["walk_back"], at):
                if not walk.began and row["at"] >= ends:
                    walk.closing -= row["credited"] * sign
                elif row["at"] >= begins:
                    walk.take(row["seq"], row["credited"] * sign)
                else:
                    return _statement(account, begins_at, ends_at, walk)
                walked, seq = walked + 1, row["previous_seq"]
            if most is not None and walked >= most and seq:
                raise TooLongWalkError
        return _statement(account, begins_at, ends_at, walk)

    async def skip_later(self, account: AccountState, at: Instant, most: int) -> int | None:
        """The row behind which all is older than ``at``, or the last of ``most``; ``None`` when all is older."""
        until, walked, seq, last = to_micros(at), 0, account.last_seq, None
        while seq and walked < most:
            values: Values = {"start": seq, "account_no": account.account_no, "limit": WALKED_AT_ONCE}
            for row in await self._database.all(self._queries["walk_back"], values):
                if row["at"] < until:
                    return last
                walked, seq, last = walked + 1, row["previous_seq"], int(row["seq"])
        return last

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


def _statement(account: AccountState, begins_at: Instant, ends_at: Instant, walk: _Walk) -> Statement:
    def money(minor_units: int) -> Money:
        return Money(minor_units, account.currency)

    opening = walk.closing - walk.money_in + walk.money_out
    return Statement(
        account.account_id, begins_at, ends_at, money(opening), money(walk.money_in), money(walk.money_out),
        money(walk.closing), walk.count, walk.pages, account,
    )  # fmt: skip
