"""The whole bot behind a town that sets no pace, for tests that say hundreds of things and count what came of them.

``tests.stories.player`` gives the stage; here are people who move in with any name, and the end of all that is going on
(``quiet``), so that "nothing happened" can be claimed. Nothing of the bot is replaced: only its own speed limit is
raised, since the town has none.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TextIO, cast

import structlog

from bot import logs
from bot.clock import SystemClock
from bot.dialogue.events import Secret
from bot.pacing import Pacer, Rate
from bot.sandbox.chats import Message
from bot.sandbox.members import Member
from bot.sandbox.pacing import NO_PACING
from bot.sandbox.people import Json, Person
from bot.sandbox.server import serve
from bot.sandbox.town import Town
from bot.settings import Settings
from bot.vault.keys import Keys
from bot.wiring import House
from ledger.commands import Fund
from ledger.database.port import Query, Value
from ledger.kernel.ids import FundingId
from ledger.kernel.instants import to_micros
from ledger.kernel.money import Money
from tests.stories.player import PATIENCE_S, PIN, Hands, Stage, running, settings_for

_OWED: Final = Query("SELECT 1 FROM outbox WHERE state IN ('waiting', 'sending') AND due_at <= :now LIMIT 1")
UNPACED: Final = Rate(per_s=100_000.0, burst=100_000)
_MONEY_ON_A_BUTTON: Final = re.compile(r"₹([\d,]+)\.(\d\d)")


class SteppingHands(Hands):
    """Hands that can also set the wall clock of the machine, while no time passes."""

    def __init__(self, *, set_to: timedelta = timedelta()) -> None:
        super().__init__()
        self._step_ns = int(set_to.total_seconds() * 1e9)
        self.alarms: list[float] = []  # seconds of each step that was reported
        real = SystemClock()
        self.clock = SystemClock(
            wall_ns=lambda: to_micros(real.now()) * 1_000 + self._ahead_ns + self._step_ns,
            steady_ns=lambda: int(real.steady_s() * 1e9) + self._ahead_ns,
            on_step=self.alarms.append,
        )

    def step(self, by: timedelta) -> None:
        """Somebody sets the clock."""
        self._step_ns += int(by.total_seconds() * 1e9)


@asynccontextmanager
async def on_stage(
    folder: Path, *, snapshot: Path | None = None, hands: Hands | None = None, **changed: Any
) -> AsyncIterator[Stage]:
    """A town without people and the bot serving it; ``changed`` are settings. ``hands`` move the clock."""
    async with serve(Town(people=(), pacing=NO_PACING), snapshot=snapshot) as serving:
        settings = settings_for(folder, serving).model_copy(update=changed)
        if not settings.keys_file.exists():
            Keys.new(settings.keys_file)
        hands = hands or Hands()
        async with running(settings, hands) as house:
            yield Stage(serving, settings, hands, unpaced(house))


@asynccontextmanager
async def running_town(folder: Path) -> AsyncIterator[Stage]:
    """The town alone: enter ``restarted`` for each process of the bot. Until then the stage has no house."""
    async with serve(Town(people=(), pacing=NO_PACING)) as serving:
        settings = settings_for(folder, serving)
        Keys.new(settings.keys_file)
        yield Stage(serving, settings, Hands(), cast("House", None))


@asynccontextmanager
async def restarted(stage: Stage, settings: Settings | None = None) -> AsyncIterator[Stage]:
    """Another process on the same files: enter it once the one before has left."""
    async with running(settings or stage.settings, stage.hands) as house:
        stage.house = unpaced(house)
        yield stage


def unpaced(house: House) -> House:
    """The bot, speaking as fast as the town listens, and reading all that people write."""
    pacer = Pacer(overall=UNPACED, per_chat=UNPACED, per_group=UNPACED, now=house.books.clock.steady_s())
    house.delivery._pacer = house.screen._pacer = pacer
    house.receiver._attention = None
    return house


@contextmanager
def logging_to(stream: TextIO, *, as_json: bool) -> Iterator[None]:
    """Our logs at DEBUG as ``hundi run`` would write them, into ``stream``; afterwards as before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    ours = {name: logging.getLogger(name).level for name in logs.OURS}
    logs.configure("DEBUG", as_json=as_json, stream=stream)
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, was in ours.items():
            logging.getLogger(name).setLevel(was)


# ── people ───────────────────────────────────────────────────────────────────


async def move_in(stage: Stage, person: Person, *, paise: int = 0, pin: str | None = PIN) -> Person:
    """Somebody presses Start and gets an account; then money and a PIN, by the doors that give them."""
    stage.town.add_person(person)
    stage.town.start(person)
    await stage.town.wait_for(person, lambda m: m.from_bot and m.has_pad, timeout_s=PATIENCE_S)
    if pin is not None:
        await stage.house.pins.set(person.id, Secret(pin))
        tap = stage.town.tap(person, pad_of(stage, person).message_id, "Cancel")
        await stage.town.wait_for_answer(tap, timeout_s=PATIENCE_S)
    if paise:
        await fund(stage, person, paise)
    return person


