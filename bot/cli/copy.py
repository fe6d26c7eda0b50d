"""``hundi copy``: a whole deployment, books and all, into another database: from a file to a server, or back."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Annotated

import typer

from bot import settings as configuration
from bot.cli.books import now
from bot.cli.console import answer_json, note, progress, say, show_table, stop
from bot.cli.copying import Copied, CopyError, Copying, nobody_else_on
from bot.cli.ledger import signed_heads
from bot.cli.program import app
from bot.settings import Settings, is_database_url
from bot.wiring import MIGRATIONS
from ledger.database.errors import AlreadyRunningError
from ledger.database.migrate import migrate, pending
from ledger.database.opening import is_postgres, open_database
from ledger.database.port import Database
from ledger.database.sqlite import sqlite_path
from ledger.kernel.audit_chain import BadRow, Verified
from ledger.policies.policy import PolicyBook
from ledger.store.helpers import Helpers
from ledger.store.verify import new_account_windows, verify


@app.command()
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM_URL", help="Where it is: sqlite:///hundi.db, postgresql://…")],
    target: Annotated[str, typer.Argument(metavar="TO_URL", help="A new, empty database.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on one line.")] = False,
) -> None:
    """Move a deployment to another database. Stop the bot first; stopped halfway, the same command goes on."""
    settings = configuration.read()
    for url in (source, target):
        _check_address(url)
    if source == target:
        stop("both addresses are the same", "a database is not copied into itself", "Name a new, empty one.")
    try:
        verified, copied = asyncio.run(_copy(settings, source, target))
    except CopyError as error:
        stop(error.what, error.why, error.mend)
    except AlreadyRunningError as error:
        stop("a bot runs on one of the two", str(error), "Stop it: a copy of what still moves is no copy.")
    _tell(verified, copied, target, as_json=as_json)


def _check_address(url: str) -> None:
    try:
        is_database_url(url)
    except ValueError as wrong:
        stop("this is no address of a database", f"it {wrong}", "sqlite:///hundi.db or postgresql://user@host/hundi")


async def _copy(settings: Settings, source_url: str, target_url: str) -> tuple[Verified, list[Copied]]:
    async with AsyncExitStack() as stack:
        source = await _opened(stack, source_url)
        if missing := await pending(source, MIGRATIONS):
            stop("the source is older than this program", f"{len(missing)} step(s) behind", "`hundi ledger migrate`.")
        target = await _opened(stack, target_url, new=True)
        await migrate(target, MIGRATIONS, now())
        for url, database in ((source_url, source), (target_url, target)):
            await stack.enter_async_context(nobody_else_on(url, database, now()))
        copying = await Copying.between(source, target)
        heads = signed_heads(settings, settings.heads_file)
        before = await _verified(settings, source, source_url, heads)
        if await copying.begin():
            note("Going on with the copy that was begun before.")
        with progress("copying") as counter:
            await copying.fill(counter.reach)
        with progress("comparing") as counter:
            copied = await copying.compare(counter.reach)
        after = await _verified(settings, target, target_url, heads)
        if before.head_hash != after.head_hash:
            mend = "Copy into a new, empty database."
            stop("the two journals end differently", "the source was used meanwhile", mend)
        await copying.finish()
        return after, copied


async def _opened(stack: AsyncExitStack, url: str, *, new: bool = False) -> Database:
    if not new and not is_postgres(url) and not sqlite_path(url).exists():
        stop("there is no database there", str(sqlite_path(url).absolute()), "Look at FROM_URL.")
    database = await open_database(url)
    stack.push_async_callback(database.close)
    return database


async def _verified(settings: Settings, database: Database, url: str, heads: Mapping[int, bytes]) -> Verified:
    """Proved, signed heads and all, or nothing is copied."""
    windows = new_account_windows(PolicyBook.read(configuration.policy_text(settings.policy)))
    with progress("verifying") as counter:
        verdict = await verify(database, heads, counter.reach, windows, Helpers(url))
    if isinstance(verdict, BadRow):
        which = "the server" if is_postgres(url) else str(sqlite_path(url))
        stop(f"the books of {which} do not prove", f"bad seq {verdict.seq}: {verdict.why}", "Read docs/runbook.md.")
    return verdict


def _tell(verified: Verified, copied: list[Copied], target: str, *, as_json: bool) -> None:
    if as_json:
        tables = {each.table: {"rows": each.rows, "sha256": each.digest} for each in copied}
        answer_json({"entries": verified.entries, "head": verified.head_hash.hex(), "tables": tables})
        return
    lines = [(each.table, f"{each.rows:,}", each.digest[:16]) for each in copied]
    show_table(("table", "rows", "sha256"), lines, right=(1,))
    rows = sum(each.rows for each in copied)
    say(f"copied and compared, {rows:,} rows; verified {verified.entries} entries, head {verified.head_hash.hex()}")
    role = " `hundi ledger migrate --grant-to ROLE` gives the bot's role its rights." if is_postgres(target) else ""
    note(f"Point HUNDI_DATABASE_URL there and start the bot. Never again on the old one: each would pay.{role}")
