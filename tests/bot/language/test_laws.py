"""Laws of reading: whatever is typed, there is a reading, and nothing in a payment was made up."""

from pathlib import Path

import hypothesis.strategies as st
from hypothesis import example, given, settings

import bot.language
from bot.language.disguises import is_deceptive, looks_like
from bot.language.intents import Ask, ByHandle, ByName, Refuse, Send
from bot.language.lexicon import Lexicon
from bot.language.names import match_names, suggest_names
from bot.language.parse import parse, read_amount, read_payee
from bot.language.verdicts import MAX_NOTE_LENGTH
from ledger.kernel.money import Money
from tests.conftest import FULL_SIZE

ENGLISH = Lexicon.from_toml((Path(bot.language.__file__).parent / "lexicons" / "en.toml").read_text(encoding="utf-8"))
EXAMPLES = 200_000 if FULL_SIZE else 300  # GOALS.md, S1

_PIECES = st.sampled_from(
    [
        *["send", "pay", "/send", "to", "for", "priya", "Priya", "@priya", "amit", "my", "me", "and"],
        *["not", "from", "all", "about"],
        *[
            "200",
            "1,50,000",
            "1.000",
            "2",
            "0x10",
            "1e309",
            "nan",
            "half",
            "₹",
            "Rs.",
            "$",
            "lakh",
            "k",
            "٢",
            "²",
            "💵",
        ],
        *["please", "can", "you", "should", "i", "-", "+", ".", ",", "?", '"', "\u200b", "\u202e"],
    ]
)
SENTENCES = st.one_of(
    st.text(max_size=200),
    st.lists(_PIECES, max_size=14).map(" ".join),
    st.lists(_PIECES, max_size=8).map("".join),
)
_NAMES = st.sampled_from(["Priya", "my sister", "Dr. Rao", "प्रिया"])


@given(SENTENCES, st.sampled_from(["INR", "USD", "JPY", "KWD"]))
@settings(max_examples=EXAMPLES, deadline=None)
@example("send " + "9" * 4000, "INR")
@example("/", "INR")
@example("@", "INR")
@example("\ud800 send 200", "INR")
def test_any_text_has_a_reading_and_a_payment_holds_only_what_was_written(text: str, currency: str) -> None:
    reading = parse(text, currency=currency, lexicon=ENGLISH)
    answer = read_amount(text, currency=currency, lexicon=ENGLISH)
    read_payee(text, currency=currency, lexicon=ENGLISH)

    assert answer is None or isinstance(answer, Money | Ask | Refuse)
    understood = reading.understood if isinstance(reading, Ask) else reading
    if isinstance(understood, Send):
        assert understood.note is None or understood.note in text
        assert understood.note is None or len(understood.note) <= MAX_NOTE_LENGTH
        assert understood.amount is None or understood.amount.currency == currency
        assert understood.amount is None or understood.amount.minor_units > 0
        match understood.payee:
            case ByHandle(handle):
                assert handle in text.casefold()
            case ByName(name):
                assert all(word.strip(".") in text for word in name.split())
            case _:
                pass


@given(
    st.integers(1, 10**15),
    st.sampled_from(["Priya", "my sister", "Dr. Rao", "प्रिया"]),
    st.text("abc1 ,.?!'", max_size=20),
)
@settings(max_examples=200, deadline=None)
def test_a_plain_payment_is_read_to_the_last_paisa(paise: int, name: str, note: str) -> None:
    note = "n" + note.rstrip()

    reading = parse(f"send ₹{paise // 100}.{paise % 100:02} to {name} for {note}", currency="INR", lexicon=ENGLISH)

    assert reading == Send(Money(paise, "INR"), ByName(name), note) or isinstance(reading, Ask)


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_two_names_can_be_compared(name: str, other: str) -> None:
    class Somebody:
        def __init__(self) -> None:
            self.name, self.handle, self.nicknames = other, "somebody", (other,)

    is_deceptive(name)
    suggest_names(name, [Somebody()])

    assert looks_like(name, other) == looks_like(other, name)
    assert not match_names(name, [])
