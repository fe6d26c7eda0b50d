"""Plays a story through the real wire: a town that speaks for Telegram, and the whole bot behind it.

Only the far ends are ours: the town, and the hands that move the clock. Other people's code reads along
(``tests.harness.judges``): whatever the bot asked and the town answered in a story is the Bot API's, to the last field.
"""

import re
import secrets
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.chats import Message
from bot.sandbox.people import Person
from bot.sandbox.server import serve
from bot.sandbox.town import Town
from bot.vault.keys import Keys
from tests.harness.judges import Judges
from tests.stories.given import given
from tests.stories.groups import happens, hears, opens_link, speaks
from tests.stories.script import Step, Story, StoryError
from tests.stories.stage import (
    OTHER_PIN,
    PATIENCE_S,
    PIN,
    Hands,
    Stage,
    is_fresh_pad,
    minor_units,
    running,
    settings_for,
)

__all__ = ["OTHER_PIN", "PATIENCE_S", "PIN", "Hands", "Player", "Stage", "running", "settings_for"]

_AMOUNT = re.compile(r"(\w+) (-?[\d,]+\.\d\d)")
_SPELT = re.compile(r"\b\d{6}\b")
_REFERENCE = re.compile(r"\b\d{12}\b")
_SPACES = {ord("\u00a0"): " ", ord("\u202f"): " "}


class Player:
    """Plays one story on a stage of its own."""

    def __init__(self, folder: Path, *, by_webhook: bool = False, database_url: str | None = None) -> None:
        self._folder, self._by_webhook, self._database_url = folder, by_webhook, database_url
        self._stack = AsyncExitStack()
        self._bot = AsyncExitStack()

    async def play(self, story: Story) -> None:
        """Play every step. An ``AssertionError`` names the line and shows the chat as it stands."""
        async with self._stack:
            serving = await self._stack.enter_async_context(serve(Town(people=())))
            judges = Judges(serving.town)
            settings = settings_for(self._folder, serving, by_webhook=self._by_webhook)
            if self._database_url is not None:
                settings = settings.model_copy(update={"database_url": self._database_url})
            serving.courier.unit_s = 0.05  # what was refused while the bot starts comes again soon
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
            unlike_telegram = judges.complaints(serving.calls)
            assert not unlike_telegram, f"{story.name}.story, on the wire: {unlike_telegram}"

    async def _take(self, stage: Stage, step: Step) -> None:
        match step.who:
            case "given":
                await given(stage, step.text)
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
            case who if step.verb == "gets a file":
                await _gets_a_file(stage, who, step)
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


# ── what people do ───────────────────────────────────────────────────────────


async def _acts(stage: Stage, who: str, step: Step) -> None:
    if happens(stage, f"{who} {step.verb}".strip()):
        return
    if who == "group":
        hears(stage, step.verb, step.text)
        return
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
    if speaks(stage, person, step.verb, step.text):
        return
    match step.verb:
        case "":
            stage.town.say(person, step.text.replace("{reference}", stage.reference))
        case "starts":
            stage.town.start(person)
        case "opens the link":
            opens_link(stage, person)
        case "shares":
            _shares(stage, person, step.text)
        case "edits":
            mine = next(m for m in stage.town.chat(person).newest_first() if not m.from_bot)
            stage.town.edit(person, mine.message_id, step.text)
        case "forwards":
            stage.town.forward(person, stage.town.say(_passer_by(stage), step.text))
        case "blocks":
            stage.town.block(person)
        case "unblocks":
            stage.town.unblock(person)
        case _:
            _says_of_others(stage, person, step)


def _shares(stage: Stage, person: Person, what: str) -> None:
    """A card: one's own by Telegram's button, that of somebody in town, or one of an address book."""
    if what in {"her number", "his number", "their number"}:
        assert stage.town.chat(person).reply_keyboard, "there is no button to share it by"
        stage.town.share_contact(person)
    elif "," in what:
        name, number = (part.strip() for part in what.split(","))
        stage.town._from(person, None, contact={"phone_number": number, "first_name": name})
    else:
        stage.town.share_contact(person, stage.people[what])


def _says_of_others(stage: Stage, person: Person, step: Step) -> None:
    """What has to do with somebody else's words, link or account."""
    match step.verb:
        case "quotes":
            whom, words = (part.strip() for part in step.text.split(":"))
            stage.town.forward(person, stage.town.say(stage.people[whom], words))
        case "replies":
            mine = next(m for m in stage.town.chat(person).newest_first() if not m.from_bot)
            stage.town.say(person, step.text, reply_to=mine.message_id)
        case "opens":
            stage.town.open_link(person, _invitation_of(stage, stage.people[step.text.split()[-1]]))
        case "deletes":
            stage.town.delete_account(person)
        case verb:
            raise StoryError(f"nobody can {verb!r}")


