"""Setting the limits that a person puts on themselves. Source: docs/money.md, "Own limits".

No money moves. What they refuse is in ``ledger.plans.limits``; who may loosen one is the asker's business.
"""

from dataclasses import dataclass

from ledger.commands import SetLimit
from ledger.kernel.accounts import AccountKind, AccountState
from ledger.kernel.errors import ContractError
from ledger.kernel.own_limits import NO_OWN_LIMITS
from ledger.outcomes import LimitChanged, RefusalCode, Refused


@dataclass(slots=True)
class LimitPlan:
    """How the account's own limits will stand. ``changes`` is False when they stand so already."""

    command: SetLimit
    account: AccountState
    changes: bool

    def apply(self) -> LimitChanged:
        """Set it."""
        kind, limit = self.command.kind, self.command.limit
        stood = self.account.own or NO_OWN_LIMITS
        self.account.own = stood.with_limit(kind, None if limit is None else limit.minor_units) or None
        return LimitChanged(self.account.account_id, kind, limit)


def plan_limit(command: SetLimit, account: AccountState) -> LimitPlan | Refused:
    """Set, change or take away one own limit of a wallet. Asking twice is asking once.

    A limit is more than zero: who wants nothing to go out freezes. One that is looser than the policy's may be set; it
    has no effect until the policy's is looser.
    """
    if account.kind is not AccountKind.WALLET:
        raise ContractError("only a wallet has own limits")
    limit = command.limit
    if limit is not None and limit.minor_units <= 0:
        return Refused(RefusalCode.AMOUNT_NOT_POSITIVE)
    if limit is not None and limit.currency != account.currency:
        return Refused(RefusalCode.CURRENCY_MISMATCH, {"currency": account.currency})

    # From here on it must succeed.
    wanted = None if limit is None else limit.minor_units
    return LimitPlan(command, account, changes=(account.own or NO_OWN_LIMITS).of(command.kind) != wanted)
