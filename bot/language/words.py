"""A message cut into words, each with its place in the text, so that a note can be given back exactly as written.

It knows letters, digits and marks of every script, and no language.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple

_LINE_BREAKS = "\n\r\v\f\x85\u2028\u2029"
_CHUNK = re.compile(r"(\S+)()")
_CHUNK_AND_BREAK = re.compile(rf"(\S+)(\s*[{_LINE_BREAKS}])?")
_QUOTES = "\"'“”‘’«»„`"
_TAIL = ".,;:!?…।" + _QUOTES
_LONE_MARKS = re.compile(rf"(?:\s)[{re.escape(_TAIL)}]+(?:\s|$)")
_HAS_ASCII_DIGIT = re.compile(r"[0-9]")
_ASCII_LETTERS = re.compile(r"[A-Za-z][A-Za-z'.\-]*")
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'"})
_DEVANAGARI = str.maketrans({"\u093c": None, "\u0901": "\u0902", "\u200c": None, "\u200d": None})
_MAX_PARTS = 5  # quatre-vingt-dix-neuf has four


class Kind(Enum):
    """What a word is made of."""

    LETTERS = "letters"
    NUMBER = "number"  # has a digit of any script, or starts with a currency sign
    HANDLE = "handle"  # starts with @
    PERSON = "person"  # a mention that Telegram resolved to a numeric id
    OTHER = "other"  # signs and symbols


class Word(NamedTuple):
    """One word: as written without the marks around it, folded for comparing, and where it stands.

    ``tail`` is the marks behind it; a line break there counts as one.
    """

    text: str
    fold: str
    start: int
    end: int
    kind: Kind
    lead: str = ""
    tail: str = ""
    person_id: int = 0

    @property
    def quoted(self) -> bool:
        """A quotation mark touches it, at either side."""
        return bool(self.lead) or any(mark in _QUOTES for mark in self.tail)


def split_words(text: str, mentioned: Sequence[tuple[str, int]] = ()) -> list[Word]:
    """Cut ``text`` at white space; a mention by numeric id stays one word. Linear in the length of the text."""
    if not text.isprintable():
        return _split(text, _mention_spans(text, mentioned), _CHUNK_AND_BREAK)
    return _split(text, _mention_spans(text, mentioned), _CHUNK)


def _split(text: str, spans: list[tuple[int, int, int]], chunk: re.Pattern[str]) -> list[Word]:
    words: list[Word] = []
    position = 0
    for start, end, person_id in spans:
        words.extend(_word(m, position) for m in chunk.finditer(text[position:start]))
        words.append(Word(text[start:end], text[start:end].casefold(), start, end, Kind.PERSON, person_id=person_id))
        position = end
    words.extend(_word(m, position) for m in chunk.finditer(text[position:] if position else text))
    return _with_lone_marks(words) if _LONE_MARKS.search(text) else words


def _with_lone_marks(words: list[Word]) -> list[Word]:
    """A mark that stands apart (« quel est mon solde ? ») belongs to the word before it, a quotation mark too."""
    kept: list[Word] = []
    for word in words:
        if kept and not word.text and kept[-1].kind is not Kind.PERSON:
            kept[-1] = kept[-1]._replace(tail=kept[-1].tail + word.lead + word.tail)
        else:
            kept.append(word)
    return kept


def _mention_spans(text: str, mentioned: Sequence[tuple[str, int]]) -> list[tuple[int, int, int]]:
    """Where each mention stands, in order. The second of two equal names is looked for behind the first."""
    spans: list[tuple[int, int, int]] = []
    position = 0
    for name, person_id in mentioned:
        start = text.find(name, position) if name else -1
        if start >= 0:
            position = start + len(name)
            spans.append((start, position, person_id))
    return spans


def _word(match: re.Match[str], offset: int) -> Word:
    chunk, line_break = match.groups()
    start = offset + match.start()
    if chunk.isalpha() and chunk.isascii():  # by far the most
        end = start + len(chunk)
        return Word(chunk, chunk.casefold(), start, end, Kind.LETTERS, tail="\n" if line_break else "")
    core = chunk.lstrip(_QUOTES)
    lead = chunk[: len(chunk) - len(core)]
    core = core.rstrip(_TAIL)
    tail = chunk[len(lead) + len(core) :] + ("\n" if line_break else "")
    begin = start + len(lead)
    return Word(core, fold_word(core), begin, begin + len(core), _kind(core), lead, tail)


def fold_word(word: str) -> str:
    """A word, or a phrase, as it is compared: no capitals, one apostrophe, and of Devanagari what everybody types.

    The dot below (हज़ार, हजार) and the moon over a vowel (पाँच, पांच) are written or left out by the same people.
    """
    fold = word.casefold()
    if fold.isascii():
        return fold
    fold = unicodedata.normalize("NFC", fold.translate(_APOSTROPHES))
    return fold.translate(_DEVANAGARI) if any("\u0900" <= c <= "\u097f" for c in fold) else fold


def without_accents(fold: str) -> str:
    """The same without the accents of Latin letters: à as a, é as e."""
    if fold.isascii():
        return fold
    kept = "".join(c for c in unicodedata.normalize("NFD", fold) if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", kept)


def written(text: str, words: Sequence[Word], first: int, stop: int) -> str:
    """What stands in ``text`` from one word to before another, exactly as it was typed; to the end with its marks."""
    begin = words[first].start - len(words[first].lead)
    return text[begin:].rstrip() if stop == len(words) else text[begin : words[stop - 1].end]


def split_at_hyphens(words: list[Word], parts_known: Callable[[str], bool]) -> list[Word]:
    """The same, with twenty-five and envoie-lui as two words each, where every part is known."""
    if not any("-" in word.fold for word in words):
        return words
    return [part for word in words for part in _parts(word, parts_known)]


def _parts(word: Word, parts_known: Callable[[str], bool]) -> list[Word]:
    pieces = word.text.split("-")
    if word.kind is not Kind.LETTERS or not 1 < len(pieces) <= _MAX_PARTS:
        return [word]
    if not all(parts_known(fold_word(piece)) for piece in pieces):
        return [word]
    parts: list[Word] = []
    at = word.start
    for index, piece in enumerate(pieces):
        lead = "" if index else word.lead
        tail = word.tail if index == len(pieces) - 1 else ""
        parts.append(Word(piece, fold_word(piece), at, at + len(piece), Kind.LETTERS, lead, tail))
        at += len(piece) + 1
    return parts


def _kind(core: str) -> Kind:
    if core.startswith("@"):
        return Kind.HANDLE
    if core.isascii():
        if _ASCII_LETTERS.fullmatch(core):
            return Kind.LETTERS
        return Kind.NUMBER if _HAS_ASCII_DIGIT.search(core) or core.startswith("$") else Kind.OTHER
    categories = {unicodedata.category(character) for character in core}
    if categories & {"Nd", "Nl", "No", "Sc"}:
        return Kind.NUMBER
    return Kind.LETTERS if categories <= _NAME_CATEGORIES else Kind.OTHER


# Letters, marks, hyphens, apostrophes and dots; joiners and their like are judged where a name is shown.
_NAME_CATEGORIES = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Cf", "Pd", "Po", "Pf", "Pi", "Sk"}


def has_hidden(text: str) -> bool:
    """Whether a character is there that shows nothing, or that turns the direction of what follows."""
    return not text.isascii() and any(unicodedata.category(character) in _HIDDEN for character in text)


_HIDDEN = {"Cf", "Cc", "Co", "Cn", "Cs"}
