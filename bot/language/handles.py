"""What a handle may be: the rules for one that is wished for, and the words that belong to the house. Pure.

Whether it is free, only the database knows.
"""

import re
from enum import Enum
from typing import Final

MAX_LENGTH: Final = 32  # as Telegram's usernames, so that one can become a handle
MIN_LENGTH: Final = 3
ALLOWED: Final = re.compile(r"[a-z][a-z0-9_]*")

# Handles that would speak with the house's voice. With a number behind they still would, so they are no stem either.
_HOUSE_WORDS: Final = """
    admin administrator agent bank bot cash help helpdesk hundi moderator npci official operator owner pay payment
    payments rbi refund root security staff support system team telegram treasury upi verify wallet
"""
RESERVED: Final = frozenset(_HOUSE_WORDS.split())


class HandleFault(Enum):
    """Why a handle cannot be had by anybody."""

    LETTERS = "letters"  # anything but a-z, 0-9 and _, or another first sign than a letter
    LENGTH = "length"
    RESERVED = "reserved"


def read_handle(text: str) -> str | HandleFault:
    """The handle that somebody wrote, with or without its @, in small letters; or what is wrong with it."""
    handle = text.strip().removeprefix("@").lower()
    if not ALLOWED.fullmatch(handle):
        return HandleFault.LETTERS
    if not MIN_LENGTH <= len(handle) <= MAX_LENGTH:
        return HandleFault.LENGTH
    return HandleFault.RESERVED if is_reserved(handle) else handle


def is_reserved(handle: str) -> bool:
    """Whether a handle, or the word in it, would pass for the house itself."""
    return any(part in RESERVED for part in re.split(r"[_0-9]+", handle)) or handle.startswith("hundi")
