"""Dots follow the fingers as fast as Telegram lets them, and never after the message that says Paid."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from bot.pacing import Pacer
from bot.pad_screen import BLINK_S, PadScreen
from bot.port import BlockedError, DeliveryError, Outgoing, RejectedError, RetryLaterError, UncertainError

ASHA = 1001


def dots(count: int) -> Outgoing:
    return Outgoing("Enter your PIN " + "●" * count)


@dataclass
class Phone:
    """The far side: what Asha's screen shows, and the trouble on the way to it."""

    steady: float = 0.0
    shown: list[tuple[float, str, str]] = field(default_factory=list)
    trouble: list[DeliveryError | None] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    calling: asyncio.Event = field(default_factory=asyncio.Event)
    sleepers: list[tuple[float, asyncio.Event]] = field(default_factory=list)

    async def deliver(self, chat_id: int, message: Outgoing) -> int:
        assert chat_id == ASHA
        await self._arrive("sent", message)
        return 41

    async def edit(self, chat_id: int, message_id: int, message: Outgoing) -> None:
        assert (chat_id, message_id) in {(ASHA, 40), (ASHA, 41)}
        await self._arrive("edited", message)

    async def erase(self, chat_id: int, message_id: int) -> bool:
        raise NotImplementedError

    async def answer(self, callback_id: str, toast: str = "", *, alert: bool = False) -> None:
        raise NotImplementedError

    async def _arrive(self, how: str, message: Outgoing) -> None:
        self.calling.set()
        await self.gate.wait()
        trouble = self.trouble.pop(0) if self.trouble else None
        if trouble is not None:
            raise trouble
        self.shown.append((round(self.steady, 3), how, message.html))

    async def sleep(self, seconds: float) -> None:
        awake = asyncio.Event()
        self.sleepers.append((self.steady + seconds, awake))
        await awake.wait()

    async def pass_time(self, seconds: float) -> None:
        """The clock moves, and whoever's sleep is over goes on."""
        until = self.steady + seconds
        while True:
            await _others_run()
            due = [at for at, awake in self.sleepers if at <= until and not awake.is_set()]
            if not due:
                break
            self.steady = min(due)
            for at, awake in self.sleepers:
                if at <= self.steady:
                    awake.set()
        self.steady = until
        await _others_run()

    def last(self) -> str:
        return self.shown[-1][2]


async def _others_run() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def phone() -> Phone:
    phone = Phone()
    phone.gate.set()
    return phone


@pytest.fixture
async def screen(phone: Phone) -> AsyncIterator[PadScreen]:
    screen = PadScreen(phone, Pacer(), steady_s=lambda: phone.steady, sleep=phone.sleep)
    yield screen
    phone.gate.set()
    await screen.close()


async def test_a_pad_opens_on_the_bubble_that_is_there(phone: Phone, screen: PadScreen) -> None:
    assert await screen.open(ASHA, 40, dots(0)) == 40
    assert phone.shown == [(0, "edited", "Enter your PIN ")]


async def test_a_pad_without_a_bubble_is_a_new_message(phone: Phone, screen: PadScreen) -> None:
    assert await screen.open(ASHA, None, dots(0)) == 41
    assert phone.shown == [(0, "sent", "Enter your PIN ")]


async def test_a_pad_whose_bubble_was_deleted_is_a_new_message(phone: Phone, screen: PadScreen) -> None:
    phone.trouble = [RejectedError("gone")]

    assert await screen.open(ASHA, 40, dots(0)) == 41


async def test_a_pad_that_may_not_have_opened_is_shown_again(phone: Phone, screen: PadScreen) -> None:
    phone.trouble = [UncertainError("silence")]

    assert await screen.open(ASHA, 40, dots(0)) == 40
    assert phone.last() == "Enter your PIN "


async def test_a_pad_for_somebody_who_blocked_us_does_not_open(phone: Phone, screen: PadScreen) -> None:
    phone.trouble = [BlockedError("blocked")]

    with pytest.raises(BlockedError):
        await screen.open(ASHA, 40, dots(0))


async def test_a_wait_that_telegram_asks_for_before_a_pad_opens_is_kept(phone: Phone, screen: PadScreen) -> None:
    phone.trouble = [RetryLaterError(5)]
    opening = asyncio.create_task(screen.open(ASHA, 40, dots(0)))

    await phone.pass_time(4.9)
    assert phone.shown == []

    await phone.pass_time(0.2)
    assert await opening == 40


