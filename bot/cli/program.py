"""The program ``hundi`` itself: its groups of commands, and what holds for all of them."""

from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from bot.cli.console import say

app = typer.Typer(
    name="hundi",
    help="Money inside the message: a Telegram bot over a double-entry ledger that proves itself.",
    epilog="New here? `hundi play` needs no token and no account.",
    no_args_is_help=True,
    rich_markup_mode=None,  # help reads the same on a terminal and in a pipe
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback with local variables could print a PIN or a key
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(*, wanted: bool) -> None:
    if wanted:
        try:
            say(f"hundi {version('hundi')}")
        except PackageNotFoundError:
            say("hundi, not installed: run from its source")
        raise typer.Exit


@app.callback()
def hundi(
    *,
    show_version: Annotated[
        bool, typer.Option("--version", callback=lambda wanted: _show_version(wanted=wanted), is_eager=True)
    ] = False,
) -> None:
    """Money inside the message: a Telegram bot over a double-entry ledger that proves itself."""
