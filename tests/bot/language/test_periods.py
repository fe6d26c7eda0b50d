"""A stretch of days as people write it, and what a history is searched for."""

from datetime import date

import pytest

from bot.language.lexicon import Lexicon
from bot.language.periods import Period, read_period
from bot.language.searches import Search, read_search

TODAY = date(2026, 11, 24)


def days(first: str, after_last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(after_last))


NOVEMBER = days("2026-11-01", "2026-12-01")


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("november", NOVEMBER),
        ("Nov", NOVEMBER),
        ("for November 2026", NOVEMBER),
        ("2026 november", NOVEMBER),
        ("2026-11", NOVEMBER),
        ("11/2026", NOVEMBER),
        ("this month", NOVEMBER),
        ("december", days("2025-12-01", "2026-01-01")),
        ("last month", days("2026-10-01", "2026-11-01")),
        ("last 3 months", days("2026-09-01", "2026-12-01")),
        ("this year", days("2026-01-01", "2027-01-01")),
        ("2024", days("2024-01-01", "2025-01-01")),
        ("feb 2024", days("2024-02-01", "2024-03-01")),
        ("today", days("2026-11-24", "2026-11-25")),
        ("yesterday", days("2026-11-23", "2026-11-24")),
        ("2026-11-24", days("2026-11-24", "2026-11-25")),
        ("from 2026-11-01 to 2026-11-15", days("2026-11-01", "2026-11-16")),
        ("2024-02-29", days("2024-02-29", "2024-03-01")),
    ],
)
def test_a_stretch_of_days_is_read(english: Lexicon, text: str, period: Period) -> None:
    assert read_period(text, TODAY, english) == period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "for",
        "tea",
        "2026-13",
        "2026-02-30",
        "1850",
        "99999-01",
        "novembre",
        "2026-11-15 to 2026-11-01",
        "0",
        "२०२६",
    ],
)
def test_what_names_no_days_is_not_guessed_at(english: Lexicon, text: str) -> None:
    assert read_period(text, TODAY, english) is None


def test_in_january_last_month_was_in_another_year(english: Lexicon) -> None:
    assert read_period("last month", date(2026, 1, 31), english) == days("2025-12-01", "2026-01-01")


@pytest.mark.parametrize(
    ("text", "search"),
    [
        ("sent", Search(sent=True)),
        ("received", Search(received=True)),
        ("november", Search(period=NOVEMBER)),
        ("tea", Search(words="tea")),
        ("with Priya", Search(words="Priya")),
        ("sent to Priya Sharma in november 2026", Search(sent=True, period=NOVEMBER, words="Priya Sharma")),
        ("received from my sister in november", Search(received=True, period=NOVEMBER, words="my sister")),
        ("in november", Search(period=NOVEMBER)),
        ("2026-11 rent", Search(period=NOVEMBER, words="rent")),
        ("chai and samosa", Search(words="chai and samosa")),
        ("", Search()),
    ],
)  # fmt: skip
def test_a_search_takes_out_the_way_and_the_days(english: Lexicon, text: str, search: Search) -> None:
    assert read_search(text, TODAY, english) == search
