"""Plays a story through the real wire: a town that speaks for Telegram, and the whole bot polling it.

Only the far ends are ours: the town, and the hands that move the clock. Accounts and PINs of a ``given`` are made
through the doors a person or an operator would use; nothing is put into a table.
"""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from bot.clock import SystemClock
from bot.dialogue.events import Secret
from bot.sandbox.chats import Message
from bot.sandbox.people import Json, Person
from bot.sandbox.server import Serving, serve
from bot.sandbox.town import Town
from bot.settings import Settings
from bot.vault.keys import Keys
from bot.wiring import House, open_house
from ledger.commands import Fund
from ledger.kernel.ids import FundingId
from ledger.kernel.money import Money
from ledger.outcomes import Funded
from tests.stories.script import Step, Story, StoryError

PIN: Final = "274913"
OTHER_PIN: Final = "836205"
PATIENCE_S: Final = 20.0  # a story waits for what it expects; a slow machine is not a failure

_HOLDS = re.compile(
    r"(?P<name>[A-Z]\w+ [A-Z]\w+)(?: \(@(?P<handle>\w+)\))? has ₹(?P<amount>[\d,]+\.\d\d)(?P<pin> and a PIN)?"
)
_CONTACT = re.compile(r"(?P<name>[A-Z]\w+ [A-Z]\w+) \(@(?P<handle>\w+)\) is (?:her|his|their) contact")
_AMOUNT = re.compile(r"(\w+) (-?[\d,]+\.\d\d)")
_REFERENCE = re.compile(r"\b\d{12}\b")


class Hands:
    """A clock that a story moves; it never runs by itself less than real time does."""

    def __init__(self) -> None:
        self._ahead_ns = 0
        real = SystemClock()
        self.clock = SystemClock(
            wall_ns=lambda: int(real.now().timestamp() * 1e9) + self._ahead_ns,
            steady_ns=lambda: int(real.steady_s() * 1e9) + self._ahead_ns,
        )

    def move(self, by: timedelta) -> None:
        """Time passes."""
        self._ahead_ns += int(by.total_seconds() * 1e9)


@dataclass(slots=True)
class Stage:
    """Where a story plays: the town, the bot, and who is who."""

    serving: Serving
    settings: Settings
    hands: Hands
    house: House
    people: dict[str, Person] = field(default_factory=dict)  # by first name in lower case, or handle
    changes: dict[tuple[int, int], int] = field(default_factory=dict)  # (chat, message) → when it last looked new
    now: int = 0  # counts changes of any message
    since: int = 0  # changes after the last thing that somebody did are what a story sees
    reference: str = ""
    speaker: str = ""

    def __post_init__(self) -> None:
        self.serving.town.listen(self._note)

    def _note(self, change: Json) -> None:
        if change["kind"] == "message":
            self.now += 1
            self.changes[change["chat"], change["message"]["message_id"]] = self.now

    def is_new(self, message: Message) -> bool:
        """Whether it came, or changed, since somebody last did something."""
        return self.changes.get((message.chat_id, message.message_id), 0) > self.since

    @property
    def town(self) -> Town:
        """The town."""
        return self.serving.town


@asynccontextmanager
async def running(settings: Settings, hands: Hands) -> AsyncIterator[House]:
    """The whole bot, serving."""
    async with open_house(settings, hands.clock) as house:
        serving = asyncio.create_task(house.serve())
        try:
            yield house
        finally:
            house.stop.set()
            await serving


def settings_for(folder: Path, serving: Serving) -> Settings:
    """Settings of a bot that lives in ``folder`` and speaks to the town."""
    return Settings(
        bot_token=SecretStr(serving.town.token),
        telegram_api_url=serving.api_url,
        database_url=f"sqlite:///{folder / 'hundi.db'}",
        keys_file=folder / "hundi.keys",
    )


