"""Sentences that are payments, and what is read from them."""

from collections.abc import Callable

import pytest

from bot.language.intents import ByHandle, ByName, ByPerson, PayeeWords, Reading, Send
from ledger.kernel.money import Money

Read = Callable[..., Reading]


def inr(rupees: str) -> Money:
    whole, _, paise = rupees.partition(".")
    return Money(int(whole) * 100 + int(paise.ljust(2, "0") or 0), "INR")


PRIYA = ByName("Priya")

PAYMENTS: list[tuple[str, Money | None, PayeeWords | None, str | None]] = [
    ("send 200 to Priya", inr("200"), PRIYA, None),
    ("Send 200 to Priya.", inr("200"), PRIYA, None),
    ("pay Priya 200", inr("200"), PRIYA, None),
    ("send Priya 200 for Lunch at Joe's!", inr("200"), PRIYA, "Lunch at Joe's!"),
    ("please send 200 to Priya", inr("200"), PRIYA, None),
    ("can you please send Rs. 200 to Priya Sharma for tea?", inr("200"), ByName("Priya Sharma"), "tea"),
    ("hey, could you transfer ₹ 1,50,000.50 to Priya now please", inr("150000.50"), PRIYA, None),
    ("pay amit 500 for 3 movie tickets at 8pm", inr("500"), ByName("amit"), "3 movie tickets at 8pm"),
    ('send 200 to priya for "rent"; DROP TABLE', inr("200"), ByName("priya"), '"rent"; DROP TABLE'),
    ("send 200 to @Priya_S for  two   cups", inr("200"), ByHandle("priya_s"), "two   cups"),
    ("pay @priya 200.50", inr("200.50"), ByHandle("priya"), None),
    ("pay @priya", None, ByHandle("priya"), None),
    ("send money to Priya", None, PRIYA, None),
    ("send 200 for lunch", inr("200"), None, "lunch"),
    ("send 200 for lunch to @priya", inr("200"), ByHandle("priya"), "lunch"),
    ("send 200 to my sister", inr("200"), ByName("my sister"), None),
    ("send 200 to Dr. K. Rao note: checkup", inr("200"), ByName("Dr. K. Rao"), "checkup"),
    ("send 200 to Priya K", inr("200"), ByName("Priya K"), None),
    ("send 200 to प्रिया शर्मा", inr("200"), ByName("प्रिया शर्मा"), None),
    ("make a payment of 200 to Priya", inr("200"), PRIYA, None),
    ("pay Priya back 200", inr("200"), PRIYA, None),
    ("send 200", inr("200"), None, None),
    ("send", None, None, None),
    ("send her 200", inr("200"), None, None),
    ("/send", None, None, None),
    ("/send 200 priya for lunch", inr("200"), ByName("priya"), "lunch"),
    ("/send@HundiBot 200 @priya lunch money", inr("200"), ByHandle("priya"), "lunch money"),
    ("/send priya 200", inr("200"), ByName("priya"), None),
]


@pytest.mark.parametrize(("text", "amount", "payee", "note"), PAYMENTS, ids=[row[0] for row in PAYMENTS])
def test_a_payment_is_read_exactly(
    read: Read, text: str, amount: Money | None, payee: PayeeWords | None, note: str | None
) -> None:
    assert read(text) == Send(amount, payee, note)


def test_in_a_reply_money_goes_to_the_author_of_the_message(read: Read) -> None:
    assert read("send 200", replied_person=7) == Send(inr("200"), ByPerson(7))
    assert read("pay him 200 for tea", replied_person=7) == Send(inr("200"), ByPerson(7), "tea")


def test_a_name_in_a_reply_is_still_the_one_who_is_paid(read: Read) -> None:
    assert read("send 200 to Ravi", replied_person=7) == Send(inr("200"), ByName("Ravi"))


def test_a_person_mentioned_without_a_username_is_meant_by_id(read: Read) -> None:
    assert read("send 200 to The King for tea", mentioned=[("The King", 7)]) == Send(inr("200"), ByPerson(7), "tea")
