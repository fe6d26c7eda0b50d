"""One bot for one file."""

import subprocess
import sys
from pathlib import Path

import pytest

from ledger.database.errors import AlreadyRunningError
from ledger.database.file_lock import FileLock

TRY = """
import sys
from pathlib import Path
from ledger.database.errors import AlreadyRunningError
from ledger.database.file_lock import FileLock
try:
    FileLock(Path(sys.argv[1])).acquire()
except AlreadyRunningError:
    sys.exit(7)
"""


def try_elsewhere(path: Path) -> int:
    return subprocess.run([sys.executable, "-c", TRY, str(path)], check=False).returncode  # noqa: S603 - our own words


def test_a_second_process_is_turned_away_until_the_first_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "hundi.db"

    with FileLock(path):
        assert try_elsewhere(path) == 7

    assert try_elsewhere(path) == 0


def test_a_second_lock_in_the_same_process_is_turned_away_too(tmp_path: Path) -> None:
    path = tmp_path / "hundi.db"

    with FileLock(path), pytest.raises(AlreadyRunningError):
        FileLock(path).acquire()
