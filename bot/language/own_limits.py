"""A limit that somebody sets for themselves, as they write it: "limit me to 500 a day", "set daily limit 2000".

Every word must be understood, or nothing is read. Whether it is set, and with which proof, is not decided here.
"""

from dataclasses import dataclass
from typing import Final

from bot.language.amounts import AmountReader
from bot.language.lexicon import Lexicon
from bot.language.words import Word, split_words
from ledger.kernel.money import Money
from ledger.kernel.own_limits import LimitKind

MAX_WORDS: Final = 12  # "set my limit for payments to any one person in a day to 500 rupees"


@dataclass(frozen=True, slots=True)
class LimitWords:
    """What was said of a limit: over what, how much, or that there shall be ``none``. What is missing is asked for."""

    kind: LimitKind | None = None
    limit: Money | None = None
    none: bool = False


def read_limit(text: str, *, currency: str, lexicon: Lexicon, locale: str = "en-IN") -> LimitWords | None:
    """What the text says of a limit, when limits are what it is about: behind /limits, or as an answer."""
    words = split_words(text[:200])
    readings = (limit_in(words, AmountReader(currency, one, locale)) for one in (lexicon, *lexicon.beside))
    return next((said for said in readings if said is not None), None)


def limit_in(words: list[Word], amounts: AmountReader) -> LimitWords | None:
    """The limit that all of these words say, or ``None`` when one of them says something else."""
    if not 0 < len(words) <= MAX_WORDS or any(word.quoted or "?" in word.tail for word in words):
        return None
    lexicon, folds, end, at = amounts.lexicon, [word.fold for word in words], len(words), 0
    kind: LimitKind | None = None
    limit: Money | None = None
    none = False
    while at < end:
        found = amounts.at(words, at, end)
        if found is not None:
            if found.money is None or not found.money or limit is not None:
                return None
            limit, at = found.money, found.end
        elif over := _kind_at(lexicon, folds, at):
            if kind is not None and kind is not over[0]:
                return None
            kind, at = over[0], at + over[1]
        elif length := lexicon.no_limit.length_at(folds, at, end):
            none, at = True, at + length
        elif length := lexicon.limit_fillers.length_at(folds, at, end):
            at += length
        else:
            return None
    return None if none and limit is not None else LimitWords(kind, limit, none)


def _kind_at(lexicon: Lexicon, folds: list[str], at: int) -> tuple[LimitKind, int] | None:
    """The longest phrase that says over what a limit is counted, with how many words it takes."""
    lengths = [(phrases.length_at(folds, at, len(folds)), kind) for kind, phrases in lexicon.limit_kinds.items()]
    length, kind = max(lengths, key=lambda one: one[0])
    return (kind, length) if length else None
