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
Playing: TypeAlias = Mapping[str, "asyncio.Task[None]"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def playing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Playing]:
    """The stories that were asked for, begun."""
    seats = asyncio.Semaphore(SIDE_BY_SIDE)

    async def play(path: Path) -> None:
        async with seats:
            await Player(tmp_path_factory.mktemp(path.stem)).play(read(path))

    names = {item.name for item in request.session.items}
    begun = {
        path.stem: asyncio.create_task(play(path), name=path.stem)
        for path in STORIES
        if any(name.endswith(f"[{path.stem}]") for name in names)
    }
    yield begun
    for task in begun.values():
        task.cancel()
    await asyncio.gather(*begun.values(), return_exceptions=True)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", [path.stem for path in STORIES])
async def test_a_story_plays_to_its_end(name: str, playing: Playing) -> None:
    await playing[name]


def test_there_are_stories() -> None:
    assert STORIES
