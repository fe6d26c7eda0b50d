"""The doctor's checks that need no database: settings, keys, policy, disk, clock, and the far side.

Each answers findings, never an exception that an operator could mend.
"""

import asyncio
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

from bot import settings as configuration
from bot.cli.findings import Finding, error, ok, warning
from bot.cli.webhook_checks import check_webhook
from bot.settings import Settings, SettingsError, Stranger
from bot.transport.telegram.checkup import Checkup, check_up
from bot.transport.telegram.connection import TokenRefusedError
from bot.vault.keys import Keys, KeysError
from ledger.policies.policy import PolicyBook, PolicyError

LITTLE_SPACE: Final = 1024**3  # 1 GiB: a year of a small deployment, and time to make room
NO_SPACE: Final = 100 * 1024**2  # 100 MiB: the log between two checkpoints and a few thousand payments
CLOCK_OFF: Final = timedelta(seconds=60)  # what buttons, locks and limits can bear; NTP keeps within milliseconds
CLOCK_PATIENCE_S: Final = 5.0
STUCK_UPDATES: Final = 100  # waiting at Telegram: more than a bot that runs ever leaves there
SAFE_PIN_DIGITS: Final = 6
_MIB: Final = 1024**2


def check_settings(env_file: Path | None = configuration.ENV_FILE) -> tuple[Settings | None, list[Finding]]:
    """The settings if they can be used, and what is to be said of them."""
    try:
        settings = configuration.read(env_file)
    except SettingsError as invalid:
        found = [
            error("settings", f"{problem.name} {problem.why}", f"Mend {problem.name}.") for problem in invalid.problems
        ]
        return None, found
    found = [_of_moved_clock(settings)] if settings.clock_url else []
    found += [_of_stranger(stranger) for stranger in configuration.strangers(env_file)]
    return settings, found or [ok("settings", f"{settings.currency}, {settings.timezone}, policy {settings.policy}")]


def _of_moved_clock(settings: Settings) -> Finding:
    what = f"the clock is the one at {settings.clock_url}, which somebody moves"
    return warning("settings", what, "Right for a town; anywhere else leave HUNDI_CLOCK_URL empty.")


def _of_stranger(stranger: Stranger) -> Finding:
    if stranger.not_yet:
        return warning(
            "settings", f"{stranger.name} belongs to a later version and does nothing yet", "Leave it, or not."
        )
    mend = f"Did you mean {stranger.meant}?" if stranger.meant else "Remove it, or look in .env.example."
    return warning("settings", f"{stranger.name} means nothing here", mend)


def check_keys(settings: Settings) -> tuple[Keys | None, Finding]:
    """The keys if they can be used, and what is to be said of them."""
    try:
        keys = Keys.load(settings.keys_file)
    except KeysError as fault:
        return None, error("keys", f"{fault.path}: {fault.problem}", f"{fault.mend}.")
    if not keys.copy_recorded:
        mend = "Keep one where this machine is not, then say so: `hundi keys copied`."
        return keys, warning("keys", f"{settings.keys_file} is good, and no copy of it is recorded", mend)
    return keys, ok("keys", f"{settings.keys_file} ({keys.keys_id}), a copy is kept")


def check_policy(settings: Settings) -> Finding:
    """Whether the rules can be read, are in our currency and hold now."""
    try:
        book = PolicyBook.read(configuration.policy_text(settings.policy))
        book.check_currency(settings.currency)
        rules = book.at(datetime.now(UTC))
    except SettingsError as missing:
        return error("policy", str(missing), "Mend HUNDI_POLICY.")
    except PolicyError as wrong:
        return error(
            "policy", "; ".join(wrong.problems), f"Mend {settings.policy}; `hundi policy check` reads it again."
        )
    if rules.pin.digits < SAFE_PIN_DIGITS and book.name != "play":
        what = f"{book.name} asks for PINs of {rules.pin.digits} digits"
        return warning(
            "policy", what, "Six digits resist somebody with the database and the keys a hundred times longer."
        )
    return ok("policy", f"{book.name}, version {rules.version} of {len(book.versions)}")


