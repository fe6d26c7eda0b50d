"""An account's statement as a file: the ledger knows what moved, the memory who and what for; here they meet.

Written piece by piece, a page of the journal at a time, so that ten years of a shop need no more memory than a day.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta, tzinfo
from typing import Final

from bot.dialogue.effects import File
from bot.dialogue.events import StatementArrived
from bot.dialogue.facts import StatementFacts
from bot.language.periods import Period
from bot.memory.notes import Notes
from bot.memory.people import People
from bot.runner.doors import Doors
from ledger.desk import Ledger, Statement, StatementLine, TooLongWalkError
from ledger.exports.statement_csv import BOM, StatementCsv, StatementRow, Words
from ledger.kernel.balances import Side
from ledger.kernel.ids import AccountId, PaymentId
from ledger.kernel.instants import EPOCH, BusinessDay, Instant

MOST_LINES: Final = 20_000  # of a statement in the chat: some 2 MB, which a phone still opens
MOST_WALKED: Final = 100_000  # rows of the period: half a second, for a person who waits

_LAST_SECOND: Final = timedelta(seconds=1)  # a day's closing balance stands in that day


class Statements:
    """Makes statements for the chat."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    async def statement(self, account: AccountId, period: Period, language: str) -> StatementArrived:
        """The sums and the file of a period; without sums where it is too long to be made while somebody waits."""
        doors, zone = self._doors, self._doors.voice.zone
        begins_at, ends_at = BusinessDay(period.begins).begins_at(zone), BusinessDay(period.ends).begins_at(zone)
        try:
            statement = await doors.ledger.statement(account, begins_at, ends_at, MOST_WALKED)
        except TooLongWalkError:
            return StatementArrived(period)
        if statement.count > MOST_LINES:
            return StatementArrived(period)
        facts = StatementFacts(
            statement.opening, statement.money_in, statement.money_out, statement.closing, statement.count
        )
        if not statement.count:
            return StatementArrived(period, facts)
        files = StatementFiles(doors.ledger, doors.people, doors.notes, zone, doors.voice.csv_words(language))
        content = BOM + "".join([piece async for piece in files.pieces(statement, doors.now())])
        name = f"hundi-{period.code}.csv"
        return StatementArrived(period, facts, File(name, "text/csv", content.encode()))


class StatementFiles:
    """Writes statements. Without ``people`` and ``notes`` (no keys at hand) they name nobody."""

    def __init__(
        self, ledger: Ledger, people: People | None, notes: Notes | None, zone: tzinfo, words: Words | None = None
    ) -> None:
        self._ledger, self._people, self._notes = ledger, people, notes
        self._zone, self._words = zone, words

    async def pieces(self, statement: Statement, now: Instant) -> AsyncIterator[str]:
        """The file, in pieces. One that begins with the account begins at its first line."""
        file = StatementCsv(self._zone, self._words)
        begun = statement.begins_at > EPOCH
        if begun:
            yield file.begin(statement.begins_at, statement.opening)
        async for page in self._ledger.statement_pages(statement):
            if not begun:
                yield file.begin(page[0].posting.at, statement.opening)
                begun = True
            yield file.rows(await self._rows(page))
        if not begun:
            yield file.begin(now, statement.opening)
        yield file.end(min(now, statement.ends_at - _LAST_SECOND), statement.closing)

    async def _rows(self, page: Sequence[StatementLine]) -> list[StatementRow]:
        postings = [line.posting for line in page]
        people = await self._people.by_accounts({one.other_account_id for one in postings}) if self._people else {}
        payments = [one.cause for one in postings if isinstance(one.cause, PaymentId)]
        notes = await self._notes.read(payments) if self._notes else {}
        return [
            StatementRow(
                at=posting.at,
                kind=posting.kind,
                credited=posting.side is Side.CREDIT,
                amount=posting.amount,
                balance=line.balance,
                reference=posting.reference,
                name=other.name if (other := people.get(posting.other_account_id)) else "",
                handle=other.handle if other else "",
                note=notes.get(posting.cause, "") if isinstance(posting.cause, PaymentId) else "",
            )
            for line, posting in zip(page, postings, strict=True)
        ]
