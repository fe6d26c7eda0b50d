"""PostgreSQL's errors, sorted by who must act. Codes are those of postgresql.org/docs/current/errcodes-appendix.html.

The server's own text may quote a value ("Key (handle)=(asha) already exists"), so it never travels on: only the code,
the name of a constraint, or the words of our own triggers do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg

from ledger.database.errors import (
    ConflictError,
    ConstraintError,
    DatabaseUnavailableError,
    QueryError,
    RightMissingError,
    UnavailableReason,
)
from ledger.kernel.errors import LedgerError

DRIVER_ERRORS: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)

_CONFLICTS: Final = frozenset({"40001", "40P01"})  # serialization failure, deadlock detected
_OUR_TRIGGER: Final = "P0001"  # RAISE EXCEPTION in a function of our migrations: the words are ours
_NO_RIGHT: Final = "42501"
_STALE_PLAN: Final = "0A000"  # "cached plan must not change result type", after a migration by another process
_REASONS: Final = {  # the whole code first, then its class (two characters)
    "55P03": UnavailableReason.BUSY,  # lock_timeout
    "57014": UnavailableReason.INTERRUPTED,  # statement_timeout, or an operator's pg_cancel_backend
    "53100": UnavailableReason.FULL,
    "53": UnavailableReason.BUSY,  # too many connections, out of memory
    "25006": UnavailableReason.READ_ONLY,  # failed over: this is a standby now
    "XX001": UnavailableReason.CORRUPT,
    "XX002": UnavailableReason.CORRUPT,
    "58": UnavailableReason.IO,
    "08": UnavailableReason.LOST,
    "57": UnavailableReason.LOST,  # shut down, crashed, starting up
    "25P03": UnavailableReason.LOST,  # stood idle in a transaction for too long (a paused process), so it was ended
    "25P04": UnavailableReason.LOST,  # transaction_timeout, likewise
    "28": UnavailableReason.CANNOT_OPEN,  # the password, or pg_hba.conf
    "3D000": UnavailableReason.CANNOT_OPEN,  # no such database
}


@contextmanager
def sorted_errors() -> Iterator[None]:
    """Inside, an error of the driver becomes one of ours."""
    try:
        yield
    except DRIVER_ERRORS as error:
        raise sort_error(error) from error
    except (ValueError, KeyError) as error:  # a value that is missing, or that does not fit its column
        raise QueryError(f"{type(error).__name__} before PostgreSQL was reached") from error


def sort_error(error: Exception) -> LedgerError:
    """Unavailable (ask again later), constraint (the books would break) or query (the programmer acts)."""
    if isinstance(error, OSError | asyncpg.InternalClientError):  # TimeoutError is an OSError
        return DatabaseUnavailableError(UnavailableReason.LOST)
    if isinstance(error, asyncpg.PostgresError):
        return _of_code(error.sqlstate or "", error)
    if isinstance(error, asyncpg.DataError | ValueError):
        return QueryError(f"{type(error).__name__} before PostgreSQL was reached")
    return DatabaseUnavailableError(UnavailableReason.LOST)  # InterfaceError: the connection is closed


def _of_code(code: str, error: asyncpg.PostgresError) -> LedgerError:
    if code in _CONFLICTS or (code == _STALE_PLAN and isinstance(error, asyncpg.InvalidCachedStatementError)):
        return ConflictError()
    if code == _OUR_TRIGGER:
        return ConstraintError(str(error))
    if code == _NO_RIGHT:
        return RightMissingError()
    if code.startswith("23"):
        return ConstraintError(f"{error.constraint_name or error.column_name} of {error.table_name}")
    if reason := _REASONS.get(code) or _REASONS.get(code[:2]):
        return DatabaseUnavailableError(reason)
    return QueryError(f"PostgreSQL answered {code} ({type(error).__name__})")
