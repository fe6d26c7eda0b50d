"""Did it arrive? Each answer of the far side means one of: yes, later, blocked, never like this, nobody knows."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.port import (
    BlockedError,
    DeliveryError,
    Key,
    MovedError,
    Outgoing,
    RejectedError,
    RetryLaterError,
    Transport,
    UncertainError,
)
from bot.transport.telegram.connection import TokenRefusedError, open_bot, start_bot
from bot.transport.telegram.outbound import TelegramTransport
from tests.bot.transport.far_side import ME, SILENCE, TOKEN, Answer, FarSide, far_side, no, ok

SENT = ok({"message_id": 41, "date": 1_795_521_600, "chat": {"id": 1001, "type": "private", "first_name": "A"}})
HELLO = Outgoing("Pay <b>₹200.00</b>?", ((Key("Pay ₹200.00", "k.AA"), Key("Cancel", "k.BB")),))


@dataclass
class Line:
    """Our transport and the far side it speaks to."""

    transport: Transport
    far: FarSide


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with far_side() as far:
        bot = open_bot(TOKEN, far.url)
        await start_bot(bot)
        try:
            yield Line(TelegramTransport(bot), far)
        finally:
            await bot.shutdown()


async def test_a_message_goes_out_as_html_without_previews_and_gets_its_number(line: Line) -> None:
    line.far.script("sendMessage", SENT)

    number = await line.transport.deliver(1001, HELLO)

    call = line.far.asked("sendMessage")[0]
    assert number == 41
    assert (call["chat_id"], call["text"], call["parse_mode"]) == ("1001", HELLO.html, "HTML")
    assert json.loads(call["link_preview_options"]) == {"is_disabled": True}
    assert json.loads(call["reply_markup"]) == {
        "inline_keyboard": [
            [{"text": "Pay ₹200.00", "callback_data": "k.AA"}, {"text": "Cancel", "callback_data": "k.BB"}]
        ]
    }


async def test_the_button_that_shares_a_phone_number_is_telegrams_own(line: Line) -> None:
    line.far.script("sendMessage", SENT, SENT)

    await line.transport.deliver(1001, Outgoing("hi", share_phone="Share my number", not_now="Not now"))
    await line.transport.deliver(1001, Outgoing("thanks", removes_keyboard=True))

    offered, gone = (json.loads(sent["reply_markup"]) for sent in line.far.asked("sendMessage"))
    share = {"text": "Share my number", "request_contact": True}
    assert offered["keyboard"] == [[share], [{"text": "Not now"}]]
    assert gone == {"remove_keyboard": True}


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (no(429, "Too Many Requests: retry after 7", retry_after=7), RetryLaterError),
        (no(413, "Request Entity Too Large"), RejectedError),
        (Answer(413, b"<html>413 Request Entity Too Large</html>"), RejectedError),  # a proxy before the server
        (Answer(429, b"<html>"), RetryLaterError),
        (no(403, "Forbidden: bot was blocked by the user"), BlockedError),
        (no(403, "Forbidden: user is deactivated"), BlockedError),
        (no(400, "Bad Request: chat not found"), BlockedError),
        (no(400, 'Bad Request: can\'t parse entities: Unsupported start tag "asha" at byte offset 3'), RejectedError),
        (no(400, "Bad Request: message is too long"), RejectedError),
        (no(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1001), MovedError),
        (no(401, "Unauthorized"), RetryLaterError),
        (no(500, "Internal Server Error"), RetryLaterError),
        (Answer(502, b"<html>Bad Gateway</html>"), RetryLaterError),
        (no(504, "Gateway Timeout"), UncertainError),
        (Answer(200, b"garbage"), UncertainError),
        (Answer(200, b"[]"), UncertainError),
        (Answer(200, b'{"ok":true}'), UncertainError),
        (Answer(200, b'{"ok":false}'), UncertainError),
        (Answer(200, b'{"ok":true,"result":"yes"}'), UncertainError),
        (SILENCE, UncertainError),
    ],
)
async def test_every_answer_to_a_message_means_one_thing(
    line: Line, answer: Answer, meaning: type[DeliveryError]
) -> None:
    line.far.script("sendMessage", answer)

    with pytest.raises(meaning) as raised:
        await line.transport.deliver(1001, HELLO)

    assert raised.type is meaning
    assert "asha" not in str(raised.value)


async def test_the_wait_that_telegram_asks_for_is_passed_on(line: Line) -> None:
    line.far.script("sendMessage", no(429, "Too Many Requests: retry after 7", retry_after=7))

    with pytest.raises(RetryLaterError) as raised:
        await line.transport.deliver(1001, HELLO)

    assert raised.value.after_s == 7


async def test_a_message_that_never_left_may_simply_go_later() -> None:
    """No connection: nothing arrived, so nothing is uncertain."""
    async with far_side() as far:
        bot = open_bot(TOKEN, far.url)
        await start_bot(bot)
    for _ in range(10):  # until the loop has heard the end of the connection that was kept
        await asyncio.sleep(0)

    with pytest.raises(RetryLaterError):
        await TelegramTransport(bot).deliver(1001, HELLO)
    await bot.shutdown()


async def test_an_edit_that_changes_nothing_is_done(line: Line) -> None:
    line.far.script(
        "editMessageText",
        no(400, "Bad Request: message is not modified: specified new message content and reply markup are the same"),
    )

    await line.transport.edit(1001, 41, HELLO)


@pytest.mark.parametrize("words", ["message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID"])
async def test_an_edit_of_a_message_that_is_gone_is_rejected(line: Line, words: str) -> None:
    line.far.script("editMessageText", no(400, f"Bad Request: {words}"))

    with pytest.raises(RejectedError):
        await line.transport.edit(1001, 41, HELLO)


@pytest.mark.parametrize(
    ("answer", "erased"),
    [
        (ok(True), True),
        (no(400, "Bad Request: message to delete not found"), True),
        (no(400, "Bad Request: message can't be deleted for everyone"), False),
        (no(403, "Forbidden: bot is not a member of the supergroup chat"), False),
    ],
)
async def test_erasing_tells_whether_the_message_is_away(line: Line, answer: Answer, erased: bool) -> None:
    line.far.script("deleteMessage", answer)

    assert await line.transport.erase(1001, 7) is erased


async def test_a_tap_too_old_to_answer_is_no_error(line: Line) -> None:
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    line.far.script("answerCallbackQuery", no(400, too_old))

    await line.transport.answer("cb1", "Paid")


async def test_a_toast_is_cut_to_what_telegram_takes(line: Line) -> None:
    line.far.script("answerCallbackQuery", ok(True))

    await line.transport.answer("cb1", "x" * 300, alert=True)

    call = line.far.asked("answerCallbackQuery")[0]
    assert len(call["text"]) == 200
    assert call["show_alert"] == "true"


@pytest.mark.parametrize("code", [401, 404])
async def test_a_token_that_is_refused_is_said_plainly_and_not_repeated(code: int) -> None:
    async with far_side() as far:
        far.script("getMe", no(code, "Unauthorized"))
        bot = open_bot(TOKEN, far.url)

        with pytest.raises(TokenRefusedError) as raised:
            await start_bot(bot)
        await bot.shutdown()

    assert TOKEN not in str(raised.value)
    assert TOKEN not in repr(bot)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


async def test_a_network_that_is_not_up_yet_is_waited_for() -> None:
    """The machine boots before its network does."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async with far_side() as far:
        far.script("getMe", Answer(502, b""), SILENCE, Answer(200, b"?"), ok(ME))
        bot = open_bot(TOKEN, far.url)

        assert await start_bot(bot, sleep=sleep) == "HundiBot"
        await bot.shutdown()

    assert waits == [1.0, 2.0, 4.0]


async def test_a_doctor_asks_once() -> None:
    async with far_side() as far:
        far.script("getMe", Answer(502, b""))
        bot = open_bot(TOKEN, far.url)

        with pytest.raises(ConnectionError):
            await start_bot(bot, attempts=1)
        await bot.shutdown()
