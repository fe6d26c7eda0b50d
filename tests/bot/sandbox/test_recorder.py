"""Lines of a recorded story: what varies is left open, what could be a PIN is never written."""

from typing import Any

import pytest

from bot.sandbox.people import ASHA, PRIYA, BotUser
from bot.sandbox.recorder import Recorder
from bot.sandbox.story_lines import Standing, given_line, quoted, typed

PAD = {"inline_keyboard": [[{"text": digit, "callback_data": digit} for digit in "1234567890"]]}
BOT = BotUser().as_user()


@pytest.fixture
def recorder() -> Recorder:
    recorder = Recorder({ASHA.id: "asha", PRIYA.id: "priya"}, {-1: "Flat 4B"}, BOT["id"])
    recorder.begin("somebody is there", [], 0.0)
    return recorder


def message(number: int, text: str, sender: Any, chat: int = ASHA.id, **more: Any) -> dict[str, Any]:
    body = {"message_id": number, "chat": {"id": chat}, "from": sender, "text": text} | more
    return {"kind": "message", "message": body}


def lines(recorder: Recorder) -> list[str]:
    return recorder.text().splitlines()[2:]


def press(recorder: Recorder, number: int, label: str, times: int = 1) -> None:
    for _ in range(times):
        recorder.hear({"kind": "tap", "chat": ASHA.id, "person": ASHA.id, "message_id": number, "label": label})


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Paid\nReference 632850789616\n24 Nov 2026, 17:15", "Paid…Reference …"),
        ("locked until 25 Nov, 09:30.", "locked until …."),
        ("Enter your PIN ● ● ○ ○ ○ ○", "Enter your PIN …"),
        ("You have ₹1,50,000.00", "You have ₹1,50,000.00"),
        ("[x]  two   spaces", "x] two spaces"),
    ],
)
def test_what_is_another_every_time_is_left_open(said: str, written: str) -> None:
    assert quoted(said) == written


@pytest.mark.parametrize(
    ("said", "written"), [("274913", "000000"), (" 2749 ", "0000"), ("send 1500\nto priya", "send 1500 to priya")]
)
def test_digits_alone_are_never_written(said: str, written: str) -> None:
    assert typed(said) == written


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        ("Paid ₹200.00", "the right one"),
        ("That is not your PIN. 2 tries left.", "a wrong one"),
        ("The two were not the same.", "a wrong one"),
        ("That PIN is easy to guess", "123456"),
    ],
)
def test_a_pin_is_a_run_of_dots_and_whether_it_was_right(recorder: Recorder, answer: str, remark: str) -> None:
    recorder.hear(message(1, "Enter your PIN ○ ○ ○ ○ ○ ○", BOT, reply_markup=PAD))
    press(recorder, 1, "·", 6)
    recorder.hear(message(1, answer, BOT))

    dots = next(line for line in lines(recorder) if "······" in line)
    assert dots.split() == ["asha", "······", *remark.split()]


def test_a_new_pin_is_written_as_an_example(recorder: Recorder) -> None:
    recorder.hear(message(1, "Choose a new PIN of 6 digits. ○ ○ ○ ○ ○ ○", BOT, reply_markup=PAD))
    press(recorder, 1, "·", 6)
    recorder.hear(message(1, "Enter the same PIN once more. ○ ○ ○ ○ ○ ○", BOT, reply_markup=PAD))

    assert any(line.endswith("583062, chosen") for line in lines(recorder))


def test_digits_that_were_taken_back_or_given_up_leave_no_line(recorder: Recorder) -> None:
    recorder.hear(message(1, "Enter your PIN ○ ○ ○ ○ ○ ○", BOT, reply_markup=PAD))
    press(recorder, 1, "·", 3)
    press(recorder, 1, "⌫", 2)
    press(recorder, 1, "Cancel")

    assert [line.split() for line in lines(recorder)] == [["asha", "[Cancel]"]]


def test_a_text_that_the_bot_takes_away_loses_its_digits(recorder: Recorder) -> None:
    recorder.hear(message(1, "my pin is 519364", ASHA.as_user()))
    recorder.hear({"kind": "deleted", "chat": ASHA.id, "message_id": 1})

    assert lines(recorder) == ["asha         my pin is 000000"]


def test_a_group_a_reply_a_start_by_link_and_a_restart_have_their_verbs(recorder: Recorder) -> None:
    link = {"inline_keyboard": [[{"text": "Continue in private", "url": "https://t.me/hundi_bot?start=g_42"}]]}
    said = message(1, "dinner?", PRIYA.as_user(), chat=-1)
    recorder.hear(said)
    recorder.hear(message(2, "/send 200", ASHA.as_user(), chat=-1, reply_to_message=said["message"]))
    recorder.hear(message(3, "Let us go on", BOT, chat=-1, reply_markup=link))
    recorder.hear(message(9, "/start g_42", ASHA.as_user()))
    recorder.hear({"kind": "process", "process": {"state": "killed"}})

    assert [" ".join(line.split()) for line in lines(recorder)] == [
        "priya in Flat 4B dinner?",
        "asha in Flat 4B to priya /send 200",
        "group sees Let us go on [Continue in private]",
        "asha opens the link",
        "restart",
    ]


def test_how_everybody_stands_is_one_line() -> None:
    asha, priya = Standing("₹500.00", has_pin=True, has_started=True), Standing("₹5,000.00")

    line = given_line([("Asha Rao", "asha", asha), ("Priya Sharma", "priya", priya)], [("Flat 4B", ["Asha", "Priya"])])

    assert line == (
        "Asha Rao (@asha) has ₹500.00 and a PIN; Priya Sharma (@priya) is new and has ₹5,000.00; "
        "they all know each other; Flat 4B is a group with Asha and Priya"
    )
