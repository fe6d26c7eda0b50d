"""Links that lead from a group into the private chat: ``https://t.me/<bot>?start=<link>``.

A link says nothing: ``g`` and 128 random bits, which the runner makes. It is found again only in our own memory, and
only for its person.
"""

import re
from datetime import timedelta
from typing import Final

LINK_TTL: Final = timedelta(minutes=15)  # long enough to open an account and choose a PIN first; our choice
_START: Final = re.compile(r"/start\s+(g[A-Za-z0-9_-]{22})\s*")  # Telegram: at most 64 of these characters


def link_in(text: str) -> str | None:
    """The link that a message of Start carries, if it is one of a group."""
    found = _START.fullmatch(text)
    return found[1] if found else None


def address(bot_username: str, link: str = "") -> str:
    """What a button opens: the private chat, with Start pressed for this link."""
    home = f"https://t.me/{bot_username}"
    return f"{home}?start={link}" if link else home
