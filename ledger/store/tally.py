"""The books computed anew: stretch after stretch joined in order, and held against what is stored of the accounts.

A few numbers an account, by its number: 40 bytes, and 37 for its id and currency.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from ledger.database.port import Row
from ledger.kernel.accounts import AccountKind
from ledger.kernel.audit_chain import GENESIS, BadRow, Verified, verify_rows
from ledger.kernel.balances import Side
from ledger.kernel.ids import AccountId
from ledger.kernel.journal import Transfer, TransferKind
from ledger.kernel.money import MAX_MINOR_UNITS
from ledger.store.milestones import Milestones
from ledger.store.names import Names
from ledger.store.rows import entry_id_of
from ledger.store.runs import MOST_ACCOUNTS, Runs, first_of, sum_of
from ledger.store.stretch import Stretch, business_day_of

Windows: TypeAlias = Sequence[tuple[int, int]]  # from when, and how long an account is new; microseconds, oldest first

_DAY: Final = 86_400_000_000  # microseconds
_SIGNS: Final = {kind.value: 1 if kind.normal_side is Side.CREDIT else -1 for kind in AccountKind}


class Tally:
    """What all rows up to ``seq`` add up to. ``windows`` are the policy's; without them no account is new.

    With them, what an account paid while it was new is judged of accounts that are new still: of others it limits
    nothing any more, and a policy that was replaced since must not make old books look wrong.
    """

    def __init__(self, heads: Mapping[int, bytes], windows: Windows | None) -> None:
        self.heads = heads
        self.seq = 0
        self.hash = GENESIS
        self.refunded: dict[str, int] = {}
        self.days = Runs(sum_of)
        self.pairs = Runs(first_of)
        self._windows = windows
        self.names = Names()
        self.milestones = Milestones()
        self._latest_at = 0
        self._debits, self._credits, self._last, self._first_paid_at, self._while_new = (
            array("q", [0]) for _ in range(5)
        )

    @property
    def accounts(self) -> int:
        """For how many accounts there is room."""
        return len(self._last) - 1

    def close(self) -> None:
        """Drop what lies on disk."""
        self.days.close()
        self.pairs.close()

    def make_room(self, numbers: Row | None) -> BadRow | None:
        """Accounts are numbered from 1 without a gap and never deleted, so their count says how much room they take."""
        count, largest = (0, 0) if numbers is None else (int(numbers["accounts"]), int(numbers["largest"]))
        if largest != count:
            return BadRow(
                self.seq + 1, f"there are {count} accounts and the last is number {largest}: some are missing"
            )
        if count > MOST_ACCOUNTS:
            raise OverflowError(f"more than {MOST_ACCOUNTS} accounts cannot be audited at once")
        for figures in (self._debits, self._credits, self._last, self._first_paid_at, self._while_new):
            figures.frombytes(bytes(figures.itemsize * (count + 1 - len(figures))))
        self.milestones.make_room(count)
        return None

    # ── joining ──────────────────────────────────────────────────────────────

    def is_followed_by(self, stretch: Stretch) -> bool:
        """Whether it begins where all that is proved ends."""
        return (stretch.after, stretch.began_with) == (self.seq, self.hash)

    def join(self, stretch: Stretch) -> bool:
        """Go on by a stretch that follows; ``False`` when it does not, or as far as its rows are right."""
        if not self.is_followed_by(stretch):
            return False
        try:
            right = self._post(stretch)
        except OverflowError:  # a total that would not fit a BIGINT
            right = False
        if not right:
            return False
        for payment, given_back in stretch.refunded.items():
            self.refunded[payment] = self.refunded.get(payment, 0) + given_back
        self.days.add(stretch.days)
        self.pairs.add(stretch.pairs)
        self._latest_at = max(self._latest_at, stretch.latest_at)
        self.hash = stretch.hash
        return True

    def _post(self, stretch: Stretch) -> bool:
        """Move the money, row by row; ``seq`` is the last row that is right."""
        debits, credits_, last = self._debits, self._credits, self._last
        first_paid_at, while_new = self._first_paid_at, self._while_new
        before, window = 0, 0
        marked = iter(stretch.milestones)
        next_mark = next(marked, 0)
        for debit_no, credit_no, amount, debit_previous, credit_previous, paid_at in stretch.columns.rows():
            if last[debit_no] != debit_previous or last[credit_no] != credit_previous:
                return False
            debits[debit_no] += amount
            credits_[credit_no] += amount
            self.seq = last[debit_no] = last[credit_no] = seq = self.seq + 1
            if seq == next_mark:
                next_mark = next(marked, 0)
                for number in (debit_no, credit_no):
                    self.milestones.add(number, (seq, debits[number], credits_[number]))
            if paid_at:
                if paid_at != before:
                    before, window = paid_at, self._window_at(paid_at)
                first = first_paid_at[debit_no]
                if not first:
                    first = first_paid_at[debit_no] = paid_at
                if paid_at < first + window:
                    while_new[debit_no] += amount
        return True

    def _window_at(self, at: int) -> int:
        windows = self._windows or ()
        place = bisect_right(windows, at, key=lambda window: window[0])
        return windows[place - 1][1] if place else 0

    # ── naming ───────────────────────────────────────────────────────────────

    def bad_row(self, rows: Sequence[Row]) -> BadRow | None:
        """What is wrong with the first of these rows of ``rows_to_verify``, which should follow; ``None``: nothing."""
        if not rows:
            return BadRow(self.seq + 1, f"row {self.seq + 1} is missing: nothing comes after {self.seq}")
        row = rows[0]
        signed = {self.seq + 1: self.heads[self.seq + 1]} if self.seq + 1 in self.heads else {}
        if not (0 < row["debit_account_no"] < len(self._last) and 0 < row["credit_account_no"] < len(self._last)):
            return BadRow(self.seq + 1, "it names an account that was not there")
        verdict = verify_rows([self._transfer(row)], signed, self.seq, self.hash)
        if isinstance(verdict, BadRow):
            return verdict
        why = self._why_not(row)
        return BadRow(self.seq + 1, why) if why else None

    def _transfer(self, row: Row) -> Transfer:
        """The row as it lies there: what is wrong with it must not keep it from being judged."""
        (seq, entry_first_seq, kind, cause, at, amount, currency, note, reference, related, debit_previous,
         credit_previous, prev_hash, hash_, debit_no, credit_no) = row  # fmt: skip
        return Transfer(
            seq, entry_id_of(at, entry_first_seq), kind, cause, at, AccountId(self.names.id_of(debit_no)),
            AccountId(self.names.id_of(credit_no)), amount, currency, note, reference, related, debit_previous,
            credit_previous, prev_hash, hash_,
        )  # fmt: skip

    def _why_not(self, row: Row) -> str:
        amount, debit_no, credit_no = row["amount_minor"], row["debit_account_no"], row["credit_account_no"]
        if self.names.of((debit_no, credit_no), (row["currency"], row["currency"])) is None:
            return "its currency is not that of both its accounts"
        if (row["debit_previous"], row["credit_previous"]) != (self._last[debit_no], self._last[credit_no]):
            return "it does not point to the previous row of its accounts"
        if max(self._debits[debit_no], self._credits[credit_no]) + amount > MAX_MINOR_UNITS:
            return "a total would not fit a BIGINT"
        day = business_day_of(row["reference"][:4], row["at"] // _DAY)
        return "its reference is of another day" if row["kind"] == TransferKind.PAYMENT and day is None else ""

    def lost_tail(self) -> BadRow | None:
        """A signed head beyond the last row."""
        verdict = verify_rows((), {seq: hash_ for seq, hash_ in self.heads.items() if seq > self.seq}, self.seq)
        return verdict if isinstance(verdict, BadRow) else None

    def verdict(self) -> Verified:
        """Nothing is wrong."""
        return Verified(self.seq, self.seq, self.hash)

    def blame(self, account_no: int, why: str) -> BadRow:
        """The newest row of an account of which something is not as its rows say."""
        known = 0 < account_no < len(self._last)
        return BadRow((self._last[account_no] if known else 0) or self.seq, why)

    # ── accounts ─────────────────────────────────────────────────────────────

    def bad_account(self, rows: Iterable[Row]) -> BadRow | None:
        """The first of these accounts that is not where its rows leave it."""
        for row in rows:
            number, account_id = row["account_no"], row["account_id"]
            debits, credits_ = self._debits[number], self._credits[number]
            if (row["posted_debits"], row["posted_credits"]) != (debits, credits_):
                return self.blame(number, f"the balance of {account_id} is not what its rows add up to")
            if row["last_seq"] != self._last[number]:
                return self.blame(number, f"{account_id} does not point to its last row")
            if (credits_ - debits) * _SIGNS.get(row["kind"], 0) < row["held"]:
                return self.blame(number, f"{account_id} has less than nothing available")
            first = self._first_paid_at[number]
            if (row["first_payment_at"] or 0) != first:
                return self.blame(number, f"{account_id} did not pay first when it says")
            if row["first_day_spent"] != self._while_new[number] and self._is_new(first):
                return self.blame(
                    number, f"what {account_id} says it paid while it was new is not what its rows add up to"
                )
        return None

    def _is_new(self, first_paid_at: int) -> bool:
        return self._windows is not None and self._latest_at < first_paid_at + self._window_at(self._latest_at)
