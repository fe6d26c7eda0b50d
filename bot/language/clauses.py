"""The clause behind a verb of paying: amount and payee in either order, then a note. All of it must be understood.

What is left over decides what is asked; it is never skipped.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.language.amounts import AmountReader, Found
from bot.language.intents import ByName, ByPerson, PayeeWords, RefuseWhy
from bot.language.names import Known, match_names
from bot.language.payees import PayeeFound, Trouble, may_be_name, payee_at, phone_at, trouble_at
from bot.language.words import Kind, Word, written

_MAX_KNOWN_WORDS = 4
_MAX_HEAD_WORDS = 8  # "Rs 200 only to @priya" and some more; a note begins no later


@dataclass(slots=True)
class Clause:
    """What was found, piece by piece, and the first thing that did not fit."""

    amount: Found | None = None
    payee: PayeeWords | None = None
    payee_after_to: bool = False
    pronoun: bool = False
    money_named: bool = False  # "money", "a payment": certainly about paying
    note: str | None = None
    trouble: Trouble | None = None
    to_me: bool = False
    quoted: bool = False
    amount_first: bool = False  # the amount stood before the payee
    number_left: bool = False  # behind what did not fit there is an amount
    words: int = 0  # how many stand before the note

    @property
    def is_payment(self) -> bool:
        """Whether something in it can only be money."""
        marked = self.amount is not None and (self.amount.marked or self.payee_after_to)
        return marked or self.money_named or self.number_left


@dataclass(frozen=True, slots=True)
class ClauseReader:
    """Reads one clause of one message."""

    text: str
    words: Sequence[Word]
    folds: list[str]
    amounts: AmountReader
    known: Sequence[Known]
    slash: bool = False
    asking: bool = False  # for money: it comes from somebody, and "for 200" is the amount

    @property
    def _to(self) -> frozenset[str]:
        """The words before somebody who pays or is paid."""
        return self.amounts.lexicon.from_words if self.asking else self.amounts.lexicon.to

    def read(self, start: int, end: int) -> Clause:
        """Read ``words[start:end]``."""
        clause = Clause()
        note_at = self._note_marker(start, end)
        stop = self._without_closers(start, end if note_at is None else note_at)
        clause.words = stop - start
        clause.quoted = any(word.quoted for word in self.words[start:stop])
        self._objects(clause, start, stop)
        if note_at is not None:
            self._note(clause, note_at, end)
        return clause

    def _note_marker(self, start: int, end: int) -> int | None:
        """Where "for" or "note:" stands, if anything stands before it."""
        lexicon = self.amounts.lexicon
        for at in range(start + 1, end):
            label = self.folds[at] in lexicon.note_labels and self.words[at].tail.startswith(":")
            if label or (self.folds[at] in lexicon.note and not self._amount_asked_for(start, at, end)):
                return at
        return None

    def _amount_asked_for(self, start: int, at: int, end: int) -> bool:
        """Whether "for" stands before the amount: ask Priya for 200."""
        if not self.asking or at + 1 >= end or self.amounts.at(self.words, at + 1, end) is None:
            return False
        return not any(self.amounts.at(self.words, i, at) for i in range(start, at))

    def _without_closers(self, start: int, end: int) -> int:
        while length := self.amounts.lexicon.closers.length_before(self.folds, start, end):
            end -= length
        return end

    def _objects(self, clause: Clause, start: int, end: int) -> None:
        at = start + self.amounts.lexicon.before_amount.length_at(self.folds, start, end)
        while at < end and clause.trouble is None:
            found = self.amounts.at(self.words, at, end)
            if self.asking and (length := self._asked_to(clause, at, end)):
                at += length
            elif clause.amount is None and (length := self._money_named(clause, at, end)):
                clause.money_named = True
                at += length
            elif found is not None and not self._surely_phone(clause, at, end):
                at = self._take_amount(clause, found, at, end)
            elif self.folds[at] in self._to and not clause.payee_after_to:
                at = self._take_payee(clause, at + 1, end, after_to=True)
            elif clause.payee is None and not clause.pronoun and not clause.to_me:
                at = self._take_bare(clause, at, end)
            else:
                at = self._stop(clause, at, end)

    def _asked_to(self, clause: Clause, at: int, end: int) -> int:
        """How many words lead on to the amount here: ask Priya "for" 200, ask Priya "to send me" 200."""
        lexicon = self.amounts.lexicon
        if clause.amount is None and self.folds[at] in lexicon.note:
            return 1
        return lexicon.to_send.length_at(self.folds, at, end) if clause.payee is not None else 0

    def _surely_phone(self, clause: Clause, at: int, end: int) -> bool:
        """A plus is never money, so "pay +91 90000 01002 200" needs no "to"; without one, digits are asked about."""
        if clause.payee is not None or clause.pronoun or clause.to_me or not self.words[at].text.startswith("+"):
            return False
        return phone_at(self.words, at, end, self.amounts, whole=clause.amount is not None) is not None

    def _money_named(self, clause: Clause, at: int, end: int) -> int:
        """How many words say "money" here; behind a name only "money" itself, for "my car payment" is no person."""
        lexicon = self.amounts.lexicon
        phrases = lexicon.money if clause.payee is None or clause.payee_after_to else lexicon.cash
        return phrases.length_at(self.folds, at, end)

    def _take_amount(self, clause: Clause, found: Found, at: int, end: int) -> int:
        if clause.amount is not None:
            return self._stop(clause, at, end, Trouble.AMOUNT)
        clause.amount = found
        return found.end

    def _take_bare(self, clause: Clause, at: int, end: int) -> int:
        """A payee without "to"; or "back", or what only looks like an amount."""
        lexicon = self.amounts.lexicon
        if self.folds[at] in lexicon.not_numbers and (at + 1 >= end or self.folds[at + 1] in self._to):
            return self._take_amount(clause, Found(at + 1, fault=RefuseWhy.NOT_A_NUMBER), at, end)
        return self._take_payee(clause, at, end, after_to=False)

    def _take_payee(self, clause: Clause, at: int, end: int, *, after_to: bool) -> int:
        if clause.payee is not None or clause.pronoun or clause.to_me:
            return self._stop(clause, at, end, Trouble.ODD)
        found = self._phone_at(clause, at, end)
        if found is None and after_to and at < end and self.amounts.at(self.words, at, end) is not None:
            return self._stop(clause, at, end, Trouble.NUMBER)
        found = found or self._known_at(at, end) or payee_at(self.words, at, end, self.amounts)
        self._settle(clause, found, after_to=after_to)
        if found.payee is not None and found.end < end and self._second_payee(found, end):
            clause.trouble = Trouble.SEVERAL
        if clause.trouble is not None:
            return self._stop(clause, found.end, end, clause.trouble)
        behind = found.end
        return behind + 1 if behind < end and self.folds[behind] in self.amounts.lexicon.back else behind

    def _phone_at(self, clause: Clause, at: int, end: int) -> PayeeFound | None:
        if at >= end or self.words[at].kind is not Kind.NUMBER:
            return None
        return phone_at(self.words, at, end, self.amounts, whole=clause.amount is not None)

    def _known_at(self, at: int, end: int) -> PayeeFound | None:
        """Bill, May and their like: a word that is no name, written with a capital, is one if somebody is called so."""
        if at >= end or self.words[at].fold == self.words[at].text or may_be_name(self.words, at, end, self.amounts):
            return None
        for stop in range(min(end, at + _MAX_KNOWN_WORDS), at, -1):
            name = " ".join(word.text for word in self.words[at:stop])
            if not any(word.tail for word in self.words[at : stop - 1]) and match_names(name, self.known):
                return PayeeFound(stop, ByName(name))
        return None

    def _settle(self, clause: Clause, found: PayeeFound, *, after_to: bool) -> None:
        clause.payee = found.payee
        clause.amount_first = clause.amount is not None
        clause.payee_after_to = after_to and found.payee is not None
        match found.trouble:
            case Trouble.PRONOUN:
                clause.pronoun = True
                clause.payee_after_to = after_to
            case Trouble.ME:
                clause.to_me = True
            case trouble:
                clause.trouble = trouble

    def _second_payee(self, found: PayeeFound, end: int) -> bool:
        listed = self.words[found.end - 1].tail[:1] in {",", ";"}
        if listed and phone_at(self.words, found.end, end, self.amounts, whole=True) is not None:
            return True
        return trouble_at(self.words, found.end, end, self.amounts) is Trouble.SEVERAL

    def _stop(self, clause: Clause, at: int, end: int, trouble: Trouble | None = None) -> int:
        """Something does not fit. What stands further on may say what it is: a second amount, a second payee."""
        trouble = trouble or trouble_at(self.words, at, end, self.amounts)
        corrected = trouble is Trouble.ODD  # "to Priya, no, 300 to Amit": not even the payee is certain
        rest = range(at, end)
        if any(self.folds[i] in self.amounts.lexicon.places for i in rest):
            trouble = Trouble.PLACE
        elif trouble not in {Trouble.PLACE, Trouble.NUMBER}:
            if self._names_joined(at, end, again=clause.payee is not None):
                trouble = Trouble.SEVERAL
            elif trouble is Trouble.ODD and any(self._amount_like(i, end) for i in rest):
                trouble = Trouble.AMOUNT
        if corrected:
            clause.payee, clause.payee_after_to = None, False
        if trouble is Trouble.AMOUNT and clause.payee is None:
            self._payee_at_end(clause, at, end)
        clause.trouble = trouble
        found = [self.amounts.at(self.words, i, end) for i in rest] if clause.amount is None else []
        clause.number_left = any(one and (one.marked or clause.payee) for one in found)
        return end

    def _names_joined(self, at: int, end: int, *, again: bool) -> bool:
        """Whether "to Priya and Amit" or "and 300 to Amit" stands further on; "between 200 and 300" does not count."""
        joins = self.amounts.lexicon.and_words
        return any(
            self.folds[i] in joins
            and (may_be_name(self.words, i + 1, end, self.amounts) or (again and self._amount_to(i + 1, end)))
            for i in range(at, end - 1)
        )

    def _amount_like(self, at: int, end: int) -> bool:
        return self.folds[at] in self.amounts.lexicon.inexact or self.amounts.at(self.words, at, end) is not None

    def _payee_at_end(self, clause: Clause, at: int, end: int) -> None:
        """Keep a certain payee when the amount must be asked for: "between 200 and 300 to Priya"."""
        for i in range(end - 1, at - 1, -1):
            if self.folds[i] in self._to:
                found = payee_at(self.words, i + 1, end, self.amounts)
                if found.payee is not None and found.end == end:
                    clause.payee, clause.payee_after_to = found.payee, True
                return

    # ── the note ─────────────────────────────────────────────────────────────

    def _note(self, clause: Clause, marker: int, end: int) -> None:
        if marker + 1 >= end:
            clause.trouble = clause.trouble or Trouble.ODD
            return
        if end - marker == 2 and self.folds[marker + 1] in self.amounts.lexicon.me:  # noqa: PLR2004 reason: "for me"
            return
        stop = end
        if clause.payee is None and clause.amount is not None and not clause.pronoun:
            stop = self._payee_behind_note(clause, marker + 1, end)
        clause.note = written(self.text, self.words, marker + 1, stop)
        if self._note_goes_on(marker + 1, stop):
            clause.trouble = Trouble.SECOND

    def _payee_behind_note(self, clause: Clause, start: int, end: int) -> int:
        """Read "for lunch to Priya" as a payee only when Priya is known, for "a ticket to Delhi" is a note too."""
        for at in range(end - 1, start, -1):
            if self.folds[at] in self._to:
                found = payee_at(self.words, at + 1, self._without_closers(at + 1, end), self.amounts)
                whole = found.payee is not None and found.end == self._without_closers(at + 1, end)
                if whole and self.is_known(found.payee):
                    clause.payee, clause.payee_after_to = found.payee, True
                    return at
                return end
        return end

    def _note_goes_on(self, start: int, end: int) -> bool:
        """Whether the note hides another payment ("and 300 to Amit") or a change of mind ("no wait")."""
        lexicon = self.amounts.lexicon
        for at in range(start, end):
            if lexicon.second_thoughts.length_at(self.folds, at, end):
                return True
            joined = at > start and (self.folds[at - 1] in lexicon.and_then or self.words[at - 1].tail)
            if joined and (self.folds[at] in lexicon.verbs or self._amount_to(at, end)):
                return True
        return False

    def _amount_to(self, at: int, end: int) -> bool:
        found = self.amounts.at(self.words, at, end)
        if found is None or found.end >= end:
            return False
        return self.folds[found.end] in self._to

    # ── who is known ─────────────────────────────────────────────────────────

    def is_known(self, payee: PayeeWords | None) -> bool:
        """Whether these words name somebody without doubt that a person is meant."""
        if isinstance(payee, ByName):
            return bool(match_names(payee.name, self.known))
        return payee is not None

    def leftover_note(self, clause: Clause, start: int, end: int) -> Clause:
        """``/send 200 @priya lunch``: behind a command and a handle, what is left is the note."""
        for at in range(start, min(end, start + _MAX_HEAD_WORDS)):
            head = self.read(start, at + 1)
            complete = head.amount is not None and head.payee is not None and head.trouble is None
            if complete and not isinstance(head.payee, ByName) and at + 1 < end:
                return self._with_note(head, at + 1, end) or clause
        return clause

    def _with_note(self, head: Clause, at: int, end: int) -> Clause | None:
        """The same with what is behind it as its note, unless an amount, a time or a second thought may hide there."""
        numbers = any(word.kind is Kind.NUMBER for word in self.words[at:end])
        if numbers or not may_be_name(self.words, at, end, self.amounts) or self._note_goes_on(at, end):
            return None
        head.note = written(self.text, self.words, at, end)
        return head


def person(payee_id: int | None) -> PayeeWords | None:
    """The author of the message replied to, as a payee."""
    return None if payee_id is None else ByPerson(payee_id)
