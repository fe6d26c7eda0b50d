"""Balances: posted, held and available, on the side where an account grows."""

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """The two sides of every transfer."""

    DEBIT = "debit"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account has, in minor units. Both totals only ever rise; a hold moves nothing posted.

    Available is never negative: neither a movement nor a hold may take more than there is.
    """

    side: Side
    posted_debits: int = 0
    posted_credits: int = 0
    held: int = 0

    @property
    def posted(self) -> int:
        """What has moved for good."""
        moved = self.posted_credits - self.posted_debits
        return moved if self.side is Side.CREDIT else -moved

    @property
    def available(self) -> int:
        """What may be spent: posted less held."""
        return self.posted - self.held
