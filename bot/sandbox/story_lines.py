"""Lines of a story: columns, and what of a message can be said again when it is played. Pure.

What differs from one playing to the next (references, moments, dots of a pad) becomes "…". The form is that of
tests/stories/script.py.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.sandbox.people import Json

TEXT_SHOWN: Final = 160  # characters of a message that a line quotes; the rest is left to the reader
_FIRST: Final = 13  # width of the first column
_SECOND: Final = 42  # and of the second
_VARIES: Final = re.compile(
    r"\b\d{12}\b"  # a reference
    r"|\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*(?: \d{4})?"
    r"|\b\d{1,2}:\d{2}(?::\d{2})?(?: [AP]M| [ap]m)?(?: [A-Z]{2,4})?"
    r"|[●○](?:\s?[●○])+"
)
_GAPS: Final = re.compile(r"…(?:[\s,]*…)*")
_SPACES: Final = re.compile(r"[^\S\n]+")
_DIGITS_ALONE: Final = re.compile(r"\s*\d{4,8}\s*")


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands when a story begins. ``money`` is written as people read it: ``₹5,000.00``."""

    money: str = ""  # empty: no account yet
    has_pin: bool = False
    has_started: bool = False


def given_line(names: Iterable[tuple[str, str, Standing]], groups: Iterable[tuple[str, list[str]]]) -> str:
    """How a story begins: everybody by name, username and standing, and who is in which group."""
    clauses = [_stands(name, username, standing) for name, username, standing in names]
    if len(clauses) > 1:
        clauses.append("they all know each other")
    for title, members in groups:
        clauses.append(f"{title} is a group with {', '.join(members[:-1])} and {members[-1]}")
    return "; ".join(clauses)


def _stands(name: str, username: str, standing: Standing) -> str:
    who = f"{name} (@{username})"
    if not standing.has_started:
        return f"{who} is new" + (f" and has {standing.money}" if standing.money else "")
    return f"{who} has {standing.money or '₹0.00'}" + (" and a PIN" if standing.has_pin else "")


def typed(text: str) -> str:
    """What somebody typed, on one line. Digits alone could be a PIN: others stand for them."""
    if _DIGITS_ALONE.fullmatch(text):
        return "0" * len(text.strip())
    return " ".join(text.split()).lstrip("[#")


def quoted(text: str) -> str:
    """What the bot said as a line of a story: one line, and "…" for what is another every time."""
    plain = "…".join(_SPACES.sub(" ", line).strip() for line in text.splitlines() if line.strip())
    shown = _GAPS.sub("…", _VARIES.sub("…", plain)).lstrip("[")
    return shown if len(shown) <= TEXT_SHOWN else shown[:TEXT_SHOWN].rpartition(" ")[0]


def buttons(message: Json) -> str:
    """The labels under it. Of a pad none: they stand elsewhere every time."""
    labels = [button["text"] for row in message.get("reply_markup", {}).get("inline_keyboard", ()) for button in row]
    is_pad = set("0123456789") <= set(labels)
    unreadable = any(re.search(r"[\[\]]|\s\s", label) for label in labels)
    return "" if is_pad or unreadable else " ".join(f"[{label}]" for label in labels)


def columns(who: str, text: str = "", remark: str = "", buttons: str = "") -> str:
    """Columns are parted by two spaces or more. The remark comes before the buttons, as in every story."""
    second = f"{who:<{_FIRST - 2}}  {text}"
    cells = [cell for cell in (remark, buttons) if cell]
    return "  ".join([f"{second:<{_FIRST + _SECOND - 2}}" if cells else second, *cells]).rstrip()
