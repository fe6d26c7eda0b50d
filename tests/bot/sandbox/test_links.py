"""Addresses that lead to the bot do in the town what they do in Telegram's apps."""

import pytest

from bot.sandbox.errors import ApiError
from bot.sandbox.methods import call
from bot.sandbox.params import Params
from bot.sandbox.people import ASHA, PRIYA
from bot.sandbox.town import Town


def send(town: Town, chat_id: int, **more: object) -> int:
    sent = call(town, "sendMessage", Params({"chat_id": chat_id, "text": "hello"} | more))
    assert isinstance(sent, dict)
    return int(sent["message_id"])


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://t.me/hundi_bot?start=pay_7", "/start pay_7"),
        ("t.me/Hundi_Bot?start=pay_7", "/start pay_7"),
        ("https://telegram.me/hundi_bot?start=pay_7&x=1", "/start pay_7"),
        ("https://t.me/hundi_bot", "/start"),
        ("https://t.me/hundi_bot?start=not%20a%20payload", "/start"),
        ("https://t.me/other_bot?start=pay_7", None),
        ("https://example.org/hundi_bot?start=pay_7", None),
    ],
)
def test_a_link_to_the_bot_presses_start(town: Town, url: str, said: str | None) -> None:
    message = town.open_link(ASHA, url)

    assert (None if message is None else message.text) == said


def test_a_link_without_a_payload_only_opens_a_chat_that_was_started(town: Town) -> None:
    town.start(ASHA)

    assert town.open_link(ASHA, "https://t.me/hundi_bot") is None


def test_a_button_with_an_address_is_pressed_where_it_stands(town: Town) -> None:
    group = town.open_group("Flat 4B", [ASHA, PRIYA])
    row = [{"text": "Go on", "url": "https://t.me/hundi_bot?start=g7"}, {"text": "No", "callback_data": "no"}]
    number = send(town, group.chat_id, reply_markup={"inline_keyboard": [row]})

    town.press_link(PRIYA, number, "Go on", chat=group)

    assert town.last(PRIYA).text == "/start g7"
    with pytest.raises(LookupError):
        town.press_link(PRIYA, number, "No", chat=group)


def test_a_link_brings_the_bot_into_a_group(town: Town) -> None:
    group = town.open_group("Flat 4B", [ASHA, PRIYA], bot=False)

    town.open_link(PRIYA, "https://t.me/hundi_bot?startgroup=split", group=group)

    assert [update.kind for update in town.updates] == ["my_chat_member", "message", "message"]
    assert town.last(group).text == "/start@hundi_bot split"


def test_a_telephone_number_is_asked_for_in_private_only(town: Town) -> None:
    group = town.open_group("Flat 4B", [ASHA])

    with pytest.raises(ApiError, match="phone number can be requested in private chats only"):
        send(town, group.chat_id, reply_markup={"keyboard": [[{"text": "Share", "request_contact": True}]]})


def test_what_is_protected_is_not_forwarded(town: Town) -> None:
    town.start(ASHA)
    send(town, ASHA.id, protect_content="true")

    with pytest.raises(ValueError, match="cannot be forwarded"):
        town.forward(ASHA, town.last(ASHA))


def test_a_menu_for_a_chat_that_is_not_there_is_refused(town: Town) -> None:
    given = {"commands": [{"command": "send", "description": "x"}], "scope": {"type": "chat", "chat_id": 4711}}

    with pytest.raises(ApiError, match="chat not found"):
        call(town, "setMyCommands", Params(given))
