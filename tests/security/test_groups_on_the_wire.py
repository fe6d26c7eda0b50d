"""S12 and S13 in groups, through the wire: what is typed there asks for no PIN there and moves nothing by itself.

The table of what Telegram can send is in tests/bot/transport/test_groups.py; the town decides here what the bot hears.
"""

import secrets
from pathlib import Path

from bot.sandbox.chats import Chat, Message
from bot.sandbox.people import Person
from tests.harness.wire import (
    assert_books_untouched,
    enter,
    hear,
    household,
    money_on_buttons,
    move_in,
    new_words,
    on_stage,
    press,
    quiet,
    rows_in_journal,
)
from tests.stories.player import PATIENCE_S, PIN, Stage

COMMANDS = (
    "/send 200 @priya",
    "/send@hundi_bot 200 @priya for tea",
    "@hundi_bot send 200 to Priya",
    "@hundi_bot pay Priya ₹200",
    "/pay 200 @priya",
    "/pin@hundi_bot",
    "/unfreeze@hundi_bot",
    "/balance",
    "/start@hundi_bot",
    "/send@hundi_bot",
    "/limits@hundi_bot",
    "/history@hundi_bot",
)
NOTHING_PRIVATE = ("₹", "Priya", "tea", "PIN\n")


def _said(stage: Stage, group: Chat) -> list[Message]:
    """What the bot said in the group, but its greeting."""
    return [m for m in stage.town.messages(group) if m.from_bot and m.sender["id"] == stage.town.bot.id][1:]


async def test_a_pin_is_never_asked_for_in_a_group_and_nothing_private_is_said_there(tmp_path: Path) -> None:
    """S13: 36 commands of every kind; whatever they open, they open in the private chat of whoever typed them."""
    async with on_stage(tmp_path) as stage:
        payers, priya = await household(stage, 3)
        group = stage.town.open_group("Flat 4B", [*payers, priya])
        rows = await rows_in_journal(stage)

        for command in COMMANDS:
            for payer in payers:
                stage.town.say(payer, command, chat=group)
            await quiet(stage)

        said = _said(stage, group)
        assert len(said) == len(COMMANDS) * len(payers)
        assert {message.text for message in said} == {"Let us go on in our private chat."}
        assert not any(message.has_pad or money_on_buttons(message) for message in stage.town.messages(group))
        assert all(message.reply_to is not None for message in said), "everybody sees whom it answers"
        await assert_books_untouched(stage, rows)


