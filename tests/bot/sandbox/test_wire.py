"""python-telegram-bot's client accepts the town as if it were Telegram."""

import asyncio

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, Message, MessageEntity
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.sandbox.people import ASHA, PRIYA
from bot.sandbox.server import Serving, serve
from bot.sandbox.town import Town
from tests.bot.sandbox.conftest import HandClock


def keys(**labels_and_data: str) -> InlineKeyboardMarkup:
    """One row of buttons."""
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=d) for label, d in labels_and_data.items()]]
    )


PAY = keys(Pay="p", No="n")


async def test_the_bot_knows_itself(bot: Bot) -> None:
    assert bot.username == "hundi_bot"
    assert (await bot.get_me()).is_bot


async def test_start_arrives_as_a_command(bot: Bot, town: Town) -> None:
    town.start(ASHA, "code")

    (update,) = await bot.get_updates(timeout=5)

    assert update.message is not None
    assert update.message.text == "/start code"
    assert update.message.from_user == update.effective_user
    assert update.message.parse_entities([MessageEntity.BOT_COMMAND])
    assert update.message.chat.type == "private"


async def test_a_poll_waits_for_what_is_said_later(bot: Bot, town: Town, serving: Serving) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await serving.until_polled()
    town.say(ASHA, "send 200 to Priya")

    (update,) = await poll

    assert update.message is not None
    assert update.message.text == "send 200 to Priya"


async def test_a_tap_carries_the_whole_message_and_is_answered(bot: Bot, town: Town) -> None:
    town.start(ASHA)
    sent = await bot.send_message(ASHA.id, "Pay <b>₹200.00</b> 😀 to <i>Priya</i>?", "HTML", reply_markup=PAY)
    tap = town.tap(ASHA, sent.message_id, "Pay")

    update = (await bot.get_updates())[-1]
    assert update.callback_query is not None
    await update.callback_query.answer("One moment", show_alert=True)

    assert update.callback_query.data == "p"
    assert isinstance(update.callback_query.message, Message)
    assert update.callback_query.message.to_dict() == sent.to_dict()
    assert update.callback_query.chat_instance
    assert (await town.wait_for_answer(tap)).text == "One moment"
    assert sent.parse_entities() == {sent.entities[0]: "₹200.00", sent.entities[1]: "Priya"}


async def test_an_edit_replaces_text_and_buttons(bot: Bot, town: Town) -> None:
    town.start(ASHA)
    sent = await bot.send_message(ASHA.id, "Pay?", reply_markup=PAY)

    edited = await bot.edit_message_text("Paid", ASHA.id, sent.message_id)

    assert isinstance(edited, type(sent))
    assert edited.edit_date
    assert edited.reply_markup is None
    assert town.last(ASHA).text == "Paid"


async def test_the_older_poll_is_ended_by_the_newer(bot: Bot, town: Town, serving: Serving) -> None:
    """Two bots on one token: the one that was there first is told so."""
    older = asyncio.create_task(bot.get_updates(timeout=20))
    await serving.until_polled()
    async with Bot(town.token, base_url=f"{serving.api_url}/bot") as second:
        newer = asyncio.create_task(second.get_updates(timeout=20))

        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await older
        town.say(ASHA, "hello")

        assert len(await newer) == 1


async def test_a_webhook_keeps_polls_away(bot: Bot) -> None:
    await bot.set_webhook("https://example.org/hook")

    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()

    assert (await bot.get_webhook_info()).url == "https://example.org/hook"
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_setting_a_webhook_ends_a_poll_that_waits(bot: Bot, serving: Serving) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await serving.until_polled()

    await bot.set_webhook("https://example.org/hook")

    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll


async def test_a_wrong_token_is_unauthorized(serving: Serving) -> None:
    stranger = Bot("1:wrong", base_url=f"{serving.api_url}/bot")

    with pytest.raises(InvalidToken):
        await stranger.initialize()

    await stranger.shutdown()


