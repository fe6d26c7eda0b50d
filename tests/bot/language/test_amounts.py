"""An amount is read exactly, or asked about, or refused. It is never nearly right."""

from collections.abc import Callable

import pytest

from bot.language.intents import Ask, AskWhat, ByName, Reading, Refuse, RefuseWhy, Send
from bot.language.lexicon import Lexicon
from bot.language.parse import parse, read_amount
from ledger.kernel.money import Money

Read = Callable[..., Reading]

EXACT = {
    "200": 200_00, "200.50": 200_50, "200.5": 200_50, "0.50": 50, "0.01": 1, "1,000": 1_000_00,
    "1,50,000": 150_000_00, "150,000": 150_000_00, "1,50,000.75": 150_000_75, "12,34,56,789": 123_456_789_00,
    "1.5k": 1_500_00, "1.25K": 1_250_00, "200k": 200_000_00, "1.5 k": 1_500_00, "2 lakh": 200_000_00,
    "2 lac": 200_000_00,
    "2.5 lakhs": 250_000_00, "3 crore": 30_000_000_00, "3cr": 30_000_000_00, "5 thousand": 5_000_00,
    "₹200": 200_00, "₹ 200": 200_00, "Rs 200": 200_00, "Rs. 200": 200_00, "Rs.200": 200_00, "rs200": 200_00,
    "500rs": 500_00,
    "INR 200": 200_00, "200 INR": 200_00, "inr200": 200_00, "200 rupees": 200_00, "200/-": 200_00, "200 /-": 200_00,
    "Rs 200/-": 200_00, "Rs. 200 only": 200_00, "₹200 rupees": 200_00, "200 bucks": 200_00,
    "२००": 200_00, "২০০": 200_00, "٢٠٠": 200_00, "१,५०,०००": 150_000_00,
    "92233720368547758.07": 2**63 - 1,
    "50 paise": 50, "fifty paise": 50, "200 rupees 50 paise": 200_50, "two hundred rupees and fifty paise": 200_50,
    "2 lakh 50 thousand": 250_000_00, "2 thousand 500": 2_500_00, "two hundred": 200_00, "a hundred": 100_00,
    "Two Hundred and Fifty": 250_00, "two hundred fifty point five": 250_50, "twenty five hundred": 2_500_00,
    "thousand": 1_000_00, "two and a half thousand": 2_500_00, "one and a half lakh": 150_000_00, "ten": 10_00,
    "1 lakh 50 thousand 250": 150_250_00, "nine hundred ninety nine": 999_00, "Rs two hundred only": 200_00,
    "one crore twenty lakh": 12_000_000_00, "two point five lakh": 250_000_00, "5L": 500_000_00, "1.5L": 150_000_00,
}  # fmt: skip

REFUSED = {
    written: reason
    for reason, all_written in {
        RefuseWhy.NOT_POSITIVE: ["0", "0.00", "-200", "−200", "₹-200", "-₹200", "minus 200"],
        RefuseWhy.TOO_PRECISE: ["0.001", "200.999", "1,000.123"],
        RefuseWhy.TOO_LARGE: [
            "9223372036854775808",
            "92233720368547758.08",
            "9" * 1000,
            "9" * 4000,
            "99999999999999 crore",
        ],
        RefuseWhy.NOT_A_NUMBER: [
            "1e309",
            "1E5",
            "2e-3",
            "NaN",
            "inf",
            "Infinity",
            "0x10",
            "0b11",
            "²00",
            "2²",
            "½",
            "２００",
            "𝟐𝟎𝟎",
            "②",
            "2०0",
            "2\u200b00",
            "20\u200f0",
            "\u202e002",
            "2\u2066005\u2069",
            "2\u00ad00",
        ],
        RefuseWhy.OTHER_CURRENCY: ["$5", "5 EUR", "5 dollars", "€5", "5eur", "USD 5", "US$5", "5 USDT", "₿1"],
    }.items()
    for written in all_written
}

ASKED = {
    written: reason
    for reason, all_written in {
        AskWhat.GROUPING: ["1,00", "1.000", "1.500", "1.500.000", "12,34", "1,5", "1.234,50", "0,500"],
        AskWhat.WHICH_AMOUNT: [
            "200 300",
            "100-200",
            "200+50",
            "+200",
            "2 0 0",
            "1 000",
            "1_000",
            "1'000",
            "about 200",
            "half of 200",
            "between 100 and 200",
            "2OO",
            ".50",
            "₹.50",
            "Rs .50",
            "Rs..50",
            "2💵",
            "2️⃣0️⃣0️⃣",
            "007",
            "two fifty",
            "one lakh twenty",
            "1 lakh 20",
            "2.5 lakh 20 thousand",
            "twenty twelve",
            "two hundred three hundred",
            "200 rupees 150 paise",
            "200 rupees 50",
            "a few hundred",
            "hundreds",
            "50%",
        ],
        AskWhat.NUMBER_OR_NAME: ["9876543210"],
    }.items()
    for written in all_written
}


@pytest.mark.parametrize(("written", "paise"), EXACT.items())
def test_an_amount_is_read_to_the_paisa(read: Read, english: Lexicon, written: str, paise: int) -> None:
    money = Money(paise, "INR")

    assert read(f"send {written} to Priya") == Send(money, ByName("Priya"))
    assert read(f"pay Priya {written} for tea") == Send(money, ByName("Priya"), "tea")
    assert read_amount(written, currency="INR", lexicon=english) == money


