"""Nothing can be written down for a while, since another program holds the database. Nobody is lied to."""

import asyncio
import io
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import structlog

from bot.sandbox.people import Person
from ledger.database.port import Query
from tests.harness.books_file import books_file
from tests.harness.wire import enter, hear, household, logging_to, on_stage, pad_of, press, quiet, rows_in_journal
from tests.stories.player import PATIENCE_S, PIN, Stage

AWAY = "I cannot save anything just now, so this has to wait"
SHORT = "PRAGMA busy_timeout = 300"  # ms instead of ten seconds: the wait itself is SQLite's


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with on_stage(tmp_path) as stage:
        stage.people["asha"], stage.people["priya"] = await _settled(stage)
        async with stage.house.books.database.transaction() as session:
            await session.one(Query(SHORT))
        yield stage


async def _settled(stage: Stage) -> tuple[Person, Person]:
    (asha,), priya = await household(stage, 1)
    return asha, priya


@asynccontextmanager
async def _held_by_another_program(stage: Stage) -> AsyncIterator[None]:
    """Somebody opened the file with a tool, began to write, and went for a coffee."""
    other = sqlite3.connect(books_file(stage.settings), isolation_level=None, check_same_thread=False)
    try:
        await asyncio.to_thread(other.execute, "BEGIN EXCLUSIVE")  # it waits for us as we wait for it
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()


async def test_while_the_database_is_held_people_hear_of_it_once_and_are_served_afterwards(stage: Stage) -> None:
    asha = stage.people["asha"]
    async with _held_by_another_program(stage):
        for text in ("balance", "limits", "balance"):
            stage.town.say(asha, text)
        await stage.town.wait_for_text(asha, AWAY, timeout_s=PATIENCE_S)
    await stage.town.wait_for_text(asha, "₹5,000.00", timeout_s=PATIENCE_S)
    await quiet(stage)

    said = [message.text for message in stage.town.messages(asha) if message.from_bot]
    assert sum(AWAY in text for text in said) == 1
    assert sum("₹5,000.00" in text and "You have" in text for text in said) == 2


async def test_a_payment_that_meets_a_held_database_is_made_once_when_it_is_free(stage: Stage) -> None:
    """The right PIN was entered; I hear that it has to wait, and later that it is paid. Nobody calls it failed."""
    asha, priya = stage.people["asha"], stage.people["priya"]
    rows = await rows_in_journal(stage)
    await hear(stage, asha, "send 20 to Priya")
    await press(stage, asha, "Pay ₹20.00")
    await quiet(stage)
    await enter(stage, asha, PIN[:-1])

    pad = pad_of(stage, asha)
    async with _held_by_another_program(stage):
        tap = stage.town.tap(asha, pad.message_id, PIN[-1])
        assert (await stage.town.wait_for_answer(tap, timeout_s=PATIENCE_S)) is not None
        stage.town.say(asha, "balance")
        await stage.town.wait_for_text(asha, AWAY, timeout_s=PATIENCE_S)
        assert "Paid" not in stage.town.transcript(asha)
        assert await rows_in_journal(stage) == rows
    await stage.town.wait_for_text(asha, "You have", timeout_s=60.0)
    await quiet(stage)
    if "Paid ₹20.00" not in stage.town.transcript(asha):  # the pad had closed before the ledger was asked
        await press(stage, asha, "Pay ₹20.00")
        await quiet(stage)
        await enter(stage, asha, PIN)

    await stage.town.wait_for_text(asha, "Paid ₹20.00", timeout_s=PATIENCE_S)
    await stage.town.wait_for_text(priya, "₹20.00 from Asha Rao", timeout_s=PATIENCE_S)
    await quiet(stage)
    assert await rows_in_journal(stage) == rows + 1
    assert "failed" not in stage.town.transcript(asha).lower()


async def test_a_button_that_is_pressed_meanwhile_is_answered_over_the_chat(stage: Stage) -> None:
    asha = stage.people["asha"]
    await hear(stage, asha, "send 20 to Priya")
    question = stage.town.last(asha)

    async with _held_by_another_program(stage):
        tap = stage.town.tap(asha, question.message_id, "Cancel")
        answer = await stage.town.wait_for_answer(tap, timeout_s=PATIENCE_S)

    assert answer.text == "I cannot save anything just now. I go on by myself."
    await stage.town.wait_for(asha, lambda m: "Cancelled" in m.text, timeout_s=PATIENCE_S)


async def test_whoever_was_served_is_told_again_the_next_time(stage: Stage) -> None:
    asha = stage.people["asha"]
    for _ in range(2):
        stage.since = stage.now
        async with _held_by_another_program(stage):
            stage.town.say(asha, "balance")
            await stage.town.wait_for(asha, lambda m: AWAY in m.text and stage.is_new(m), timeout_s=PATIENCE_S)
        await quiet(stage)

    assert sum(AWAY in message.text for message in stage.town.messages(asha)) == 2


def test_a_line_of_the_log_that_cannot_be_written_is_lost_and_not_spelt_out(capfd: pytest.CaptureFixture[str]) -> None:
    """The log's own disk is full: the library's complaint would show every value that was never to be written."""

    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(28, "No space left on device")

    with logging_to(Full(), as_json=True):
        structlog.get_logger("bot.test").info("something.happened", text="gooseberries")
        logging.getLogger("some.library").warning("said %s", "gooseberries")

    assert capfd.readouterr() == ("", "")
