"""``hundi …``: one file per group of commands. It resolves handles and hands plain values to the rooms below."""

from bot.cli import copy, doctor, export, fund, keys, ledger, parse, play, policy, run, statement
from bot.cli.program import app

__all__ = ["app", "copy", "doctor", "export", "fund", "keys", "ledger", "parse", "play", "policy", "run", "statement"]
