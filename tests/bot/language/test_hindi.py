"""Hindi and Hinglish: what is a payment, and what only looks like one."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.language.intents import (
    Answer,
    Ask,
    AskWhat,
    ByHandle,
    ByName,
    ByPerson,
    Nothing,
    Open,
    PayeeWords,
    Reading,
    Refuse,
    RefuseWhy,
    Request,
    Send,
    Split,
    Topic,
)
from ledger.kernel.money import Money

Read = Callable[..., Reading]
Row = tuple[str, Money | None, PayeeWords | None, str | None]
PRIYA, AMIT, NEHA = ByName("Priya"), ByName("Amit"), ByName("Neha")
IN_HINDI = ByName("प्रिया")


@dataclass(frozen=True, slots=True)
class Friend:
    """Somebody the writer knows."""

    name: str
    handle: str
    nicknames: tuple[str, ...] = ()


def inr(rupees: float) -> Money:
    return Money(round(rupees * 100), "INR")


PAYMENTS: list[Row] = [
    ("Priya ko 200 bhejo", inr(200), PRIYA, None),
    ("priya ko dhai hazaar bhej do", inr(2500), ByName("priya"), None),
    ("200 Priya ko bhej dena", inr(200), PRIYA, None),
    ("bhejo Priya ko 200 rupaye", inr(200), PRIYA, None),
    ("Priya ko ₹1,50,000 transfer kar do", inr(150_000), PRIYA, None),
    ("Priya ji ko 200 rs bhej dijiye please", inr(200), ByName("Priya"), None),
    ("@priya ko 500 send kardo", inr(500), ByHandle("priya"), None),
    ("Priya ko 200 do", inr(200), PRIYA, None),
    ("Priya ko do sau do", inr(200), PRIYA, None),
    ("Amit ko paune do sau bhejo", inr(175), AMIT, None),
    ("Priya ko sava sau rupaye de do", inr(125), PRIYA, None),
    ("Priya ko saadhe teen hazaar rupaye pay karo", inr(3500), PRIYA, None),
    ("Priya ko dedh lakh bhejna hai", inr(150_000), PRIYA, None),
    ("mujhe Priya ko 200 bhejne hain", inr(200), PRIYA, None),
    ("kya tum Priya ko 200 bhej sakte ho?", inr(200), PRIYA, None),
    ("Priya ko 200 bhejo chai ke liye", inr(200), PRIYA, "chai"),
    ("chai ke liye Priya ko 200 bhejo", inr(200), PRIYA, "chai"),
    ("Priya ko khane ke liye 200 bhejo", inr(200), PRIYA, "khane"),
    ("Priya ko 200 bhejo for Chai at 5!", inr(200), PRIYA, "Chai at 5!"),
    ("Priya ko two hundred rupees bhejo", inr(200), PRIYA, None),
    ("Ravi Das ko 200 bhejo", inr(200), ByName("Ravi Das"), None),
    ("Das ko das bhejo", inr(10), ByName("Das"), None),
    ("Priya ko do sau rupaye pachas paise bhejo", inr(200.50), PRIYA, None),
    ("प्रिया को दो सौ रुपये भेजो", inr(200), IN_HINDI, None),
    ("प्रिया को डेढ़ हज़ार रुपए भेज दो।", inr(1500), IN_HINDI, None),
    ("प्रिया को २०० रुपये भेजिए", inr(200), IN_HINDI, None),
    ("चाय के लिए प्रिया को ₹200 भेजो", inr(200), IN_HINDI, "चाय"),
    ("कृपया प्रिया शर्मा को निन्यानवे रुपये भेज दीजिए", inr(99), ByName("प्रिया शर्मा"), None),
    ("प्रिया को साढ़े पाँच हजार ट्रांसफर कर दो", inr(5500), IN_HINDI, None),
    ("Priya ko paise bhejo", None, PRIYA, None),
    ("paise bhejo", None, None, None),
    ("use 200 bhejo", inr(200), None, None),
    ("send dhai hazaar to Priya", inr(2500), PRIYA, None),
    ("pay Priya paanch sau", inr(500), PRIYA, None),
]

ASKED: list[tuple[str, AskWhat]] = [
    ("Amit ko do do", AskWhat.WHICH_AMOUNT),
    ("Priya ko do teen sau bhejo", AskWhat.WHICH_AMOUNT),
    ("Priya ko 200 300 bhejo", AskWhat.WHICH_AMOUNT),
    ("Priya ko 200 ya 300 bhejo", AskWhat.WHICH_AMOUNT),
    ("Priya ko kareeb 200 bhejo", AskWhat.WHICH_AMOUNT),
    ("Priya ko lagbhag do sau bhejo", AskWhat.WHICH_AMOUNT),
    ("Priya ko aadha balance bhejo", AskWhat.WHICH_AMOUNT),
    ("Priya ko 1.000 bhejo", AskWhat.GROUPING),
    ("Priya ko 2 hazaar 50 bhejo", AskWhat.WHICH_AMOUNT),
    ("Priya aur Amit ko 200 bhejo", AskWhat.SEVERAL_PAYEES),
    ("Priya ko 200 aur Amit ko 300 bhejo", AskWhat.SEVERAL_PAYEES),
    ("Priya ko 200 bhejo aur Amit ko 300 bhejo", AskWhat.SEVERAL_PAYEES),
    ("kal Priya ko 200 bhejo", AskWhat.REALLY_SEND),
    ("kya main Priya ko 200 bhejun?", AskWhat.REALLY_SEND),
    ("प्रिया को दो तीन सौ भेजो", AskWhat.WHICH_AMOUNT),
    ("प्रिया और अमित को 200 भेजो", AskWhat.SEVERAL_PAYEES),
]

SILENT = [
    "Priya ko 200 mat bhejo",
    "Priya ko 200 nahi bhejna",
    "Priya ko 200 bhej diya",
    "Priya ko 200 bheje the",
    "kya Priya ko 200 bheja?",
    "agar Priya ko 200 bhejo to kya hoga",
    "usne kaha Priya ko 200 bhejo",
    "Priya ko 200 kaise bhejo",
    "Mom ko message bhejo",
    "Priya ko 2 photo bhejo",
    "mujhe do reminder do",
    "John ko bolo main late hoon",
    "प्रिया को 200 मत भेजो",
    "प्रिया को 200 नहीं भेजना",
    "प्रिया को 200 भेज दिए",
    "उसने कहा प्रिया को 200 भेजो",
    "प्रिया ने मुझे 200 भेजे",
]

OTHERS: list[tuple[str, Reading]] = [
    ("Priya se 200 maango", Request(inr(200), PRIYA)),
    ("Priya se khane ke liye 200 mangwao", Request(inr(200), PRIYA, "khane")),
    ("mujhe 200 bhejo", Request(inr(200))),
    ("mujhe Priya se 200 chahiye", Request(inr(200), PRIYA)),
    ("प्रिया से 200 रुपये मांगो", Request(inr(200), IN_HINDI)),
    ("1200 Amit aur Neha ke saath split karo", Split(inr(1200), (AMIT, NEHA))),
    ("Priya ko $20 bhejo", Refuse(RefuseWhy.OTHER_CURRENCY, "USD")),
    ("Priya ko 0 bhejo", Refuse(RefuseWhy.NOT_POSITIVE)),
    ("Priya ko 200.999 bhejo", Refuse(RefuseWhy.TOO_PRECISE)),
    ("mera balance batao", Open(Topic.BALANCE)),
    ("mere account mein kitne paise hain?", Open(Topic.BALANCE)),
    ("मेरा बैलेंस कितना है", Open(Topic.BALANCE)),
    ("madad karo", Open(Topic.HELP)),
    ("cancel karo", Open(Topic.CANCEL)),
    ("रद्द करो", Open(Topic.CANCEL)),
    ("phone chori ho gaya", Open(Topic.LOST)),
    ("paise nahi mile", Open(Topic.DISPUTE)),
    ("haan", Answer(yes=True)),
    ("नहीं", Answer(yes=False)),
]


@pytest.mark.parametrize("row", PAYMENTS, ids=[row[0] for row in PAYMENTS])
@pytest.mark.parametrize("language", ["en", "hi"])
def test_a_payment_is_read_exactly_whatever_language_somebody_has_chosen(
    read_any: Read, row: Row, language: str
) -> None:
    text, amount, payee, note = row

    assert read_any(text, language=language) == Send(amount, payee, note)


@pytest.mark.parametrize(("text", "what"), ASKED, ids=[row[0] for row in ASKED])
def test_what_is_unsure_is_asked(read_any: Read, text: str, what: AskWhat) -> None:
    reading = read_any(text)

    assert isinstance(reading, Ask)
    assert reading.what is what


@pytest.mark.parametrize("text", SILENT)
def test_what_is_not_clearly_a_command_means_nothing(read_any: Read, text: str) -> None:
    assert read_any(text) == Nothing()


@pytest.mark.parametrize(("text", "reading"), OTHERS, ids=[row[0] for row in OTHERS])
def test_everything_else_that_can_be_said(read_any: Read, text: str, reading: Reading) -> None:
    assert read_any(text) == reading


def test_in_a_reply_money_goes_to_the_author_of_the_message(read_any: Read) -> None:
    assert read_any("200 bhejo", replied_person=7) == Send(inr(200), ByPerson(7))


def test_bhai_is_part_of_a_name_only_where_somebody_is_called_so(read_any: Read) -> None:
    assert read_any("Amit bhai ko 200 bhejo") == Send(inr(200), AMIT)
    called = Friend("Amit Bhai", "amitb")
    assert read_any("Amit bhai ko 200 bhejo", known=[called]) == Send(inr(200), ByName("Amit bhai"))
