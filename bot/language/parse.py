"""A message becomes one Reading. Precision first: a payment is read only when every word of it is understood.

It knows the words of a language (a lexicon that is handed in) and how amounts are written; it knows no accounts. Names
of people the writer knows only help to tell a name from another word; who is meant is not decided here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.language.amounts import HOME_REGION, AmountReader
from bot.language.choice import LEFT_OVER, choose, choose_command
from bot.language.clauses import ClauseReader, person
from bot.language.intents import (
    Answer,
    Ask,
    AskWhat,
    ByName,
    Nothing,
    Open,
    PayeeWords,
    Reading,
    Refuse,
    RefuseWhy,
    Send,
    Topic,
)
from bot.language.lexicon import NOT_YET, Lexicon, Order
from bot.language.names import Known, match_names
from bot.language.own_limits import limit_in
from bot.language.payees import payee_at
from bot.language.periods import read_period
from bot.language.postposed import PostposedReader
from bot.language.references import read_reference
from bot.language.searches import read_search
from bot.language.sharing import SplitReader
from bot.language.verdicts import ask, judge, judge_request, judge_sentence, pieces
from bot.language.words import Kind, Word, split_at_hyphens, split_words
from ledger.kernel.money import Money

MAX_COMMAND_LENGTH = 1000  # characters: amount, payee and a whole note several times over; no more is even looked at
_MAX_TOPIC_WORDS = 12  # "how much money do I have" and a few polite words around it
_MAX_REFERENCE = 80  # characters of a message that is nothing but the number of a payment
_MAX_QUESTION = 8  # words: "how much did I send to" and some more
_MAX_NARROWED = 3  # "payment history" and the like
_DIGIT = re.compile(r"\d")
_ANY_DAY = date(2000, 1, 1)  # whether words name days does not depend on today
_ABOUT_SOMEBODY = frozenset({Topic.CONTACTS, Topic.BLOCK, Topic.UNBLOCK})
_SEND_COMMANDS = frozenset({"send", "pay"})


@dataclass(frozen=True, slots=True)
class Explained:
    """A reading, and in words of English why it is that one (for ``hundi parse``)."""

    reading: Reading
    because: tuple[str, ...]


def parse(
    text: str,
    *,
    currency: str,
    lexicon: Lexicon,
    locale: str = "en-IN",
    region: str = HOME_REGION,
    replied_person: int | None = None,
    mentioned: Sequence[tuple[str, int]] = (),
    known: Sequence[Known] = (),
) -> Reading:
    """What ``text`` means.

    ``replied_person`` is the author of the message replied to, ``mentioned`` the people mentioned by numeric id as
    (text as written, id), ``known`` everybody a name may mean, ``region`` where a phone number without a country code
    belongs.
    """
    return explain(
        text,
        currency=currency,
        lexicon=lexicon,
        locale=locale,
        region=region,
        replied_person=replied_person,
        mentioned=mentioned,
        known=known,
    ).reading


def explain(
    text: str,
    *,
    currency: str,
    lexicon: Lexicon,
    locale: str = "en-IN",
    region: str = HOME_REGION,
    replied_person: int | None = None,
    mentioned: Sequence[tuple[str, int]] = (),
    known: Sequence[Known] = (),
) -> Explained:
    """The same, with the reasons."""
    text = text.strip()
    words = split_words(text[:MAX_COMMAND_LENGTH], mentioned)
    if not words:
        return Explained(Nothing(), ("no words",))
    languages = (lexicon, *lexicon.beside)
    if len(text) <= _MAX_REFERENCE and _DIGIT.search(text):
        references = (read_reference(text, one) for one in languages)
        if (reference := next((one for one in references if one is not None), None)) is not None:
            return Explained(Open(Topic.HISTORY, reference), ("the number of a payment",))
    folds, hyphens, slash = [word.fold for word in words], "-" in text, text.startswith("/")
    readers: list[_Reader] = []
    for one in languages:
        own, own_folds = words, folds
        if not (hyphens or slash or _may_be_said(one, words[0], folds)):
            continue
        if hyphens:
            own = split_at_hyphens(words, one.known_parts.__contains__)
            own_folds = [word.fold for word in own]
        amounts = AmountReader(currency, one, locale, region, by_place=slash)
        readers.append(_Reader(text, own, own_folds, amounts, replied_person, known, []))
    readings = [(reader.read(), reader.why) for reader in readers]
    if not readings:
        return Explained(Nothing(), ("starts with no word of a command",))
    reading, why = choose_command(readings, known) if slash else choose(readings)
    if len(text) > MAX_COMMAND_LENGTH and not isinstance(reading, Nothing | Refuse):
        reading = Refuse(RefuseWhy.TOO_LONG)
    return Explained(reading, tuple(why))


def _may_be_said(lexicon: Lexicon, first: Word, folds: list[str]) -> bool:
    """Whether the language has a word here that a command needs. Most messages stop at this for most languages."""
    if not lexicon.topic_starts.isdisjoint(folds):
        return True
    if lexicon.order is Order.POSTPOSITIONS:
        return not lexicon.verb_starts.isdisjoint(folds)
    if first.fold in lexicon.first_words or first.kind is not Kind.LETTERS:
        return True
    return first.fold.rstrip(".") in lexicon.currencies


@dataclass(slots=True)
class _Reader:
    """One message being read."""

    text: str
    words: list[Word]
    folds: list[str]
    amounts: AmountReader
    replied_person: int | None
    known: Sequence[Known]
    why: list[str]

    @property
    def _lexicon(self) -> Lexicon:
        return self.amounts.lexicon

    def read(self) -> Reading:
        if self.text.lstrip().startswith("/"):
            return self._command()
        topic = self._topic()
        if topic is not None:
            return topic
        if self._lexicon.order is Order.POSTPOSITIONS:
            return self._postposed()
        if self.folds[0] in self._lexicon.first_words:
            return self._sentence()
        return self._amount_first()

    # ── commands and topics ──────────────────────────────────────────────────

    def _command(self) -> Reading:
        """``/send 200 priya for lunch``, ``/balance@SomeBot``."""
        name = self.folds[0].removeprefix("/").partition("@")[0]
        self.why.append(f"the command /{name}")
        if name in {"request", "split"} and len(self.words) > 1:
            reading = self._request(1, slash=True) if name == "request" else self._split(1)
            return Refuse(RefuseWhy.NOT_YET, name) if isinstance(reading, Nothing) else reading
        if name in NOT_YET:
            return Refuse(RefuseWhy.NOT_YET, name)
        if name in _SEND_COMMANDS:
            return self._payment(1, slash=True)
        if name not in frozenset(Topic):
            self.why.append("which is none of ours")
            return Nothing()
        argument = self.text.split(maxsplit=1)[1].strip() if len(self.words) > 1 else ""
        about = self._payee(1, len(self.words)) if name in _ABOUT_SOMEBODY else None
        return Open(Topic(name), argument, about)

    def _topic(self) -> Reading | None:
        """The whole message means a topic: "my balance please"."""
        lonely = not self.folds[0]  # a sign without a word, as "?"
        if len(self.words) > _MAX_TOPIC_WORDS or (self._lexicon.topic_starts.isdisjoint(self.folds) and not lonely):
            return None
        topics, end, at = self._lexicon.topics, len(self.words), 0
        while True:
            phrase = " ".join(self.folds[at:end]) or self.text.strip()
            if phrase in topics:
                return self._open(phrase)
            if said := self._yes_or_no(at, end):
                return said
            if length := self._lexicon.topic_openers.length_at(self.folds, at, end - 1):
                at += length
            elif at < end - 1 and (length := self._lexicon.closers.length_before(self.folds, at + 1, end)):
                end -= length
            else:
                return (
                    self._somebody(at, end)
                    or self._asked_about(at, end)
                    or self._narrowed(at, end)
                    or self._limit(at, end)
                )

    def _open(self, phrase: str) -> Reading:
        self.why.append(f'"{phrase}" names a topic')
        topic = self._lexicon.topics[phrase]
        return Open(topic) if isinstance(topic, Topic) else Refuse(RefuseWhy.NOT_YET, topic)

    def _yes_or_no(self, at: int, end: int) -> Answer | None:
        if self._lexicon.yes.length_at(self.folds, at, end) == end - at > 0:
            return Answer(yes=True)
        return Answer(yes=False) if self._lexicon.no.length_at(self.folds, at, end) == end - at > 0 else None

    def _asked_about(self, at: int, end: int) -> Reading | None:
        """Whether it asks for a part of the history: what did I send Priya last month."""
        lexicon = self._lexicon
        if self.folds[at] not in lexicon.question_starts:
            return None
        for size in range(min(_MAX_QUESTION, end - at), 1, -1):
            way = lexicon.history_questions.get(" ".join(self.folds[at : at + size]))
            if way is None:
                continue
            if at + size == end:
                return Open(Topic.HISTORY, way)
            rest = self.text[self.words[at + size].start : self.words[end - 1].end]
            if self._is_part(rest, names=True):
                self.why.append(f"asks for payments: {way}, and {rest!r} a part of them")
                return Open(Topic.HISTORY, f"{way} {rest}")
        return None

    def _narrowed(self, at: int, end: int) -> Reading | None:
        """Whether it says "history with Priya" or "statement november": a topic, and which part of it."""
        if self.folds[at] not in self._lexicon.narrowed_starts:
            return None
        for size in range(min(_MAX_NARROWED, end - at - 1), 0, -1):
            topic = self._lexicon.topics.get(" ".join(self.folds[at : at + size]))
            if topic in {Topic.HISTORY, Topic.STATEMENT}:
                rest = self.text[self.words[at + size].start : self.words[end - 1].end]
                if self._is_part(rest, names=topic is Topic.HISTORY):
                    self.why.append(f"names a topic, and {rest!r} a part of it")
                    return Open(Topic(topic), rest)
        return None

    def _is_part(self, rest: str, *, names: bool) -> bool:
        """Whether every word is understood: a way, days, somebody they know. A search for words needs the command."""
        if not names:
            return read_period(rest, _ANY_DAY, self._lexicon) is not None
        search = read_search(rest, _ANY_DAY, self._lexicon)
        if search.words:
            return bool(match_names(search.words, self.known))
        return search.sent or search.received or search.period is not None

    def _somebody(self, at: int, end: int) -> Reading | None:
        """Whether it says "add @ravi" or "block Ravi". A name alone is no proof that somebody is meant: block calls."""
        lexicon = self._lexicon
        for phrases, topic in (
            (lexicon.adding, Topic.CONTACTS),
            (lexicon.blocking, Topic.BLOCK),
            (lexicon.unblocking, Topic.UNBLOCK),
        ):
            length = phrases.length_at(self.folds, at, end - 1)
            payee = self._payee(at + length, end) if length else None
            if payee is None or (isinstance(payee, ByName) and not self._may_be_blocked(topic, payee)):
                continue
            self.why.append(f"about somebody: {topic.value}")
            return Open(topic, self.text[self.words[at + length].start : self.words[end - 1].end], payee)
        return None

    def _may_be_blocked(self, topic: Topic, name: ByName) -> bool:
        """Whoever is blocked is not known by name any more, so "unblock Ravi" is taken at its word."""
        if topic is Topic.UNBLOCK:
            return name.name.split()[0].casefold() not in self._lexicon.name_starts  # "unblock my pin"
        return topic is Topic.BLOCK and bool(match_names(name.name, self.known))

    def _payee(self, at: int, end: int) -> PayeeWords | None:
        """The one payee that all of these words name."""
        if at >= end or any(word.quoted for word in self.words[at:end]):
            return None
        found = payee_at(self.words, at, end, self.amounts)
        return found.payee if found.end == end else None

    def _limit(self, at: int, end: int) -> Reading | None:
        """Whether it says "limit me to 500 a day": the limits are opened with just that."""
        words = self.words[at:end]
        if self._lexicon.limit_names.isdisjoint(word.fold for word in words):
            return None
        said = limit_in(words, self.amounts)
        if said is None or (said.limit is None and not said.none):
            return None
        self.why.append("every word is about a limit of one's own")
        return Open(Topic.LIMITS, self.text[words[0].start : words[-1].end])

    # ── sentences ────────────────────────────────────────────────────────────

    def _sentence(self) -> Reading:
        lexicon, end = self._lexicon, len(self.words)
        at, polite, doubting = 0, False, False
        while True:
            if length := lexicon.polite.length_at(self.folds, at, end):
                polite = True
            elif length := lexicon.doubting.length_at(self.folds, at, end):
                doubting = True
            elif not (length := lexicon.openers.length_at(self.folds, at, end)):
                break
            at += length
        if length := lexicon.owing.length_at(self.folds, at, end):
            self.why.append("says what is owed")
            return self._payment(at + length, doubting=True)
        length = lexicon.send_phrases.length_at(self.folds, at, end) or (at < end and self.folds[at] in lexicon.verbs)
        if length:
            self.why.append(f'"{" ".join(self.folds[at : at + length])}" asks for a payment')
            question = self.text.rstrip().endswith("?") and not polite
            return self._payment(at + length, doubting=doubting or question, polite=polite, alone_from=at)
        return self._other_command(at)

    def _other_command(self, at: int) -> Reading:
        """Read "request 200 from Priya" and "split 900 with …"."""
        lexicon, end = self._lexicon, len(self.words)
        if length := lexicon.requesting.length_at(self.folds, at, end):
            self.why.append(f'"{" ".join(self.folds[at : at + length])}" asks for a request')
            return self._request(at + length)
        if length := lexicon.splitting.length_at(self.folds, at, end):
            self.why.append(f'"{" ".join(self.folds[at : at + length])}" asks for a split')
            return self._split(at + length)
        self.why.append("starts like a payment and is none")
        return Nothing()

    def _request(self, at: int, *, slash: bool = False) -> Reading:
        clauses = ClauseReader(self.text, self.words, self.folds, self.amounts, self.known, asking=True)
        clause = clauses.read(at, len(self.words))
        if self.replied_person is not None and clause.payee is None and clause.trouble is None:
            clause.payee = person(self.replied_person)
        self.why.extend(pieces(clause))
        reading = judge_request(clause, clauses, self.why, slash=slash)
        if isinstance(reading, Nothing) and self._about_money(at):
            return Refuse(RefuseWhy.NOT_YET, "request")
        return reading

    def _split(self, at: int) -> Reading:
        sentence = SplitReader(self.text, self.words, self.folds, self.amounts).read(at)
        if sentence is not None:
            reading = judge_sentence(sentence, self._clauses(), self.why)
            if not isinstance(reading, Nothing):
                return reading
        return Refuse(RefuseWhy.NOT_YET, "split") if self._about_money(at) else Nothing()

    def _may_name_money(self) -> bool:
        """Whether a word may be an amount or stand for one: without it a payment needs somebody they know."""
        return not self._lexicon.money_starts.isdisjoint(self.folds) or any(
            word.kind is not Kind.LETTERS for word in self.words
        )

    def _postposed(self) -> Reading:
        """A sentence of a language whose verb may stand anywhere."""
        lexicon = self._lexicon
        if lexicon.verb_starts.isdisjoint(self.folds) or not (self.known or self._may_name_money()):
            return Nothing()
        if " ".join(self.folds) in lexicon.verbs_alone:
            return Send(payee=person(self.replied_person))
        sentence = PostposedReader(self.text, self.words, self.folds, self.amounts, self.known).read()
        if sentence is None:
            self.why.append("no verb of ours, or a word that forbids it")
            return Nothing()
        clause = sentence.clause
        if self.replied_person is not None and clause.payee is None and not clause.to_me and clause.trouble is None:
            clause.payee = person(self.replied_person)
            self.why.append("a reply: to its author")
        self.why.append(f'"{sentence.verb}" asks for a {sentence.wanted.value if sentence.wanted else "payment"}')
        self.why.extend(pieces(clause))
        return judge_sentence(sentence, self._clauses(), self.why)

    def _about_money(self, at: int) -> bool:
        """An amount that is certainly money: marked, said to come "from" somebody, or the last word."""
        end = len(self.words)
        for i in range(at, end):
            found = self.amounts.at(self.words, i, end)
            if found is not None and found.money is not None:
                who = any(
                    fold in self._lexicon.asked_of or fold in self._lexicon.with_words.by_first_word
                    for fold in self.folds[at:]
                )
                return found.marked or who or found.end == end
        return self._lexicon.money.length_at(self.folds, at, end) > 0

    def _amount_first(self) -> Reading:
        """Ask back when there is no verb: "200 to Priya"."""
        if self.words[0].kind is Kind.NUMBER or self.folds[0].rstrip(".") in self._lexicon.currencies:
            clause = self._clauses().read(0, len(self.words))
            whole = clause.amount is not None and clause.amount.money is not None and clause.trouble is None
            if whole and clause.payee is not None and clause.payee_after_to:
                self.why.append("an amount and a payee, and no verb")
                return ask(AskWhat.REALLY_SEND, clause, amount=True, payee=True)
        self.why.append("starts with no word of a command")
        return Nothing()

    # ── payments ─────────────────────────────────────────────────────────────

    def _clauses(self, *, slash: bool = False) -> ClauseReader:
        return ClauseReader(self.text, self.words, self.folds, self.amounts, self.known, slash=slash)

    def _payment(
        self, at: int, *, doubting: bool = False, slash: bool = False, polite: bool = False, alone_from: int = 0
    ) -> Reading:
        end, clauses = len(self.words), self._clauses(slash=slash)
        if at >= end or (not slash and " ".join(self.folds[alone_from:end]) in self._lexicon.verbs_alone):
            return self._alone(alone_from, slash=slash, doubting=doubting)
        clause = clauses.read(at, end)
        if polite and clause.note is not None:
            clause.note = clause.note.removesuffix("?") or None  # the question mark is the sentence's, not the note's
        if slash and clause.trouble is not None:
            clause = clauses.leftover_note(clause, at, end)
            self.why.extend([LEFT_OVER] if clause.trouble is None else [])
        if self.replied_person is not None and clause.payee is None and not clause.to_me and clause.trouble is None:
            clause.payee = person(self.replied_person)
            self.why.append("a reply: to its author")
        self.why.extend(pieces(clause))
        return judge(clause, clauses, self.why, doubting=doubting or clause.quoted, slash=slash)

    def _alone(self, at: int, *, slash: bool, doubting: bool) -> Reading:
        self.why.append("nothing but the verb")
        if not slash and (doubting or " ".join(self.folds[at:]) not in self._lexicon.verbs_alone):
            return Nothing()
        return Send(payee=person(self.replied_person))


# ── answers to questions ─────────────────────────────────────────────────────


def read_amount(text: str, *, currency: str, lexicon: Lexicon, locale: str = "en-IN") -> Money | Ask | Refuse | None:
    """The answer to "How much?": money, what to ask again or refuse, or ``None`` for words without an amount.

    Twelve digits are the number of a payment, never an amount.
    """
    words = split_words(text[:MAX_COMMAND_LENGTH])
    unclear: Money | Ask | Refuse | None = None
    for one in (lexicon, *lexicon.beside):
        if read_reference(text, one) is not None:
            return None
        answer = _amount_alone(words, AmountReader(currency, one, locale, expected=True, by_place=True))
        if isinstance(answer, Money):
            return answer
        unclear = unclear or answer
    return unclear


def _amount_alone(words: list[Word], amounts: AmountReader) -> Money | Ask | Refuse | None:
    """The same in one language."""
    lexicon = amounts.lexicon
    words = split_at_hyphens(words, lexicon.known_parts.__contains__)
    folds = [word.fold for word in words]
    at, end = 0, len(words)
    while length := lexicon.openers.length_at(folds, at, end) or lexicon.answers.length_at(folds, at, end):
        at += length
    while length := lexicon.closers.length_before(folds, at, end):
        end -= length
    if at >= end:
        return None
    found = amounts.at(words, at, end)
    if found is None and folds[at] in lexicon.not_numbers and end - at == 1:
        return Refuse(RefuseWhy.NOT_A_NUMBER)
    if found is None or found.end != end:
        unclear = any(
            w.kind is Kind.NUMBER or w.fold in lexicon.number_words or w.fold in lexicon.inexact for w in words
        )
        return Ask(AskWhat.WHICH_AMOUNT, Send()) if unclear else None
    if found.money is not None:
        return found.money
    return Refuse(found.fault, found.detail) if isinstance(found.fault, RefuseWhy) else Ask(_asked(found.fault), Send())


def _asked(fault: AskWhat | None) -> AskWhat:
    return AskWhat.WHICH_AMOUNT if fault is None else fault


def read_payee(
    text: str,
    *,
    currency: str,
    lexicon: Lexicon,
    locale: str = "en-IN",
    region: str = HOME_REGION,
    mentioned: Sequence[tuple[str, int]] = (),
) -> PayeeWords | None:
    """The answer to "To whom?": one payee and nothing else, or ``None``."""
    words = split_words(text[:MAX_COMMAND_LENGTH], mentioned)
    readers = [AmountReader(currency, one, locale, region) for one in (lexicon, *lexicon.beside)]
    named = [payee for reader in readers if (payee := _payee_alone(words, reader)) is not None]
    return min(named, key=_length, default=None)  # the language that knows more of its words: not "Priya ko", Priya


def _length(payee: PayeeWords) -> int:
    return len(payee.name) if isinstance(payee, ByName) else 0


def _payee_alone(words: list[Word], amounts: AmountReader) -> PayeeWords | None:
    lexicon, folds = amounts.lexicon, [word.fold for word in words]
    at, end = 0, len(words)
    while length := lexicon.closers.length_before(folds, 0, end):
        end -= length
    postposed = lexicon.order is Order.POSTPOSITIONS
    if at < end and not postposed and folds[at] in lexicon.to:
        at += 1
    if postposed and end - 1 > at and folds[end - 1] in lexicon.to:
        end -= 1
    if at >= end or any(word.quoted for word in words):
        return None
    found = payee_at(words, at, end, amounts)
    return found.payee if found.end == end else None
