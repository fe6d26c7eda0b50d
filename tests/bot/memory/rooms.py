"""Every room of memory over one database, as wiring puts them together."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.memory.circle import Circle
from bot.memory.claims import Claims
from bot.memory.conversations import Conversations
from bot.memory.deployment import Deployments
from bot.memory.groups import Groups
from bot.memory.inbox import Inbox
from bot.memory.notes import Notes
from bot.memory.outbox import Outbox
from bot.memory.people import People, Seen
from bot.memory.phones import Phones
from bot.memory.renaming import Renaming
from bot.memory.thanks import Thanks
from bot.vault.fields import Sealer
from ledger.database.port import Database
from ledger.kernel.instants import Instant

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Memory:
    """Every room of memory over one database."""

    database: Database
    people: People
    circle: Circle
    renaming: Renaming
    groups: Groups
    phones: Phones
    conversations: Conversations
    inbox: Inbox
    outbox: Outbox
    notes: Notes
    claims: Claims
    thanks: Thanks
    deployments: Deployments

    async def registered(self, person_id: int, name: str, username: str | None = None, now: Instant = NOW) -> str:
        """Somebody who went through /start; their handle."""
        async with self.database.transaction() as session:
            await self.people.see(session, person_id, Seen(name, username), now)
            await self.people.account_for(session, person_id, now)
            return await self.people.register(session, person_id, "en", now)


def over(database: Database, sealer: Sealer) -> Memory:
    """Memory over an open database."""
    people = People(database, sealer, languages=("en", "hi"), currency="INR")
    return Memory(
        database=database,
        people=people,
        circle=Circle(database, sealer, people),
        renaming=Renaming(database, sealer),
        groups=Groups(database, sealer, people),
        phones=Phones(database, sealer),
        conversations=Conversations(database, sealer),
        inbox=Inbox(database, sealer),
        outbox=Outbox(database, sealer),
        notes=Notes(database, sealer),
        claims=Claims(database),
        thanks=Thanks(database),
        deployments=Deployments(database),
    )
