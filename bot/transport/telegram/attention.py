"""How much of one person is read: as much as could be answered, and a generous allowance beyond.

Telegram lets us say one message a second in a chat, so whoever writes faster than that for long makes a queue that only
grows. What is beyond is left unread, acknowledged and never stored, and they are told once. Raw updates are judged,
before the library builds objects of them, so that a flood costs a look at a few fields. Whatever is no message and no
tap (a block, a group that moved) is always read. So is, once a second, what is urgent (``urgency``): somebody who wants
to freeze their account must get through, also where a thief writes without end in their name. It knows no people and no
words.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.pacing import Rate

WORDS: Final = Rate(per_s=1.0, burst=40)  # as many as may be answered (bot.pacing.PER_CHAT); forty waited for an outage
TAPS: Final = Rate(per_s=5.0, burst=60)  # a PIN is six to a dozen taps in a few seconds
URGENT: Final = Rate(per_s=1.0, burst=1)  # beyond that allowance; what it asks for is done once
REMEMBERED: Final = 10_000  # updates that were read: one that comes again, since it could not be stored, is not counted
_PRUNE_ABOVE: Final = 10_000  # people remembered before those at rest are forgotten; about 2 MiB

# What happens to a group is told as a message of somebody, and must not be missed.
_OF_GROUPS: Final = ("migrate_to_chat_id", "migrate_from_chat_id", "new_chat_members", "left_chat_member")


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose allowance an update uses: a person's, or that of a group where nobody's name is on it."""

    number: int  # negative: a group's
    callback_id: str | None = None  # a tap waits for its answer

    @property
    def is_person(self) -> bool:
        """Whether there is somebody to be told."""
        return self.number > 0


def sender_of(update: Mapping[str, Any]) -> Sender | None:
    """Who sent a raw update; ``None`` for what must be read, or is of no shape we know."""
    query, message = update.get("callback_query"), update.get("message", update.get("edited_message"))
    if isinstance(query, dict):
        person_id, callback_id = _human(query), query.get("id")
        return Sender(person_id, callback_id) if person_id and isinstance(callback_id, str) else None
    if not isinstance(message, dict) or any(name in message for name in _OF_GROUPS):
        return None
    if person_id := _human(message):
        return Sender(person_id)
    chat = message.get("chat")
    chat_id = chat.get("id") if isinstance(chat, dict) else None
    return Sender(chat_id) if isinstance(chat_id, int) else None


def _human(sent: Mapping[str, Any]) -> int | None:
    user = sent.get("from")
    person_id = user.get("id") if isinstance(user, dict) and not user.get("is_bot") else None
    return person_id if isinstance(person_id, int) else None


def _nothing_is_urgent(_person_id: int, _update: Mapping[str, Any]) -> bool:
    """For whoever knows no words."""
    return False


class Attention:
    """What was read of whom lately. ``on_unread`` hears of each update left unread, and whether it is news."""

    def __init__(
        self,
        on_unread: Callable[[Sender, bool], None],
        *,
        steady_s: Callable[[], float],
        words: Rate = WORDS,
        taps: Rate = TAPS,
        is_urgent: Callable[[int, Mapping[str, Any]], bool] = _nothing_is_urgent,
    ) -> None:
        self._on_unread, self._steady_s, self._is_urgent = on_unread, steady_s, is_urgent
        self._words, self._taps = words, taps
        self._whole_at: dict[tuple[int, Rate], float] = {}  # when an allowance will be whole again
        self._told: set[int] = set()
        self._read: OrderedDict[int, None] = OrderedDict()

    def reads(self, update_id: int, update: Mapping[str, Any]) -> bool:
        """Whether this update is read; once it was, it is again."""
        sender = sender_of(update)
        if sender is None or update_id in self._read:
            return True
        rate = self._words if sender.callback_id is None else self._taps
        if self._spend(sender, rate) or (self._is_urgent(sender.number, update) and self._spend(sender, URGENT)):
            self._read[update_id] = None
            if len(self._read) > REMEMBERED:
                self._read.popitem(last=False)
            return True
        first = sender.number not in self._told
        self._told.add(sender.number)
        self._on_unread(sender, first)
        return False

    def __len__(self) -> int:
        """How many senders are remembered."""
        return len(self._whole_at)

    def _spend(self, sender: Sender, rate: Rate) -> bool:
        """Generic cell rate: an allowance is whole at some moment, and each update moves that moment away."""
        key, now = (sender.number, rate), self._steady_s()
        whole_at = max(self._whole_at.get(key, now), now)
        if whole_at == now and rate is not URGENT:
            self._told.discard(sender.number)
        if whole_at - now > (rate.burst - 1) / rate.per_s:
            return False
        if len(self._whole_at) >= _PRUNE_ABOVE:
            self._forget_those_at_rest(now)
        self._whole_at[key] = whole_at + 1 / rate.per_s
        return True

    def _forget_those_at_rest(self, now: float) -> None:
        self._whole_at = {key: at for key, at in self._whole_at.items() if at > now}
        self._told &= {number for number, _ in self._whole_at}
