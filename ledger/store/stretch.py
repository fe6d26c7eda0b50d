"""A stretch of the journal, computed anew by somebody who has seen no row before it.

Every row is hashed and must follow the one before. What only somebody can judge who has seen everything before it (does
a row point to the previous row of its accounts, what do they hold after it) is handed on, a column of numbers each, to
``ledger.store.tally``. So stretches can be hashed by several processes at once, in any order, and joined in order.

Whether a row is right is all that is said here. Why it is not is said of one row, by whoever knows all before it.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from hashlib import sha256
from itertools import starmap
from struct import pack
from typing import Final

from ledger.database.port import Row
from ledger.kernel.audit_chain import HASH_BYTES, MILESTONES_BELOW, canonical_bytes
from ledger.kernel.ids import EntryId
from ledger.kernel.instants import EPOCH, BusinessDay
from ledger.kernel.journal import TransferKind
from ledger.kernel.references import reference_prefix
from ledger.store.names import Names
from ledger.store.runs import KEY_BITS, Run

_PAYMENT: Final = TransferKind.PAYMENT.value
_REFUND: Final = TransferKind.REFUND.value
_DAY: Final = 86_400_000_000  # microseconds
_VARIANT: Final = 1 << 63  # RFC 9562, section 5.7, as in ledger.kernel.ids
_COUNT: Final = 1 << 64  # a day's payments are counted above what they add up to, in one number
_SUM: Final = _COUNT - 1


class NotProvedError(Exception):
    """Something about a row is not as it must be."""


def _numbers() -> "array[int]":
    return array("q")


@dataclass(frozen=True, slots=True)
class Columns:
    """What a stretch hands on of its rows, in their order."""

    debit_nos: "array[int]" = field(default_factory=_numbers)
    credit_nos: "array[int]" = field(default_factory=_numbers)
    amounts: "array[int]" = field(default_factory=_numbers)
    debit_previous: "array[int]" = field(default_factory=_numbers)
    credit_previous: "array[int]" = field(default_factory=_numbers)
    paid_at: "array[int]" = field(default_factory=_numbers)  # of a payment when it was, of any other row 0

    def extend(self, *values: Iterable[int]) -> None:
        """The same columns of the next rows."""
        for column, more in zip(self._all(), values, strict=True):
            column.extend(more)

    def rows(self) -> Iterator[tuple[int, ...]]:
        """Row by row."""
        return zip(*self._all(), strict=True)

    def _all(self) -> "tuple[array[int], ...]":
        return (
            self.debit_nos, self.credit_nos, self.amounts, self.debit_previous, self.credit_previous, self.paid_at
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stretch:
    """The rows after ``after`` up to ``up_to``: each follows the one before, if row ``after`` has ``began_with``."""

    after: int
    up_to: int
    began_with: bytes
    hash: bytes
    latest_at: int
    columns: "Columns"
    milestones: list[int]  # the rows that are some
    refunded: dict[str, int]  # by the payment that refunds name
    days: Run
    pairs: Run


class StretchReader:
    """Takes the rows of a stretch, page by page. ``NotProvedError`` when one is not right; it is useless then."""

    def __init__(self, after: int, began_with: bytes, heads: Mapping[int, bytes], names: Names) -> None:
        self._after, self._began_with = after, began_with
        self.seq, self._hash = after, began_with
        self._heads, self._names = heads, names
        self._latest_at = 0
        self._columns = Columns()
        self._milestones: list[int] = []
        self._refunded: dict[str, int] = {}
        self._days: dict[int, int] = {}  # day and payer → count and sum
        self._pairs: dict[int, int] = {}  # payer and payee → first paid at

    def take(self, rows: Sequence[Row]) -> None:
        """The next rows of ``rows_to_verify``. A column at a time where it can be: every row there is passes here."""
        (seqs, entry_first_seqs, kinds, causes, ats, amounts, currencies, notes, references, related, debit_previous,
         credit_previous, prev_hashes, hashes, debit_nos, credit_nos) = zip(*rows, strict=True)  # fmt: skip
        names = self._names
        debits, credits_ = names.of(debit_nos, currencies), names.of(credit_nos, currencies)
        if (
            seqs != tuple(range(self.seq + 1, self.seq + 1 + len(seqs)))
            or prev_hashes != (self._hash, *hashes[:-1])
            or debits is None
            or credits_ is None
            or min(amounts) <= 0
            or "" in related
            or not {len(note) for note in notes if note is not None} <= {HASH_BYTES}
            or any(map(int.__eq__, debit_nos, credit_nos))
        ):
            raise NotProvedError
        contents = zip(
            seqs, _entry_ids(ats, entry_first_seqs), kinds, causes, ats, debits, credits_, amounts, currencies, notes,
            references, [payment or "" for payment in related], debit_previous, credit_previous, strict=True,
        )  # fmt: skip
        computed = [
            sha256(previous + content).digest()
            for previous, content in zip(prev_hashes, starmap(canonical_bytes, contents), strict=True)
        ]
        if tuple(computed) != hashes:
            raise NotProvedError
        self._hold_to_heads(seqs, hashes)
        self._count(kinds, ats, amounts, references, related, debit_nos, credit_nos)
        self._milestones += [seq for seq, hash_ in zip(seqs, hashes, strict=True) if hash_[0] < MILESTONES_BELOW]
        paid_at = ats if kinds == (_PAYMENT,) * len(kinds) else map(_paid_at, kinds, ats)
        self._columns.extend(debit_nos, credit_nos, amounts, debit_previous, credit_previous, paid_at)
        self.seq, self._hash, self._latest_at = seqs[-1], hashes[-1], max(self._latest_at, *ats)

    def _hold_to_heads(self, seqs: tuple[int, ...], hashes: tuple[bytes, ...]) -> None:
        for seq, hash_ in self._heads.items():
            if seqs[0] <= seq <= seqs[-1] and hashes[seq - seqs[0]] != hash_:
                raise NotProvedError

    def _count(  # noqa: PLR0917 - the columns that payments and refunds are counted by
        self,
        kinds: tuple[str, ...],
        ats: tuple[int, ...],
        amounts: tuple[int, ...],
        references: tuple[str, ...],
        related: tuple[str | None, ...],
        payers: tuple[int, ...],
        payees: tuple[int, ...],
    ) -> None:
        """What limits are judged by, and what was given back."""
        days, know, refunded = self._days, self._pairs.setdefault, self._refunded
        before, prefix, today = None, "", 0  # rows of one batch share their moment and their day
        for kind, at, amount, reference, payment, payer, payee in zip(
            kinds, ats, amounts, references, related, payers, payees, strict=True
        ):
            if kind == _PAYMENT:
                if at != before or reference[:4] != prefix:
                    before, prefix = at, reference[:4]
                    day = business_day_of(prefix, at // _DAY)
                    if day is None:
                        raise NotProvedError
                    today = day << KEY_BITS
                counted = today | payer
                days[counted] = days.get(counted, 0) + _COUNT + amount
                know(payer << KEY_BITS | payee, at)
            elif kind == _REFUND and payment is not None:
                refunded[payment] = refunded.get(payment, 0) + amount

    def done(self) -> Stretch:
        """All that was taken. ``OverflowError`` where a total would not fit a BIGINT."""
        days, pairs = sorted(self._days), sorted(self._pairs)
        totals = list(map(self._days.__getitem__, days))
        counts, sums = array("q", [total >> 64 for total in totals]), array("q", [total & _SUM for total in totals])
        first_paid_at = array("q", map(self._pairs.__getitem__, pairs))
        return Stretch(
            self._after, self.seq, self._began_with, self._hash, self._latest_at, self._columns, self._milestones,
            self._refunded, Run(array("q", days), (counts, sums)), Run(array("q", pairs), (first_paid_at,)),
        )  # fmt: skip


def _entry_ids(ats: Sequence[int], entry_first_seqs: Sequence[int]) -> list[str]:
    """The ids of entries, as ``EntryId.of`` gives them, without an object each: every row there is passes here."""
    digits = pack(f">{len(ats)}Q", *map(_VARIANT.__or__, entry_first_seqs)).hex()
    before, prefix = None, ""
    ids: list[str] = []
    for at, place in zip(ats, range(0, len(digits), 16), strict=True):
        if at != before:
            before, prefix = at, EntryId.prefix_at(at)
        ids.append(prefix + digits[place : place + 16])
    return ids


def _paid_at(kind: str, at: int) -> int:
    return at if kind == _PAYMENT else 0


@cache
def business_day_of(prefix: str, days: int) -> int | None:
    """The number of the business day whose references begin so, if it is one around so many days since 1970-01-01.

    Somewhere in the world it is at most a day from that of Greenwich.
    """
    here = EPOCH.date() + timedelta(days=days)
    near = (BusinessDay(here + timedelta(days=step)) for step in (0, 1, -1))
    return next((day.number for day in near if reference_prefix(day) == prefix), None)
