"""Arrivals into the inbox: what Polling stores before it asks for more. It handles none of them."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, Protocol

from bot.arrivals import PAD, Arrival, PutAside, dump_arrival, kind_of
from bot.memory.commits import Commits
from bot.memory.inbox import Inbox, InboxKey, NewUpdate
from bot.memory.leases import ElsewhereError, Leases, Taken
from bot.memory.people import People, Seen
from bot.memory.processes import DeclaredDeadError
from bot.workers.group_book import GroupBook
from ledger.database.port import Database, Session
from ledger.kernel.instants import Instant

PEOPLE_REMEMBERED: Final = 10_000  # about 3 MiB; whoever wrote longer ago is written once more


def _always(_person_id: int, _taps: int) -> bool:
    """For an intake that knows no pads."""
    return True


class Share(Protocol):
    """What of the people is ours, among several processes (``bot.workers.membership``)."""

    @property
    def leases(self) -> Leases:
        """Whose each person is."""
        ...

    async def adopt(self, people: Collection[int]) -> None:
        """Take up what waited for them before this."""
        ...

    def declare_dead(self) -> None:
        """Others took us for dead."""
        ...


class Intake:
    """Writes a batch in one transaction, and what Telegram calls its people now.

    What must not be written down leaves the number of its update, and in a group who was seen there: a group's own
    doings go under its number, so nobody becomes a person here by being overheard.

    Where no other process takes updates (no ``share``), a tap on a PIN pad leaves not even that and needs no disk: this
    process knows which numbers came before, and with it dies every pad that could be pressed. But the digit that fills
    a pad waits for the disk like everything else (``fills_a_pad``): what it begins cannot be done without one.
    """

    def __init__(
        self,
        inbox: Inbox,
        people: People,
        groups: GroupBook,
        database: Database,
        bot_id: int,
        *,
        now: Callable[[], Instant],
        share: Share | None = None,
        fills_a_pad: Callable[[int, int], bool] = _always,
        commits: Commits | None = None,
    ) -> None:
        self._commits = commits or Commits(database, groups.outbox, now)
        self._fills_a_pad = fills_a_pad
        self._inbox, self._people, self._groups, self._database = inbox, people, groups, database
        self._bot_id, self._now, self._share = bot_id, now, share
        self._written = LastSeen()

    async def store(self, arrivals: Sequence[Arrival], put_aside: Sequence[PutAside]) -> Collection[int]:
        """Keep all or none; the numbers that were new. ``UnavailableError`` when the disk cannot take them.

        Among other processes ``ElsewhereError`` says, once the rest is kept, which are another's.
        """
        if self._share is None:
            if not put_aside and self._need_no_disk(arrivals):
                return {arrival.update_id for arrival in arrivals}
            return await self._store(arrivals, put_aside)
        try:
            return await self._store_ours(self._share, arrivals, put_aside)
        except DeclaredDeadError:
            self._share.declare_dead()
            raise

    async def leave_for_holder(self, arrivals: Sequence[Arrival]) -> bool:
        """Keep what another process should have, which does not answer: it finds it, or whoever goes on for it does.

        False, and nothing is kept, if one of them must not be written down.
        """
        if self._share is None or not all(arrival.storable for arrival in arrivals):
            return False
        people = {arrival.person_id for arrival in arrivals}
        async with self._database.transaction() as session:
            taken = await self._share.leases.take(session, people, self._now())
            if taken.held:
                await self._share.leases.leave_behind(session, taken.held)
            await self._keep(session, arrivals, ())
        await self._share.adopt(taken.ours)  # whose holder let go of them meanwhile
        return True

    async def _store(self, arrivals: Sequence[Arrival], put_aside: Sequence[PutAside]) -> Collection[int]:
        async with self._commits.open() as commit:
            new, changed = await self._keep(commit.session, arrivals, put_aside)
        self._written.remember(changed)  # only once it is committed
        return new

    async def _store_ours(
        self, share: Share, arrivals: Sequence[Arrival], put_aside: Sequence[PutAside]
    ) -> Collection[int]:
        people = {arrival.person_id for arrival in arrivals}
        taken = Taken(frozenset(), frozenset(), {})
        async with self._database.transaction() as session:
            if people:
                taken = await share.leases.take(session, people, self._now())
            ours = [arrival for arrival in arrivals if arrival.person_id in taken.ours]
            new, changed = await self._keep(session, ours, put_aside)
        self._written.remember(changed)
        # What is here already may be known to nobody: a commit can stand whose answer was lost.
        repeated = {a.person_id for a in ours if a.storable and a.update_id not in new}
        if unheard := taken.unheard | repeated:
            await share.adopt(unheard)
        if taken.held:
            held = {a.update_id: taken.held[a.person_id] for a in arrivals if a.person_id in taken.held}
            raise ElsewhereError(new, held)
        return new

    async def _keep(
        self, session: Session, arrivals: Sequence[Arrival], put_aside: Sequence[PutAside]
    ) -> tuple[Collection[int], Mapping[int, Seen]]:
        """In this transaction: the numbers that were new, and who was seen otherwise than before."""
        now = self._now()
        updates = [
            NewUpdate(
                a.update_id, a.person_id, kind_of(a), dump_arrival(a) if a.storable else None, asked_again=a.asked_again
            )
            for a in arrivals
        ]
        new = await self._inbox.store(session, self._bot_id, updates, now)
        latest = {a.person_id: _seen(a) for a in arrivals if a.update_id in new and a.person_id > 0}
        changed = {person_id: seen for person_id, seen in latest.items() if self._written.differs(person_id, seen)}
        for person_id, seen in changed.items():
            await self._people.see(session, person_id, seen, now)
        for arrival in arrivals:
            if arrival.update_id in new:
                await self._groups.note(session, arrival, now)
        for aside in put_aside:
            key, shape = InboxKey(self._bot_id, aside.update_id), aside.shape.encode("utf-8", "replace")
            await self._inbox.put_aside(session, key, aside.reason, shape, now)
        return new, changed

    def _need_no_disk(self, arrivals: Sequence[Arrival]) -> bool:
        """Taps on pads that stay open, of people who are called what they were called."""
        taps = Counter(arrival.person_id for arrival in arrivals if arrival.private and kind_of(arrival) == PAD)
        if taps.total() < len(arrivals) or any(self._fills_a_pad(*taps_of_one) for taps_of_one in taps.items()):
            return False
        return not any(self._written.differs(arrival.person_id, _seen(arrival)) for arrival in arrivals)


def _seen(arrival: Arrival) -> Seen:
    return Seen(arrival.name, arrival.username, arrival.language_code)


class LastSeen:
    """What was last written of people, so that a chat that goes on does not write the same name with every message.

    A username that turns up with somebody else makes whoever had it unknown here, and so be written again.
    """

    def __init__(self, most: int = PEOPLE_REMEMBERED) -> None:
        self._most = most
        self._seen: OrderedDict[int, Seen] = OrderedDict()
        self._named: dict[str, int] = {}  # username, in lower case → person

    def differs(self, person_id: int, seen: Seen) -> bool:
        """Whether it must be written."""
        return self._seen.get(person_id) != seen

    def remember(self, written: Mapping[int, Seen]) -> None:
        """It is on disk."""
        for person_id, seen in written.items():
            self._forget(person_id)
            if seen.username is not None:
                self._forget(self._named.get(seen.username.lower()))
                self._named[seen.username.lower()] = person_id
            self._seen[person_id] = seen
        while len(self._seen) > self._most:
            self._forget(next(iter(self._seen)))

    def _forget(self, person_id: int | None) -> None:
        seen = None if person_id is None else self._seen.pop(person_id, None)
        if seen is not None and seen.username is not None:
            self._named.pop(seen.username.lower(), None)
