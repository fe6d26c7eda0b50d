"""Whatever goes wrong, an operator reads one line and a script reads one exit code; nothing private is written."""

import io
import logging
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from bot import logs
from bot.__main__ import run
from bot.cli import app
from bot.cli.console import ExitCode, OperatorError
from bot.settings import Problem, SettingsError
from ledger.kernel.errors import InvariantError, LedgerError, UnavailableError, UnknownAccountError

ROOT = Path(__file__).parents[3]
SENTINEL = "481516"


def raising(error: BaseException) -> Callable[[], None]:
    def command() -> None:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (
            OperatorError("no port", "it is taken", "Use --port 8081."),
            ExitCode.FALSE,
            "--port 8081",
        ),
        (
            SettingsError((Problem("HUNDI_CURRENCY", "must be INR"),)),
            ExitCode.USAGE,
            "HUNDI_CURRENCY must",
        ),
        (UnavailableError(), ExitCode.UNAVAILABLE, "Try the same again"),
        (InvariantError(), ExitCode.FALSE, "runbook"),
        (UnknownAccountError("acc_1"), ExitCode.FALSE, "no account acc_1"),
        (LedgerError("another process runs on hundi.db.lock"), ExitCode.FALSE, "hundi.db.lock"),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED, ""),
        (SystemExit(3), 3, ""),
    ],
)
def test_what_is_expected_is_one_line(
    error: BaseException, code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(raising(error)) == code

    told = capsys.readouterr()
    assert says in told.err
    assert told.err.count("\n") <= 1
    assert told.out == ""
    assert "Traceback" not in told.err


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log as ``main`` sets it up, and as it was afterwards."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    logs.configure("WARNING", as_json=False, stream=stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def test_what_is_not_expected_is_logged_under_an_id_without_any_value(
    capsys: pytest.CaptureFixture[str], log: io.StringIO
) -> None:
    """A PIN in a local variable or in an error's own text reaches neither the terminal nor the log."""

    def command() -> None:
        pin = SENTINEL
        raise RuntimeError(f"cannot hash {pin}")

    assert run(command) == ExitCode.BUG

    told = capsys.readouterr()
    assert "something went wrong on our side" in told.err
    assert "RuntimeError" in told.err
    assert told.out == ""
    assert SENTINEL not in told.err + log.getvalue()
    assert "Traceback" not in told.err
    error_id = re.findall(r"e-[0-9a-f]{8}", told.err)
    assert error_id[0] in log.getvalue()
    assert "test_main.py" in log.getvalue()


def test_pretty_tracebacks_with_local_variables_are_off() -> None:
    assert app.pretty_exceptions_enable is False
    assert app.pretty_exceptions_show_locals is False


@pytest.mark.parametrize("arguments", [[], ["--help"], ["--version"]])
def test_python_m_bot_is_the_same_program(arguments: list[str]) -> None:
    done = subprocess.run(  # noqa: S603  # our own interpreter and arguments
        [sys.executable, "-m", "bot", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
    )

    assert "hundi" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode in {0, 2}
