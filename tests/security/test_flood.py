"""GOALS S15 at a small size and without a clock: a flood is one person's trouble. ``bench.flood`` has the figures."""

import asyncio
from pathlib import Path

import pytest

from bot.sandbox.people import Person
from bot.transport.telegram.attention import TAPS, WORDS
from ledger.database.port import Query
from tests.conftest import FULL_SIZE
from tests.harness.wire import household, move_in, on_stage, quiet
from tests.stories.player import PATIENCE_S
from tests.stories.stage import Stage

MESSAGES = 20_000 if FULL_SIZE else 600
OTHERS = 50 if FULL_SIZE else 5
FLORA = Person(1999, "Flora", "Flood", "flora")
_STORED = Query("SELECT count(*) AS stored FROM inbox WHERE person_id = :person")


async def test_a_flood_is_told_once_and_costs_nobody_else_a_message(tmp_path: Path) -> None:
    """Somebody sends without end; I ask for my balance in the middle of it, and am told."""
    async with on_stage(tmp_path) as stage:
        others, _ = await household(stage, OTHERS)
        await move_in(stage, FLORA)
        await quiet(stage)
        before = await _stored(stage)
        _watch_as_hundi_run_does(stage)
        most_waiting = 0

        for number in range(MESSAGES):
            stage.town.say(FLORA, "balance")
            if number % (MESSAGES // OTHERS) == 0:
                stage.town.say(others[number // (MESSAGES // OTHERS) % OTHERS], "balance")
            if number % 50 == 0:
                await asyncio.sleep(0)
                most_waiting = max(most_waiting, stage.house.runner._turns.waiting())
        await quiet(stage)

        told = [message.text for message in stage.town.messages(FLORA) if "faster than I can answer" in message.text]
        assert len(told) == 1
        assert await _stored(stage) - before == WORDS.burst
        assert most_waiting <= WORDS.burst + OTHERS
        for other in others:
            assert any(message.text.startswith("You have") for message in stage.town.messages(other)), other.name


async def test_a_tap_in_a_flood_of_taps_does_not_spin(tmp_path: Path) -> None:
    """I press a button without end: what comes of it comes once, and the first press too many says why."""
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)
        stage.town.say(asha, "history")
        await quiet(stage)
        _watch_as_hundi_run_does(stage)
        message = next(m for m in stage.town.chat(asha).newest_first() if m.from_bot and m.labels)

        taps = [stage.town.tap(asha, message.message_id, message.labels[0]) for _ in range(100)]
        await quiet(stage)

        answers = [tap.answer for tap in taps if tap.answer is not None]
        assert [answer.text for answer in answers].count("Too fast for me. One at a time, please.") == 1


@pytest.mark.parametrize("by", ["/freeze", "freeze my account", "tap"])
async def test_somebody_in_fear_gets_through_a_flood_in_their_own_name(tmp_path: Path, by: str) -> None:
    """A thief has my Telegram open and writes without end, so that nothing of mine is read: my freeze is."""
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)
        stage.town.say(asha, "I was robbed")
        await quiet(stage)
        offer = next(m for m in stage.town.chat(asha).newest_first() if m.from_bot and m.labels)
        _watch_as_hundi_run_does(stage)
        for _ in range(WORDS.burst + 5):
            stage.town.say(asha, "hello")
        for _ in range(TAPS.burst + 5):
            stage.town.tap(asha, offer.message_id, offer.labels[-1])

        if by == "tap":
            stage.town.tap(asha, offer.message_id, offer.labels[0])
        else:
            stage.town.say(asha, by)
        await stage.town.wait_for_text(asha, "frozen", timeout_s=PATIENCE_S)


async def _stored(stage: Stage) -> int:
    row = await stage.house.books.database.one(_STORED, {"person": FLORA.id})
    assert row is not None
    return int(row["stored"])


def _watch_as_hundi_run_does(stage: Stage) -> None:
    """The stage reads all that people write; here what the house does is wanted, with a clock that stands."""
    stage.house.receiver._attention = stage.house.attention(lambda: 0.0)
