"""Telegram forgets nothing before it is on our disk, and nothing stops the loop but what an operator must mend."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.arrivals import Arrival, PutAside
from bot.dialogue.events import TextArrived
from bot.transport.telegram.connection import TokenRefusedError, open_bot, start_bot
from bot.transport.telegram.polling import Polling, SecondPollerError, WebhookSetError
from bot.transport.telegram.receiving import Receiver
from ledger.kernel.errors import UnavailableError
from tests.bot.transport.far_side import SILENCE, TOKEN, Answer, FarSide, far_side, no, ok

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CONFLICT = no(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
ASHA = {"id": 1001, "is_bot": False, "first_name": "Asha"}


def text(update_id: int, words: str = "balance") -> dict[str, Any]:
    """An update with words of Asha's."""
    chat = {"id": 1001, "type": "private", "first_name": "Asha"}
    body = {"message_id": update_id, "date": 1_795_521_600, "chat": chat, "from": ASHA, "text": words}
    return {"update_id": update_id, "message": body}


UNREADABLE = {
    "update_id": 8,
    "callback_query": {"id": "c", "from": {"id": "x"}, "data": "p.secret", "message": {"text": "PIN 482913"}},
}


@dataclass
class House:
    """What stands behind the loop: a disk, an ear, and a clock that moves when somebody sleeps."""

    far: FarSide
    disk: list[int] = field(default_factory=list)
    aside: list[PutAside] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)
    heard_texts: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    full: int = 0  # how many more times the disk is full
    poison: int | None = None  # an update that no disk takes
    steady: float = 100.0

    async def store(self, arrivals: Sequence[Arrival], put_aside: Sequence[PutAside]) -> Collection[int]:
        if self.full:
            self.full -= 1
            raise UnavailableError("disk full")
        if self.poison in {a.update_id for a in arrivals}:
            raise OverflowError
        new = {a.update_id for a in arrivals} - set(self.disk)
        self.disk += sorted(new)
        self.aside += put_aside
        return new

    async def hear(self, arrivals: Sequence[Arrival]) -> None:
        assert {a.update_id for a in arrivals} <= set(self.disk)
        self.heard += [a.update_id for a in arrivals]
        self.heard_texts += [a.happening.text for a in arrivals if isinstance(a.happening, TextArrived)]

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.steady += seconds
        await asyncio.sleep(0)

    @asynccontextmanager
    async def polling(self, first_offset: int | None = None, *, take_over: bool = False) -> AsyncIterator[Polling]:
        bot = open_bot(TOKEN, self.far.url)
        await start_bot(bot)
        try:
            yield Polling(
                bot,
                Receiver(bot, self.store, self.hear, now=lambda: NOW),
                take_over=take_over,
                steady_s=lambda: self.steady,
                sleep=self.sleep,
                chance=lambda: 0.5,
                first_offset=first_offset,
            )
        finally:
            await bot.shutdown()

    async def run_until_idle(self, *, take_over: bool = False) -> None:
        """Poll until the far side has nothing more to tell, then stop as a SIGTERM would."""
        async with self.polling(take_over=take_over) as polling:
            loop = asyncio.create_task(polling.run())
            idle = asyncio.create_task(self.far.waiting.wait())
            await asyncio.wait({loop, idle}, return_when=asyncio.FIRST_COMPLETED)
            idle.cancel()
            loop.cancel()
            try:
                await loop
            except asyncio.CancelledError:
                assert self.far.waiting.is_set()  # the loop ended because we stopped it, and no sooner

    def offsets(self) -> list[str | None]:
        """The offsets asked with, in order."""
        return [call.get("offset") for call in self.far.asked("getUpdates")]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with far_side() as far:
        yield House(far)


async def test_the_next_offset_is_asked_for_only_when_everything_is_stored(house: House) -> None:
    house.far.script("getUpdates", ok([text(7), text(8)]), ok([text(9)]))

    await house.run_until_idle()

    assert house.disk == house.heard == [7, 8, 9]
    assert house.offsets() == [None, "9", "10"]


