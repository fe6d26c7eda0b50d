"""What the books keep of payments beside the money, computed anew from the rows: what limits are judged by.

Day counters, who has paid whom, when an account first paid and how much in its first hours. A row's business day is
told by its reference, which its hash covers, so no zone need be known. Memory grows with the pairs who ever paid each
other and with the days on which an account paid: about 130 bytes each.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final, TypeAlias

from ledger.database.port import Row
from ledger.kernel.instants import EPOCH, BusinessDay
from ledger.kernel.references import reference_prefix

Windows: TypeAlias = Sequence[tuple[int, int]]  # from when, and how long an account is new; microseconds, oldest first

KEY_BITS: Final = 40  # of an account's number in a key: 2^40 accounts are more than there are people. Also in the SQL.
_BELOW: Final = (1 << KEY_BITS) - 1
_DAY: Final = 86_400_000_000  # microseconds
_COUNT: Final = 1 << 64  # a day's payments are counted above what they add up to, in one number


class PaidOut:
    """The replay of payments. ``windows`` are the policy's; without them what was paid while new is not judged.

    With them, it is judged of accounts that are new still: of others it limits nothing any more, and a policy that was
    replaced since must not make old books look wrong.
    """

    def __init__(self, windows: Windows | None) -> None:
        self._windows = windows
        self._days: dict[int, int] = {}  # day and account → count and sum
        self._pairs: dict[int, int] = {}  # payer and payee → first paid at
        self._first_at = array("q", [0])
        self._while_new = array("q", [0])
        self._latest_at = 0
        self._compared = 0
        self._days_seen: dict[tuple[str, int], int | None] = {}

    def make_room(self, accounts: int) -> None:
        """For accounts numbered up to here."""
        for figures in (self._first_at, self._while_new):
            figures.extend([0] * (accounts + 1 - len(figures)))

    def take(self, rows: Iterable[tuple[Any, ...]]) -> int | None:
        """Count the payments in rows of ``rows_to_verify``. The row whose reference is of no day around its time."""
        days, know, first_at = self._days, self._pairs.setdefault, self._first_at
        before, prefix, today, window = -1, "", 0, 0  # rows of one batch share their moment and their day
        for row in rows:
            if row[2] != "payment":
                continue
            at, amount, reference, payer = row[4], row[7], row[10], row[16]
            if at != before or reference[:4] != prefix:
                before, prefix = at, reference[:4]
                day = self._day_of(prefix, at // _DAY)
                if day is None:
                    return int(row[0])
                today, window = day << KEY_BITS, self._window_at(at)
            counted = today | payer
            days[counted] = days.get(counted, 0) + _COUNT + amount
            know(payer << KEY_BITS | row[17], at)
            first = first_at[payer]
            if not first:
                first = first_at[payer] = at
            if at < first + window:
                self._while_new[payer] += amount
        self._latest_at = max(self._latest_at, before)
        return None

    def _day_of(self, prefix: str, days: int) -> int | None:
        """The business day: somewhere in the world it is at most a day from that of Greenwich."""
        key = (prefix, days)
        if key in self._days_seen:
            return self._days_seen[key]
        here = EPOCH.date() + timedelta(days=days)
        near = (BusinessDay(here + timedelta(days=step)) for step in (0, 1, -1))
        found = next((day.number for day in near if reference_prefix(day) == prefix), None)
        self._days_seen[key] = found
        return found

    def _window_at(self, at: int) -> int:
        windows = self._windows or ()
        place = bisect_right(windows, at, key=lambda window: window[0])
        return windows[place - 1][1] if place else 0

    # ── compared with what is stored ─────────────────────────────────────────

    def wrong_account(self, row: Row) -> str | None:
        """What is wrong with what an account says of its first payment."""
        number, first = row["account_no"], self._first_at[row["account_no"]]
        if (row["first_payment_at"] or 0) != first:
            return f"{row['account_id']} did not pay first when it says"
        is_new = self._windows is not None and self._latest_at < first + self._window_at(self._latest_at)
        if is_new and row["first_day_spent"] != self._while_new[number]:
            return f"what {row['account_id']} says it paid while it was new is not what its rows add up to"
        return None

    def wrong_counter(self, rows: Sequence[Row]) -> tuple[int, str] | None:
        """The first account of which a day's counter is wrong, and how."""
        for counted, count, spent in rows:
            if self._days.pop(counted, 0) != count * _COUNT + spent:
                day, payer = BusinessDay.from_number(counted >> KEY_BITS).date, counted & _BELOW
                return (
                    payer,
                    f"what account number {payer} is said to have paid on {day} is not what its rows add up to",
                )
        return None

    def wrong_pair(self, rows: Sequence[Row]) -> tuple[int, str] | None:
        """The first payer who is said to have paid somebody before and did not, or not then."""
        stored: dict[int, int] = dict(rows)  # type: ignore[arg-type]  # each row has two columns
        self._compared += len(rows)
        if stored.items() <= self._pairs.items():
            return None
        payer, payee = next(divmod(pair, 1 << KEY_BITS) for pair, at in stored.items() if self._pairs.get(pair) != at)
        return payer, f"account number {payer} did not first pay account number {payee} when it is said"

    def missing_counter(self) -> tuple[int, str] | None:
        """A payer without a counter for a day on which they paid; after all that are stored were compared."""
        if not self._days:
            return None
        payer = next(iter(self._days)) & _BELOW
        return payer, f"no counter is stored for a day on which account number {payer} paid"

    @property
    def pairs_are_missing(self) -> bool:
        """Whether fewer pairs are stored than paid each other; after all that are stored were compared."""
        return self._compared != len(self._pairs)

    def missing_pair(self, known: set[int]) -> tuple[int, str]:
        """Somebody who paid and is said never to have. ``known`` is every pair that is stored."""
        payer, payee = divmod(next(iter(self._pairs.keys() - known)), 1 << KEY_BITS)
        return payer, f"account number {payer} paid account number {payee} and is said never to have"
