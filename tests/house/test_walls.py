"""The import contracts hold, and each trespass planted in a copy of the tree breaks exactly the wall meant for it."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

LEDGER_ALONE: Final = "the ledger never imports the bot"
LEDGER_ROOMS: Final = "rooms of the ledger, from the doors down to the kernel"
BOT_ROOMS: Final = "rooms of the bot, from the command line down to the words"
LEDGER_PURE: Final = "pure rooms of the ledger know no driver, no clock, no disk"
BOT_PURE: Final = "pure rooms of the bot know no network, no clock, no disk"
TELEGRAM: Final = "python-telegram-bot lives in transport/telegram"
VOCABULARY: Final = "memory and vault reach the ledger through its database port and its vocabulary"
TOWN: Final = "only wiring and the command line know the town"

TRESPASSES: Final = [
    ("ledger/desk.py", "import bot", {LEDGER_ALONE}),
    ("ledger/kernel/money.py", "import ledger.plans", {LEDGER_ROOMS}),
    ("ledger/store/__init__.py", "import ledger.desk", {LEDGER_ROOMS}),
    ("bot/language/__init__.py", "import bot.speech", {BOT_ROOMS}),
    ("bot/memory/__init__.py", "import bot.vault", {BOT_ROOMS}),
    ("ledger/plans/__init__.py", "import sqlite3", {LEDGER_PURE}),
    ("ledger/commands.py", "import time", {LEDGER_PURE}),
    ("bot/dialogue/__init__.py", "import random", {BOT_PURE}),
    ("bot/speech/__init__.py", "import ledger.database.port", {BOT_PURE}),
    ("bot/vault/__init__.py", "import telegram", {TELEGRAM}),
    ("bot/memory/__init__.py", "import ledger.desk", {VOCABULARY}),
    ("bot/port.py", "import bot.sandbox", {BOT_ROOMS, TOWN}),
]


@pytest.fixture
def copy(tmp_path: Path, root: Path) -> Path:
    """The two packages and the contracts, somewhere a trespass harms nobody."""
    ignored = shutil.ignore_patterns("__pycache__", "page", "*.po", "*.toml")
    for package in ("bot", "ledger"):
        shutil.copytree(root / package, tmp_path / package, ignore=ignored)
    shutil.copy(root / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_tree_as_it_stands_keeps_every_contract(copy: Path) -> None:
    assert broken_contracts(copy) == set()


@pytest.mark.parametrize(("module", "line", "walls"), TRESPASSES)
def test_a_trespass_breaks_the_wall_meant_for_it(copy: Path, module: str, line: str, walls: set[str]) -> None:
    with (copy / module).open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")

    assert broken_contracts(copy) == walls


def broken_contracts(tree: Path) -> set[str]:
    """What lint-imports says is broken in this tree; it must have said something of every contract."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "NO_COLOR": "1", "COLUMNS": "200"}
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603  # our own interpreter and arguments
    verdicts = dict(re.findall(r"^(.+) (KEPT|BROKEN)$", done.stdout, re.MULTILINE))

    contracts = tomllib.loads((tree / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    assert set(verdicts) == {contract["name"] for contract in contracts}, done.stdout + done.stderr
    return {name for name, verdict in verdicts.items() if verdict == "BROKEN"}
