"""Other people's bots and other people's models are at home in the town, and find nothing wrong with it.

The models also read every request, answer and update of our own bot in every story: ``tests.stories.player``.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramForbiddenError, TelegramMigrateToChat, TelegramRetryAfter
from aiogram.filters import Command, CommandStart
from aiogram.types import (
    CallbackQuery,
    ChatMemberUpdated,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

from bot.sandbox.calls import Call, Calls
from bot.sandbox.people import ASHA, PRIYA, RAVI, Json, Person
from bot.sandbox.server import Serving
from bot.sandbox.town import Town
from tests.harness.judges import Judges, of_answer, of_request

PRESS = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Press", callback_data="pressed")]])


def echo_bot(seen: list[str]) -> Dispatcher:
    """As aiogram's own first example, with a picture, a group and a button."""
    dispatcher = Dispatcher()

    @dispatcher.message(CommandStart())
    async def greet(message: Message) -> None:
        await message.answer(f"Hello, <b>{message.chat.full_name}</b>!", parse_mode="HTML", reply_markup=PRESS)

    @dispatcher.message(Command("who"))
    async def count(message: Message, bot: Bot) -> None:
        admins = await bot.get_chat_administrators(message.chat.id)
        there = await bot.get_chat_member_count(message.chat.id)
        await message.reply(f"{there} here, led by {admins[0].user.first_name}")

    @dispatcher.message(F.photo)
    async def look(message: Message, bot: Bot) -> None:
        assert message.photo is not None
        fetched = await bot.download(message.photo[-1])
        assert fetched is not None
        await message.answer(f"{message.photo[-1].width} wide, {len(fetched.read())} bytes, {message.caption}")

    @dispatcher.message(F.new_chat_members)
    async def welcome(message: Message) -> None:
        seen.append("came: " + ", ".join(user.first_name for user in message.new_chat_members or ()))

    @dispatcher.message(F.text)
    async def echo(message: Message) -> None:
        await message.answer(f"You said {message.text}")

    @dispatcher.callback_query(F.data == "pressed")
    async def pressed(query: CallbackQuery) -> None:
        await query.answer("So you did", show_alert=True)
        assert isinstance(query.message, Message)
        await query.message.edit_text(f"{query.from_user.first_name} pressed")

    @dispatcher.my_chat_member()
    async def moved(change: ChatMemberUpdated) -> None:
        seen.append(f"{change.old_chat_member.status} → {change.new_chat_member.status}")

    return dispatcher


@pytest.fixture
async def aiogram_bot(serving: Serving) -> AsyncIterator[Bot]:
    """Aiogram's client, at our address."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(serving.api_url))
    async with Bot(serving.town.token, session=session) as bot:
        yield bot


@pytest.fixture
async def seen(aiogram_bot: Bot) -> AsyncIterator[list[str]]:
    """Aiogram's echo bot, polling; what it has seen besides words."""
    heard: list[str] = []
    dispatcher = echo_bot(heard)
    polling = asyncio.create_task(dispatcher.start_polling(aiogram_bot, handle_signals=False))
    yield heard
    await dispatcher.stop_polling()
    await polling


async def test_an_echo_bot_of_aiogram_lives_in_the_town(serving: Serving, seen: list[str]) -> None:
    town = serving.town
    judges = Judges(town)

    town.start(ASHA)
    greeting = await town.wait_for_text(ASHA, "Hello, Asha Rao!")
    tap = town.tap(ASHA, greeting.message_id, "Press")
    assert (await town.wait_for_answer(tap)).is_alert
    await town.wait_for_text(ASHA, "Asha pressed")
    town.say(ASHA, "good morning")
    await town.wait_for_text(ASHA, "You said good morning")
    town.send_photo(ASHA, caption="my lunch")
    await town.wait_for_text(ASHA, "640 wide")
    town.block(ASHA)

    group = town.open_group("Flat 4B", [ASHA, PRIYA])
    town.say(PRIYA, "not for a bot", chat=group)
    town.say(PRIYA, "/who", chat=group)
    await town.wait_for_text(group, "3 here, led by Asha")
    async with asyncio.timeout(10):
        while len(seen) < 3:  # noqa: ASYNC110 - aiogram carries each update in a task of its own, which tells nobody
            await asyncio.sleep(0)

    assert seen == ["member → kicked", "left → member", "came: Hundi"]
    assert judges.complaints(serving.calls) == []


async def test_aiogram_reads_our_refusals_as_telegrams(aiogram_bot: Bot, serving: Serving) -> None:
    town = serving.town
    town.start(ASHA)
    town.block(ASHA)
    serving.faults.add("429", "sendMessage", retry_after_s=7)
    old = town.open_group("Flat 4B", [ASHA], basic=True)
    new = town.upgrade(old)

    with pytest.raises(TelegramRetryAfter) as waiting:
        await aiogram_bot.send_message(ASHA.id, "hello")
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await aiogram_bot.send_message(ASHA.id, "hello")
    with pytest.raises(TelegramMigrateToChat) as moved:
        await aiogram_bot.send_message(old.chat_id, "hello")

    assert waiting.value.retry_after == 7
    assert moved.value.migrate_to_chat_id == new.chat_id


