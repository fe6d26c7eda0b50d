"""The queue that getUpdates empties, with Telegram's rule of confirmation. Pure.

An offset confirms every update below it, for good; what is not confirmed is delivered again. Updates keep for 24 hours.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.sandbox.people import Json

KEPT_S: Final = 86_400  # core.telegram.org/bots/api#getting-updates: "not longer than 24 hours"
MAX_LIMIT: Final = 100  # core.telegram.org/bots/api#getupdates
_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})  # not among the default kinds


@dataclass(frozen=True, slots=True)
class Update:
    """One update: its number, when it happened (Unix seconds), its kind and the object of that kind."""

    update_id: int
    at: float
    kind: str
    body: Json
    secret: bool = False  # says what a person pressed or typed in confidence: never written to a disk

    def as_json(self) -> Json:
        """The ``Update`` of the Bot API."""
        return {"update_id": self.update_id, self.kind: self.body}


class UpdateQueue:
    """Updates in order, from the oldest that is not confirmed to the newest."""

    def __init__(self, next_id: int = 1) -> None:
        self.next_id = next_id
        self.allowed: frozenset[str] = frozenset()  # empty: every kind but those on request
        self._waiting: deque[Update] = deque()
        self._confirmed: list[Update] = []  # the last batch that was confirmed, for a lost confirmation

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[Update]:
        return iter(tuple(self._waiting))

    def put(self, kind: str, body: Json, at: float, *, secret: bool = False) -> Update | None:
        """Queue an update; ``None`` when the bot did not allow this kind."""
        wanted = kind in self.allowed if self.allowed else kind not in _ON_REQUEST
        if not wanted:
            return None
        update = Update(self.next_id, at, kind, body, secret)
        self.next_id += 1
        self._waiting.append(update)
        return update

    def restore(self, update: Update) -> None:
        """Put back an update that was waiting when the town stopped."""
        self._waiting.append(update)
        self.next_id = max(self.next_id, update.update_id + 1)

    def confirm(self, offset: int, now: float) -> None:
        """Apply the offset of a getUpdates call: forget what it confirms, and what is older than 24 hours.

        A negative offset counts from the end of the queue, and everything before it is forgotten.
        """
        if offset < 0:
            offset = self._waiting[max(len(self._waiting) + offset, 0)].update_id if self._waiting else 0
        confirmed = []
        while self._waiting and self._waiting[0].update_id < offset:
            confirmed.append(self._waiting.popleft())
        while self._waiting and self._waiting[0].at < now - KEPT_S:
            self._waiting.popleft()
        self._confirmed = confirmed or self._confirmed

    def lose_confirmation(self) -> None:
        """What a failover at Telegram does: the last batch that was confirmed waits again, under its old numbers."""
        self._waiting.extendleft(reversed(self._confirmed))
        self._confirmed = []

    def batch(self, limit: int) -> list[Update]:
        """The oldest that wait; ``limit`` outside 1–100 means 100."""
        size = limit if 1 <= limit <= MAX_LIMIT else MAX_LIMIT
        return [self._waiting[place] for place in range(min(size, len(self._waiting)))]

    def drop_all(self) -> None:
        """Forget everything that waits (``drop_pending_updates``)."""
        self._waiting.clear()