async def test_paying_from_a_group_takes_the_pin_in_private_and_says_nothing_in_the_group(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        (asha,), priya = await household(stage, 1)
        group = stage.town.open_group("Flat 4B", [asha, priya])
        await quiet(stage)

        stage.town.say(asha, "/send 200 @priya for tea", chat=group)
        await press(stage, asha, "Pay ₹200.00")
        await quiet(stage)
        await enter(stage, asha, PIN)
        await stage.town.wait_for_text(asha, "Paid ₹200.00", timeout_s=PATIENCE_S)
        await quiet(stage)

        assert [message.text for message in _said(stage, group)] == ["Let us go on in our private chat."]


async def test_nobody_nameless_and_nothing_second_hand_commands_in_a_group(tmp_path: Path) -> None:
    """S12: an anonymous admin, a channel, its linked posts, forwarded and edited words: no draft, no link, no money."""
    async with on_stage(tmp_path) as stage:
        (asha,), priya = await household(stage, 1)
        group = stage.town.open_group("Flat 4B", [asha, priya], rights=("can_delete_messages",))
        channel = stage.town.open_channel("News", asha, discussed_in=group)
        stage.town.hide_creator(group)
        await quiet(stage)
        rows, stage.since = await rows_in_journal(stage), stage.now

        for command in COMMANDS[:4]:
            stage.town.say(asha, command, chat=group, in_name_of=group)
            stage.town.say(asha, command, chat=group, in_name_of=channel)
            stage.town.post_in_channel(channel, command)
            hers = stage.town.say(priya, f"Asha wrote: {command}", chat=group)
            stage.town.forward(asha, hers, chat=group)
            mine = stage.town.say(priya, "hello", chat=group)
            stage.town.edit(priya, mine.message_id, command, chat=group)
        await quiet(stage)

        assert [message.text.partition(",")[0] for message in _said(stage, group)] == [
            "You write in the name of the group or of a channel"
        ], "once, and to nothing else"
        assert new_words(stage, asha) == []
        assert new_words(stage, priya) == []
        assert (await stage.house.people.person(1_087_968_824)) is None
        await assert_books_untouched(stage, rows)


async def test_a_pin_typed_where_the_bot_may_delete_is_gone(tmp_path: Path) -> None:
    """S13: others may have read it, so I am told to change it, in private; the group is told nothing."""
    async with on_stage(tmp_path) as stage:
        (asha,), priya = await household(stage, 1)
        group = stage.town.open_group("Flat 4B", [asha, priya], rights=("can_delete_messages",))
        await quiet(stage)
        stage.since = stage.now

        for text in (PIN, f"@hundi_bot {PIN}", " ".join(PIN)):
            stage.town.say(asha, text, chat=group)
        await quiet(stage)

        left = "\n".join(message.text for message in stage.town.messages(group))
        assert PIN not in left.replace(" ", "")
        assert _said(stage, group) == []
        warnings = new_words(stage, asha)
        assert len(warnings) == 3
        assert all("change it now" in each.text and "I deleted" in each.text for each in warnings)
        assert (await stage.house.pins.standing(asha.id)) is not None, "and it still works: it may have been a postcode"
        await hear(stage, asha, "send 200 to Priya")
        await press(stage, asha, "Pay ₹200.00")
        await quiet(stage)
        await enter(stage, asha, PIN)
        await stage.town.wait_for_text(asha, "Paid ₹200.00", timeout_s=PATIENCE_S)


async def test_a_guessed_or_foreign_link_opens_nothing(tmp_path: Path) -> None:
    """S9: 30 guesses, and Asha's own link in the hands of Priya and of somebody new."""
    async with on_stage(tmp_path) as stage:
        (asha,), priya = await household(stage, 1)
        newcomer = stage.town.add_person(Person(6_666, "Meera"))
        group = stage.town.open_group("Flat 4B", [asha, priya, newcomer])
        stage.town.say(asha, "/send 200 @priya", chat=group)
        await quiet(stage)
        (pointer,) = _said(stage, group)
        ((button,),) = pointer.keyboard or []
        link = str(button["url"]).partition("?start=")[2]
        rows, stage.since = await rows_in_journal(stage), stage.now

        for _ in range(30):
            stage.town.start(priya, "g" + secrets.token_urlsafe(16))
        for thief in (priya, newcomer):
            stage.town.start(thief, link)
        await quiet(stage)

        for thief in (priya, newcomer):
            for message in new_words(stage, thief):
                assert money_on_buttons(message) == set()
                assert "200" not in message.text.replace("send 200 to", "")
        assert any("for somebody else" in message.text for message in new_words(stage, priya))
        await assert_books_untouched(stage, rows)


async def test_where_the_bot_may_not_write_its_person_is_answered_in_private(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        asha = await move_in(stage, Person(1001, "Asha", "Rao", "asha"), paise=50_000)
        priya = await move_in(stage, Person(1002, "Priya", "Sharma", "priya"), pin=None)
        group = stage.town.open_group("Flat 4B", [asha, priya])
        await quiet(stage)
        stage.town.restrict_bot(group)
        stage.since = stage.now

        stage.town.say(asha, "/send 200 @priya", chat=group)
        await quiet(stage)

        assert _said(stage, group) == []
        answered = [message.text for message in new_words(stage, asha)]
        assert any(text.startswith("Pay ₹200.00 to Priya Sharma") for text in answered)
        assert any("Write to me here instead" in text for text in answered)
