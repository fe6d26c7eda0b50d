"""A history or a statement that is narrowed in words, without a slash: only when every word is understood."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.language.intents import Open, Reading, Topic


@dataclass(frozen=True, slots=True)
class Friend:
    """Somebody the writer knows."""

    name: str
    handle: str
    nicknames: tuple[str, ...] = ()


PRIYA = Friend("Priya Sharma", "priya", ("my sister",))


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("history sent", Open(Topic.HISTORY, "sent")),
        ("show me my payment history with Priya", Open(Topic.HISTORY, "with Priya")),
        ("payments to my sister last month", Open(Topic.HISTORY, "to my sister last month")),
        ("transactions in November please", Open(Topic.HISTORY, "in November")),
        ("statement november 2026", Open(Topic.STATEMENT, "november 2026")),
        ("my account statement for last month", Open(Topic.STATEMENT, "for last month")),
        ("bank statement 2026-11", Open(Topic.STATEMENT, "2026-11")),
    ],
)
def test_a_part_of_it_is_understood(read: Callable[..., Reading], text: str, reading: Reading) -> None:
    assert read(text, known=[PRIYA]) == reading


@pytest.mark.parametrize(
    "text",
    [
        "history of india",
        "history is written by victors",
        "payments to the plumber are late",
        "transactions with ravi",
        "statement of intent",
        "statement from the board",
        "payments are due in november",
        "history repeats itself every november",
    ],
)
def test_what_is_not_understood_to_the_last_word_commands_nothing(read: Callable[..., Reading], text: str) -> None:
    assert not isinstance(read(text, known=[PRIYA]), Open)
