"""S12 and S13 through the wire: words that are not a person's own, new and private command nothing.

The table of what Telegram can send is in tests/bot/transport/test_inbound.py, message by message; here each kind
arrives at the whole bot, while nothing is open and while a question waits for just these words.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.sandbox.chats import Message
from bot.sandbox.people import Json, Person
from tests.harness.wire import (
    as_said,
    assert_books_untouched,
    enter,
    hear,
    household,
    money_on_buttons,
    new_words,
    on_stage,
    open_group,
    press,
    quiet,
    rows_in_journal,
)
from tests.stories.player import PATIENCE_S, PIN, Stage

COMMANDS = [
    "send 200 to Priya",
    "/send 200 @priya",
    "/send@hundi_bot 200 @priya",
    "pay Priya ₹200",
    "/pay 200 priya",
    "please send Priya 200 rupees for lunch",
    "/unfreeze",
    "/pin",
    "200",
    "yes",
]
CHANNEL: Json = {"id": -1_001_777, "type": "channel", "title": "News"}
OTHER_BOT: Json = {"id": 4_242, "is_bot": True, "first_name": "Other", "username": "other_bot"}
STRANGER: Json = {"id": 5_555, "is_bot": False, "first_name": "Mallory"}


def _origin(kind: str, **fields: object) -> Json:
    return {"forward_origin": {"type": kind, "date": 1_700_000_000, **fields}}


# How an update of a kind is made from a message the person could have sent: (kind of update, changed fields).
FOREIGN: dict[str, tuple[str, Json]] = {
    "forwarded from a person": ("message", _origin("user", sender_user=STRANGER)),
    "forwarded from a hidden person": ("message", _origin("hidden_user", sender_user_name="Somebody")),
    "forwarded from a chat": ("message", _origin("chat", sender_chat=CHANNEL)),
    "forwarded from a channel": ("message", _origin("channel", chat=CHANNEL, message_id=7)),
    "forwarded, as servers before 7.0 say it": (
        "message",
        {"forward_date": 1_700_000_000, "forward_from": STRANGER},
    ),
    "forwarded from a channel, as servers before 7.0 say it": (
        "message",
        {"forward_date": 1_700_000_000, "forward_from_chat": CHANNEL, "forward_from_message_id": 7},
    ),
    "made by an inline bot": ("message", {"via_bot": OTHER_BOT}),
    "sent by a bot": ("message", {"from": OTHER_BOT}),
    "sent in the name of a channel": ("message", {"sender_chat": CHANNEL}),
    "forwarded automatically": ("message", {"is_automatic_forward": True, "sender_chat": CHANNEL}),
    "sent through a business account": ("message", {"business_connection_id": "biz1"}),
    "without an author": ("message", {"from": None}),
    "edited": ("edited_message", {"edit_date": 1_700_000_000}),
    "a business message": ("business_message", {"business_connection_id": "biz1"}),
    "an edited business message": ("edited_business_message", {"business_connection_id": "biz1", "edit_date": 1}),
    "a channel post": ("channel_post", {"chat": CHANNEL, "sender_chat": CHANNEL, "from": None}),
    "an edited channel post": (
        "edited_channel_post",
        {"chat": CHANNEL, "sender_chat": CHANNEL, "from": None, "edit_date": 1},
    ),
}


def _inject(stage: Stage, person: Person, kind: str, text: str, fields: Json) -> None:
    """Queue it past what the bot asked Telegram for, as a list that was widened once still would."""
    body = {key: value for key, value in as_said(stage, person, text, **fields).items() if value is not None}
    command = text.split(maxsplit=1)[0]
    if command.startswith("/"):
        body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(command)}]
    stage.town.updates.allow([*stage.town.updates.allowed, kind])
    stage.town.inject(kind, body)


def _moves_nothing(stage: Stage, person: Person) -> None:
    for message in new_words(stage, person):
        assert not money_on_buttons(message), f"a command was carried out:\n{stage.town.transcript(person)}"
        assert not message.has_pad, "a PIN was asked for"


@pytest.mark.parametrize("kind", FOREIGN)
async def test_words_that_are_not_somebodys_own_new_words_command_nothing(kind: str, tmp_path: Path) -> None:
    """Nobody pays because a message was forwarded, edited, or written by something else than a person."""
    update_kind, fields = FOREIGN[kind]
    async with on_stage(tmp_path) as stage:
        payers, _ = await household(stage, 2 * len(COMMANDS))
        asked = payers[len(COMMANDS) :]  # of these the bot waits for an amount
        for payer in asked:
            stage.town.say(payer, "send money to Priya")
        await quiet(stage)
        rows = await rows_in_journal(stage)
        stage.since = stage.now

        for payer, text in zip(payers, COMMANDS + COMMANDS, strict=True):
            _inject(stage, payer, update_kind, text, fields)
        await quiet(stage)

        for payer in payers:
            _moves_nothing(stage, payer)
        await assert_books_untouched(stage, rows)
        for payer in asked[:2]:  # the question still stands, and their own words answer it
            answered = await hear(stage, payer, "75")
            assert {75_00} == set().union(*(money_on_buttons(message) for message in answered))


@pytest.mark.parametrize("kind", ["edited", "forwarded from a person", "made by an inline bot"])
async def test_digits_that_are_not_somebodys_own_new_words_are_no_pin(kind: str, tmp_path: Path) -> None:
    update_kind, fields = FOREIGN[kind]
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)
        await hear(stage, asha, "send 200 to Priya")
        await press(stage, asha, "Pay ₹200.00")
        await quiet(stage)
        rows = await rows_in_journal(stage)

        _inject(stage, asha, update_kind, PIN, fields)
        await quiet(stage)

        await assert_books_untouched(stage, rows)
        await enter(stage, asha, PIN)
        await stage.town.wait_for_text(asha, "Paid ₹200.00", timeout_s=PATIENCE_S)


# ── groups ───────────────────────────────────────────────────────────────────


def _in_group(group: Json, **fields: object) -> Callable[[Stage, Person, str], None]:
    return lambda stage, person, text: _inject(stage, person, "message", text, {"chat": group} | fields)


async def test_a_pin_is_never_asked_for_in_a_group(tmp_path: Path) -> None:
    """In a group the bot says that it goes on in private, and shows neither a pad nor a question about money there."""
    async with on_stage(tmp_path) as stage:
        payers, _ = await household(stage, len(COMMANDS))
        group = open_group(stage, payers[0])
        say = _in_group(group)
        rows = await rows_in_journal(stage)

        for payer in payers:
            for text in COMMANDS:
                say(stage, payer, text)
        await quiet(stage)

        said = [message for message in stage.town.chats[int(group["id"])].messages.values() if message.from_bot]
        assert said, "whoever calls the bot there is answered"
        for message in said:
            assert not message.has_pad
            assert not money_on_buttons(message)
            assert "enter your pin" not in message.text.lower()
        await assert_books_untouched(stage, rows)


async def test_an_anonymous_admin_commands_nothing(tmp_path: Path) -> None:
    """Behind @GroupAnonymousBot stand several people: it is nobody who could have an account."""
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)
        group = open_group(stage, asha)
        anonymous: Json = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
        say = _in_group(group, sender_chat=group, **{"from": anonymous})
        rows = await rows_in_journal(stage)

        for text in COMMANDS:
            say(stage, asha, text)
        await quiet(stage)

        assert not [message for message in stage.town.chats[int(group["id"])].messages.values() if message.has_pad]
        assert (await stage.house.people.load_me(1_087_968_824)).account_id is None
        await assert_books_untouched(stage, rows)


def _types_in_group(stage: Stage, group: Json, person: Person, text: str) -> int:
    """The message stands in the group, and the bot sees it; its number."""
    body = as_said(stage, person, text, chat=group)
    number = int(body["message_id"])
    chat_id = int(group["id"])
    stage.town.chats[chat_id].messages[number] = Message(number, chat_id, person.as_user(), body["date"], text)
    stage.town.inject("message", body)
    return number


async def test_a_pin_typed_in_a_group_is_deleted_and_called_exposed(tmp_path: Path) -> None:
    """Others have read it: the message goes where the bot may delete, and I am told in private to change my PIN.

    In the town's groups the bot has no such right, so it is refused there; the warning comes all the same.
    """
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)
        group = open_group(stage, asha)
        stage.since = stage.now

        number = _types_in_group(stage, group, asha, PIN)
        await quiet(stage)

        messages = stage.town.chats[int(group["id"])].messages
        tried = {"chat_id": str(group["id"]), "message_id": str(number)}
        called = [call.params for call in stage.serving.calls if call.method == "deletemessage"]
        assert [{name: str(value) for name, value in params.items()} for params in called] == [tried]
        (said,) = [message for message in messages.values() if message.from_bot]
        assert "may not delete" in said.text
        assert "PIN" not in said.text, "the group need not know what it was"
        assert said.reply_to is None, "a reply would show it once more"
        (warning,) = new_words(stage, asha)
        assert "change it now" in warning.text
        assert "please delete yours" in warning.text
        assert warning.labels == ["Change PIN", "Freeze"]


@pytest.mark.parametrize("text", ["2024", "12345678"])
async def test_other_numbers_in_a_group_are_not_touched(text: str, tmp_path: Path) -> None:
    """A year or a room number is people's own talk."""
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)
        stranger = stage.town.add_person(Person(6_666, "Meera"))
        group = open_group(stage, asha)

        numbers = [_types_in_group(stage, group, each, text) for each in (asha, stranger)]
        numbers.append(_types_in_group(stage, group, stranger, PIN))  # who has no account has no PIN
        await quiet(stage)

        messages = stage.town.chats[int(group["id"])].messages
        assert set(numbers) == set(messages)
