"""Rows of the database as the kernel's values, and back. It knows the order of columns and nothing else."""

from collections.abc import Iterable, Mapping
from typing import Final, cast

from ledger.database.migrate import MigrationSet
from ledger.database.port import PlainRow, Row
from ledger.kernel.accounts import AccountKind, AccountState
from ledger.kernel.ids import AccountId, EntryId, FundingId, Id, PaymentId, RefundId
from ledger.kernel.journal import Transfer, TransferKind
from ledger.kernel.own_limits import NO_OWN_LIMITS, LimitKind, OwnLimits
from ledger.plans.limits import DayCounter

MIGRATIONS: Final = MigrationSet(room="ledger", package="ledger.store")

_KINDS: Final[Mapping[str, AccountKind]] = {kind.value: kind for kind in AccountKind}
_CAUSES: Final[Mapping[str, type[Id]]] = {"payment": PaymentId, "refund": RefundId, "funding": FundingId}


def account_of(row: Row) -> AccountState:
    """An account from ``accounts_after``: the columns stand in the order of the fields."""
    account_no, account_id, kind, *rest = row
    return AccountState(account_no, AccountId(account_id), _KINDS[kind], *rest)


def account_and_counter(row: PlainRow, day_number: int) -> tuple[AccountState, DayCounter | None]:
    """An account and its counter of today from ``named_accounts``. By position: every payment passes here twice.

    Of one with own limits ``own`` is still empty and no more than a mark: they must be read yet.
    """
    (number, account_id, kind, currency, debits, credits_, held, last_seq, frozen, thaws_at, first, first_day, limited,
     count, spent) = row  # fmt: skip
    account = AccountState(
        number, cast("AccountId", account_id), _KINDS[kind], currency, debits, credits_, held, last_seq, frozen == 1,
        thaws_at, first, first_day, NO_OWN_LIMITS if limited else None,
    )  # fmt: skip
    return account, DayCounter(number, day_number, count, spent) if count else None


def own_limits_of(rows: Iterable[Row]) -> dict[int, OwnLimits]:
    """The own limits in ``named_own_limits``, by account number."""
    found: dict[int, OwnLimits] = {}
    for number, kind, limit in rows:
        found[number] = found.get(number, NO_OWN_LIMITS).with_limit(LimitKind(kind), limit)
    return found


def paid_of(rows: Iterable[Row]) -> dict[int, dict[AccountId, int]]:
    """What ``paid_to_each_today`` found, by the payer's number and the payee."""
    found: dict[int, dict[AccountId, int]] = {}
    for payer_no, payee, spent in rows:
        found.setdefault(payer_no, {})[AccountId(payee)] = spent
    return found


def cause_of(kind: TransferKind, cause: str) -> Id:
    """The typed id of what happened: the kind says which."""
    return _CAUSES[kind](cause)


def transfer_of(row: PlainRow) -> Transfer:
    """A journal row with its typed ids."""
    (seq, entry_first_seq, kind, cause, at, debit, credit, amount, currency, note, reference, related, debit_previous,
     credit_previous, prev_hash, hash_) = row  # fmt: skip
    return Transfer(
        seq, entry_id_of(at, entry_first_seq), TransferKind(kind), _CAUSES[kind](cause), at, AccountId(debit),
        AccountId(credit), amount, currency, note, reference, PaymentId(related) if related is not None else None,
        debit_previous, credit_previous, prev_hash, hash_,
    )  # fmt: skip


def entry_id_of(at: int, entry_first_seq: int) -> EntryId:
    """The id of an entry is its millisecond and the sequence number of its first transfer."""
    return EntryId.of(EntryId.prefix_at(at), entry_first_seq)
