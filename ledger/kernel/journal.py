"""The journal: transfers of one debit and one credit, chained, grouped into entries. Rows are never changed.

Posting is the one place where money moves: it takes the next sequence number, links the row to both accounts' previous
rows (history without an index) and to the chain, and raises both totals. The rules of *whether* live in
``ledger.plans``; here only what would break the books is refused, with ``InvariantError``.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final, NamedTuple, Self

from ledger.kernel.accounts import AccountKind, AccountState
from ledger.kernel.audit_chain import GENESIS, canonical_bytes
from ledger.kernel.errors import InvariantError
from ledger.kernel.ids import AccountId, EntryId, Id
from ledger.kernel.moments import Moment
from ledger.kernel.money import MAX_MINOR_UNITS
from ledger.kernel.references import reference_of

_new_row: Final = tuple.__new__  # what the class itself calls in the end; every payment makes one
_WALLET: Final = AccountKind.WALLET  # the one kind whose normal side is credit: a debit takes from it


class TransferKind(StrEnum):
    """Why money moved. The kind also says which id the cause is."""

    PAYMENT = "payment"  # cause: pay_…
    REFUND = "refund"  # cause: rfd_…; related: the payment it gives back
    FUNDING = "funding"  # cause: fnd_…


class Transfer(NamedTuple):
    """One row of the journal: an amount, debited to one account and credited to another. Immutable, in column order.

    ``debit_previous`` and ``credit_previous`` are the sequence numbers of each account's row before this one (0: none).
    """

    seq: int  # without gaps, from 1
    entry_id: EntryId
    kind: TransferKind
    cause: Id
    at: int  # microseconds since 1970-01-01 UTC
    debit_account: AccountId
    credit_account: AccountId
    amount_minor: int
    currency: str
    note_digest: bytes | None
    reference: str
    related: Id | None
    debit_previous: int
    credit_previous: int
    prev_hash: bytes
    hash: bytes


@dataclass(slots=True)
class Head:
    """The growing end of the journal: the last sequence number and its hash. Read again at the start of every batch."""

    seq: int = 0
    hash: bytes = GENESIS


def post_transfer(  # noqa: PLR0917 - by position, since every payment passes
    head: Head,
    moment: Moment,
    kind: TransferKind,
    cause: Id,
    debit: AccountState,
    credit: AccountState,
    amount_minor: int,
    *,
    note_digest: bytes | None = None,
    related: Id | None = None,
    entry_id: EntryId | None = None,
) -> Transfer:
    """Move an amount and give the row to write. ``entry_id`` joins the row to an entry already begun.

    ``InvariantError`` before anything changed when the books would stop balancing.
    """
    _refuse_to_break_the_books(debit, credit, amount_minor)
    seq = head.seq + 1
    entry = EntryId.of(moment.entry_prefix, seq) if entry_id is None else entry_id
    reference = reference_of(seq, moment.reference_prefix)
    content = canonical_bytes(
        seq, entry, kind, cause, moment.micros, debit.account_id, credit.account_id, amount_minor, debit.currency,
        note_digest, reference, related or "", debit.last_seq, credit.last_seq,
    )  # fmt: skip
    digest = sha256(head.hash + content).digest()  # chain_hash, without the call: every payment passes here
    row = _new_row(Transfer, (
        seq, entry, kind, cause, moment.micros, debit.account_id, credit.account_id, amount_minor, debit.currency,
        note_digest, reference, related, debit.last_seq, credit.last_seq, head.hash, digest,
    ))  # fmt: skip
    head.seq, head.hash = seq, digest
    debit.posted_debits += amount_minor
    credit.posted_credits += amount_minor
    debit.last_seq = credit.last_seq = seq
    return row


def _refuse_to_break_the_books(debit: AccountState, credit: AccountState, amount_minor: int) -> None:
    """What no plan may ask for: it would be a fault of ours, so it stops everybody."""
    if amount_minor <= 0:
        raise InvariantError("a transfer moves a positive amount")
    if debit.account_id == credit.account_id:
        raise InvariantError("a transfer has two accounts")
    if debit.currency != credit.currency:
        raise InvariantError("a transfer has one currency")
    if debit.posted_debits + amount_minor > MAX_MINOR_UNITS or credit.posted_credits + amount_minor > MAX_MINOR_UNITS:
        raise InvariantError("a total would not fit a BIGINT")
    if debit.kind is _WALLET and amount_minor > debit.available:
        raise InvariantError("available would be negative")
    if credit.kind is not _WALLET and amount_minor > credit.available:
        raise InvariantError("available would be negative")


def totals(rows: Iterable[Transfer]) -> dict[AccountId, tuple[int, int]]:
    """Replay a journal: each account's posted debits and credits, in minor units. Memory grows with the accounts."""
    debited: Counter[AccountId] = Counter()
    credited: Counter[AccountId] = Counter()
    for row in rows:
        debited[row.debit_account] += row.amount_minor
        credited[row.credit_account] += row.amount_minor
    return {account: (debited[account], credited[account]) for account in debited.keys() | credited.keys()}


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """The transfers of one cause, all or nothing. ``ValueError`` when they are not one entry."""

    transfers: tuple[Transfer, ...]

    def __post_init__(self) -> None:
        first = self.transfers[0] if self.transfers else None
        if first is None:
            raise ValueError("an entry has at least one transfer")
        for place, row in enumerate(self.transfers):
            if (row.entry_id, row.cause, row.at) != (first.entry_id, first.cause, first.at):
                raise ValueError("the transfers of an entry share its id, its cause and its time")
            if row.seq != first.seq + place:
                raise ValueError("the transfers of an entry follow each other")

    @classmethod
    def of(cls, *transfers: Transfer) -> Self:
        """The entry of these transfers."""
        return cls(transfers)

    @property
    def entry_id(self) -> EntryId:
        """The id its transfers share."""
        return self.transfers[0].entry_id

    @property
    def cause(self) -> Id:
        """The asker's id of what happened."""
        return self.transfers[0].cause
