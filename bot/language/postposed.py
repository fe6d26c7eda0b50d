"""Sentences whose nouns carry the word that says their part behind them: Priya ko 200 bhejo, Priya se 200 maango.

The parts may stand in any order, so every word must belong to one: somebody with ko or se, an amount, a note with ke
liye, one verb. A sentence with a word of negation, question, condition or report in it is none of ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from bot.language.amounts import AmountReader
from bot.language.clauses import Clause
from bot.language.intents import ByName, PayeeWords
from bot.language.names import Known, match_names
from bot.language.payees import Trouble, payee_at, phone_at
from bot.language.words import Kind, Word, written

_LONGEST_PART = 6  # words of a name or a note before the word that says its part


class Wanted(Enum):
    """What the verb asks for."""

    SEND = "send"
    REQUEST = "request"
    SPLIT = "split"


@dataclass(slots=True)
class Sentence:
    """What was found: the verb, the clause as any language has it, and whom money is asked of or shared with."""

    wanted: Wanted | None = None
    clause: Clause = field(default_factory=Clause)
    source: PayeeWords | None = None
    people: tuple[PayeeWords, ...] = ()
    doubting: bool = False
    verb: str = ""
    odd: int = 0  # words that belong to no part


@dataclass(frozen=True, slots=True)
class PostposedReader:
    """Reads one message in one such language."""

    text: str
    words: Sequence[Word]
    folds: list[str]
    amounts: AmountReader
    known: Sequence[Known]

    def read(self) -> Sentence | None:
        """The sentence, or ``None`` where no verb of ours stands or a word forbids it."""
        lexicon = self.amounts.lexicon
        start, end = 0, len(self.words)
        while length := lexicon.openers.length_at(self.folds, start, end):
            if self._is_somebody(start + length):
                break
            start += length
        sentence = Sentence()
        end = self._note_behind_verb(sentence, start, end)
        while length := lexicon.closers.length_before(self.folds, start, end):
            if end - length <= start or self._is_doing(end - length, end):
                break
            end -= length
        if self._is_forbidden(start, end):
            return None
        sentence.clause.quoted = any(word.quoted for word in self.words[start:end])
        sentence.clause.words = end - start
        opened = self.folds[:start]
        self._parts(sentence, start, end)
        if sentence.wanted is None:
            return None
        self._settle(sentence, opened)
        return sentence

    def _is_forbidden(self, start: int, end: int) -> bool:
        """Whether a word of negation, question, condition or report stands here."""
        silencers = self.amounts.lexicon.silencers
        if silencers.by_first_word.keys().isdisjoint(self.folds):
            return False
        return any(silencers.length_at(self.folds, at, end) for at in range(start, end))

    def _is_somebody(self, at: int) -> bool:
        """Whether the word before is a name after all: Bhai ko 200 bhejo."""
        return at < len(self.words) and self.folds[at] in self.amounts.lexicon.to | self.amounts.lexicon.from_words

    def _is_doing(self, at: int, end: int) -> bool:
        """Whether the last words are a verb that is also a polite word."""
        lexicon = self.amounts.lexicon
        return any(lexicon.send_phrases.length_at(self.folds, i, end) == end - i for i in range(max(0, at - 3), at))

    # ── the parts ────────────────────────────────────────────────────────────

    def _parts(self, sentence: Sentence, at: int, end: int) -> None:
        while at < end:
            at = self._verb(sentence, at, end) or self._part(sentence, at, end)

    def _part(self, sentence: Sentence, at: int, end: int) -> int:
        lexicon, clause = self.amounts.lexicon, sentence.clause
        found = self.amounts.at(self.words, at, self._before_last_verb(at, end))
        if found is not None and not self._names_somebody(at, found.end, end):
            if clause.amount is not None:
                clause.trouble = clause.trouble or Trouble.AMOUNT
            else:
                clause.amount = found
            return found.end
        if stop := self._with_postposition(sentence, at, end):
            return stop
        for fillers in (lexicon.closers, lexicon.money, lexicon.equally):
            if length := fillers.length_at(self.folds, at, end):
                clause.money_named |= fillers is lexicon.money
                return at + length
        if self.folds[at] in lexicon.back:
            return at + 1
        if self.folds[at] in lexicon.me:
            clause.to_me = True
            return at + 1
        if length := lexicon.pronouns.length_at(self.folds, at, end):
            clause.pronoun = True
            return at + length
        return self._left_over(sentence, at)

    def _before_last_verb(self, at: int, end: int) -> int:
        """In "do sau do" the last word is no number but the verb."""
        last = self.folds[end - 1]
        is_verb = last in self.amounts.lexicon.verbs and self.amounts.starts_number(last)
        return end - 1 if is_verb and end - 1 > at else end

    def _left_over(self, sentence: Sentence, at: int) -> int:
        lexicon, clause, fold = self.amounts.lexicon, sentence.clause, self.folds[at]
        sentence.odd += 1
        if fold in lexicon.inexact or fold in lexicon.number_words or self.words[at].kind is Kind.NUMBER:
            trouble = Trouble.AMOUNT
        elif fold in lexicon.places:
            trouble = Trouble.PLACE
        elif fold in lexicon.times:
            trouble = Trouble.TIME
        elif fold in lexicon.and_words:
            trouble = Trouble.SEVERAL
        else:
            trouble = Trouble.ODD
        clause.trouble = (
            trouble if clause.trouble in {None, Trouble.ODD} or trouble is Trouble.PLACE else clause.trouble
        )
        return at + 1

    def _names_somebody(self, at: int, stop: int, end: int) -> bool:
        """Das and Saat are numbers, and names where "ko" stands behind: Das ko 200 bhejo. A number marked is money."""
        lexicon = self.amounts.lexicon
        while stop < end and self.folds[stop] in lexicon.honorifics:
            stop += 1
        if stop >= end:
            return False
        postposed = self.folds[stop] in lexicon.to or self.folds[stop] in lexicon.from_words
        if not postposed:
            return False
        return self.words[at].kind is not Kind.NUMBER or self._phone(at, stop) is not None

    def _phone(self, at: int, end: int) -> PayeeWords | None:
        found = phone_at(self.words, at, end, self.amounts, whole=True)
        return found.payee if found is not None and found.end == end else None

    def _verb(self, sentence: Sentence, at: int, end: int) -> int:
        """Where the verb that starts here ends; 0 if none does. "Do" is also two."""
        lexicon = self.amounts.lexicon
        lengths = {
            Wanted.REQUEST: lexicon.requesting.length_at(self.folds, at, end),
            Wanted.SPLIT: lexicon.splitting.length_at(self.folds, at, end),
            Wanted.SEND: lexicon.send_phrases.length_at(self.folds, at, end) or int(self.folds[at] in lexicon.verbs),
        }
        doubting = lexicon.doubting.length_at(self.folds, at, end)
        wanted, length = max(lengths.items(), key=lambda one: one[1])
        if doubting > length:
            wanted, length = Wanted.SEND, doubting
        if not length or (length == 1 and self._is_a_number(at, end)):
            return 0
        sentence.doubting |= doubting >= length
        if sentence.wanted is not None:
            sentence.clause.trouble = Trouble.SECOND
        sentence.wanted = wanted
        sentence.verb = " ".join(self.folds[at : at + length])
        return at + length

    def _is_a_number(self, at: int, end: int) -> bool:
        if not self.amounts.starts_number(self.folds[at]) or at + 1 >= end:
            return False
        found = self.amounts.at(self.words, at, end)
        behind = self.folds[at + 1]
        lexicon = self.amounts.lexicon
        followed = behind in lexicon.verbs or lexicon.send_phrases.length_at(self.folds, at + 1, end) > 0
        return (found is not None and found.end > at + 1) or followed

    # ── somebody, or a note ──────────────────────────────────────────────────

    def _with_postposition(self, sentence: Sentence, at: int, end: int) -> int:
        """Read up to the next word that says a part: ko, se, ke saath, ke liye. 0 if none stands near."""
        lexicon = self.amounts.lexicon
        for stop in range(at + 1, min(end, at + _LONGEST_PART + 1)):
            if length := lexicon.note_ends.length_at(self.folds, stop, end):
                return self._note(sentence, at, stop) or stop + length
            if length := lexicon.with_words.length_at(self.folds, stop, end):
                return self._shared_with(sentence, at, stop, stop + length)
            if self.folds[stop] in lexicon.to:
                return self._payee(sentence, at, stop)
            if self.folds[stop] in lexicon.from_words:
                return self._source(sentence, at, stop)
            if self._part_ends(stop, end):
                return 0
        return 0

    def _part_ends(self, at: int, end: int) -> bool:
        """Whether another part starts here: nothing reaches over an amount or a verb."""
        lexicon = self.amounts.lexicon
        if lexicon.send_phrases.length_at(self.folds, at, end) or self.folds[at] in lexicon.verbs:
            return True
        found = self.amounts.at(self.words, at, end)
        return found is not None and not self._names_somebody(at, found.end, end)

    def _payee(self, sentence: Sentence, at: int, stop: int) -> int:
        clause = sentence.clause
        if clause.payee is not None or clause.pronoun or clause.to_me:
            clause.trouble, clause.payee = Trouble.SEVERAL, None
            return stop + 1
        payee, trouble = self._somebody(at, stop)
        if trouble is Trouble.ME:
            clause.to_me = True
        elif trouble is Trouble.PRONOUN:
            clause.pronoun = True
        elif trouble is not None:
            clause.trouble = trouble
        clause.payee, clause.payee_after_to = payee, payee is not None
        return stop + 1

    def _source(self, sentence: Sentence, at: int, stop: int) -> int:
        payee, trouble = self._somebody(at, stop)
        if sentence.source is not None or payee is None:
            sentence.clause.trouble = trouble if trouble in {Trouble.SEVERAL, Trouble.PLACE} else Trouble.ODD
        sentence.source = payee
        return stop + 1

    def _somebody(self, at: int, stop: int) -> tuple[PayeeWords | None, Trouble | None]:
        """The one person that these words name, without the ji behind a name unless somebody is called so."""
        lexicon = self.amounts.lexicon
        if any(self.folds[i] in lexicon.and_words for i in range(at, stop)) or any(
            word.tail[:1] == "," for word in self.words[at:stop]
        ):
            return None, Trouble.SEVERAL
        if stop - at == 1 and self.folds[at] in lexicon.me:
            return None, Trouble.ME
        if lexicon.pronouns.length_at(self.folds, at, stop) == stop - at:
            return None, Trouble.PRONOUN
        last = stop
        while last - 1 > at and self.folds[last - 1] in lexicon.honorifics and not self._is_called(at, last):
            last -= 1
        if self._is_called(at, last) or self._is_numeral_name(at, last):
            return ByName(self._written(at, last)), None
        found = payee_at(self.words, at, last, self.amounts)
        if found.payee is not None and found.end == last and not self.words[stop - 1].tail:
            return found.payee, None
        return None, found.trouble if found.trouble in {Trouble.PLACE, Trouble.ME, Trouble.PRONOUN} else Trouble.ODD

    def _is_called(self, at: int, stop: int) -> bool:
        plain = not any(word.tail.strip(".") or word.lead for word in self.words[at:stop])
        letters = all(word.kind is Kind.LETTERS for word in self.words[at:stop])
        return plain and letters and bool(match_names(self._written(at, stop), self.known))

    def _is_numeral_name(self, at: int, stop: int) -> bool:
        """Das alone, and Ravi Das: a word of numbers that ends where a name must."""
        lexicon = self.amounts.lexicon
        if self.folds[stop - 1] not in lexicon.number_words or any(word.tail for word in self.words[at:stop]):
            return False
        if stop - at == 1:
            return True
        found = payee_at(self.words, at, stop - 1, self.amounts)
        return isinstance(found.payee, ByName) and found.end == stop - 1

    def _written(self, at: int, stop: int) -> str:
        return " ".join(word.text + ("." if word.tail == "." else "") for word in self.words[at:stop])

    def _shared_with(self, sentence: Sentence, at: int, stop: int, behind: int) -> int:
        people: list[PayeeWords] = []
        begin = at
        lexicon = self.amounts.lexicon
        for i in range(at, stop + 1):
            joins = i < stop and self.folds[i] in lexicon.and_words
            if i == stop or joins or (i > begin and self.words[i - 1].tail[:1] == ","):
                if i > begin and not (i - begin == 1 and self.folds[begin] in lexicon.me):
                    payee, trouble = self._one_of(begin, i)
                    sentence.clause.trouble = sentence.clause.trouble or trouble
                    people += [payee] if payee is not None else []
                begin = i + joins
        sentence.people += tuple(people)
        return behind

    def _one_of(self, at: int, stop: int) -> tuple[PayeeWords | None, Trouble | None]:
        found = payee_at(self.words, at, stop, self.amounts)
        if found.payee is None or found.end != stop:
            return None, Trouble.ODD
        return found.payee, None

    def _note(self, sentence: Sentence, at: int, stop: int) -> int:
        """A note before the verb; a number in it may be the amount. 0 when it was read."""
        clause = sentence.clause
        numbers = any(word.kind is Kind.NUMBER for word in self.words[at:stop])
        if clause.note is not None or numbers:
            clause.trouble = clause.trouble or (Trouble.AMOUNT if numbers else Trouble.ODD)
            return 0
        clause.note = written(self.text, self.words, at, stop)
        return 0

    def _note_behind_verb(self, sentence: Sentence, start: int, end: int) -> int:
        """``Priya ko 200 bhejo note: chai`` and ``… for chai``; where the sentence ends without it."""
        lexicon = self.amounts.lexicon
        for at in range(start + 1, end - 1):
            label = self.folds[at] in lexicon.note_labels and self.words[at].tail.startswith(":")
            if not (label or self.folds[at] in lexicon.note):
                continue
            sentence.clause.note = written(self.text, self.words, at + 1, end)
            if self._hides_more(at + 1, end):
                sentence.clause.trouble = Trouble.SECOND
            return at
        return end

    def _hides_more(self, at: int, end: int) -> bool:
        """Whether a note says more than a note: another payment, a change of mind."""
        lexicon = self.amounts.lexicon
        return any(
            lexicon.second_thoughts.length_at(self.folds, i, end)
            or lexicon.send_phrases.length_at(self.folds, i, end)
            or lexicon.silencers.length_at(self.folds, i, end)
            or (self.folds[i] in lexicon.verbs and self.folds[i] not in lexicon.numerals.words)
            or self.folds[i] in lexicon.to
            for i in range(at, end)
        )

    # ── the whole ────────────────────────────────────────────────────────────

    def _settle(self, sentence: Sentence, opened: Sequence[str]) -> None:
        """Which way the money goes, from the verb and the parts together."""
        lexicon, clause = self.amounts.lexicon, sentence.clause
        me_first = any(fold in lexicon.me for fold in opened)
        infinitive = sentence.verb.endswith(("hai", "hain", "he", "h", "hein", "hoon", "hu", "hun", "है", "हैं", "हूं"))
        clause.to_me |= me_first and clause.payee is None and not infinitive and sentence.wanted is Wanted.SEND
        if sentence.wanted is Wanted.SPLIT:
            return
        if sentence.people:
            clause.trouble = clause.trouble or Trouble.ODD
        if sentence.wanted is Wanted.SEND:
            if sentence.source is not None and not clause.to_me:
                clause.trouble = clause.trouble or Trouble.ODD
            return
        if sentence.source is None and clause.payee is not None:
            clause.trouble = clause.trouble or Trouble.ODD
        sentence.clause = replace(clause, payee=sentence.source, payee_after_to=True, to_me=False, pronoun=False)
