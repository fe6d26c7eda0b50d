"""How far a reader of the journal has come, so that after a crash it goes on where it was: at least once, in order."""

from typing import Final

from ledger.database.port import Database, Reader, Session, Value
from ledger.database.queries import Queries

NOTICES: Final = "notices"  # who must be told


class CursorMovedError(Exception):
    """Another reader moved this cursor meanwhile: what this one wrote is rolled back, and nothing is told twice."""


class Cursors:
    """One position for each reader, by name; a new reader begins at the first row."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = Queries.load("bot.memory", "sql/cursors.sql", database.dialect)

    async def find(self, name: str, reader: Reader | None = None) -> int:
        """The last row that was dealt with; 0 before the first."""
        row = await (reader or self._database.at_once).one(self._queries["find_cursor"], {"name": name})
        return 0 if row is None else int(row["seq"])

    async def move(self, session: Session, name: str, from_seq: int, seq: int) -> None:
        """Everything up to ``seq`` is dealt with by what this transaction writes."""
        values: dict[str, Value] = {"name": name, "from_seq": from_seq, "seq": seq}
        await session.later(self._queries["move_cursor"], values, otherwise=CursorMovedError)
