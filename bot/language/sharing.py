"""A bill that is shared, where the verb comes first: split 1200 with Amit and Neha, partage 90 entre Amit et moi."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.language.amounts import AmountReader
from bot.language.clauses import Clause
from bot.language.intents import PayeeWords
from bot.language.payees import payee_at
from bot.language.postposed import Sentence, Wanted
from bot.language.words import Word, written


@dataclass(frozen=True, slots=True)
class SplitReader:
    """Reads what stands behind the verb of one message."""

    text: str
    words: Sequence[Word]
    folds: list[str]
    amounts: AmountReader

    def read(self, at: int) -> Sentence | None:
        """The bill, its note and the people; ``None`` where a word belongs to nothing."""
        lexicon, sentence, end = self.amounts.lexicon, Sentence(Wanted.SPLIT, Clause()), len(self.words)
        while length := lexicon.closers.length_before(self.folds, at, end):
            end -= length
        while at < end:
            found = self.amounts.at(self.words, at, end)
            if found is not None and sentence.clause.amount is None:
                sentence.clause.amount, at = found, found.end
            elif (length := lexicon.with_words.length_at(self.folds, at, end)) and not sentence.people:
                at = self._people(sentence, at + length, end)
            elif self.folds[at] in lexicon.note and at + 1 < end:
                at = self._note(sentence, at + 1, end)
            elif length := self._filler(at, end):
                at += length
            else:
                return None
        return sentence

    def _filler(self, at: int, end: int) -> int:
        lexicon = self.amounts.lexicon
        fillers = (lexicon.equally, lexicon.before_amount, lexicon.bills, lexicon.money)
        return max(one.length_at(self.folds, at, end) for one in fillers)

    def _note(self, sentence: Sentence, at: int, end: int) -> int:
        """A note before "with" ends there; behind the list of people it is the rest."""
        withs = self.amounts.lexicon.with_words
        stops = (i for i in range(at + 1, end) if not sentence.people and withs.length_at(self.folds, i, end))
        stop = next(stops, end)
        sentence.clause.note = written(self.text, self.words, at, stop)
        return stop

    def _people(self, sentence: Sentence, at: int, end: int) -> int:
        """Names with "and" or commas between them. The writer may be among them."""
        lexicon, people = self.amounts.lexicon, list[PayeeWords]()
        goes_on = True
        while at < end and goes_on:
            found = payee_at(self.words, at, end, self.amounts)
            if found.payee is not None:
                people.append(found.payee)
                at = found.end
            elif self.folds[at] in lexicon.me:
                at += 1
            else:
                break
            joined = at < end and self.folds[at] in lexicon.and_words
            goes_on = joined or self.words[at - 1].tail[:1] == ","
            at += joined
        sentence.people = tuple(people)
        return at
