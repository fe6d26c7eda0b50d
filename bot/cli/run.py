"""``hundi run`` and ``hundi serve``: the bot on Telegram, or on any Bot API server, by long polling or by webhook."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final, TypeAlias

import typer

from bot import logs, wiring
from bot import settings as configuration
from bot.cli.console import ExitCode, OperatorError
from bot.cli.program import app
from bot.moved_clock import ClockAwayError
from bot.settings import LogFormat, Settings
from bot.transport.http.serving import AddressTakenError
from bot.transport.telegram.connection import TokenRefusedError
from bot.transport.telegram.polling import SecondPollerError, WebhookSetError
from bot.transport.telegram.webhook import WebhookGoneError, WebhookRefusedError

_ClockIsRight: TypeAlias = Annotated[
    bool, typer.Option("--clock-is-right", help="Start although the database has seen a later moment.")
]
# What ends a bot that only an operator can mend: what is so, and what to do.
_ENDS: Final[dict[type[Exception], tuple[str, str]]] = {
    TokenRefusedError: ("Telegram does not know this token", "Ask @BotFather for it and put it into HUNDI_BOT_TOKEN."),
    WebhookSetError: (
        "a webhook is set for this bot, so polling gets nothing",
        "Remove it: `hundi run --take-over`. Or serve it: `hundi serve`.",
    ),
    ClockAwayError: (
        "the clock at HUNDI_CLOCK_URL does not answer",
        "Start the town that owns it, or leave HUNDI_CLOCK_URL empty.",
    ),
    SecondPollerError: (
        "another program receives this bot's messages",
        "Find it and stop it; docs/runbook.md says how.",
    ),
    WebhookGoneError: (
        "somebody removed this bot's webhook, or set another",
        "Find who (another `hundi serve`, or `hundi run --take-over`), then start one of the two.",
    ),
}


@app.command()
def run(
    *,
    take_over: Annotated[bool, typer.Option("--take-over", help="Remove a webhook that is set for this bot.")] = False,
    clock_is_right: _ClockIsRight = False,
) -> None:
    """The bot, until Ctrl-C or SIGTERM. After a crash it goes on where it was."""
    _until_stopped(lambda settings: wiring.run(settings, take_over=take_over, clock_is_right=clock_is_right))


@app.command()
def serve(*, clock_is_right: _ClockIsRight = False) -> None:
    """The bot by webhook, behind a proxy that speaks TLS, until Ctrl-C or SIGTERM. Ends every long poll."""
    _until_stopped(lambda settings: wiring.serve(settings, clock_is_right=clock_is_right))


def _until_stopped(serving: Callable[[Settings], Coroutine[Any, Any, None]]) -> None:
    settings = configuration.read()
    logs.configure(settings.log_level.value, as_json=settings.log_format is LogFormat.JSON)
    try:
        asyncio.run(serving(settings))
    except tuple(_ENDS) as end:
        what, mend = _ENDS[type(end)]
        raise OperatorError(what, mend=mend, code=ExitCode.FALSE) from None
    except WebhookRefusedError as refused:
        what = "Telegram does not take the address in HUNDI_WEBHOOK_URL"
        raise OperatorError(
            what, refused.why, "`hundi doctor` looks at it; docs/runbook.md says what it needs."
        ) from None
    except AddressTakenError as taken:
        what = f"cannot listen at {taken.address}"
        raise OperatorError(what, taken.why, "Stop what listens there, or choose another address in .env.") from None
