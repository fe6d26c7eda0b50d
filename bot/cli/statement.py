"""``hundi ledger statement``: what moved on one account, with the balance after each line, as CSV."""

import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, Protocol

import typer

from bot import settings as configuration
from bot.cli.amounts import written
from bot.cli.books import OpenBooks, now, reading
from bot.cli.console import ExitCode, note, say, stop, warn
from bot.cli.ledger import books
from bot.cli.users import known_account_of, people_in
from bot.cli.whole_file import whole_file
from bot.memory.notes import Notes
from bot.runner.statements import StatementFiles
from bot.settings import Settings
from bot.vault.fields import Sealer
from bot.vault.keys import Keys, KeysError
from ledger.desk import Statement
from ledger.exports.statement_csv import BOM
from ledger.kernel.errors import UnknownAccountError
from ledger.kernel.instants import EPOCH, BusinessDay, Instant

_DAY: Final = ["%Y-%m-%d"]


class _Sink(Protocol):
    """Where the file goes."""

    def write(self, text: str, /) -> object: ...


@books.command("statement")
def statement_command(
    user: Annotated[str, typer.Argument(help="A Telegram id, an @handle, or an account (acc_…).")],
    *,
    first: Annotated[datetime | None, typer.Option("--from", formats=_DAY, help="First day, 2026-11-01.")] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=_DAY, help="Last day, 2026-11-30.")] = None,
    output: Annotated[Path | None, typer.Option(help="A file; without one, standard output.")] = None,
) -> None:
    """What moved on an account, as CSV. Both days are in it; days begin in HUNDI_TIMEZONE."""
    settings = configuration.read()
    if first is not None and last is not None and last < first:
        stop("these days are the wrong way round", "--from is after --to", code=ExitCode.USAGE)
    begins_at, ends_at = _period(settings, first, last)
    if output is None:
        statement = asyncio.run(_write_to(_Standard(), settings, user, begins_at, ends_at))
    else:
        with whole_file(output, "--output") as file:
            file.write(BOM)
            statement = asyncio.run(_write_to(file, settings, user, begins_at, ends_at))
        say(f"{statement.count} line(s) written to {output}.")
    note(f"Opening balance {written(statement.opening)}, closing balance {written(statement.closing)}.")


class _Standard:
    """Standard output as UTF-8, whatever the terminal's language: a name must not stop a statement."""

    @staticmethod
    def write(text: str, /) -> None:
        sys.stdout.buffer.write(text.encode())


def _period(settings: Settings, first: datetime | None, last: datetime | None) -> tuple[Instant, Instant]:
    """From the first instant of the first day up to, and without, the first instant after the last day."""
    begins_at = EPOCH if first is None else BusinessDay(first.date()).begins_at(settings.zone)
    ends_at = now() + timedelta(days=1) if last is None else BusinessDay(last.date()).ends_at(settings.zone)
    return begins_at, ends_at


async def _write_to(sink: _Sink, settings: Settings, user: str, begins_at: Instant, ends_at: Instant) -> Statement:
    async with reading(settings) as opened:
        account = await known_account_of(user, opened)
        try:
            statement = await opened.ledger.statement(account, begins_at, ends_at)
        except UnknownAccountError:
            stop(f"there is no account {account}", mend="`hundi ledger trial-balance` says how many there are.")
        async for piece in _files(opened).pieces(statement, now()):
            sink.write(piece)
    return statement


def _files(opened: OpenBooks) -> StatementFiles:
    """With names and notes if the keys are at hand."""
    settings = opened.settings
    try:
        keys = Keys.load(settings.keys_file)
    except KeysError as missing:
        warn(f"Names and notes are left out ({missing.problem}).")
        return StatementFiles(opened.ledger, None, None, settings.zone)
    notes = Notes(opened.database, Sealer(keys.field_keys, keys.index_key))
    return StatementFiles(opened.ledger, people_in(opened), notes, settings.zone)
