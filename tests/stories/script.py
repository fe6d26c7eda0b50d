"""A story is a transcript that a product manager can edit. This reads it; player.py plays it.

Columns are parted by two or more spaces. The first says who, the second what, the third is a remark.

    given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
    asha         send 200 to priya                    she types it
    bot          Pay ₹200.00 to …?     [Pay ₹200.00] [Cancel]      what her chat shows now, with exactly these buttons
    asha         [Pay ₹200.00]                        she presses it
    toast        This button is …                     what the press before was answered
    asha         ······   the right one               she presses six digits on the pad (``a wrong one`` presses others)
    asha         ······   274913, chosen              … these; ``chosen``: from now on they are the right ones
    priya sees   ₹200.00 from Asha Rao                what another chat shows now
    asha gets a file     hundi-….csv     with Paid…200.00 without Ravi      a document, and what is in it
    books        asha 300.00   priya 200.00   trial balance 0.00

A ``given`` may also be: Asha Rao (@asha) is new (never wrote to the bot); … is new and has ₹500.00 (taken in by the
operator); Ravi Kumar (@ravi) is on Hundi (nobody's contact); they all know each other (as in a town); @asha has paid
@priya ₹10.00 20 times; the Telegram of Asha is in Hindi (said before she comes); what @asha asked last cannot be read;
somebody changed the books by hand.

Other verbs after a name: ``starts``, ``edits``, ``forwards``, ``blocks``, ``unblocks``, ``shares`` a contact, ``her
number`` or a card of an address book (``Didi, 90000 01003``), ``quotes`` somebody's words (``priya: hello``),
``replies`` to what one sent last, ``opens`` the invitation of somebody, ``deletes`` her account, ``presses twice``,
``presses again`` (a button as it was then), ``no longer sees`` a text that was deleted.
What is done in a group is in ``groups.py``.
``clock +1h`` moves time; ``restart`` ends the bot as kill -9 would and starts it again.
"…" in a line of the bot stands for anything; ``reference`` in a remark means that a 12-digit reference is shown,
``the same reference`` that it is the one shown before (``{reference}`` types it), ``once`` that no other message says
it.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

_COLUMNS = re.compile(r"\s{2,}")
_BUTTON = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a story: who does or sees what."""

    number: int
    who: str
    verb: str
    text: str
    buttons: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A file of steps."""

    name: str
    steps: tuple[Step, ...] = field(default_factory=tuple)


class StoryError(Exception):
    """A line cannot be read."""


def read(path: Path) -> Story:
    """Every step of a ``.story`` file; ``#`` opens a comment line."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    return Story(path.stem, tuple(_step(n, line) for n, line in lines if line.strip() and not line.startswith("#")))


def _step(number: int, line: str) -> Step:
    columns = _COLUMNS.split(line.strip())
    speaker, _, verb = columns[0].partition(" ")
    cells = columns[1:]
    if speaker in ("given", "books", "clock"):
        return Step(number, speaker, "", "   ".join(cells))
    if speaker == "restart":
        return Step(number, speaker, "", "")
    if not cells and not verb:
        raise StoryError(f"line {number}: {speaker} does nothing")
    buttons = tuple(label for cell in cells if cell.startswith("[") for label in _BUTTON.findall(cell))
    texts = [cell for cell in cells if not cell.startswith("[")]
    text = texts[0] if texts else ""
    return Step(number, speaker, verb, text, buttons, " ".join(texts[1:]))
