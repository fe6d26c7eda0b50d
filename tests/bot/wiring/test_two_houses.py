"""Two whole bots on one PostgreSQL in one test, behind a balancer that brings each every other update."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli.database_checks import check_database
from bot.memory.processes import DeclaredDeadError, Kind, Role
from bot.sandbox.pacing import NO_PACING
from bot.sandbox.people import Person
from bot.sandbox.server import serve
from bot.sandbox.town import Town
from bot.transport.http.handover import Answer
from bot.vault.keys import Keys
from bot.wiring import House, open_house
from ledger.database.port import Query
from tests.harness.ports import free_port
from tests.harness.postgres import PostgresServer
from tests.harness.wire import enter, household, press, unpaced
from tests.stories.player import PATIENCE_S, PIN, Hands, Stage, settings_for

_PADS = Query("SELECT count(*) AS taps, count(sealed_body) AS bodies FROM inbox WHERE kind = 'pad'")
_BURY = Query("DELETE FROM processes WHERE process_id = :process_id")
_HOLDER = Query("SELECT process_id FROM leases WHERE person_id = :person_id")


@dataclass
class Two:
    """The stage, whose house is the first, and both houses with what ``serve`` came to."""

    stage: Stage
    first: House
    second: House
    serving: dict[int, "asyncio.Task[None]"]

    async def holder_of(self, person: Person) -> tuple[House, House]:
        """Whose this person is, and the other."""
        row = await self.first.books.database.one(_HOLDER, {"person_id": person.id})
        assert row is not None
        houses = self.first, self.second
        return houses if _name_of(self.first) == row["process_id"] else (houses[1], houses[0])

    async def ends(self, house: House) -> BaseException | None:
        """What its ``serve`` raises."""
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.wait([self.serving[id(house)]])
        return self.serving[id(house)].exception()


def _name_of(house: House) -> str:
    assert house.membership is not None
    return house.membership.process_id


@asynccontextmanager
async def two_houses(folder: Path, database_url: str) -> AsyncIterator[Two]:
    async with serve(Town(people=(), pacing=NO_PACING)) as serving:
        hands, ports = Hands(), [free_port(), free_port()]
        settings = settings_for(folder, serving, by_webhook=True).model_copy(update={"database_url": database_url})
        Keys.new(settings.keys_file)
        each = [settings.model_copy(update={"webhook_listen": f"127.0.0.1:{port}"}) for port in ports]
        serving.courier.balance(*(f"http://127.0.0.1:{port}/hundi" for port in ports))
        opened = [open_house(one, hands.clock, kind=Kind.SERVE) for one in each]
        async with opened[0] as first, opened[1] as second:
            houses = unpaced(first), unpaced(second)
            tasks = {id(house): asyncio.create_task(house.serve(house.webhook())) for house in houses}
            try:
                yield Two(Stage(serving, each[0], hands, first), first, second, tasks)
            finally:
                for house in houses:
                    house.stop.set()
                await asyncio.gather(*tasks.values(), return_exceptions=True)
                for house in houses:
                    await house.source.close()  # one that was taken for dead closes nothing: its process ends


@pytest.fixture
async def two(tmp_path: Path, postgres: PostgresServer) -> AsyncIterator[Two]:
    async with postgres.database() as url, two_houses(tmp_path, url) as two:
        (two.stage.people["asha"],), two.stage.people["priya"] = await household(two.stage, 1)
        yield two


def _counted(house: House, figure: str) -> float:
    found = re.search(rf"^{re.escape(figure)} (\S+)$", house.metrics.exposition().decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0


async def test_a_payment_is_made_whichever_process_hears_of_it(two: Two) -> None:
    """Each tap of the PIN goes to the process that holds the pad, and nothing of it is written down."""
    asha, priya = two.stage.people["asha"], two.stage.people["priya"]
    two.stage.town.say(asha, "send 200 to priya")
    await press(two.stage, asha, "Pay ₹200.00")
    await enter(two.stage, asha, PIN)

    await two.stage.town.wait_for_text(asha, "Paid ₹200.00", timeout_s=PATIENCE_S)
    await two.stage.town.wait_for_text(priya, "₹200.00 from", timeout_s=PATIENCE_S)

    handed = sum(_counted(house, 'hundi_handovers_total{fate="taken"}') for house in (two.first, two.second))
    pads = await two.first.books.database.one(_PADS)
    assert pads is not None
    assert handed >= 3
    assert pads["taps"] >= len(PIN)
    assert pads["bodies"] == 0


async def test_what_one_person_says_is_answered_in_its_order(two: Two) -> None:
    asha, amounts = two.stage.people["asha"], range(1, 13)
    for amount in amounts:
        two.stage.town.say(asha, f"send {amount} to priya")

    await two.stage.town.wait_for_text(asha, f"Pay ₹{amounts[-1]}.00", timeout_s=PATIENCE_S)

    asked = [re.search(r"₹(\d+)\.00 to Priya", m.text) for m in two.stage.town.messages(asha) if m.from_bot]
    said = [int(found[1]) for found in asked if found]
    assert said == sorted(said)
    assert set(said) == set(amounts)


async def test_each_role_is_done_by_one(two: Two) -> None:
    for role in Role:
        assert sorted(house._does(role) for house in (two.first, two.second)) == [False, True]


async def test_what_cannot_be_handed_over_is_left_or_comes_again(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """The network between the two is cut: words are stored for the holder, a PIN's digits come until they meet it."""
    asha = two.stage.people["asha"]
    two.stage.town.say(asha, "send 200 to priya")
    await two.stage.town.wait_for_text(asha, "Pay ₹200.00", timeout_s=PATIENCE_S)
    holder, other = await two.holder_of(asha)
    tried = 0

    async def cut(*_: object) -> Answer | None:
        nonlocal tried
        tried += 1
        return None

    monkeypatch.setattr(other._carrier, "bring", cut)
    for amount in (300, 400):
        two.stage.town.say(asha, f"send {amount} to priya")
    await two.stage.town.wait_for_text(asha, "Pay ₹400.00", timeout_s=PATIENCE_S)
    await press(two.stage, asha, "Pay ₹400.00")
    await enter(two.stage, asha, PIN)

    await two.stage.town.wait_for_text(asha, "Paid ₹400.00", timeout_s=PATIENCE_S)
    assert tried > 0
    assert (await two.holder_of(asha))[0] is holder


