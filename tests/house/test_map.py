"""The map in CONTRIBUTING.md and the import contracts in pyproject.toml tell the same house."""

import re
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize("package", ["bot", "ledger"])
def test_the_map_names_every_room_of_the_contracts_from_top_to_bottom(
    root: Path, pyproject: dict[str, Any], package: str
) -> None:
    layers = contract_layers(pyproject, package)
    lines = map_lines((root / "CONTRIBUTING.md").read_text("utf-8"), package)

    places = {room: line_of(room, lines) for layer in layers for room in layer}

    assert [room for room, line in places.items() if line is None] == []
    heights = [max(places[room] or 0 for room in layer) for layer in layers]
    assert heights == sorted(heights)


def test_a_room_on_the_map_exists(root: Path, pyproject: dict[str, Any]) -> None:
    for package in ("bot", "ledger"):
        for layer in contract_layers(pyproject, package):
            for room in layer:
                assert (root / package / room).is_dir() or (root / package / f"{room}.py").is_file(), (
                    f"{package}.{room}"
                )


def contract_layers(pyproject: dict[str, Any], package: str) -> list[list[str]]:
    """The rooms of this package, top layer first."""
    for contract in pyproject["tool"]["importlinter"]["contracts"]:
        if contract.get("containers") == [package]:
            return [re.findall(r"\w+", layer) for layer in contract["layers"]]
    raise LookupError(package)


def map_lines(text: str, package: str) -> list[str]:
    """The lines of the picture under "The walls" that belong to this package."""
    picture = text.partition("## The walls")[2].split("```")[1]
    upper, _, lower = picture.partition("the ledger never imports the bot")
    if package == "bot":
        return upper.splitlines()
    return lower[lower.index("\nledger") :].splitlines()


def line_of(room: str, lines: list[str]) -> int | None:
    """The number of the first line that names this room."""
    return next((number for number, line in enumerate(lines) if re.search(rf"\b{room}\b", line)), None)