async def test_a_bot_cannot_write_first(bot: Bot) -> None:
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(PRIYA.id, "hello")


async def test_who_blocked_the_bot_is_not_written_to_and_the_bot_is_told(bot: Bot, town: Town) -> None:
    town.start(ASHA)
    town.block(ASHA)

    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ASHA.id, "hello")

    changed = (await bot.get_updates())[-1].my_chat_member
    assert changed is not None
    assert (changed.old_chat_member.status, changed.new_chat_member.status) == ("member", "kicked")


async def test_a_document_is_sent_and_read_back(bot: Bot, town: Town) -> None:
    town.start(ASHA)

    file = InputFile(b"one,two\n", filename="statement.csv")
    sent = await bot.send_document(ASHA.id, file, caption="<b>Yours</b>", parse_mode="HTML")

    assert sent.document is not None
    assert sent.caption_entities[0].type == "bold"
    stored = await sent.document.get_file()
    assert bytes(await stored.download_as_bytearray()) == b"one,two\n"


async def test_what_goes_wrong_on_purpose_looks_as_it_does_at_telegram(bot: Bot, town: Town, serving: Serving) -> None:
    town.start(ASHA)
    serving.faults.add("429", "sendMessage", retry_after_s=7)
    serving.faults.add("502", "sendMessage")
    serving.faults.add("500", "sendMessage")

    with pytest.raises(RetryAfter, match="Retry in 0:00:07"):
        await bot.send_message(ASHA.id, "one")
    with pytest.raises(NetworkError, match="502"):
        await bot.send_message(ASHA.id, "two")
    with pytest.raises(NetworkError):
        await bot.send_message(ASHA.id, "three")

    assert [m.text for m in town.messages(ASHA)] == ["/start"]


async def test_a_lost_response_was_processed(bot: Bot, town: Town, serving: Serving) -> None:
    town.start(ASHA)
    serving.faults.add("lost", "sendMessage")

    with pytest.raises(NetworkError):
        await bot.send_message(ASHA.id, "arrived all the same")

    assert town.last(ASHA).text == "arrived all the same"


async def test_a_call_that_hangs_was_not_processed(bot: Bot, town: Town, serving: Serving) -> None:
    town.start(ASHA)
    serving.faults.add("hang", "sendMessage")

    with pytest.raises(TimedOut):
        await bot.send_message(ASHA.id, "never", read_timeout=0.05)

    assert town.last(ASHA).text == "/start"


@pytest.mark.parametrize(
    ("kind", "was_processed", "status"),
    [("504", True, 504), ("lost", True, 0), ("dropped", False, 0), ("401", False, 401), ("outage", False, 0)],
)
async def test_what_went_wrong_stands_in_the_log(
    bot: Bot, serving: Serving, kind: str, was_processed: bool, status: int
) -> None:
    serving.town.start(ASHA)
    serving.faults.add(kind, "sendMessage")

    for _ in range(2 if kind == "outage" else 1):  # first a 502, then a line that drops
        with pytest.raises((NetworkError, InvalidToken)):
            await bot.send_message(ASHA.id, "hello")

    assert (serving.town.last(ASHA).text == "hello") is was_processed
    call = serving.calls.latest()[-1]
    assert (call["fault"], call["status"], call["line"]) == (kind, status, "sendMessage “hello”")
    assert bool(serving.calls.of("sendMessage")) is was_processed


@pytest.mark.parametrize("kind", ["slow", "late"])
async def test_a_slow_call_is_carried_out(bot: Bot, town: Town, serving: Serving, kind: str) -> None:
    town.start(ASHA)
    serving.faults.add(kind, "sendMessage", delay_s=0.05)

    assert (await bot.send_message(ASHA.id, "hello")).text == "hello"

    assert serving.calls.latest()[-1]["ms"] >= 50


