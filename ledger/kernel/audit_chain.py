"""The chain: each journal row carries the SHA-256 of the row before and of its own canonical bytes.

Canonical bytes, version 1, of one row; integers are big-endian and unsigned unless said otherwise:

    offset  size  what
         0     1  version of this layout: 1
         1     8  seq
         9     8  at, microseconds since 1970-01-01 UTC (signed)
        17     8  amount in minor units
        25     8  seq of the debited account's previous row (0: none)
        33     8  seq of the credited account's previous row (0: none)
        41     9  one length each, in characters, of: kind, entry_id, cause, debit_account, credit_account, currency,
                  reference, related; then of the note digest in bytes (0: no note, else 32)
        50        those eight texts, in that order, UTF-8, without separators
         …        the note digest

    hash = SHA-256(hash of the row before, 32 bytes ‖ canonical bytes); the first row follows GENESIS, 32 zero bytes.

Fixed widths and lengths up front make the bytes unambiguous: two different rows never give the same bytes. Accounts
are opaque ids and the note is a salted digest, so that a person can be erased and the chain still verifies. It knows
nothing of keys: heads are signed and checked elsewhere (``head_statement`` says over what).
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final, TypeAlias

from ledger.kernel.instants import Instant, to_micros

if TYPE_CHECKING:
    from ledger.kernel.journal import Transfer

VERSION: Final = 1
GENESIS: Final = bytes(32)  # what the first row follows
HASH_BYTES: Final = 32  # SHA-256
# A row whose hash begins with a byte below this is a milestone of both its accounts: one row of 64. Nobody can choose
# which, so no rhythm of payments leaves an account without.
MILESTONES_BELOW: Final = 4
_HEADER: Final = struct.Struct(">BQqQQQ9B")
_pack_header = _HEADER.pack  # bound once: the hot path of every payment


def canonical_bytes(  # noqa: PLR0917 - a row has as many fields as it has; by position, since every payment passes
    seq: int,
    entry_id: str,
    kind: str,
    cause: str,
    at: int,
    debit_account: str,
    credit_account: str,
    amount_minor: int,
    currency: str,
    note_digest: bytes | None,
    reference: str,
    related: str,
    debit_previous: int,
    credit_previous: int,
) -> bytes:
    """One row as bytes, in the layout above. ``struct.error`` or ``UnicodeError`` for what has no such form."""
    note = note_digest or b""
    texts = (kind, entry_id, cause, debit_account, credit_account, currency, reference, related)
    return (
        _pack_header(
            VERSION,
            seq,
            at,
            amount_minor,
            debit_previous,
            credit_previous,
            len(kind),
            len(entry_id),
            len(cause),
            len(debit_account),
            len(credit_account),
            len(currency),
            len(reference),
            len(related),
            len(note),
        )
        + "".join(texts).encode()  # an f-string would ask each id for its format, at four times the cost
        + note
    )


def chain_hash(previous: bytes, content: bytes) -> bytes:
    """The hash of a row: 32 bytes."""
    return sha256(previous + content).digest()


def hash_of(row: "Transfer") -> bytes:
    """The hash a row must carry, given the previous hash it names."""
    (seq, entry_id, kind, cause, at, debit, credit_, amount, currency, note, reference, related, debit_previous,
     credit_previous, previous, _) = row  # fmt: skip
    content = canonical_bytes(
        seq, entry_id, kind, cause, at, debit, credit_, amount, currency, note, reference, related or "",
        debit_previous, credit_previous,
    )  # fmt: skip
    return chain_hash(previous, content)


def head_statement(seq: int, head_hash: bytes, at: Instant) -> bytes:
    """What is signed (Ed25519) when the head is witnessed: row ``seq`` had this hash at that time."""
    if len(head_hash) != HASH_BYTES:
        raise ValueError("a hash has 32 bytes")
    return b"hundi head 1\n" + seq.to_bytes(8) + head_hash + to_micros(at).to_bytes(8, signed=True)


@dataclass(frozen=True, slots=True)
class Verified:
    """Every row follows the one before, and every signed head is still there."""

    entries: int  # rows seen
    head_seq: int
    head_hash: bytes


@dataclass(frozen=True, slots=True)
class BadRow:
    """The first row that is not what it was; ``why`` is a sentence for an auditor."""

    seq: int
    why: str


Verdict: TypeAlias = Verified | BadRow


def verify_rows(
    rows: "Iterable[Transfer]",
    heads: Mapping[int, bytes] | None = None,
    start_seq: int = 0,
    start_hash: bytes = GENESIS,
) -> Verdict:
    """Read rows in ledger order and say whether they are whole. Constant memory but for ``heads``.

    ``heads`` are signed heads whose signatures were checked already, seq → hash: a head beyond the last row means that
    the tail was cut, and one that differs means that the chain was rebuilt. ``start_*`` continue an earlier verdict.
    """
    signed = heads or {}
    seq, previous = start_seq, start_hash
    for row in rows:
        why = _what_is_wrong(row, seq, previous) or (signed and _against_head(row, signed))
        if why:
            return BadRow(min(row.seq, seq + 1), why)
        seq, previous = row.seq, row.hash
    lost = max((witnessed for witnessed in signed if witnessed > seq), default=0)
    if lost:
        return BadRow(seq + 1, f"the tail is cut: the head at seq {lost} was signed and is gone")
    return Verified(seq - start_seq, seq, previous)


def _what_is_wrong(row: "Transfer", seq: int, previous: bytes) -> str:
    """Why this row does not follow the row ``seq`` with the hash ``previous``; empty when it does."""
    if row.seq != seq + 1:
        return f"row {seq + 1} is missing: after {seq} comes {row.seq}"
    if row.prev_hash != previous:
        return "it does not follow the row before: prev_hash differs"
    if row.debit_account == row.credit_account:
        return "it debits and credits the same account"
    if row.amount_minor <= 0:
        return "its amount is not positive"
    if row.related == "" or (row.note_digest is not None and len(row.note_digest) != HASH_BYTES):
        return "its content has no canonical form"  # "none" is written as nothing, so nothing must mean none
    try:
        right = row.hash == hash_of(row)
    except (struct.error, UnicodeError):
        return "its content has no canonical form"
    return "" if right else "its content was changed: hash differs"


def _against_head(row: "Transfer", signed: Mapping[int, bytes]) -> str:
    """Why this row is not the one that was signed; empty when it is, or when none was."""
    witnessed = signed.get(row.seq)
    return "" if witnessed is None or witnessed == row.hash else "the chain was rebuilt: another hash was signed here"
