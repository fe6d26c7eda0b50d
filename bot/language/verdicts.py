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
    Reading,
    Refuse,
    RefuseWhy,
    Send,
)
from bot.language.payees import Trouble
from bot.language.phones import spelled_phone
from ledger.kernel.money import Money

MAX_NOTE_LENGTH = 140  # characters; a line or two on a phone, and room for ten of them in a page of history


def judge(clause: Clause, clauses: ClauseReader, why: list[str], *, doubting: bool, slash: bool) -> Reading:
    """All refusals and questions above the line; below it, it is a payment."""
    if clause.trouble is not None:
        return _troubled(clause, why, doubting=doubting, slash=slash)
    if clause.to_me:
        paid = clause.amount is not None or clause.money_named
        return Refuse(RefuseWhy.NOT_YET, "request") if paid else Nothing()
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
    note = clause.note if clause.note is not None and len(clause.note) <= MAX_NOTE_LENGTH else None
    return Ask(what, Send(_money(clause) if amount else None, clause.payee if payee else None, note))


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
