"""Moments and business days, summer time and leap days included."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.kernel.instants import BusinessDay, from_micros, to_micros
from ledger.kernel.moments import Moment
from tests.ledger.books import INDIA, MICROSECOND
from tests.ledger.laws import LAW

PARIS = ZoneInfo("Europe/Paris")
INSTANTS = st.datetimes(datetime(1970, 1, 2), datetime(2199, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone


@LAW
@given(INSTANTS)
def test_an_instant_comes_back_from_its_microseconds(instant: datetime) -> None:
    assert from_micros(to_micros(instant)) == instant


@LAW
@given(INSTANTS, INSTANTS)
def test_microseconds_are_in_the_order_of_time(one: datetime, other: datetime) -> None:
    assert (to_micros(one) < to_micros(other)) is (one < other)


def test_an_instant_without_a_zone_is_none() -> None:
    with pytest.raises(ValueError, match="carries its zone"):
        to_micros(datetime(2026, 11, 24))  # noqa: DTZ001 - that is the claim


def test_the_day_turns_at_midnight_where_the_operator_is() -> None:
    """In India the day begins at 18:30 UTC."""
    midnight = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)

    before, at = BusinessDay.of(midnight - MICROSECOND, INDIA), BusinessDay.of(midnight, INDIA)

    assert (before.date.isoformat(), at.date.isoformat()) == ("2026-11-24", "2026-11-25")
    assert before.number + 1 == at.number
    assert before.ends_at(INDIA) == midnight


@pytest.mark.parametrize(
    ("noon", "hours"),
    [
        (datetime(2026, 3, 29, 12, tzinfo=PARIS), 23),  # summer time begins
        (datetime(2026, 10, 25, 12, tzinfo=PARIS), 25),  # and ends
        (datetime(2028, 2, 29, 12, tzinfo=PARIS), 24),
    ],
)
def test_a_day_of_summer_time_is_as_long_as_it_is(noon: datetime, hours: int) -> None:
    today = BusinessDay.of(noon, PARIS)
    yesterday = BusinessDay.of(noon - timedelta(days=1), PARIS)

    assert today.ends_at(PARIS) - yesterday.ends_at(PARIS) == timedelta(hours=hours)


@LAW
@given(INSTANTS, st.sampled_from(["Asia/Kolkata", "Europe/Paris", "America/St_Johns", "Pacific/Apia", "UTC"]))
def test_a_moment_lies_before_the_end_of_its_day(instant: datetime, zone: str) -> None:
    moment = Moment.of(instant, ZoneInfo(zone))

    assert moment.instant < moment.day_ends_at
    assert moment.micros == to_micros(instant)
    assert BusinessDay.of(moment.day_ends_at, ZoneInfo(zone)).number > moment.day_number
