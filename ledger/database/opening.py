"""Which database an address names. A driver is imported only where its database is used."""

from pathlib import Path
from typing import Final

from ledger.database.port import Database
from ledger.database.signals import Signals
from ledger.database.sqlite import SqliteDatabase
from ledger.kernel.errors import LedgerError

POSTGRES: Final = ("postgresql://", "postgres://")


class DriverMissingError(LedgerError):
    """PostgreSQL is asked for, and its driver is an extra that is not installed."""

    mend = "Install it with `pip install 'hundi[postgres]'`."

    def __init__(self) -> None:
        super().__init__("PostgreSQL needs its driver")


def is_postgres(url: str | Path) -> bool:
    """Whether an address is a PostgreSQL server's, or one that speaks its protocol."""
    return str(url).startswith(POSTGRES)


def open_signals(url: str) -> Signals | None:
    """Signals between the processes on this database; ``None`` where there can be only one."""
    if not is_postgres(url):
        return None
    from ledger.database.postgres_signals import PostgresSignals  # noqa: PLC0415 - an optional extra

    return PostgresSignals(url)


async def open_database(url: str | Path) -> Database:
    """Open the database at an address: ``sqlite:///hundi.db``, a path, or ``postgresql://…``.

    ``DatabaseUnavailableError`` if that cannot be done now, ``DriverMissingError`` without the extra.
    """
    if not is_postgres(url):
        return await SqliteDatabase.open(url)
    try:
        from ledger.database.postgres import PostgresDatabase  # noqa: PLC0415 - an optional extra
    except ModuleNotFoundError as missing:
        raise DriverMissingError from missing
    return await PostgresDatabase.open(str(url))