def _invitation_of(stage: Stage, inviter: Person) -> str:
    """The address that the newest share link in this chat passes on."""
    buttons = [button for m in stage.town.chat(inviter).newest_first() for button in m.buttons()]
    shared = next(str(button["url"]) for button in buttons if "/share/url?" in button.get("url", ""))
    return parse_qs(urlsplit(shared).query)["url"][0]


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
    message = await stage.town.wait_for(person, lambda m: label in map(_plain, m.labels), timeout_s=PATIENCE_S)
    stage.since = stage.now
    button = next(button for button in message.buttons() if _plain(button["text"]) == label)
    stage.pressed[label] = message.message_id, button["callback_data"]
    stage.taps = [stage.town.tap(person, message.message_id, button["text"]) for _ in range(times)]
    for tap in stage.taps:
        await stage.town.wait_for_answer(tap, timeout_s=PATIENCE_S)


async def _enters_pin(stage: Stage, person: Person, pin: str) -> None:
    pad = await stage.town.wait_for(person, is_fresh_pad, timeout_s=PATIENCE_S)
    stage.since = stage.now
    taps = [stage.town.tap(person, pad.message_id, digit) for digit in pin]
    for tap in taps:
        await stage.town.wait_for_answer(tap, timeout_s=PATIENCE_S)


# ── what people see ──────────────────────────────────────────────────────────


async def _sees(stage: Stage, who: str, step: Step) -> None:
    place = stage.the_group if who in {"group", "topic"} else stage.people[who]

    def fits(message: Message) -> bool:
        return (
            message.from_bot
            and (who != "topic" or message.thread_id == stage.topic)
            and stage.is_new(message)
            and _says(message.text, step.text)
            and (not step.buttons or tuple(map(_plain, message.labels)) == step.buttons)
            and ("the same reference" not in step.remark or stage.reference in message.text)
        )

    seen = await stage.town.wait_for(place, fits, timeout_s=PATIENCE_S)
    if "once" in step.remark:
        assert sum(_says(m.text, step.text) for m in stage.town.messages(place)) == 1, "said more than once"
    if step.remark.startswith("reference"):
        found = _REFERENCE.search(seen.text)
        assert found, f"no reference in {seen.text!r}"
        stage.reference = found[0]


async def _gets_a_file(stage: Stage, who: str, step: Step) -> None:
    """A document of that name came, and what is in it."""

    def fits(message: Message) -> bool:
        file = message.document
        return message.from_bot and stage.is_new(message) and file is not None and _says(file["file_name"], step.text)

    message = await stage.town.wait_for(stage.people[who], fits, timeout_s=PATIENCE_S)
    assert message.document is not None
    content = stage.town.files[message.document["file_id"]][1].decode()
    wanted, _, unwanted = step.remark.removeprefix("with ").partition(" without ")
    assert _says(content, wanted.replace("{reference}", stage.reference)), f"the file says {content!r}"
    assert not unwanted or not _says(content, unwanted), f"the file says {content!r}"


async def _hears_toast(stage: Stage, wanted: str) -> None:
    """What the last press was answered, over the chat."""
    answer = await stage.town.wait_for_answer(stage.taps[-1], timeout_s=PATIENCE_S)
    assert _says(answer.text, wanted), f"the toast says {answer.text!r}"


async def _no_longer_sees(stage: Stage, who: str, text: str) -> None:
    """A message was deleted from the chat, for both sides."""
    chat = stage.the_group if who == "group" else stage.people[who]

    def gone() -> bool | None:
        return True if all(text not in message.text for message in stage.town.messages(chat)) else None

    await stage.town.wait_until(gone, timeout_s=PATIENCE_S, otherwise=lambda: stage.town.transcript(chat))


def _says(text: str, wanted: str) -> bool:
    """Whether a message says it; "…" stands for anything, and case does not matter."""
    parts = [re.escape(part) for part in wanted.lower().split("…")]
    return re.search(".*".join(parts), _plain(text).lower(), re.DOTALL) is not None


def _plain(text: str) -> str:
    """With every space as the one on a keyboard: French has two others, which look the same in a story."""
    return text.translate(_SPACES)


# ── what the books say ───────────────────────────────────────────────────────


async def _check_books(stage: Stage, text: str) -> None:
    for name, figure in _AMOUNT.findall(text):
        wanted = minor_units(figure)
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
