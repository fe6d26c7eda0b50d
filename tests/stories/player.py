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
from bot.sandbox.chats import Message, Tap
from bot.sandbox.people import Json, Person
from bot.sandbox.server import Serving, serve
from bot.sandbox.town import Town
from bot.settings import Settings
from bot.vault.keys import Keys
from bot.wiring import House, open_house
from ledger.commands import Fund, Pay
from ledger.kernel.ids import FundingId, PaymentId
from ledger.kernel.money import Money
from ledger.outcomes import Captured, Funded
from tests.stories.script import Step, Story, StoryError

PIN: Final = "274913"
OTHER_PIN: Final = "836205"
PATIENCE_S: Final = 20.0  # a story waits for what it expects; a slow machine is not a failure

_HOLDS = re.compile(
    r"(?P<name>[A-Z]\w+ [A-Z]\w+)(?: \(@(?P<handle>\w+)\))? has ₹(?P<amount>[\d,]+\.\d\d)(?P<pin> and a PIN)?"
)
_CONTACT = re.compile(r"(?P<name>[A-Z]\w+ [A-Z]\w+) \(@(?P<handle>\w+)\) is (?:her|his|their) contact")
_NEW = re.compile(r"(?P<name>[A-Z]\w+ [A-Z]\w+) \(@(?P<handle>\w+)\) is new")
_KNOWN = re.compile(r"(?P<name>[A-Z]\w+ [A-Z]\w+) \(@(?P<handle>\w+)\) is on Hundi")
_PAID = re.compile(r"@(?P<payer>\w+) has paid @(?P<payee>\w+) ₹(?P<amount>[\d,]+\.\d\d) (?P<times>\d+) times")
_AMOUNT = re.compile(r"(\w+) (-?[\d,]+\.\d\d)")
_SPELT = re.compile(r"\b\d{6}\b")
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
    pins: dict[str, str] = field(default_factory=dict)  # by name as the story calls them; PIN unless another was chosen
    taps: list[Tap] = field(default_factory=list)  # of the last press
    pressed: dict[str, tuple[int, str]] = field(default_factory=dict)  # label → message and data when it was pressed

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
            case "toast":
                await _hears_toast(stage, step.text)
            case who if step.verb == "sees":
                await _sees(stage, who, step)
            case who if step.verb == "no longer sees":
                await _no_longer_sees(stage, who, step.text)
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
                await _has_a_pin(stage, person)
            stage.speaker = stage.speaker or person.first_name.lower()
        elif new := _NEW.fullmatch(clause.strip()):
            _comes_to_town(stage, new["name"], new["handle"])
            stage.speaker = stage.speaker or new["handle"]
        elif known := _KNOWN.fullmatch(clause.strip()):
            await _moves_in(stage, known["name"], known["handle"])
        elif paid := _PAID.fullmatch(clause.strip()):
            await _has_paid(stage, paid["payer"], paid["payee"], paid["amount"], int(paid["times"]))
        elif contact := _CONTACT.fullmatch(clause.strip()):
            other = await _moves_in(stage, contact["name"], contact["handle"])
            await _acquainted(stage, stage.people[stage.speaker], other)
        else:
            raise StoryError(f"cannot be given: {clause.strip()}")


async def _has_a_pin(stage: Stage, person: Person) -> None:
    """The pad of the welcome is closed as they would, and the PIN they have is the one every story knows."""
    pad = await stage.town.wait_for(person, _is_fresh_pad, timeout_s=PATIENCE_S)
    stage.town.tap(person, pad.message_id, "Cancel")
    await stage.town.wait_for(person, lambda m: m.message_id == pad.message_id and not m.has_pad, timeout_s=PATIENCE_S)
    await stage.house.pins.set(person.id, Secret(PIN))


async def _moves_in(stage: Stage, name: str, handle: str | None) -> Person:
    """Somebody who pressed Start and has an account and no PIN yet."""
    handle = handle or name.split(maxsplit=1)[0].lower()
    if handle in stage.people:
        return stage.people[handle]
    person = _comes_to_town(stage, name, handle)
    stage.town.start(person)
    await stage.town.wait_for_text(person, f"@{handle}", timeout_s=PATIENCE_S)
    return person


def _comes_to_town(stage: Stage, name: str, handle: str) -> Person:
    """Somebody on Telegram who never wrote to the bot."""
    first, last = name.split()
    person = Person(1001 + len(stage.town.people), first, last, username=handle)
    stage.people[handle] = person
    stage.people.setdefault(first.lower(), person)
    return stage.town.add_person(person)


