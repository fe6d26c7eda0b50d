"""Numbers in words, or in digits with words behind: two hundred and fifty, dhai hazaar, 2 lakh 50 thousand.

It knows how numbers are put together in the languages of the lexicons, and nothing of money. What does not fit together
in the one way a language allows (two fifty, do teen sau) is no number: it is said to be faulty, and never added up.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile
from typing import Any, Final, Self

HUNDRED: Final = 100
THOUSAND: Final = 1000
_INDIAN: Final = frozenset({100_000, 10_000_000})  # lakh, crore
_TEN: Final = 10
_QUARTER: Final = Fraction(1, 4)
_HALF: Final = Fraction(1, 2)
_LEAST_WITH_A_HALF: Final = 3  # saadhe teen is 3.5; 1.5 and 2.5 have words of their own
_LONGEST: Final = 24  # words of one number; nobody says more, and it bounds the work
_LONGEST_ATOM: Final = 3  # words: "quatre vingt dix"

Digits = Callable[[int], Fraction | None]


@dataclass(frozen=True, slots=True)
class Ten:
    """A word behind which a smaller number may stand: twenty takes 1 to 9, soixante 1 to 19."""

    value: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class NumeralWords:
    """The words of numbers in one language: the table ``numbers`` of its lexicon, where each is explained."""

    plain: Mapping[str, int]
    tens: Mapping[str, Ten]
    joins_tens: frozenset[str]
    scales: Mapping[str, int]
    joins: frozenset[str]
    articles: frozenset[str]
    and_a_half: tuple[tuple[str, ...], ...]
    quarters: Mapping[str, int]
    halves: Mapping[str, Fraction]
    points: frozenset[str]
    weak: frozenset[str]
    bare_hundred: bool
    starts: frozenset[str]
    words: frozenset[str]

    @classmethod
    def of(cls, table: Mapping[str, Any], fold: Callable[[str], list[str]]) -> Self:
        """From the table; ``fold`` gives every way a phrase may be compared. ``KeyError`` names what is missing."""
        plain = {way: value for value, ways in enumerate(table["plain"]) for one in ways for way in fold(one)}
        tens = {way: Ten(*numbers) for one, numbers in table["tens"].items() for way in fold(one)}
        scales = {way: value for one, value in table["scales"].items() for way in fold(one)}
        quarters = {way: value for one, value in table["quarters"].items() for way in fold(one)}
        halves = {way: Fraction(value, 2) for one, value in table["halves"].items() for way in fold(one)}
        articles = frozenset(way for one in table["articles"] for way in fold(one))
        parts = [phrase.split() for phrase in (*plain, *tens, *scales, *quarters, *halves)]
        starts = frozenset(words[0] for words in parts)
        return cls(
            plain=plain,
            tens=tens,
            joins_tens=frozenset(table["joins_tens"]),
            scales=scales,
            joins=frozenset(table["joins"]),
            articles=articles,
            and_a_half=tuple(tuple(one.split()) for one in table["and_a_half"]),
            quarters=quarters,
            halves=halves,
            points=frozenset(way for one in table["points"] for way in fold(one)),
            weak=frozenset(way for one in table["weak"] for way in fold(one)),
            bare_hundred=table["bare_hundred"],
            starts=starts,
            words=frozenset(word for words in parts for word in words),
        )


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number and the word behind it. ``value`` is ``None`` where words of numbers do not make one number.

    ``weak``: one word that often means something else.
    """

    end: int
    value: Fraction | None
    weak: bool = False
    scaled: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands before and at one scale: two hundred and fifty | thousand."""

    end: int
    count: Fraction
    scale: int
    digits: bool

    @property
    def value(self) -> Fraction:
        return self.count * self.scale


class Faulty(Exception):  # noqa: N818 - never leaves this module
    """The words do not make one number."""


def read_numeral(words: NumeralWords, folds: Sequence[str], at: int, end: int, digits: Digits) -> Numeral | None:
    """The number that starts at ``folds[at]``; ``None`` if none starts there.

    ``digits`` gives the value of a word that is nothing but digits, or ``None``.
    """
    end = min(end, at + _LONGEST)
    reader = _Reader(words, folds, end, digits)
    try:
        found = reader.number(at)
    except Faulty:
        found = Numeral(at + 1, None)
    if found is None:
        return None
    stop = _end_of_words(words, folds, found.end, end, digits)
    return found if stop == found.end else Numeral(stop, None)


def _end_of_words(words: NumeralWords, folds: Sequence[str], at: int, end: int, digits: Digits) -> int:
    """Past whatever else is a number: what follows a number directly belongs to it, or makes it none."""
    stop = at
    while stop < end and (folds[stop] in words.words or digits(stop) is not None):
        stop += 1
    return stop


@dataclass(frozen=True, slots=True)
class _Reader:
    words: NumeralWords
    folds: Sequence[str]
    end: int
    digits: Digits

    def number(self, at: int) -> Numeral | None:
        first = self._part(at)
        if first is None:
            return None
        total, last, stop = first.value, first, first.end
        while last.scale > 1 and (following := self._next(stop)) is not None:
            self._check(last, following, joined=self.folds[stop] in self.words.joins)
            total, last, stop = total + following.value, following, following.end
        weak = stop == at + 1 and self.folds[at] in self.words.weak
        scaled = any(fold in self.words.scales for fold in self.folds[at:stop])
        return Numeral(stop, total, weak, scaled)

    def _next(self, at: int) -> _Part | None:
        joined = at < self.end and self.folds[at] in self.words.joins
        found = self._part(at + joined)
        return found if found is None or not (joined and found.digits) else None

    def _check(self, last: _Part, following: _Part, *, joined: bool) -> None:
        """Scales fall, and what follows stays below the scale before. Digits fill the places: not "1 lakh 20".

        "One lakh twenty" may be 100,020, and in a shop it is 120,000.
        """
        tens = following.scale == 1 and _TEN <= following.value < HUNDRED
        if last.scale in _INDIAN and tens and not joined:
            raise Faulty
        fractional = last.count.denominator > 1 or following.value.denominator > 1
        too_much = following.value >= last.scale or following.scale >= last.scale
        too_little = following.digits and following.scale == 1 and following.value * _TEN < last.scale
        if fractional or too_much or too_little:
            raise Faulty

    def _part(self, at: int) -> _Part | None:
        if at >= self.end:
            return None
        count, stop, written = self._count(at)
        if count is not None and stop < self.end and self.folds[stop] in self.words.points:
            count, stop = self._decimals(count, stop)
        scale, behind = self._scale(stop)
        if count is None:
            if scale == 1 or (scale == HUNDRED and not self._may_be_bare(at)):
                return None
            count = Fraction(1)
        elif scale >= THOUSAND and count >= THOUSAND and not written:
            raise Faulty
        return _Part(behind, count, scale, written)

    def _may_be_bare(self, at: int) -> bool:
        """A hundred without a number before it ("sau") stands first; "deux mille cent" is French."""
        return self.words.bare_hundred or at == 0 or self.folds[at - 1] not in self.words.scales

    def _scale(self, at: int) -> tuple[int, int]:
        """The scale that stands here; a lakh crore is both."""
        scale = 1
        while at < self.end and (found := self.words.scales.get(self.folds[at])):
            if found <= scale:
                break  # "sept millions mille": the smaller scale begins a part of its own
            scale *= found
            at += 1
        return scale, at

    def _count(self, at: int) -> tuple[Fraction | None, int, bool]:
        """What stands before a scale of a thousand and more, where it ends, and whether it is digits."""
        written = self.digits(at)
        if written is not None:
            half = self._half_behind(at + 1) if written.denominator == 1 else 0
            return (written + _HALF, at + 1 + half, False) if half else (written, at + 1, True)
        fold = self.folds[at]
        if fold in self.words.quarters:
            return self._with_quarters(at)
        if fold in self.words.halves:
            return self.words.halves[fold], at + 1, False
        if fold in self.words.articles and at + 1 < self.end and self.folds[at + 1] in self.words.scales:
            return Fraction(1), at + 1, False
        below, stop = self._below_hundred(at)
        if below is None and self._is_hundred(at) and self._may_be_bare(at):
            below, stop = 1, at
        if below is None:
            return None, at, False
        count = Fraction(below)
        if half := self._half_behind(stop):
            return count + _HALF, stop + half, False
        return self._hundreds(count, stop)

    def _half_behind(self, at: int) -> int:
        """How many words say "and a half" here."""
        halves = (len(half) for half in self.words.and_a_half if tuple(self.folds[at : at + len(half)]) == half)
        return max(halves, default=0)

    def _is_hundred(self, at: int) -> bool:
        return at < self.end and self.words.scales.get(self.folds[at]) == HUNDRED

    def _hundreds(self, count: Fraction, at: int) -> tuple[Fraction, int, bool]:
        """Two hundred, and what stands between it and a thousand: two hundred and fifty."""
        if not self._is_hundred(at):
            return count, at, False
        count, at = count * HUNDRED, at + 1
        joined = at < self.end and self.folds[at] in self.words.joins
        below, stop = self._below_hundred(at + joined)
        if below is None or self._is_hundred(stop):
            return count, at, False
        if below == 0:
            raise Faulty
        return count + below, stop, False

    def _with_quarters(self, at: int) -> tuple[Fraction, int, bool]:
        """Sava, saadhe, paune: a quarter more, a half more, a quarter less than the number or the scale behind."""
        quarters = self.words.quarters[self.folds[at]] * _QUARTER
        written = self.digits(at + 1) if at + 1 < self.end else None
        below, stop = self._below_hundred(at + 1)
        if written is not None and written.denominator == 1:
            below, stop = int(written), at + 2
        if below is None:
            below, stop = 1, at + 1
            if quarters == _HALF or stop >= self.end or self.folds[stop] not in self.words.scales:
                raise Faulty
        least = _LEAST_WITH_A_HALF if quarters == _HALF else 1
        if below < least:
            raise Faulty
        return below + quarters, stop, False

    def _decimals(self, count: Fraction, at: int) -> tuple[Fraction, int]:
        """Point five, point two five, virgule cinquante."""
        written = self.digits(at + 1) if at + 1 < self.end else None
        if written is not None:
            shown = self.folds[at + 1]
            if not shown.isdecimal() or count.denominator > 1:
                raise Faulty
            return count + written / _TEN ** len(shown), at + 2
        said = list(takewhile(lambda fold: fold in self.words.plain, self.folds[at + 1 : self.end]))
        figures = [self.words.plain[fold] for fold in said]
        if len(figures) == 1 and figures[0] >= _TEN:
            return count + Fraction(figures[0], HUNDRED), at + 2
        if not figures and (below := self._below_hundred(at + 1))[0]:
            return count + Fraction(below[0] or 0, HUNDRED), below[1]
        if not figures or any(figure >= _TEN for figure in figures) or count.denominator > 1:
            raise Faulty
        decimals = int("".join(map(str, figures)))
        return count + Fraction(decimals, _TEN ** len(figures)), at + 1 + len(figures)

    def _below_hundred(self, at: int) -> tuple[int | None, int]:
        """A number from 0 to 99 in one to four words."""
        for size in range(min(_LONGEST_ATOM, self.end - at), 0, -1):
            phrase = " ".join(self.folds[at : at + size])
            if (ten := self.words.tens.get(phrase)) is not None:
                return self._behind_ten(ten, at + size)
            if (value := self.words.plain.get(phrase)) is not None:
                return value, at + size
        return None, at

    def _behind_ten(self, ten: Ten, at: int) -> tuple[int, int]:
        joined = at < self.end and self.folds[at] in self.words.joins_tens
        unit, stop = self._below_hundred(at + joined) if at + joined < self.end else (None, at)
        if unit is None or not ten.least <= unit <= ten.most:
            return ten.value, at
        return ten.value + unit, stop
