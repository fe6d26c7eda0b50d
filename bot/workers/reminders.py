"""What happens because time passes: a question that was not answered, a PIN pad that stood open for too long."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.dialogue.events import DeadlinePassed, Event, PadClosed
from bot.memory.conversations import Conversations
from bot.vault.pads import Pads
from ledger.kernel.instants import Instant

TICK_S: Final = 1.0  # pads are looked at this often; a deadline is at most this late
PEOPLE_AT_ONCE: Final = 100
AGAIN_AFTER: Final = timedelta(seconds=30)  # somebody whose turn takes long is not told every second


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many heard that their time is over."""

    people: int
    next_in_s: float | None = TICK_S


async def _nobody(_now: Instant, _most: int) -> Sequence[int]:
    """For the only process there is: everybody is its own."""
    return ()


def _always() -> bool:
    """For whoever has nobody that looks in their place."""
    return True


class Reminders:
    """Looks at the clock for those who wait. ``happened`` is the runner's; a stale one is its to drop.

    ``may_be_due`` spares the store a question, where another look each second has asked it already.
    """

    def __init__(
        self,
        conversations: Conversations,
        pads: Pads,
        happened: Callable[[int, Event], None],
        due_of_nobody: Callable[[Instant, int], Awaitable[Sequence[int]]] | None = None,
        *,
        may_be_due: Callable[[], bool] = _always,
    ) -> None:
        self._may_be_due = may_be_due
        self._conversations, self._pads, self._happened = conversations, pads, happened
        self._due_of_nobody = due_of_nobody or _nobody
        self._told: dict[int, Instant] = {}

    async def run_once(self, now: Instant) -> Reminded:
        """Tell the runner of every pad that timed out and every deadline that passed."""
        expired = self._pads.expired()
        for pad in expired:
            self._happened(pad.person_id, PadClosed(pad.purpose, timed_out=True))
        if not self._may_be_due():
            return Reminded(len(expired))
        self._told = {person: at for person, at in self._told.items() if now - at < AGAIN_AFTER}
        most = PEOPLE_AT_ONCE + len(self._told)  # whoever was told already keeps nobody from their turn
        over = [*await self._conversations.due(now, most), *await self._due_of_nobody(now, most)]
        due = [who for who in dict.fromkeys(over) if who not in self._told]
        for person_id in due:
            self._told[person_id] = now
            self._happened(person_id, DeadlinePassed())
        return Reminded(len(expired) + len(due))