async def _has_paid(stage: Stage, payer: str, payee: str, amount: str, times: int) -> None:
    """Payments of today, asked of the ledger as the bot does."""
    accounts = [(await stage.house.people.load_me(stage.people[who].id)).account_id for who in (payer, payee)]
    assert accounts[0] is not None
    assert accounts[1] is not None
    money = Money(_minor_units(amount), "INR")
    for _ in range(times):
        until = stage.hands.clock.now() + timedelta(minutes=5)
        pay = Pay(PaymentId.new(), accounts[0], accounts[1], money, expires_at=until)
        assert isinstance(await stage.house.books.ledger.ask(pay), Captured)


async def _funded(stage: Stage, person: Person, amount: str) -> None:
    minor_units = _minor_units(amount)
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
        await _enters_pin(stage, person, _digits(stage, who, step.remark))
        return
    if step.buttons and step.verb == "presses again":
        _presses_again(stage, person, step.buttons[0])
        return
    if step.buttons:
        await _presses(stage, person, step.buttons[0], times=2 if step.verb == "presses twice" else 1)
        return
    stage.since = stage.now
    _does(stage, person, step)


def _does(stage: Stage, person: Person, step: Step) -> None:
    """What anybody can do with a chat, without a button."""
    match step.verb:
        case "":
            stage.town.say(person, step.text)
        case "starts":
            stage.town.start(person)
        case "shares":
            stage.town.share_contact(person, stage.people[step.text])
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


def _digits(stage: Stage, who: str, remark: str) -> str:
    """The digits that a remark means. Digits that are chosen are the right ones from then on."""
    if spelt := _SPELT.search(remark):
        if "chosen" in remark:
            stage.pins[who] = spelt[0]
        return spelt[0]
    right = stage.pins.get(who, PIN)
    return right if "right" in remark else OTHER_PIN


def _presses_again(stage: Stage, person: Person, label: str) -> None:
    """A button as it was when it was pressed: a phone may show a message that has changed since."""
    message_id, data = stage.pressed[label]
    stage.since = stage.now
    stage.taps = [stage.town.tap_data(person, message_id, data)]


async def _presses(stage: Stage, person: Person, label: str, *, times: int = 1) -> None:
    message = await stage.town.wait_for(person, lambda m: label in m.labels, timeout_s=PATIENCE_S)
    stage.since = stage.now
    data = next(button["callback_data"] for button in message.buttons() if button["text"] == label)
    stage.pressed[label] = message.message_id, data
    stage.taps = [stage.town.tap(person, message.message_id, label) for _ in range(times)]
    for tap in stage.taps:
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


async def _hears_toast(stage: Stage, wanted: str) -> None:
    """What the last press was answered, over the chat."""
    answer = await stage.town.wait_for_answer(stage.taps[-1], timeout_s=PATIENCE_S)
    assert _says(answer.text, wanted), f"the toast says {answer.text!r}"


async def _no_longer_sees(stage: Stage, who: str, text: str) -> None:
    """A message was deleted from the chat, for both sides."""

    def gone() -> bool | None:
        return True if all(text not in message.text for message in stage.town.messages(stage.people[who])) else None

    chat = stage.people[who]
    await stage.town.wait_until(gone, timeout_s=PATIENCE_S, otherwise=lambda: stage.town.transcript(chat))


def _says(text: str, wanted: str) -> bool:
    """Whether a message says it; "…" stands for anything, and case does not matter."""
    parts = [re.escape(part) for part in wanted.lower().split("…")]
    return re.search(".*".join(parts), text.lower(), re.DOTALL) is not None


# ── what the books say ───────────────────────────────────────────────────────


async def _check_books(stage: Stage, text: str) -> None:
    for name, figure in _AMOUNT.findall(text):
        wanted = _minor_units(figure)
        if name == "balance":
            trial = await stage.house.books.ledger.trial_balance()
            assert trial.balanced, "the trial balance is not zero"
            continue
        me = await stage.house.people.load_me(stage.people[name].id)
        assert me.account_id is not None
        balance = await stage.house.books.ledger.balance(me.account_id)
        assert balance.posted.minor_units == wanted, f"{name} has {balance.posted.minor_units}, not {wanted}"


def _minor_units(figure: str) -> int:
    return int(figure.replace(",", "").replace(".", ""))


def _duration(text: str) -> timedelta:
    found = re.fullmatch(r"\+(\d+)([smhd])", text.strip())
    if not found:
        raise StoryError(f"no duration: {text}")
    unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[found[2]]
    return timedelta(**{unit: int(found[1])})
