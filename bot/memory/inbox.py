"""Updates on disk before Telegram is told that we have them, so that a crash loses none and none is done twice.

A body is our own event, sealed, and goes once it is handled. A tap on the PIN pad and digits alone come without a body:
only the number of their update is kept. It does not know what an update says.
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from bot.memory.sealer import Sealer
from ledger.database.port import Database, Row, Session, Value
from ledger.database.queries import Queries
from ledger.kernel.instants import Instant, from_micros, to_micros

# After a week without updates Telegram numbers them anew, at random (Bot API, "Update"); a day earlier we ask without
# an offset, get whatever is unconfirmed, and what we had already is known by its number.
OFFSET_HOLDS: Final = timedelta(days=6)
NUMBERS_KEPT: Final = timedelta(days=8)  # longer than any number can come back; Telegram keeps updates for a day
PRUNED_AT_ONCE: Final = 1_000  # rows: some milliseconds of the writer, for which somebody may be waiting
_PUT_ASIDE: Final = "put_aside"


class AlreadyHandledError(Exception):
    """Another process has handled this update: what was about to be written with it is rolled back."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True, slots=True)
class InboxKey:
    """Names one update."""

    bot_id: int
    update_id: int


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """An update to be stored. ``body`` is our event as JSON, or None for what must not be written down.

    Without a body nobody can handle it later, so it waits for nothing, unless its author is to be ``asked_again``.
    """

    update_id: int
    person_id: int
    kind: str
    body: bytes | None = field(repr=False)
    asked_again: bool = False


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """An update that waits. Without a body its author is asked to say it again.

    Its body is opened by whoever takes it up: one that does not open keeps nobody else waiting.
    """

    key: InboxKey
    person_id: int
    kind: str
    arrived_at: Instant
    opened: Callable[[], bytes | None] = field(repr=False)

    @property
    def body(self) -> bytes | None:
        """Our event as JSON. Raises what the sealer raises."""
        return self.opened()


