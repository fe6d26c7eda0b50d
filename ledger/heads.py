"""Signed heads: witnesses to where the journal ended, in a file beside the keys and outside the database.

A chain alone cannot show that its tail was cut, or that all of it was built anew. A signed head says that row ``seq``
had this hash at that time; a journal that has lost the row, or has another hash there, is not the one that was signed.

The file is append-only JSON lines. A line torn by a crash is dropped by the next append, and ignored by readers; a
whole line that this key did not sign is an error. It keeps no key: the caller hands it in.
"""

import asyncio
import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.kernel.audit_chain import head_statement
from ledger.kernel.errors import InvariantError, LedgerError
from ledger.kernel.instants import Instant, from_micros, to_micros

_TAIL_BYTES: Final = 4_096  # a line has about 250 bytes: the last whole one lies within the last few


class HeadsFileError(LedgerError):
    """A line of the heads file is not a head that this key signed."""

    def __init__(self, path: Path, line: int, why: str) -> None:
        super().__init__(f"{path}, line {line}: {why}")
        self.line = line


@dataclass(frozen=True, slots=True)
class SignedHead:
    """Row ``seq`` of the journal had ``hash`` at ``at``, and the signing key says so."""

    seq: int
    hash: bytes
    at: Instant
    signature: bytes

    @classmethod
    def sign(cls, seq: int, head_hash: bytes, at: Instant, key: Ed25519PrivateKey) -> Self:
        """Witness a head."""
        return cls(seq, head_hash, at, key.sign(head_statement(seq, head_hash, at)))

    def check(self, key: Ed25519PublicKey) -> None:
        """``InvalidSignature`` unless this key signed just this."""
        key.verify(self.signature, head_statement(self.seq, self.hash, self.at))

    def to_line(self) -> bytes:
        """One line of the file."""
        fields = {
            "seq": self.seq,
            "hash": self.hash.hex(),
            "at": to_micros(self.at),
            "signature": self.signature.hex(),
        }
        return json.dumps(fields, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def of_line(cls, line: bytes) -> Self:
        """``ValueError`` if the line is no head."""
        try:
            fields = json.loads(line)
            hash_, signature = bytes.fromhex(fields["hash"]), bytes.fromhex(fields["signature"])
            return cls(int(fields["seq"]), hash_, from_micros(int(fields["at"])), signature)
        except (KeyError, TypeError, OverflowError) as error:
            raise ValueError("not a head") from error


class HeadSource(Protocol):
    """What has a journal: the ledger, or whoever reads it."""

    async def head(self) -> tuple[int, bytes]:
        """The last row's sequence number and hash."""
        ...


class HeadsFile:
    """The file of signed heads."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, head: SignedHead) -> None:
        """Add a head, on disk when this returns. Several processes may append."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            end = os.lseek(descriptor, _end_of_whole_lines(descriptor), os.SEEK_SET)
            os.ftruncate(descriptor, end)
            line = head.to_line()
            while line:
                line = line[os.write(descriptor, line) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def last(self) -> SignedHead | None:
        """The newest head, its signature unchecked, or ``None``. ``ValueError`` if the last line is no head."""
        if not self.path.exists():
            return None
        descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            end = _end_of_whole_lines(descriptor)
            start = max(0, end - _TAIL_BYTES)
            lines = os.pread(descriptor, end - start, start).splitlines()
        finally:
            os.close(descriptor)
        return SignedHead.of_line(lines[-1]) if lines else None

    def read(self, key: Ed25519PublicKey) -> dict[int, bytes]:
        """Every head that was signed, seq to hash, for ``verify``. ``HeadsFileError`` names a line that is not one.

        A file that is missing witnesses nothing: the same as an empty one.
        """
        heads: dict[int, bytes] = {}
        if not self.path.exists():
            return heads
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    break  # torn by a crash; it was never acknowledged
                head = self._checked(number, line, key)
                if heads.setdefault(head.seq, head.hash) != head.hash:
                    raise HeadsFileError(self.path, number, f"row {head.seq} was signed before with another hash")
        return heads

    def _checked(self, number: int, line: bytes, key: Ed25519PublicKey) -> SignedHead:
        try:
            head = SignedHead.of_line(line)
            head.check(key)
        except ValueError as error:
            raise HeadsFileError(self.path, number, "it is not a head") from error
        except InvalidSignature as error:
            raise HeadsFileError(self.path, number, "it was not signed by this key") from error
        return head


async def sign_head(ledger: HeadSource, file: HeadsFile, key: Ed25519PrivateKey, now: Instant) -> SignedHead | None:
    """Witness the head as it is now; ``None`` when nothing was posted since the last time.

    ``InvariantError`` when the journal has lost a row that was signed, or has another one in its place;
    ``HeadsFileError`` when the file is another deployment's, ``ValueError`` when its last line is no head.
    """
    last = await asyncio.to_thread(file.last)
    if last is not None:
        _check_ours(last, file, key.public_key())
    seq, head_hash = await ledger.head()  # after the file: what another process signs meanwhile is no lost tail
    if last is not None and seq < last.seq:
        raise InvariantError(f"the journal ends at {seq}, and row {last.seq} was signed: its tail is gone")
    if last is not None and seq == last.seq and head_hash != last.hash:
        raise InvariantError(f"row {seq} was signed with another hash")
    if seq == 0 or (last is not None and seq == last.seq):
        return None
    head = SignedHead.sign(seq, head_hash, now, key)
    await asyncio.to_thread(file.append, head)
    return head


def _check_ours(head: SignedHead, file: HeadsFile, key: Ed25519PublicKey) -> None:
    try:
        head.check(key)
    except InvalidSignature as error:
        raise HeadsFileError(file.path, 0, "its newest head was signed by another key: it belongs elsewhere") from error


def _end_of_whole_lines(descriptor: int) -> int:
    """Where the last newline ends; what a crash left behind it is not a line."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - _TAIL_BYTES)
    return start + os.pread(descriptor, size - start, start).rfind(b"\n") + 1