async def test_a_pad_is_not_opened_after_nobody_waits_for_it(phone: Phone, screen: PadScreen) -> None:
    phone.trouble = [RetryLaterError(21)]

    with pytest.raises(RetryLaterError):
        await screen.open(ASHA, 40, dots(0))


async def test_six_quick_taps_are_few_edits_and_the_last_one_shows(phone: Phone, screen: PadScreen) -> None:
    """I type my PIN in a second: the dots arrive, and Telegram is not asked six times."""
    await screen.open(ASHA, 40, dots(0))
    await phone.pass_time(1)

    for count in range(1, 7):
        screen.show(ASHA, dots(count))
        await phone.pass_time(0.15)
    await phone.pass_time(1)

    assert [(at, len(html)) for at, _, html in phone.shown[1:]] == [(1.1, 16), (2.1, 21)]


async def test_what_came_of_the_last_digit_within_a_blink_needs_no_dots_before_it(
    phone: Phone, screen: PadScreen
) -> None:
    await screen.open(ASHA, 40, dots(0))
    await phone.pass_time(1)
    for count in range(1, 7):
        screen.show(ASHA, dots(count))
    await phone.pass_time(BLINK_S / 2)

    await screen.settle(ASHA)
    await phone.pass_time(1)

    assert len(phone.shown) == 1


async def test_no_two_edits_are_less_than_a_second_apart(phone: Phone, screen: PadScreen) -> None:
    await screen.open(ASHA, 40, dots(0))
    for count in range(40):
        screen.show(ASHA, dots(count % 7))
        await phone.pass_time(0.25)

    moments = [at for at, _, _ in phone.shown]
    assert all(later - earlier >= 1 for earlier, later in pairwise(moments))
    assert len(moments) >= 9


async def test_after_settling_no_dots_arrive(phone: Phone, screen: PadScreen) -> None:
    """Paid stays Paid: a late edit of the pad does not take it away."""
    await screen.open(ASHA, 40, dots(0))
    screen.show(ASHA, dots(6))

    await screen.settle(ASHA)
    await phone.edit(ASHA, 40, Outgoing("Paid"))
    screen.show(ASHA, dots(6))
    await phone.pass_time(5)

    assert [html for _, _, html in phone.shown] == ["Enter your PIN ", "Paid"]


async def test_settling_waits_for_the_edit_that_is_under_way(phone: Phone, screen: PadScreen) -> None:
    await screen.open(ASHA, 40, dots(0))
    await phone.pass_time(1)
    phone.gate.clear()
    phone.calling.clear()
    screen.show(ASHA, dots(6))
    await phone.pass_time(BLINK_S)
    await phone.calling.wait()

    settling = asyncio.create_task(screen.settle(ASHA))
    await _others_run()
    assert not settling.done()

    phone.gate.set()
    await settling
    assert phone.last() == dots(6).html


async def test_dots_that_telegram_makes_wait_show_the_latest_when_it_is_over(phone: Phone, screen: PadScreen) -> None:
    await screen.open(ASHA, 40, dots(0))
    await phone.pass_time(1)
    phone.trouble = [RetryLaterError(3)]
    screen.show(ASHA, dots(1))
    await phone.pass_time(0.1)
    screen.show(ASHA, dots(2))

    await phone.pass_time(5)

    assert phone.shown[1:] == [(4.1, "edited", dots(2).html)]


async def test_dots_leave_room_for_the_message_that_says_what_came_of_it(phone: Phone) -> None:
    pacer = Pacer()
    screen = PadScreen(phone, pacer, steady_s=lambda: phone.steady, sleep=phone.sleep)
    await screen.open(ASHA, 40, dots(0))
    for count in range(8):
        await phone.pass_time(0.5)
        screen.show(ASHA, dots(count))
        await _others_run()

        assert pacer.wait_s(ASHA, phone.steady) == 0
    await screen.close()


@pytest.mark.parametrize("trouble", [UncertainError("?"), RejectedError("gone"), BlockedError("blocked")])
async def test_dots_that_do_not_show_stop_nothing(phone: Phone, screen: PadScreen, trouble: DeliveryError) -> None:
    await screen.open(ASHA, 40, dots(0))
    await phone.pass_time(1)
    phone.trouble = [trouble]
    screen.show(ASHA, dots(1))
    await phone.pass_time(1)

    screen.show(ASHA, dots(2))
    await phone.pass_time(1)

    assert phone.last() == dots(2).html
