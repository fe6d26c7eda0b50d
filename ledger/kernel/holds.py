"""Holds: money authorised, not moved, until it is captured, voided or expired. The life cycle is the table below.

No flow places a hold yet: off-us payments will. What a hold does to a balance is ``Balance.holding`` and ``releasing``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

from ledger.kernel.balances import Balance
from ledger.kernel.ids import HoldId
from ledger.kernel.instants import Instant
from ledger.kernel.money import Money


class HoldState(StrEnum):
    """Where a hold is in its life."""

    AUTHORISED = "authorised"  # the money is held
    CAPTURED = "captured"  # it moved
    VOIDED = "voided"  # somebody gave it back before it moved
    EXPIRED = "expired"  # time gave it back


class HoldEvent(StrEnum):
    """What can happen to a hold."""

    CAPTURE = "capture"
    VOID = "void"
    EXPIRE = "expire"


TRANSITIONS: Final[Mapping[HoldState, Mapping[HoldEvent, HoldState]]] = MappingProxyType(
    {
        HoldState.AUTHORISED: MappingProxyType(
            {
                HoldEvent.CAPTURE: HoldState.CAPTURED,
                HoldEvent.VOID: HoldState.VOIDED,
                HoldEvent.EXPIRE: HoldState.EXPIRED,
            }
        ),
        HoldState.CAPTURED: MappingProxyType({}),  # what moved is undone by a refund or a reversal, never by a void
        HoldState.VOIDED: MappingProxyType({}),
        HoldState.EXPIRED: MappingProxyType({}),
    }
)


class HoldRefusal(StrEnum):
    """Why an event cannot happen to a hold now."""

    OVER = "over"  # it was captured, voided or expired before
    TOO_LATE = "too_late"  # a capture from expires_at on, whether or not a worker has expired it yet
    TOO_EARLY = "too_early"  # an expiry before expires_at


@dataclass(frozen=True, slots=True)
class Hold:
    """An amount authorised. It expires *at* ``expires_at``; one microsecond earlier it can still be captured."""

    hold_id: HoldId
    amount: Money
    expires_at: Instant
    state: HoldState = HoldState.AUTHORISED


HoldAnswer: TypeAlias = Hold | HoldRefusal


def step_hold(hold: Hold, event: HoldEvent, now: Instant) -> HoldAnswer:
    """The hold after the event, or why it cannot happen."""
    after = TRANSITIONS[hold.state].get(event)
    if after is None:
        return HoldRefusal.OVER
    if event is HoldEvent.CAPTURE and now >= hold.expires_at:
        return HoldRefusal.TOO_LATE
    if event is HoldEvent.EXPIRE and now < hold.expires_at:
        return HoldRefusal.TOO_EARLY
    return replace(hold, state=after)


def payer_balance_after(balance: Balance, hold: Hold, event: HoldEvent) -> Balance:
    """The payer's balance once the event happened to a hold that was placed on it. A capture also moves the amount."""
    released = balance.releasing(hold.amount.minor_units)
    return released.debited(hold.amount.minor_units) if event is HoldEvent.CAPTURE else released
