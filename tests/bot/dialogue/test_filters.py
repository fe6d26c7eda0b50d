"""What of a history a button brings back: exactly what it was made for, or nothing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.filters import EVERYTHING, Filter, Page, Way, page_argument, page_of
from bot.language.periods import Period
from bot.vault.tokens import MAX_ARGUMENT_BYTES

PERSON = 2**52 - 1  # the largest id that Telegram gives anybody
periods = st.builds(
    lambda begins, days: Period(begins, begins + timedelta(days=days)),
    st.dates(date(2000, 1, 1), date(2099, 1, 1)),
    st.integers(1, 60_000),
)
filters = st.builds(Filter, st.sampled_from(list(Way)), st.integers(0, PERSON), words=st.text(max_size=60))


@given(filters, st.one_of(st.none(), periods), st.integers(1, 2**48 - 1))
def test_a_page_comes_back_as_it_was_sent(wanted: Filter, period: Period | None, cursor: int) -> None:
    if period is not None:
        wanted = wanted.during(period)

    for page in (Page(wanted, cursor), Page(wanted)):
        argument = page_argument(page)

        assert len(argument) <= MAX_ARGUMENT_BYTES
        assert page_of(argument, wanted.words) == page


@given(st.binary(max_size=24), st.text(max_size=5))
def test_any_bytes_are_a_page_or_nothing(argument: bytes, words: str) -> None:
    page = page_of(argument, words)

    assert page is None or page.wanted.period is None or page.wanted.period.begins < page.wanted.period.ends


def test_a_button_of_the_first_version_still_turns_a_page() -> None:
    assert page_of(b"", "") == Page()
    assert page_of((17).to_bytes(8, "big"), "") == Page(EVERYTHING, 17)


def test_a_button_of_another_search_finds_nothing() -> None:
    """The words stay in the conversation; once they are others, an older page does not turn into theirs."""
    argument = page_argument(Page(EVERYTHING.containing("tea"), 17))

    assert page_of(argument, "tea") is not None
    assert page_of(argument, "rent") is None
    assert page_of(argument, "") is None


@pytest.mark.parametrize("period", [Period.of_month(2026, 2), Period.of_month(2026, 12)])
def test_a_month_is_told_from_other_stretches_of_days(period: Period) -> None:
    assert period.is_month
    assert not Period(period.begins, period.last_day).is_month
