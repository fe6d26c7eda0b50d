"""What people do in the town, and what the bot is told of it."""

import pytest

from bot.sandbox.chats import Message
from bot.sandbox.entities import utf16_length
from bot.sandbox.methods import call
from bot.sandbox.params import Params
from bot.sandbox.people import ASHA, PRIYA, RAVI, Json, people_named
from bot.sandbox.town import Town


def told(town: Town) -> Json:
    """The newest update."""
    return list(town.updates)[-1].as_json()


def ask(town: Town, method: str, **values: object) -> object:
    return call(town, method, Params(values))


def sent(town: Town, text: str, **more: object) -> Message:
    """A message of the bot to Asha."""
    ask(town, "sendMessage", chat_id=ASHA.id, text=text, **more)
    return town.last(ASHA)


def test_people_are_numbered_as_the_operator_will_name_them() -> None:
    assert [(p.id, p.name, p.username) for p in people_named("Asha, Priya,Zoë")] == [
        (1001, "Asha Rao", "asha"),
        (1002, "Priya Sharma", "priya"),
        (1003, "Zoë", ""),
    ]


def test_blocking_and_coming_back_are_both_told(town: Town) -> None:
    town.start(ASHA)
    town.block(ASHA)
    town.block(ASHA)
    assert len(town.updates) == 2
    assert told(town)["my_chat_member"]["new_chat_member"]["status"] == "kicked"

    town.start(ASHA)

    kinds = [update.kind for update in town.updates]
    assert kinds == ["message", "my_chat_member", "my_chat_member", "message"]


def test_an_edited_message_says_so(town: Town) -> None:
    message = town.say(ASHA, "send 20 to priya")

    town.edit(ASHA, message.message_id, "send 2000 to priya")

    edited = told(town)["edited_message"]
    assert edited["text"] == "send 2000 to priya"
    assert edited["edit_date"] >= edited["date"]
    assert edited["message_id"] == message.message_id


def test_nobody_edits_what_the_bot_said(town: Town) -> None:
    town.start(ASHA)
    message = sent(town, "Paid")

    with pytest.raises(LookupError):
        town.edit(ASHA, message.message_id, "Not paid")


def test_a_forwarded_command_names_who_wrote_it(town: Town) -> None:
    """Ravi's words in Asha's chat: a bot that looks only at the sender would pay in her name."""
    words = town.say(RAVI, "send 500 to ravi")

    town.forward(ASHA, words)

    message = told(town)["message"]
    assert message["from"]["id"] == ASHA.id
    assert message["forward_origin"] == {"type": "user", "sender_user": RAVI.as_user(), "date": words.at}


def test_ones_own_contact_and_anothers_can_be_told_apart(town: Town) -> None:
    town.share_contact(ASHA)
    assert told(town)["message"]["contact"]["user_id"] == ASHA.id

    town.share_contact(ASHA, PRIYA)
    assert told(town)["message"]["contact"] == {
        "phone_number": PRIYA.phone_number,
        "first_name": "Priya",
        "last_name": "Sharma",
        "user_id": PRIYA.id,
    }


def test_a_reply_carries_what_it_replies_to(town: Town) -> None:
    town.start(ASHA)
    asked = sent(town, "How much?")

    town.say(ASHA, "200", reply_to=asked.message_id)

    replied = told(town)["message"]["reply_to_message"]
    assert (replied["message_id"], replied["text"]) == (asked.message_id, "How much?")
    assert replied["from"]["is_bot"]


def test_a_text_longer_than_a_message_becomes_several(town: Town) -> None:
    """As every client does."""
    town.say(ASHA, "x" * 4096 + "y" * 4)

    assert [len(m.text) for m in town.messages(ASHA)] == [4096, 4]


def test_the_longest_message_is_counted_after_its_tags(town: Town) -> None:
    town.start(ASHA)
    longest = "😀" * 4096

    message = sent(town, f"<b>{longest}</b>", parse_mode="HTML")

    assert message.entities == [{"type": "bold", "offset": 0, "length": utf16_length(longest)}]


def test_a_deleted_chat_has_to_be_started_again(town: Town) -> None:
    town.start(ASHA)
    sent(town, "hello")

    town.delete_chat(ASHA)

    assert town.messages(ASHA) == []
    with pytest.raises(Exception, match="can't initiate conversation"):
        sent(town, "still there?")


def test_a_button_that_is_not_there_cannot_be_tapped(town: Town) -> None:
    town.start(ASHA)
    plain = sent(town, "hello")

    with pytest.raises(LookupError, match="no button 'Pay'"):
        town.tap(ASHA, plain.message_id, "Pay")


def test_the_menu_is_the_narrowest_that_was_set(town: Town) -> None:
    """core.telegram.org/bots/api#determining-list-of-commands."""

    def menu(word: str, **scope: object) -> None:
        ask(town, "setMyCommands", commands=[{"command": word, "description": "x"}], **scope)

    menu("general")
    menu("private", scope={"type": "all_private_chats"})
    assert town.commands_for(ASHA)[0]["command"] == "private"
    menu("own", scope={"type": "chat", "chat_id": ASHA.id})
    assert town.commands_for(ASHA)[0]["command"] == "own"
    assert town.commands_for(PRIYA)[0]["command"] == "private"

    ask(town, "deleteMyCommands", scope={"type": "chat", "chat_id": ASHA.id})
    assert town.commands_for(ASHA)[0]["command"] == "private"


def test_a_reply_keyboard_stays_until_it_is_removed(town: Town) -> None:
    town.start(ASHA)
    sent(town, "Your number?", reply_markup={"keyboard": [[{"text": "Share", "request_contact": True}]]})
    keyboard = town.chat(ASHA).reply_keyboard
    assert keyboard is not None
    assert keyboard["keyboard"][0][0]["request_contact"]

    sent(town, "Thanks", reply_markup={"remove_keyboard": True})

    assert town.chat(ASHA).reply_keyboard is None


async def test_waiting_in_vain_shows_the_chat_as_it_stands(town: Town) -> None:
    town.say(ASHA, "hello")

    with pytest.raises(TimeoutError, match="Asha: hello"):
        await town.wait_for_text(ASHA, "never said", timeout_s=0.01)
