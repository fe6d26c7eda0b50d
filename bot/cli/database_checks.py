"""The doctor's checks of the database: is it there, is it ours, is it up to date, who runs on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.cli.books import now
from bot.cli.findings import Finding, error, ok
from bot.loopback import is_loopback
from bot.memory.deployment import CLOCK_BEHIND, Deployment, Deployments
from bot.memory.processes import Process, Processes
from bot.settings import Settings
from bot.vault.keys import Keys
from bot.wiring import MIGRATIONS
from ledger.database.errors import AlreadyRunningError, DatabaseUnavailableError, MigrationError, UnavailableReason
from ledger.database.file_lock import FileLock
from ledger.database.migrate import pending
from ledger.database.opening import open_database
from ledger.desk.reads import currency_of

_MENDS: Final = {
    UnavailableReason.BUSY: "Another process writes for very long: find it and wait for it.",
    UnavailableReason.FULL: "Make room on the disk.",
    UnavailableReason.READ_ONLY: "Make the file and its directory writable for this user.",
    UnavailableReason.LOST: "Is the server up, and does HUNDI_DATABASE_URL name its host and port?",
    UnavailableReason.CORRUPT: "Stop the bot and read docs/runbook.md, “hundi ledger verify fails”.",
}


@dataclass(frozen=True, slots=True)
class DatabaseReport:
    """What was found, and whether a bot runs on it now."""

    findings: tuple[Finding, ...]
    bot_runs_here: bool = False


async def check_database(settings: Settings, keys: Keys | None) -> DatabaseReport:
    """Look without changing anything."""
    if (file := settings.database_file) is not None and not file.exists():
        missing = error("database", f"{file} is not there", "Make it: `hundi ledger migrate`.")
        return DatabaseReport((missing,))
    try:
        database = await open_database(settings.database_url)
        try:
            behind = await pending(database, MIGRATIONS)
            deployment = None if behind else await Deployments(database).find()
            currency = None if behind else await currency_of(database)
            living = [] if behind or file else await Processes(database).living(now())
        finally:
            await database.close()
    except DatabaseUnavailableError as fault:
        elsewhere = "Look at the file and its directory." if file else "Look at the parts of HUNDI_DATABASE_URL."
        mend = _MENDS.get(fault.reason, elsewhere)
        return DatabaseReport((error("database", f"does not answer: {fault.reason}", mend),))
    except MigrationError as wrong:
        return DatabaseReport((error("database", str(wrong), "Use the program that made it, or a newer one."),))
    running = bool(living) or _bot_runs(settings)
    if behind:
        old = error("database", f"{len(behind)} migration(s) behind this program", "`hundi ledger migrate`.")
        return DatabaseReport((old,), running)
    used = _used_by(living) if living else "a bot runs on it" if running else "no bot runs on it"
    up_to_date = ok("database", f"{settings.database_said}, up to date, {used}")
    found = (up_to_date, *_of_currency(settings, currency), *_of_deployment(settings, keys, deployment))
    return DatabaseReport(found, running)


def _used_by(living: Sequence[Process]) -> str:
    """How many processes serve, and since when: on PostgreSQL they are written down."""
    eldest = living[0]
    since = f"{eldest.started_at:%Y-%m-%d %H:%M} UTC"
    if len(living) == 1:
        return f"`hundi {eldest.kind}` runs on it since {since}"
    return f"{len(living)} processes of `hundi {eldest.kind}` run on it, the first since {since}"


def _of_currency(settings: Settings, currency: str | None) -> list[Finding]:
    if currency is None or currency == settings.currency:
        return []
    mend = f"Set HUNDI_CURRENCY={currency}, or use another database: a wallet keeps its currency."
    return [error("currency", f"the accounts hold {currency}, the settings say {settings.currency}", mend)]


def _bot_runs(settings: Settings) -> bool:
    if settings.database_file is None:
        return False
    lock = FileLock(settings.database_file)
    try:
        lock.acquire()
    except AlreadyRunningError:
        return True
    lock.release()
    return False


def _of_deployment(settings: Settings, keys: Keys | None, found: Deployment | None) -> list[Finding]:
    if found is None:
        return []
    findings = []
    if not found.whole:
        what = "`hundi copy` fills this database, and not all of it is here yet"
        findings.append(error("whole", what, "Let it end; if it was stopped, the same command goes on where it was."))
    if keys is not None:
        findings.append(_of_keys(keys, found))
    token_of = settings.bot_token.get_secret_value().partition(":")[0] if settings.bot_token else ""
    if token_of and found.bot_id is not None and str(found.bot_id) != token_of:
        what = f"the database belongs to bot {found.bot_id}, the token to bot {token_of}"
        findings.append(error("same bot", what, "Use the token of that bot, or another database."))
    if found.town and not is_loopback(settings.telegram_api_url):
        mend = "Use another HUNDI_DATABASE_URL for Telegram: what was given away in a town is never spent there."
        findings.append(error("play money", "this is the town's database, with play money in it", mend))
    behind = found.clock_is_behind(now())
    if behind > CLOCK_BEHIND:
        what = f"{behind.total_seconds():.0f} s behind the newest moment in the database"
        findings.append(
            error(
                "clock", what, "Set the clock (NTP). If it is right and was wrong before: hundi run --clock-is-right."
            )
        )
    return findings


def _of_keys(keys: Keys, found: Deployment) -> Finding:
    if keys.keys_id == found.keys_id:
        return ok("keys match", f"the database was sealed with {found.keys_id}")
    what = f"the database was sealed with {found.keys_id}, the keys file is {keys.keys_id}"
    mend = "Put the right keys file back, or use the database of these keys. Never make new keys for old books."
    return error("keys match", what, mend)