async def test_what_kinds_of_updates_we_want_is_said_each_time(house: House) -> None:
    await house.run_until_idle()

    call = house.far.asked("getUpdates")[0]
    assert call["allowed_updates"] == '["message","edited_message","callback_query","my_chat_member"]'.replace(
        ",", ", "
    )
    assert call["timeout"] == "25"


async def test_a_full_disk_backs_off_and_asks_again_with_the_same_offset(house: House) -> None:
    """Nothing is lost while there is no space, and it goes on by itself once there is."""
    house.full = 2
    house.far.script("getUpdates", ok([text(7)]), ok([text(7)]), ok([text(7), text(8)]))

    await house.run_until_idle()

    assert house.heard == [7, 8]
    assert house.offsets() == [None, None, None, "9"]
    assert house.slept == [0.75, 1.5]


async def test_an_update_nobody_can_read_is_put_aside_and_the_rest_goes_on(house: House) -> None:
    house.far.script("getUpdates", ok([text(7), UNREADABLE, text(9)]))

    await house.run_until_idle()

    assert house.heard == [7, 9]
    assert [aside.update_id for aside in house.aside] == [8]
    assert house.offsets() == [None, "10"]


async def test_an_update_no_disk_takes_is_put_aside_and_the_rest_goes_on(house: House) -> None:
    """Or the program would fetch it, fall over, start again and fetch it, for ever."""
    house.poison = 8
    house.far.script("getUpdates", ok([text(7), text(8), text(9)]))

    await house.run_until_idle()

    assert house.heard == [7, 9]
    assert [(aside.update_id, aside.reason) for aside in house.aside] == [(8, "OverflowError")]
    assert house.offsets() == [None, "10"]


async def test_what_is_put_aside_holds_no_words_no_token_and_no_keyboard(house: House) -> None:
    house.far.script("getUpdates", ok([UNREADABLE]))

    await house.run_until_idle()

    kept = repr(house.aside)
    assert "callback_query" in kept
    assert "secret" not in kept
    assert "482913" not in kept


@pytest.mark.parametrize(
    "junk", [17, None, "x", {}, {"update_id": "7"}, {"update_id": True}, {"update_id": 2**70}, {"update_id": 2**63 - 1}]
)
async def test_an_item_without_a_number_does_not_stop_the_others(house: House, junk: Any) -> None:
    house.far.script("getUpdates", ok([junk, text(7)]))

    await house.run_until_idle()

    assert house.heard == [7]


async def test_an_answer_of_nothing_but_junk_is_not_asked_for_in_a_busy_loop(house: House) -> None:
    house.far.script("getUpdates", ok([17]), ok([17]))

    await house.run_until_idle()

    assert house.slept == [0.75, 1.5]


async def test_an_update_delivered_twice_is_handed_over_once(house: House) -> None:
    house.far.script("getUpdates", ok([text(7), text(8)]), ok([text(8), text(7), text(9)]))

    await house.run_until_idle()

    assert house.heard == [7, 8, 9]


async def test_digits_alone_delivered_twice_are_handed_over_once_though_no_body_is_kept(house: House) -> None:
    house.far.script("getUpdates", ok([text(7, "482913")]), ok([text(7, "482913")]))

    await house.run_until_idle()

    assert house.heard == [7]


async def test_what_an_earlier_process_stored_is_not_handed_over_again(house: House) -> None:
    house.disk = [7]
    house.far.script("getUpdates", ok([text(7), text(8)]))

    await house.run_until_idle()

    assert house.heard == [8]


@pytest.mark.parametrize(
    "trouble",
    [
        SILENCE,
        no(500, "Internal Server Error"),
        Answer(502, b"<html>"),
        Answer(200, b"garbage"),
        Answer(200, b'{"ok":true}'),
        Answer(200, b'{"ok":false}'),
        ok({"not": "a list"}),
        ok(True),
        no(400, "Bad Request: something new"),
        no(403, "Forbidden"),
    ],
)
async def test_a_far_side_that_fails_for_a_while_is_asked_again_with_the_same_offset(
    house: House, trouble: Answer
) -> None:
    house.far.script("getUpdates", ok([text(7)]), trouble, trouble, ok([text(8)]), trouble)

    await house.run_until_idle()

    assert house.heard == [7, 8]
    assert house.offsets() == [None, "8", "8", "8", "9", "9"]
    assert house.slept == [0.75, 1.5, 0.75]  # longer each time, and from the start again once it answered


