"""What payments were for. The journal carries a salted digest; the note and its salt are sealed here.

Without the salt the digest says nothing, not even to who guesses the note; forgetting the row forgets the note for good
while the chain still verifies.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from typing import Final

from bot.memory.few import reader_for
from bot.memory.sealer import Sealer
from ledger.database.port import Database, Reader, Session, Value
from ledger.database.queries import Queries
from ledger.kernel.ids import PaymentId

SALT_BYTES: Final = 16


class Notes:
    """The note of each payment."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._queries = Queries.load("bot.memory", "sql/notes.sql", database.dialect)
        self._sealer = sealer

    async def remember(self, session: Session, payment_id: PaymentId, note: str) -> bytes:
        """Keep a note; the digest that goes into ``Pay.note_digest``. Asked again: the digest of the first."""
        salt = os.urandom(SALT_BYTES)
        digest = note_digest(salt, note)
        values: dict[str, Value] = {
            "payment_id": payment_id,
            "sealed_note": self._sealer.seal("notes", "sealed_note", payment_id, salt + note.encode()),
            "digest": digest,
        }
        await session.execute(self._queries["insert_note"], values)
        kept = await self.digest(payment_id, session)
        return digest if kept is None else kept

    async def digest(self, payment_id: PaymentId, reader: Reader | None = None) -> bytes | None:
        """What ``Pay.note_digest`` carries for this payment; None if it has no note."""
        reader = reader or self._database.at_once
        row = await reader.one(self._queries["find_note_digest"], {"payment_id": payment_id})
        return None if row is None else bytes(row["digest"])

    async def read(self, payment_ids: Iterable[str], reader: Reader | None = None) -> dict[PaymentId, str]:
        """The notes of payments that have one, in one query."""
        ids = sorted(set(payment_ids))
        values: dict[str, Value] = {"payment_ids": json.dumps(ids)}
        reader = reader or reader_for(self._database, ids)
        rows = await reader.all(self._queries["find_notes"], values)
        return {PaymentId(row["payment_id"]): self._open(row["payment_id"], row["sealed_note"]) for row in rows}

    def _open(self, payment_id: str, sealed: bytes) -> str:
        return self._sealer.open("notes", "sealed_note", payment_id, sealed)[SALT_BYTES:].decode()


def note_digest(salt: bytes, note: str) -> bytes:
    """SHA-256 of salt and note: what an auditor who is given both computes again."""
    return hashlib.sha256(salt + note.encode()).digest()
