"""The program ``hundi`` itself: its groups of commands, and what holds for all of them."""

from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from bot.cli.console import say

ORDER: Final = (
    "play",
    "run",
    "serve",
    "doctor",
    "fund",
    "ledger",
    "copy",
    "policy",
    "keys",
    "parse",
)  # as one meets them


class _InOrder(TyperGroup):
    """Commands in the order in which somebody needs them."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401  # typer's own class of it is private
        return sorted(super().list_commands(ctx), key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))


app = typer.Typer(
    name="hundi",
    cls=_InOrder,
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
        bool,
        typer.Option(
            "--version",
            help="Which version this is.",
            callback=lambda wanted: _show_version(wanted=wanted),
            is_eager=True,
        ),
    ] = False,
) -> None:
    """Money inside the message: a Telegram bot over a double-entry ledger that proves itself."""
