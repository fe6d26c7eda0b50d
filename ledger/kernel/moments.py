"""A moment: now, in every form that a plan needs, worked out once for a batch instead of once for a payment."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Self

from ledger.kernel.ids import EntryId
from ledger.kernel.instants import BusinessDay, Instant, to_micros
from ledger.kernel.references import reference_prefix


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant as the desk sees it, with the operator's business day around it. Make it with ``of``."""

    instant: Instant
    micros: int  # microseconds since 1970-01-01 UTC
    day_number: int  # BusinessDay.number
    day_begins_at: Instant
    day_ends_at: Instant
    reference_prefix: str  # the first four digits of every reference of this day
    entry_prefix: str  # the first half of every entry id of this millisecond

    @classmethod
    def of(cls, now: Instant, zone: tzinfo) -> Self:
        """The moment ``now`` in the operator's zone. ``ValueError`` for a naive datetime."""
        micros = to_micros(now)
        day = BusinessDay.of(now, zone)
        begins_at, ends_at = day.begins_at(zone), day.ends_at(zone)
        return cls(now, micros, day.number, begins_at, ends_at, reference_prefix(day), EntryId.prefix_at(micros))