@pytest.mark.parametrize(("kind", "was_processed"), [("slow", False), ("late", True)])
async def test_who_does_not_wait_cannot_know_whether_it_was_carried_out(
    bot: Bot, town: Town, serving: Serving, kind: str, was_processed: bool
) -> None:
    town.start(ASHA)
    serving.faults.add(kind, "sendMessage", delay_s=60)

    with pytest.raises(TimedOut):
        await bot.send_message(ASHA.id, "hello", read_timeout=0.05)
    await town.wait_until(lambda: list(serving.calls) or None)

    assert (town.last(ASHA).text == "hello") is was_processed


async def test_updates_out_of_order_keep_their_numbers(bot: Bot, town: Town, serving: Serving) -> None:
    for text in ("one", "two", "three"):
        town.say(ASHA, text)
    serving.faults.add("disorder")

    got = await bot.get_updates()

    assert [update.message.text for update in got if update.message] == ["three", "two", "one"]
    assert [update.update_id for update in got] == [3, 2, 1]


async def test_a_lost_confirmation_delivers_the_same_updates_again(bot: Bot, town: Town, serving: Serving) -> None:
    town.say(ASHA, "once")
    (first,) = await bot.get_updates()
    assert await bot.get_updates(offset=first.update_id + 1) == ()
    serving.faults.add("duplicate", "getUpdates")

    (again,) = await bot.get_updates(offset=first.update_id)

    assert again == first


async def test_while_confirmations_are_lost_each_update_comes_twice_and_not_for_ever(
    bot: Bot, town: Town, serving: Serving
) -> None:
    serving.faults.add("duplicate", times=0)
    got, offset = [], 0
    for text in ("one", "two", ""):
        if text:
            town.say(ASHA, text)
        for _ in range(3):
            updates = await bot.get_updates(offset=offset)
            got += [update.message.text for update in updates if update.message]
            offset = max((update.update_id + 1 for update in updates), default=offset)

    assert got == ["one", "one", "two", "two"]


async def test_who_is_too_fast_learns_how_long_to_wait(town: Town) -> None:
    """The pace is Telegram's; the town under test has none, so this opens one that has."""
    brisk = Town(clock=town.clock)
    async with serve(brisk) as opened, Bot(brisk.token, base_url=f"{opened.api_url}/bot") as bot:
        brisk.start(ASHA)
        for number in range(5):
            await bot.send_message(ASHA.id, str(number))

        with pytest.raises(RetryAfter, match="Retry in 0:00:01"):
            await bot.send_message(ASHA.id, "one too many")


@pytest.mark.parametrize(
    ("text", "mode", "sentence"),
    [
        ("x" * 4097, None, "Message is too long"),
        ("  \n ", None, "Message text is empty"),
        ("<b></b>", "HTML", "Message text is empty"),
        ("<b>x", "HTML", "Can't parse entities: can't find end tag corresponding to start tag \"b\""),
        ("<x>", "HTML", 'Can\'t parse entities: unsupported start tag "x" at byte offset 0'),
        ("x", "Nonsense", "Unsupported parse_mode"),
    ],
)
async def test_a_text_that_telegram_refuses(bot: Bot, town: Town, text: str, mode: str | None, sentence: str) -> None:
    town.start(ASHA)

    with pytest.raises(BadRequest) as refused:
        await bot.send_message(ASHA.id, text, parse_mode=mode)

    assert refused.value.message.lower() == sentence.lower()