async def fund(stage: Stage, person: Person, paise: int) -> None:
    """The operator's cash-in, as `hundi fund` does it."""
    account = (await stage.house.people.load_me(person.id)).account_id
    assert account is not None
    await stage.house.books.ledger.ask(Fund(FundingId.new(), account, Money(paise, "INR")))
    stage.house.notifier.wake.set()
    await stage.town.wait_for_text(person, "was added", timeout_s=PATIENCE_S)


async def befriend(stage: Stage, owner: Person, *others: Person) -> None:
    """The others are among the owner's contacts."""
    async with stage.house.books.database.transaction() as session:
        for other in others:
            await stage.house.circle.add_contact(session, owner.id, other.id, stage.hands.clock.now())


async def household(stage: Stage, size: int, *, paise: int = 500_000) -> tuple[list[Person], Person]:
    """``size`` payers called Asha Rao, each with money, a PIN and one contact: Priya Sharma (@priya)."""
    priya = await move_in(stage, Person(1001, "Priya", "Sharma", "priya"), pin=None)
    payers = [Person(2001 + n, "Asha", "Rao", f"asha{n}") for n in range(size)]
    await asyncio.gather(*(move_in(stage, payer, paise=paise) for payer in payers))
    for payer in payers:
        await befriend(stage, payer, priya)
    return payers, priya


def pad_of(stage: Stage, person: Person) -> Message:
    """The newest pad in their chat. ``StopIteration`` when there is none."""
    return next(message for message in stage.town.chat(person).newest_first() if message.has_pad)


# ── what happens ─────────────────────────────────────────────────────────────


async def quiet(stage: Stage) -> None:
    """Until everything that was done to the bot is stored, handled, answered and told."""
    house, town = stage.house, stage.town
    await town.wait_until(lambda: None if len(town.updates) else True, timeout_s=60.0)
    await house.runner.settled()
    await house.runner._answers.close()
    while await _is_owed(stage):
        await house.delivery.run_once(stage.hands.clock.now())
        await house.delivery.idle()


async def _is_owed(stage: Stage) -> bool:
    """Whether a message that is due has not been said yet."""
    due: dict[str, Value] = {"now": to_micros(stage.hands.clock.now())}
    return await stage.house.books.database.one(_OWED, due) is not None


async def hear(stage: Stage, person: Person, text: str) -> list[Message]:
    """Say it, and give what the bot said or changed since, oldest first."""
    stage.since = stage.now
    stage.town.say(person, text)
    await quiet(stage)
    return new_words(stage, person)


def new_words(stage: Stage, person: Person) -> list[Message]:
    """What the bot said or changed in this chat since ``stage.since``."""
    return [m for m in stage.town.messages(person) if m.from_bot and stage.is_new(m)]


async def enter(stage: Stage, person: Person, pin: str) -> None:
    """Press the digits on the newest pad, all at once."""
    pad = pad_of(stage, person)
    taps = [stage.town.tap(person, pad.message_id, digit) for digit in pin]
    for tap in taps:
        await stage.town.wait_for_answer(tap, timeout_s=PATIENCE_S)


async def press(stage: Stage, person: Person, label: str) -> str:
    """Press the newest button of this name; what the toast said."""
    message = await stage.town.wait_for(person, lambda m: label in m.labels, timeout_s=PATIENCE_S)
    tap = stage.town.tap(person, message.message_id, label)
    return (await stage.town.wait_for_answer(tap, timeout_s=PATIENCE_S)).text


def pressable(message: Message) -> list[Json]:
    """Its buttons that tell the bot something; a link opens a page."""
    return [button for button in message.buttons() if "callback_data" in button]


def money_on_buttons(message: Message) -> set[int]:
    """Every amount that a button of this message would move, in paise."""
    found = (_MONEY_ON_A_BUTTON.search(label) for label in message.labels)
    return {int(each[1].replace(",", "") + each[2]) for each in found if each}


async def rows_in_journal(stage: Stage) -> int:
    """How many transfers there are."""
    return (await stage.house.books.ledger.head())[0]


async def assert_books_untouched(stage: Stage, rows_before: int) -> None:
    """No money moved, and the books still balance."""
    assert await rows_in_journal(stage) == rows_before
    assert (await stage.house.books.ledger.trial_balance()).balanced


def open_group(stage: Stage, owner: Person) -> Json:
    """A group that the bot has been in for long: it greets nobody. The ``Chat`` of its messages."""
    chat = stage.town.open_group("Flat 4B", [owner], bot=False)
    chat.members[stage.town.bot.id], chat.started = Member(), True
    return stage.town.chat_json(chat.chat_id)


def as_said(stage: Stage, person: Person, text: str, **fields: Any) -> Json:
    """The JSON of a message this person could have sent, with some fields otherwise; not posted in the chat."""
    message = Message(stage.town.take_message_id(), person.id, person.as_user(), int(stage.town.clock()), text)
    return stage.town.message_json(message) | fields


def later(stage: Stage, **units: float) -> None:
    """Time passes for the bot."""
    stage.hands.move(timedelta(**units))
    stage.house.delivery.wake.set()
