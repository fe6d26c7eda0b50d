"""One bot for one SQLite file: a lock that ends with its process, however the process ends.

Only the bot takes it; ``hundi fund`` and its like write beside it through SQLite's own lock.
"""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from ledger.database.errors import AlreadyRunningError


class FileLock:
    """Holds ``<database>.lock`` from ``acquire`` to ``release``. The file stays: removing it would let two in."""

    def __init__(self, database_path: Path) -> None:
        self.path = database_path.with_name(database_path.name + ".lock")
        self._descriptor: int | None = None

    def acquire(self) -> Self:
        """Take the lock at once or raise ``AlreadyRunningError``. The kernel drops it when the process dies."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise AlreadyRunningError(str(self.path)) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor
        return self

    def release(self) -> None:
        """Let another process in. Releasing twice is fine."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.release()