class Player:
    """Plays one story on a stage of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = AsyncExitStack()
        self._bot = AsyncExitStack()

    async def play(self, story: Story) -> None:
        """Play every step. An ``AssertionError`` names the line and shows the chat as it stands."""
        async with self._stack:
            serving = await self._stack.enter_async_context(serve(Town(people=())))
            settings = settings_for(self._folder, serving)
            Keys.new(settings.keys_file)
            hands = Hands()
            await self._stack.enter_async_context(self._bot)
            house = await self._bot.enter_async_context(running(settings, hands))
            stage = Stage(serving, settings, hands, house)
            for step in story.steps:
                try:
                    await self._take(stage, step)
                except (AssertionError, TimeoutError, LookupError, StoryError) as wrong:
                    raise AssertionError(f"{story.name}.story, line {step.number}: {wrong}") from wrong

    async def _take(self, stage: Stage, step: Step) -> None:
        match step.who:
            case "given":
                await _given(stage, step.text)
            case "clock":
                stage.since = stage.now
                stage.hands.move(_duration(step.text))
                stage.house.delivery.wake.set()
            case "restart":
                await self._restart(stage)
            case "books":
                await _check_books(stage, step.text)
            case "bot":
                await _sees(stage, stage.speaker, step)
            case who if step.verb == "sees":
                await _sees(stage, who, step)
            case who:
                await _acts(stage, who, step)

    async def _restart(self, stage: Stage) -> None:
        """The bot ends and another starts on the same files."""
        stage.since = stage.now
        await self._bot.aclose()
        self._bot = AsyncExitStack()
        await self._stack.enter_async_context(self._bot)
        stage.house = await self._bot.enter_async_context(running(stage.settings, stage.hands))


# ── given ────────────────────────────────────────────────────────────────────


async def _given(stage: Stage, text: str) -> None:
    for clause in text.split(";"):
        if holds := _HOLDS.fullmatch(clause.strip()):
            person = await _moves_in(stage, holds["name"], holds["handle"])
            await _funded(stage, person, holds["amount"])
            if holds["pin"]:
                await stage.house.pins.set(person.id, Secret(PIN))
            stage.speaker = stage.speaker or person.first_name.lower()
        elif contact := _CONTACT.fullmatch(clause.strip()):
            other = await _moves_in(stage, contact["name"], contact["handle"])
            await _acquainted(stage, stage.people[stage.speaker], other)
        else:
            raise StoryError(f"cannot be given: {clause.strip()}")


async def _moves_in(stage: Stage, name: str, handle: str | None) -> Person:
    """Somebody who pressed Start and has an account and no PIN yet."""
    first, last = name.split()
    handle = handle or first.lower()
    if handle in stage.people:
        return stage.people[handle]
    person = Person(1001 + len(stage.town.people), first, last, username=handle)
    stage.people[handle] = person
    stage.people.setdefault(first.lower(), person)
    stage.town.add_person(person)
    stage.town.start(person)
    await stage.town.wait_for_text(person, f"@{handle}", timeout_s=PATIENCE_S)
    return person


async def _funded(stage: Stage, person: Person, amount: str) -> None:
    minor_units = int(amount.replace(",", "").replace(".", ""))
    if not minor_units:
        return
    me = await stage.house.people.load_me(person.id)
    assert me.account_id is not None
    funded = await stage.house.books.ledger.ask(Fund(FundingId.new(), me.account_id, Money(minor_units, "INR")))
    assert isinstance(funded, Funded)


async def _acquainted(stage: Stage, owner: Person, other: Person) -> None:
    async with stage.house.books.database.transaction() as session:
        await stage.house.circle.add_contact(session, owner.id, other.id, stage.hands.clock.now())


# ── what people do ───────────────────────────────────────────────────────────


async def _acts(stage: Stage, who: str, step: Step) -> None:
    person = stage.people[who]
    stage.speaker = who
    if "·" in step.text:
        await _enters_pin(stage, person, PIN if "right" in step.remark else OTHER_PIN)
        return
    if step.buttons:
        await _presses(stage, person, step.buttons[0], times=2 if step.verb == "presses twice" else 1)
        return
    stage.since = stage.now
    match step.verb:
        case "":
            stage.town.say(person, step.text)
        case "edits":
            mine = next(m for m in stage.town.chat(person).newest_first() if not m.from_bot)
            stage.town.edit(person, mine.message_id, step.text)
        case "forwards":
            stage.town.forward(person, stage.town.say(_passer_by(stage), step.text))
        case "blocks":
            stage.town.block(person)
        case "unblocks":
            stage.town.unblock(person)
        case verb:
            raise StoryError(f"nobody can {verb!r}")


def _passer_by(stage: Stage) -> Person:
    """Somebody else, whose words are forwarded."""
    return stage.town.add_person(Person(9_000 + secrets.randbelow(900), "Passer", "By"))


async def _presses(stage: Stage, person: Person, label: str, *, times: int = 1) -> None:
    message = await stage.town.wait_for(person, lambda m: label in m.labels, timeout_s=PATIENCE_S)
    stage.since = stage.now
    taps = [stage.town.tap(person, message.message_id, label) for _ in range(times)]
    for tap in taps:
        await stage.town.wait_for_answer(tap, timeout_s=PATIENCE_S)


async def _enters_pin(stage: Stage, person: Person, pin: str) -> None:
    pad = await stage.town.wait_for(person, _is_fresh_pad, timeout_s=PATIENCE_S)
    stage.since = stage.now
    taps = [stage.town.tap(person, pad.message_id, digit) for digit in pin]
    for tap in taps:
        await stage.town.wait_for_answer(tap, timeout_s=PATIENCE_S)


def _is_fresh_pad(message: Message) -> bool:
    return message.has_pad and "●" not in message.text


# ── what people see ──────────────────────────────────────────────────────────


async def _sees(stage: Stage, who: str, step: Step) -> None:
    person = stage.people[who]

    def fits(message: Message) -> bool:
        return (
            message.from_bot
            and stage.is_new(message)
            and _says(message.text, step.text)
            and (not step.buttons or tuple(message.labels) == step.buttons)
            and ("the same reference" not in step.remark or stage.reference in message.text)
        )

    seen = await stage.town.wait_for(person, fits, timeout_s=PATIENCE_S)
    if "once" in step.remark:
        assert sum(_says(m.text, step.text) for m in stage.town.messages(person)) == 1, "said more than once"
    if step.remark.startswith("reference"):
        found = _REFERENCE.search(seen.text)
        assert found, f"no reference in {seen.text!r}"
        stage.reference = found[0]


def _says(text: str, wanted: str) -> bool:
    """Whether a message says it; "…" stands for anything, and case does not matter."""
    parts = [re.escape(part) for part in wanted.lower().split("…")]
    return re.search(".*".join(parts), text.lower(), re.DOTALL) is not None


# ── what the books say ───────────────────────────────────────────────────────


async def _check_books(stage: Stage, text: str) -> None:
    for name, figure in _AMOUNT.findall(text):
        wanted = int(figure.replace(",", "").replace(".", ""))
        if name == "balance":
            trial = await stage.house.books.ledger.trial_balance()
            assert trial.balanced, "the trial balance is not zero"
            continue
        me = await stage.house.people.load_me(stage.people[name].id)
        assert me.account_id is not None
        balance = await stage.house.books.ledger.balance(me.account_id)
        assert balance.posted.minor_units == wanted, f"{name} has {balance.posted.minor_units}, not {wanted}"


def _duration(text: str) -> timedelta:
    found = re.fullmatch(r"\+(\d+)([smhd])", text.strip())
    if not found:
        raise StoryError(f"no duration: {text}")
    unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[found[2]]
    return timedelta(**{unit: int(found[1])})
