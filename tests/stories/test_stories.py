"""Every story plays to its end. They play side by side, since a story mostly waits for Telegram's pace."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

import pytest
import pytest_asyncio

from tests.stories.player import Player
from tests.stories.script import read

STORIES: Final = sorted(Path(__file__).parent.glob("*.story"))
SIDE_BY_SIDE: Final = 6  # each is a town and a whole bot; more would only wait for two cores
BY_WEBHOOK: Final = " by webhook"
# Each is told by another stretch of the way: plain words, taps, a pad, a group, a restart in the middle.
ALSO_BY_WEBHOOK: Final = ("first_payment", "killed_while_paying", "paying_in_a_group", "wrong_pin")
NAMES: Final = [path.stem for path in STORIES] + [name + BY_WEBHOOK for name in ALSO_BY_WEBHOOK]
Playing: TypeAlias = Mapping[str, "asyncio.Task[None]"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def playing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Playing]:
    """The stories that were asked for, begun."""
    seats = asyncio.Semaphore(SIDE_BY_SIDE)

    async def play(name: str) -> None:
        path, by_webhook = Path(__file__).with_name(f"{name.removesuffix(BY_WEBHOOK)}.story"), name.endswith(BY_WEBHOOK)
        async with seats:
            await Player(tmp_path_factory.mktemp(path.stem), by_webhook=by_webhook).play(read(path))

    asked = {item.name.partition("[")[2].rstrip("]") for item in request.session.items}
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
