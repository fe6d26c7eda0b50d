"""The catalogues, read once, and a reader in India."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest

import bot.speech
from bot.speech.catalogue import Catalogue

FOLDER: Final = Path(bot.speech.__file__).parent / "catalogues"
LANGUAGES: Final = tuple(sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir()))


@pytest.fixture(scope="session")
def catalogues() -> Mapping[str, Catalogue]:
    return {code: Catalogue.from_po((FOLDER / code / "hundi.po").read_text(encoding="utf-8")) for code in LANGUAGES}


@pytest.fixture(scope="session")
def english(catalogues: Mapping[str, Catalogue]) -> Catalogue:
    return catalogues["en"]


@pytest.fixture(params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest, catalogues: Mapping[str, Catalogue]) -> Catalogue:
    """Each of the languages."""
    return catalogues[request.param]


@pytest.fixture(scope="session")
def india() -> ZoneInfo:
    return ZoneInfo("Asia/Kolkata")