async def test_one_that_was_taken_for_dead_in_a_turn_changes_nothing_and_stops(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha = two.stage.people["asha"]
    two.stage.town.say(asha, "send 100 to priya")
    await two.stage.town.wait_for_text(asha, "Pay ₹100.00", timeout_s=PATIENCE_S)
    dying, heir = await two.holder_of(asha)
    asked, go_on = asyncio.Event(), asyncio.Event()
    quote = dying.books.ledger.quote

    async def paused(*given: Any) -> object:
        asked.set()
        await go_on.wait()
        return await quote(*given)

    monkeypatch.setattr(dying.books.ledger, "quote", paused)
    two.stage.town.say(asha, "send 200 to priya")
    await asked.wait()
    async with heir.books.database.transaction() as session:
        await session.execute(_BURY, {"process_id": _name_of(dying)})
    await two.stage.town.wait_for_text(asha, "Pay ₹200.00", timeout_s=PATIENCE_S)  # the heir went on
    go_on.set()

    assert isinstance(await two.ends(dying), DeclaredDeadError)
    assert dying.pads.people == frozenset()
    asked_for = [m for m in two.stage.town.messages(asha) if "Pay ₹200.00" in m.labels]
    assert len(asked_for) == 1  # what the heir resumed was closed by the update that it found waiting
    await press(two.stage, asha, "Pay ₹200.00")
    await enter(two.stage, asha, PIN)
    await two.stage.town.wait_for_text(asha, "Paid ₹200.00", timeout_s=PATIENCE_S)
    assert all(heir._does(role) for role in Role)


async def test_one_that_stops_leaves_an_open_pad_to_be_asked_for_again(two: Two) -> None:
    """A pad lives in one process: its person hears that it was closed, within a second or so."""
    asha = two.stage.people["asha"]
    two.stage.town.say(asha, "send 200 to priya")
    await press(two.stage, asha, "Pay ₹200.00")
    await two.stage.town.wait_for(asha, lambda m: m.has_pad, timeout_s=PATIENCE_S)
    holder, heir = await two.holder_of(asha)

    holder.stop.set()
    assert await two.ends(holder) is None

    await two.stage.town.wait_for_text(asha, "PIN pad was closed", timeout_s=PATIENCE_S)
    await press(two.stage, asha, "Pay ₹200.00")
    await enter(two.stage, asha, PIN)
    await two.stage.town.wait_for_text(asha, "Paid ₹200.00", timeout_s=PATIENCE_S)
    assert (await two.holder_of(asha))[0] is heir or (await two.holder_of(asha))[1] is heir


async def test_doctor_says_how_many_serve(two: Two) -> None:
    found = await check_database(two.stage.settings, two.first.books.keys)

    assert found.bot_runs_here
    assert "2 processes of `hundi serve` run on it, the first since" in found.findings[0].what
