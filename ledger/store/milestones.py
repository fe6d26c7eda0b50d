"""Milestones computed anew: a digest an account, of what it had at each of its milestones, in order.

There is one for every 32 rows, too many to keep, and who compares needs only to know that all are the same. The digest
is keyed by chance, so that nobody can look for books that end in the same one.
"""

from array import array
from collections.abc import Iterable
from hashlib import blake2b
from secrets import token_bytes
from typing import Final

_DIGEST_BYTES: Final = 8  # two lists are taken for the same once in 2^64


class Milestones:
    """Eight bytes an account."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or token_bytes(16)
        self._digests = array("Q", [0])  # 0: none yet

    def make_room(self, accounts: int) -> None:
        """For accounts numbered up to here."""
        self._digests.frombytes(bytes(self._digests.itemsize * (accounts + 1 - len(self._digests))))

    def add(self, account_no: int, standing: Iterable[int]) -> None:
        """The account's next milestone: its row, and what it had paid and received in all."""
        before = self._digests[account_no].to_bytes(8)
        content = before + b"".join(number.to_bytes(8) for number in standing)
        self._digests[account_no] = int.from_bytes(blake2b(content, digest_size=_DIGEST_BYTES, key=self._key).digest())

    def seen(self) -> "Seen":
        """For comparing: what is stored, account by account."""
        return Seen(self)

    def digest_of(self, account_no: int) -> int | None:
        """All that the account should have; ``None``: there is no such account."""
        return self._digests[account_no] if 0 < account_no < len(self._digests) else None

    def like(self) -> "Milestones":
        """An empty one with the same key and room."""
        other = Milestones(self._key)
        other.make_room(len(self._digests) - 1)
        return other

    def first_difference(self, other: "Milestones") -> int | None:
        """The first account of which the two are not the same."""
        if self._digests == other._digests:  # noqa: SLF001 - one of its own kind
            return None
        pairs = zip(self._digests, other._digests, strict=True)  # noqa: SLF001 - one of its own kind
        return next(number for number, (ours, theirs) in enumerate(pairs) if ours != theirs)


class Seen:
    """What is stored, held against what should be."""

    def __init__(self, expected: Milestones) -> None:
        self._expected = expected
        self._stored = expected.like()

    def next(self, account_no: int, standing: Iterable[int]) -> bool:
        """Take the next that is stored, in order; ``False``: it cannot be right."""
        if self._expected.digest_of(account_no) is None:
            return False
        try:
            self._stored.add(account_no, standing)
        except OverflowError:  # a number below nothing
            return False
        return True

    def first_wrong(self) -> int | None:
        """The first account whose milestones are not what its rows make them."""
        return self._expected.first_difference(self._stored)
