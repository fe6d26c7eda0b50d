"""``hundi ledger export``: the journal as JSON lines, whole or not at all."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, TextIO

import typer

from bot import settings as configuration
from bot.cli.books import OpenBooks, reading
from bot.cli.console import Counter, progress, say
from bot.cli.ledger import books
from bot.cli.whole_file import whole_file
from bot.settings import Settings
from ledger.exports.json_lines import line_of


@books.command()
def export(
    *, out: Annotated[Path | None, typer.Option("--out", help="A file; without one, standard output.")] = None
) -> None:
    """The journal as JSON lines. One transfer a line, in ledger order."""
    settings = configuration.read()
    if out is None:
        asyncio.run(_write_to(sys.stdout, settings))
        return
    with whole_file(out, "--out") as file:
        rows = asyncio.run(_write_to(file, settings))
    say(f"{rows} transfer(s) written to {out}.")


async def _write_to(file: TextIO, settings: Settings) -> int:
    async with reading(settings) as opened:
        with progress("exporting") as counter:
            return await _write_rows(opened, file, counter)


async def _write_rows(opened: OpenBooks, file: TextIO, counter: Counter) -> int:
    """Every transfer up to the head as it is now. Memory stays flat."""
    head_seq, _ = await opened.ledger.head()
    rows = 0
    async for transfer in opened.ledger.transfers():
        file.write(line_of(transfer) + "\n")
        rows += 1
        counter.reach(rows, head_seq)
    return rows
