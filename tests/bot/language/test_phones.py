"""Phone numbers: read where somebody is paid, only when they exist, and never taken for money."""

from collections.abc import Callable

import pytest

from bot.language.intents import Ask, AskWhat, ByPhone, Nothing, Reading, Send
from bot.language.lexicon import Lexicon
from bot.language.parse import read_amount, read_payee
from bot.language.phones import phone_on_card, read_phone, spelled_phone
from ledger.kernel.money import Money

Read = Callable[..., Reading]

PRIYA = "+919000001002"


def inr(rupees: int) -> Money:
    return Money(rupees * 100, "INR")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+91 90000 01002", PRIYA),
        ("+91-90000-01002", PRIYA),
        ("9000001002", PRIYA),
        ("90000 01002", PRIYA),
        ("09000001002", PRIYA),
        ("919000001002", PRIYA),
        ("(022) 2345 6789", "+912223456789"),
        ("\u202a+91 90000\u201101002\u202c", PRIYA),  # as an address book copies it
        ("+1 212-555-2368", "+12125552368"),
        ("90000", None),
        ("+91 90000", None),
        ("+999 12345678", None),
        ("9000001002 ext 5", None),
        ("0x9000001002", None),
        ("९०००००१००२", None),  # digits of another script: asked about, as amounts that look like others are
        ("1,50,00,000", None),
        ("+9190000010020000", None),
        ("", None),
    ],
)
def test_a_number_is_read_in_one_form_or_not_at_all(text: str, number: str | None) -> None:
    assert read_phone(text, "IN") == number


def test_a_number_without_a_country_code_belongs_to_the_region_or_to_nobody() -> None:
    assert read_phone("06 12 34 56 78", "FR") == "+33612345678"
    assert read_phone("9000001002", "FR") is None
    assert read_phone("9000001002", "") is None
    assert read_phone("+91 90000 01002", "") == PRIYA


@pytest.mark.parametrize("card", ["919000001002", "+919000001002", "9000001002", "090000 01002"])
def test_a_shared_card_is_read_however_telegram_or_an_address_book_wrote_it(card: str) -> None:
    assert phone_on_card(card, "IN", own=True) == PRIYA
    assert phone_on_card(card, "IN", own=False) == PRIYA


def test_an_own_card_has_its_country_code_and_an_address_book_its_own_country() -> None:
    """6591234567 is somebody in Singapore, if Telegram says so; in an Indian address book it is an Indian."""
    assert phone_on_card("6591234567", "IN", own=True) == "+6591234567"
    assert phone_on_card("6591234567", "IN", own=False) == "+916591234567"


def test_a_number_is_said_back_as_its_country_writes_it() -> None:
    assert spelled_phone(PRIYA) == "+91 90000 01002"


# ── in a sentence ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "amount", "note"),
    [
        ("send 200 to +91 90000 01002", 200, None),
        ("send 200 to 9000001002", 200, None),
        ("send 200 to 90000 01002 for tea", 200, "tea"),
        ("send 200 for tea to 9000001002", 200, "tea"),
        ("send to 9000001002 200", 200, None),
        ("send to 90000 01002 rs 200", 200, None),
        ("pay +919000001002 200", 200, None),
        ("pay +91 90000 01002 200 rupees please", 200, None),
        ("/send 200 +919000001002", 200, None),
        ("/send 200 to 9000001002", 200, None),
        ("send to 9000001002", None, None),
        ("pay +91 90000 01002", None, None),
    ],
)
def test_a_number_names_a_payee_where_a_payee_stands(
    read: Read, text: str, amount: int | None, note: str | None
) -> None:
    assert read(text) == Send(None if amount is None else inr(amount), ByPhone(PRIYA), note)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("pay 9000001002 200", AskWhat.WHICH_AMOUNT),  # nine hundred crores, or somebody?
        ("send 500 9000001002", AskWhat.WHICH_AMOUNT),
        ("send 9000001002", AskWhat.NUMBER_OR_NAME),
        ("send 200 to 12345", AskWhat.NUMBER_OR_NAME),
        ("send 200 to 90000", AskWhat.NUMBER_OR_NAME),
        ("send 200 to 9000001002 2 times", AskWhat.NUMBER_OR_NAME),
        ("send 200 to 9000001002 and 9000001003", AskWhat.SEVERAL_PAYEES),
        ("send 200 to 9000001002, 9000001003", AskWhat.SEVERAL_PAYEES),
        ("send 200 to +91 90000 01002 tomorrow", AskWhat.REALLY_SEND),
        ("200 to 9000001002", AskWhat.REALLY_SEND),
    ],
)
def test_what_is_not_certain_is_asked(read: Read, text: str, what: AskWhat) -> None:
    reading = read(text)

    assert isinstance(reading, Ask)
    assert reading.what is what


def test_digits_that_could_end_in_two_places_are_no_payee(read: Read) -> None:
    """Both +49 30 123456 and +49 30 123456 200 exist, so nobody can say which digits are the amount."""
    assert not isinstance(read("send to +49 30 123456 200"), Send)
    assert read("send 200 to +49 30 123456") == Send(inr(200), ByPhone("+4930123456"))


@pytest.mark.parametrize("text", ["9000001002", "call 9000001002", "my number is +91 90000 01002"])
def test_a_number_alone_commands_nothing(read: Read, text: str) -> None:
    assert read(text) == Nothing()


def test_a_number_answers_to_whom_and_never_how_much(english: Lexicon) -> None:
    for text in ("9000001002", "to +91 90000 01002"):
        assert read_payee(text, currency="INR", lexicon=english) == ByPhone(PRIYA)
        assert not isinstance(read_amount(text, currency="INR", lexicon=english), Money)
    assert read_payee("12345", currency="INR", lexicon=english) is None


def test_no_number_is_shown_by_repr(read: Read) -> None:
    assert "01002" not in repr(read("send 200 to 9000001002"))
