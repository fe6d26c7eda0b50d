"""A page of somebody's history, or of the part of it they want, found by walking back from the newest posting.

Days are jumped to. A name or a word has no index to jump by (docs/decisions/history-by-pointer.md), so a look ends
after a bounded walk whether the page is full or not, and [Older] goes on from there. Notes are sealed one by one: only
those walked past are opened.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import takewhile
from typing import Final

from bot.dialogue import events as ev
from bot.dialogue.facts import HistoryLine
from bot.dialogue.filters import Filter, Way
from bot.dialogue.people import Payee
from bot.runner.doors import Doors
from ledger.desk import Posting
from ledger.kernel.ids import AccountId, PaymentId
from ledger.kernel.instants import BusinessDay, Instant

MOST_POSTINGS: Final = 1_000  # walked past for one page; some ten milliseconds
POSTINGS_AT_ONCE: Final = 200  # of a walk that looks for something: enough to make a hop cheap


@dataclass(frozen=True, slots=True)
class Bounds:
    """The moments between which the wanted postings lie."""

    begins_at: Instant | None = None
    ends_at: Instant | None = None

    @classmethod
    def of(cls, wanted: Filter, zone: tzinfo) -> "Bounds":
        """Those of the days that are wanted."""
        period = wanted.period
        if period is None:
            return cls()
        return cls(BusinessDay(period.begins).begins_at(zone), BusinessDay(period.ends).begins_at(zone))

    def is_over(self, at: Instant) -> bool:
        """Whether everything further back is too old."""
        return self.begins_at is not None and at < self.begins_at

    def holds(self, at: Instant) -> bool:
        """Whether it is old enough."""
        return self.ends_at is None or at < self.ends_at


class Histories:
    """Looks through histories."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    async def page(self, account: AccountId, cursor: int | None, wanted: Filter, most: int) -> ev.HistoryArrived:
        """At most ``most`` lines before ``cursor``, newest first, and where the next page begins."""
        ledger, bounds = self._doors.ledger, Bounds.of(wanted, self._doors.voice.zone)
        if cursor is None and bounds.ends_at is not None:
            cursor = await ledger.skip_later(account, bounds.ends_at)
        found: list[HistoryLine] = []
        walked, at_once = 0, most if wanted.is_open else POSTINGS_AT_ONCE
        while True:
            page = await ledger.history(account, before=cursor, limit=at_once)
            for posting, line in await self._candidates(page.postings, bounds, wanted.way):
                if not _is_wanted(line, wanted):
                    continue
                found.append(line)
                if len(found) == most:
                    is_last = page.next_cursor is None and posting is page.postings[-1]
                    return ev.HistoryArrived(tuple(found), None if is_last else posting.seq, wanted)
            walked, cursor = walked + len(page.postings), page.next_cursor
            if cursor is None or bounds.is_over(page.postings[-1].at):
                return ev.HistoryArrived(tuple(found), None, wanted)
            if walked >= MOST_POSTINGS:
                return ev.HistoryArrived(tuple(found), cursor, wanted, page.postings[-1].at)

    async def _candidates(
        self, postings: Sequence[Posting], bounds: Bounds, way: Way
    ) -> list[tuple[Posting, HistoryLine]]:
        """Those that may be wanted, by what is cheap to know; names and notes are opened for these alone."""
        young = takewhile(lambda posting: not bounds.is_over(posting.at), postings)
        chosen = [one for one in young if bounds.holds(one.at) and _goes(one, way)]
        people = await self._doors.people.by_accounts({posting.other_account_id for posting in chosen})
        notes = await self._doors.notes.read(_payments(chosen))
        return [(posting, line_of(posting, people, notes)) for posting in chosen]


def line_of(posting: Posting, people: Mapping[AccountId, Payee], notes: Mapping[PaymentId, str]) -> HistoryLine:
    """A posting with the name and the note that belong to it."""
    other = people.get(posting.other_account_id)
    payment_id = next((each for each in (posting.cause, posting.related) if isinstance(each, PaymentId)), None)
    return HistoryLine(
        incoming=posting.incoming,
        kind=posting.kind,
        name=other.name if other else "",
        handle=other.handle if other else "",
        amount=posting.amount,
        note=notes.get(payment_id, "") if payment_id is not None and payment_id == posting.cause else "",
        reference=posting.reference,
        at=posting.at,
        payment_id=payment_id,
        person_id=other.person_id if other else 0,
    )


def _payments(postings: Iterable[Posting]) -> list[str]:
    return [posting.cause for posting in postings if isinstance(posting.cause, PaymentId)]


def _goes(posting: Posting, way: Way) -> bool:
    return way is Way.BOTH or posting.incoming is (way is Way.RECEIVED)


def _is_wanted(line: HistoryLine, wanted: Filter) -> bool:
    """Whether a line is one of those that are looked for, apart from its day and its way."""
    if wanted.person_id and line.person_id != wanted.person_id:
        return False
    if not wanted.words:
        return True
    said = f"{line.note} {line.name} @{line.handle}".casefold()
    return all(word in said for word in wanted.words.casefold().split())
