"""The payee as words stand in a sentence: a name, a @handle, a phone number, a mentioned person.

Who it is, the contacts decide later. A name ends at the first word that cannot be part of one; whether it is then
certain, the caller judges by what follows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from bot.language.amounts import AmountReader
from bot.language.intents import ByHandle, ByName, ByPerson, ByPhone, PayeeWords
from bot.language.lexicon import Lexicon
from bot.language.phones import as_copied, read_phone
from bot.language.words import Kind, Word

_MAX_NAME_WORDS = 5
_MAX_INITIAL_LETTERS = 3  # "Dr.", "K.": a dot behind so short a word does not end a name
_MAX_PHONE_WORDS = 6  # +33 6 12 34 56 78 has the most
_PHONE_PIECE = re.compile(r"\+?\(?\+?[0-9][0-9().-]*")


class Trouble(Enum):
    """Why no payee, or no certain one, stands there."""

    ME = "me"  # money to the writer is a request
    PRONOUN = "pronoun"  # him, her: somebody, and only a reply says who
    PLACE = "place"  # a bank account, a bill: nobody here
    SEVERAL = "several"
    AMOUNT = "amount"  # a second amount, or one that is not exact
    NUMBER = "number"  # a number where somebody should be named
    TIME = "time"  # not now, or again and again
    SECOND = "second"  # another command behind the first
    ODD = "odd"


@dataclass(frozen=True, slots=True)
class PayeeFound:
    """What stands where a payee may stand, and the word behind it."""

    end: int
    payee: PayeeWords | None = None
    trouble: Trouble | None = None


def payee_at(words: Sequence[Word], at: int, end: int, amounts: AmountReader) -> PayeeFound:
    """The payee that starts at ``words[at]``."""
    if at >= end:
        return PayeeFound(at, trouble=Trouble.ODD)
    lexicon, word = amounts.lexicon, words[at]
    if word.kind is Kind.HANDLE:
        handle = word.fold[1:]
        return PayeeFound(at + 1, ByHandle(handle)) if handle else PayeeFound(at, trouble=Trouble.ODD)
    if word.kind is Kind.PERSON:
        return PayeeFound(at + 1, ByPerson(word.person_id))
    if word.kind is Kind.NUMBER and (phone := phone_at(words, at, end, amounts, whole=True)):
        return phone
    if word.fold in lexicon.me:
        return PayeeFound(at + 1, trouble=Trouble.ME)
    pronoun = lexicon.pronouns.length_at([w.fold for w in words[at : at + 3]], 0, min(3, end - at))
    if pronoun:
        return PayeeFound(at + pronoun, trouble=Trouble.PRONOUN)
    return _name_at(words, at, end, amounts)


def phone_at(words: Sequence[Word], at: int, end: int, amounts: AmountReader, *, whole: bool) -> PayeeFound | None:
    """The phone number that starts at ``words[at]``, in one word or several; ``None`` if none starts there.

    ``whole``: every number behind it belongs to it. Otherwise an amount may follow, so it must end in one place only:
    where it could end in two, it is not certain which digits are money.
    """
    stop = at
    while stop < min(end, at + _MAX_PHONE_WORDS) and _PHONE_PIECE.fullmatch(as_copied(words[stop].text)):
        stop += 1
        if words[stop - 1].tail:
            break
    stops = range(stop, stop + 1) if whole else range(at + 1, stop + 1)
    found = [(n, number) for n in stops if n > at and (number := _phone(words[at:n], amounts.region))]
    if len(found) > 1:
        return PayeeFound(at, trouble=Trouble.NUMBER)
    return PayeeFound(found[0][0], ByPhone(found[0][1])) if found else None


def _phone(words: Sequence[Word], region: str) -> str | None:
    return read_phone(" ".join(word.text for word in words), region)


def _name_at(words: Sequence[Word], at: int, end: int, amounts: AmountReader) -> PayeeFound:
    if words[at].fold in amounts.lexicon.scales and not words[at].tail:
        return PayeeFound(at, trouble=Trouble.AMOUNT)  # "k" alone is a thousand; "K." and "Priya K" are names
    stop = at
    while stop < end and stop - at < _MAX_NAME_WORDS and may_be_name(words, stop, end, amounts):
        stop += 1
        if _ends_name(words[stop - 1]):
            break
    only_my = stop - at == 1 and words[at].fold in amounts.lexicon.name_starts
    if stop == at or only_my:
        return PayeeFound(at, trouble=trouble_at(words, stop, end, amounts))
    name = " ".join(word.text + _inner_dot(word, last=index == stop - 1) for index, word in _indexed(words, at, stop))
    return PayeeFound(stop, ByName(name))


def _indexed(words: Sequence[Word], at: int, stop: int) -> list[tuple[int, Word]]:
    return [(index, words[index]) for index in range(at, stop)]


def _inner_dot(word: Word, *, last: bool) -> str:
    return "." if word.tail == "." and not last else ""


def _ends_name(word: Word) -> bool:
    return bool(word.tail) and not (word.tail == "." and len(word.text) <= _MAX_INITIAL_LETTERS)


def may_be_name(words: Sequence[Word], at: int, end: int, amounts: AmountReader) -> bool:
    """Whether this word can be part of a name here."""
    word, lexicon = words[at], amounts.lexicon
    if word.kind is Kind.NUMBER:
        return word.text[0].isalpha() and amounts.at(words, at, end) is None
    if word.kind is not Kind.LETTERS or word.fold in lexicon.and_words or word.fold in lexicon.number_words:
        return False
    if word.fold.endswith(lexicon.possessive) or amounts.mark_alone(word):
        return False
    if word.fold in lexicon.not_names or word.fold in lexicon.times or word.fold in lexicon.places:
        return False
    return word.fold not in lexicon.inexact and amounts.at(words, at, end) is None


def trouble_at(words: Sequence[Word], at: int, end: int, amounts: AmountReader) -> Trouble:
    """What it means that ``words[at]`` stands where the sentence should be over, or where a name should start."""
    lexicon = amounts.lexicon
    if at >= end:
        return Trouble.ODD
    word = words[at]
    if word.fold in lexicon.verbs:
        return Trouble.SECOND
    if word.fold in lexicon.inexact and at + 1 < end and words[at + 1].kind is Kind.NUMBER:
        return Trouble.AMOUNT  # "200 or 300" is one payment of an amount that is not said
    if word.fold in lexicon.and_words or (at and words[at - 1].tail[:1] in {",", ";"} and word.kind is Kind.LETTERS):
        return Trouble.SEVERAL if may_be_name_behind(words, at, end, amounts) else Trouble.ODD
    if word.kind is Kind.NUMBER or word.fold in lexicon.number_words or word.fold in lexicon.inexact:
        return Trouble.AMOUNT
    if word.fold in lexicon.places:
        return Trouble.PLACE
    if word.fold in lexicon.times:
        return Trouble.TIME
    return Trouble.ODD


def may_be_name_behind(words: Sequence[Word], at: int, end: int, amounts: AmountReader) -> bool:
    """Whether "and" (or a comma) leads on to one more payee, amount or command."""
    behind = at + 1 if words[at].fold in amounts.lexicon.and_words else at
    if behind >= end:
        return False
    word = words[behind]
    return word.kind is not Kind.LETTERS or word.fold in amounts.lexicon.verbs or not _is_closed(word, amounts.lexicon)


def _is_closed(word: Word, lexicon: Lexicon) -> bool:
    """Words of grammar: no name starts with one."""
    return word.fold in lexicon.not_names and word.fold not in lexicon.me
