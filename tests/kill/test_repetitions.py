"""GOALS R6 and R8: what is delivered again, or pressed again, is done once."""

import asyncio
import os
from pathlib import Path
from random import Random
from typing import Final

import pytest

from bot.sandbox.chats import Message
from bot.sandbox.people import Person
from bot.sandbox.updates import Update, UpdateQueue
from tests.conftest import FULL_SIZE
from tests.kill.books import check_both_sides_told, check_nothing_lost_or_doubled, read_books
from tests.kill.crowd import Crowd, Wish
from tests.kill.stage import PIN, Stage, open_stage

SEED: Final = int(os.environ.get("HUNDI_TEST_SEED", "20261124"))
PEOPLE: Final = 10
PAYMENTS_EACH: Final = 100 if FULL_SIZE else 2  # R6: about nine updates a payment
ROUNDS: Final = 100 if FULL_SIZE else 1  # R8: one payment a person in each
LIVES: Final = 20 if FULL_SIZE else 3
LIFE_S: Final = 4.0
TAPS: Final = 10
MOST_TIMES: Final = 5
WITHIN_S: Final = 60.0
TOLD_WITHIN_S: Final = 30.0


# ── R6: delivered again ──────────────────────────────────────────────────────


class RepeatingQueue(UpdateQueue):
    """Telegram on a bad day: each update comes one to five times, the repetitions at any later time and in any order.

    First deliveries keep their order, as Telegram does.
    """

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self._chance = chance
        self._again: list[Update] = []  # as often as it will still come
        self.deliveries = 0

    def confirm(self, offset: int, now: float) -> None:
        """What is confirmed now may come again from here on: a failover forgets who confirmed what."""
        for update in self:
            if update.update_id < offset:
                self._again += [update] * self._chance.randint(0, MOST_TIMES - 1)
        super().confirm(offset, now)

    def batch(self, limit: int) -> list[Update]:
        """What waits, among things that were delivered before."""
        new = super().batch(limit)
        repeated = self._some_again(max(limit - len(new), 0)) if new else []
        self.deliveries += len(new) + len(repeated)
        return self._mixed(new, repeated)

    def _some_again(self, most: int) -> list[Update]:
        self._chance.shuffle(self._again)
        count = self._chance.randint(0, min(most, len(self._again)))
        taken, self._again = self._again[:count], self._again[count:]
        return taken

    def _mixed(self, new: list[Update], repeated: list[Update]) -> list[Update]:
        """New ones in their order, repetitions anywhere between."""
        mixed: list[Update] = []
        places = sorted(self._chance.randint(0, len(new)) for _ in repeated)
        for place, update in enumerate(new):
            while places and places[0] <= place:
                places.pop(0)
                mixed.append(repeated.pop())
            mixed.append(update)
        return mixed + repeated


@pytest.mark.slow
async def test_updates_that_come_again_and_again_are_done_once(tmp_path: Path) -> None:
    """Telegram may say the same thing five times. I meant it once."""
    async with open_stage(tmp_path, PEOPLE) as stage:
        queue = RepeatingQueue(Random(SEED))
        for update in stage.town.updates:
            queue.restore(update)
        stage.town.updates = queue
        crowd = Crowd(stage, SEED)
        await stage.start_bot()
        crowd.start(PAYMENTS_EACH)
        try:
            for _ in range(LIVES):
                assert not await stage.bot.ended_within(LIFE_S), stage.bot.last_words()
                await stage.bot.kill()
                await stage.start_bot()
            await crowd.until_done(WITHIN_S * PAYMENTS_EACH)
        finally:
            await crowd.leave()
        await stage.until_payees_are_told(TOLD_WITHIN_S)
        assert await stage.bot.terminate(WITHIN_S) == 0, stage.bot.last_words()

        books = await read_books(stage)
        check_nothing_lost_or_doubled(stage, books)
        check_both_sides_told(stage, books)
        assert len(books.payments) == PEOPLE * PAYMENTS_EACH
        assert queue.deliveries > queue.next_id, "nothing was delivered twice"
        assert not stage.bot.faults(), "\n".join(stage.bot.faults())


# ── R8: pressed again ────────────────────────────────────────────────────────


@pytest.mark.slow
async def test_a_confirm_that_is_pressed_ten_times_and_again_after_a_restart_pays_once(tmp_path: Path) -> None:
    """The button does not react, so I hammer on it. I pay once."""
    async with open_stage(tmp_path, PEOPLE) as stage:
        await stage.start_bot()
        for turn in range(ROUNDS):
            wishes = [Wish(person, stage.people[place - 1], 1_00 + turn) for place, person in enumerate(stage.people)]
            pressed = await asyncio.gather(*(_pay_hammering(stage, wish) for wish in wishes))
            await stage.bot.kill()
            await stage.start_bot()
            await asyncio.gather(
                *(_press_again(stage, wish, token) for wish, token in zip(wishes, pressed, strict=True))
            )
        await stage.until_payees_are_told(TOLD_WITHIN_S)
        assert await stage.bot.terminate(WITHIN_S) == 0, stage.bot.last_words()

        books = await read_books(stage)
        check_nothing_lost_or_doubled(stage, books)
        check_both_sides_told(stage, books)
        assert len(books.payments) == PEOPLE * ROUNDS
        assert not stage.bot.faults(), "\n".join(stage.bot.faults())


async def _pay_hammering(stage: Stage, wish: Wish) -> str:
    """Pay with every button that matters pressed ten times at once; what the Pay button carried."""
    town, label = stage.town, f"Pay {wish.shown}"
    town.say(wish.payer, wish.words)
    question = await town.wait_for(wish.payer, lambda m: label in m.labels, timeout_s=WITHIN_S)
    token = next(str(button["callback_data"]) for button in question.buttons() if button["text"] == label)
    for _ in range(TAPS):
        town.tap_data(wish.payer, question.message_id, token)
    pad = await town.wait_for(wish.payer, lambda m: m.has_pad and wish.shown in m.text, timeout_s=WITHIN_S)
    digits = {str(button["text"]): str(button["callback_data"]) for button in pad.buttons()}
    for digit in PIN + PIN[-1] * (TAPS - 1):
        town.tap_data(wish.payer, pad.message_id, digits[digit])
    await town.wait_until(
        lambda: stage.witness.reference_of(wish.payer.id, wish.amount_minor),
        timeout_s=WITHIN_S,
        otherwise=lambda: town.transcript(wish.payer),
    )
    return token


async def _press_again(stage: Stage, wish: Wish, token: str) -> None:
    """The button of a picture that is long gone, ten times more. Each press is answered, and nothing else happens."""
    bubble = _paid_bubble(stage, wish.payer, wish)
    taps = [stage.town.tap_data(wish.payer, bubble.message_id, token) for _ in range(TAPS)]
    for tap in taps:
        await stage.town.wait_for_answer(tap, timeout_s=WITHIN_S)
    assert not any(message.has_pad for message in stage.town.messages(wish.payer))


def _paid_bubble(stage: Stage, payer: Person, wish: Wish) -> Message:
    place = next(
        k for k, told in stage.witness.paid.items() if (k[0], told.amount_minor) == (payer.id, wish.amount_minor)
    )
    return stage.town.chat(payer).messages[place[1]]
