"""Reads a stretch of the journal from the database, a page at a time, and adds it up, in whatever process."""

from collections.abc import Mapping, Sequence
from struct import error as StructError  # noqa: N812 - it is a class
from typing import Final

from ledger.database.errors import DatabaseUnavailableError, QueryError, UnavailableReason
from ledger.database.port import Database, Reader, Row, Values
from ledger.database.queries import Queries
from ledger.store.names import Names
from ledger.store.stretch import NotProvedError, Stretch, StretchReader

PAGE_ROWS: Final = 2_000
# What a damaged record makes of a value, or of a row without a canonical form.
UNREADABLE: Final = (TypeError, ValueError, OverflowError, AttributeError, StructError)


async def read_stretch(  # noqa: PLR0917 - where from, from where to, and what to hold it against
    reader: Reader | Database,
    queries: Queries,
    after: tuple[int, bytes],
    until: int,
    heads: Mapping[int, bytes],
    names: Names,
) -> Stretch | None:
    """The rows after ``after`` (a number and its hash) up to ``until``, added up; ``None`` when one is not right.

    ``UnavailableError`` when the database cannot answer now: that says nothing of the rows.
    """
    stretch = StretchReader(*after, heads, names)
    try:
        while stretch.seq < until:
            rows = await read_rows(reader, queries, stretch.seq, until, PAGE_ROWS)
            if not rows:
                return None
            stretch.take(rows)
        return stretch.done()
    except (NotProvedError, *UNREADABLE):
        return None


async def read_rows(reader: Reader | Database, queries: Queries, after: int, until: int, limit: int) -> Sequence[Row]:
    """Rows of ``rows_to_verify``. ``NotProvedError`` where the file is damaged."""
    values: Values = {"after": after, "up_to": until, "limit": limit}
    try:
        return await reader.all(queries["rows_to_verify"], values)
    except (QueryError, DatabaseUnavailableError, *UNREADABLE) as error:
        if isinstance(error, DatabaseUnavailableError) and error.reason is not UnavailableReason.CORRUPT:
            raise
        raise NotProvedError from error


async def hash_at(reader: Reader | Database, queries: Queries, seq: int) -> bytes | None:
    """The hash that a row bears, whether rightly or not."""
    row = await reader.one(queries["hash_at"], {"seq": seq})
    return None if row is None else bytes(row["hash"])
