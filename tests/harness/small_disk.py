"""A disk of a few megabytes that can be filled to the last byte and freed again: a tmpfs, where one may be mounted."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

MEGABYTES = 64  # room for a database of PostgreSQL and some thousand rows
CHUNK = bytes(64 * 1024)


class SmallDisk:
    """An empty file system of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ballast = path / "ballast"

    def fill(self) -> None:
        """Take all the space there is."""
        with self._ballast.open("wb", buffering=0) as file:
            for size in (len(CHUNK), 1):
                try:
                    while True:
                        file.write(CHUNK[:size])
                except OSError:
                    continue

    def free(self) -> None:
        """Give it back."""
        self._ballast.unlink()


@contextmanager
def small_disk() -> Iterator[SmallDisk]:
    """Mount one, and leave nothing behind. ``CalledProcessError`` where that is not allowed."""
    path = Path(tempfile.mkdtemp(prefix="hundi-disk-"))
    try:
        _run("mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(path))
        try:
            yield SmallDisk(path)
        finally:
            _run("umount", "--lazy", str(path))
    finally:
        shutil.rmtree(path, ignore_errors=True)


@cache
def may_mount() -> bool:
    """Whether this machine lets us: root does not always."""
    try:
        with small_disk():
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def _run(*arguments: str) -> None:
    subprocess.run(arguments, check=True, capture_output=True)  # noqa: S603 - words of this file
