"""What limits are judged by, as stored, held against what the rows add up to: day counters, and who first paid whom.

Both tables are read once in the order of their keys, a page at a time, beside the runs that the journal left
(``ledger.store.runs``); so memory stays flat however many there are.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from ledger.database.port import Database, Reader, Row, Values
from ledger.database.queries import Queries
from ledger.kernel.instants import BusinessDay
from ledger.store.runs import BELOW, FIRST_KEY, KEY_BITS, LAST_KEY, Found, Join, Kept, Runs, first_of, sum_of

PAGE_ROWS: Final = 10_000
BEFORE_ALL: Final = -(1 << 63)  # a BIGINT: numbers below nothing, that no account has, are looked at too
IMPOSSIBLE: Final = -1  # the key that the SQL gives to numbers no account has


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the two tables: its queries and how its runs are joined."""

    page: str
    one: str
    join: Join


DAYS: Final = Figure("day_counters_after", "day_counter_at", sum_of)
PAIRS: Final = Figure("known_payees_after", "known_payee_at", first_of)


@dataclass(frozen=True, slots=True)
class Differing:
    """A key under which something else is stored than the rows say. ``stored``: whether anything is."""

    key: int
    stored: bool


async def differing(  # noqa: PLR0917 - what with what, and between which keys
    reader: Reader | Database,
    queries: Queries,
    figure: Figure,
    runs: Runs,
    after: int = FIRST_KEY,
    until: int = LAST_KEY,
) -> AsyncIterator[Differing]:
    """Every key after ``after`` up to ``until`` under which the table and the rows differ, in order."""
    while after < until:
        first, second = (BEFORE_ALL, BEFORE_ALL) if after == FIRST_KEY else divmod(after, 1 << KEY_BITS)
        values: Values = {"first": first, "second": second, "limit": PAGE_ROWS}
        rows = await reader.all(queries[figure.page], values)
        stored = _stored(rows)
        last = next(iter(rows[-1])) if len(rows) == PAGE_ROWS else until
        if IMPOSSIBLE in stored or len(stored) != len(rows):
            yield Differing(IMPOSSIBLE, stored=True)
            return
        if last > until or len(rows) < PAGE_ROWS:
            last = until
            stored = {key: value for key, value in stored.items() if key <= until}
        found = runs.between(after, last)
        if stored != found:
            for key in sorted(key for key in stored.keys() | found.keys() if stored.get(key) != found.get(key)):
                yield Differing(key, key in stored)
        after = last


async def stored_at(reader: Reader | Database, queries: Queries, figure: Figure, key: int) -> Kept | None:
    """What the table holds under a key."""
    first, second = divmod(key, 1 << KEY_BITS)
    rows = await reader.all(queries[figure.one], {"first": first, "second": second})
    return _stored(rows).get(key)


def _stored(rows: "list[Row]") -> Found:
    """Rows as the runs have them: of one figure the number, of two a tuple."""
    if rows and len(tuple(rows[0])) == 2:  # noqa: PLR2004 - a key and one figure
        return dict(rows)  # type: ignore[arg-type]  # each row has two columns
    return {key: (count, spent) for key, count, spent in rows}


def wrong_day(differing: Differing) -> tuple[int, str]:
    """The account of a day's counter that is wrong, and how."""
    number, payer = differing.key >> KEY_BITS, differing.key & BELOW
    if differing.key == IMPOSSIBLE:
        return 0, "a day's counter names an account that cannot be"
    if not differing.stored:
        return payer, f"no counter is stored for a day on which account number {payer} paid"
    day = BusinessDay.from_number(number).date
    return payer, f"what account number {payer} is said to have paid on {day} is not what its rows add up to"


def wrong_pair(differing: Differing) -> tuple[int, str]:
    """The payer of a pair that is wrong, and how."""
    payer, payee = differing.key >> KEY_BITS, differing.key & BELOW
    if differing.key == IMPOSSIBLE:
        return 0, "somebody is said to have paid an account that cannot be"
    if not differing.stored:
        return payer, f"account number {payer} paid account number {payee} and is said never to have"
    return payer, f"account number {payer} did not first pay account number {payee} when it is said"
