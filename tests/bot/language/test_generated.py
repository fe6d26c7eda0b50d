"""Amounts × names × frames in four ways of writing come back exactly; what is changed in them makes a question."""

import random
import tomllib
from pathlib import Path
from typing import Final

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

import bot.language
from bot.language.intents import Ask, ByName, Nothing, Reading, Refuse, RefuseWhy, Send
from bot.language.parse import parse
from ledger.kernel.money import Money
from tests.bot.language.conftest import all_languages
from tests.bot.language.sentences import NAMES, Sentence, in_digits, sentence, some_paise, ways
from tests.conftest import FULL_SIZE

EXAMPLES: Final = 250_000 if FULL_SIZE else 150  # of each way: a million in all (GOALS.md, L1)
_HINDI: Final = Path(bot.language.__file__).parent / "lexicons" / "hi.toml"
_SPELLINGS: Final = tomllib.loads(_HINDI.read_text("utf-8"))["numbers"]["plain"]
LEXICONS: Final = all_languages()
WAYS: Final = ways(LEXICONS, _SPELLINGS)
_LANGUAGE: Final = {"english": "en", "hinglish": "en", "hindi": "hi", "french": "fr"}


def _read(text: str, way: str) -> Reading:
    locale = "fr-FR" if way == "french" else "en-IN"
    return parse(text, currency="INR", lexicon=LEXICONS[_LANGUAGE[way]], locale=locale)


def _meant(made: Sentence) -> Send:
    return Send(Money(made.minor_units, "INR"), ByName(made.name), made.note)


@pytest.mark.parametrize("way", WAYS)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=EXAMPLES, deadline=None)
def test_what_was_written_comes_back_exactly(way: str, seed: int) -> None:
    made = sentence(random.Random(seed), WAYS[way])

    reading = _read(made.text, way)

    assert reading == _meant(made), made.text


_TWICE: Final = {
    "english": "send {amount} {other} to {name}",
    "hinglish": "{name} ko {amount} ya {other} bhejo",
    "hindi": "{name} को {amount} या {other} भेजो",
    "french": "envoie {amount} ou {other} à {name}",
}
_DENIED: Final = {
    "english": "don't send {amount} to {name}",
    "hinglish": "{name} ko {amount} mat bhejo",
    "hindi": "{name} को {amount} मत भेजो",
    "french": "n'envoie pas {amount} à {name}",
}
_FOREIGN: Final = {
    "english": "send ${amount} to {name}",
    "hinglish": "{name} ko {amount} dollars bhejo",
    "hindi": "{name} को {amount} डॉलर भेजो",
    "french": "envoie {amount} € à {name}",
}


def _parts(seed: int) -> dict[str, str]:
    rng = random.Random(seed)
    return {
        "amount": in_digits(rng, some_paise(rng)),
        "other": in_digits(rng, some_paise(rng)),
        "name": rng.choice(NAMES),
    }


@pytest.mark.parametrize("way", WAYS)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=max(50, EXAMPLES // 5), deadline=None)
def test_two_amounts_make_a_question(way: str, seed: int) -> None:
    text = _TWICE[way].format(**_parts(seed))

    assert isinstance(_read(text, way), Ask | Refuse), text


@pytest.mark.parametrize("way", WAYS)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=max(50, EXAMPLES // 5), deadline=None)
def test_what_is_denied_commands_nothing(way: str, seed: int) -> None:
    text = _DENIED[way].format(**_parts(seed))

    assert isinstance(_read(text, way), Nothing), text


@pytest.mark.parametrize("way", WAYS)
@given(rupees=st.integers(1, 99_999), name=st.sampled_from(NAMES))
@settings(max_examples=max(50, EXAMPLES // 5), deadline=None)
def test_another_currency_is_refused(way: str, rupees: int, name: str) -> None:
    reading = _read(_FOREIGN[way].format(amount=rupees, name=name), way)

    assert isinstance(reading, Refuse)
    assert reading.why is RefuseWhy.OTHER_CURRENCY
