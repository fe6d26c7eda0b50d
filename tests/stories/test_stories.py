"""Every story plays to its end. They play side by side, since a story mostly waits for Telegram's pace."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final, TypeAlias

import pytest
import pytest_asyncio

from tests.harness.postgres import PostgresServer
from tests.stories.player import Player
from tests.stories.script import read

STORIES: Final = sorted(Path(__file__).parent.glob("*.story"))
SIDE_BY_SIDE: Final = 6  # each is a town and a whole bot; more would only wait for two cores
BY_WEBHOOK: Final = " by webhook"
# Each is told by another stretch of the way: plain words, taps, a pad, a group, a restart in the middle.
ALSO_BY_WEBHOOK: Final = ("first_payment", "killed_while_paying", "paying_in_a_group", "wrong_pin")
ON_POSTGRES: Final = " on postgres"
# Each asks other tables: money and a restart, a counted PIN, groups, people and numbers, all about somebody.
ALSO_ON_POSTGRES: Final = ("killed_while_paying", "wrong_pin", "paying_in_a_group", "phone_number", "export")
NAMES: Final = [
    *(path.stem for path in STORIES),
    *(name + BY_WEBHOOK for name in ALSO_BY_WEBHOOK),
    *(name + ON_POSTGRES for name in ALSO_ON_POSTGRES),
]
Playing: TypeAlias = Mapping[str, "asyncio.Task[None]"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def playing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Playing]:
    """The stories that were asked for, begun."""
    seats = asyncio.Semaphore(SIDE_BY_SIDE)
    asked = {item.name.partition("[")[2].rstrip("]") for item in request.session.items}
    on_postgres = any(name.endswith(ON_POSTGRES) for name in asked)
    server: PostgresServer | None = None
    if on_postgres:
        server = request.getfixturevalue("postgres")
        assert isinstance(server, PostgresServer)

    async def play(name: str) -> None:
        stem, by_webhook = name.removesuffix(BY_WEBHOOK).removesuffix(ON_POSTGRES), name.endswith(BY_WEBHOOK)
        folder = tmp_path_factory.mktemp(stem)
        async with seats, AsyncExitStack() as stack:
            url = None
            if server is not None and name.endswith(ON_POSTGRES):
                url = await stack.enter_async_context(server.database())
            story = read(Path(__file__).with_name(f"{stem}.story"))
            await Player(folder, by_webhook=by_webhook, database_url=url).play(story)

    begun = {name: asyncio.create_task(play(name), name=name) for name in NAMES if name in asked}
    yield begun
    for task in begun.values():
        task.cancel()
    await asyncio.gather(*begun.values(), return_exceptions=True)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", NAMES)
async def test_a_story_plays_to_its_end(name: str, playing: Playing) -> None:
    await playing[name]


def test_there_are_stories() -> None:
    assert STORIES
