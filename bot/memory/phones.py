"""Which phone number is whose. A number is an alias: it finds an account and decides nothing else.

It rests sealed and is found by a keyed index, so the database alone tells no number. Telegram proved each of them; when
it proves one for somebody else, the number moves to them. It knows no rules of writing numbers: E.164 comes in.
"""

from bot.memory.sealer import Sealer
from ledger.database.port import Database, Reader, Session, Value
from ledger.database.queries import Queries
from ledger.kernel.instants import Instant, to_micros

INDEX_KIND = "phone"


class Phones:
    """Numbers and their owners."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._queries = Queries.load("bot.memory", "sql/phones.sql", database.dialect)
        self._sealer = sealer

    async def bind(self, session: Session, person_id: int, number: str, now: Instant) -> int | None:
        """The number is this person's from now on. The person who had it before and has none now, if there is one."""
        index = self._sealer.index(INDEX_KIND, number)
        row = await session.one(self._queries["find_owner_of_phone"], {"phone_index": index})
        place: dict[str, Value] = {"person_id": person_id, "phone_index": index}
        sealed = self._sealer.seal("phones", "sealed_phone", person_id, number.encode())
        fresh = place | {"sealed_phone": sealed, "now": to_micros(now)}
        await session.execute(self._queries["forget_phone"], place)
        while not await session.execute(self._queries["put_phone"], fresh):  # somebody was faster, and is committed
            row = await session.one(self._queries["find_owner_of_phone"], {"phone_index": index}) or row
            await session.execute(self._queries["forget_phone"], place)
        return row["person_id"] if row is not None and row["person_id"] != person_id else None

    async def number_of(self, person_id: int, reader: Reader | None = None) -> str | None:
        """The person's own number, in E.164."""
        row = await (reader or self._database.at_once).one(self._queries["find_phone"], {"person_id": person_id})
        if row is None:
            return None
        return self._sealer.open("phones", "sealed_phone", person_id, row["sealed_phone"]).decode()

    async def unbind(self, session: Session, person_id: int) -> None:
        """Nobody finds this person by a number any more."""
        await session.execute(self._queries["forget_phone_of"], {"person_id": person_id})
