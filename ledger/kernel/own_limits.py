"""Limits that a person sets for themselves: which kinds there are, and those of one account as a value."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Self


class LimitKind(StrEnum):
    """What an own limit is counted over."""

    PER_PAYMENT = "per_payment"  # one payment
    PER_DAY = "per_day"  # all payments out of one business day
    PER_PAYEE = "per_payee"  # all payments to any one payee on one business day


@dataclass(frozen=True, slots=True)
class OwnLimits:
    """The own limits of one account, in minor units of its currency; ``None``: no own limit of that kind.

    They hold beside the policy's, never instead of them.
    """

    per_payment: int | None = None
    per_day: int | None = None
    per_payee: int | None = None

    def of(self, kind: LimitKind) -> int | None:
        """The limit of a kind."""
        match kind:
            case LimitKind.PER_PAYMENT:
                return self.per_payment
            case LimitKind.PER_DAY:
                return self.per_day
            case LimitKind.PER_PAYEE:
                return self.per_payee

    def with_limit(self, kind: LimitKind, limit: int | None) -> Self:
        """The same with another limit of a kind."""
        return replace(self, **{kind.value: limit})

    def __bool__(self) -> bool:
        """Whether there is any."""
        return (self.per_payment, self.per_day, self.per_payee) != (None, None, None)

    def loosened_by(self, kind: LimitKind, limit: int | None) -> bool:
        """Whether setting this limit would allow more than before. No limit is looser than any."""
        now = self.of(kind)
        return now is not None and (limit is None or limit > now)


NO_OWN_LIMITS: Final = OwnLimits()
