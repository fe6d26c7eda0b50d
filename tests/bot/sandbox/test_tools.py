"""What somebody can do to the town itself: move its clock, end the bot and start it again."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from bot.sandbox.people import ASHA
from bot.sandbox.server import Serving, serve
from bot.sandbox.town import Town

KOLKATA = ZoneInfo("Asia/Kolkata")


class FakeProcess:
    """The far side: a process that is there or not, as it is told."""

    def __init__(self) -> None:
        self.state = "running"

    async def start(self) -> None:
        self.state = "running"

    async def stop(self) -> None:
        self.state = "stopping"
        await asyncio.sleep(0)
        self.state = "stopped"

    async def kill(self) -> None:
        self.state = "killed"


@pytest.fixture
async def serving(town: Town) -> AsyncIterator[Serving]:
    async with serve(town, zone=KOLKATA, process=FakeProcess()) as opened:
        yield opened


@pytest.fixture
async def page(serving: Serving) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=serving.api_url, trust_env=False) as client:
        yield client


async def test_the_town_writes_its_dates_by_the_clock_that_was_moved(page: httpx.AsyncClient, town: Town) -> None:
    before = town.say(ASHA, "before").at

    done = await page.post("/town/clock", json={"by_s": 3_600})

    assert done.json()["clock"]["ahead_s"] == 3_600
    assert town.say(ASHA, "after").at == before + 3_600


async def test_until_midnight_is_the_midnight_of_the_towns_zone(page: httpx.AsyncClient, town: Town) -> None:
    today = datetime.fromtimestamp(town.clock(), KOLKATA)

    await page.post("/town/clock", json={"until": "midnight"})

    moved_to = datetime.fromtimestamp(town.clock(), KOLKATA)
    assert (moved_to.hour, moved_to.minute, moved_to.second) == (0, 0, 1)
    assert (moved_to.date() - today.date()).days == 1


@pytest.mark.parametrize("body", [{"by_s": -60}, {"by_s": 1e12}, {"by_s": "soon"}, {"by_s": float("nan")}, {}])
async def test_a_clock_is_not_moved_back_nor_by_nonsense(page: httpx.AsyncClient, town: Town, body: object) -> None:
    before = town.clock()

    refused = await page.post("/town/clock", content=_json(body), headers={"content-type": "application/json"})

    assert refused.status_code == 400
    assert town.clock() == before


async def test_a_bot_is_killed_and_started_again_and_what_waits_is_counted(
    page: httpx.AsyncClient, serving: Serving
) -> None:
    killed = await page.post("/town/bot/kill", json={})
    serving.town.say(ASHA, "send 200 to priya")
    away = (await page.get("/town/state")).json()["process"]
    await page.post("/town/bot/start", json={})
    starting = (await page.get("/town/state")).json()["process"]
    serving.town.tell({"kind": "poll"})
    there = (await page.get("/town/state")).json()["process"]

    assert killed.json()["process"] == {"state": "killed", "waiting": 0}
    assert away == {"state": "killed", "waiting": 1}
    assert starting == {"state": "starting", "waiting": 1}
    assert there["state"] == "running"


async def test_a_town_whose_bot_is_not_its_own_does_not_offer_to_end_it(town: Town) -> None:
    async with (
        serve(town) as serving,
        httpx.AsyncClient(base_url=serving.api_url, trust_env=False) as page,
    ):
        assert (await page.get("/town/state")).json()["process"] is None
        assert (await page.post("/town/bot/kill", json={})).status_code == 400


async def test_another_site_cannot_kill_the_bot_or_move_the_clock(page: httpx.AsyncClient, serving: Serving) -> None:
    """A form is posted without asking first, and a script of another origin is known by its Origin."""
    form = await page.post("/town/bot/kill", data={"a": "b"})
    script = await page.post("/town/clock", json={"by_s": 60}, headers={"origin": "https://example.org"})

    assert (form.status_code, script.status_code) == (400, 403)
    assert serving.town.ahead_s == 0


def _json(body: object) -> str:
    return str(body).replace("'", '"').replace("nan", "NaN")
