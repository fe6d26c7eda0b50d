"""What a database can answer besides rows. It knows no driver; each driver sorts its own errors into these.

No text of a query and no value ever travels in one: they may hold what people wrote.
"""

from enum import StrEnum

from ledger.kernel.errors import ContractError, InvariantError, LedgerError, UnavailableError


class UnavailableReason(StrEnum):
    """Why the database cannot answer now, for the operator and the metrics."""

    BUSY = "busy"  # another process holds the writer for longer than we wait
    FULL = "full"  # no space left; works again once there is
    IO = "io"  # the disk failed to read, write or sync
    READ_ONLY = "read_only"
    CORRUPT = "corrupt"
    CANNOT_OPEN = "cannot_open"
    INTERRUPTED = "interrupted"
    CLOSED = "closed"
    LOST = "lost"  # the server is away, restarting or failing over; the next use connects anew
    CONFLICT = "conflict"  # another transaction came first: run this one again, now


class DatabaseUnavailableError(UnavailableError):
    """The database cannot answer now. Nothing of the open transaction was kept."""

    def __init__(self, reason: UnavailableReason) -> None:
        super().__init__(f"the database cannot answer now: {reason}")
        self.reason = reason


class ConflictError(DatabaseUnavailableError):
    """Another transaction came first (serialization failure, deadlock). Nothing was kept: run it again, now."""

    def __init__(self) -> None:
        super().__init__(UnavailableReason.CONFLICT)


class RightMissingError(LedgerError):
    """The role we connect as may not do this. An operator acts: grants it, or does it as the owner."""

    def __init__(self) -> None:
        super().__init__("the database's role may not do this")


class ConstraintError(InvariantError):
    """A constraint or trigger of the database refused a row. Catch it only where a clash is an expected answer.

    ``constraint`` names it in the database's words; it never holds a value.
    """

    def __init__(self, constraint: str) -> None:
        super().__init__(constraint)
        self.constraint = constraint


class QueryError(ContractError):
    """A query is wrong: unknown table, missing value, not SQL. The programmer acts."""


class MigrationError(LedgerError):
    """The schema is not what this program's migrations made."""


class ChecksumError(MigrationError):
    """A migration that was applied has been changed since."""

    def __init__(self, room: str, number: int) -> None:
        super().__init__(f"migration {number:04d} of {room} was applied with another text than this program has")
        self.room = room
        self.number = number


class DatabaseNewerError(MigrationError):
    """A newer program has migrated this database; this one would misread it."""

    def __init__(self, room: str, found: int, known: int) -> None:
        super().__init__(f"the database is at migration {found:04d} of {room}, this program knows {known:04d}: upgrade")
        self.room = room
        self.found = found
        self.known = known


class AlreadyRunningError(LedgerError):
    """Another process has this database as its own."""

    def __init__(self, path: str) -> None:
        super().__init__(f"another process runs on {path}")
        self.path = path
