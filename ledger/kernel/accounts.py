"""Accounts: their kind, the side on which they grow, and the working state that plans read.

It knows no person: an account is an opaque id. Who owns it is the bot's business.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ledger.kernel.balances import Balance, Side
from ledger.kernel.ids import AccountId
from ledger.kernel.own_limits import OwnLimits

__all__ = ["AccountKind", "AccountState", "Side", "cash_account_id"]


class AccountKind(StrEnum):
    """What an account is for. Its normal side follows from what it is in our books."""

    WALLET = "wallet"  # a person's money: our liability, credit raises it
    CASH = "cash"  # money the operator took in: our asset, debit raises it

    @property
    def normal_side(self) -> Side:
        """The side that raises the balance."""
        return Side.CREDIT if self is AccountKind.WALLET else Side.DEBIT


_WALLET: Final = AccountKind.WALLET  # read once: looking a member up costs as much as the comparison


def cash_account_id(currency: str) -> AccountId:
    """The one cash account of a currency: the same id in every ledger, so that nobody has to remember it."""
    return AccountId("acc_00000000000070008000000000" + currency.encode("ascii").hex())


@dataclass(slots=True)
class AccountState:
    """An account as the desk holds it in memory while it plans. Amounts are minor units, moments are microseconds.

    Plans read it; only ``ledger.kernel.journal`` moves its money and only a plan's own ``apply`` changes the rest.
    It is mutable because a batch plans each command on what the one before left behind.
    """

    account_no: int  # the store's integer key; 0 until the store gave one
    account_id: AccountId
    kind: AccountKind
    currency: str
    posted_debits: int = 0
    posted_credits: int = 0
    held: int = 0
    last_seq: int = 0  # the newest journal row that touches this account; 0: none
    frozen: bool = False
    thaws_at: int | None = None  # when a frozen account opens again; None: not asked
    first_payment_at: int | None = None  # when the new-account window began; None: nothing was ever paid out
    first_day_spent: int = 0  # paid out within that window, its first payment included
    own: OwnLimits | None = None  # limits that the person set; None: none, as for most

    @property
    def posted(self) -> int:
        """What has moved for good, on the normal side."""
        moved = self.posted_credits - self.posted_debits
        return moved if self.kind is _WALLET else -moved

    @property
    def available(self) -> int:
        """What may be spent: posted less held."""
        moved = self.posted_credits - self.posted_debits
        return (moved if self.kind is _WALLET else -moved) - self.held

    @property
    def balance(self) -> Balance:
        """The three figures as a value."""
        return Balance(self.kind.normal_side, self.posted_debits, self.posted_credits, self.held)

    def is_frozen(self, now_micros: int) -> bool:
        """Whether nothing may be paid out. It thaws *at* ``thaws_at``; one microsecond earlier it is still frozen."""
        return self.frozen and (self.thaws_at is None or now_micros < self.thaws_at)
