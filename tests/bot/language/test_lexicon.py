"""A lexicon is data, and a faulty one is noticed when it is read."""

import tomllib
from pathlib import Path

import pytest

import bot.language
from bot.language.intents import Topic
from bot.language.lexicon import NOT_YET, Lexicon

TEXT = (Path(bot.language.__file__).parent / "lexicons" / "en.toml").read_text(encoding="utf-8")


def test_a_lexicon_without_one_of_its_tables_is_refused() -> None:
    with pytest.raises(KeyError, match="verbs"):
        Lexicon.from_toml(TEXT.replace("verbs = [", "other_words = [", 1))
    with pytest.raises(tomllib.TOMLDecodeError):
        Lexicon.from_toml("verbs = [")


def test_every_topic_can_be_said_in_words(english: Lexicon) -> None:
    assert set(english.topics.values()) >= set(Topic) - NOT_YET


def test_all_words_are_in_small_letters_as_they_are_compared(english: Lexicon) -> None:
    tables = (english.verbs, english.not_names, english.places, english.times, english.inexact, english.currencies)
    words = {word for table in tables for word in table} | set(english.topics) | english.first_words

    assert {word for word in words if word != word.casefold()} == set()


def test_a_verb_of_paying_is_never_part_of_a_name(english: Lexicon) -> None:
    """Or "pay Priya send 200 to Ravi" would pay somebody called Priya Send."""
    assert english.verbs <= english.not_names
    assert english.to <= english.not_names
    assert english.note <= english.not_names
