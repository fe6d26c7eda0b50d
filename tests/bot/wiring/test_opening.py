"""What the composition root refuses to put together."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.memory.deployment import TownMismatchError
from bot.settings import Settings
from bot.vault.keys import Keys
from bot.wiring import languages, open_books, open_house, read_catalogues, read_lexicons


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    Keys.new(tmp_path / "hundi.keys")
    return Settings(
        bot_token=SecretStr("7000000001:" + "A" * 35),
        database_url=f"sqlite:///{tmp_path / 'hundi.db'}",
        keys_file=tmp_path / "hundi.keys",
    )


async def test_play_money_is_never_spent_on_telegram(settings: Settings) -> None:
    """Somebody points the real bot at the database of a town: it stops before it has asked Telegram anything."""
    async with open_books(settings, town=True):
        pass

    with pytest.raises(TownMismatchError):
        async with open_house(settings):
            pytest.fail("it opened")


async def test_real_books_are_no_town(settings: Settings) -> None:
    async with open_books(settings, town=False):
        pass

    with pytest.raises(TownMismatchError):
        async with open_books(settings, town=True):
            pytest.fail("it opened")


def test_english_comes_first_and_every_language_has_words_both_ways() -> None:
    assert languages()[0] == "en"
    assert set(read_lexicons()) == set(read_catalogues()) == set(languages())
