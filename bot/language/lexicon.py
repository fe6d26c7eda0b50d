"""The words of one language, read from a TOML text that wiring hands in. It knows words, and nothing of what is done.

Phrases are kept as tuples of words, so that "can you" is found by comparing words and never by searching characters.
Every language is read whatever language somebody has chosen: a lexicon has the others beside it (``together``).
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import product
from typing import Any, Self, TypeAlias

from bot.language.intents import Topic
from bot.language.numerals import NumeralWords
from bot.language.words import fold_word, without_accents
from ledger.kernel.own_limits import LimitKind

Phrase: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases found at a position of a list of words, the longest first."""

    by_first_word: Mapping[str, frozenset[Phrase]]
    sizes: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, phrases: Iterable[str]) -> Self:
        """Index ``phrases`` by their first word."""
        index: dict[str, set[Phrase]] = {}
        for words in {tuple(way.split()) for phrase in phrases for way in ways(phrase)}:
            index.setdefault(words[0], set()).add(words)
        sizes = {first: tuple(sorted({len(one) for one in found}, reverse=True)) for first, found in index.items()}
        return cls({first: frozenset(found) for first, found in index.items()}, sizes)

    def length_at(self, words: list[str], at: int, end: int) -> int:
        """How many words of ``words[at:end]`` the longest phrase takes that starts at ``at``; 0 for none."""
        if at >= end or (found := self.by_first_word.get(words[at])) is None:
            return 0
        for size in self.sizes[words[at]]:
            if at + size <= end and tuple(words[at : at + size]) in found:
                return size
        return 0

    def length_before(self, words: list[str], start: int, end: int) -> int:
        """How many words of ``words[start:end]`` the longest phrase takes that ends at ``end``; 0 for none."""
        for size in range(min(3, end - start), 0, -1):
            if tuple(words[end - size : end]) in self.by_first_word.get(words[end - size], ()):
                return size
        return 0

    @property
    def first_words(self) -> frozenset[str]:
        """The words that one of the phrases starts with."""
        return frozenset(self.by_first_word)

    @property
    def all_words(self) -> frozenset[str]:
        """Every word of every phrase."""
        return frozenset(word for phrases in self.by_first_word.values() for phrase in phrases for word in phrase)


class Order(Enum):
    """Where the verb stands, and on which side of a name the word that says its part."""

    VERB_FIRST = "verb first"  # send 200 to Priya; envoie 200 à Priya
    POSTPOSITIONS = "postpositions"  # Priya ko 200 bhejo; the verb stands anywhere, mostly last


