"""What a catalogue gives as an example to type is read as what it promises, by whoever reads that language."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from bot.language.intents import Ask, ByHandle, ByName, ByPhone, Open, Reading, Send, Topic
from bot.language.lexicon import Lexicon
from bot.language.own_limits import LimitWords, read_limit
from bot.language.parse import parse, read_amount
from bot.language.periods import Period, read_period
from bot.speech.catalogue import Catalogue
from bot.speech.formats import format_money
from bot.wiring import read_catalogues, read_lexicons
from ledger.kernel.money import Money
from ledger.kernel.own_limits import LimitKind
from tests.bot.speech.conftest import LANGUAGES
from tests.bot.speech.test_catalogue import forms

LEXICONS: Final[Mapping[str, Lexicon]] = read_lexicons()
LOCALES: Final = {code: read_catalogues()[code].locale for code in LANGUAGES}
TODAY: Final = date(2026, 11, 24)
_CODE: Final = re.compile(r"<code>(?:/\w+ )?(.+?)</code>")
_QUOTED: Final = re.compile("[“«]\u202f?(.+?)\u202f?[”»]")
_AMOUNT: Final = re.compile(r"\d[\d.,]*")


@pytest.fixture(params=LANGUAGES)
def spoken(request: pytest.FixtureRequest, catalogues: Mapping[str, Catalogue]) -> tuple[Catalogue, Lexicon]:
    """What a language says, and what is read of whoever chose it."""
    return catalogues[request.param], LEXICONS[request.param]


Spoken = tuple[Catalogue, Lexicon]


def examples(spoken: Spoken, key: str, form: re.Pattern[str] = _CODE) -> list[str]:
    (text,) = forms(spoken[0], key)
    found: list[str] = form.findall(text.replace("{name}", "Priya"))
    assert found, key
    return found


def read(spoken: Spoken, text: str) -> Reading:
    return parse(text, currency="INR", lexicon=spoken[1])


def topics(spoken: Spoken, texts: list[str]) -> list[Topic]:
    readings = [read(spoken, text) for text in texts]
    return [reading.topic for reading in readings if isinstance(reading, Open)]


@pytest.mark.parametrize(
    ("key", "form", "noted"),
    [("hint.send", _CODE, False), ("help.send", _CODE, True), ("profile.description", _QUOTED, False)],
)
def test_the_sentence_that_everybody_is_shown_first_pays(
    spoken: Spoken, key: str, form: re.Pattern[str], *, noted: bool
) -> None:
    (sentence,) = examples(spoken, key, form)

    reading = read(spoken, sentence)

    assert isinstance(reading, Send)
    assert reading.amount == Money(20_000, "INR")
    assert reading.payee in {ByName("Priya"), ByName("प्रिया")}
    assert bool(reading.note) is noted


def test_a_payment_to_a_number_is_read_with_its_paise(spoken: Spoken) -> None:
    (sentence,) = examples(spoken, "help.send_phone")

    assert read(spoken, sentence) == Send(Money(150_050, "INR"), ByPhone("+919000001002"))


def test_what_is_written_behind_write_for_example_pays_a_handle(spoken: Spoken) -> None:
    (text,) = forms(spoken[0], "foreign.not_text")
    sentence = re.sub(r"@\S+", "@priya", text.rpartition(":")[2].strip())

    assert read(spoken, sentence) == Send(Money(20_000, "INR"), ByHandle("priya"))


def test_the_topics_that_can_be_typed_open(spoken: Spoken) -> None:
    assert topics(spoken, examples(spoken, "help.topics")) == [
        Topic.BALANCE,
        Topic.HISTORY,
        Topic.CONTACTS,
        Topic.STATEMENT,
    ]
    assert topics(spoken, examples(spoken, "hint.more", _QUOTED)) == [Topic.BALANCE, Topic.HISTORY, Topic.HELP]
    assert topics(spoken, examples(spoken, "pin.forgot_hint")) == [Topic.FORGOT]


def test_a_limit_is_set_by_its_example(spoken: Spoken) -> None:
    (sentence,) = examples(spoken, "help.limit")
    reading = read(spoken, sentence)
    assert isinstance(reading, Open)
    assert reading.topic is Topic.LIMITS
    for text in (reading.argument, *examples(spoken, "limits.unread")):
        wanted = LimitWords(LimitKind.PER_DAY, Money(50_000, "INR"))
        assert read_limit(text, currency="INR", lexicon=spoken[1]) == wanted


def test_the_days_of_a_statement_are_read(spoken: Spoken) -> None:
    month, stretch = examples(spoken, "statement.write")

    assert read_period(month, TODAY, spoken[1]) == Period(date(2026, 11, 1), date(2026, 12, 1))
    assert read_period(stretch, TODAY, spoken[1]) == Period(date(2026, 11, 1), date(2026, 11, 16))
    _, month, _ = examples(spoken, "history.find_words")
    assert read_period(month, TODAY, spoken[1]) == Period(date(2026, 11, 1), date(2026, 12, 1))


def test_the_amounts_that_are_given_as_examples_are_read(spoken: Spoken) -> None:
    for key, minor_units in (("send.asked_amount", [20_000, 150_050]), ("ask.grouping", [100_000, 150])):
        amounts = examples(spoken, key, _AMOUNT)
        theirs = f"{spoken[0].locale.language}-IN"  # as the dialogue says how somebody writes numbers
        read_back = [read_amount(one, currency="INR", lexicon=spoken[1], locale=theirs) for one in amounts]
        assert read_back == [Money(minor, "INR") for minor in minor_units]


@given(
    st.integers(1, 2**63 - 1) | st.integers(1, 100_000_00),
    st.sampled_from(["INR", "EUR", "USD", "GBP", "JPY", "KWD", "XAF", "XPF", "CAD", "CLF"]),
    st.sampled_from(LANGUAGES),
)
@settings(max_examples=200, deadline=None)
def test_what_a_language_prints_it_reads_back_exactly_or_asks(minor_units: int, currency: str, code: str) -> None:
    """An amount that was copied from a message is pasted into the next: 1,500 KWD is one and a half in French."""
    money = Money(minor_units, currency)
    printed = format_money(money, LOCALES[code])

    read_back = read_amount(printed, currency=currency, lexicon=LEXICONS[code], locale=f"{code}-IN")

    assert read_back == money or (currency not in {"INR", "EUR"} and isinstance(read_back, Ask))