@pytest.mark.parametrize("data", ["x" * 65, "€" * 22])
async def test_a_button_carries_at_most_64_bytes(bot: Bot, town: Town, data: str) -> None:
    town.start(ASHA)

    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await bot.send_message(ASHA.id, "x", reply_markup=keys(x=data))

    assert (await bot.send_message(ASHA.id, "x", reply_markup=keys(x="x" * 64))).reply_markup


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, town: Town) -> None:
    town.start(ASHA)
    sent = await bot.send_message(ASHA.id, "<b>Pay?</b>", parse_mode="HTML", reply_markup=PAY)

    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("<b>Pay?</b>", ASHA.id, sent.message_id, parse_mode="HTML", reply_markup=PAY)

    assert await bot.edit_message_reply_markup(ASHA.id, sent.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", ASHA.id, 999)


async def test_a_bot_deletes_in_a_private_chat_for_48_hours(bot: Bot, town: Town, clock: HandClock) -> None:
    typed = town.say(ASHA, "924517")
    assert await bot.delete_message(ASHA.id, typed.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(ASHA.id, typed.message_id)

    old = town.say(ASHA, "old")
    clock.step(48 * 3600)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(ASHA.id, old.message_id)


async def test_a_tap_is_answered_in_time_or_not_at_all(bot: Bot, town: Town, clock: HandClock) -> None:
    town.start(ASHA)
    sent = await bot.send_message(ASHA.id, "Pay?", reply_markup=PAY)
    tap = town.tap(ASHA, sent.message_id, "Pay")
    clock.step(16)

    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(tap.query_id)


async def test_another_persons_chat_is_not_found(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(4711, "hello")


async def test_what_the_bot_asks_about_chats_is_whole(bot: Bot, town: Town) -> None:
    """Objects of the Bot API with every field that a strict client insists on."""
    town.start(ASHA)

    full = await bot.get_chat(ASHA.id)
    member = await bot.get_chat_member(ASHA.id, ASHA.id)

    assert (full.type, full.first_name, full.username) == ("private", "Asha", "asha")
    assert member.status == "member"
    assert member.user.id == ASHA.id
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.get_chat(PRIYA.id)


async def test_the_bots_own_face_is_set_and_read_by_language(bot: Bot) -> None:
    await bot.set_my_description("Money inside the message")
    await bot.set_my_short_description("Money", language_code="en")
    await bot.set_my_commands([("send", "Send money")], language_code="hi")

    assert (await bot.get_my_description()).description == "Money inside the message"
    assert (await bot.get_my_description("hi")).description == "Money inside the message"
    assert (await bot.get_my_short_description("en")).short_description == "Money"
    assert (await bot.get_my_name()).name == "Hundi"
    assert await bot.get_my_commands() == ()
    assert [each.command for each in await bot.get_my_commands(language_code="hi")] == ["send"]
    assert (await bot.get_chat_menu_button()).type == "commands"


async def test_a_bad_command_menu_is_refused(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([("Send money", "x")])
    with pytest.raises(BadRequest, match="Bot_command_description_invalid"):
        await bot.set_my_commands([("send", "")])


async def test_a_mention_by_number_is_a_mention_only_of_someone_met(bot: Bot, town: Town) -> None:
    town.start(ASHA)
    link = '<a href="tg://user?id=1002">Priya</a>'

    stranger = await bot.send_message(ASHA.id, link, "HTML")
    town.start(PRIYA)
    known = await bot.send_message(ASHA.id, link, "HTML")

    assert stranger.entities == ()
    assert known.entities[0].type == "text_mention"
    assert known.entities[0].user is not None
    assert known.entities[0].user.id == PRIYA.id


async def test_typing_is_shown_and_several_messages_are_deleted_at_once(bot: Bot, town: Town) -> None:
    said: list[str] = []
    town.listen(lambda change: said.append(change["kind"]))
    one, two = town.start(ASHA), town.say(ASHA, "hello")

    assert await bot.send_chat_action(ASHA.id, "typing")
    assert await bot.delete_messages(ASHA.id, [one.message_id, two.message_id, 999])

    assert "typing" in said
    assert town.messages(ASHA) == []


async def test_the_log_tells_what_was_asked(bot: Bot, town: Town, serving: Serving) -> None:
    town.start(ASHA)
    await bot.send_message(ASHA.id, "hello")
    with pytest.raises(BadRequest):
        await bot.send_message(4711, "nobody")

    assert [call.params["text"] for call in serving.calls.of("sendMessage")] == ["hello"]
    assert [(call.method, call.error_code) for call in serving.calls.refused()] == [("sendmessage", 400)]
