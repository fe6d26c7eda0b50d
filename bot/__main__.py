"""``hundi`` and ``python -m bot``: run a command, and turn whatever goes wrong into one line and an exit code.

A traceback is never shown, and local variables are never written: they may hold a PIN, a key or somebody's words.
What we did not expect is logged under an id, as the class of the error and the lines it passed (``bot.logs``).
"""

import asyncio
import os
import sys
from collections.abc import Callable
from secrets import token_hex
from typing import Final

import structlog

from bot import logs
from bot.cli import app
from bot.cli.console import ExitCode, OperatorError, complain
from bot.memory.deployment import DeploymentError
from bot.settings import SettingsError
from bot.vault.keys import KeysError
from ledger.database.errors import AlreadyRunningError, DatabaseNewerError, RightMissingError
from ledger.database.opening import DriverMissingError
from ledger.kernel.errors import InvariantError, LedgerError, UnavailableError
from ledger.policies.policy import PolicyError

OTHERS_NOTHING: Final = 0o077  # whatever file a command makes (books, heads, exports) is its owner's alone


def main() -> None:
    """Run the command line and leave with its exit code."""
    os.umask(OTHERS_NOTHING)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal without ₹ must not end a command half way
    logs.configure("WARNING", as_json=False)  # `hundi run` sets what the operator asked for
    sys.exit(run(lambda: app(prog_name="hundi")))


def run(command: Callable[[], object]) -> int:
    """Run ``command``; the exit code, once what went wrong has been said."""
    try:
        command()
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else ExitCode.TRUE
    except (KeyboardInterrupt, asyncio.CancelledError):
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001  # the outermost door: nothing may pass it as a traceback
        told = explain(error)
        complain(told)
        return told.code
    return ExitCode.TRUE


def explain(error: Exception) -> OperatorError:
    """What an operator is told of an error: what, why, mend."""
    match error:
        case OperatorError():
            return error
        case SettingsError():
            why = "; ".join(f"{problem.name} {problem.why}" for problem in error.problems)
            return OperatorError("the settings cannot be used", why, "Mend .env or the environment.", ExitCode.USAGE)
        case KeysError():
            return OperatorError(f"the keys file {error.path} cannot be used", error.problem, f"{error.mend}.")
        case DeploymentError():
            return OperatorError("this database is not for these settings", error.problem, f"{error.mend}.")
        case PolicyError():
            why = "; ".join(error.problems)
            return OperatorError("the policy cannot be used", why, "`hundi policy check FILE` reads it again.")
        case LedgerError():
            return _explain_ledger(error)
        case _:
            return _unexpected(error)


def _explain_ledger(error: LedgerError) -> OperatorError:
    match error:
        case DatabaseNewerError():
            return OperatorError("the database is newer than this program", str(error), "Upgrade the program.")
        case DriverMissingError():
            return OperatorError("PostgreSQL is asked for and its driver is not installed", mend=error.mend)
        case RightMissingError():
            mend = (
                "Do it with the owner's HUNDI_DATABASE_URL; `hundi ledger migrate --grant-to ROLE` gives a bot its own."
            )
            return OperatorError("the database's role may not do this", mend=mend)
        case AlreadyRunningError():
            mend = "Stop that one first, or point HUNDI_DATABASE_URL elsewhere."
            return OperatorError("a bot runs on this database already", str(error), mend)
        case UnavailableError():
            mend = "Try the same again; `hundi doctor` says what is wrong if it stays so."
            return OperatorError("the database does not answer now", mend=mend, code=ExitCode.UNAVAILABLE)
        case InvariantError():
            mend = "Stop the bot and read docs/runbook.md, “verify fails”."
            return OperatorError("the books would stop balancing, so nothing was done", mend=mend)
        case _:
            return OperatorError("the ledger cannot do this", str(error))


def _unexpected(error: Exception) -> OperatorError:
    error_id = f"e-{token_hex(4)}"
    structlog.get_logger(__name__).error("unexpected_error", error_id=error_id, exc_info=error)
    return OperatorError(
        "something went wrong on our side",
        f"{type(error).__name__}, error {error_id}",
        "The log has the lines it passed; please report them.",
        ExitCode.BUG,
    )


if __name__ == "__main__":
    main()
