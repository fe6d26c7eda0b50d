"""This process among the others that serve the same bot: it shows that it lives, and goes on for those that died.

Each second it looks: whoever was silent for too long is buried, their people and roles are ours or somebody else's, and
what they left is taken up as after a restart of our own. Every third second it beats, and lets go of people who need
nobody. It knows no update and no conversation; ``heir`` takes people up.
"""

import asyncio
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Final, Protocol

import structlog

from bot.memory.conversations import Conversations
from bot.memory.leases import Leases, Taken
from bot.memory.processes import (
    BEAT_EVERY_S,
    DEAD_AFTER,
    DeclaredDeadError,
    Kind,
    LivingProcessError,
    Processes,
    ProcessId,
    Role,
)
from bot.metrics import Metrics
from ledger.database.port import Database, Session
from ledger.kernel.errors import UnavailableError
from ledger.kernel.instants import Instant

_log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 1.0
FORGOTTEN_EVERY_S: Final = 10.0
FORGOTTEN: Final = timedelta(seconds=10)  # what waits for longer than a turn takes may be known to nobody


class Heir(Protocol):
    """Who serves people here."""

    async def adopt(self, people: Collection[int]) -> None:
        """Go on where they were, then with what waits for them; what is known here already is not begun twice."""
        ...

    def busy(self) -> Collection[int]:
        """Who has a turn or an open pad here."""
        ...