async def test_no_wait_is_longer_than_half_a_minute(house: House) -> None:
    house.far.script("getUpdates", *[SILENCE] * 12)

    await house.run_until_idle()

    assert max(house.slept) <= 5


async def test_the_wait_that_telegram_asks_for_is_kept(house: House) -> None:
    house.far.script("getUpdates", no(429, "Too Many Requests: retry after 17", retry_after=17), ok([text(7)]))

    await house.run_until_idle()

    assert house.slept == [17.0]
    assert house.heard == [7]


async def test_three_conflicts_within_20_seconds_mean_a_second_poller(house: House) -> None:
    house.far.always["getUpdates"] = CONFLICT

    with pytest.raises(SecondPollerError):
        await house.run_until_idle()

    assert len(house.offsets()) == 3
    assert sum(house.slept) < 20


async def test_one_conflict_is_a_restart_and_is_asked_again(house: House) -> None:
    house.far.script("getUpdates", CONFLICT, CONFLICT, ok([text(7)]))

    await house.run_until_idle()

    assert house.heard == [7]


async def test_conflicts_spread_over_more_than_20_seconds_are_not_a_second_poller(house: House) -> None:
    wait = no(429, "Too Many Requests: retry after 10", retry_after=10)
    house.far.script("getUpdates", CONFLICT, wait, CONFLICT, wait, CONFLICT, ok([text(7)]))

    await house.run_until_idle()

    assert house.heard == [7]


async def test_a_webhook_that_is_set_stops_us_before_anything_is_changed(house: House) -> None:
    house.far.always["getWebhookInfo"] = ok(WEBHOOK)

    with pytest.raises(WebhookSetError):
        await house.run_until_idle()

    assert {method for method, _ in house.far.calls} == {"getMe", "getWebhookInfo"}


WEBHOOK = {"url": "https://x.example/h", "has_custom_certificate": False, "pending_update_count": 3}


async def test_taking_over_removes_the_webhook_and_keeps_what_is_waiting(house: House) -> None:
    house.far.always["getWebhookInfo"] = ok(WEBHOOK)
    house.far.script("deleteWebhook", ok(True))
    house.far.script("getUpdates", ok([text(7)]))

    await house.run_until_idle(take_over=True)

    assert house.far.asked("deleteWebhook") == [{"drop_pending_updates": "false"}]
    assert house.heard == [7]


async def test_a_webhook_set_while_we_poll_stops_us(house: House) -> None:
    house.far.script("getUpdates", no(409, "Conflict: can't use getUpdates method while webhook is active"))

    with pytest.raises(WebhookSetError):
        await house.run_until_idle()


@pytest.mark.parametrize("code", [401, 404])
async def test_a_token_revoked_while_we_poll_stops_us(house: House, code: int) -> None:
    house.far.always["getUpdates"] = no(code, "Unauthorized")

    with pytest.raises(TokenRefusedError):
        await house.run_until_idle()


async def test_a_gateway_that_is_starting_does_not_stop_us(house: House) -> None:
    house.far.script("getUpdates", no(404, "Not Found"), ok([text(7)]))

    await house.run_until_idle()

    assert house.heard == [7]


async def test_the_first_question_goes_on_where_the_last_process_was(house: House) -> None:
    house.far.script("getUpdates", ok([text(7)]))

    async with house.polling(first_offset=7) as polling:
        await polling.poll_once()

    assert house.offsets() == ["7"]


async def test_at_exit_telegram_is_told_what_is_stored(house: House) -> None:
    house.far.script("getUpdates", ok([text(7)]), ok([text(8)]))

    async with house.polling() as polling:
        await polling.poll_once()
        await polling.close()

    assert house.far.asked("getUpdates")[-1] | {"allowed_updates": ""} == {
        "offset": "8",
        "timeout": "0",
        "limit": "1",
        "allowed_updates": "",
    }
