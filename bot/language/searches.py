"""What somebody looks for in their history: "sent to Priya in November", "received last month", "tea".

The longest stretch of days and the way the money went are taken out; who or what the other words mean, the contacts
and the notes decide later. It knows no people.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.language.lexicon import Lexicon
from bot.language.periods import Period, read_period_in
from bot.language.words import fold_word

_LONGEST_PERIOD: Final = 5  # words: "2026-11-01 to 2026-11-15" has three, "in the last three months" five


@dataclass(frozen=True, slots=True)
class Search:
    """What was said of the payments that are looked for. ``None`` and empty: nothing was."""

    sent: bool = False
    received: bool = False
    period: Period | None = None
    words: str = ""


def read_search(text: str, today: date, lexicon: Lexicon) -> Search:
    """Every text is a search, if only for its words."""
    found = [_search(text, today, one) for one in (lexicon, *lexicon.beside)]
    return min(found, key=lambda one: (len(one.words), one.period is None))  # the language that understood most


def _search(text: str, today: date, lexicon: Lexicon) -> Search:
    """The same in one language."""
    period, words = _take_period(text.split(), today, lexicon)
    folds = [fold_word(word) for word in words]
    sent = bool(folds) and folds[0] in lexicon.sent_words
    received = bool(folds) and not sent and folds[0] in lexicon.received_words
    if sent or received:
        words = words[1:]
    while words and fold_word(words[0]) in lexicon.history_fillers:
        words = words[1:]
    while words and fold_word(words[-1]) in lexicon.history_fillers:
        words = words[:-1]
    return Search(sent, received, period, " ".join(words))


def _take_period(words: list[str], today: date, lexicon: Lexicon) -> tuple[Period | None, list[str]]:
    """The longest stretch of days that the last words name, or the first, and the words without them."""
    for size in range(min(_LONGEST_PERIOD, len(words)), 0, -1):
        for start in (len(words) - size, 0):
            period = read_period_in(" ".join(words[start : start + size]), today, lexicon)
            if period is not None:
                return period, words[:start] + words[start + size :]
    return None, words
