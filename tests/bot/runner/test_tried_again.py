"""The store goes away in the middle of a turn, after its first commit. The turn is tried again, and ends well."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.states import Idle
from bot.dialogue.stored import dump, load
from bot.sandbox.people import Person
from ledger.kernel.errors import UnavailableError
from tests.harness.wire import enter, hear, household, on_stage, press, quiet
from tests.stories.player import PATIENCE_S, PIN, Stage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with on_stage(tmp_path) as stage:
        (stage.people["asha"],), stage.people["priya"] = await household(stage, 1)
        yield stage


def _away_once(door: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """The door, whose disk is full the first time it is knocked at."""
    failed = False

    async def knocked_at(*args: object, **named: object) -> object:
        nonlocal failed
        if not failed:
            failed = True
            raise UnavailableError("disk full")
        return await door(*args, **named)

    return knocked_at


async def _is_idle(stage: Stage, person: Person) -> bool:
    stored = await stage.house.conversations.load(person.id)
    return isinstance(load(stored.text or dump(Idle())), Idle)


async def test_a_name_that_could_not_be_written_at_once_is_written_and_its_owner_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha, renaming = stage.people["asha"], stage.house.renaming
    await hear(stage, asha, "/profile")
    await press(stage, asha, "Change name")
    await quiet(stage)
    await hear(stage, asha, "Asha Iyer")
    monkeypatch.setattr(renaming, "change_name", _away_once(renaming.change_name))

    await enter(stage, asha, PIN)

    await stage.town.wait_for_text(asha, "Your name was changed to Asha Iyer", timeout_s=PATIENCE_S)
    await quiet(stage)
    assert await _is_idle(stage, asha)


async def test_a_copy_of_everything_that_could_not_be_read_at_once_is_made(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha, notes = stage.people["asha"], stage.house.notes
    await hear(stage, asha, "/export")
    monkeypatch.setattr(notes, "read", _away_once(notes.read))

    await enter(stage, asha, PIN)

    await stage.town.wait_for_text(asha, "Everything kept about you", timeout_s=PATIENCE_S)
    await quiet(stage)
    assert await _is_idle(stage, asha)


async def test_a_quote_that_could_not_be_had_at_once_is_asked_about(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An amount was pressed: the button is answered once, and the question comes."""
    asha, ledger = stage.people["asha"], stage.house.books.ledger
    await hear(stage, asha, "pay to priya")
    monkeypatch.setattr(ledger, "quote", _away_once(ledger.quote))

    await hear(stage, asha, "200")

    await stage.town.wait_for_text(asha, "Pay ₹200.00 to Priya Sharma", timeout_s=PATIENCE_S)
    await quiet(stage)
    assert not any("This question is over" in message.text for message in stage.town.messages(asha))


async def test_a_pad_that_could_not_be_placed_at_once_can_be_opened_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha, outbox = stage.people["asha"], stage.house.outbox
    await hear(stage, asha, "send 20 to priya")
    monkeypatch.setattr(outbox, "where", _away_once(outbox.where))

    await press(stage, asha, "Pay ₹20.00")
    await stage.town.wait_for_text(asha, "The PIN pad was closed", timeout_s=PATIENCE_S)
    await quiet(stage)
    await press(stage, asha, "Pay ₹20.00")
    await quiet(stage)
    await enter(stage, asha, PIN)

    await stage.town.wait_for_text(asha, "Paid ₹20.00", timeout_s=PATIENCE_S)
