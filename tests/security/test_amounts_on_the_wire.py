"""S2 through the whole chat: of every amount that can be written, the question shows exactly it, or there is none.

The tables say what a careful person means by each spelling. A spelling that must be understood is told apart from one
that may be asked about or refused, so that a bot which refuses everything does not pass either.
"""

import random
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.sandbox.people import Person
from tests.conftest import FULL_SIZE
from tests.harness.wire import (
    assert_books_untouched,
    household,
    money_on_buttons,
    new_words,
    on_stage,
    quiet,
    rows_in_journal,
)
from tests.stories.player import Stage

PAYERS = 25
RANDOM_ROWS = 30_000 if FULL_SIZE else 300


@dataclass(frozen=True, slots=True)
class Written:
    """A spelling, and the paise a careful person means by it; ``None`` if no amount may come of it."""

    text: str
    paise: int | None
    must: bool = True  # whether the bot has to understand it; else it may also ask or refuse


UNDERSTOOD = {
    "200": 200_00,
    "200.5": 200_50,
    "200.50": 200_50,
    "1": 1_00,
    "0.01": 1,
    "1,500": 1_500_00,
    "1,500.25": 1_500_25,
    "4999.99": 4_999_99,
    "₹200": 200_00,
    "₹ 200": 200_00,
    "Rs 200": 200_00,
    "Rs.200": 200_00,
    "Rs. 200.50": 200_50,
    "INR 200": 200_00,
    "200 rupees": 200_00,
    "200rs": 200_00,
    "1.5k": 1_500_00,
    "2k": 2_000_00,
    "200/-": 200_00,
}
# Read exactly, or asked about: nobody may be shown another amount.
EXACT_OR_ASKED = {
    "٢٠٠": 200_00,
    "२००": 200_00,
    "২০০": 200_00,
    "+200": 200_00,
    "200.": 200_00,
    "0200": 200_00,
    "00200": 200_00,
    "200.500": 200_50,
    "two hundred": 200_00,
    "200 only": 200_00,
    "1,50,000": 150_000_00,
    "150,000": 150_000_00,
    "2 lakh": 200_000_00,
    "2,00,00,000": 20_000_000_00,
    "200\u200f": 200_00,
    "\u200e200": 200_00,
    "\u202e200\u202c": 200_00,
    "200\u200b": 200_00,
    "2\u200b00": 200_00,
    "2\u00a000": 200_00,
    "２００": 200_00,
    "𝟐𝟎𝟎": 200_00,
    "1_000": 1_000_00,
    "1 000": 1_000_00,
    "1’000": 1_000_00,
    "1٬000": 1_000_00,
}
# Nothing may come of these: no amount, or one that nobody can be sure of.
NEVER = [
    "0",
    "0.00",
    "-0",
    "-200",
    "−200",
    "–200",
    "₹-200",
    "-₹200",
    "minus 200",
    "1e309",
    "1e2",
    "2E3",
    "1e-2",
    "NaN",
    "nan",
    "inf",
    "Infinity",
    "-Infinity",
    "0.001",
    "0.009",
    "200.999",
    "1.005",
    "200.50.50",
    str(2**63),
    str(2**63 - 1),
    str(2**64),
    str(2**63 // 100 + 1),
    "9" * 40,
    "9" * 1000,
    "0." + "0" * 998 + "1",
    "1,00",
    "1.000",
    "1,0000",
    "10,00",
    "1,2,3",
    "1,,000",
    ",200",
    ".50",
    "²",
    "2²",
    "²00",
    "½",
    "Ⅻ",
    "①",
    "㉀",
    "0x10",
    "0xFF",
    "0b11",
    "0o17",
    "#200",
    "200%",
    "200-300",
    "200/300",
    "2*100",
    "100+100",
    "=100+100",
    "$200",
    "200 USD",
    "USD 200",
    "€200",
    "200 euros",
    "£200",
    "¥200",
    "200 BTC",
    "২00",
    "2٠0",
    "2O0",
    "l00",
    "2oo",
    "200; DROP TABLE transfers",
    "${200}",
    "{200}",
    "%s",
    "٪200",
]
SPELLINGS = [
    *(Written(text, paise) for text, paise in UNDERSTOOD.items()),
    *(Written(text, paise, must=False) for text, paise in EXACT_OR_ASKED.items()),
    *(Written(text, None) for text in NEVER),
]
FRAMES = ["send {} to Priya", "/send {} @priya", "pay Priya {}", "please send Priya {} for lunch"]


async def _each_is_shown_exactly(stage: Stage, sayings: list[tuple[str, Written]], payers: list[Person]) -> None:
    """Say each in a chat of its own, many chats at a time, and look at every button that could move money."""
    for start in range(0, len(sayings), len(payers)):
        stage.since = stage.now
        round_ = list(zip(payers, sayings[start:], strict=False))
        for payer, (text, _) in round_:
            stage.town.say(payer, text)
        await quiet(stage)
        for payer, (text, written) in round_:
            shown = set().union(*(money_on_buttons(message) for message in new_words(stage, payer)))
            wanted = set() if written.paise is None else {written.paise}
            assert shown <= wanted, f"{text!r} offers {shown} paise, and means {written.paise}"
            assert new_words(stage, payer), f"{text!r} is answered with silence"
            if written.paise is not None and written.must:
                assert shown == wanted, f"{text!r} is not understood:\n{stage.town.transcript(payer)}"


@pytest.mark.parametrize("frame", FRAMES)
async def test_every_spelling_of_an_amount_is_shown_exactly_or_asked_about(frame: str, tmp_path: Path) -> None:
    """I would rather be asked than pay the wrong sum."""
    async with on_stage(tmp_path) as stage:
        payers, _ = await household(stage, PAYERS)
        rows = await rows_in_journal(stage)

        await _each_is_shown_exactly(stage, [(frame.format(each.text), each) for each in SPELLINGS], payers)

        await assert_books_untouched(stage, rows)


async def test_an_answer_to_how_much_is_read_as_carefully(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        payers, _ = await household(stage, PAYERS)
        rows = await rows_in_journal(stage)

        for start in range(0, len(SPELLINGS), PAYERS):
            for payer in payers:
                stage.town.say(payer, "send money to Priya")
            await quiet(stage)
            part = SPELLINGS[start : start + PAYERS]
            await _each_is_shown_exactly(stage, [(each.text, each) for each in part], payers[: len(part)])

        await assert_books_untouched(stage, rows)


_MARK = re.compile(r"(₹|Rs\.? ?)?")
_PLAIN = re.compile(r"(\d+|\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})*,\d{3})(?:\.(\d{1,2}))?", re.ASCII)


def _plainly(text: str) -> int | None:
    """What everybody agrees a spelling means, in paise: digits, well grouped, and at most two decimals. Else nothing.

    Signs that nobody sees and the punctuation of a sentence behind the amount say nothing about it.
    """
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf").rstrip(".,~'_/-")
    match = _PLAIN.fullmatch(_MARK.sub("", seen, count=1))
    if not match:
        return None
    return int(match[1].replace(",", "")) * 100 + int((match[2] or "").ljust(2, "0"))


def _spelled(chance: random.Random) -> Written:
    """A random amount within what the wallet holds, in one of the usual spellings, half of them spoilt by one sign."""
    paise = chance.choice([chance.randrange(1, 100), chance.randrange(1, 1_000_00), chance.randrange(1, 4_999_99)])
    whole, rest = divmod(paise, 100)
    digits = f"{whole:,}" if chance.random() < 0.3 else str(whole)
    text = f"{digits}.{rest:02d}" if rest or chance.random() < 0.3 else digits
    text = chance.choice(["", "₹", "Rs ", "Rs."]) + text
    if chance.random() < 0.5:
        return Written(text, paise)
    at = chance.randrange(len(text) + 1)
    spoilt = text[:at] + chance.choice("-.,eE%^²³½𝟏٣x/*\u200b\u202e\u2066_'~") + text[at:]
    return Written(spoilt, _plainly(spoilt), must=False)


async def test_of_many_amounts_spoilt_by_one_sign_none_becomes_another(tmp_path: Path) -> None:
    """A slip of the thumb inside an amount never makes it one that nobody would read there."""
    chance = random.Random(2026)
    sayings = []
    for _ in range(RANDOM_ROWS):
        written = _spelled(chance)
        sayings.append((chance.choice(FRAMES[:3]).format(written.text), written))
    async with on_stage(tmp_path) as stage:
        payers, _ = await household(stage, PAYERS)
        rows = await rows_in_journal(stage)
        await _each_is_shown_exactly(stage, sayings, payers)
        await assert_books_untouched(stage, rows)


@pytest.mark.parametrize("words", ["me", "myself", "@asha0", "Asha Rao", "@ASHA0"])
async def test_nobody_pays_themselves(words: str, tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)
        rows = await rows_in_journal(stage)

        stage.since = stage.now
        stage.town.say(asha, f"send 200 to {words}")
        await quiet(stage)

        assert not any(money_on_buttons(message) for message in new_words(stage, asha))
        await assert_books_untouched(stage, rows)
