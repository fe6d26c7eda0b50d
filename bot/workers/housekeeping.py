"""What was handled long ago is forgotten, so that tables stay small; the latest moment is remembered, for the clock."""

from dataclasses import dataclass
from typing import Final

from bot.memory.deployment import Deployments
from bot.memory.groups import Groups
from bot.memory.inbox import PRUNED_AT_ONCE, Inbox
from bot.memory.outbox import Outbox
from bot.memory.renaming import Renaming
from ledger.database.port import Database
from ledger.kernel.instants import Instant

EVERY_S: Final = 3_600.0
SOON_S: Final = 1.0  # a long rest may have left a month to forget; others get the writer in between


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many rows were forgotten."""

    updates: int
    messages: int
    next_in_s: float | None = EVERY_S


class Housekeeping:
    """Keeps the bot's own tables small. Journal rows are never touched."""

    def __init__(  # noqa: PLR0917 - one room each, made once, by wiring
        self,
        database: Database,
        inbox: Inbox,
        outbox: Outbox,
        groups: Groups,
        deployments: Deployments,
        renaming: Renaming,
    ) -> None:
        self._database, self._inbox, self._outbox = database, inbox, outbox
        self._groups, self._deployments, self._renaming = groups, deployments, renaming

    async def run_once(self, now: Instant) -> Tidied:
        """Forget some of what nobody can ask for any more, in one short commit; the rest soon after."""
        async with self._database.transaction() as session:
            updates = await self._inbox.prune(session, now)
            messages = await self._outbox.prune(session, now)
            await self._renaming.forget_former_names(session, now)
            groups = await self._groups.prune(session, now)
            await self._deployments.see(session, now)
        more = max(updates, messages, groups) >= PRUNED_AT_ONCE
        return Tidied(updates, messages, SOON_S if more else EVERY_S)
