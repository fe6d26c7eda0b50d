"""What makes a house one of several that serve the same bot: only where they can share a database, on PostgreSQL."""

from dataclasses import dataclass

from bot.memory.processes import Processes, ProcessId, Role, new_process_id
from bot.settings import Settings
from bot.wiring.books import Books
from ledger.database.opening import open_signals
from ledger.database.port import Session
from ledger.database.signals import Signals


@dataclass(frozen=True, slots=True)
class Company:
    """This process's name among the others, and how it hears of what they did."""

    process_id: ProcessId
    processes: Processes
    signals: Signals | None

    async def delivers(self, session: Session) -> bool:
        """Whether we deliver, and nobody else before this transaction ends."""
        return await self.processes.holds(session, Role.DELIVERY, self.process_id)


def company_of(books: Books, settings: Settings) -> Company | None:
    """None where no other process can be: a lock keeps them from an SQLite file."""
    signals = open_signals(settings.database_url)
    if signals is None:
        return None
    return Company(new_process_id(), Processes(books.database), signals)
