"""SQLite's errors, sorted by who must act."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from ledger.database.errors import ConstraintError, DatabaseUnavailableError, QueryError, UnavailableReason
from ledger.kernel.errors import LedgerError

_PRIMARY: Final = 0xFF  # an extended code carries its primary code in the low byte; sqlite.org/rescode.html
_REASONS: Final = {
    sqlite3.SQLITE_BUSY: UnavailableReason.BUSY,
    sqlite3.SQLITE_LOCKED: UnavailableReason.BUSY,
    sqlite3.SQLITE_PROTOCOL: UnavailableReason.BUSY,
    sqlite3.SQLITE_FULL: UnavailableReason.FULL,
    sqlite3.SQLITE_IOERR: UnavailableReason.IO,
    sqlite3.SQLITE_NOMEM: UnavailableReason.IO,
    sqlite3.SQLITE_READONLY: UnavailableReason.READ_ONLY,
    sqlite3.SQLITE_PERM: UnavailableReason.READ_ONLY,
    sqlite3.SQLITE_CORRUPT: UnavailableReason.CORRUPT,
    sqlite3.SQLITE_NOTADB: UnavailableReason.CORRUPT,
    sqlite3.SQLITE_CANTOPEN: UnavailableReason.CANNOT_OPEN,
    sqlite3.SQLITE_INTERRUPT: UnavailableReason.INTERRUPTED,
}


@contextmanager
def sorted_errors() -> Iterator[None]:
    """Inside, an error of the driver becomes one of ours."""
    try:
        yield
    except (sqlite3.Error, OverflowError) as error:
        raise sort_error(error) from error


def sort_error(error: Exception) -> LedgerError:
    """Unavailable (ask again later), constraint (the books would break) or query (the programmer acts)."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # ours: a missing value, an integer beyond 64 bits, a closed connection
        return QueryError(f"{type(error).__name__} before SQLite was reached")
    if code & _PRIMARY == sqlite3.SQLITE_CONSTRAINT:
        return ConstraintError(str(error))  # names a column or one of our triggers, never a value
    if reason := _REASONS.get(code & _PRIMARY):
        return DatabaseUnavailableError(reason)
    return QueryError(str(error))  # "no such table: x": values are bound, so it cannot hold one
