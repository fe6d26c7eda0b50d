"""A cell that does not open, a row of another version: one person is told, nobody is stuck, and the bot starts."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.people import Person
from ledger.database.port import Query, Value
from tests.harness.wire import hear, move_in, new_words, quiet, restarted, running_town
from tests.stories.stage import PATIENCE_S, Stage

ASHA = Person(2001, "Asha", "Rao", "asha")
WAITING = Query("SELECT count(*) AS n FROM inbox WHERE handled_at IS NULL")


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Stage]:
    """The town alone; each test starts the bot itself."""
    async with running_town(tmp_path) as stage:
        yield stage


async def change(stage: Stage, sql: str, **values: Value) -> None:
    async with stage.house.books.database.transaction() as session:
        assert await session.execute(Query(sql), values) == 1


async def count(stage: Stage, query: Query) -> int:
    row = await stage.house.books.database.one(query)
    assert row is not None
    return int(row["n"])


async def test_a_conversation_that_does_not_open_is_told_once_and_goes_on(town: Stage) -> None:
    """Somebody's conversation was damaged on disk: they hear it once, and can pay again."""
    async with restarted(town) as stage:
        await move_in(stage, ASHA)
        await quiet(stage)
        await change(stage, "UPDATE conversations SET sealed_state = zeroblob(60) WHERE person_id = :who", who=ASHA.id)

        told = await hear(stage, ASHA, "/balance")

        assert "can no longer read" in told[0].text
        assert "₹0.00" in told[1].text
        assert ["₹0.00" in message.text for message in await hear(stage, ASHA, "/balance")] == [True]


async def test_whoever_cannot_be_read_at_all_is_answered_and_every_update_ends(town: Stage) -> None:
    """Their name does not open, so no turn of theirs succeeds. It is said each time, and nothing piles up."""
    async with restarted(town) as stage:
        await move_in(stage, ASHA)
        await quiet(stage)
        await change(stage, "UPDATE people SET sealed_name = zeroblob(60) WHERE person_id = :who", who=ASHA.id)

        for _ in range(2):
            (told,) = await hear(stage, ASHA, "/balance")
            assert "our side" in told.text
        assert await count(stage, WAITING) == 0


@pytest.mark.parametrize("damaged", [False, True])
async def test_a_stored_update_that_cannot_be_read_does_not_keep_the_bot_from_starting(
    town: Stage, damaged: bool
) -> None:
    """An operator goes back to an older version: whose message it cannot read is asked to send it again."""
    async with restarted(town) as stage:
        await move_in(stage, ASHA)
        sealed = stage.house.inbox._sealer.seal("inbox", "sealed_body", f"{town.town.bot.id}:999", b'{"v":99}')
        await change(
            stage,
            "INSERT INTO inbox (bot_id, update_id, person_id, kind, sealed_body, arrived_at)"
            " VALUES (:bot, 999, :who, 'text', :body, 0)",
            bot=town.town.bot.id, who=ASHA.id, body=bytes(60) if damaged else sealed,
        )  # fmt: skip

    async with restarted(town) as stage:
        await town.town.wait_for_text(ASHA, "did not keep your last message", timeout_s=PATIENCE_S)
        await quiet(stage)
        assert await count(stage, WAITING) == 0


async def test_a_question_of_another_version_is_not_due_for_ever(town: Stage) -> None:
    """After an upgrade an old question is forgotten, also by whoever looks for what is due."""
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(restarted(town))
        await move_in(stage, ASHA)
        await quiet(stage)
        conversations = stage.house.conversations
        now, stored = stage.hands.clock.now(), await conversations.load(ASHA.id)
        async with stage.house.books.database.transaction() as session:
            old = '{"version":0,"state":{}}'
            await conversations.save(
                session, ASHA.id, stored.version, old, idle=False, deadline_at=now + timedelta(minutes=5), now=now
            )
        stage.hands.move(timedelta(minutes=6))

        await stage.house.reminders.run_once(stage.hands.clock.now())
        await quiet(stage)

        assert await conversations.due(stage.hands.clock.now()) == []
        assert ASHA.id not in await conversations.unfinished()


async def test_a_deadline_that_fails_again_and_again_is_told_once(town: Stage) -> None:
    """Nobody hears every half minute that something went wrong on our side."""
    async with restarted(town) as stage:
        await move_in(stage, ASHA)
        await hear(stage, ASHA, "send 200")
        await change(stage, "UPDATE people SET sealed_name = zeroblob(60) WHERE person_id = :who", who=ASHA.id)
        stage.since = stage.now

        for _ in range(3):
            stage.hands.move(timedelta(minutes=6))
            await stage.house.reminders.run_once(stage.hands.clock.now())
            await quiet(stage)

        assert ["our side" in message.text for message in new_words(stage, ASHA)] == [True]
