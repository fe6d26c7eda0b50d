"""Personal data, sealed cell by cell, and a keyed index to find a cell again by its exact value.

AES-256-GCM-SIV (RFC 8452): a nonce drawn twice does not open anything. The table, the column and the row are the
associated data, so a cell moved to another place does not open there. It knows no table; the caller names it.
"""

import hashlib
import hmac
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from bot.vault.keys import KeyRing

NONCE_BYTES: Final = 12  # RFC 8452
_TAG_BYTES: Final = 16  # RFC 8452
_SMALLEST: Final = 1 + NONCE_BYTES + _TAG_BYTES


class SealBrokenError(Exception):
    """A sealed cell does not open: changed, moved, cut, or sealed with other keys."""

    def __init__(self, table: str, column: str) -> None:
        super().__init__(f"a sealed cell of {table}.{column} does not open")
        self.table = table
        self.column = column


class Sealer:
    """Seals and opens cells with the newest field key and all older ones."""

    def __init__(self, ring: KeyRing, index_key: bytes) -> None:
        self._newest = ring.newest
        self._ciphers = {version: AESGCMSIV(key) for version, key in ring.versions.items()}
        self._index_key = index_key

    def seal(self, table: str, column: str, row_id: int | str, plain: bytes) -> bytes:
        """The cell as it is stored: key version, nonce, ciphertext, tag."""
        nonce = os.urandom(NONCE_BYTES)
        version = bytes((self._newest,))
        return version + nonce + self._ciphers[self._newest].encrypt(nonce, plain, _place(table, column, row_id))

    def open(self, table: str, column: str, row_id: int | str, sealed: bytes) -> bytes:
        """What was sealed for exactly this place; ``SealBrokenError`` for anything else."""
        if len(sealed) < _SMALLEST or sealed[0] not in self._ciphers:
            raise SealBrokenError(table, column)
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._ciphers[sealed[0]].decrypt(nonce, body, _place(table, column, row_id))
        except InvalidTag:
            raise SealBrokenError(table, column) from None

    def index(self, kind: str, value: str) -> bytes:
        """32 bytes that are the same for the same value and say nothing about it without the index key."""
        return hmac.new(self._index_key, _joined(kind.encode(), value.encode()), hashlib.sha256).digest()


def _place(table: str, column: str, row_id: int | str) -> bytes:
    # An id of a number and the same id as text are one place: a database may give either.
    return _joined(table.encode(), column.encode(), str(row_id).encode())


def _joined(*parts: bytes) -> bytes:
    """Parts with their lengths in front, so that no two lists of parts give the same bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
