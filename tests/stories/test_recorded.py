"""What somebody did on the page of the town is written as a story, and the story plays."""

import asyncio
from collections.abc import AsyncIterator, Callable
from itertools import combinations
from pathlib import Path
from typing import Final

import httpx
import pytest

from bot.cli.amounts import written
from bot.sandbox.chats import Message
from bot.sandbox.pacing import NO_PACING
from bot.sandbox.people import Person, person_named
from bot.sandbox.server import serve
from bot.sandbox.story_lines import Standing
from bot.sandbox.town import Town
from bot.vault.keys import Keys
from tests.harness.wire import move_in, quiet, unpaced
from tests.stories.player import Player
from tests.stories.script import read
from tests.stories.stage import PIN, Hands, Stage, running, settings_for

ASHA, PRIYA, RAVI = (person_named(name, 1001 + place) for place, name in enumerate(("Asha", "Priya", "Ravi")))
SECRET: Final = "519364"  # a PIN that somebody chooses while it is recorded


class Somebody:
    """A person at the page: what they see they read in the town, what they do they post."""

    def __init__(self, stage: Stage, page: httpx.AsyncClient, person: Person) -> None:
        self.stage, self.page, self.person = stage, page, person

    async def does(self, act: str, **body: object) -> None:
        """Post it, and wait for the end of all that comes of it."""
        done = await self.page.post(f"/town/chats/{self.person.id}/{act}", json=body)
        assert done.status_code == 200, done.text
        await quiet(self.stage)

    async def says(self, text: str) -> None:
        await self.does("say", text=text)

    async def presses(self, *labels: str) -> None:
        """One button after another of the message that has it."""
        for label in labels:
            message = await self.stage.town.wait_for(self.person, _has(label))
            row, column = _place(message, label)
            await self.does("tap", message_id=message.message_id, row=row, column=column)


def _has(label: str) -> Callable[[Message], bool]:
    return lambda message: label in message.labels


def _place(message: Message, label: str) -> tuple[int, int]:
    rows = [[button["text"] for button in row] for row in message.keyboard or ()]
    return next((at, row.index(label)) for at, row in enumerate(rows) if label in row)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Asha has a PIN and ₹500.00, Priya an account; Ravi lives in the town and never wrote to the bot."""
    towns: list[Stage] = []

    async def standings() -> dict[int, Standing]:
        house, found = towns[0].house, {}
        for person in (ASHA, PRIYA):
            account = (await house.people.load_me(person.id)).account_id
            assert account is not None
            money = written((await house.books.ledger.balance(account)).posted)
            found[person.id] = Standing(money, has_pin=await house.pins.has_pin(person.id))
        return found

    async with serve(Town((ASHA, PRIYA, RAVI), pacing=NO_PACING), standings=standings) as serving:
        settings = settings_for(tmp_path, serving)
        Keys.new(settings.keys_file)
        settings, hands = settings.model_copy(update={"clock_url": serving.clock_url}), Hands()
        async with running(settings, hands) as house:
            towns.append(Stage(serving, settings, hands, unpaced(house)))
            await move_in(towns[0], PRIYA, pin=None)
            await move_in(towns[0], ASHA, paise=50_000)
            async with house.books.database.transaction() as session:
                for one, other in combinations((ASHA, PRIYA, RAVI), 2):
                    await house.circle.introduce(session, one.id, other.id, hands.clock.now())
            yield towns[0]


@pytest.fixture
async def page(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=stage.serving.api_url, trust_env=False) as client:
        yield client


async def test_what_was_done_in_the_town_plays_as_a_story(
    stage: Stage, page: httpx.AsyncClient, tmp_path: Path
) -> None:
    """A payment, a wrong PIN, a PIN that is chosen, a limit of time, a freeze: each line that is written plays."""
    asha, priya, ravi = (Somebody(stage, page, person) for person in (ASHA, PRIYA, RAVI))
    flat = stage.town.open_group("Flat 4B", [ASHA, PRIYA])
    await stage.town.wait_for_text(flat, "Hello!")
    await page.post("/town/story/record", json={})

    await asha.says("send 200 to Priya for chai")
    await asha.presses("Pay ₹200.00", *"836205", *PIN)
    await priya.presses("Thank")
    await asha.does("say", text="/send 20 @priya", chat=flat.chat_id)
    await asha.presses("Cancel")
    await ravi.does("start")
    await ravi.presses(*SECRET, *SECRET)
    await asha.says("send 50 to priya")
    await page.post("/town/clock", json={"by_s": 360})
    await stage.town.wait_for_text(ASHA, "was not confirmed in time")
    await asha.does("contact", person=RAVI.id)
    await asha.says("/freeze")
    await asha.says("send 10 to priya")
    await priya.does("block")
    story = (await page.post("/town/story/stop", json={})).json()

    path = tmp_path / "recorded.story"
    path.write_text(story["text"], encoding="utf-8")
    (tmp_path / "again").mkdir()
    await Player(tmp_path / "again").play(read(path))
    lines = story["text"].splitlines()
    assert lines[1].startswith("given        Asha Rao (@asha) has ₹500.00 and a PIN; Priya Sharma (@priya) has ₹0.00")
    assert "Ravi Kumar (@ravi) is new" in lines[1]
    assert any(line.startswith("bot          Paid ₹200.00 to Priya Sharma") for line in lines), story["text"]
    assert any(line.startswith("priya sees   ₹200.00 from Asha Rao") for line in lines), story["text"]
    assert any(line.startswith("asha in Flat 4B  /send 20 @priya") for line in lines), story["text"]
    assert any(line.startswith("group sees   Let us go on") for line in lines), story["text"]
    assert "clock        +6m" in lines
    assert not any(secret in story["text"] for secret in (SECRET, PIN, "836205"))


async def test_a_pin_that_was_typed_is_not_in_the_story(stage: Stage, page: httpx.AsyncClient) -> None:
    """Alone, or in a sentence that the bot takes away."""
    asha = Somebody(stage, page, ASHA)
    await page.post("/town/story/record", json={})

    await asha.says(SECRET)
    await asha.says("send 20 to priya")
    during = (await page.get("/town/story")).json()

    assert SECRET not in during["text"]
    assert during["recording"]
    assert "asha         000000" in during["text"]


async def test_nothing_is_recorded_before_somebody_asks_for_it(stage: Stage, page: httpx.AsyncClient) -> None:
    await Somebody(stage, page, ASHA).says("balance")
    before = (await page.get("/town/story")).json()

    await asyncio.gather(*(page.post("/town/story/record", json={}) for _ in range(2)))
    await page.post("/town/story/stop", json={})
    await Somebody(stage, page, ASHA).says("balance")
    after = (await page.get("/town/story")).json()

    assert before == {"recording": False, "text": ""}
    assert not after["recording"]
    assert len(after["text"].splitlines()) == 2
