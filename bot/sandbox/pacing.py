"""How fast a bot may speak, and how long it must wait when it was too fast. Pure: the time is an argument.

Source: core.telegram.org/bots/faq, "My bot is hitting limits": about one message a second in one chat (short bursts
are let through), about 30 a second in all, 20 a minute in a group. Telegram publishes no exact algorithm; these are
token buckets, and an edit costs as much as a message.
"""

import math
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PacingRules:
    """The figures. Zero switches a rule off."""

    per_chat_per_s: float = 1.0
    per_chat_burst: int = 5  # messages a rested chat takes at once; Telegram says "short bursts", this figure is ours
    overall_per_s: float = 30.0
    per_group_per_minute: int = 20


NO_PACING = PacingRules(per_chat_per_s=0, overall_per_s=0, per_group_per_minute=0)


@dataclass(slots=True)
class _Bucket:
    rate_per_s: float
    size: float
    tokens: float = field(init=False)
    filled_at: float = 0.0

    def __post_init__(self) -> None:
        self.tokens = self.size

    def wait_s(self, now: float) -> float:
        """Seconds until one token is there; zero when it is now."""
        self.tokens = min(self.size, self.tokens + max(now - self.filled_at, 0.0) * self.rate_per_s)
        self.filled_at = max(now, self.filled_at)
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.rate_per_s


class Pacing:
    """What the bot has spent. ``now`` is seconds of a clock that does not step back."""

    def __init__(self, rules: PacingRules) -> None:
        self.rules = rules
        self._chats: dict[int, list[_Bucket]] = {}
        self._overall = _Bucket(rules.overall_per_s, max(rules.overall_per_s, 1.0))

    def spend(self, chat_id: int, now: float) -> int:
        """Take a token for one message or edit. Zero, or whole seconds to wait; a refused call costs nothing."""
        buckets = self._buckets(chat_id)
        wait = max((bucket.wait_s(now) for bucket in buckets), default=0.0)
        if wait > 0:
            return math.ceil(wait)
        for bucket in buckets:
            bucket.tokens -= 1
        return 0

    def _buckets(self, chat_id: int) -> list[_Bucket]:
        rules = self.rules
        if chat_id not in self._chats:
            own = []
            if rules.per_chat_per_s:
                own.append(_Bucket(rules.per_chat_per_s, rules.per_chat_burst))
            if rules.per_group_per_minute and chat_id < 0:  # groups have negative numbers
                own.append(_Bucket(rules.per_group_per_minute / 60, rules.per_group_per_minute))
            self._chats[chat_id] = own
        return self._chats[chat_id] + ([self._overall] if rules.overall_per_s else [])