@pytest.mark.parametrize(("written", "why"), REFUSED.items(), ids=[written[:20] for written in REFUSED])
def test_what_is_no_amount_is_refused_with_its_reason(
    read: Read, english: Lexicon, written: str, why: RefuseWhy
) -> None:
    reading = read(f"send {written} to Priya")

    assert isinstance(reading, Refuse)
    assert reading.why is why
    answer = read_amount(written, currency="INR", lexicon=english)
    assert isinstance(answer, Refuse)
    assert answer.why is why


@pytest.mark.parametrize(("written", "what"), ASKED.items())
def test_what_could_be_two_amounts_is_asked_about(read: Read, english: Lexicon, written: str, what: AskWhat) -> None:
    reading = read(f"send {written} to Priya")

    assert isinstance(reading, Ask)
    assert reading.what is what
    assert reading.understood.amount is None
    assert isinstance(read_amount(written, currency="INR", lexicon=english), Ask)


def test_one_alone_is_asked_about_unless_an_amount_was_asked_for(read: Read, english: Lexicon) -> None:
    assert isinstance(read("send one to Priya"), Ask)
    assert read_amount("one", currency="INR", lexicon=english) == Money(100, "INR")


def test_a_certain_payee_is_kept_while_the_amount_is_asked_for(read: Read) -> None:
    asked = Ask(AskWhat.WHICH_AMOUNT, Send(payee=ByName("Priya")))

    assert read("send between 100 and 200 to Priya") == asked
    assert read("send all my money to Priya") == asked
    assert read("send half of my balance to Priya") == asked


@pytest.mark.parametrize(
    ("currency", "written", "minor_units"),
    [
        ("JPY", "200", 200),
        ("JPY", "¥1,500", 1500),
        ("JPY", "1,500 yen", 1500),
        ("KWD", "1.000", 1_000),
        ("KWD", "KWD 1.250", 1_250),
        ("KWD", "1.5", 1_500),
        ("USD", "$5", 500),
        ("USD", "5 dollars", 500),
        ("CAD", "$5", 500),
        ("EUR", "5 €", 500),
        ("LKR", "Rs 200", 20_000),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(read: Read, currency: str, written: str, minor_units: int) -> None:
    assert read(f"send {written} to Priya", currency=currency) == Send(Money(minor_units, currency), ByName("Priya"))


@pytest.mark.parametrize(
    ("currency", "written", "reading"),
    [
        ("JPY", "200.50", Refuse(RefuseWhy.TOO_PRECISE)),
        ("JPY", "1.000", Ask(AskWhat.GROUPING, Send(payee=ByName("Priya")))),
        ("KWD", "1.2345", Refuse(RefuseWhy.TOO_PRECISE)),
        ("EUR", "$5", Refuse(RefuseWhy.OTHER_CURRENCY, "USD")),
        ("USD", "₹5", Refuse(RefuseWhy.OTHER_CURRENCY, "INR")),
        ("USD", "Rs 5", Refuse(RefuseWhy.OTHER_CURRENCY, "INR")),
    ],
)
def test_another_currency_or_too_many_decimals_never_pass(
    read: Read, currency: str, written: str, reading: Reading
) -> None:
    assert read(f"send {written} to Priya", currency=currency) == reading


def test_where_commas_are_decimals_a_grouped_amount_is_asked_about(read: Read) -> None:
    assert isinstance(read("send 1,500 to Priya", locale="fr-FR"), Ask)
    assert read("send 1500 to Priya", locale="fr-FR") == Send(Money(150_000, "INR"), ByName("Priya"))


@pytest.mark.parametrize("text", ["make it 200", "ok 200 please", "just ₹200"])
def test_an_amount_may_be_answered_politely(english: Lexicon, text: str) -> None:
    assert read_amount(text, currency="INR", lexicon=english) == Money(20_000, "INR")


@pytest.mark.parametrize("text", ["", "...", "Priya", "what?", "to Ravi"])
def test_an_answer_without_an_amount_is_none(english: Lexicon, text: str) -> None:
    assert read_amount(text, currency="INR", lexicon=english) is None


@pytest.mark.parametrize("written", ["1,00", "10,00", "1.000", "1.234,50", "12,34"])
def test_without_words_another_language_does_not_say_what_a_comma_means(
    lexicons: dict[str, Lexicon], written: str
) -> None:
    """French is read beside English; digits alone, and a command, are no French."""
    answer = read_amount(written, currency="INR", lexicon=lexicons["en"], locale="en-IN")
    reading = parse(f"/send {written} @priya", currency="INR", lexicon=lexicons["en"], locale="en-IN")

    assert isinstance(answer, Ask)
    assert isinstance(reading, Ask)
    assert (answer.what, reading.what) == (AskWhat.GROUPING, AskWhat.GROUPING)


@pytest.mark.parametrize(("written", "paise"), [("1,50", 1_50), ("1 234,50", 1_234_50), ("12,5", 12_50)])
def test_where_somebody_reads_french_their_comma_is_theirs(
    lexicons: dict[str, Lexicon], written: str, paise: int
) -> None:
    assert read_amount(written, currency="INR", lexicon=lexicons["fr"], locale="fr-IN") == Money(paise, "INR")
