"""The English lexicon, read once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bot.language
from bot.language.intents import Reading
from bot.language.lexicon import Lexicon
from bot.language.parse import parse


@pytest.fixture(scope="session")
def english() -> Lexicon:
    path = Path(bot.language.__file__).parent / "lexicons" / "en.toml"
    return Lexicon.from_toml(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def read(english: Lexicon) -> Callable[..., Reading]:
    """Read a sentence in an account of rupees, unless said otherwise."""

    def reading(text: str, currency: str = "INR", **context: Any) -> Reading:
        return parse(text, currency=currency, lexicon=english, **context)

    return reading
