"""``hundi keys …``: the secrets outside the database."""

import typer

from bot import settings as configuration
from bot.cli.console import note, say
from bot.cli.program import app
from bot.vault.keys import Keys

keys = typer.Typer(help="Secrets: the PIN key, field keys, index key and signing key.", no_args_is_help=True)
app.add_typer(keys, name="keys")


@keys.command()
def new() -> None:
    """Make the keys file, readable by you alone. An existing one is never overwritten."""
    path = configuration.read().keys_file
    made = Keys.new(path)
    say(f"Made {path} ({made.keys_id}), readable by you alone.")
    note("Keep a copy where neither this machine nor its backups are, then say so: `hundi keys copied`.")
    note("Without it, PINs, names and notes can never be read again.")


@keys.command()
def copied() -> None:
    """Note that a copy of the keys is kept elsewhere; `hundi doctor` warns until then."""
    path = configuration.read().keys_file
    Keys.load(path).record_copy(path)
    say(f"Noted: a copy of {path} is kept elsewhere.")
