"""A pure room waits for nothing and asks nobody: no await, no clock, no disk, no environment, no chance."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

IMPURE_CALLS: Final = {"open", "print", "input", "eval", "exec", "__import__", "breakpoint"}
CLOCKS: Final = {"now", "utcnow", "today"}  # read when called, or named on a clock; ``context.now`` is a field
CLOCK_OWNERS: Final = {"datetime", "date"}
IMPURE_ATTRIBUTES: Final = {
    "environ", "getenv",
    "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir",
}  # fmt: skip


def test_no_pure_room_waits_or_reaches_out(pyproject: dict[str, Any], sources: dict[str, Path]) -> None:
    rooms = tuple(_pure_rooms(pyproject))
    modules = {name: path for name, path in sources.items() if any(f"{name}.".startswith(f"{room}.") for room in rooms)}

    found = [
        f"{name}:{line} {what}" for name, path in modules.items() for line, what in impurities(path.read_text("utf-8"))
    ]

    assert len(modules) > 15
    assert found == []


@pytest.mark.parametrize(
    "trespass",
    [
        "async def wait(): pass",
        "from datetime import datetime\nstarted = datetime.now()",
        "import datetime\nstarted = datetime.datetime.now(datetime.UTC)",
        "from datetime import date\nstarted = date.today()",
        "from datetime import datetime\nclock = datetime.now",
        "words = open('words')",
        "from pathlib import Path\nwords = Path('words').read_text()",
        "import os\nhome = os.environ['HOME']",
        "print('hello')",
    ],
)
def test_each_trespass_is_noticed(trespass: str) -> None:
    assert list(impurities(trespass))


def test_what_only_looks_like_a_trespass_is_left_alone() -> None:
    """``now`` is an argument of pure code, and a comment may say open()."""
    innocent = "def due(now, opened):\n    # open() is not called here.\n    return now - opened.at + context.now\n"

    assert not list(impurities(innocent))


def test_only_settings_reads_the_environment(sources: dict[str, Path]) -> None:
    readers = {
        name
        for name, path in sources.items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
    }

    assert readers == {"bot.settings"}


def impurities(text: str) -> Iterator[tuple[int, str]]:
    """Line and kind of everything in this source that a pure room must not hold."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.AsyncFunctionDef() | ast.Await() | ast.AsyncFor() | ast.AsyncWith():
                yield node.lineno, type(node).__name__
            case ast.comprehension(is_async=1):
                yield node.target.lineno, "async comprehension"
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_CALLS:
                yield node.lineno, f"{name}()"
            case ast.Call(func=ast.Attribute(attr=name)) if name in CLOCKS:
                yield node.lineno, f".{name}()"
            case ast.Attribute(attr=name, value=owner) if (
                name in CLOCKS and ast.unparse(owner).split(".")[-1] in CLOCK_OWNERS
            ):
                yield node.lineno, f".{name}"
            case ast.Attribute(attr=name) if name in IMPURE_ATTRIBUTES:
                yield node.lineno, f".{name}"
            case _:
                pass


def _pure_rooms(pyproject: dict[str, Any]) -> Iterator[str]:
    for contract in pyproject["tool"]["importlinter"]["contracts"]:
        if contract["name"].startswith("pure rooms"):
            yield from contract["source_modules"]
