"""Arrivals into the inbox: what Polling stores before it asks for more. It handles none of them."""

from collections.abc import Callable, Collection, Sequence

from bot.arrivals import Arrival, PutAside, dump_arrival, kind_of
from bot.memory.inbox import Inbox, InboxKey, NewUpdate
from bot.memory.people import People, Seen
from ledger.database.port import Database
from ledger.kernel.instants import Instant


class Intake:
    """Writes a batch in one transaction, and what Telegram calls its people now.

    What must not be written down leaves the number of its update.
    """

    def __init__(
        self, inbox: Inbox, people: People, database: Database, bot_id: int, *, now: Callable[[], Instant]
    ) -> None:
        self._inbox, self._people, self._database = inbox, people, database
        self._bot_id, self._now = bot_id, now

    async def store(self, arrivals: Sequence[Arrival], put_aside: Sequence[PutAside]) -> Collection[int]:
        """Keep all or none; the numbers that were new. ``UnavailableError`` when the disk cannot take them."""
        now = self._now()
        updates = [
            NewUpdate(
                a.update_id, a.person_id, kind_of(a), dump_arrival(a) if a.storable else None, asked_again=a.asked_again
            )
            for a in arrivals
        ]
        async with self._database.transaction() as session:
            new = await self._inbox.store(session, self._bot_id, updates, now)
            latest = {a.person_id: a for a in arrivals if a.update_id in new}
            for person_id, arrival in latest.items():
                seen = Seen(arrival.name, arrival.username, arrival.language_code)
                await self._people.see(session, person_id, seen, now)
            for aside in put_aside:
                key, shape = InboxKey(self._bot_id, aside.update_id), aside.shape.encode("utf-8", "replace")
                await self._inbox.put_aside(session, key, aside.reason, shape, now)
        return new
