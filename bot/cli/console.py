"""How the command line looks: restrained on a terminal, plain when something else reads, the same words either way.

Results go to standard output, everything about them (progress, warnings, complaints) to standard error. Colour only
repeats what a word or a mark already says.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from typing import NoReturn

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

_CONTROL = dict.fromkeys((*range(32), *range(127, 160)), "�")


class ExitCode(IntEnum):
    """What the exit code of every command means; docs/runbook.md says the same."""

    TRUE = 0  # done, and what was said is true
    FALSE = 1  # not done, or what was to be proved is not so
    USAGE = 2  # the arguments or the settings cannot be used
    UNAVAILABLE = 3  # nothing is wrong with the request: the same again, later
    BUG = 70  # ours; the log has the id
    INTERRUPTED = 130


class OperatorError(Exception):
    """Something an operator can mend: what happened, why, and the mend, in one line each."""

    def __init__(self, what: str, why: str = "", mend: str = "", code: ExitCode = ExitCode.FALSE) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.mend = mend
        self.code = code


def stdout() -> Console:
    """The console for results. Made on each use, so that it follows a redirected stream."""
    return Console(highlight=False, soft_wrap=True, markup=False, emoji=False)


def stderr() -> Console:
    """The console for what is said beside a result."""
    return Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)


def clean(text: str) -> str:
    """Text from outside without the characters that steer a terminal."""
    return text.translate(_CONTROL)


def say(text: str, style: str = "") -> None:
    """One line of a result."""
    stdout().print(Text(text, style=style))


def note(text: str) -> None:
    """One line beside a result, on standard error."""
    stderr().print(Text(text, style="dim"))


def warn(text: str, mend: str = "") -> None:
    """Something that works and deserves a look."""
    stderr().print(Text.assemble(("! ", "yellow bold"), text, (f" {mend}" if mend else "", "dim")))


def complain(error: OperatorError) -> None:
    """One line: what, why, mend."""
    why = f": {error.why}" if error.why else ""
    mend = f" {error.mend}" if error.mend else ""
    stderr().print(Text.assemble(("✗ ", "red bold"), (error.what, "bold"), f"{why}.", (mend, "cyan")))


def answer_json(answer: Mapping[str, object] | Sequence[object]) -> None:
    """One JSON value on one line, in ASCII, so that no terminal and no locale can spoil it."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=True) + "\n")


def show_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Rows under thin headings; the columns in ``right`` (counted from 0) hold amounts and align to the right."""
    out = stdout()
    if not out.is_terminal:
        _show_plain(columns, rows, right)
        return
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(clean(cell)) for cell in row))
    out.print(table, soft_wrap=False)


def show_facts(facts: Sequence[tuple[str, str]]) -> None:
    """Label and value, one to a line; a label that repeats is written once."""
    width = max((len(label) for label, _ in facts), default=0)
    before = ""
    for label, value in facts:
        shown = "" if label == before else label
        stdout().print(Text.assemble((shown.ljust(width + 2), "dim"), clean(value)))
        before = label


def _show_plain(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]) -> None:
    lines = [columns, *([clean(cell) for cell in row] for row in rows)]
    widths = [max(len(line[number]) for line in lines) for number in range(len(columns))]
    for line in lines:
        cells = (
            cell.rjust(width) if number in right else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


class Counter:
    """What a long piece of work reports to: how far it has come."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None) if progress else None

    def reach(self, done: int, total: int) -> None:
        """So much of so much is done."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done, total=total)


@contextmanager
def progress(doing: str) -> Iterator[Counter]:
    """Show how far long work has come, on standard error and only on a terminal."""
    console = stderr()
    if not console.is_terminal:
        yield Counter()
        return
    columns = (
        SpinnerColumn(style="cyan"),
        TextColumn(doing, style="dim"),
        BarColumn(bar_width=32, complete_style="cyan", finished_style="cyan"),
        TextColumn("{task.completed:,.0f} rows", style="dim"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as shown:
        yield Counter(shown)


@contextmanager
def working(doing: str) -> Iterator[None]:
    """Show that something is being waited for, on standard error and only on a terminal."""
    console = stderr()
    if not console.is_terminal:
        yield
        return
    with console.status(Text(doing, style="dim"), spinner="dots", spinner_style="cyan"):
        yield


def stop(what: str, why: str = "", mend: str = "", code: ExitCode = ExitCode.FALSE) -> NoReturn:
    """Leave with a complaint."""
    raise OperatorError(what, why, mend, code)
