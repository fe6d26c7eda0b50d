"""What somebody may call themselves: a name that others will read before they pay. Pure.

A name from Telegram is taken as it comes and warned about; one that is chosen here is checked, and refused with a
reason.
"""

import unicodedata
from enum import Enum
from typing import Final

from bot.language.disguises import is_deceptive, skeleton
from bot.language.handles import RESERVED

MAX_LENGTH: Final = 64  # characters: as Telegram's first names, and two lines of a phone
_SIGNS: Final = frozenset(" .,'’-‐‑·&()׳־་")  # beside letters, their marks and digits; no @, no < and no emoji
_HOUSE: Final = frozenset(map(skeleton, RESERVED))


class NameFault(Enum):
    """Why a name is not taken."""

    LETTERS = "letters"  # empty, or it begins with something else than a letter
    LENGTH = "length"
    SIGNS = "signs"
    DISGUISED = "disguised"
    RESERVED = "reserved"


def read_name(text: str) -> str | NameFault:
    """The name that somebody wrote, with single spaces, composed as fonts expect it; or what is wrong with it."""
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if not name[:1].isalpha():
        return NameFault.LETTERS
    if len(name) > MAX_LENGTH:
        return NameFault.LENGTH
    if is_deceptive(name):
        return NameFault.DISGUISED
    if not all(_may_stand(sign) for sign in name):
        return NameFault.SIGNS
    return NameFault.RESERVED if speaks_for_the_house(name) else name


def _may_stand(sign: str) -> bool:
    """Letters with their marks, digits, the joiners of Indian scripts, and what stands between the parts of a name."""
    return sign in _SIGNS or sign in "\u200c\u200d" or unicodedata.category(sign)[0] in "LM" or sign.isdecimal()


def speaks_for_the_house(name: str) -> bool:
    """Whether a word of it, or all of it written apart (s u p p o r t), is one of the house's, as the eye reads it.

    Telegram lets anybody be called so, so it is asked of strangers too.
    """
    words = [skeleton(word) for word in "".join(c if c.isalnum() else " " for c in name).split()]
    apart = "".join(words) if all(len(word) <= 1 for word in words) else ""
    return any(word in _HOUSE for word in (*words, apart))
