"""An amount as people write it, read exactly or not at all. No rounding and no floating point anywhere.

What could be two different amounts is asked about; what is no amount of this currency is refused with its reason.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.language.intents import AskWhat, RefuseWhy
from bot.language.lexicon import Lexicon
from bot.language.words import Kind, Word, has_hidden
from ledger.kernel.money import MAX_MINOR_UNITS, Money, exponent

# ₹200, Rs.200, -200, 1,50,000.50, 1.5k, 500rs, 200/-: sign, mark, sign, digits, whatever follows.
_NUMBER = re.compile(
    r"([-+−–]?)"
    r"(?:([^\W\d_]{1,8})\.?|([^\W\d_]{0,4}[^\w\s.,+\-−–]{1,2}))?"  # a dot belongs to letters: Rs.200, never ₹.50
    r"([-+−–]?)([0-9.][0-9.,]*)(\D.*)?",
    re.DOTALL,
)
_NOTATION = re.compile(r"[-+]?(0[xXoObB].*|[0-9.]+[eE][-+]?[0-9]+)")
_WESTERN = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+")
_INDIAN = re.compile(r"[1-9][0-9]?(,[0-9]{2})*,[0-9]{3}")
_DOTTED_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3})+")
_CODE_LETTERS = 3  # ISO 4217
_MAX_DIGITS = 40  # far more than 2^63 - 1 has; beyond it the number is not even converted
HOME_REGION = "IN"  # the product's home; a deployment's own comes from its time zone
_PHONE_DIGITS = range(10, 14)  # bare digits of this length are more likely a phone number than crores
# Scripts whose digits are read as they stand: keyboards have them. Others (²00, 𝟐00, ２００) are look-alikes.
_DIGIT_SCRIPTS = {
    "ARABIC-INDIC", "EXTENDED ARABIC-INDIC", "DEVANAGARI", "BENGALI", "GUJARATI", "GURMUKHI", "ORIYA", "TAMIL",
    "TELUGU", "KANNADA", "MALAYALAM",
}  # fmt: skip

Fault: TypeAlias = AskWhat | RefuseWhy


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
class AmountReader:
    """Reads amounts in one account's currency, in one language, as one locale writes numbers.

    ``region`` (ISO 3166) is where a phone number without a country code belongs, so that it is not taken for money.
    """

    currency: str
    lexicon: Lexicon
    locale: str = "en-IN"
    region: str = HOME_REGION

    def at(self, words: Sequence[Word], at: int, end: int) -> Found | None:
        """The amount that starts at ``words[at]``; ``None`` if no amount starts there."""
        word = words[at]
        if word.kind is Kind.NUMBER:
            mark = "" if word.text[0].isdigit() else self.mark_alone(word)
            return self._behind_mark(words, at, end, mark) if mark else self._number(words, at, end)
        if word.fold in self.lexicon.negative and at + 1 < end and self._is_numeral(words[at + 1]):
            stop = at + 2
            while stop < end and words[stop].fold in self.lexicon.number_words:
                stop += 1
            return Found(stop, fault=RefuseWhy.NOT_POSITIVE)
        mark = self.mark_alone(word)
        return self._behind_mark(words, at, end, mark) if mark else None

    def _is_numeral(self, word: Word) -> bool:
        return word.kind is Kind.NUMBER or word.fold in self.lexicon.number_words

    def mark_alone(self, word: Word) -> str:
        """The word if it is nothing but a currency: ₹, Rs, INR."""
        fold = word.fold.rstrip(".")
        return fold if fold in self.lexicon.currencies or _is_code(word.text) else ""

    def _behind_mark(self, words: Sequence[Word], at: int, end: int, mark: str) -> Found | None:
        """``Rs 200``: the mark and the number are two words."""
        if at + 1 >= end or words[at + 1].kind is not Kind.NUMBER:
            return None
        if words[at].tail.strip(".") or words[at].lead:
            return Found(at + 2, fault=AskWhat.WHICH_AMOUNT)
        return self._number(words, at + 1, end, mark)

    def _number(self, words: Sequence[Word], at: int, end: int, mark: str = "") -> Found | None:
        """Digits with what is glued to them, then a scale and a currency as words of their own."""
        word = words[at]
        text = _to_ascii_digits(word.text)
        if text is None or has_hidden(text):
            return Found(at + 1, fault=RefuseWhy.NOT_A_NUMBER)
        if _NOTATION.fullmatch(text):
            return Found(at + 1, fault=RefuseWhy.NOT_A_NUMBER)
        match = _NUMBER.fullmatch(text)
        if not match:
            return None if text[0].isalpha() else Found(at + 1, fault=AskWhat.WHICH_AMOUNT)
        sign, letters, symbol, inner_sign, digits, suffix = match.groups(default="")
        glued_mark = letters or symbol
        if glued_mark and not self._knows(glued_mark):
            return None if glued_mark[0].isalpha() else Found(at + 1, fault=AskWhat.WHICH_AMOUNT)
        marks = [found for found in (mark, glued_mark) if found]
        scale, faulty = self._suffix(suffix, marks)
        if faulty:
            return Found(at + 1, fault=faulty)
        stop = at + 1
        if not word.tail:
            scale, stop = self._words_behind(words, stop, end, scale, marks)
        fault, detail = self._sign_and_currency(sign or inner_sign, marks)
        if fault:
            return Found(stop, fault=fault, detail=detail, marked=bool(marks))
        plain = not marks and scale == 1
        return self._value(digits, scale, stop, plain=plain, marked=bool(marks))

    def _knows(self, mark: str) -> bool:
        return mark.casefold().rstrip(".") in self.lexicon.currencies or _is_code(mark)

    def _suffix(self, suffix: str, marks: list[str]) -> tuple[int, Fault | None]:
        """What is glued behind the digits: nothing, ``k``, ``rs``, ``/-``; a currency found is added to ``marks``."""
        if not suffix:
            return 1, None
        fold = suffix.casefold()
        for ending in self.lexicon.after_amount:
            fold = fold.removesuffix(ending) if not fold.isalpha() else fold
        if fold in self.lexicon.scales:
            return self.lexicon.scales[fold], None
        if not fold or self._knows(fold):
            marks.extend([fold] if fold else [])
            return 1, None
        return 1, AskWhat.WHICH_AMOUNT

    def _words_behind(self, words: Sequence[Word], at: int, end: int, scale: int, marks: list[str]) -> tuple[int, int]:
        """A scale (``2 lakh``), then currencies and "only" (``rupees only``); their scale and where they end."""
        if scale == 1 and at < end and words[at].fold in self.lexicon.scales:
            scale, at = self.lexicon.scales[words[at].fold], at + 1
        while at < end and not words[at - 1].tail:
            fold = words[at].fold
            if self.mark_alone(words[at]):
                marks.append(fold.rstrip("."))
            elif fold not in self.lexicon.after_amount:
                break
            at += 1
        return scale, at

    def _sign_and_currency(self, sign: str, marks: list[str]) -> tuple[Fault | None, str]:
        for mark in marks:
            codes = self.lexicon.currencies.get(mark.casefold().rstrip("."), (mark.upper(),))
            if self.currency not in codes:
                return RefuseWhy.OTHER_CURRENCY, codes[0]
        if sign and sign in "-−–":
            return RefuseWhy.NOT_POSITIVE, ""
        return (AskWhat.WHICH_AMOUNT if sign else None), ""

    def _value(self, digits: str, scale: int, stop: int, *, plain: bool, marked: bool) -> Found:
        """The integer of minor units, or why there is none."""
        fault = self._grouping(digits)
        if fault:
            return Found(stop, fault=fault, marked=marked)
        whole, _, decimals = digits.replace(",", "").partition(".")
        if len(whole) + len(decimals) > _MAX_DIGITS:
            return Found(stop, fault=RefuseWhy.TOO_LARGE, marked=marked)
        places = exponent(self.currency)
        minor_units, rest = divmod(int(whole + decimals) * scale * 10**places, 10 ** len(decimals))
        if rest or (scale == 1 and len(decimals) > places):
            return Found(stop, fault=RefuseWhy.TOO_PRECISE, marked=marked)
        if minor_units == 0:
            return Found(stop, fault=RefuseWhy.NOT_POSITIVE, marked=marked)
        if minor_units > MAX_MINOR_UNITS:
            return Found(stop, fault=RefuseWhy.TOO_LARGE, marked=marked)
        if plain and digits.isdigit() and len(digits) in _PHONE_DIGITS:
            return Found(stop, fault=AskWhat.NUMBER_OR_NAME)
        return Found(stop, Money(minor_units, self.currency), marked=marked)

    def _grouping(self, digits: str) -> Fault | None:
        """Whether commas and dots can mean one thing only: 1,50,000 and 150,000 do, 1,00 and 1.000 do not."""
        whole, dot, decimals = digits.partition(".")
        if not whole:
            return AskWhat.WHICH_AMOUNT  # "Rs .50" is half a rupee or fifty, mistyped
        if "," in decimals or "." in decimals or (dot and not decimals):
            return AskWhat.GROUPING
        if "," in whole and not (_WESTERN.fullmatch(whole) or _INDIAN.fullmatch(whole)):
            return AskWhat.GROUPING
        if len(whole) > 1 and whole.startswith("0"):
            return AskWhat.WHICH_AMOUNT if whole.strip("0") else RefuseWhy.NOT_POSITIVE
        if "," not in whole and self._dot_may_group(digits, decimals):
            return AskWhat.GROUPING
        foreign = self.locale not in self.lexicon.locales and self.locale.replace("_", "-") not in self.lexicon.locales
        if foreign and "," in whole and not dot:
            return AskWhat.GROUPING
        return None

    def _dot_may_group(self, digits: str, decimals: str) -> bool:
        """1.500 could be a thousand and a half; 200.999 is just too precise; a dinar has three decimals anyway."""
        return (
            exponent(self.currency) != len(decimals)
            and decimals.endswith("0")
            and bool(_DOTTED_THOUSANDS.fullmatch(digits))
        )


def _is_code(text: str) -> bool:
    """An ISO 4217 code in capitals that the lexicon need not list."""
    return (
        len(text) == _CODE_LETTERS
        and text.upper() in ISO_CODES
        and (text.isupper() or text.upper() not in _CODES_LIKE_WORDS)
    )


def _to_ascii_digits(text: str) -> str | None:
    """The same with ASCII digits; ``None`` when a digit is a look-alike, or digits of two scripts are mixed."""
    if text.isascii():
        return text
    scripts = set()
    for character in text:
        if character in "0123456789":
            scripts.add("ASCII")
        elif unicodedata.category(character).startswith("N"):
            scripts.add(unicodedata.name(character, "").partition(" DIGIT ")[0])
    if len(scripts) > 1 or not scripts <= _DIGIT_SCRIPTS | {"ASCII"}:
        return None
    return "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in text)


# ISO 4217 list one: codes of money that people hold.
ISO_CODES = frozenset({
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF",
    "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLF", "CLP", "CNY", "COP",
    "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL",
    "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK",
    "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD",
    "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN",
    "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON",
    "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC",
    "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYI", "UYU",
    "UYW", "UZS", "VED", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
})  # fmt: skip
_CODES_LIKE_WORDS = frozenset(
    {
        "ALL",
        "TRY",
        "TOP",
        "CUP",
        "MAD",
        "SOS",
        "PEN",
        "LAK",
        "GEL",
        "RON",
        "BAM",
        "NAD",
        "BOB",
        "COP",
        "MOP",
        "SAR",
        "ZAR",
        "SHP",
        "SEK",
        "CAD",
        "ANG",
        "DOP",
        "MUR",
        "SLE",
        "ERN",
    }
)
