"""How a fact becomes text: money by locale with our digits, a moment in the reader's zone, foreign text made harmless.

What somebody else wrote (a name, a note) is shown as it is and can do nothing: no markup, no invisible sign, no turned
direction, no link to press, no flood.
"""

import html
import re
import unicodedata
from datetime import tzinfo
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime
from babel.lists import format_list
from babel.numbers import NumberPattern, format_decimal, get_currency_symbol, parse_pattern

from bot.language.tongues import Tongues
from ledger.kernel.instants import Instant
from ledger.kernel.money import Money, exponent

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_JOINERS = "\u200c\u200d"  # part of how Indian scripts and emoji are written, between two signs that are not ASCII
_MAX_MARKS = 4  # combining marks on one letter; the densest real syllables have three
_ELLIPSIS = "…"
_CLICKABLE = re.compile(r"://|\bwww\.|\bt\.me\b|\w\.[^\W\d_]{2,}|(?:^|\W)[@/]\w", re.IGNORECASE)
_CUT_SPARE = 8  # a text is cut before it is cleaned, so that 64 KiB cost nothing; cleaning rarely removes more


class Shape(StrEnum):
    """How much of a moment is shown, as a pattern of the Unicode CLDR. A day is never read as a month: Nov, not 11."""

    MOMENT = "d MMM y, HH:mm"  # 24 Nov 2026, 14:05
    STAMP = "d MMM y, HH:mm "  # 24 Nov 2026, 14:05 IST: CLDR has no short names for most zones, the tz database has
    DAY = "d MMM"  # 24 Nov
    DATE = "d MMM y"  # 24 Nov 2026
    MONTH = "LLLL y"  # November 2026


def format_money(money: Money, locale: Locale) -> str:
    """``₹1,50,000.00``: symbol and grouping of the locale, decimals of ISO 4217."""
    places = exponent(money.currency)
    pattern = _pattern(str(locale), money.currency)
    value = Decimal(money.minor_units).scaleb(-places)
    return str(pattern.apply(value, locale, currency=money.currency, currency_digits=False))


@lru_cache(maxsize=256)
def _pattern(locale_name: str, currency: str) -> NumberPattern:
    """The locale's own pattern with our decimals. A symbol made of letters is kept from the digits by a space."""
    locale = Locale.parse(locale_name)
    text = locale.currency_formats["standard"].pattern
    symbol = get_currency_symbol(currency, locale)
    if symbol[-1:].isalpha():
        text = re.sub("¤(?=[#0])", "¤\u00a0", text)
    pattern = parse_pattern(text)
    places = exponent(currency)
    pattern.frac_prec = (places, places)
    return pattern


def format_moment(moment: Instant, zone: tzinfo, locale: Locale, shape: Shape = Shape.MOMENT) -> str:
    """``24 Nov 2026, 14:05`` in the reader's zone, or a part of it."""
    local = moment.astimezone(zone)
    text = format_datetime(local, shape.value, locale=locale)
    return f"{text}{local.tzname() or ''}" if shape is Shape.STAMP else text


def format_number(number: int, locale: Locale) -> str:
    """A whole number, grouped as the locale does."""
    return format_decimal(number, locale=locale)


def language_name(code: str) -> str:
    """A language in its own words: English, हिन्दी, Français. A code nobody knows stays a code."""
    try:
        name = Locale.parse(code).get_language_name() or code
    except (UnknownLocaleError, ValueError):
        return safe_text(code, 16)
    return name[:1].upper() + name[1:]


def language_names(codes: str, locale: Locale) -> str:
    """Several languages (codes with spaces between), each in its own words: ``English या Français``."""
    return format_list([language_name(code) for code in codes.split()], "or", locale)


@lru_cache(maxsize=8)
def tongues_of(codes: tuple[str, ...]) -> Tongues:
    """What each of these languages is called in each of them. Not by its code: "hi" is also a greeting."""
    names = ((Locale.parse(code).get_language_name(reader), code) for code in codes for reader in codes)
    return Tongues.called((name, code) for name, code in names if name)


def safe_text(text: str, limit: int) -> str:
    """``text`` on one line, at most ``limit`` characters, with nothing invisible; right-to-left text is isolated."""
    cleaned = _without_hidden(text[: limit * _CUT_SPARE])
    if len(cleaned) > limit:
        cleaned = cleaned[: max(limit - 1, 0)].rstrip() + (_ELLIPSIS if limit else "")
    if not cleaned.isascii() and any(unicodedata.bidirectional(c) in {"R", "AL"} for c in cleaned):
        return f"{_FIRST_STRONG_ISOLATE}{cleaned}{_POP_ISOLATE}"
    return cleaned


def _without_hidden(text: str) -> str:
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept: list[str] = []
    marks = 0
    for index, character in enumerate(text):
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if character.isspace():
            kept.append(" ")
        elif category == "Cf" and character in _JOINERS and _joins(text, index):
            kept.append(character)
        elif category == "Cs":
            kept.append("\ufffd")
        elif category not in {"Cc", "Cf", "Co", "Cn"} and marks <= _MAX_MARKS:
            kept.append(character)
    return " ".join("".join(kept).split())


def _joins(text: str, index: int) -> bool:
    """A joiner stays between a letter's vowel sign or an emoji and the next sign, where it changes how they look."""
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    if not before or not after or before.isascii() or after.isascii():
        return False
    return unicodedata.category(before) in {"Mn", "So", "Sk"} and unicodedata.category(after) in {"Lo", "So", "Mn"}


def to_html(text: str, inside: str = "") -> str:
    """Foreign text for Telegram's HTML, within the tag ``inside`` of ours or none.

    What Telegram would turn into a link or a command is set as code, where it is none; code stands in no other tag.
    """
    escaped = html.escape(text, quote=False)
    if inside == "code" or not _CLICKABLE.search(text):
        return escaped
    code = f"<code>{escaped}</code>"
    return f"</{inside}>{code}<{inside}>" if inside else code


def without_markup(text: str) -> str:
    """A template of ours as plain text, for buttons and toasts, which know no markup."""
    return html.unescape(re.sub(r"</?[a-z]+>", "", text))
