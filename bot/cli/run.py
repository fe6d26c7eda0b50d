"""``hundi run``: the bot on Telegram, or on any Bot API server, by long polling."""

import asyncio
from typing import Annotated

import typer

from bot import logs, wiring
from bot import settings as configuration
from bot.cli.console import ExitCode, OperatorError
from bot.cli.program import app
from bot.moved_clock import ClockAwayError
from bot.settings import LogFormat
from bot.transport.telegram.connection import TokenRefusedError
from bot.transport.telegram.polling import SecondPollerError, WebhookSetError


@app.command()
def run(
    *,
    take_over: Annotated[bool, typer.Option("--take-over", help="Remove a webhook that is set for this bot.")] = False,
    clock_is_right: Annotated[
        bool, typer.Option("--clock-is-right", help="Start although the database has seen a later moment.")
    ] = False,
) -> None:
    """The bot, until Ctrl-C or SIGTERM. After a crash it goes on where it was."""
    settings = configuration.read()
    logs.configure(settings.log_level.value, as_json=settings.log_format is LogFormat.JSON)
    try:
        asyncio.run(wiring.run(settings, take_over=take_over, clock_is_right=clock_is_right))
    except TokenRefusedError:
        what = "Telegram does not know this token"
        raise OperatorError(what, mend="Ask @BotFather for it and put it into HUNDI_BOT_TOKEN.") from None
    except WebhookSetError:
        what = "a webhook is set for this bot, so polling gets nothing"
        raise OperatorError(what, mend="Remove it: `hundi run --take-over`.") from None
    except ClockAwayError:
        what = "the clock at HUNDI_CLOCK_URL does not answer"
        raise OperatorError(what, mend="Start the town that owns it, or leave HUNDI_CLOCK_URL empty.") from None
    except SecondPollerError:
        mend = "Find it and stop it; docs/runbook.md says how."
        raise OperatorError("another program receives this bot's messages", mend=mend, code=ExitCode.FALSE) from None