def everything(town: Town) -> None:
    """Whatever people can do in the town, once."""
    meera = town.add_person(Person(1004, "Meera"))
    group = town.open_group("Flat 4B", [ASHA, PRIYA, meera], rights=["can_delete_messages"])
    forum = town.open_group("Support", [ASHA], forum=True, rights=["can_manage_topics"])
    topic = town.open_topic(ASHA, forum, "Case 1042")
    town.say(ASHA, "in the topic", chat=forum, topic=topic.thread_id)
    town.close_topic(ASHA, forum, topic.thread_id)
    town.reopen_topic(ASHA, forum, topic.thread_id)
    town.rename_topic(ASHA, forum, topic.thread_id, "Case 1043")
    first = town.say(ASHA, "http://example.org /send@hundi_bot @hundi_bot #x 😀", chat=group)
    town.say(PRIYA, "a reply", chat=group, reply_to=first.message_id)
    town.mention(ASHA, meera, "pays", chat=group)
    town.edit(ASHA, first.message_id, "otherwise", chat=group)
    town.send_photo(ASHA, caption="a picture", chat=group)
    town.send_document(ASHA, "bill.csv", b"1", caption="a file")
    town.send_voice(ASHA)
    town.send_sticker(ASHA)
    town.send_location(ASHA, 12.9716, 77.5946)
    town.share_contact(ASHA)
    town.share_card(ASHA, "Plumber", "+919999900000")
    town.hide_forwards(RAVI)
    town.forward(ASHA, town.say(RAVI, "pay ravi"))
    town.forward(ASHA, first)
    channel = town.open_channel("News", ASHA, discussed_in=group)
    town.forward(ASHA, town.post_in_channel(channel, "news"))
    town.say(ASHA, "as the channel", chat=group, in_name_of=channel)
    town.hide_creator(group)
    town.say(ASHA, "as nobody", chat=group)
    town.forward(PRIYA, town.say(ASHA, "as nobody again", chat=group))
    town.join(RAVI, group, by=PRIYA)
    town.promote(RAVI, group, "can_pin_messages")
    town.restrict(RAVI, group, "can_send_messages")
    town.remove(RAVI, group)
    town.leave(meera, group)
    town.rename_group(group, "Flat 5A")
    town.upgrade(town.open_group("Old", [ASHA], basic=True))
    for change in (town.restrict_bot, town.promote_bot, town.demote_bot, town.remove_bot):
        change(group)
    town.block(ASHA)
    town.delete_account(PRIYA)


def test_every_update_of_the_town_is_one_of_telegrams(town: Town) -> None:
    town.updates.allow([])
    judges = Judges(town)

    everything(town)
    town.updates.allow(["chat_member", "message"])
    town.join(RAVI, town.open_group("Asked for", [ASHA], rights=[]))

    assert judges.complaints(Calls()) == []
    kinds = {update.kind for update in town.updates}
    assert kinds == {
        "message", "edited_message", "channel_post", "my_chat_member", "chat_member",
    }  # fmt: skip


# ── the judges themselves ────────────────────────────────────────────────────

DATUM = '{"inline_keyboard": [[{"text": "a", "datum": "b"}]]}'
SENT: Json = {
    "message_id": 1, "date": 1_800_000_000, "chat": {"id": 1, "type": "private"}, "text": "274913",
}  # fmt: skip


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({"chat_id": "1", "text": "x"}, ""),
        ({"chat_id": "1", "text": "x", "parse_mod": "HTML"}, "sendmessage has no parameter parse_mod"),
        ({"chat_id": "1"}, "sendmessage: text: Field required"),
        (
            {"chat_id": "1", "text": "x", "reply_markup": DATUM},
            "datum",
        ),
        ({"chat_id": "1", "text": "x", "disable_notification": "maybe"}, "disable_notification: Input should be"),
    ],
)
def test_a_request_that_telegram_does_not_know_is_complained_of(params: Json, complaint: str) -> None:
    complaints = list(of_request(Call("sendmessage", params)))

    assert bool(complaints) is bool(complaint)
    assert not complaints or complaint in complaints[0]


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({}, ""),
        ({"shiny": True}, "the answer to sendmessage: aiogram does not know .shiny"),
        ({"message_id": "1"}, "the answer to sendmessage: .message_id is read as something else"),
        ({"chat": {"id": 1}}, "the answer to sendmessage: chat.type: Field required"),
        ({"document": {"file_id": "x"}}, "the answer to sendmessage: document.file_unique_id: Field required"),
    ],
)
def test_an_answer_that_is_not_telegrams_is_complained_of(changed: Json, complaint: str) -> None:
    complaints = list(of_answer(Call("sendmessage", {}, result=SENT | changed)))

    assert complaints == ([complaint] if complaint else [])
    assert not any("274913" in each for each in complaints)


def test_an_update_that_a_library_does_not_know_is_complained_of(town: Town) -> None:
    judges = Judges(town)
    user = {"id": 1, "is_bot": False, "first_name": "Asha", "aura": "blue"}

    town.inject("message", SENT | {"from": user})

    assert judges.complaints(Calls()) == [
        "message: aiogram does not know .message.from_user.aura",
        "message: python-telegram-bot does not know aura",
    ]
