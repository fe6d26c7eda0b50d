"""Typed, time-ordered ids: ``pay_`` and 32 hexadecimal digits of a UUID version 7.

An id is a ``str``, so it reads the same in Python, in SQL, in an export and on the phone, and its type keeps an
account from being passed where a payment is meant. Time order keeps the indexes of the hot path append-only.
The asker makes the id before asking, so asking twice is asking once.
"""

import re
from typing import ClassVar, Self

from uuid_utils import uuid7

_HEX_DIGITS = re.compile(r"[0-9a-f]{32}")
_MILLISECONDS = 2**48 - 1  # the width of the time in a UUID version 7; RFC 9562, section 5.7
_VARIANT = 2**63  # the two variant bits "10" on top of 62 bits that are ours; the same section


class Id(str):
    """Base of every typed id; make one with ``new`` or read one with ``parse``."""

    __slots__ = ()
    PREFIX: ClassVar[str] = ""

    @classmethod
    def new(cls) -> Self:
        """Mint an id nobody has. Impure by nature: called by askers, never by plans."""
        return cls(f"{cls.PREFIX}_{uuid7().hex}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an id from outside; ``ValueError`` if it is not one of this kind."""
        prefix, _, digits = text.partition("_")
        if prefix != cls.PREFIX or not _HEX_DIGITS.fullmatch(digits):
            raise ValueError(f"not a {cls.PREFIX} id")
        return cls(text)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Read the 16 bytes that ``to_bytes`` gave; ``ValueError`` on another length."""
        return cls.parse(f"{cls.PREFIX}_{raw.hex()}")

    def to_bytes(self) -> bytes:
        """The 16 bytes of the UUID, for places where every byte counts (a button carries 64)."""
        return bytes.fromhex(self.partition("_")[2])


class AccountId(Id):
    """An account of the ledger."""

    __slots__ = ()
    PREFIX: ClassVar[str] = "acc"


class PaymentId(Id):
    """A payment, minted by the payer's side before asking."""

    __slots__ = ()
    PREFIX: ClassVar[str] = "pay"


class RefundId(Id):
    """A refund, minted by the payee's side before asking."""

    __slots__ = ()
    PREFIX: ClassVar[str] = "rfd"


class FundingId(Id):
    """One cash-in by the operator."""

    __slots__ = ()
    PREFIX: ClassVar[str] = "fnd"


class HoldId(Id):
    """Money authorised, not moved."""

    __slots__ = ()
    PREFIX: ClassVar[str] = "hold"


class EntryId(Id):
    """A journal entry: the transfers of one cause.

    Nobody mints one: it is the millisecond of the entry and the sequence number of its first transfer, in the clothes
    of a UUID version 7. So it is unique because the sequence is, and the same operations give the same books.
    """

    __slots__ = ()
    PREFIX: ClassVar[str] = "ent"

    @staticmethod
    def prefix_at(micros: int) -> str:
        """What the ids of one millisecond share; ``of`` adds the rest."""
        return f"ent_{micros // 1000 & _MILLISECONDS:012x}7000"

    @classmethod
    def of(cls, prefix: str, first_seq: int) -> Self:
        """The id of the entry whose first transfer is ``first_seq``."""
        return cls(f"{prefix}{_VARIANT | first_seq:016x}")


class DisputeId(Id):
    """A claim about a payment."""

    __slots__ = ()
    PREFIX: ClassVar[str] = "dsp"
