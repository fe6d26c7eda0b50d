"""What survives a restart of the town, and what must not."""

import json
import os
import stat
from pathlib import Path

import pytest

from bot.sandbox import methods
from bot.sandbox.chats import Message
from bot.sandbox.pacing import NO_PACING
from bot.sandbox.params import Params
from bot.sandbox.people import ASHA, PRIYA, person_named
from bot.sandbox.server import serve
from bot.sandbox.snapshot import SnapshotError
from bot.sandbox.town import Town


def send(town: Town, text: str, *labels: str) -> Message:
    """A message of the bot to Asha, with one row of buttons."""
    row = [{"text": label, "callback_data": f"token-{label}"} for label in labels]
    markup = {"reply_markup": {"inline_keyboard": [row]}} if row else {}
    methods.call(town, "sendMessage", Params({"chat_id": ASHA.id, "text": text} | markup))
    return town.last(ASHA)


async def test_people_chats_and_numbers_go_on_where_they_were(tmp_path: Path) -> None:
    kept = tmp_path / "town.json"
    before = Town(pacing=NO_PACING)
    async with serve(before, snapshot=kept):
        before.add_person(person_named("Meera", 1004))
        before.start(ASHA)
        receipt = send(before, "Paid ₹200.00", "Receipt", "Problem?")
        before.block(PRIYA)
        before.move_clock(3_600)
        methods.call(before, "setMyCommands", Params({"commands": [{"command": "send", "description": "Send"}]}))

    after = Town(pacing=NO_PACING)
    async with serve(after, snapshot=kept):
        assert after.token == before.token
        assert [person.first_name for person in after.people.values()] == ["Asha", "Priya", "Ravi", "Meera"]
        assert after.transcript(ASHA) == before.transcript(ASHA)
        assert after.last(ASHA) == receipt
        assert after.chat(PRIYA).blocked
        assert after.ahead_s == 3_600
        assert [update.as_json() for update in after.updates] == [update.as_json() for update in before.updates]
        assert after.commands_for(ASHA) == before.commands_for(ASHA)
        assert after.say(ASHA, "again").message_id == receipt.message_id + 1
        assert after.updates.next_id == before.updates.next_id + 1


async def test_groups_members_and_topics_are_kept(tmp_path: Path) -> None:
    kept = tmp_path / "town.json"
    before = Town(pacing=NO_PACING)
    async with serve(before, snapshot=kept):
        forum = before.open_group("Support", [ASHA, PRIYA], forum=True, rights=["can_manage_topics"])
        topic = before.open_topic(ASHA, forum, "Case 1042")
        before.say(PRIYA, "my money", chat=forum, topic=topic.thread_id)
        before.send_photo(PRIYA, caption="the receipt", chat=forum)

    after = Town(pacing=NO_PACING)
    async with serve(after, snapshot=kept):
        assert after.chat(forum) == before.chat(forum)
        assert after.files == before.files
        assert [update.as_json() for update in after.updates] == [update.as_json() for update in before.updates]


async def test_a_file_from_before_there_were_groups_is_read(tmp_path: Path) -> None:
    """Version 1 as it was first written."""
    kept = tmp_path / "town.json"
    before = Town(pacing=NO_PACING)
    async with serve(before, snapshot=kept):
        before.say(ASHA, "hello")
    saved = json.loads(kept.read_text())
    chat_of_then = (
        "chat_id",
        "kind",
        "title",
        "started",
        "blocked",
        "reply_keyboard",
        "unread",
        "instance",
        "messages",
    )
    message_of_then = (
        *("message_id", "chat_id", "sender", "at", "text", "entities", "keyboard", "edited_at", "reply_to"),
        *("forwarded", "contact", "document", "via_bot"),
    )
    for chat in saved["chats"]:
        chat["messages"] = [{key: message[key] for key in message_of_then} for message in chat["messages"]]
    saved["chats"] = [{key: chat[key] for key in chat_of_then} for chat in saved["chats"]]
    kept.write_text(json.dumps(saved))

    after = Town(pacing=NO_PACING)
    async with serve(after, snapshot=kept):
        assert after.last(ASHA).text == "hello"


async def test_no_file_tells_which_digits_were_pressed_or_typed(tmp_path: Path) -> None:
    """A PIN typed as text, a PIN tapped on a pad, a reply to either: none of it reaches the disk."""
    kept = tmp_path / "town.json"
    town = Town(pacing=NO_PACING)
    async with serve(town, snapshot=kept):
        town.start(ASHA)
        pad = send(town, "Enter your PIN", *"4829061375")
        for digit in "924517":
            town.tap(ASHA, pad.message_id, digit)
        typed = town.say(ASHA, " 924517 ")
        town.say(ASHA, "did you get it?", reply_to=typed.message_id)
        town.edit(ASHA, town.say(ASHA, "hello").message_id, "924517")

    written = kept.read_text()
    assert "924517" not in written
    assert "token-" not in written
    assert "callback_query" not in written
    assert "Enter your PIN" in written


async def test_the_file_follows_what_happens_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    """A town that is killed has lost half a second, not the afternoon."""
    kept = tmp_path / "town.json"
    town = Town(pacing=NO_PACING)
    async with serve(town, snapshot=kept):
        town.say(ASHA, "hello")
        await town.wait_until(lambda: kept.exists() or None)
        assert [each["text"] for each in json.loads(kept.read_text())["chats"][0]["messages"]] == ["hello"]
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600

    assert os.listdir(tmp_path) == ["town.json"]  # noqa: PTH208  # no half-written file is left beside it


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"version": 99}', '{"version": 1, "token": "x"}'])
async def test_a_file_that_is_no_snapshot_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    kept = tmp_path / "town.json"
    kept.write_text(content)

    with pytest.raises(SnapshotError, match="not a snapshot"):
        async with serve(Town(), snapshot=kept):
            pytest.fail("it opened")

    assert kept.read_text() == content


async def test_the_town_opens_on_loopback_only() -> None:
    with pytest.raises(ValueError, match="loopback"):
        async with serve(Town(), host="0.0.0.0"):  # noqa: S104  # the point of the test
            pytest.fail("it opened")
