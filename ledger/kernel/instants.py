"""Moments and business days. Aware UTC inside; the reader's zone only where words are made.

``now`` is always an argument here: a pure room has no clock.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Self, TypeAlias

Instant: TypeAlias = datetime  # aware, UTC; stored as microseconds since 1970-01-01

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: Instant) -> int:
    """Whole microseconds since 1970-01-01 UTC. ``ValueError`` for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError("an instant carries its zone")
    return (instant - EPOCH) // _MICROSECOND


def from_micros(micros: int) -> Instant:
    """The instant that ``to_micros`` gave."""
    return EPOCH + timedelta(microseconds=micros)


@dataclass(frozen=True, slots=True)
class BusinessDay:
    """The day that "per day" means: midnight to midnight in the operator's zone, DST and all."""

    date: date

    @classmethod
    def of(cls, now: Instant, zone: tzinfo) -> Self:
        """The business day in which ``now`` falls."""
        return cls(now.astimezone(zone).date())

    @classmethod
    def from_number(cls, number: int) -> Self:
        """The day that ``number`` gave."""
        return cls(date.fromordinal(number))

    @property
    def number(self) -> int:
        """Days since 0001-01-01, as it is stored."""
        return self.date.toordinal()

    def begins_at(self, zone: tzinfo) -> Instant:
        """The first instant of the day, in UTC."""
        return datetime.combine(self.date, time(), tzinfo=zone).astimezone(UTC)

    def ends_at(self, zone: tzinfo) -> Instant:
        """The first instant of the next day, in UTC."""
        return datetime.combine(self.date + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
