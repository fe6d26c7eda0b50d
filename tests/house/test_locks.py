"""What we depend on is argued, locked by hash, and comes from wherever the reader's own pip is pointed at."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

LOCKS = ("requirements.txt", "requirements-dev.txt")
REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[a-z0-9,-]+\])?==(?P<version>\S+)( ;.*)? \\$")
HASH = re.compile(r"^ {4}--hash=sha256:[0-9a-f]{64}( \\)?$")


def test_every_dependency_is_argued_in_one_line(root: Path) -> None:
    """A line that names a package says on the same line what it does better than ten lines of ours."""
    lines = (root / "pyproject.toml").read_text("utf-8").splitlines()
    dependencies = [line for line in lines if re.match(r'^ {4}"[A-Za-z0-9._-]+>=', line)]

    assert len(dependencies) >= 15
    assert [line for line in dependencies if not re.search(r"# .{10,}", line)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes(root: Path, lock: str) -> None:
    lines = (root / lock).read_text("utf-8").splitlines()
    strange = [line for line in lines if not REQUIREMENT.match(line) and not HASH.match(line)]
    bare = [before for before, after in pairwise([*lines, ""]) if REQUIREMENT.match(before) and not HASH.match(after)]

    assert len([line for line in lines if REQUIREMENT.match(line)]) >= 15
    assert strange == []
    assert bare == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(root: Path, lock: str) -> None:
    text = (root / lock).read_text("utf-8")

    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


def test_both_locks_agree(root: Path) -> None:
    """They were resolved together: the tests run on what the operator runs."""
    small, large = ({**versions(root / lock)} for lock in LOCKS)

    assert {name: large.get(name) for name in small} == small


def test_every_direct_dependency_is_locked(root: Path, pyproject: dict[str, Any]) -> None:
    locked = versions(root / "requirements.txt")
    direct = {re.split(r"[><=\[]", line)[0].lower() for line in pyproject["project"]["dependencies"]}

    assert direct <= set(locked)


def versions(lock: Path) -> dict[str, str]:
    """Package and version of every line of a lock file."""
    found = (REQUIREMENT.match(line) for line in lock.read_text("utf-8").splitlines())
    return {one["name"].lower(): one["version"] for one in found if one}
