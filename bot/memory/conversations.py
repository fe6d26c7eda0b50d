"""Where each conversation stands, with a version, so that two processes never both go on from the same state.

The text is the dialogue's own (``bot.dialogue.states.dump``); here it is only sealed and kept. It may name a payee, so
it is bound to its version: an older cell put back does not open.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from bot.memory.processes import ProcessId
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


class LostToAnotherError(Exception):
    """This person is another process's now: nothing was written, and whatever we were about to do is theirs to do."""

    def __init__(self, person_id: int) -> None:
        super().__init__(f"person {person_id} is served by another process")
        self.person_id = person_id


@dataclass(frozen=True, slots=True)
class Conversation:
    """A stored state. Version 0 and no text: there was none yet, the person is idle."""

    person_id: int
    version: int
    text: str | None


class Conversations:
    """The stored state of every person. Among other processes, ``process_id`` saves those of its own people alone."""

    def __init__(self, database: Database, sealer: Sealer, process_id: ProcessId | None = None) -> None:
        self._database, self._process_id = database, process_id
        self._queries = Queries.load("bot.memory", "sql/conversations.sql", database.dialect)
        self._sealer = sealer

    async def load(self, person_id: int, reader: Reader | None = None) -> Conversation:
        """The state as it was last saved."""
        row = await (reader or self._database.at_once).one(self._queries["find_conversation"], {"person_id": person_id})
        if row is None:
            return Conversation(person_id, 0, None)
        place = _place(person_id, row["version"])
        text = self._sealer.open("conversations", "sealed_state", place, row["sealed_state"]).decode()
        return Conversation(person_id, row["version"], text)

    async def version(self, person_id: int) -> int:
        """The version that is stored, also when its text does not open."""
        row = await self._database.at_once.one(self._queries["find_conversation"], {"person_id": person_id})
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
        """Store the next state; its version. ``VersionClashError``, by the commit, if ours was not the last one.

        ``LostToAnotherError`` if the person is no longer ours: asked in the same statement, since a process that was
        paused does not know.
        """
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
            "process_id": self._process_id,
        }
        name = "update_conversation" if expected_version else "insert_conversation"
        if self._process_id is None:
            clash = partial(VersionClashError, person_id, expected_version)
            await session.later(self._queries[name], values, otherwise=clash)
        elif await session.execute(self._queries[f"{name}_of_ours"], values) != 1:
            await self._check_ours(session, person_id)
            raise VersionClashError(person_id, expected_version)
        return version

    async def unfinished(self, people: Collection[int] | None = None) -> list[int]:
        """Everybody, or those of ``people``, who was in the middle of something: they are resumed."""
        if people is None:
            rows = await self._database.all(self._queries["unfinished_conversations"])
        else:
            rows = await self._database.all(self._queries["unfinished_of"], {"people": json.dumps(sorted(people))})
        return [row["person_id"] for row in rows]

    async def due(self, now: Instant, most: int = 100) -> list[int]:
        """People whose state's deadline is now or was before; among other processes, of our own people."""
        name = "due_conversations" if self._process_id is None else "due_of_ours"
        return await self._due(name, now, most)

    async def due_of_nobody(self, now: Instant, most: int = 100) -> list[int]:
        """The same, of people whom no process has."""
        return await self._due("due_of_nobody", now, most)

    async def next_deadline(self) -> Instant | None:
        """When ``due`` will next have somebody."""
        row = await self._database.one(self._queries["next_deadline"])
        return None if row is None or row["deadline_at"] is None else from_micros(row["deadline_at"])

    async def _due(self, name: str, now: Instant, most: int) -> list[int]:
        values: dict[str, Value] = {"now": to_micros(now), "most": most, "process_id": self._process_id}
        return [row["person_id"] for row in await self._database.all(self._queries[name], values)]

    async def _check_ours(self, session: Session, person_id: int) -> None:
        if self._process_id is None:
            return
        values: dict[str, Value] = {"person_id": person_id, "process_id": self._process_id}
        if await session.one(self._queries["is_ours"], values) is None:
            raise LostToAnotherError(person_id)


def _place(person_id: int, version: int) -> str:
    return f"{person_id}:{version}"
