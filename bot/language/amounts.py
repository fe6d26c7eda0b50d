"""An amount as people write it, read exactly or not at all. No rounding and no floating point anywhere.

What could be two different amounts is asked about; what is no amount of this currency is refused with its reason.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.language.currencies import is_code
from bot.language.digits import NOTATION, Fault, is_a_group, starts_a_group, to_ascii_digits, value_of
from bot.language.intents import AskWhat, RefuseWhy
from bot.language.lexicon import Lexicon
from bot.language.numerals import Numeral, NumeralWords, read_numeral
from bot.language.words import Kind, Word, has_hidden
from ledger.kernel.money import MAX_MINOR_UNITS, Money, exponent

# ₹200, Rs.200, -200, 1,50,000.50, 1.5k, 500rs, 200/-: sign, mark, sign, digits, whatever follows.
_NUMBER = re.compile(
    r"([-+−–]?)"
    r"(?:([^\W\d_]{1,8})\.?|([^\W\d_]{0,4}[^\w\s.,+\-−–]{1,2}))?"  # a dot belongs to letters: Rs.200, never ₹.50
    r"([-+−–]?)([0-9.][0-9.,]*)(\D.*)?",
    re.DOTALL,
)
_ONLY_DIGITS = re.compile(r"[0-9][0-9.,]*", re.ASCII)
_FRENCH_EURO = re.compile(r"([0-9]+)[€]([0-9]{2})")  # 20€50, where cents may go unnamed
HOME_REGION = "IN"  # the product's home; a deployment's own comes from its time zone
_PHONE_DIGITS = range(10, 14)  # bare digits of this length are more likely a phone number than crores
_LAKH, _LAKHS = "L", 100_000  # 5L, in a capital: a small one is read as a one
_CENTS = 2  # decimals of the currencies whose hundredth part has a name
_MOST_CENTS = 100
_MOST_DIGITS_IN_WORDS = 20  # of a number with words behind it
_A_GROUP = 3  # digits
_LONGEST = 24  # words of one number


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at a place where an amount may stand: money, or what is wrong with it, and the word behind it.

    ``marked`` when a currency was written with it, so that it is certainly money.
    """

    end: int
    money: Money | None = None
    fault: Fault | None = None
    detail: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class _Written:
    """Digits as they stand, what they are multiplied by, and a sign before them."""

    digits: str
    scale: int
    sign: str


