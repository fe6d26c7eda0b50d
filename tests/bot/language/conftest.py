"""The English lexicon, read once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bot.language
from bot.language.intents import Reading
from bot.language.lexicon import Lexicon, together
from bot.language.parse import parse


@pytest.fixture(scope="session")
def english() -> Lexicon:
    path = Path(bot.language.__file__).parent / "lexicons" / "en.toml"
    return Lexicon.from_toml(path.read_text(encoding="utf-8"))


def all_languages() -> dict[str, Lexicon]:
    """Every lexicon, each with the others beside it, as the program has them."""
    folder = Path(bot.language.__file__).parent / "lexicons"
    found = {path.stem: Lexicon.from_toml(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))}
    return together(found)


@pytest.fixture(scope="session")
def lexicons() -> dict[str, Lexicon]:
    return all_languages()


@pytest.fixture(scope="session")
def read_any(lexicons: dict[str, Lexicon]) -> Callable[..., Reading]:
    """Read a sentence of any language, for somebody whose own is English unless said otherwise."""

    def reading(text: str, currency: str = "INR", language: str = "en", **context: Any) -> Reading:
        return parse(text, currency=currency, lexicon=lexicons[language], **context)

    return reading


@pytest.fixture(scope="session", params=["alone", "beside the others"])
def read(request: pytest.FixtureRequest, english: Lexicon, lexicons: dict[str, Lexicon]) -> Callable[..., Reading]:
    """Read an English sentence in an account of rupees, unless said otherwise: the other languages change nothing."""
    lexicon = english if request.param == "alone" else lexicons["en"]

    def reading(text: str, currency: str = "INR", **context: Any) -> Reading:
        return parse(text, currency=currency, lexicon=lexicon, **context)

    return reading
