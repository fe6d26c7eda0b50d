"""What an operator's monitoring reads: the whole bot behind a town, asked over HTTP as Prometheus asks."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from bot.metrics import CONTENT_TYPE, Metrics, Stage
from bot.sandbox.people import Person
from bot.transport.http.figures import figures
from bot.workers import watch
from bot.workers.watch import Watch
from ledger.database.sqlite import SqliteDatabase
from ledger.database.waits import Waits
from ledger.kernel.errors import InvariantError, UnavailableError
from tests.harness.ports import free_port
from tests.harness.wire import enter, hear, household, on_stage, press, quiet
from tests.stories.stage import OTHER_PIN, PIN
from tests.stories.stage import Stage as Town

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with on_stage(tmp_path, metrics_address=f"127.0.0.1:{free_port()}") as stage:
        yield stage


async def _figures(town: Town) -> dict[str, float]:
    """Every sample, as ``name{label=value}``."""
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://{town.settings.metrics_address}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == CONTENT_TYPE
    return {
        sample.name + "".join(f"{{{value}}}" for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def _pay(town: Town, payer: Person, sentence: str, *pins: str) -> None:
    await hear(town, payer, sentence)
    await press(town, payer, "Pay ₹200.00")
    for pin in pins:
        await enter(town, payer, pin)
        await quiet(town)


async def test_a_payment_a_refusal_and_a_wrong_pin_are_counted(town: Town) -> None:
    (asha,), _ = await household(town, 1, paise=50_000)

    await _pay(town, asha, "send 200 to priya", OTHER_PIN, PIN)
    await hear(town, asha, "send 400 to priya")

    figures = await _figures(town)
    assert figures["hundi_payments_total{captured}"] == 1
    assert figures["hundi_refusals_total{insufficient_funds}"] == 1
    assert figures["hundi_pin_checks_total{wrong}"] == 1
    assert figures["hundi_pin_checks_total{right}"] == 1
    assert figures["hundi_updates_total{text}"] >= 3
    assert figures["hundi_deliveries_total{delivered}"] >= 5
    assert figures["hundi_notices_behind"] == 0
    assert figures["hundi_waiting{outbox}"] == 0
    assert figures["hundi_posting_stopped"] == 0
    for stage in Stage:
        assert figures[f"hundi_stage_seconds_count{{{stage}}}"] >= 1, stage
    assert figures["process_resident_memory_bytes"] > 0


async def test_books_that_rang_the_alarm_show_at_once(town: Town) -> None:
    town.house.books.ledger._desk._stop(InvariantError("as if the books would stop balancing"))

    assert (await _figures(town))["hundi_posting_stopped"] == 1


async def test_while_the_store_is_silent_the_counters_are_shown_all_the_same() -> None:
    """That is when somebody looks."""
    metrics = Metrics(lambda: 0.0)
    metrics.payment("silent")

    async def look() -> None:
        raise UnavailableError

    transport = httpx.ASGITransport(figures(metrics, look))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        text = (await client.get("/metrics")).text

    assert "hundi_store_answers 0.0" in text
    assert 'hundi_payments_total{outcome="silent"} 1.0' in text


async def test_a_loop_that_wakes_late_shows(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody's callback held the loop for 300 ms."""
    seconds = itertools.count(step=0.3)
    monkeypatch.setattr(watch, "BEAT_S", 0.0)
    metrics = Metrics(lambda: float(next(seconds)))
    house = town.house
    looking = Watch(metrics, house.books.database, house.books.ledger, house.inbox, house.outbox)

    beating = asyncio.create_task(looking.beat())
    for _ in range(10):
        await asyncio.sleep(0)
    beating.cancel()

    assert metrics.registry.get_sample_value("hundi_loop_lag_seconds_bucket", {"le": "0.25"}) == 0
    assert (metrics.registry.get_sample_value("hundi_loop_lag_seconds_bucket", {"le": "0.5"}) or 0) >= 1


async def test_a_writer_that_starves_is_said_once_and_so_is_its_end(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody has waited for three seconds to write, and then may."""
    monkeypatch.setattr(watch, "BEAT_S", 0.0)
    metrics, house, clock = Metrics(lambda: 0.0), town.house, [0.0]
    database = await SqliteDatabase.open(tmp_path / "another.db", readers=1)
    database.waits = Waits(lambda: clock[0])
    looking = Watch(metrics, database, house.books.ledger, house.inbox, house.outbox)

    with capture_logs() as logs:
        beating = asyncio.create_task(looking.beat())
        with database.waits.one():
            clock[0] = 3.0
            await _turns(10)
            assert metrics.registry.get_sample_value("hundi_writer_starved_seconds") == 3.0
        await _turns(10)
        beating.cancel()
    await database.close()

    assert [(line["log_level"], line["event"]) for line in logs if "starves" in line["event"]] == [
        ("error", "a writer starves"),
        ("warning", "a writer no longer starves"),
    ]
    assert metrics.registry.get_sample_value("hundi_writer_starved_seconds") == 0.0
    assert metrics.registry.get_sample_value("hundi_writer_wait_seconds_sum") == 3.0


async def _turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_nothing_of_a_person_is_among_the_figures(town: Town) -> None:
    """No id, no name, no amount: whoever reads the monitoring learns how the bot is, not who pays."""
    (asha,), priya = await household(town, 1, paise=50_000)
    await _pay(town, asha, "send 200 to priya", PIN)

    async with httpx.AsyncClient() as client:
        text = (await client.get(f"http://{town.settings.metrics_address}/metrics")).text

    for secret in (str(asha.id), str(priya.id), "asha", "Priya", PIN):
        assert not re.search(rf"\b{secret}\b", text, re.IGNORECASE)


def test_the_runbook_explains_every_figure() -> None:
    """And explains none that is not there."""
    ours = {family.name for family in Metrics(lambda: 0.0).registry.collect() if family.name.startswith("hundi_")}
    runbook = (ROOT / "docs" / "runbook.md").read_text("utf-8")
    explained = {
        name.removesuffix("_total") for name in re.findall(r"^\| `(hundi_[a-z_]+)", runbook, flags=re.MULTILINE)
    }

    assert ours == explained