@dataclass(frozen=True, slots=True)
class AmountReader:
    """Reads amounts in one account's currency, in one language, as one locale writes numbers.

    ``region`` (ISO 3166) is where a phone number without a country code belongs, so that it is not taken for money.
    """

    currency: str
    lexicon: Lexicon
    locale: str = "en-IN"
    region: str = HOME_REGION
    expected: bool = False  # an amount was asked for, so that a word such as "one" is certainly one
    by_place: bool = False  # no words of the language stand around it: what a comma means is the locale's to say alone

    def at(self, words: Sequence[Word], at: int, end: int) -> Found | None:
        """The amount that starts at ``words[at]``; ``None`` if no amount starts there."""
        word, lexicon = words[at], self.lexicon
        if word.kind is Kind.NUMBER:
            mark = "" if word.text[0].isdigit() else self.mark_alone(word)
            return self._behind_mark(words, at, end, mark) if mark else self._number(words, at, end)
        if word.fold in lexicon.negative and at + 1 < end and self._is_numeral(words[at + 1]):
            stop = at + 2
            while stop < end and words[stop].fold in lexicon.number_words:
                stop += 1
            return Found(stop, fault=RefuseWhy.NOT_POSITIVE)
        if word.fold in lexicon.numerals.starts or word.fold in lexicon.numerals.articles:
            found = self._spoken(words, at, end, lexicon.numerals)
            if found is not None:
                return found
        mark = self.mark_alone(word)
        if mark:
            return self._behind_mark(words, at, end, mark)
        return self._borrowed(words, at, end)

    def starts_number(self, fold: str) -> bool:
        """Whether a number in words may start so, in this language."""
        return fold in self.lexicon.numerals.starts

    def _is_numeral(self, word: Word) -> bool:
        return word.kind is Kind.NUMBER or word.fold in self.lexicon.number_words

    def mark_alone(self, word: Word) -> str:
        """The word if it is nothing but a currency: ₹, Rs, INR."""
        fold = word.fold.rstrip(".")
        return fold if fold in self.lexicon.currencies or is_code(word.text) else ""

    def _behind_mark(self, words: Sequence[Word], at: int, end: int, mark: str) -> Found | None:
        """``Rs 200``: the mark and the number are two words."""
        if at + 1 >= end:
            return None
        following = words[at + 1]
        if following.kind is not Kind.NUMBER and not self.starts_number(following.fold):
            return None
        if words[at].tail.strip(".") or words[at].lead:
            return Found(at + 2, fault=AskWhat.WHICH_AMOUNT)
        if following.kind is Kind.NUMBER:
            return self._number(words, at + 1, end, mark)
        return self._spoken(words, at + 1, end, self.lexicon.numerals, [mark])

    # ── in digits ────────────────────────────────────────────────────────────

    def _number(self, words: Sequence[Word], at: int, end: int, mark: str = "") -> Found | None:
        """Digits with what is glued to them, then a scale and a currency as words of their own."""
        word = words[at]
        text = to_ascii_digits(word.text)
        if text is None or has_hidden(text) or NOTATION.fullmatch(text):
            return Found(at + 1, fault=RefuseWhy.NOT_A_NUMBER)
        match = _NUMBER.fullmatch(text)
        if not match:
            return None if text[0].isalpha() else Found(at + 1, fault=AskWhat.WHICH_AMOUNT)
        sign, letters, symbol, inner_sign, digits, suffix = match.groups(default="")
        glued_mark = letters or symbol
        if glued_mark and not self._knows(glued_mark):
            return None if glued_mark[0].isalpha() else Found(at + 1, fault=AskWhat.WHICH_AMOUNT)
        marks = [found for found in (mark, glued_mark) if found]
        if self.lexicon.bare_minor_units and (euros := _FRENCH_EURO.fullmatch(text)):
            digits, suffix, marks = f"{euros[1]}.{euros[2]}", "", [*marks, "€"]
        scale, faulty = self._suffix(suffix, marks)
        if faulty:
            return Found(at + 1, fault=faulty)
        stop = at + 1
        if not (word.tail or suffix):
            digits, stop = self._groups(words, digits, stop, end)
            if stop > at + 1 and self._may_be_two(words, digits, stop, end, marked=bool(marks)):
                return Found(stop, fault=AskWhat.GROUPING, marked=bool(marks))
            if stop == at + 1 and stop < end and self._goes_on(words, stop, end):
                return self._spoken(words, at, end, self.lexicon.numerals, marks, first=text if not marks else digits)
        if not words[stop - 1].tail:
            scale, stop = self._scale_behind(words, stop, end, scale)
        return self._written(words, _Written(digits, scale, sign or inner_sign), stop, end, marks)

    def _groups(self, words: Sequence[Word], digits: str, at: int, end: int) -> tuple[str, int]:
        """``1 500,50``, where spaces group: in the languages and the places that write it so."""
        if not self._comma_decimals or not starts_a_group(digits):
            return digits, at
        while at < end and is_a_group(words[at].text) and "," not in digits:
            digits, at = f"{digits} {words[at].text}", at + 1
            if words[at - 1].tail:
                break
        return digits, at

    def _may_be_two(self, words: Sequence[Word], digits: str, at: int, end: int, *, marked: bool) -> bool:
        """12 500 is one amount beside a currency; 200 300 may be two, and 150 000 cannot."""
        first, *others = digits.split(" ")
        if len(first) == 1 or len(others) > 1 or others[0].startswith("0") or "," in digits:
            return False
        return len(first) == _A_GROUP or not (marked or (at < end and bool(self.mark_alone(words[at]))))

    @property
    def _comma_decimals(self) -> bool:
        return not self._is_home or (self.lexicon.decimal_comma and not self.by_place)

    @property
    def _is_home(self) -> bool:
        """Whether the place groups by commas and writes decimals behind a dot."""
        return self.locale.replace("_", "-") in self.lexicon.dot_locales

    def _goes_on(self, words: Sequence[Word], at: int, end: int) -> bool:
        """Whether words of a number stand behind digits: 2 lakh 50 thousand, 2 point 5."""
        numerals, fold = self.lexicon.numerals, words[at].fold
        if fold in numerals.points:
            return at + 1 < end
        if fold in numerals.scales:
            return True
        return any(tuple(word.fold for word in words[at : at + len(half)]) == half for half in numerals.and_a_half)

    def _written(self, words: Sequence[Word], shown: _Written, stop: int, end: int, marks: list[str]) -> Found:
        """Digits and all that was found around them."""
        digits, scale = shown.digits, shown.scale
        plain = not marks and scale == 1
        stop = self._marks_behind(words, stop, end, marks)
        fault, detail = self._sign_and_currency(shown.sign, marks)
        if fault:
            return Found(stop, fault=fault, detail=detail, marked=bool(marks))
        places = exponent(self.currency)
        read = value_of(digits, places=places, comma=self._comma_decimals, dot_only=self._is_home)
        if not isinstance(read, tuple):
            return Found(stop, fault=read, marked=bool(marks))
        value, decimals = read
        if scale == 1 and decimals > places:
            return Found(stop, fault=RefuseWhy.TOO_PRECISE, marked=bool(marks))
        if plain and not marks and digits.isdigit() and len(digits) in _PHONE_DIGITS:
            return Found(stop, fault=AskWhat.NUMBER_OR_NAME)
        return self._with_cents(words, value * scale, stop, end, marks)

    def _knows(self, mark: str) -> bool:
        return mark.casefold().rstrip(".") in self.lexicon.currencies or is_code(mark)

    def _suffix(self, suffix: str, marks: list[str]) -> tuple[int, Fault | None]:
        """What is glued behind the digits: nothing, ``k``, ``rs``, ``/-``; a currency found is added to ``marks``."""
        if not suffix:
            return 1, None
        if suffix == _LAKH:
            return _LAKHS, None
        fold = suffix.casefold()
        for ending in self.lexicon.after_amount:
            fold = fold.removesuffix(ending) if not fold.isalpha() else fold
        if fold in self.lexicon.scales:
            return self.lexicon.scales[fold], None
        if fold[:-1] in self.lexicon.scales and self._knows(fold[-1]):
            marks.append(fold[-1])  # 10k$
            return self.lexicon.scales[fold[:-1]], None
        if not fold or self._knows(fold):
            marks.extend([fold] if fold else [])
            return 1, None
        return 1, AskWhat.WHICH_AMOUNT

    def _scale_behind(self, words: Sequence[Word], at: int, end: int, scale: int) -> tuple[int, int]:
        """A scale as a word of its own, that is no word of a number: 1.5 k."""
        if scale == 1 and at < end and words[at].fold in self.lexicon.scales:
            return self.lexicon.scales[words[at].fold], at + 1
        return scale, at

    def _marks_behind(self, words: Sequence[Word], at: int, end: int, marks: list[str]) -> int:
        """Currencies and "only" behind the number (``rupees only``), and where they end."""
        while at < end and not words[at - 1].tail:
            if self.mark_alone(words[at]):
                marks.append(words[at].fold.rstrip("."))
            elif words[at].fold not in self.lexicon.after_amount:
                break
            at += 1
        return at

    def _sign_and_currency(self, sign: str, marks: list[str]) -> tuple[Fault | None, str]:
        for mark in marks:
            codes = self.lexicon.currencies.get(mark.casefold().rstrip("."), (mark.upper(),))
            if self.currency not in codes:
                return RefuseWhy.OTHER_CURRENCY, codes[0]
        if sign and sign in "-−–":
            return RefuseWhy.NOT_POSITIVE, ""
        return (AskWhat.WHICH_AMOUNT if sign else None), ""

    # ── in words ─────────────────────────────────────────────────────────────

    def _spoken(
        self,
        words: Sequence[Word],
        at: int,
        end: int,
        numerals: NumeralWords,
        marks: Sequence[str] = (),
        *,
        first: str = "",
    ) -> Found | None:
        """A number in words, or in digits and words; ``first`` is the digits of the first word."""
        numeral = self._numeral(words, at, end, numerals, first)
        if numeral is None:
            return None
        return self._of_numeral(words, numeral, end, list(marks))

    def _numeral(
        self, words: Sequence[Word], at: int, end: int, numerals: NumeralWords, first: str = ""
    ) -> Numeral | None:
        window = list(_one_breath(words, at, end))
        folds = [word.fold for word in window]

        def digits(i: int) -> Fraction | None:
            if not 0 <= i < len(window) or window[i].kind is not Kind.NUMBER:
                return None
            return self._digits_alone(first if first and i == 0 else window[i].text)

        found = read_numeral(numerals, folds, 0, len(folds), digits)
        return None if found is None else Numeral(at + found.end, found.value, found.weak, found.scaled)

    def _digits_alone(self, text: str) -> Fraction | None:
        plain = to_ascii_digits(text)
        if plain is None or len(plain) > _MOST_DIGITS_IN_WORDS or not _ONLY_DIGITS.fullmatch(plain):
            return None
        read = value_of(plain, places=exponent(self.currency), comma=self._comma_decimals, dot_only=self._is_home)
        return read[0] if isinstance(read, tuple) else None

    def _of_numeral(self, words: Sequence[Word], numeral: Numeral, end: int, marks: list[str]) -> Found:
        stop = self._marks_behind(words, numeral.end, end, marks)
        fault, detail = self._sign_and_currency("", marks)
        if numeral.value is None:
            return Found(stop, fault=fault or AskWhat.WHICH_AMOUNT, detail=detail, marked=bool(marks))
        if fault:
            return Found(stop, fault=fault, detail=detail, marked=True)
        found = self._with_cents(words, numeral.value, stop, end, marks)
        if numeral.weak and not (found.marked or self.expected) and found.money is not None:
            return Found(found.end, fault=AskWhat.WHICH_AMOUNT)
        return found

    def _borrowed(self, words: Sequence[Word], at: int, end: int) -> Found | None:
        """A number in the words of a neighbouring language, where a scale or a currency makes it certain."""
        fold = words[at].fold
        for numerals in self.lexicon.borrowed:
            if fold not in numerals.starts:
                continue
            numeral = self._numeral(words, at, end, numerals)
            if numeral is None or numeral.value is None:
                continue
            found = self._of_numeral(words, numeral, end, [])
            goes_on = found.end < end and words[found.end].kind is Kind.NUMBER  # "pay Ravi Das Rs 200"
            if numeral.scaled or (found.marked and not goes_on):
                return found
        return None

    # ── the sum ──────────────────────────────────────────────────────────────

    def _with_cents(self, words: Sequence[Word], value: Fraction, stop: int, end: int, marks: list[str]) -> Found:
        """The amount with its paise, if any are said: 200 rupees 50 paise, 50 paise, 20 euros 50."""
        if stop < end and not marks and not words[stop - 1].tail and words[stop].fold in self.lexicon.minor_units:
            return self._cents_alone(words, value, stop)
        if not marks or stop >= end or words[stop - 1].tail:
            return self._money(value, stop, marked=bool(marks))
        joined = words[stop].fold in self.lexicon.and_words
        cents = self._cents_at(words, stop + joined, end, bare=not joined)
        if cents is None:
            return self._money(value, stop, marked=True)
        more, behind = cents
        if value.denominator > 1 or more.denominator > 1 or not 0 < more < _MOST_CENTS:
            return Found(behind, fault=AskWhat.WHICH_AMOUNT, marked=True)
        behind = self._marks_behind(words, behind, end, [])
        if exponent(self.currency) != _CENTS:
            return Found(behind, fault=AskWhat.WHICH_AMOUNT, marked=True)
        return self._money(value + more / _MOST_CENTS, behind, marked=True)

    def _cents_at(self, words: Sequence[Word], at: int, end: int, *, bare: bool) -> tuple[Fraction, int] | None:
        """The hundredth parts that stand here, and the word behind their name; unnamed only where that is usual."""
        if at >= end:
            return None
        if words[at].kind is Kind.NUMBER:
            value, stop = self._digits_alone(words[at].text), at + 1
        elif self.starts_number(words[at].fold):
            numeral = self._numeral(words, at, end, self.lexicon.numerals)
            value, stop = (numeral.value, numeral.end) if numeral else (None, at)
        else:
            return None
        if value is None or words[stop - 1].tail:
            named = False
        else:
            named = stop < end and self.currency in self.lexicon.minor_units.get(words[stop].fold, ())
        if value is None:
            return None
        if named:
            return value, stop + 1
        usual = bare and self.lexicon.bare_minor_units and value >= 10  # noqa: PLR2004 - two figures: 20 euros 50
        return (value, stop) if usual else None

    def _cents_alone(self, words: Sequence[Word], value: Fraction, at: int) -> Found:
        codes = self.lexicon.minor_units[words[at].fold]
        if self.currency not in codes:
            return Found(at + 1, fault=RefuseWhy.OTHER_CURRENCY, detail=codes[0], marked=True)
        if value.denominator > 1 or exponent(self.currency) != _CENTS:
            return Found(at + 1, fault=RefuseWhy.TOO_PRECISE, marked=True)
        return self._money(value / _MOST_CENTS, at + 1, marked=True)

    def _money(self, value: Fraction, stop: int, *, marked: bool) -> Found:
        """The integer of minor units, or why there is none."""
        minor_units = value * 10 ** exponent(self.currency)
        if minor_units.denominator > 1:
            return Found(stop, fault=RefuseWhy.TOO_PRECISE, marked=marked)
        if minor_units == 0:
            return Found(stop, fault=RefuseWhy.NOT_POSITIVE, marked=marked)
        if minor_units > MAX_MINOR_UNITS:
            return Found(stop, fault=RefuseWhy.TOO_LARGE, marked=marked)
        return Found(stop, Money(int(minor_units), self.currency), marked=marked)


def _one_breath(words: Sequence[Word], at: int, end: int) -> Iterator[Word]:
    """The words up to the first mark behind one: a number does not go on behind a comma."""
    for word in words[at : min(end, at + _LONGEST)]:
        yield word
        if word.tail:
            return
