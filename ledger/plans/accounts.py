"""Opening, freezing and thawing an account. No money moves, so nothing enters the journal."""

from dataclasses import dataclass

from ledger.commands import Freeze, OpenAccount, Unfreeze
from ledger.kernel.accounts import AccountState
from ledger.kernel.errors import ContractError, IdempotencyConflictError
from ledger.kernel.instants import from_micros, to_micros
from ledger.kernel.moments import Moment
from ledger.kernel.money import is_currency
from ledger.kernel.policy import Policy
from ledger.outcomes import FreezeChanged, Opened


@dataclass(slots=True)
class OpeningPlan:
    """An account to write: ``account`` has no ``account_no`` yet."""

    account: AccountState

    def apply(self) -> Opened:
        """The answer; the store gives the account its number."""
        return Opened(self.account.account_id)


def plan_opening(command: OpenAccount, stored: AccountState | None) -> OpeningPlan | Opened:
    """Open an account. Already open with the same kind and currency: it is. ``ContractError`` for no such currency."""
    if stored is not None:
        if stored.kind is not command.kind:
            raise IdempotencyConflictError(command.account_id, "kind")
        if stored.currency != command.currency:
            raise IdempotencyConflictError(command.account_id, "currency")
        return Opened(command.account_id)
    if not is_currency(command.currency):
        raise ContractError(f"no currency {command.currency}")
    return OpeningPlan(AccountState(0, command.account_id, command.kind, command.currency))


@dataclass(slots=True)
class FreezePlan:
    """How the account will stand. ``changes`` is False when it stands so already and nothing need be written."""

    account: AccountState
    frozen: bool
    thaws_at: int | None
    changes: bool

    def apply(self) -> FreezeChanged:
        """Set it."""
        self.account.frozen, self.account.thaws_at = self.frozen, self.thaws_at
        thaws_at = None if self.thaws_at is None else from_micros(self.thaws_at)
        return FreezeChanged(self.account.account_id, self.frozen, thaws_at)


def plan_freeze(_command: Freeze, account: AccountState) -> FreezePlan:
    """Stop all payments out, at once. A thaw that was asked for is called off."""
    return _to(account, frozen=True, thaws_at=None)


def plan_unfreeze(_command: Unfreeze, account: AccountState, moment: Moment, policy: Policy) -> FreezePlan:
    """Open again after the policy's delay. Asking twice does not wait twice; on an open account nothing changes."""
    if not account.is_frozen(moment.micros):
        return _to(account, frozen=False, thaws_at=None)
    if account.thaws_at is not None:
        return _to(account, frozen=True, thaws_at=account.thaws_at)
    if not policy.unfreeze_delay:
        return _to(account, frozen=False, thaws_at=None)
    return _to(account, frozen=True, thaws_at=to_micros(moment.instant + policy.unfreeze_delay))


def _to(account: AccountState, *, frozen: bool, thaws_at: int | None) -> FreezePlan:
    changes = (account.frozen, account.thaws_at) != (frozen, thaws_at)
    return FreezePlan(account, frozen, thaws_at, changes)
