"""What becomes of a clause that was read: a payment, a question, a refusal with its reason, or nothing.

All refusals and questions come first; what passes them is a payment.
"""

from bot.language.clauses import Clause, ClauseReader
from bot.language.intents import (
    Ask,
    AskWhat,
    ByHandle,
    ByName,
    ByPerson,
    ByPhone,
    Nothing,
    PayeeWords,
    Reading,
    Refuse,
    RefuseWhy,
    Request,
    Send,
    Split,
)
from bot.language.payees import Trouble
from bot.language.phones import spelled_phone
from bot.language.postposed import Sentence, Wanted
from ledger.kernel.money import Money

WORDS_LEFT = "there are words that belong to nothing"
MAX_NOTE_LENGTH = 140  # characters; a line or two on a phone, and room for ten of them in a page of history


def judge(clause: Clause, clauses: ClauseReader, why: list[str], *, doubting: bool, slash: bool) -> Reading:
    """All refusals and questions above the line; below it, it is a payment."""
    if clause.trouble is not None:
        return _troubled(clause, why, doubting=doubting, slash=slash)
    if clause.to_me:
        return _asked_for(clause, None)
    if clause.amount is None and not (slash or clause.money_named or clauses.is_known(clause.payee)):
        why.append("no amount, and nobody known by that name")
        return Nothing()
    if clause.amount is not None and clause.amount.fault is not None:
        return _faulty(clause, clause.amount.fault, clause.amount.detail)
    if clause.note is not None and len(clause.note) > MAX_NOTE_LENGTH:
        return Refuse(RefuseWhy.TOO_LONG)
    if clause.amount is None and clause.note is not None and any(c.isnumeric() for c in clause.note):
        return ask(AskWhat.WHICH_AMOUNT, clause, payee=True)
    if doubting or _unsure_name(clause, clauses, slash=slash):
        why.append("it may be meant otherwise")
        return ask(AskWhat.REALLY_SEND, clause, amount=True, payee=True)

    return Send(_money(clause), clause.payee, clause.note)


def judge_request(clause: Clause, clauses: ClauseReader, why: list[str], *, slash: bool = False) -> Reading:
    """Money asked of somebody. It moves nothing, so where something is left over it is said that it is not done yet."""
    amount = clause.amount
    certain = clause.is_payment or (amount is not None and (clause.payee_after_to or clauses.is_known(clause.payee)))
    if clause.trouble is not None or (amount is not None and amount.fault is not None):
        why.append("something is left over")
        silent = clause.trouble is Trouble.PLACE or not (certain or (amount is not None and amount.marked))
        return Nothing() if silent else Refuse(RefuseWhy.NOT_YET, "request")
    if amount is None and not clause.money_named:
        return Nothing()
    nobody = clause.payee is None and not clause.is_payment and clause.words > 1
    if not slash and (_unsure_name(clause, clauses, slash=False) or nobody):
        return Nothing()
    return _asked_for(clause, clause.payee)


def judge_sentence(sentence: Sentence, clauses: ClauseReader, why: list[str]) -> Reading:
    """The same for a sentence whose parts stand in any order."""
    clause = sentence.clause
    marked = clause.amount is not None and clause.amount.marked
    if clause.trouble is Trouble.PLACE or (sentence.odd and clause.trouble is Trouble.ODD and not marked):
        why.append("words are left over that belong to no payment")
        return Nothing()
    sure_payee = clause.payee is not None and (clause.amount is not None or clause.trouble is Trouble.AMOUNT)
    if sentence.odd and not marked and not sure_payee:
        return Nothing()
    if sentence.odd:
        why.append(WORDS_LEFT)
    if sentence.wanted is Wanted.SPLIT:
        return _shared(sentence, why)
    if sentence.wanted is Wanted.REQUEST:
        return judge_request(clause, clauses, why)
    if clause.to_me and clause.trouble is None:
        return _asked_for(clause, sentence.source)
    doubting = sentence.doubting or clause.quoted or clauses.text.rstrip().endswith("??")
    return judge(clause, clauses, why, doubting=doubting, slash=False)


