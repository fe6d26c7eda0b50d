"""Accounts: their kind, and the side on which they grow."""

from enum import StrEnum


class Side(StrEnum):
    """The two sides of every transfer."""

    DEBIT = "debit"
    CREDIT = "credit"


class AccountKind(StrEnum):
    """What an account is for. Its normal side follows from what it is in our books."""

    WALLET = "wallet"  # a person's money: our liability, credit raises it
    CASH = "cash"  # money the operator took in: our asset, debit raises it

    @property
    def normal_side(self) -> Side:
        """The side that raises the balance."""
        return Side.CREDIT if self is AccountKind.WALLET else Side.DEBIT