@dataclass(frozen=True, slots=True)
class Span:
    """As "last month": ``count`` days, months or years (``unit``), the first of them ``first`` from the present one."""

    unit: str  # day, month, year
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language. The fields are the tables of ``lexicons/en.toml``, where each is explained."""

    language: str
    order: Order
    locales: frozenset[str]
    decimal_comma: bool
    numerals: NumeralWords
    verbs: frozenset[str]
    verbs_alone: frozenset[str]
    send_phrases: Phrases
    openers: Phrases
    polite: Phrases
    doubting: Phrases
    owing: Phrases
    closers: Phrases
    and_then: frozenset[str]
    second_thoughts: Phrases
    to: frozenset[str]
    note: frozenset[str]
    note_ends: Phrases
    note_labels: frozenset[str]
    money: Phrases
    cash: Phrases
    before_amount: Phrases
    back: frozenset[str]
    me: frozenset[str]
    pronouns: Phrases
    and_words: frozenset[str]
    name_starts: frozenset[str]
    possessive: tuple[str, ...]
    honorifics: frozenset[str]
    times: frozenset[str]
    not_names: frozenset[str]
    places: frozenset[str]
    inexact: frozenset[str]
    number_words: frozenset[str]
    negative: frozenset[str]
    not_numbers: frozenset[str]
    after_amount: frozenset[str]
    answers: Phrases
    scales: Mapping[str, int]
    currencies: Mapping[str, tuple[str, ...]]
    minor_units: Mapping[str, tuple[str, ...]]
    bare_minor_units: bool
    requesting: Phrases
    splitting: Phrases
    to_send: Phrases
    from_words: frozenset[str]
    with_words: Phrases
    equally: Phrases
    bills: Phrases
    silencers: Phrases
    yes: Phrases
    no: Phrases
    corrections: Phrases
    not_this: Phrases
    adding: Phrases
    blocking: Phrases
    unblocking: Phrases
    limit_names: frozenset[str]
    limit_kinds: Mapping[LimitKind, Phrases]
    no_limit: Phrases
    limit_fillers: Phrases
    topic_openers: Phrases
    topics: Mapping[str, Topic | str]
    first_words: frozenset[str]
    reference_words: frozenset[str]
    months: Mapping[str, int]
    spans: Mapping[str, Span]
    period_openers: frozenset[str]
    period_joiners: frozenset[str]
    sent_words: frozenset[str]
    received_words: frozenset[str]
    history_fillers: frozenset[str]
    history_questions: Mapping[str, str]
    known_parts: frozenset[str]
    verb_starts: frozenset[str]
    topic_starts: frozenset[str]
    money_starts: frozenset[str]
    question_starts: frozenset[str]
    narrowed_starts: frozenset[str]
    asked_of: frozenset[str]
    borrows: frozenset[str]
    dot_locales: frozenset[str]
    borrowed: tuple[NumeralWords, ...] = ()
    beside: tuple["Lexicon", ...] = field(default=(), repr=False)

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read a lexicon. ``KeyError`` names a table that is missing; ``TOMLDecodeError`` is a text that is no TOML."""
        data = tomllib.loads(text)
        send, names, amounts, others = data["send"], data["names"], data["amounts"], data["other_commands"]
        numerals = NumeralWords.of(data["numbers"], ways)
        verbs, phrases = words_of(send["verbs"]), Phrases.of(expanded(send["phrases"]))
        requesting, splitting = Phrases.of(expanded(others["request"])), Phrases.of(expanded(others["split"]))
        starts = [Phrases.of(expanded(send[table])) for table in ("openers", "polite", "doubting", "owing")]
        topics, questions = _topics(data["topics"]), _questions(data["history"]["questions"])
        pronouns = Phrases.of(expanded(send["pronouns"]))
        me, to = words_of(send["me"]), words_of(send["to"])
        return cls(
            language=data["language"],
            order=Order(data["order"]),
            locales=frozenset(data["locales"]),
            decimal_comma=data["decimal_comma"],
            numerals=numerals,
            verbs=verbs,
            verbs_alone=words_of(send["verbs_alone"]),
            send_phrases=phrases,
            openers=starts[0],
            polite=starts[1],
            doubting=starts[2],
            owing=starts[3],
            and_then=words_of(send["and_then"]),
            second_thoughts=Phrases.of(expanded(send["second_thoughts"])),
            closers=Phrases.of(expanded(send["closers"])),
            to=to,
            note=words_of(send["note"]),
            note_ends=Phrases.of(expanded(send["note_ends"])),
            note_labels=words_of(send["note_labels"]),
            money=Phrases.of(expanded(send["money"])),
            cash=Phrases.of(expanded(send["cash"])),
            before_amount=Phrases.of(expanded(send["before_amount"])),
            back=words_of(send["back"]),
            me=me,
            pronouns=pronouns,
            and_words=words_of(names["and"]),
            name_starts=words_of(names["may_start"]),
            possessive=tuple(names["possessive"]),
            honorifics=words_of(names["honorifics"]),
            times=words_of(names["times"]),
            not_names=words_of(names["not_names"]),
            places=words_of(names["places"]),
            inexact=words_of(amounts["inexact"]),
            number_words=numerals.words | numerals.points,
            negative=words_of(amounts["negative"]),
            not_numbers=words_of(amounts["not_numbers"]),
            after_amount=words_of(amounts["after"]),
            answers=Phrases.of(expanded(amounts["answers"])),
            scales={**numerals.scales, **amounts["suffixes"]},
            currencies=_codes(amounts["currencies"]),
            minor_units=_codes(amounts["minor_units"]),
            bare_minor_units=amounts["bare_minor_units"],
            requesting=requesting,
            splitting=splitting,
            to_send=Phrases.of(expanded(others["to_send"])),
            from_words=words_of(others["from"]),
            with_words=Phrases.of(expanded(others["with"])),
            equally=Phrases.of(expanded(others["equally"])),
            bills=Phrases.of(expanded(others["bills"])),
            silencers=Phrases.of(expanded(data["silence"]["words"])),
            yes=Phrases.of(expanded(data["answers"]["yes"])),
            no=Phrases.of(expanded(data["answers"]["no"])),
            corrections=Phrases.of(expanded(data["answers"]["corrections"])),
            not_this=Phrases.of(expanded(data["answers"]["not_this"])),
            adding=Phrases.of(expanded(data["contacts"]["add"])),
            blocking=Phrases.of(expanded(data["contacts"]["block"])),
            unblocking=Phrases.of(expanded(data["contacts"]["unblock"])),
            limit_names=words_of(data["limits"]["names"]),
            limit_kinds={kind: Phrases.of(expanded(data["limits"][kind.value])) for kind in LimitKind},
            no_limit=Phrases.of(expanded(data["limits"]["none"])),
            limit_fillers=Phrases.of(expanded([*data["limits"]["names"], *data["limits"]["fillers"]])),
            topic_openers=Phrases.of(expanded(data["topics"]["openers"])),
            topics=topics,
            first_words=verbs.union(*(one.first_words for one in (phrases, *starts, requesting, splitting))),
            reference_words=words_of(data["history"]["reference"]),
            months={way: index for index, names in enumerate(data["periods"]["months"], 1) for way in words_of(names)},
            spans={way: Span(*span) for phrase, span in data["periods"]["spans"].items() for way in ways(phrase)},
            period_openers=words_of(data["periods"]["openers"]),
            period_joiners=words_of(data["periods"]["joiners"]),
            sent_words=words_of(data["history"]["sent"]),
            received_words=words_of(data["history"]["received"]),
            history_fillers=words_of(data["history"]["fillers"]),
            history_questions=questions,
            known_parts=numerals.words.union(
                *(verbs, phrases.first_words, me, to, pronouns.first_words, words_of(data["hyphens"])),
                *(one.all_words for one in starts),
            ),
            verb_starts=verbs.union(
                phrases.first_words, requesting.first_words, splitting.first_words, starts[2].first_words
            ),
            topic_starts=frozenset(phrase.split()[0] for phrase in (*topics, *questions)).union(
                *(Phrases.of(expanded(data["contacts"][table])).first_words for table in ("add", "block", "unblock")),
                *(Phrases.of(expanded(data["answers"][table])).first_words for table in ("yes", "no")),
                words_of(data["limits"]["names"]),
            ),
            question_starts=frozenset(phrase.split()[0] for phrase in questions),
            narrowed_starts=frozenset(phrase.split()[0] for phrase, topic in topics.items() if topic in _NARROWED),
            money_starts=numerals.words.union(
                words_of(amounts["inexact"]),
                words_of(amounts["negative"]),
                words_of(amounts["not_numbers"]),
                words_of(send["verbs_alone"]),
                *(Phrases.of(expanded(send[table])).all_words for table in ("money", "cash", "verbs_alone")),
            ),
            asked_of=words_of(others["from"]) - to - {"of"},
            borrows=frozenset(data["borrows"]),
            dot_locales=frozenset(() if data["decimal_comma"] else data["locales"]),
        )


