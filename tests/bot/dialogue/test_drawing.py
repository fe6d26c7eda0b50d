"""docs/flows shows what the program does today."""

from tests.bot.dialogue.drawing import PLACE, pages


def test_the_drawn_flows_are_those_of_the_table() -> None:
    """When this fails: make flows."""
    drawn = {path.name: path.read_text("utf-8") for path in PLACE.glob("*.md")}

    assert drawn == pages()
