"""How fast we may speak: token buckets, pure. ``now`` is seconds of a steady clock; nothing here waits.

Telegram publishes figures and no algorithm: "about" 30 messages a second for a bot, one a second in a chat with short
bursts let through, 20 a minute in a group (core.telegram.org/bots/faq, "My bot is hitting limits"). Whatever it
answers, its 429 is the last word (``hold``). An edit costs as much as a message; answering a tap costs nothing.
"""

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Rate:
    """``per_s`` for ever and ``burst`` at once: at most ``burst + per_s * t`` in any ``t`` seconds."""

    per_s: float
    burst: int


# Bursts are chosen so that no second holds more than 30 in all, and no minute more than 20 in a group.
OVERALL: Final = Rate(per_s=25.0, burst=5)
PER_CHAT: Final = Rate(per_s=1.0, burst=3)
PER_GROUP: Final = Rate(per_s=15 / 60, burst=5)

_ROUNDING_S: Final = 1e-6  # what floating point leaves of a wait that is over
_PRUNE_ABOVE: Final = 1_000  # chats remembered before those at rest are forgotten; a rested bucket is a new bucket


@dataclass(slots=True)
class _Bucket:
    rate: Rate
    filled_at: float
    tokens: float = field(init=False)
    held_until: float = 0.0

    def __post_init__(self) -> None:
        self.tokens = float(self.rate.burst)

    def wait_s(self, now: float, tokens: int) -> float:
        """Seconds until ``tokens`` are there and the far side lets us."""
        elapsed = max(now - self.filled_at, 0.0)
        self.tokens = min(float(self.rate.burst), self.tokens + elapsed * self.rate.per_s)
        self.filled_at = max(now, self.filled_at)
        wait_s = max((tokens - self.tokens) / self.rate.per_s, self.held_until - now)
        return wait_s if wait_s > _ROUNDING_S else 0.0

    def rests(self, now: float) -> bool:
        return self.wait_s(now, self.rate.burst) <= 0


class Pacer:
    """What was spent, in each chat and in all. Shared by everybody who speaks through one bot."""

    def __init__(
        self, *, overall: Rate = OVERALL, per_chat: Rate = PER_CHAT, per_group: Rate = PER_GROUP, now: float = 0.0
    ) -> None:
        self._per_chat, self._per_group = per_chat, per_group
        self._overall = _Bucket(overall, now)
        self._chats: dict[int, _Bucket] = {}

    def wait_s(self, chat_id: int, now: float, *, leave: int = 0) -> float:
        """Seconds until this chat may be spoken to; zero when it is now. ``leave`` tokens stay for something better."""
        return max(self._chat(chat_id, now).wait_s(now, 1 + leave), self._overall.wait_s(now, 1))

    def chat_wait_s(self, chat_id: int, now: float) -> float:
        """As ``wait_s``, for the chat alone: who waits for this chat need not keep others waiting."""
        return self._chat(chat_id, now).wait_s(now, 1)

    def held_s(self, chat_id: int, now: float) -> float:
        """Seconds for which the far side asked this chat, or all of them, to wait; zero when it did not."""
        return max(self._chat(chat_id, now).held_until - now, self._overall.held_until - now, 0.0)

    def spend(self, chat_id: int, now: float) -> None:
        """One message or edit goes out now. Whoever did not ask ``wait_s`` first leaves a debt for the next to wait."""
        for bucket in (self._chat(chat_id, now), self._overall):
            bucket.wait_s(now, 0)
            bucket.tokens -= 1

    def hold(self, chat_id: int, after_s: float, now: float) -> None:
        """The far side asked this chat to wait. When it asks two chats at once, it means all of them."""
        others = [bucket.held_until for chat, bucket in self._chats.items() if chat != chat_id]
        bucket = self._chat(chat_id, now)
        bucket.held_until = max(bucket.held_until, now + after_s)
        still_held = max((until for until in others if until > now), default=0.0)
        if still_held:
            self._overall.held_until = max(self._overall.held_until, min(still_held, bucket.held_until))

    def __len__(self) -> int:
        return len(self._chats)

    def _chat(self, chat_id: int, now: float) -> _Bucket:
        if chat_id not in self._chats:
            if len(self._chats) >= _PRUNE_ABOVE:
                self._chats = {chat: bucket for chat, bucket in self._chats.items() if not bucket.rests(now)}
            self._chats[chat_id] = _Bucket(self._per_group if chat_id < 0 else self._per_chat, now)
        return self._chats[chat_id]
