"""Rules with numbers, as values: what a policy file says at one moment. Reading the file is ``ledger.policies``.

Amounts are minor units of the policy's own currency; ``None`` is no limit.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from ledger.kernel.instants import Instant

_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class PinRules:
    """What the vault holds people to."""

    digits: int
    attempts: int  # wrong ones in a row, the last of which locks
    lock: timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules in force at one moment, flat, so that planning a payment reads integers and nothing else."""

    name: str
    version: int
    holds_from: Instant
    currency: str
    pin: PinRules
    confirm_expires_after: timedelta
    unfreeze_delay: timedelta
    per_payment: int | None = None
    per_day: int | None = None
    count_per_day: int | None = None
    new_account_total: int | None = None
    new_account_window: timedelta = timedelta(hours=24)
    new_payee_cap: int | None = None
    warn_new_payee: bool = True
    balance_cap: int | None = None
    new_account_micros: int = field(init=False, repr=False)  # the window again, as the hot path counts

    def __post_init__(self) -> None:
        object.__setattr__(self, "new_account_micros", self.new_account_window // _MICROSECOND)

    @property
    def needs_payee_history(self) -> bool:
        """Whether planning a payment must know if this payer ever paid this payee. A quote always must."""
        return self.new_payee_cap is not None

    def must_know_payee(self, amount: int) -> bool:
        """Whether a payment of this amount is judged by whether it is the first to its payee."""
        return self.new_payee_cap is not None and amount > self.new_payee_cap
