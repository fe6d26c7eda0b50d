"""What the doctor finds, and how it is shown. It knows no check."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

from rich.text import Text

from bot.cli.console import answer_json, clean, stdout


class Level(StrEnum):
    """How bad it is. Only an error makes the doctor's exit code 1."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: what was looked at, what is so, and the mend if it is not good."""

    check: str
    level: Level
    what: str
    mend: str = ""


def ok(check: str, what: str) -> Finding:
    """All is well here."""
    return Finding(check, Level.OK, what)


def warning(check: str, what: str, mend: str) -> Finding:
    """It works, and deserves a look."""
    return Finding(check, Level.WARNING, what, mend)


def error(check: str, what: str, mend: str) -> Finding:
    """The bot would not run, or not rightly."""
    return Finding(check, Level.ERROR, what, mend)


_MARKS: Final = {Level.OK: ("✓", "green"), Level.WARNING: ("!", "yellow bold"), Level.ERROR: ("✗", "red bold")}
_CHECK_WIDTH: Final = 12  # the longest name of a check is "keys match"


def show(findings: Sequence[Finding], *, as_json: bool) -> bool:
    """Print what was found; whether there is no error."""
    healthy = not any(finding.level is Level.ERROR for finding in findings)
    if as_json:
        answer_json({"healthy": healthy, "findings": [asdict(finding) for finding in findings]})
        return healthy
    out = stdout()
    for finding in findings:
        mark, style = _MARKS[finding.level]
        out.print(Text.assemble((mark, style), " ", (finding.check.ljust(_CHECK_WIDTH), "bold"), clean(finding.what)))
        if finding.mend:
            out.print(Text.assemble(" " * (_CHECK_WIDTH + 2), ("→ " + clean(finding.mend), "cyan")))
    out.print(Text.assemble("\n", _summary(findings)))
    return healthy


def _summary(findings: Sequence[Finding]) -> str:
    errors = sum(finding.level is Level.ERROR for finding in findings)
    warnings = sum(finding.level is Level.WARNING for finding in findings)
    if not errors and not warnings:
        return "All is well."
    counted = [f"{errors} to mend" if errors else "", f"{warnings} to look at" if warnings else ""]
    return " and ".join(filter(None, counted)).capitalize() + "."
