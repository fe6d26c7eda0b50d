"""The words of one language, read from a TOML text that wiring hands in. It knows words, and nothing of what is done.

Phrases are kept as tuples of words, so that "can you" is found by comparing words and never by searching characters.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

from bot.language.intents import Topic
from ledger.kernel.own_limits import LimitKind

Phrase: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases found at a position of a list of words, the longest first."""

    by_first_word: Mapping[str, tuple[Phrase, ...]]

    @classmethod
    def of(cls, phrases: Iterable[str]) -> Self:
        """Index ``phrases`` by their first word."""
        index: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            words = tuple(phrase.split())
            index.setdefault(words[0], []).append(words)
        return cls({first: tuple(sorted(found, key=len, reverse=True)) for first, found in index.items()})

    def length_at(self, words: list[str], at: int, end: int) -> int:
        """How many words of ``words[at:end]`` the longest phrase takes that starts at ``at``; 0 for none."""
        if at >= end:
            return 0
        for phrase in self.by_first_word.get(words[at], ()):
            stop = at + len(phrase)
            if stop <= end and tuple(words[at:stop]) == phrase:
                return len(phrase)
        return 0

    def length_before(self, words: list[str], start: int, end: int) -> int:
        """How many words of ``words[start:end]`` the longest phrase takes that ends at ``end``; 0 for none."""
        for size in range(min(3, end - start), 0, -1):
            if tuple(words[end - size : end]) in self.by_first_word.get(words[end - size], ()):
                return size
        return 0


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
    locales: frozenset[str]
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
    requests: frozenset[str]
    splits: frozenset[str]
    from_words: frozenset[str]
    with_words: frozenset[str]
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

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read a lexicon. ``KeyError`` names a table that is missing; ``TOMLDecodeError`` is a text that is no TOML."""
        data = tomllib.loads(text)
        send, names, amounts, others = data["send"], data["names"], data["amounts"], data["other_commands"]
        return cls(
            language=data["language"],
            locales=frozenset(data["locales"]),
            verbs=frozenset(send["verbs"]),
            verbs_alone=frozenset(send["verbs_alone"]),
            send_phrases=Phrases.of(send["phrases"]),
            openers=Phrases.of(send["openers"]),
            polite=Phrases.of(send["polite"]),
            doubting=Phrases.of(send["doubting"]),
            owing=Phrases.of(send["owing"]),
            and_then=frozenset(send["and_then"]),
            second_thoughts=Phrases.of(send["second_thoughts"]),
            closers=Phrases.of(send["closers"]),
            to=frozenset(send["to"]),
            note=frozenset(send["note"]),
            note_labels=frozenset(send["note_labels"]),
            money=Phrases.of(send["money"]),
            cash=Phrases.of(send["cash"]),
            before_amount=Phrases.of(send["before_amount"]),
            back=frozenset(send["back"]),
            me=frozenset(send["me"]),
            pronouns=Phrases.of(send["pronouns"]),
            and_words=frozenset(names["and"]),
            name_starts=frozenset(names["may_start"]),
            possessive=tuple(names["possessive"]),
            times=frozenset(names["times"]),
            not_names=frozenset(names["not_names"]),
            places=frozenset(names["places"]),
            inexact=frozenset(amounts["inexact"]),
            number_words=frozenset(amounts["number_words"]),
            negative=frozenset(amounts["negative"]),
            not_numbers=frozenset(amounts["not_numbers"]),
            after_amount=frozenset(amounts["after"]),
            answers=Phrases.of(amounts["answers"]),
            scales=amounts["scales"],
            currencies={mark: tuple(codes) for mark, codes in amounts["currencies"].items()},
            requests=frozenset(others["request"]),
            splits=frozenset(others["split"]),
            from_words=frozenset(others["from"]),
            with_words=frozenset(others["with"]),
            adding=Phrases.of(data["contacts"]["add"]),
            blocking=Phrases.of(data["contacts"]["block"]),
            unblocking=Phrases.of(data["contacts"]["unblock"]),
            limit_names=frozenset(data["limits"]["names"]),
            limit_kinds={kind: Phrases.of(data["limits"][kind.value]) for kind in LimitKind},
            no_limit=Phrases.of(data["limits"]["none"]),
            limit_fillers=Phrases.of([*data["limits"]["names"], *data["limits"]["fillers"]]),
            topic_openers=Phrases.of(data["topics"]["openers"]),
            topics=_topics(data["topics"]),
            first_words=_first_words(send, others),
            reference_words=frozenset(data["history"]["reference"]),
            months={name: index for index, names in enumerate(data["periods"]["months"], 1) for name in names},
            spans={phrase: Span(*span) for phrase, span in data["periods"]["spans"].items()},
            period_openers=frozenset(data["periods"]["openers"]),
            period_joiners=frozenset(data["periods"]["joiners"]),
            sent_words=frozenset(data["history"]["sent"]),
            received_words=frozenset(data["history"]["received"]),
            history_fillers=frozenset(data["history"]["fillers"]),
        )


NOT_YET = frozenset({"request", "split", "shop", "bill"})  # commands that later versions carry out


def _topics(table: Mapping[str, Any]) -> dict[str, Topic | str]:
    """Each phrase with its topic, or with the name of a command that is not there yet."""
    found: dict[str, Topic | str] = {}
    for name, phrases in table.items():
        if name != "openers":
            found.update(dict.fromkeys(phrases, name if name in NOT_YET else Topic(name)))
    return found


def _first_words(send: Mapping[str, Any], others: Mapping[str, Any]) -> frozenset[str]:
    """Every word a payment can start with: a sentence that starts with another one is not looked at any further."""
    tables = ("verbs", "phrases", "openers", "polite", "doubting", "owing")
    phrases = [phrase for table in tables for phrase in send[table]] + others["request"] + others["split"]
    return frozenset(phrase.split()[0] for phrase in phrases)
