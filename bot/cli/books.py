"""Opening the books for a command that only looks: nothing is made, nothing is migrated, nobody is kept waiting."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from bot import settings as configuration
from bot.cli.console import stop
from bot.settings import Settings
from bot.wiring import MIGRATIONS
from ledger.database.migrate import pending
from ledger.database.opening import open_database
from ledger.database.port import Database
from ledger.desk import Ledger
from ledger.kernel.instants import Instant
from ledger.policies.policy import PolicyBook


@dataclass(frozen=True, slots=True)
class OpenBooks:
    """The books as they lie there. ``ledger`` reads; it was not started and moves nothing."""

    database: Database
    ledger: Ledger
    settings: Settings


@asynccontextmanager
async def reading(settings: Settings) -> AsyncIterator[OpenBooks]:
    """Open what is there, or leave with the mend."""
    if (file := settings.database_file) is not None and not file.exists():
        stop("there is no database yet", str(file.absolute()), "Make it: `hundi ledger migrate`.")
    policy = PolicyBook.read(configuration.policy_text(settings.policy))
    database = await open_database(settings.database_url)
    try:
        missing = await pending(database, MIGRATIONS)
        if missing:
            stop("the database is older than this program", f"{len(missing)} step(s) behind", "`hundi ledger migrate`.")
        yield OpenBooks(database, Ledger(database, policy=policy, zone=settings.zone, now=now), settings)
    finally:
        await database.close()


def now() -> Instant:
    """This moment, for a command that lives a second."""
    return datetime.now(UTC)
