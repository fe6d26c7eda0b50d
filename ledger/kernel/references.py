"""The reference both sides see: 12 digits shaped as an RRN (last digit of the year, day of the year, eight digits).

The eight digits come from the journal's sequence number by a fixed bijection on 0 … 10^8-1. So a reference is unique
within a day without an index to check it against, it does not tell how many payments there were, and the row it names
is found by computing back (``seq_candidates``), again without an index. The day is the day of the capture in the
operator's zone. Source of the shape: YDDDSSSSSSSS, ISO 8583 field 37 as NPCI uses it.
"""

import re
from collections.abc import Iterator
from typing import Final

from ledger.kernel.instants import BusinessDay

MODULUS: Final = 100_000_000  # eight digits
MULTIPLIER: Final = 61_803_399  # digits of the golden ratio; odd and not a multiple of five, so coprime to 10^8
OFFSET: Final = 27_182_818  # digits of e: the first reference of a ledger does not look like the first
_INVERSE: Final = pow(MULTIPLIER, -1, MODULUS)
_REFERENCE = re.compile(r"[0-9]{12}", re.ASCII)


def reference_prefix(day: BusinessDay) -> str:
    """The first four digits of every reference of a day: 2026-11-24 gives ``6328``."""
    return f"{day.date.year % 10}{day.date.timetuple().tm_yday:03d}"


def reference_of(seq: int, prefix: str) -> str:
    """The reference of journal row ``seq``, on the day whose ``reference_prefix`` this is."""
    return f"{prefix}{(seq * MULTIPLIER + OFFSET) % MODULUS:08d}"


def is_reference(text: str) -> bool:
    """Whether the text has the shape of a reference: 12 ASCII digits."""
    return _REFERENCE.fullmatch(text) is not None


def seq_candidates(reference: str, last_seq: int) -> Iterator[int]:
    """The rows that may carry this reference, newest first: one for each 10^8 rows of the journal.

    The right one is the row whose own reference is the same. ``ValueError`` if the text is not a reference.
    """
    if not is_reference(reference):
        raise ValueError("a reference has 12 digits")
    first = (int(reference[4:]) - OFFSET) * _INVERSE % MODULUS
    newest = first + (last_seq - first) // MODULUS * MODULUS
    yield from (seq for seq in range(newest, -1, -MODULUS) if seq > 0)
