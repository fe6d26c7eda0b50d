"""What a person may see of the books: their balance, their history, a payment of theirs. It writes nothing.

The ledger knows accounts, the memory knows names and notes; here they meet, for one person at a time.
"""

from typing import TypeAlias

from bot.dialogue import effects as fx
from bot.dialogue import events as ev
from bot.dialogue.facts import HistoryLine, LimitLine, PaymentFacts
from bot.dialogue.people import Me, Payee
from bot.runner.doors import Doors
from bot.runner.histories import Histories
from bot.runner.own_export import OwnExports
from bot.runner.statements import Statements
from ledger.kernel.ids import AccountId, PaymentId
from ledger.kernel.instants import from_micros
from ledger.kernel.money import Money

Look: TypeAlias = (
    fx.LoadBalance
    | fx.LoadHistory
    | fx.FindReference
    | fx.LoadStatement
    | fx.CheckExport
    | fx.MakeExport
    | fx.LoadLimits
    | fx.LoadPayment
)


class NoAccountError(Exception):
    """Something was to be looked at for a person who has no account: a flow forgot to check."""


class Views:
    """Looks things up for the dialogue."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._histories = Histories(doors)
        self._statements = Statements(doors)
        self._exports = OwnExports(doors)

    async def look(self, me: Me, wanted: Look) -> ev.Event:
        """The event that answers ``wanted``."""
        account = _account(me)
        match wanted:
            case fx.LoadBalance():
                balance = await self._doors.ledger.balance(account)
                return ev.BalanceArrived(balance.posted, balance.held, balance.available)
            case fx.LoadHistory(cursor, part, most):
                return await self._histories.page(account, cursor, part, most)
            case fx.CheckExport():
                return ev.ExportChecked(await self._doors.own_data.exported_at(me.person_id))
            case fx.MakeExport():
                return await self._exports.make(me, account)
            case fx.LoadStatement(period):
                return await self._statements.statement(account, period, me.language)
            case fx.FindReference(reference):
                return await self._by_reference(me, account, reference)
            case fx.LoadLimits():
                lines = await self._doors.ledger.limits(account)
                return ev.LimitsArrived(tuple(LimitLine(x.name, x.limit, x.left, x.resets_at) for x in lines))
            case fx.LoadPayment(payment_id, action):
                return ev.PaymentArrived(action, await self._payment(me, account, payment_id))

    async def reference_of(self, payment_id: PaymentId) -> str:
        """The number that both sides know a payment by; empty if there is none."""
        record = await self._doors.ledger.payment(payment_id)
        return "" if record is None else record.reference

    async def _by_reference(self, me: Me, account: AccountId, reference: str) -> ev.Event:
        """What they know by this number. A refund is told as the payment that it gives back."""
        row = await self._doors.ledger.transfer_by_reference(reference)
        if row is None or account not in (row.debit_account, row.credit_account):
            return ev.ReferenceArrived(reference)
        payment_id = row.related or row.cause
        if isinstance(payment_id, PaymentId):
            return ev.ReferenceArrived(reference, await self._payment(me, account, payment_id))
        incoming, amount = account == row.credit_account, Money(row.amount_minor, row.currency)
        line = HistoryLine(incoming, row.kind, "", "", amount, "", reference, from_micros(row.at))
        return ev.ReferenceArrived(reference, cash_in=line)

    async def _payment(self, me: Me, account: AccountId, payment_id: PaymentId) -> PaymentFacts | None:
        """The payment, if it is one of theirs; a stranger's looks as if it did not exist."""
        doors = self._doors
        record = await doors.ledger.payment(payment_id)
        if record is None or account not in (record.payer, record.payee):
            return None
        other_account = record.payee if account == record.payer else record.payer
        other = (await doors.people.by_accounts([other_account])).get(other_account)
        notes = await doors.notes.read([payment_id])
        begun = await doors.groups.begun(payment_id) if account == record.payer else None
        return PaymentFacts(
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
            origin=None if begun is None else begun.origin,
            shown=begun is not None and begun.shown,
        )


def _account(me: Me) -> AccountId:
    if me.account_id is None:
        raise NoAccountError
    return me.account_id
