"""``hundi …``: one file per group of commands. It resolves handles and hands plain values to the rooms below."""

from bot.cli import doctor, keys, parse, policy
from bot.cli.program import app

__all__ = ["app", "doctor", "keys", "parse", "policy"]