_NARROWED = frozenset({Topic.HISTORY, Topic.STATEMENT})
NOT_YET = frozenset({"request", "split", "shop", "bill"})  # commands that later versions carry out


def together(lexicons: Mapping[str, Lexicon]) -> dict[str, Lexicon]:
    """The same, each with the others beside it: marks of money are known in all, numbers are borrowed as it is said."""
    marks = {mark: codes for one in reversed(list(lexicons.values())) for mark, codes in one.currencies.items()}
    minor = {mark: codes for one in reversed(list(lexicons.values())) for mark, codes in one.minor_units.items()}
    dotted = frozenset(locale for one in lexicons.values() for locale in one.dot_locales)
    shared = {
        code: replace(
            one,
            dot_locales=dotted,
            currencies=_without_numbers(one, marks) | dict(one.currencies),
            minor_units=_without_numbers(one, minor) | dict(one.minor_units),
            borrowed=tuple(other.numerals for name, other in lexicons.items() if name in one.borrows),
            money_starts=one.money_starts.union(
                *(other.numerals.words for name, other in lexicons.items() if name in one.borrows)
            ),
        )
        for code, one in lexicons.items()
    }
    return {
        code: replace(one, beside=tuple(other for name, other in shared.items() if name != code))
        for code, one in shared.items()
    }


def _without_numbers(lexicon: Lexicon, marks: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """What is money in another language and a number here ("cent") stays a number."""
    return {mark: codes for mark, codes in marks.items() if mark not in lexicon.number_words}


def ways(phrase: str) -> list[str]:
    """Each way in which a phrase is compared: as it is folded, and without its accents, which many do not type."""
    fold = fold_word(phrase)
    plain = without_accents(fold)
    return [fold] if plain == fold else [fold, plain]


def expanded(entries: Iterable[Any]) -> list[str]:
    """Phrases, with every form of a table spelled out: {stems = ["bhej"], endings = ["o", " do"]}."""
    found: list[str] = []
    for entry in entries:
        if isinstance(entry, str):
            found.append(entry)
        else:
            found += [stem + ending for stem, ending in product(entry["stems"], entry["endings"])]
    return found


def words_of(entries: Iterable[Any]) -> frozenset[str]:
    """Each word, or phrase, in every way in which it is compared."""
    return frozenset(way for entry in expanded(entries) for way in ways(entry))


def _codes(table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {way: tuple(codes) for mark, codes in table.items() for way in ways(mark)}


def _questions(table: Mapping[str, Any]) -> dict[str, str]:
    """The beginning of a question with the word of a search that it means."""
    return {way: word for word, phrases in table.items() for phrase in expanded(phrases) for way in ways(phrase)}


def _topics(table: Mapping[str, Any]) -> dict[str, Topic | str]:
    """Each phrase with its topic, or with the name of a command that is not there yet."""
    found: dict[str, Topic | str] = {}
    for name, phrases in table.items():
        if name != "openers":
            found.update(dict.fromkeys(words_of(phrases), name if name in NOT_YET else Topic(name)))
    return found
