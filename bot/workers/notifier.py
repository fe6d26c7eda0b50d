"""A cursor over the journal: whoever got money is told, once for each row, in order, and only of what was committed.

The entry itself is the promise to tell; nothing is written beside it. What is to be said and how far we have come are
written in one transaction, so a crash repeats neither and loses neither. It knows no Telegram and changes no money.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

import structlog

from bot.dialogue.effects import Say
from bot.dialogue.notices import MoneyIn, cash_in, payment_received, refund_received
from bot.memory.circle import Circle
from bot.memory.commits import Commit, Commits
from bot.memory.cursors import NOTICES, CursorMovedError, Cursors
from bot.memory.notes import Notes
from bot.memory.outbox import Outbox
from bot.memory.people import Owner, People
from bot.port import Outgoing, dump_outgoing
from ledger.desk import Ledger
from ledger.kernel.ids import AccountId, PaymentId
from ledger.kernel.instants import Instant, from_micros
from ledger.kernel.journal import Transfer, TransferKind
from ledger.kernel.money import Money

_log = structlog.get_logger(__name__)

ROWS_AT_ONCE: Final = 200  # of the journal in one transaction: a few milliseconds of the writer

_Owners: TypeAlias = Mapping[AccountId, Owner]
_Notes: TypeAlias = Mapping[PaymentId, str]


class Voice(Protocol):
    """Words out: the runner's, so that a notice's buttons and words are those of every other message."""

    def message(self, say: Say, *, language: str, person_id: int, chat_id: int) -> Outgoing:
        """A message for one person."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """What one run did: rows of the journal dealt with, and whether more wait."""

    rows: int
    next_in_s: float | None


class Notifier:
    """Tells people what the books say. ``wake`` is set after a payment; a tick finds what another process posted."""

    def __init__(  # noqa: PLR0917 - one room each, made once, by wiring
        self,
        ledger: Ledger,
        people: People,
        circle: Circle,
        notes: Notes,
        outbox: Outbox,
        commits: Commits,
        voice: Voice,
        wake_delivery: Callable[[], None],
    ) -> None:
        self._ledger, self._people, self._circle = ledger, people, circle
        self._notes, self._outbox = notes, outbox
        self._voice, self._wake_delivery = voice, wake_delivery
        self._commits, self._cursors = commits, Cursors(commits.database)
        self._come: int | None = None  # as we left it; where another moved it, the next move is refused and it is asked
        self.wake = asyncio.Event()

    async def run_once(self, now: Instant) -> Told:
        """Deal with the next rows of the journal."""
        if (come := self._come) is None:
            come = self._come = await self._cursors.find(NOTICES)
        rows = await self._ledger.transfers_after(come, ROWS_AT_ONCE)
        if not rows:
            return Told(0, None)
        owners = await self._people.owners(
            [account for row in rows for account in (row.debit_account, row.credit_account)]
        )
        notes = await self._notes.read([row.cause for row in rows if row.kind is TransferKind.PAYMENT])
        try:
            async with self._commits.open() as commit:
                for row in rows:
                    await self._tell(commit, row, owners, notes, now)
                await self._cursors.move(commit.session, NOTICES, come, rows[-1].seq)
        except CursorMovedError:
            self._come = None
            _log.warning("notifier.not_alone", seq=come)  # another process tells them: nothing of this run is written
            return Told(0, None)
        self._come = rows[-1].seq
        if not commit.departures.is_all():
            self._wake_delivery()
        if len(rows) == ROWS_AT_ONCE:
            self.wake.set()
        return Told(len(rows), None)

    async def _tell(self, commit: Commit, row: Transfer, owners: _Owners, notes: _Notes, now: Instant) -> None:
        payer, payee = owners.get(row.debit_account), owners.get(row.credit_account)
        if payee is None:
            _log.warning("notifier.nobody_to_tell", seq=row.seq, kind=row.kind)  # an account no person of ours owns
            return
        if payer is not None and row.kind is TransferKind.PAYMENT:
            await self._circle.paid(commit.session, payer.person_id, payee.person_id, from_micros(row.at))
        say = _notice(row, payer, notes)
        message = self._voice.message(say, language=payee.language, person_id=payee.person_id, chat_id=payee.person_id)
        body = dump_outgoing(message)
        await self._outbox.tell(
            commit.session, payee.person_id, body, now, cause=row.cause, departures=commit.departures
        )


def _notice(row: Transfer, payer: Owner | None, notes: _Notes) -> Say:
    """What to say of a row to whoever it credits."""
    amount, at = Money(row.amount_minor, row.currency), from_micros(row.at)
    name = "" if payer is None else payer.name
    match row.kind:
        case TransferKind.PAYMENT:
            payment_id = PaymentId(row.cause)
            note = notes.get(payment_id, "")
            return payment_received(MoneyIn(payment_id, name, amount, row.reference, at, note))
        case TransferKind.REFUND:
            return refund_received(MoneyIn(PaymentId(row.related or ""), name, amount, row.reference, at))
        case TransferKind.FUNDING:
            return cash_in(amount, row.reference, at)
