"""Every setting is in .env.example with its meaning and its default, and nothing else is."""

import re
from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings, read

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / ".env.example"
BLOCK = re.compile(r"^# (?P<meaning>.+)\n# Default: (?P<default>.+)\n(?P<name>HUNDI_\w+)=(?P<value>.*)$", re.MULTILINE)


def test_the_example_lists_each_setting_once_and_in_order() -> None:
    listed = [found["name"] for found in BLOCK.finditer(EXAMPLE.read_text(encoding="utf-8"))]

    assert listed == [PREFIX + name.upper() for name in Settings.model_fields]


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_the_example_says_what_the_code_says(name: str) -> None:
    field = Settings.model_fields[name]
    found = {block["name"]: block for block in BLOCK.finditer(EXAMPLE.read_text(encoding="utf-8"))}[
        PREFIX + name.upper()
    ]

    assert found["meaning"] == field.description
    if field.default in (None, ""):
        assert found["default"].startswith("none")
        assert found["value"] == ""
    else:
        assert found["default"] == found["value"] == str(field.default)


def test_the_example_as_it_stands_gives_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copying the file and changing nothing changes nothing."""
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)

    assert read(EXAMPLE) == read(None)
