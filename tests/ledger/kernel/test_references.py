"""The 12-digit reference: one a row, found again without an index."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.kernel.instants import BusinessDay
from ledger.kernel.moments import Moment
from ledger.kernel.references import (
    MODULUS,
    MULTIPLIER,
    OFFSET,
    is_reference,
    reference_of,
    reference_prefix,
    seq_candidates,
)
from tests.ledger.books import INDIA
from tests.ledger.laws import LAW


def test_a_reference_begins_with_the_year_and_the_day_of_the_year() -> None:
    """24 November 2026 is day 328."""
    assert reference_prefix(BusinessDay(date(2026, 11, 24))) == "6328"
    assert reference_prefix(BusinessDay(date(2030, 1, 1))) == "0001"
    assert reference_prefix(BusinessDay(date(2028, 12, 31))) == "8366"


def test_the_day_is_the_operators() -> None:
    """At 19:00 in London it is tomorrow in India."""
    assert Moment.of(datetime(2026, 11, 24, 19, tzinfo=UTC), INDIA).reference_prefix == "6329"


@LAW
@given(st.integers(1, 2**62), st.integers(0, MODULUS - 1))
def test_two_rows_of_a_day_never_share_a_reference(seq: int, distance: int) -> None:
    """The eight digits are a bijection: rows less than 10^8 apart differ."""
    same = reference_of(seq, "6328") == reference_of(seq + distance, "6328")

    assert same is (distance == 0)


def test_the_bijection_covers_every_eight_digits() -> None:
    """A multiplier that shares no factor with 10^8 reaches each remainder once; tried on the last four digits whole."""
    assert MULTIPLIER % 2
    assert MULTIPLIER % 5
    assert len({(seq * MULTIPLIER + OFFSET) % 10_000 for seq in range(10_000)}) == 10_000


@LAW
@given(st.integers(1, 2**40), st.integers(0, 3 * MODULUS))
def test_a_reference_leads_back_to_its_row(seq: int, rows_after: int) -> None:
    found = list(seq_candidates(reference_of(seq, "6328"), seq + rows_after)) if seq + rows_after < 10**10 else [seq]

    assert seq in found
    assert found == sorted(found, reverse=True)
    assert all(0 < candidate <= seq + rows_after for candidate in found)


def test_a_young_ledger_has_at_most_one_candidate() -> None:
    assert list(seq_candidates(reference_of(7, "6328"), 7)) == [7]
    assert list(seq_candidates(reference_of(7, "6328"), 6)) == []


def test_there_is_no_row_nought() -> None:
    assert list(seq_candidates(reference_of(0, "6328"), 10)) == []
    assert list(seq_candidates(reference_of(0, "6328"), MODULUS)) == [MODULUS]


@pytest.mark.parametrize(
    "text", ["", "6328", "63280000000a", "6328000000001", "६३२८००००००००", " 632800000000", "63280000000\n"]
)
def test_what_is_no_reference_is_said_to_be_none(text: str) -> None:
    assert not is_reference(text)
    with pytest.raises(ValueError, match="12 digits"):
        list(seq_candidates(text, 10))


@LAW
@given(st.integers(1, 2**62), st.dates())
def test_every_reference_has_twelve_digits(seq: int, day: date) -> None:
    assert is_reference(reference_of(seq, reference_prefix(BusinessDay(day))))