class Membership:
    """One process of several. ``run`` ends only by being cancelled, or by ``DeclaredDeadError``."""

    def __init__(
        self,
        process_id: ProcessId,
        database: Database,
        conversations: Conversations,
        heir: Heir,
        metrics: Metrics,
        *,
        now: Callable[[], Instant],
        steady_s: Callable[[], float],
    ) -> None:
        self.process_id = process_id
        self.leases = Leases(database, process_id)
        self._processes = Processes(database)
        self._database, self._conversations, self._heir, self._metrics = database, conversations, heir, metrics
        self._now, self._steady_s = now, steady_s
        self._roles = {role: asyncio.Event() for role in Role}
        self._owed: set[int] = set()  # ours, and not taken up yet
        self._beat_at_s = self._well_since_s = self._forgotten_at_s = float("-inf")
        self._dead = asyncio.Event()
        self.due, self._is_due = asyncio.Event(), False  # somebody's time is over: who plays it is woken, and asks

    # ── coming and going ─────────────────────────────────────────────────────

    async def join(self, kind: Kind, address: str = "") -> None:
        """Live from now on. ``LivingProcessError`` where two cannot serve side by side."""
        while True:
            try:
                await self._processes.join(self.process_id, kind, address, self._now())
            except LivingProcessError as other:
                if await self._beats(other):
                    raise
            else:
                break
        self._beat_at_s = self._well_since_s = self._steady_s()

    async def leave(self) -> None:
        """Everybody and everything of ours is free, in one commit: others go on within a second. Twice is fine."""
        async with self._database.transaction() as session:
            await self.leases.leave(session)
            await self._processes.leave(session, self.process_id)

    async def run(self) -> None:
        """Look each second."""
        while True:
            try:
                await self.look()
            except UnavailableError as error:
                _log.warning("membership.store_unavailable", error=type(error).__name__)
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._dead.wait()
            except TimeoutError:
                continue
            raise DeclaredDeadError

    def declare_dead(self) -> None:
        """Somebody of ours was told so by the store: ``run`` ends."""
        self._dead.set()

    # ── looking ──────────────────────────────────────────────────────────────

    async def look(self) -> None:
        """Beat if it is time, bury the dead, do what nobody does, and take up whoever needs us."""
        if self._steady_s() - self._beat_at_s >= BEAT_EVERY_S:
            await self._beat()
        of_nobody = self.has(Role.DEADLINES)
        news = await self._processes.news(
            self.process_id, self._now(), of_nobody=of_nobody, long_ago=not self._is_well()
        )
        if news.died:
            await self._take_over()
        if news.died or news.role_free:
            await self._take_roles()
        if news.due:
            self._is_due = True
            self.due.set()
        looks_after = self.has(Role.DEADLINES)
        waits = news.waits or looks_after is not of_nobody  # what has just become ours to see to was not asked
        await self._take_up_what_waits(left_behind=news.left_behind, waits=looks_after and waits)

    async def _beat(self) -> None:
        began_s, now = self._steady_s(), self._now()
        async with self._database.transaction() as session:
            if not await self._processes.beat(session, self.process_id, now):
                raise DeclaredDeadError
            await self.leases.release(session, self._heir.busy(), now)
        if began_s - self._beat_at_s >= DEAD_AFTER.total_seconds():
            self._well_since_s = began_s  # we were silent ourselves: others may have been for the same reason
        self._beat_at_s = began_s

    async def _take_over(self) -> None:
        now = self._now()
        async with self._database.transaction() as session:
            dead = await self._processes.bury(session, self.process_id, now, long_ago=not self._is_well())
            people = await self.leases.take_over(session, now)
        if dead or people:
            _log.warning("membership.taken_over", processes=dead, people=len(people))
            self._metrics.taken_over(len(dead), len(people))
        await self.adopt(people)

    async def _take_roles(self) -> None:
        missing = [role for role, held in self._roles.items() if not held.is_set()]
        for role in await self._processes.free_roles(missing):
            async with self._database.transaction() as session:
                ours = await self._processes.take_role(session, role, self.process_id)
            if ours:
                _log.info("membership.role_taken", role=role)
                self._roles[role].set()

    def _is_well(self) -> bool:
        """Whether we were here all the time that others had to beat."""
        return self._steady_s() - self._well_since_s >= DEAD_AFTER.total_seconds()

    async def _take_up_what_waits(self, *, left_behind: bool, waits: bool) -> None:
        people = set(await self.leases.left_behind()) if left_behind else set[int]()
        if waits:
            people |= set(await self.leases.free_with_work())
        if self._steady_s() - self._forgotten_at_s >= FORGOTTEN_EVERY_S:
            self._forgotten_at_s = self._steady_s()
            people |= set(await self.leases.forgotten(self._now() - FORGOTTEN))
        if people:
            await self.adopt((await self._take(people)).ours)
        elif self._owed:
            await self.adopt(())

    # ── asked by others ──────────────────────────────────────────────────────

    async def adopt(self, people: Collection[int]) -> None:
        """Take them up here, and whoever could not be taken up before."""
        self._owed |= set(people)
        if owed := frozenset(self._owed):
            await self._heir.adopt(owed)
            self._owed -= owed

    def take_due(self) -> bool:
        """Whether the last look found that somebody's time is over; said once a look."""
        is_due, self._is_due = self._is_due, False
        return is_due

    async def due_of_nobody(self, now: Instant, most: int) -> list[int]:
        """People whom nobody has and whose time is over: they are ours now. Nobody, while another looks after that."""
        if not self.has(Role.DEADLINES):
            return []
        due = await self._conversations.due_of_nobody(now, most)
        if not due:
            return []
        ours = (await self._take(due)).ours
        return [person_id for person_id in due if person_id in ours]

    def has(self, role: Role) -> bool:
        """Whether this process does it, as far as it knows."""
        return self._roles[role].is_set()

    async def until(self, role: Role) -> None:
        """Until this process does it."""
        await self._roles[role].wait()

    async def still_has(self, session: Session, role: Role) -> bool:
        """Whether this process does it, and nobody else before this transaction ends."""
        return await self._processes.holds(session, role, self.process_id)

    async def look_for_figures(self) -> None:
        """How many live, and how much of it is ours."""
        living, people = await self._processes.living(self._now()), await self.leases.count()
        self._metrics.members(len(living), people, {role: self.has(role) for role in Role})

    async def _take(self, people: Collection[int]) -> Taken:
        async with self._database.transaction() as session:
            return await self.leases.take(session, people, self._now())

    async def _beats(self, other: LivingProcessError) -> bool:
        """Whether the other shows that it lives; one that was killed stops doing so, and is waited for."""
        seen = other.living
        for _ in range(int(DEAD_AFTER.total_seconds() / LOOK_EVERY_S) + 1):
            await asyncio.sleep(LOOK_EVERY_S)
            now = {each.process_id: each for each in await self._processes.living(self._now())}
            if seen.process_id not in now:
                return False
            if now[seen.process_id].alive_until > seen.alive_until:
                return True
        return True
