"""The words of one language, from the text of a gettext catalogue. A missing key is an error, not an empty message.

A key stands where gettext keeps the English text (``send.confirm``), so that English is a catalogue like the others.
A text with a number in it has one entry for each plural category of its language, named in ``msgctxt``: the categories
are those of the Unicode CLDR, which Babel knows, and the number is the whole number among the facts.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self, TypeAlias

from babel import Locale
from babel.messages.pofile import read_po

_PLACE = re.compile(r"\{(\w+)\}")
_TAG = re.compile(r"<(/?)([a-z]+)>")
_OTHER = "other"  # the category every language has


class CatalogueError(ValueError):
    """The catalogue cannot be used."""


class MissingTextError(CatalogueError):
    """The catalogue has no such key."""

    def __init__(self, language: str, key: str) -> None:
        super().__init__(f"the {language} catalogue has no text for {key}")
        self.key = key


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fact goes, and the tag it stands in ("" for none)."""

    fact: str
    inside: str = ""


Template: TypeAlias = tuple[str | Place, ...]  # words of ours, in Telegram's HTML, and places between them


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One language: its locale, and for each key the template of each plural category."""

    locale: Locale
    templates: Mapping[str, Mapping[str, Template]]

    @classmethod
    def from_po(cls, text: str) -> Self:
        """Read the text of a ``.po`` file. Its ``Language`` header names the locale; ``CatalogueError`` without one."""
        catalogue = read_po(io.BytesIO(text.encode()), charset="utf-8", abort_invalid=True)
        if catalogue.locale is None:
            raise CatalogueError("the catalogue names no known language in its header")
        templates: dict[str, dict[str, Template]] = {}
        for message in catalogue:
            if message.id and isinstance(message.id, str) and isinstance(message.string, str) and message.string:
                category = message.context or _OTHER
                templates.setdefault(message.id, {})[category] = _template(message.string)
        return cls(catalogue.locale, templates)

    def template(self, key: str, facts: Mapping[str, object]) -> Template:
        """The template for ``key``, in the plural form that the number among ``facts`` asks for."""
        forms = self.templates.get(key)
        if forms is None:
            raise MissingTextError(str(self.locale), key)
        if len(forms) > 1:
            number = next((fact for fact in facts.values() if isinstance(fact, int)), None)
            category = _OTHER if number is None else self.locale.plural_form(number)
            return forms.get(category) or forms[_OTHER]
        return next(iter(forms.values()))

    def plain(self, key: str) -> str:
        """A text that takes no facts and has no markup: a line of the command menu."""
        return "".join(piece for piece in self.template(key, {}) if isinstance(piece, str))

    def places(self, key: str) -> frozenset[str]:
        """The names of the facts that ``key`` is filled with, in any of its forms."""
        forms = self.templates.get(key, {})
        return frozenset(piece.fact for form in forms.values() for piece in form if isinstance(piece, Place))


def _template(text: str) -> Template:
    pieces: list[str | Place] = []
    inside = ""
    for index, piece in enumerate(_PLACE.split(text)):  # words at even positions, names of facts at odd ones
        if index % 2:
            pieces.append(Place(piece, inside))
        elif piece:
            pieces.append(piece)
            for closing, tag in _TAG.findall(piece):
                inside = "" if closing else tag
    return tuple(pieces)
