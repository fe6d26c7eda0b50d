"""The tree as the walls see it."""

import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[2]
NOT_OURS: Final = (".venv", ".git", ".hundi", "__pycache__", "build", "dist", ".hypothesis", ".pytest_cache")


def _is_ours(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return not any(part in NOT_OURS or part.endswith(("_cache", ".egg-info")) for part in parts)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def sources() -> dict[str, Path]:
    """Every module of the two packages, by its dotted name."""
    found = {}
    for package in ("bot", "ledger"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if _is_ours(path):
                parts = path.relative_to(ROOT).with_suffix("").parts
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@pytest.fixture(scope="session")
def tree() -> list[Path]:
    """Every file of the project, without what tools leave behind."""
    return [path for path in sorted(ROOT.rglob("*")) if path.is_file() and _is_ours(path)]
