"""Every story plays to its end."""

from pathlib import Path

import pytest

from tests.stories.player import Player
from tests.stories.script import read

STORIES = sorted(Path(__file__).parent.glob("*.story"))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
async def test_a_story_plays_to_its_end(path: Path, tmp_path: Path) -> None:
    await Player(tmp_path).play(read(path))


def test_there_are_stories() -> None:
    assert STORIES
