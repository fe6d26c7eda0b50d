"""A ``Say`` becomes a message: its paragraphs in the reader's language, its buttons with labels and tokens.

Nothing is ever longer than Telegram takes. Where something must be cut, notes go first, then names; amounts never.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from urllib.parse import quote

from bot.dialogue.effects import Button, Fact, Line, Say
from bot.port import Key, Outgoing
from bot.speech.catalogue import Catalogue, Place
from bot.speech.formats import (
    Shape,
    format_moment,
    format_money,
    format_number,
    language_name,
    language_names,
    safe_text,
    to_html,
    without_markup,
)
from ledger.kernel.money import Money

MAX_MESSAGE_UNITS = 4096  # UTF-16 code units of one message; Bot API, sendMessage
MAX_CAPTION_UNITS = 1024  # sendDocument, caption
MAX_TOAST_UNITS = 200  # answerCallbackQuery, text
MAX_LABEL_CHARACTERS = 64  # ours: a longer label is cut by every phone anyway
_NOTE_FACTS = frozenset({"note"})
_SHAPES = {
    "day": Shape.DAY,
    "date": Shape.DATE,
    "last_date": Shape.DATE,
    "month": Shape.MONTH,
    "stamp": Shape.STAMP,
}  # facts of which only a part is printed
_FULL, _EMPTY = "●", "○"
_PAD_COLUMNS = 3
_SHARE = "https://t.me/share/url"  # Telegram asks whom to send it to; core.telegram.org/api/links, share links


@dataclass(frozen=True, slots=True)
class _Room:
    """How many characters a note and any other foreign text may take."""

    note: int
    other: int


_ROOMS = (_Room(200, 64), _Room(60, 64), _Room(20, 40), _Room(0, 24), _Room(0, 12))


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Prints facts for one reader."""

    catalogue: Catalogue
    zone: tzinfo

    def html(self, line: Line, room: _Room) -> str:
        """A paragraph as Telegram's HTML."""
        pieces = self.catalogue.template(line.key, line.facts)
        return "".join(
            to_html(self._fact(piece.fact, line.facts, room), piece.inside) if isinstance(piece, Place) else piece
            for piece in pieces
        )

    def plain(self, line: Line, room: _Room) -> str:
        """The same without markup."""
        pieces = self.catalogue.template(line.key, line.facts)
        return "".join(
            self._fact(piece.fact, line.facts, room) if isinstance(piece, Place) else without_markup(piece)
            for piece in pieces
        ).strip()

    def _fact(self, name: str, facts: Mapping[str, Fact], room: _Room) -> str:
        locale = self.catalogue.locale
        match facts[name]:
            case Money() as money:
                return format_money(money, locale)
            case datetime() as moment:
                return format_moment(moment, self.zone, locale, _SHAPES.get(name, Shape.MOMENT))
            case int(number):
                return format_number(number, locale)
            case str(code) if name == "language":
                return language_name(code)
            case str(codes) if name == "languages":
                return language_names(codes, locale)
            case str(text):
                return safe_text(text, room.note if name in _NOTE_FACTS else room.other)


def render(
    say: Say,
    *,
    catalogue: Catalogue,
    zone: tzinfo,
    mint: Callable[[Button], str],
    most_units: int = MAX_MESSAGE_UNITS,
) -> Outgoing:
    """The message as it goes out. ``mint`` gives each button the token that comes back when it is pressed."""
    speaker = _Speaker(catalogue, zone)
    keys = tuple(tuple(_key(speaker, button, mint) for button in row) for row in say.buttons)
    share, not_now = (_share_labels(speaker)) if say.share_phone else ("", "")
    html = _fit(speaker, say.lines, most_units)
    return Outgoing(html, keys, share, not_now=not_now, removes_keyboard=say.removes_keyboard)


def _share_labels(speaker: _Speaker) -> tuple[str, str]:
    """Of the two buttons in place of the keyboard."""
    return speaker.plain(Line("button.share_phone"), _ROOMS[0]), speaker.plain(Line("button.not_now"), _ROOMS[0])


def _key(speaker: _Speaker, button: Button, mint: Callable[[Button], str]) -> Key:
    label = _label(speaker, button)
    if button.url and button.shares is not None:
        words = speaker.plain(button.shares, _ROOMS[0])
        return Key(label, "", f"{_SHARE}?url={quote(button.url, safe='')}&text={quote(words, safe='')}")
    return Key(label, "", button.url) if button.url else Key(label, mint(button))


def render_line(line: Line, *, catalogue: Catalogue, zone: tzinfo) -> str:
    """A toast: one plain line of at most 200 characters."""
    speaker = _Speaker(catalogue, zone)
    for room in _ROOMS:
        text = " ".join(speaker.plain(line, room).split())
        if _units(text) <= MAX_TOAST_UNITS:
            return text
    return _cut(text, MAX_TOAST_UNITS)


def render_pad(
    say: Say,
    *,
    filled: int,
    length: int,
    layout: Sequence[tuple[str, str]],
    back_token: str,
    cancel_token: str,
    catalogue: Catalogue,
    zone: tzinfo,
) -> Outgoing:
    """The PIN pad: ``say`` above, a dot for each digit, and the ten digits in the places that ``layout`` gives them.

    ``layout`` is ten pairs of label and token, in reading order; the last one stands between ⌫ and Cancel.
    """
    speaker = _Speaker(catalogue, zone)
    dots = " ".join(_FULL if place < filled else _EMPTY for place in range(length))
    html = _fit(speaker, say.lines, MAX_MESSAGE_UNITS - _units(dots) - 2)
    rows = [tuple(Key(label, token) for label, token in row) for row in _rows(layout[:-1])]
    label, token = layout[-1]
    cancel = speaker.plain(Line("button.cancel"), _ROOMS[0])
    last = (Key("⌫", back_token), Key(label, token), Key(cancel, cancel_token))
    return Outgoing(f"{html}\n\n{dots}" if html else dots, (*rows, last))


def _rows(layout: Sequence[tuple[str, str]]) -> list[Sequence[tuple[str, str]]]:
    """Three keys a row."""
    return [layout[start : start + _PAD_COLUMNS] for start in range(0, len(layout), _PAD_COLUMNS)]


def _label(speaker: _Speaker, button: Button) -> str:
    line = Line(f"button.{button.label or button.action.name.lower()}", button.facts)
    for room in _ROOMS:
        label = speaker.plain(line, room)
        if len(label) <= MAX_LABEL_CHARACTERS:
            return label
    return _cut(label, MAX_LABEL_CHARACTERS)


def _fit(speaker: _Speaker, lines: Sequence[Line], units: int) -> str:
    """All paragraphs, with as much of the foreign text as fits; then as many paragraphs as fit."""
    for room in _ROOMS:
        text = "\n".join(speaker.html(line, room) for line in lines).strip()
        if _units(text) <= units:
            return text
    shown = list(lines)
    while _units(text) > units:
        shown.pop()
        text = "\n".join(speaker.html(line, _ROOMS[-1]) for line in shown).strip()
    return text


def _units(text: str) -> int:
    """UTF-16 code units, which is what Telegram counts: most emoji are two."""
    return len(text.encode("utf-16-le", "replace")) // 2


def _cut(text: str, units: int) -> str:
    while _units(text) > units - 1:
        text = text[:-1]
    return text + "…"
