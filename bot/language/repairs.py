"""What somebody says of a payment they are asked to confirm: "no, 250", "make it 300", "not Amit, Neha".

It must begin with a word that takes something back, and every word must be understood. It makes a new payment to be
asked about; nothing is changed in the one on screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.language.amounts import AmountReader
from bot.language.intents import ByName, PayeeWords
from bot.language.lexicon import Lexicon
from bot.language.names import Known, match_names
from bot.language.payees import payee_at
from bot.language.words import Word, split_words
from ledger.kernel.money import Money

_LONGEST = 12  # words


@dataclass(frozen=True, slots=True)
class Repair:
    """What is meant instead: an amount, or a payee; neither, where an amount was meant and cannot be read for sure."""

    amount: Money | None = None
    payee: PayeeWords | None = None


def read_repair(
    text: str, *, currency: str, lexicon: Lexicon, locale: str = "en-IN", known: Sequence[Known] = ()
) -> Repair | None:
    """What is meant instead, where every language that understands every word agrees; ``None`` for anything else."""
    words = split_words(text[:200])
    if not words or len(words) > _LONGEST or any(word.quoted or "?" in word.tail for word in words):
        return None
    languages = (AmountReader(currency, one, locale, expected=True) for one in (lexicon, *lexicon.beside))
    repairs = {_in_one(words, amounts, known) for amounts in languages}
    repairs.discard(None)
    return repairs.pop() if len(repairs) == 1 and Repair() not in repairs else None


def _in_one(words: list[Word], amounts: AmountReader, known: Sequence[Known]) -> Repair | None:
    lexicon, folds, at, end = amounts.lexicon, [word.fold for word in words], 0, len(words)
    while length := lexicon.closers.length_before(folds, 1, end):
        end -= length
    if length := lexicon.not_this.length_at(folds, at, end):
        wrong = payee_at(words, length, end, amounts)
        if wrong.payee is not None and wrong.end < end and words[wrong.end - 1].tail:
            at = wrong.end  # "not Amit, Neha"
    while length := lexicon.corrections.length_at(folds, at, end):
        at += length
    if not 0 < at < end:
        return None
    found = amounts.at(words, at, end)
    if found is not None:
        return Repair(amount=found.money) if found.end == end else None
    at += folds[at] in lexicon.to
    end -= folds[end - 1] in lexicon.to
    named = payee_at(words, at, end, amounts) if at < end else None
    if named is None or named.payee is None or named.end != end:
        return None
    is_known = not isinstance(named.payee, ByName) or bool(match_names(named.payee.name, known))
    return Repair(payee=named.payee) if is_known else None