def check_disk(settings: Settings) -> Finding:
    """Whether there is room where the database lies; a server's disk is looked at there, so here only for our heads."""
    directory = (settings.database_file or settings.heads_file).absolute().parent
    try:
        free = shutil.disk_usage(directory).free
    except OSError as fault:
        return error("disk", f"{directory}: {fault.strerror}", "Make the directory, or mend HUNDI_DATABASE_URL.")
    said = f"{free // _MIB:,} MiB free in {directory}"
    if free < NO_SPACE:
        return error("disk", said, "Make room: a full disk stops every payment.")
    if free < LITTLE_SPACE:
        return warning("disk", said, "Make room before it is full.")
    return ok("disk", said)


async def check_clock(settings: Settings) -> Finding:
    """How far this machine and the Bot API server are apart."""
    served = await asyncio.to_thread(_served_date, settings.telegram_api_url)
    if served is None:
        return warning("clock", "could not be compared with the Bot API server's", "Compare it with another clock.")
    apart = abs(datetime.now(UTC) - served)
    if apart > CLOCK_OFF:
        what = f"{apart.total_seconds():.0f} s away from the Bot API server's"
        return error("clock", what, "Set the clock (NTP): limits, locks and confirmations depend on it.")
    return ok("clock", f"within {CLOCK_OFF.seconds} s of the Bot API server's")


def _served_date(api_url: str) -> datetime | None:
    """The Date header of any answer; the address is http or https, as settings made sure."""
    asking = urllib.request.Request(api_url, method="HEAD")  # noqa: S310  # settings let only http(s) through
    try:
        with urllib.request.urlopen(asking, timeout=CLOCK_PATIENCE_S) as answer:  # noqa: S310  # the same
            date = answer.headers["Date"]
    except urllib.error.HTTPError as refusal:
        date = refusal.headers["Date"]
        refusal.close()
    except OSError:
        return None
    try:
        return parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return None


async def check_far_side(settings: Settings, *, bot_runs_here: bool) -> list[Finding]:
    """Token, clock, webhook and other pollers."""
    if settings.bot_token is None:
        return [error("token", "HUNDI_BOT_TOKEN is not set", "Ask @BotFather for one and put it into .env.")]
    try:
        found = await check_up(
            settings.bot_token.get_secret_value(), settings.telegram_api_url, probe=not bot_runs_here
        )
    except TokenRefusedError:
        return [error("token", "Telegram does not know it", "@BotFather, /mybots, API Token: put that into .env.")]
    except ConnectionError as silence:
        return [error("token", f"could not be checked: {silence}", "Look at the network and HUNDI_TELEGRAM_API_URL.")]
    clock = await check_clock(settings)
    return [
        ok("token", f"belongs to @{found.username}"),
        clock,
        *_of_checkup(found, settings, bot_runs_here=bot_runs_here),
    ]


def _of_checkup(found: Checkup, settings: Settings, *, bot_runs_here: bool) -> Iterator[Finding]:
    if settings.webhook_url:
        yield from check_webhook(found, settings.webhook_url, bot_runs_here=bot_runs_here)
    elif found.webhook_url:
        mend = "Remove it with `hundi run --take-over`. To serve it: HUNDI_WEBHOOK_URL and `hundi serve`."
        yield error("webhook", "one is set, so polling gets nothing", mend)
    else:
        yield ok("webhook", "none")
        yield _of_pollers(found, bot_runs_here=bot_runs_here)
    if found.reads_all_group_messages:
        what = "privacy mode is off: the bot is sent everything that is said in its groups"
        yield warning("groups", what, "@BotFather, /setprivacy, Enable: it needs only what is meant for it.")


def _of_pollers(found: Checkup, *, bot_runs_here: bool) -> Finding:
    if bot_runs_here:
        return ok("pollers", "our own bot, on this machine")
    if found.other_poller:
        return error("pollers", "another program fetches this bot's messages", "Find it and stop it: docs/runbook.md.")
    if found.pending_updates > STUCK_UPDATES:
        return warning("pollers", f"nobody fetches; {found.pending_updates} messages wait", "Start it: `hundi run`.")
    return ok("pollers", "nobody fetches now")
