"""The queue that getUpdates or a webhook empties, with Telegram's rule of confirmation. Pure.

An offset confirms every update below it, for good; what is not confirmed is delivered again, until it is too old.
Source: telegram-bot-api/Client.cpp, ``do_get_updates`` and ``add_update``; docs/telegram.md.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.sandbox.people import Json

KEPT_S: Final = 86_400  # bots/api#getting-updates: "not longer than 24 hours"
QUERY_KEPT_S: Final = 150  # Client.cpp, add_new_callback_query: a tap nobody fetched is forgotten sooner
LIMIT_MAX: Final = 100  # bots/api#getupdates; a number outside 1–100 is brought inside
_FUTURE: Final = 10  # tdlib, TQueue.cpp: an offset further ahead than this is no offset, and confirms nothing
_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})  # not among the usual kinds
_USUAL = frozenset(
    {
        "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
        "edited_business_message", "deleted_business_messages", "inline_query", "chosen_inline_result",
        "callback_query", "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer",
        "my_chat_member", "chat_join_request", "chat_boost", "removed_chat_boost",
    }
)  # fmt: skip


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

    def is_stale(self, now: float) -> bool:
        """Whether Telegram would have forgotten it."""
        return now - self.at >= (QUERY_KEPT_S if self.kind == "callback_query" else KEPT_S)


class UpdateQueue:
    """Updates in order, from the oldest that is not confirmed to the newest."""

    def __init__(self, next_id: int = 1) -> None:
        self.next_id = next_id
        self._allowed: frozenset[str] = frozenset()  # empty: the usual kinds
        self._waiting: deque[Update] = deque()
        self._repeated_until = 0  # up to this number every update that was to come twice has
        self._confirmed: list[Update] = []  # the last batch that was confirmed, for a lost confirmation

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[Update]:
        return iter(tuple(self._waiting))

    @property
    def newest(self) -> Update:
        """The one that came last; ``IndexError`` when none waits."""
        return self._waiting[-1]

    @property
    def allowed(self) -> list[str]:
        """The kinds the bot asked for; empty: the usual ones."""
        return sorted(self._allowed)

    def allow(self, kinds: list[str]) -> None:
        """From now on queue these kinds only; what waits already stays. None that exists among them: the usual ones."""
        self._allowed = frozenset(kinds) & (_USUAL | _ON_REQUEST)

    def put(self, kind: str, body: Json, at: float, *, secret: bool = False) -> Update | None:
        """Queue an update; ``None`` when the bot did not ask for this kind."""
        wanted = kind in self._allowed if self._allowed else kind not in _ON_REQUEST
        if not wanted:
            return None
        update = Update(self.next_id, at, kind, body, secret)
        self.restore(update)
        return update

    def restore(self, update: Update) -> None:
        """Put back an update that was waiting when the town stopped."""
        self._waiting.append(update)
        self.next_id = max(self.next_id, update.update_id + 1)

    def confirm(self, offset: int, now: float) -> None:
        """Apply the offset of a getUpdates call: forget what it confirms, and what has become too old.

        A negative offset counts from the end of the queue, and everything before it is forgotten.
        """
        if offset < 0:
            offset += self.next_id
        if offset > self.next_id + _FUTURE:
            offset = 0
        confirmed = []
        while self._waiting and self._waiting[0].update_id < offset:
            confirmed.append(self._waiting.popleft())
        self._confirmed = confirmed or self._confirmed
        self._waiting = deque(update for update in self._waiting if not update.is_stale(now))

    def lose_confirmation(self) -> None:
        """What a failover at Telegram does: the last batch that was confirmed waits again, under its old numbers.

        Each update once only: a failover that never ends would deliver nothing else.
        """
        again = [update for update in self._confirmed if update.update_id > self._repeated_until]
        self._waiting.extendleft(reversed(again))
        self._repeated_until = max((update.update_id for update in again), default=self._repeated_until)
        self._confirmed = []

    def batch(self, limit: int) -> list[Update]:
        """The oldest that wait, at most ``limit``."""
        size = min(max(limit, 1), LIMIT_MAX)
        return [self._waiting[place] for place in range(min(size, len(self._waiting)))]

    def forget(self, update_id: int) -> None:
        """This one was taken by a webhook."""
        for place, update in enumerate(self._waiting):  # near the front, mostly
            if update.update_id == update_id:
                del self._waiting[place]
                return

    def oldest_first(self) -> Iterator[Update]:
        """Without a copy, so nothing may be queued or forgotten on the way."""
        return iter(self._waiting)

    def drop_all(self) -> None:
        """Forget everything that waits (``drop_pending_updates``)."""
        self._waiting.clear()
