"""Twelve digits alone are the number of a payment: never an amount, never a PIN."""

from collections.abc import Callable

import pytest

from bot.language.intents import Nothing, Open, Reading, Topic
from bot.language.lexicon import Lexicon
from bot.language.parse import read_amount
from bot.language.references import read_reference

WRITTEN = (
    "632912345678",
    "  632912345678\n",
    "6329 1234 5678",
    "6329-1234-5678",
    "Reference 632912345678",
    "ref: 632912345678.",
    "Ref no. 632912345678?",
    "UTR 632912345678",
    "\u2068632912345678\u2069",
    "६३२९१२३४५६७८",
)
OTHERWISE = (
    "",
    "63291234567",
    "6329123456789",
    "63 29 12 34 56 78",
    "632,912,345,678",
    "₹632912345678",
    "632912345678 rs",
    "632912345678 632912345678",
    "632912345678 to Priya",
    "²²²²²²²²²²²²",
    "reference",
    "6" * 4096,
)


@pytest.mark.parametrize("text", WRITTEN)
def test_a_reference_alone_opens_that_payment(read: Callable[..., Reading], text: str) -> None:
    assert read(text) == Open(Topic.HISTORY, "632912345678")


@pytest.mark.parametrize("text", WRITTEN)
def test_a_reference_is_no_answer_to_how_much(english: Lexicon, text: str) -> None:
    """Whoever pastes one while an amount is asked for does not send six lakh crore."""
    assert read_amount(text, currency="INR", lexicon=english) is None


@pytest.mark.parametrize("text", OTHERWISE)
def test_anything_else_is_no_reference(read: Callable[..., Reading], english: Lexicon, text: str) -> None:
    assert read_reference(text, english) is None
    assert read(text) == Nothing()
