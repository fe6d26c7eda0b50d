"""What stands written in digits: their script, and whether commas, dots and spaces can mean one thing only.

``1,50,000`` and ``150,000`` can, ``1,00`` and ``1.000`` cannot. It knows two ways of writing decimals and no currency.
"""

import re
import unicodedata
from fractions import Fraction
from typing import Final, TypeAlias

from bot.language.intents import AskWhat, RefuseWhy

MAX_DIGITS: Final = 40  # far more than 2^63 - 1 has; beyond it the number is not even converted
NOTATION: Final = re.compile(r"[-+]?(0[xXoObB].*|[0-9.]+[eE][-+]?[0-9]+)")
_WESTERN: Final = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+")
_INDIAN: Final = re.compile(r"[1-9][0-9]?(,[0-9]{2})*,[0-9]{3}")
_DOTTED_THOUSANDS: Final = re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3})+")
_SPACED_THOUSANDS: Final = re.compile(r"[1-9][0-9]{0,2}( [0-9]{3})+")
_GROUP: Final = re.compile(r"[0-9]{3}(?:,[0-9]{1,2})?", re.ASCII)
_COMMA_DECIMALS: Final = re.compile(r"([0-9]+|[1-9][0-9]{0,2}(?:[ .][0-9]{3})+),([0-9]{1,2})")
_THREE: Final = 3
# Scripts whose digits are read as they stand: keyboards have them. Others (²00, 𝟐00, ２００) are look-alikes.
_DIGIT_SCRIPTS: Final = {
    "ARABIC-INDIC", "EXTENDED ARABIC-INDIC", "DEVANAGARI", "BENGALI", "GUJARATI", "GURMUKHI", "ORIYA", "TAMIL",
    "TELUGU", "KANNADA", "MALAYALAM",
}  # fmt: skip

Fault: TypeAlias = AskWhat | RefuseWhy


def starts_a_group(text: str) -> bool:
    """Whether it can be the first group of ``1 500``."""
    return text.isdigit() and len(text) <= _THREE and not text.startswith("0")


def is_a_group(text: str) -> bool:
    """Whether it can be a further group of ``1 500`` or the last one of ``1 500,50``."""
    return _GROUP.fullmatch(text) is not None


def value_of(digits: str, *, places: int, comma: bool, dot_only: bool) -> tuple[Fraction, int] | Fault:
    """The value of ASCII digits with commas, dots and spaces, and how many decimals were written; or what is wrong.

    ``comma``: the language or the place writes decimals behind a comma; ``dot_only``: the place writes them behind a
    dot and groups by commas.
    """
    by_comma = _by_comma(digits) if comma else None
    fault = _fault(digits, places=places, dot_only=dot_only and not comma)
    if by_comma is not None and fault is not None:
        return by_comma
    if fault is not None:
        return fault
    whole, _, decimals = digits.replace(",", "").replace(" ", "").partition(".")
    if len(whole) + len(decimals) > MAX_DIGITS:
        return RefuseWhy.TOO_LARGE
    return Fraction(int(whole + decimals), 10 ** len(decimals)), len(decimals)


def _by_comma(digits: str) -> tuple[Fraction, int] | None:
    """As 12,50 and 1 500,50, where that is the only way to read it."""
    match = _COMMA_DECIMALS.fullmatch(digits)
    if match is None or len(digits) > MAX_DIGITS:
        return None
    whole, decimals = match[1].replace(" ", "").replace(".", ""), match[2]
    if len(whole) > 1 and whole.startswith("0"):
        return None
    return Fraction(int(whole + decimals), 10 ** len(decimals)), len(decimals)


def _fault(digits: str, *, places: int, dot_only: bool) -> Fault | None:
    """Whether commas and dots can mean one thing only: 1,50,000 and 150,000 do, 1,00 and 1.000 do not."""
    whole, dot, decimals = digits.partition(".")
    if not whole:
        return AskWhat.WHICH_AMOUNT  # "Rs .50" is half a rupee or fifty, mistyped
    if " " in whole:
        return None if _SPACED_THOUSANDS.fullmatch(whole) and not dot else AskWhat.GROUPING
    if "," in decimals or "." in decimals or (dot and not decimals):
        return AskWhat.GROUPING
    if "," in whole and not (_WESTERN.fullmatch(whole) or _INDIAN.fullmatch(whole)):
        return AskWhat.GROUPING
    if len(whole) > 1 and whole.startswith("0"):
        return AskWhat.WHICH_AMOUNT if whole.strip("0") else RefuseWhy.NOT_POSITIVE
    if "," not in whole and _dot_may_group(digits, decimals, places):
        return AskWhat.GROUPING
    if not dot_only and whole.count(",") == 1 and _WESTERN.fullmatch(whole) and not dot:
        return AskWhat.GROUPING
    return None


def _dot_may_group(digits: str, decimals: str, places: int) -> bool:
    """1.500 could be a thousand and a half; 200.999 is just too precise; a dinar has three decimals anyway."""
    return places != len(decimals) and decimals.endswith("0") and bool(_DOTTED_THOUSANDS.fullmatch(digits))


def to_ascii_digits(text: str) -> str | None:
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
