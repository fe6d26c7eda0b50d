"""A file that is there whole or not at all, and that only its owner may read: it says who has how much."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from bot.cli.console import stop


@contextmanager
def whole_file(out: Path, option: str) -> Iterator[TextIO]:
    """Write beside it and put it in place when all of it is on disk; who reads it never sees a half.

    ``option`` names another place in the answer to a disk that takes nothing. Line ends are written as they come.
    """
    beside = out.with_name(f".{out.name}.part")
    try:
        with _created(beside) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(out)
    except OSError as fault:
        beside.unlink(missing_ok=True)
        stop(f"{out} cannot be written", fault.strerror or "", f"Choose another file with {option}.")
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _created(path: Path) -> TextIO:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
    return os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8", newline="")
