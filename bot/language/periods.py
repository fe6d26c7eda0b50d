"""A stretch of days as it is written: "november", "2026-11", "last month", "2026-11-01 to 2026-11-15".

Days are the operator's business days and come in as ``today``; nothing here knows a zone or a clock. A month without a
year is the latest one that has begun: nobody asks for payments that are still to come.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

from bot.language.lexicon import Lexicon, Span
from bot.language.words import fold_word

_MONTHS: Final = 12
_ISO_MONTH: Final = re.compile(r"(\d{4})[-/.](\d{1,2})", re.ASCII)
_MONTH_YEAR: Final = re.compile(r"(\d{1,2})[-/.](\d{4})", re.ASCII)
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_YEAR: Final = re.compile(r"\d{4}", re.ASCII)
_FIRST_YEAR: Final = 2000  # "/statement 1850" is a typing slip
_LAST_YEAR: Final = 2999


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from ``begins`` up to, and without, ``ends``."""

    begins: date
    ends: date

    @classmethod
    def of_month(cls, year: int, month: int) -> Self:
        """One calendar month."""
        return cls(date(year, month, 1), _months_on(date(year, month, 1), 1))

    @classmethod
    def of_months(cls, today: date, first: int, count: int) -> Self:
        """``count`` months, the first of them ``first`` months from the month of ``today``."""
        begins = _months_on(today.replace(day=1), first)
        return cls(begins, _months_on(begins, count))

    @classmethod
    def of_year(cls, year: int) -> Self:
        """One calendar year."""
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    @property
    def last_day(self) -> date:
        """The last day in it."""
        return self.ends - timedelta(days=1)

    @property
    def code(self) -> str:
        """As short as ISO 8601 writes it, for the name of a file: 2026-11, 2026, 2026-11-24, 2026-11-01--2026-11-15."""
        if self.is_month:
            return f"{self.begins:%Y-%m}"
        if self == Period.of_year(self.begins.year):
            return f"{self.begins:%Y}"
        return f"{self.begins}" if self.begins == self.last_day else f"{self.begins}--{self.last_day}"

    @property
    def is_month(self) -> bool:
        """Whether it is one calendar month."""
        return self.begins.day == 1 and self.ends == _months_on(self.begins, 1)


def read_period(text: str, today: date, lexicon: Lexicon) -> Period | None:
    """The stretch of days that all of ``text`` names, in any of the languages, or ``None``."""
    readings = (read_period_in(text, today, one) for one in (lexicon, *lexicon.beside))
    return next((period for period in readings if period is not None), None)


def read_period_in(text: str, today: date, lexicon: Lexicon) -> Period | None:
    """The same in one language."""
    words = [word.strip(",.") for word in fold_word(text).split()]
    words = [word for word in words if word]
    if words and words[0] in lexicon.period_openers:
        words = words[1:]
    try:
        return _named(words, today, lexicon) or _month(words, today, lexicon) or _days(words, lexicon)
    except ValueError:  # the 31st of February, month 13
        return None


def _named(words: list[str], today: date, lexicon: Lexicon) -> Period | None:
    """As "this month", "last 3 months", "today"."""
    span = lexicon.spans.get(" ".join(words))
    match span:
        case Span("day", first, count):
            begins = today + timedelta(days=first)
            return Period(begins, begins + timedelta(days=count))
        case Span("month", first, count):
            return Period.of_months(today, first, count)
        case Span("year", first, count):
            return Period(date(today.year + first, 1, 1), date(today.year + first + count, 1, 1))
        case _:
            return None


def _month(words: list[str], today: date, lexicon: Lexicon) -> Period | None:
    """A month with or without its year, or a year alone."""
    match words:
        case [one] if found := _ISO_MONTH.fullmatch(one):
            return Period.of_month(_year(found[1]), int(found[2]))
        case [one] if found := _MONTH_YEAR.fullmatch(one):
            return Period.of_month(_year(found[2]), int(found[1]))
        case [one] if _YEAR.fullmatch(one):
            return Period.of_year(_year(one))
        case [name] if name in lexicon.months:
            month = lexicon.months[name]
            return Period.of_month(today.year - (month > today.month), month)
        case [name, year] if name in lexicon.months and _YEAR.fullmatch(year):
            return Period.of_month(_year(year), lexicon.months[name])
        case [year, name] if name in lexicon.months and _YEAR.fullmatch(year):
            return Period.of_month(_year(year), lexicon.months[name])
        case _:
            return None


def _days(words: list[str], lexicon: Lexicon) -> Period | None:
    """One day, or from a day to a day with both of them in it."""
    days = [_day(word) for word in words if word not in lexicon.period_joiners]
    match days:
        case [date() as only]:
            return Period(only, only + timedelta(days=1))
        case [date() as first, date() as last] if first <= last:
            return Period(first, last + timedelta(days=1))
        case _:
            return None


def _day(word: str) -> date | None:
    found = _ISO_DAY.fullmatch(word)
    return date(_year(found[1]), int(found[2]), int(found[3])) if found else None


def _year(text: str) -> int:
    year = int(text)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError("no year of payments")
    return year


def _months_on(day: date, months: int) -> date:
    """The first of the month that is ``months`` later."""
    index = day.year * _MONTHS + day.month - 1 + months
    return date(index // _MONTHS, index % _MONTHS + 1, 1)
