"""How facts are printed: money to the digit, moments in the reader's zone, foreign text as it is and harmless."""

import html
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from babel import Locale
from hypothesis import given, settings

import bot.language
from bot.language.intents import ByName, Send
from bot.language.lexicon import Lexicon
from bot.language.parse import parse, read_amount
from bot.speech.formats import format_moment, format_money, format_number, language_name, safe_text, to_html
from ledger.kernel.money import Money

INDIA = Locale.parse("en_IN")
LEXICON = Lexicon.from_toml((Path(bot.language.__file__).parent / "lexicons" / "en.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("minor_units", "currency", "printed"),
    [
        (20_000, "INR", "₹200.00"),
        (5, "INR", "₹0.05"),
        (15_000_000, "INR", "₹1,50,000.00"),
        (123_456_789_01, "INR", "₹12,34,56,789.01"),
        (2**63 - 1, "INR", "₹92,23,37,20,36,85,47,758.07"),
        (1_500, "JPY", "JP¥1,500"),
        (1_250, "KWD", "KWD\u00a01.250"),
        (200, "USD", "$2.00"),
        (123_456, "CLF", "CLF\u00a012.3456"),
    ],
)
def test_money_has_the_grouping_of_the_locale_and_the_digits_of_iso_4217(
    minor_units: int, currency: str, printed: str
) -> None:
    assert format_money(Money(minor_units, currency), INDIA) == printed


@given(
    st.integers(1, 2**63 - 1) | st.integers(1, 100_000_00),
    st.sampled_from(
        ["INR", "USD", "EUR", "GBP", "JPY", "CNY", "KRW", "KWD", "BHD", "AED", "XAF", "XPF", "BRL", "CAD", "CLF"]
    ),
)
@settings(max_examples=300, deadline=None)
def test_every_amount_that_is_printed_is_read_back_exactly(minor_units: int, currency: str) -> None:
    money = Money(minor_units, currency)
    printed = format_money(money, INDIA)

    assert read_amount(printed, currency=currency, lexicon=LEXICON) == money
    assert parse(f"send {printed} to Priya", currency=currency, lexicon=LEXICON) == Send(money, ByName("Priya"))


def test_a_moment_is_printed_in_the_zone_of_the_reader() -> None:
    moment = datetime(2026, 11, 24, 18, 40, tzinfo=UTC)

    assert format_moment(moment, ZoneInfo("Asia/Kolkata"), INDIA) == "25 Nov 2026, 00:10"
    assert format_moment(moment, ZoneInfo("UTC"), INDIA) == "24 Nov 2026, 18:40"


def test_a_number_is_grouped_and_a_language_calls_itself_by_its_own_name() -> None:
    assert format_number(150_000, INDIA) == "1,50,000"
    assert [language_name(code) for code in ("en", "hi", "fr", "zz")] == ["English", "हिन्दी", "Français", "zz"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Priya Sharma", "Priya Sharma"),
        ("  Priya \n\t Sharma ", "Priya Sharma"),
        ("Pri\u200bya", "Priya"),
        ("\u202eayirP", "ayirP"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("\ud800x", "\ufffdx"),
        ("x" * 70, "x" * 63 + "…"),
        ("مريم", "\u2068مريم\u2069"),
        ("क्\u200dष", "क्\u200dष"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("P" + "\u0301" * 50, "P" + "\u0301" * 4),
        ("", ""),
    ],
)
def test_foreign_text_is_shown_as_it_is_on_one_line_and_nothing_invisible(written: str, shown: str) -> None:
    assert safe_text(written, 64) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>Priya", "&lt;b&gt;Priya"),
        ("<b>Priya</b>", "<code>&lt;b&gt;Priya&lt;/b&gt;</code>"),
        ("flat #4", "flat #4"),
        ("Tom & Jerry", "Tom &amp; Jerry"),
        ("*bold* _it_ `code`", "*bold* _it_ `code`"),
        ("'; DROP TABLE people; --", "'; DROP TABLE people; --"),
        ("https://evil.example/pay", "<code>https://evil.example/pay</code>"),
        ("see evil.com now", "<code>see evil.com now</code>"),
        ("/freeze", "<code>/freeze</code>"),
        ("ask @admin", "<code>ask @admin</code>"),
        ("3.5 km", "3.5 km"),
        ("Dr. Rao", "Dr. Rao"),
    ],
)
def test_foreign_text_is_neither_markup_nor_something_to_press(text: str, shown: str) -> None:
    assert to_html(text) == shown


def test_inside_our_own_markup_a_link_stays_plain_too() -> None:
    assert to_html("t.me/x", "b") == "</b><code>t.me/x</code><b>"
    assert to_html("t.me/x", "code") == "t.me/x"


HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("<>&\"'`*_~[]()|\\\x1b\u202e\u2066\u200b\u200d\n\r\t\x00=+-@#/.;"),
    ),
    max_size=300,
)


@given(HOSTILE, st.integers(0, 200))
@settings(max_examples=500, deadline=None)
def test_no_text_is_longer_or_more_powerful_than_it_looks(text: str, limit: int) -> None:
    shown = safe_text(text, limit)
    bare = shown.strip("\u2068\u2069")

    assert len(bare) <= limit
    assert not any(unicodedata.category(sign) in {"Cc", "Co", "Cs", "Cn"} for sign in bare)
    assert not set(bare) & set("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\n\r")
    escaped = to_html(shown).removeprefix("<code>").removesuffix("</code>")
    assert "<" not in escaped
    assert html.unescape(escaped) == shown
