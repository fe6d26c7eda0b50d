"""``hundi ledger export``: the journal as JSON lines, whole or not at all."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated, TextIO

import typer

from bot import settings as configuration
from bot.cli.books import OpenBooks, reading
from bot.cli.console import Counter, progress, say, stop
from bot.cli.ledger import books
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
    rows = _write_file(out, settings)
    say(f"{rows} transfer(s) written to {out}.")


def _write_file(out: Path, settings: Settings) -> int:
    """Write beside it and put it in place when all of it is on disk; who reads it never sees a half."""
    beside = out.with_name(f".{out.name}.part")
    try:
        with _created(beside) as file:
            rows = asyncio.run(_write_to(file, settings))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(out)
    except OSError as fault:
        beside.unlink(missing_ok=True)
        stop(f"{out} cannot be written", fault.strerror or "", "Choose another file with --out.")
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return rows


def _created(path: Path) -> TextIO:
    """A file that only its owner may read: it says who has how much."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w", encoding="utf-8")


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
