"""Balances: posted, held and available, on the side where an account grows.

This is the arithmetic by itself, as values, for whoever reads balances or proves them. The desk's hot path does the
same on ``AccountState`` without making values; a law holds the two together.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from ledger.kernel.errors import InvariantError
from ledger.kernel.money import MAX_MINOR_UNITS


class Side(StrEnum):
    """The two sides of every transfer."""

    DEBIT = "debit"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account has, in minor units. Both totals only ever rise; a hold moves nothing posted.

    Available is never negative: neither a movement nor a hold may take more than there is, on pain of
    ``InvariantError``.
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

    def debited(self, amount: int) -> "Balance":
        """After an amount was moved out of a wallet, or into cash."""
        return _sound(replace(self, posted_debits=self.posted_debits + _positive(amount)))

    def credited(self, amount: int) -> "Balance":
        """After an amount was moved into a wallet, or out of cash."""
        return _sound(replace(self, posted_credits=self.posted_credits + _positive(amount)))

    def holding(self, amount: int) -> "Balance":
        """After an amount was authorised: it is still posted here and no longer available."""
        return _sound(replace(self, held=self.held + _positive(amount)))

    def releasing(self, amount: int) -> "Balance":
        """After a hold ended: captured (its transfer follows), voided or expired."""
        return _sound(replace(self, held=self.held - _positive(amount)))


def _sound(after: Balance) -> Balance:
    if after.held < 0:
        raise InvariantError("held would be negative")
    if after.available < 0:
        raise InvariantError("available would be negative")
    if max(after.posted_debits, after.posted_credits) > MAX_MINOR_UNITS:
        raise InvariantError("a total would not fit a BIGINT")
    return after


def _positive(amount: int) -> int:
    if amount <= 0:
        raise InvariantError("a movement is of a positive amount")
    return amount
