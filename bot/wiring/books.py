"""The database, migrated and ours, with the ledger and the keys: enough for a command that asks the books."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

import structlog

from bot import moved_clock
from bot import settings as configuration
from bot.clock import SystemClock
from bot.memory import MIGRATIONS as MEMORY
from bot.memory.deployment import Deployments
from bot.memory.people import People
from bot.settings import Settings
from bot.vault.fields import Sealer
from bot.vault.keys import Keys
from bot.vault.pins import MIGRATIONS as PINS
from bot.wiring.words import languages
from ledger.database.migrate import migrate
from ledger.database.opening import open_database
from ledger.database.port import Database
from ledger.desk import Ledger
from ledger.kernel.errors import InvariantError
from ledger.policies.policy import PolicyBook
from ledger.store.rows import MIGRATIONS as BOOKS

_log = structlog.get_logger(__name__)

MIGRATIONS: Final = (BOOKS, PINS, MEMORY)


@dataclass(frozen=True, slots=True)
class Books:
    """The database, migrated and ours, with the ledger and the keys."""

    database: Database
    ledger: Ledger
    keys: Keys
    policy: PolicyBook
    clock: SystemClock


@asynccontextmanager
async def open_books(
    settings: Settings, clock: SystemClock | None = None, *, town: bool | None = None
) -> AsyncIterator[Books]:
    """Open the books of these settings, making and migrating the database if needed. Works while the bot runs.

    A new database is the town's, with play money, or a real one; ``town`` says which is meant, if that matters.
    """
    clock = clock or await _clock_of(settings)
    keys = Keys.load(settings.keys_file)
    policy = PolicyBook.read(configuration.policy_text(settings.policy))
    policy.check_currency(settings.currency)
    async with AsyncExitStack() as stack:
        database = await open_database(settings.database_url)
        stack.push_async_callback(database.close)
        await migrate(database, MIGRATIONS, clock.now())
        async with database.transaction() as session:
            await Deployments(database).claim(session, keys.keys_id, clock.now(), town=town)
        ledger = Ledger(database, policy=policy, zone=settings.zone, now=clock.now, on_alarm=_alarm_books)
        await stack.enter_async_context(ledger)
        yield Books(database, ledger, keys, policy, clock)


async def _clock_of(settings: Settings) -> SystemClock:
    clock = SystemClock(on_step=_alarm_step)
    if settings.clock_url:
        await moved_clock.set_by(settings.clock_url, clock)
    return clock


def people_of(books: Books, settings: Settings) -> People:
    """The people of this deployment, for the bot and for commands that name one."""
    return People(books.database, sealer_of(books.keys), languages=languages(), currency=settings.currency)


def sealer_of(keys: Keys) -> Sealer:
    """Seals what people own, with the keys of these books."""
    return Sealer(keys.field_keys, keys.index_key)


def _alarm_books(broken: InvariantError) -> None:
    """Nothing is posted any more; balances and history can still be read."""
    _log.critical("books.posting_stopped", why=str(broken), mend="docs/runbook.md, when verify fails")


def _alarm_step(seconds: float) -> None:
    _log.error("clock.stepped", by_s=round(seconds), mend="check the clock of this machine, then restart the bot")
