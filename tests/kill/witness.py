"""What people were told: every money message the town accepted, from the moment it was accepted. Nothing else counts.

A payment is acknowledged when the town took the edit that says Paid; a payee is told when their notice stands in their
chat. The witness sees both as they happen, so a kill right afterwards cannot make it forget.
"""

import asyncio
import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.sandbox.people import Json
from bot.sandbox.town import Town

_ISOLATES: Final = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069\u200e\u200f"))  # around names, for the eye only
_REFERENCE: Final = r"Reference (?P<reference>\d{12})"
_PAID: Final = re.compile(r"Paid ₹(?P<amount>[\d,]+\.\d\d) to (?P<name>[^\n]+)\n.*" + _REFERENCE, re.DOTALL)
_NOTICE: Final = re.compile(r"₹(?P<amount>[\d,]+\.\d\d) from (?P<name>[^\n]+)\n.*" + _REFERENCE, re.DOTALL)


@dataclass(frozen=True, slots=True)
class Told:
    """One money message as it stands in somebody's chat."""

    person_id: int
    message_id: int
    name: str  # of the other side
    amount_minor: int
    reference: str
    start: int  # which bot said so: 1 for the first that was started


@dataclass(slots=True)
class Witness:
    """Everything that was told, and a signal for each chat when a conversation in it goes on."""

    town: Town
    paid: dict[tuple[int, int], Told] = field(default_factory=dict)  # (chat, message) → what its payer reads
    notices: dict[tuple[int, int], Told] = field(default_factory=dict)
    start: int = 0
    on_paid: Callable[[], None] | None = None
    on_notice: Callable[[], None] | None = None
    changed: defaultdict[int, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))
    looked_new: dict[tuple[int, int], int] = field(default_factory=dict)  # (chat, message) → rank of its last change
    _ranks: Iterator[int] = field(default_factory=itertools.count)
    _acknowledged: dict[tuple[int, int], str] = field(default_factory=dict)  # (payer, amount) → reference

    def __post_init__(self) -> None:
        self.town.listen(self._see)

    def reference_of(self, payer_id: int, amount_minor: int) -> str | None:
        """The reference under which this payment was acknowledged to its payer."""
        return self._acknowledged.get((payer_id, amount_minor))

    def acknowledged(self) -> set[str]:
        """References of all payments that were acknowledged."""
        return set(self._acknowledged.values())

    def noticed(self) -> set[str]:
        """References that payees were told."""
        return {told.reference for told in self.notices.values()}

    def told_again(self) -> dict[int, int]:
        """Messages about money beyond the first for each payment and person, by the bot that had said them before.

        That bot was killed after it spoke and before it could write so down: it is the one that owes the repetition.
        """
        again: defaultdict[int, int] = defaultdict(int)
        for told in (self.paid, self.notices):
            before: dict[tuple[int, str], int] = {}
            for message in told.values():
                key = (message.person_id, message.reference)
                if key in before:
                    again[before[key]] += 1
                before[key] = message.start
        return dict(again)

    def _see(self, change: Json) -> None:
        if change["kind"] != "message":
            return
        message = change["message"]
        self.looked_new[change["chat"], message["message_id"]] = next(self._ranks)
        text = message.get("text", "").translate(_ISOLATES)
        if not message["from"]["is_bot"] or not self._is_notice(change["chat"], message["message_id"], text):
            self.changed[change["chat"]].set()

    def _is_notice(self, chat: int, message_id: int, text: str) -> bool:
        """Take down what is said of money; True for what somebody did not ask for, which is no answer to them."""
        if found := _PAID.match(text):
            told = self._told(chat, message_id, found)
            known = self.paid.setdefault((chat, message_id), told)
            assert known.reference == told.reference, f"a paid bubble changed its reference: {known} to {told}"
            before = self._acknowledged.setdefault((chat, told.amount_minor), told.reference)
            assert before == told.reference, f"one wish, two payments: {before} and {told}"
            if known is told and self.on_paid:
                self.on_paid()
        elif found := _NOTICE.match(text):
            told = self._told(chat, message_id, found)
            if self.notices.setdefault((chat, message_id), told) is told and self.on_notice:
                self.on_notice()
            return True
        return False

    def _told(self, chat: int, message_id: int, found: re.Match[str]) -> Told:
        minor = int(found["amount"].replace(",", "").replace(".", ""))
        return Told(chat, message_id, found["name"].strip(), minor, found["reference"], self.start)
