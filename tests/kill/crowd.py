"""People who pay each other through the chat, and behave like people.

They type, press what they see and wait. When nothing happens for a while, or the bubble says so, they press again or
write again; they never assume that a payment went through, and never press Pay twice on two bubbles of one wish while
one of them may still be paid. Each wish has an amount of its own, so that the books can be held against the wishes.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from bot.sandbox.chats import Message
from bot.sandbox.people import Person
from tests.kill.stage import PIN, Stage

PATIENCE_S: Final = 8.0  # a person taps again when nothing has happened for so long
_PRESSES_AGAIN: Final = 2  # then they write again
FIRST_WISH_MINOR: Final = 1_00


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody wants somebody to have so much, once."""

    payer: Person
    payee: Person
    amount_minor: int

    @property
    def shown(self) -> str:
        """The amount as the chat shows it."""
        return f"₹{self.amount_minor // 100}.{self.amount_minor % 100:02d}"

    @property
    def words(self) -> str:
        """What is typed."""
        return f"send {self.shown[1:]} to {self.payee.first_name}"


@dataclass(slots=True)
class Payer:
    """One person with a phone."""

    stage: Stage
    me: Person
    others: Sequence[Person]
    chance: Random
    granted: list[Wish] = field(default_factory=list)
    open: Wish | None = None
    repeats: int = 0  # how often they had to press or write again
    _pressed: dict[tuple[int, str], float] = field(default_factory=dict)  # a picture of a bubble → when it was pressed

    async def keep_paying(self, stop: asyncio.Event, most: int = 10**9) -> None:
        """Pay one after the other until told to stop; the payment that is open then is carried to its end."""
        while not stop.is_set() and len(self.granted) < most:
            payee = self.chance.choice(self.others)
            await self.pay(Wish(self.me, payee, FIRST_WISH_MINOR + len(self.granted)))

    async def pay(self, wish: Wish) -> None:
        """Until the bubble says Paid."""
        self.open, patience = wish, _PRESSES_AGAIN
        self._write(wish)
        while self.stage.witness.reference_of(self.me.id, wish.amount_minor) is None:
            self.stage.witness.changed[self.me.id].clear()
            if self._go_on(wish, impatient=False):
                continue
            if await self._something_happens():
                continue
            self.repeats += 1
            patience -= 1
            if patience < 0 or not self._go_on(wish, impatient=True):
                patience = _PRESSES_AGAIN
                self._write(wish)
        self.granted.append(wish)
        self.open = None

    def _write(self, wish: Wish) -> None:
        self._pressed.clear()
        self.stage.town.say(self.me, wish.words)

    async def _something_happens(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self.stage.witness.changed[self.me.id].wait()
        except TimeoutError:
            return False
        return True

    def _go_on(self, wish: Wish, *, impatient: bool) -> bool:
        """Do what the chat asks for; True when something was done."""
        bubble = self._bubble(wish)
        if bubble is None:
            return False
        if bubble.has_pad:
            return self._enter_pin(bubble, impatient=impatient)
        return self._press(bubble, f"Pay {wish.shown}", impatient=impatient)

    def _bubble(self, wish: Wish) -> Message | None:
        """What asks something about this wish and came or changed last."""
        chat, looked = self.stage.town.chat(self.me), self.stage.witness.looked_new
        asking = [m for m in chat.messages.values() if m.from_bot and _asks(m, wish)]
        return max(asking, key=lambda m: looked.get((m.chat_id, m.message_id), 0), default=None)

    def _press(self, bubble: Message, label: str, *, impatient: bool) -> bool:
        """Once for each new picture; again when nothing came of it for a while."""
        picture = (bubble.message_id, _token(bubble, label) + str(bubble.edited_at))
        if picture in self._pressed and not impatient:
            return False
        self._pressed[picture] = 0.0
        self.stage.town.tap(self.me, bubble.message_id, label)
        return True

    def _enter_pin(self, pad: Message, *, impatient: bool) -> bool:
        if "●" in pad.text:  # digits are on their way
            return False
        picture = (pad.message_id, _token(pad, "1"))
        if picture in self._pressed and not impatient:
            return False
        self._pressed[picture] = 0.0
        for digit in PIN:
            self.stage.town.tap(self.me, pad.message_id, digit)
        return True


def _asks(message: Message, wish: Wish) -> bool:
    """Whether it waits for a press: its pad is open for this wish, or its Pay button is."""
    return (message.has_pad and wish.shown in message.text) or f"Pay {wish.shown}" in message.labels


def _token(message: Message, label: str) -> str:
    return next(str(button["callback_data"]) for button in message.buttons() if button["text"] == label)


def payer_of(stage: Stage, person: Person, seed: int = 0) -> Payer:
    """One person with a phone, who may pay everybody else."""
    return Payer(stage, person, [other for other in stage.people if other is not person], Random(f"{seed}:{person.id}"))


class Crowd:
    """All of them at once."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self._stop = asyncio.Event()
        self.payers = [payer_of(stage, person, seed) for person in stage.people]
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, most: int = 10**9) -> None:
        """Everybody begins to pay, at most so often each."""
        self._tasks = [asyncio.create_task(payer.keep_paying(self._stop, most)) for payer in self.payers]

    def check(self) -> None:
        """Raise what went wrong with somebody, if it did."""
        for task in self._tasks:
            if task.done():
                task.result()

    async def finish(self, patience_s: float) -> None:
        """No new payments; those that are open are carried to their end."""
        self._stop.set()
        await self.until_done(patience_s)

    async def until_done(self, patience_s: float) -> None:
        """Until nobody wants to pay any more. ``AssertionError`` shows who waits."""
        try:
            async with asyncio.timeout(patience_s):
                await asyncio.gather(*self._tasks)
        except TimeoutError:
            waiting = [payer for payer in self.payers if payer.open is not None]
            shown = "\n\n".join(f"{p.open}\n{_tail(p)}" for p in waiting[:3])
            raise AssertionError(f"{len(waiting)} payments never ended:\n{shown}") from None

    async def leave(self) -> None:
        """At the end of a test, however it went."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def granted(self) -> list[Wish]:
        """Every wish whose bubble said Paid."""
        return [wish for payer in self.payers for wish in payer.granted]

    @property
    def repeats(self) -> int:
        """How often somebody had to press or write again."""
        return sum(payer.repeats for payer in self.payers)


def _tail(payer: Payer) -> str:
    return "\n".join(payer.stage.town.transcript(payer.me).splitlines()[-12:])
