"""The English catalogue, read once, and a reader in India."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import bot.speech
from bot.speech.catalogue import Catalogue


@pytest.fixture(scope="session")
def english() -> Catalogue:
    path = Path(bot.speech.__file__).parent / "catalogues" / "en" / "hundi.po"
    return Catalogue.from_po(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def india() -> ZoneInfo:
    return ZoneInfo("Asia/Kolkata")
