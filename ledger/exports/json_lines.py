"""The journal as JSON lines: one object per transfer, in ledger order, the same bytes every time.

The first eleven fields are a contract with whoever reads exports; the rest is what recomputing the hashes needs, so an
auditor can prove a file without the system (``ledger.kernel.audit_chain`` says how).
"""

import json
from datetime import datetime
from typing import cast

from ledger.kernel.ids import AccountId, EntryId, Id
from ledger.kernel.instants import from_micros, to_micros
from ledger.kernel.journal import Transfer, TransferKind


def line_of(row: Transfer) -> str:
    """One transfer as one line, without the newline."""
    return json.dumps(
        {
            "seq": row.seq,
            "entry_id": row.entry_id,
            "kind": row.kind,
            "cause": row.cause,
            "at": from_micros(row.at).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "debit_account": row.debit_account,
            "credit_account": row.credit_account,
            "amount_minor": row.amount_minor,
            "currency": row.currency,
            "prev_hash": row.prev_hash.hex(),
            "hash": row.hash.hex(),
            "reference": row.reference,
            "related": row.related,
            "note_digest": None if row.note_digest is None else row.note_digest.hex(),
            "debit_previous": row.debit_previous,
            "credit_previous": row.credit_previous,
        },
        separators=(",", ":"),
    )


def transfer_of(line: str) -> Transfer:
    """The transfer in a line, as it lies there. ``ValueError`` if the line is not one of ours."""
    try:
        fields = json.loads(line)
        note = fields["note_digest"]
        return Transfer(
            seq=fields["seq"],
            entry_id=EntryId(fields["entry_id"]),
            kind=TransferKind(fields["kind"]),
            cause=cast("Id", fields["cause"]),
            at=to_micros(datetime.fromisoformat(fields["at"])),
            debit_account=AccountId(fields["debit_account"]),
            credit_account=AccountId(fields["credit_account"]),
            amount_minor=fields["amount_minor"],
            currency=fields["currency"],
            note_digest=None if note is None else bytes.fromhex(note),
            reference=fields["reference"],
            related=cast("Id | None", fields["related"]),
            debit_previous=fields["debit_previous"],
            credit_previous=fields["credit_previous"],
            prev_hash=bytes.fromhex(fields["prev_hash"]),
            hash=bytes.fromhex(fields["hash"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("not a transfer") from error
