"""What a reader is shown: values, made from committed rows. Nothing here can move money."""

from dataclasses import dataclass

from ledger.database.port import Row
from ledger.kernel.accounts import AccountKind, AccountState
from ledger.kernel.balances import Side
from ledger.kernel.ids import AccountId, EntryId, Id, PaymentId
from ledger.kernel.instants import Instant, from_micros
from ledger.kernel.journal import TransferKind
from ledger.kernel.money import Money
from ledger.store.rows import cause_of


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """An account's money now."""

    account_id: AccountId
    posted: Money
    held: Money
    available: Money


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of a transfer, as the account's history shows it."""

    seq: int
    kind: TransferKind
    cause: Id
    side: Side
    incoming: bool  # it raised what the account has
    other_account_id: AccountId
    amount: Money
    reference: str
    at: Instant
    related: PaymentId | None  # the payment that a refund gives back


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Postings, newest first. ``next_cursor`` goes in as ``before`` for the next page; ``None`` at the end."""

    postings: tuple[Posting, ...]
    next_cursor: int | None


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """A captured payment and what became of it."""

    payment_id: PaymentId
    seq: int
    entry_id: EntryId
    payer: AccountId
    payee: AccountId
    amount: Money
    refunded: Money
    note_digest: bytes | None
    reference: str
    captured_at: Instant

    @property
    def refundable(self) -> Money:
        """What may still be given back."""
        return self.amount - self.refunded


@dataclass(frozen=True, slots=True)
class TrialLine:
    """All accounts of one kind and currency, added up; minor units."""

    kind: AccountKind
    currency: str
    accounts: int
    posted_debits: int
    posted_credits: int
    held: int


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every kind of account. Books balance when, in each currency, debits and credits are the same."""

    lines: tuple[TrialLine, ...]

    @property
    def differences(self) -> dict[str, int]:
        """Debits less credits of each currency, in minor units: all zero, or something is very wrong."""
        differences: dict[str, int] = {}
        for line in self.lines:
            less = line.posted_debits - line.posted_credits
            differences[line.currency] = differences.get(line.currency, 0) + less
        return differences

    @property
    def balanced(self) -> bool:
        """Whether every difference is zero."""
        return not any(self.differences.values())


def posting_of(row: Row, account: AccountState) -> Posting:
    """A row of ``history_page`` as the account sees it."""
    side = Side.DEBIT if row["debited"] else Side.CREDIT
    kind = TransferKind(row["kind"])
    related = None if row["related"] is None else PaymentId(row["related"])
    return Posting(
        row["seq"], kind, cause_of(kind, row["cause"]), side, side is account.kind.normal_side,
        AccountId(row["other_account"]), Money(row["amount_minor"], row["currency"]), row["reference"],
        from_micros(row["at"]), related,
    )  # fmt: skip