def _shared(sentence: Sentence, why: list[str]) -> Reading:
    clause = sentence.clause
    amount = clause.amount
    if clause.trouble is not None or (amount is not None and amount.fault is not None):
        why.append("something is left over")
        return Refuse(RefuseWhy.NOT_YET, "split") if amount is not None else Nothing()
    if amount is None and not sentence.people:
        return Nothing()
    return Split(_money(clause), sentence.people, _short(clause.note))


def _asked_for(clause: Clause, payer: PayeeWords | None) -> Reading:
    if clause.amount is None:
        return Request(None, payer, _short(clause.note)) if clause.money_named else Nothing()
    if isinstance(clause.amount.fault, RefuseWhy):
        return Refuse(clause.amount.fault, clause.amount.detail)
    if clause.amount.money is None:
        return Refuse(RefuseWhy.NOT_YET, "request")
    return Request(clause.amount.money, payer, _short(clause.note))


def _short(note: str | None) -> str | None:
    return note if note is not None and len(note) <= MAX_NOTE_LENGTH else None


def _unsure_name(clause: Clause, clauses: ClauseReader, *, slash: bool) -> bool:
    """Doubt "send 200 emails": behind an amount not marked as money only a known name is surely a payee."""
    bare = isinstance(clause.payee, ByName) and not clause.payee_after_to and clause.amount_first
    marked = clause.amount is not None and clause.amount.marked
    return bare and not marked and not slash and not clauses.is_known(clause.payee)


def _faulty(clause: Clause, fault: AskWhat | RefuseWhy, detail: str) -> Reading:
    if isinstance(fault, RefuseWhy):
        return Refuse(fault, detail)
    return ask(fault, clause, payee=True)


def _troubled(clause: Clause, why: list[str], *, doubting: bool, slash: bool) -> Reading:
    """Something was left over. What it is decides what is asked, and what is certain is kept."""
    certain = clause.is_payment or slash or clause.amount is not None
    why.append(f"something is left over: {clause.trouble.value if clause.trouble else ''}")
    if clause.trouble is Trouble.PLACE or doubting or clause.to_me:
        return Nothing()
    if clause.amount is not None and isinstance(clause.amount.fault, RefuseWhy):
        return Refuse(clause.amount.fault, clause.amount.detail)
    match clause.trouble:
        case Trouble.AMOUNT if certain or clause.payee_after_to:
            return ask(AskWhat.WHICH_AMOUNT, clause, payee=clause.payee_after_to)
        case Trouble.NUMBER if certain:
            return ask(AskWhat.NUMBER_OR_NAME, clause)
        case Trouble.SEVERAL if certain:
            return Ask(AskWhat.SEVERAL_PAYEES, Send())
        case Trouble.TIME if certain:
            return ask(AskWhat.REALLY_SEND, clause, amount=True, payee=True)
        case Trouble.SECOND if certain:
            return Ask(AskWhat.SEVERAL_PAYEES, Send())
        case _ if clause.amount is not None or clause.number_left or slash:
            return ask(AskWhat.REALLY_SEND, clause, amount=True)
        case _:
            return Nothing()


def ask(what: AskWhat, clause: Clause, *, amount: bool = False, payee: bool = False) -> Ask:
    """A question that keeps what is certain."""
    return Ask(what, Send(_money(clause) if amount else None, clause.payee if payee else None, _short(clause.note)))


def _money(clause: Clause) -> Money | None:
    return None if clause.amount is None else clause.amount.money


def pieces(clause: Clause) -> list[str]:
    """What was understood, in words."""
    found: list[str] = []
    if clause.amount is not None:
        money = clause.amount.money
        amount = f"{money.minor_units} minor units of {money.currency}" if money else str(clause.amount.fault)
        found.append(f"amount: {amount}")
    match clause.payee:
        case ByName(name):
            found.append(f'payee: somebody called "{name}"')
        case ByHandle(handle):
            found.append(f"payee: exactly @{handle}")
        case ByPerson(person_id):
            found.append(f"payee: the person with the id {person_id}")
        case ByPhone(number):
            found.append(f"payee: whoever has the phone number {spelled_phone(number)}")
        case None:
            found.append("payee: not said")
    if clause.note is not None:
        found.append(f'note: "{clause.note}"')
    return found
