"""What a person may see of the books: their balance, their history, a payment of theirs. It writes nothing.

The ledger knows accounts, the memory knows names and notes; here they meet, for one person at a time.
"""

from collections.abc import Iterable
from typing import Final

from bot.dialogue import effects as fx
from bot.dialogue import events as ev
from bot.dialogue.people import Me, Payee
from bot.runner.doors import Doors
from ledger.desk import Posting
from ledger.kernel.ids import AccountId, PaymentId

HISTORY_LINES: Final = 10  # a page that fits a phone


class NoAccountError(Exception):
    """Something was to be looked at for a person who has no account: a flow forgot to check."""


class Views:
    """Looks things up for the dialogue."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    async def look(self, me: Me, wanted: fx.LoadBalance | fx.LoadHistory | fx.LoadLimits | fx.LoadPayment) -> ev.Event:
        """The event that answers ``wanted``."""
        account = _account(me)
        match wanted:
            case fx.LoadBalance():
                balance = await self._doors.ledger.balance(account)
                return ev.BalanceArrived(balance.posted, balance.held, balance.available)
            case fx.LoadHistory(cursor):
                return await self._history(account, cursor)
            case fx.LoadLimits():
                lines = await self._doors.ledger.limits(account)
                return ev.LimitsArrived(tuple(ev.LimitLine(x.name, x.limit, x.left, x.resets_at) for x in lines))
            case fx.LoadPayment(payment_id, action):
                return ev.PaymentArrived(action, await self._payment(me, account, payment_id))

    async def reference_of(self, payment_id: PaymentId) -> str:
        """The number that both sides know a payment by; empty if there is none."""
        record = await self._doors.ledger.payment(payment_id)
        return "" if record is None else record.reference

    async def _history(self, account: AccountId, cursor: int | None) -> ev.Event:
        page = await self._doors.ledger.history(account, before=cursor, limit=HISTORY_LINES)
        names = await self._doors.people.by_accounts(posting.other_account_id for posting in page.postings)
        notes = await self._doors.notes.read(_payments(page.postings))
        lines = tuple(_line(posting, names.get(posting.other_account_id), notes) for posting in page.postings)
        return ev.HistoryArrived(lines, page.next_cursor)

    async def _payment(self, me: Me, account: AccountId, payment_id: PaymentId) -> ev.PaymentFacts | None:
        """The payment, if it is one of theirs; a stranger's looks as if it did not exist."""
        doors = self._doors
        record = await doors.ledger.payment(payment_id)
        if record is None or account not in (record.payer, record.payee):
            return None
        other_account = record.payee if account == record.payer else record.payer
        other = (await doors.people.by_accounts([other_account])).get(other_account)
        notes = await doors.notes.read([payment_id])
        return ev.PaymentFacts(
            payment_id=payment_id,
            mine=account == record.payer,
            other=other or Payee(0, other_account, "", ""),
            amount=record.amount,
            note=notes.get(payment_id, ""),
            reference=record.reference,
            captured_at=record.captured_at,
            refundable=record.refundable,
            thanked=await doors.thanks.thanked(payment_id),
            claimed=await doors.claims.find(payment_id, me.person_id) is not None,
        )


def _account(me: Me) -> AccountId:
    if me.account_id is None:
        raise NoAccountError
    return me.account_id


def _payments(postings: Iterable[Posting]) -> list[str]:
    return [posting.cause for posting in postings if isinstance(posting.cause, PaymentId)]


def _line(posting: Posting, other: Payee | None, notes: dict[PaymentId, str]) -> ev.HistoryLine:
    payment_id = next((each for each in (posting.cause, posting.related) if isinstance(each, PaymentId)), None)
    return ev.HistoryLine(
        incoming=posting.incoming,
        kind=posting.kind,
        name=other.name if other else "",
        handle=other.handle if other else "",
        amount=posting.amount,
        note=notes.get(payment_id, "") if payment_id is not None and payment_id == posting.cause else "",
        reference=posting.reference,
        at=posting.at,
        payment_id=payment_id,
    )
