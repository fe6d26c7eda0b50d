"""What takes a payment back and says another: every word understood, or nothing."""

from dataclasses import dataclass

import pytest

from bot.language.intents import ByHandle, ByName
from bot.language.lexicon import Lexicon
from bot.language.repairs import Repair, read_repair
from ledger.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Friend:
    """Somebody the writer knows."""

    name: str
    handle: str
    nicknames: tuple[str, ...] = ()


KNOWN = (Friend("Neha", "neha"), Friend("Amit", "amit"))


@pytest.mark.parametrize(
    ("text", "repair"),
    [
        ("no, 250", Repair(Money(250_00, "INR"))),
        ("make it 300 please", Repair(Money(300_00, "INR"))),
        ("sorry, I mean two hundred", Repair(Money(200_00, "INR"))),
        ("not Amit, Neha", Repair(payee=ByName("Neha"))),
        ("no, to @neha", Repair(payee=ByHandle("neha"))),
        ("nahi, dhai sau", Repair(Money(250_00, "INR"))),
        ("nahi, Neha ko", Repair(payee=ByName("Neha"))),
        ("non, plutôt 250", Repair(Money(250_00, "INR"))),
        ("pas à Amit, à Neha", Repair(payee=ByName("Neha"))),
    ],
)
def test_a_correction_says_what_is_meant_instead(lexicons: dict[str, Lexicon], text: str, repair: Repair) -> None:
    assert read_repair(text, currency="INR", lexicon=lexicons["en"], known=KNOWN) == repair


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "250",
        "no 250 300",
        "no, about 250",
        "no thanks Neha",
        "not Amit",
        "no way",
        "no, 250?",
        "no, 1.000",
        "no, 1,00,00",
        "no, €250",
    ],
)
def test_anything_else_corrects_nothing(lexicons: dict[str, Lexicon], text: str) -> None:
    assert read_repair(text, currency="INR", lexicon=lexicons["en"], known=KNOWN) is None
