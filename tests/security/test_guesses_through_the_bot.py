"""S3 through the bot: three wrong PINs and no fourth, however they are sent, and the lock stays.

The vault's own races are in tests/bot/vault/test_pins.py (a thousand at once, two processes, a kill at each hash);
here they come as taps and typed digits through the wire.
"""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.dialogue.events import PinVerdict, Secret
from bot.sandbox.people import Person
from ledger.database.port import Query
from tests.conftest import FULL_SIZE
from tests.harness.wire import (
    SteppingHands,
    assert_books_untouched,
    enter,
    hear,
    household,
    later,
    on_stage,
    pad_of,
    press,
    quiet,
    restarted,
    rows_in_journal,
    running_town,
)
from tests.stories.player import PATIENCE_S, PIN, Stage

GUESSES = 1_000 if FULL_SIZE else 60
WRONG = [f"{n:06d}" for n in range(300_157, 990_000, 7_919) if f"{n:06d}" != PIN]


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the vault really compared, beside comparing it."""
    from bot.vault import hashing

    seen: list[str] = []
    derive = hashing.derive

    def counted(person_id: int, digits: Secret, salt: bytes, scheme: int) -> bytes:
        seen.append(digits.reveal())
        return derive(person_id, digits, salt, scheme)

    monkeypatch.setattr(hashing, "derive", counted)
    return seen


async def _at_the_pad(stage: Stage, person: Person) -> None:
    await hear(stage, person, "send 20 to Priya")
    await press(stage, person, "Pay ₹20.00")
    await quiet(stage)


async def _is_locked(stage: Stage, person: Person) -> bool:
    return (await stage.house.pins.check(person.id, Secret(PIN))).verdict is PinVerdict.LOCKED


async def test_of_many_typed_guesses_at_once_three_are_judged(tmp_path: Path, hashed: list[str]) -> None:
    """A script that types a thousand PINs in a second gets three of them judged, and the right one too late."""
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)
        rows = await rows_in_journal(stage)
        await _at_the_pad(stage, asha)
        hashed.clear()

        for n in range(GUESSES):
            stage.town.say(asha, WRONG[n % len(WRONG)])
        stage.town.say(asha, PIN)
        await quiet(stage)

        assert len(hashed) == 3
        assert PIN not in hashed
        assert await _is_locked(stage, asha)
        assert "locked until" in stage.town.transcript(asha)
        assert not [m for m in stage.town.messages(asha) if m.is_secret], "each typed PIN is deleted"
        await assert_books_untouched(stage, rows)


async def test_of_many_tapped_guesses_at_once_three_are_judged(tmp_path: Path, hashed: list[str]) -> None:
    """A whole keyboard of taps in one go is one entry; what is left of the taps belongs to no pad."""
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)
        rows = await rows_in_journal(stage)
        await _at_the_pad(stage, asha)
        hashed.clear()

        for guess in WRONG[:3]:
            pad = pad_of(stage, asha)
            taps = [stage.town.tap(asha, pad.message_id, digit) for _ in range(GUESSES // 6) for digit in guess]
            for tap in taps:
                await stage.town.wait_for_answer(tap, timeout_s=PATIENCE_S)
            await quiet(stage)

        assert hashed == WRONG[:3]
        assert await _is_locked(stage, asha)
        await assert_books_untouched(stage, rows)


async def test_many_people_guess_at_once_and_each_has_three_tries(tmp_path: Path, hashed: list[str]) -> None:
    """One person's guesses spend nobody else's tries, and nobody gets a fourth."""
    async with on_stage(tmp_path) as stage:
        payers, _ = await household(stage, 17)
        await asyncio.gather(*(_at_the_pad(stage, payer) for payer in payers))
        hashed.clear()

        for payer in payers[1:]:
            for guess in (*WRONG[:4], PIN):
                stage.town.say(payer, guess)
        await enter(stage, payers[0], PIN)
        await stage.town.wait_for_text(payers[0], "Paid ₹20.00", timeout_s=PATIENCE_S)
        await quiet(stage)

        assert len(hashed) == 3 * 16 + 1
        assert hashed.count(PIN) == 1
        assert [await _is_locked(stage, payer) for payer in payers] == [False] + [True] * 16


async def _lock(stage: Stage, person: Person) -> None:
    await _at_the_pad(stage, person)
    for guess in WRONG[:3]:
        stage.town.say(person, guess)
    await stage.town.wait_for_text(person, "locked until", timeout_s=PATIENCE_S)
    await quiet(stage)


@pytest.mark.parametrize(("hours", "locked"), [(1.0, True), (23.98, True), (24.02, False)])
async def test_the_lock_lasts_a_day_through_a_restart(hours: float, locked: bool, tmp_path: Path) -> None:
    """Locked is locked for 24 hours, whether the bot ran all the time or not; then there are three tries again."""
    async with running_town(tmp_path) as stage:
        async with restarted(stage):
            (asha,), _ = await household(stage, 1)
            await _lock(stage, asha)
        stage.hands.move(timedelta(hours=hours))
        async with restarted(stage):
            assert await _is_locked(stage, asha) is locked

            await hear(stage, asha, "send 20 to Priya")
            await press(stage, asha, "Pay ₹20.00")
            await quiet(stage)
            assert stage.town.last(asha).has_pad is not locked


@pytest.mark.parametrize("step", [timedelta(days=2), timedelta(hours=-5), timedelta(days=-400)])
async def test_a_stepped_wall_clock_ends_no_lock(step: timedelta, tmp_path: Path) -> None:
    """Whoever can set this machine's clock while the bot runs gets no fourth try, nor for ever locks one out."""
    hands = SteppingHands()
    async with on_stage(tmp_path, hands=hands) as stage:
        (asha,), _ = await household(stage, 1)
        await _lock(stage, asha)

        hands.step(step)
        later(stage, hours=1)

        assert await _is_locked(stage, asha)
        later(stage, hours=23.1)
        assert not await _is_locked(stage, asha)


async def test_a_right_pin_sets_the_count_to_zero(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)
        for _ in range(3):
            await _at_the_pad(stage, asha)
            for guess in WRONG[:2]:
                stage.town.say(asha, guess)
            await stage.town.wait_for_text(asha, "1 try left", timeout_s=PATIENCE_S)
            stage.since = stage.now
            stage.town.say(asha, PIN)
            await stage.town.wait_for(asha, lambda m: stage.is_new(m) and "Paid ₹20.00" in m.text, timeout_s=PATIENCE_S)
            await quiet(stage)
        counted = await stage.house.books.database.one(Query("SELECT wrong_count FROM pins WHERE person_id = 2001"))
        assert counted is not None
        assert counted["wrong_count"] == 0
