"""Which way to read: few rows at once, many in a thread, so that whoever knows a thousand keeps nobody waiting."""

from collections.abc import Sized
from typing import Final

from ledger.database.port import Database, Reader

FEW: Final = 20  # rows found by key, some two hundred microseconds of the event loop


def reader_for(database: Database, keys: Sized) -> Reader:
    """For one row of each key."""
    return database.at_once if len(keys) <= FEW else database