@dataclass(frozen=True, slots=True)
class PutAside:
    """An update nobody could read: the class of the error, and names and types of its fields."""

    key: InboxKey
    reason: str
    shape: bytes = field(repr=False)
    arrived_at: Instant


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits, and the age of the oldest."""

    waiting: int
    oldest_age: timedelta


class Inbox:
    """Every update that arrived."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._queries = Queries.load("bot.memory", "sql/inbox.sql", database.dialect)
        self._sealer = sealer

    async def store(self, session: Session, bot_id: int, updates: Sequence[NewUpdate], now: Instant) -> frozenset[int]:
        """Keep what is not here yet; the numbers that were new. The rest are repetitions and change nothing."""
        unique = {update.update_id: update for update in updates}
        if not unique:
            return frozenset()
        in_order = sorted(unique)  # one order, so that two who store the same never wait for each other
        insert = self._queries["insert_update"]
        stored = await session.all_of([(insert, self._row(bot_id, unique[number], now)) for number in in_order])
        await self._move_offset(session, bot_id, max(unique), now)
        return frozenset(row["update_id"] for rows in stored for row in rows)

    async def put_aside(self, session: Session, key: InboxKey, reason: str, shape: bytes, now: Instant) -> bool:
        """Keep an update that could not be read, and never fetch it again; False if it was here already."""
        bot_id, update_id = key.bot_id, key.update_id
        row: dict[str, Value] = {"bot_id": bot_id, "update_id": update_id, "now": to_micros(now)}
        number = row | {"person_id": None, "kind": _PUT_ASIDE, "sealed_body": None, "handled_at": to_micros(now)}
        if await session.one(self._queries["insert_update"], number) is None:
            return False
        sealed = self._sealer.seal("put_aside", "sealed_shape", _place(bot_id, update_id), shape)
        await session.execute(self._queries["insert_put_aside"], row | {"reason": reason, "sealed_shape": sealed})
        await self._move_offset(session, bot_id, update_id, now)
        return True

    async def next_offset(self, bot_id: int, now: Instant) -> int | None:
        """Where getUpdates goes on; None to ask for whatever is unconfirmed."""
        row = await self._database.one(self._queries["find_offset"], {"bot_id": bot_id})
        if row is None or now - from_micros(row["taken_at"]) > OFFSET_HOLDS:
            return None
        return int(row["next_update_id"])

    async def waiting(self, bot_id: int, after: int = -1, most: int = 1_000) -> list[StoredUpdate]:
        """Updates nobody has finished with, in order; page on with the last one's number."""
        values: dict[str, Value] = {"bot_id": bot_id, "after": after, "most": most}
        rows = await self._database.all(self._queries["waiting_updates"], values)
        return [self._stored(row) for row in rows]

    async def waiting_of(self, bot_id: int, people: Collection[int]) -> list[StoredUpdate]:
        """Updates of these people that nobody has finished with, in order."""
        values: dict[str, Value] = {"bot_id": bot_id, "people": json.dumps(sorted(people))}
        return [self._stored(row) for row in await self._database.all(self._queries["waiting_updates_of"], values)]

    async def waits(self, key: InboxKey) -> bool:
        """Whether nobody has finished with it."""
        values: dict[str, Value] = {"bot_id": key.bot_id, "update_id": key.update_id}
        return await self._database.at_once.one(self._queries["find_waiting"], values) is not None

    async def handled(self, session: Session, key: InboxKey, now: Instant) -> None:
        """It is done, in the same commit as what came of it: ``AlreadyHandledError`` instead if it was done before."""
        values: dict[str, Value] = {"bot_id": key.bot_id, "update_id": key.update_id, "now": to_micros(now)}
        await session.later(self._queries["update_handled"], values, otherwise=AlreadyHandledError)

    async def backlog(self, now: Instant) -> Backlog:
        """For the metrics."""
        row = await self._database.one(self._queries["inbox_backlog"])
        if row is None or row["oldest_at"] is None:
            return Backlog(0, timedelta())
        return Backlog(row["waiting"], now - from_micros(row["oldest_at"]))

    async def set_aside(self, most: int = 100) -> list[PutAside]:
        """What could not be read, newest first."""
        rows = await self._database.all(self._queries["list_put_aside"], {"most": most})
        return [self._put_aside(row) for row in rows]

    async def prune(self, session: Session, now: Instant, most: int = PRUNED_AT_ONCE) -> int:
        """Forget numbers that cannot come back, at most so many; how many."""
        old: dict[str, Value] = {"before": to_micros(now - 4 * NUMBERS_KEPT), "most": most}
        await session.execute(self._queries["prune_put_aside"], old)
        return await session.execute(self._queries["prune_inbox"], old | {"before": to_micros(now - NUMBERS_KEPT)})

    async def _move_offset(self, session: Session, bot_id: int, last: int, now: Instant) -> None:
        values: dict[str, Value] = {"bot_id": bot_id, "next_update_id": last + 1, "now": to_micros(now)}
        await session.later(self._queries["move_offset"], values)

    def _row(self, bot_id: int, update: NewUpdate, now: Instant) -> dict[str, Value]:
        place, body = _place(bot_id, update.update_id), update.body
        return {
            "bot_id": bot_id,
            "update_id": update.update_id,
            "person_id": update.person_id,
            "kind": update.kind,
            "sealed_body": None if body is None else self._sealer.seal("inbox", "sealed_body", place, body),
            "now": to_micros(now),
            "handled_at": None if body is not None or update.asked_again else to_micros(now),
        }

    def _stored(self, row: Row) -> StoredUpdate:
        key = InboxKey(row["bot_id"], row["update_id"])
        sealed = row["sealed_body"]
        place = _place(key.bot_id, key.update_id)

        def opened() -> bytes | None:
            return None if sealed is None else self._sealer.open("inbox", "sealed_body", place, sealed)

        return StoredUpdate(key, row["person_id"], row["kind"], from_micros(row["arrived_at"]), opened)

    def _put_aside(self, row: Row) -> PutAside:
        key = InboxKey(row["bot_id"], row["update_id"])
        place = _place(key.bot_id, key.update_id)
        shape = self._sealer.open("put_aside", "sealed_shape", place, row["sealed_shape"])
        return PutAside(key, row["reason"], shape, from_micros(row["arrived_at"]))


def _place(bot_id: int, update_id: int) -> str:
    return f"{bot_id}:{update_id}"
