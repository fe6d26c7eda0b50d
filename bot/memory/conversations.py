"""Where each conversation stands, with a version, so that two processes never both go on from the same state.

The text is the dialogue's own (``bot.dialogue.states.dump``); here it is only sealed and kept. It may name a payee, so
it is bound to its version: an older cell put back does not open.
"""

from dataclasses import dataclass

from bot.memory.sealer import Sealer
from ledger.database.port import Database, Reader, Session, Value
from ledger.database.queries import Queries
from ledger.kernel.instants import Instant, from_micros, to_micros


class VersionClashError(Exception):
    """Somebody else stored a state of this conversation since it was loaded: load it again, nothing was written."""

    def __init__(self, person_id: int, version: int) -> None:
        super().__init__(f"the conversation of {person_id} is no longer at version {version}")
        self.person_id = person_id
        self.version = version


@dataclass(frozen=True, slots=True)
class Conversation:
    """A stored state. Version 0 and no text: there was none yet, the person is idle."""

    person_id: int
    version: int
    text: str | None


class Conversations:
    """The stored state of every person."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._queries = Queries.load("bot.memory", "sql/conversations.sql", database.dialect)
        self._sealer = sealer

    async def load(self, person_id: int, reader: Reader | None = None) -> Conversation:
        """The state as it was last saved."""
        row = await (reader or self._database).one(self._queries["find_conversation"], {"person_id": person_id})
        if row is None:
            return Conversation(person_id, 0, None)
        place = _place(person_id, row["version"])
        text = self._sealer.open("conversations", "sealed_state", place, row["sealed_state"]).decode()
        return Conversation(person_id, row["version"], text)

    async def version(self, person_id: int) -> int:
        """The version that is stored, also when its text does not open."""
        row = await self._database.one(self._queries["find_conversation"], {"person_id": person_id})
        return 0 if row is None else int(row["version"])

    async def save(
        self,
        session: Session,
        person_id: int,
        expected_version: int,
        text: str,
        *,
        idle: bool,
        deadline_at: Instant | None,
        now: Instant,
    ) -> int:
        """Store the next state; its version. ``VersionClashError`` if ours was not the last one."""
        version = expected_version + 1
        values: dict[str, Value] = {
            "person_id": person_id,
            "version": expected_version,
            "sealed_state": self._sealer.seal(
                "conversations", "sealed_state", _place(person_id, version), text.encode()
            ),
            "idle": int(idle),
            "deadline_at": None if deadline_at is None else to_micros(deadline_at),
            "now": to_micros(now),
        }
        name = "update_conversation" if expected_version else "insert_conversation"
        if await session.execute(self._queries[name], values) != 1:
            raise VersionClashError(person_id, expected_version)
        return version

    async def unfinished(self) -> list[int]:
        """Everybody who was in the middle of something: at start they are resumed."""
        rows = await self._database.all(self._queries["unfinished_conversations"])
        return [row["person_id"] for row in rows]

    async def due(self, now: Instant, most: int = 100) -> list[int]:
        """People whose state's deadline is now or was before."""
        values: dict[str, Value] = {"now": to_micros(now), "most": most}
        rows = await self._database.all(self._queries["due_conversations"], values)
        return [row["person_id"] for row in rows]

    async def next_deadline(self) -> Instant | None:
        """When ``due`` will next have somebody."""
        row = await self._database.one(self._queries["next_deadline"])
        return None if row is None or row["deadline_at"] is None else from_micros(row["deadline_at"])


def _place(person_id: int, version: int) -> str:
    return f"{person_id}:{version}"
