"""PINs: three tries and a day's lock, whatever is tried at once and whatever the clock does (GOALS S3, S5, S7)."""

import asyncio
import signal
import sys
import threading
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import bot.vault.pins as pins_module
from bot.clock import SystemClock
from bot.dialogue.events import ChoiceVerdict, PinChecked, PinVerdict, Secret
from bot.vault import hashing
from bot.vault.fields import SealBrokenError
from bot.vault.hashing import SCHEME, UnknownSchemeError
from bot.vault.keys import KeyRing, Keys
from bot.vault.pins import PinVault, Standing
from ledger.database.opening import open_database
from ledger.database.port import Database, Query
from ledger.kernel.instants import to_micros
from ledger.kernel.policy import PinRules
from tests.bot.vault.clocks import WallClock

ASHA, PRIYA = 1001, 1002
RIGHT, WRONG = Secret("739184"), Secret("480275")
DAY = timedelta(hours=24)
PLAY = PinRules(6, 3, DAY)
MICROSECOND = timedelta(microseconds=1)


async def locked_out(vault: PinVault) -> None:
    await vault.set(ASHA, RIGHT)
    for _ in range(3):
        await vault.check(ASHA, WRONG)


@asynccontextmanager
async def reopened(url: str, keys: Keys, now: WallClock) -> AsyncIterator[PinVault]:
    """Another process on the same database."""
    again = await open_database(url)
    vault = await PinVault.open(again, keys, PLAY, now)
    try:
        yield vault
    finally:
        vault.close()
        await again.close()


async def cell(database: Database, column: str, person_id: int = ASHA) -> object:
    row = await database.one(Query(f"SELECT {column} AS cell FROM pins WHERE person_id = :id"), {"id": person_id})
    return None if row is None else row["cell"]


# ── choosing ─────────────────────────────────────────────────────────────────


async def test_a_chosen_pin_is_right_afterwards(vault: PinVault) -> None:
    assert await vault.choose(ASHA, RIGHT) is ChoiceVerdict.ACCEPTED
    assert await vault.set(ASHA, RIGHT) is ChoiceVerdict.SAVED

    assert await vault.check(ASHA, RIGHT) == PinChecked(PinVerdict.RIGHT, 3)
    assert await vault.has_pin(ASHA)
    assert await vault.standing(ASHA) == Standing(6, None)


async def test_nobody_has_a_pin_before_choosing_one(vault: PinVault) -> None:
    assert not await vault.has_pin(ASHA)
    assert await vault.check(ASHA, RIGHT) == PinChecked(PinVerdict.UNSET)


@pytest.mark.parametrize(
    ("digits", "verdict"),
    [
        ("123456", ChoiceVerdict.WEAK),
        ("241126", ChoiceVerdict.WEAK),
        ("7391", ChoiceVerdict.WRONG_LENGTH),
        ("7391844", ChoiceVerdict.WRONG_LENGTH),
        ("73918a", ChoiceVerdict.WRONG_LENGTH),
        ("७३९१८४", ChoiceVerdict.WRONG_LENGTH),
        ("", ChoiceVerdict.WRONG_LENGTH),
    ],
)
async def test_what_cannot_be_chosen_cannot_be_set(vault: PinVault, digits: str, verdict: ChoiceVerdict) -> None:
    assert await vault.choose(ASHA, Secret(digits)) is verdict
    assert await vault.set(ASHA, Secret(digits)) is verdict
    assert not await vault.has_pin(ASHA)


async def test_the_pin_one_has_is_not_a_new_one(vault: PinVault) -> None:
    await vault.set(ASHA, RIGHT)

    assert await vault.choose(ASHA, RIGHT) is ChoiceVerdict.REUSED
    assert await vault.set(ASHA, RIGHT) is ChoiceVerdict.REUSED
    assert await vault.choose(PRIYA, RIGHT) is ChoiceVerdict.ACCEPTED


async def test_the_last_three_pins_are_no_new_ones_and_an_older_one_is(vault: PinVault, wall: WallClock) -> None:
    first, *others = (Secret(digits) for digits in ("739184", "480275", "916402", "603817"))
    for pin in (first, *others[:2]):
        assert await vault.set(ASHA, pin) is ChoiceVerdict.SAVED
        wall.move(MICROSECOND)

    for pin in (first, *others[:2]):
        assert await vault.choose(ASHA, pin) is ChoiceVerdict.REUSED
        assert await vault.set(ASHA, pin) is ChoiceVerdict.REUSED
    assert await vault.set(ASHA, others[2]) is ChoiceVerdict.SAVED

    assert await vault.choose(ASHA, first) is ChoiceVerdict.ACCEPTED
    assert await vault.check(ASHA, others[2]) == PinChecked(PinVerdict.RIGHT, 3)


async def test_no_more_former_pins_are_kept_than_are_compared(
    vault: PinVault, database: Database, wall: WallClock
) -> None:
    for digits in ("739184", "480275", "916402", "603817", "284095"):
        await vault.set(ASHA, Secret(digits))
        wall.move(MICROSECOND)
    await vault.set(PRIYA, RIGHT)

    rows = await database.all(Query("SELECT person_id FROM former_pins"))

    assert [row["person_id"] for row in rows] == [ASHA, ASHA]
    assert await vault.choose(PRIYA, Secret("284095")) is ChoiceVerdict.ACCEPTED  # somebody else's is not theirs


async def test_a_former_pin_put_back_in_force_by_hand_opens_nothing(
    vault: PinVault, database: Database, wall: WallClock
) -> None:
    """Whoever writes the database and knows an old PIN must not make it the PIN again."""
    await vault.set(ASHA, RIGHT)
    wall.move(MICROSECOND)
    await vault.set(ASHA, WRONG)
    moved = "UPDATE pins SET (salt, sealed_tag) = (SELECT salt, sealed_tag FROM former_pins WHERE person_id = 1001)"
    async with database.transaction() as session:
        await session.execute(Query(moved))

    with pytest.raises(SealBrokenError):
        await vault.check(ASHA, RIGHT)


async def test_a_number_that_others_know_of_them_is_weak(vault: PinVault) -> None:
    assert await vault.choose(ASHA, RIGHT, ["+91 98 73 91 84 00"]) is ChoiceVerdict.WEAK
    assert await vault.set(ASHA, RIGHT, ["+91 98 73 91 84 00"]) is ChoiceVerdict.WEAK
    assert await vault.choose(ASHA, RIGHT, ["+91 98 00 00 00 00", "asha"]) is ChoiceVerdict.ACCEPTED


async def test_a_changed_pin_replaces_the_old_one(vault: PinVault) -> None:
    await vault.set(ASHA, RIGHT)
    await vault.set(ASHA, WRONG)

    assert (await vault.check(ASHA, RIGHT)).verdict is PinVerdict.WRONG
    assert (await vault.check(ASHA, WRONG)).verdict is PinVerdict.RIGHT


async def test_another_length_rule_keeps_the_pins_there_are(
    database: Database, url: str, keys: Keys, wall: WallClock
) -> None:
    short = await PinVault.open(database, keys, PinRules(4, 3, DAY), wall)
    await short.set(ASHA, Secret("7391"))
    short.close()

    async with reopened(url, keys, wall) as vault:
        assert await vault.standing(ASHA) == Standing(4, None)
        assert (await vault.check(ASHA, Secret("7391"))).verdict is PinVerdict.RIGHT


# ── three tries ──────────────────────────────────────────────────────────────


async def test_the_third_wrong_pin_locks_for_a_day(vault: PinVault, wall: WallClock) -> None:
    await vault.set(ASHA, RIGHT)

    assert await vault.check(ASHA, WRONG) == PinChecked(PinVerdict.WRONG, 2)
    assert await vault.check(ASHA, WRONG) == PinChecked(PinVerdict.WRONG, 1)
    assert await vault.check(ASHA, WRONG) == PinChecked(PinVerdict.LOCKED, 0, wall() + DAY)
    assert await vault.check(ASHA, RIGHT) == PinChecked(PinVerdict.LOCKED, 0, wall() + DAY)


async def test_a_right_pin_starts_the_count_anew(vault: PinVault, database: Database) -> None:
    await vault.set(ASHA, RIGHT)

    for _ in range(3):
        await vault.check(ASHA, WRONG)
        await vault.check(ASHA, WRONG)
        assert (await vault.check(ASHA, RIGHT)).verdict is PinVerdict.RIGHT

    assert await cell(database, "wrong_count") == 0


@pytest.mark.parametrize(("late", "verdict"), [(-MICROSECOND, PinVerdict.LOCKED), (timedelta(), PinVerdict.RIGHT)])
async def test_a_lock_ends_at_its_moment(
    vault: PinVault, wall: WallClock, late: timedelta, verdict: PinVerdict
) -> None:
    await locked_out(vault)
    wall.move(DAY + late)

    assert (await vault.check(ASHA, RIGHT)).verdict is verdict


async def test_an_ended_lock_gives_three_tries_again(vault: PinVault, wall: WallClock) -> None:
    await locked_out(vault)
    wall.move(DAY)

    verdicts = [await vault.check(ASHA, WRONG) for _ in range(4)]

    assert [each.verdict for each in verdicts] == [
        PinVerdict.WRONG,
        PinVerdict.WRONG,
        PinVerdict.LOCKED,
        PinVerdict.LOCKED,
    ]
    assert verdicts[0].attempts_left == 2
    assert verdicts[2].locked_until == wall() + DAY


async def test_a_lock_is_told_before_a_pad_is_opened(vault: PinVault, wall: WallClock) -> None:
    """Nobody types six digits to hear that they do not count."""
    await locked_out(vault)

    assert await vault.standing(ASHA) == Standing(6, wall() + DAY)
    wall.move(DAY)
    assert await vault.standing(ASHA) == Standing(6, None)


async def test_a_lock_is_one_persons(vault: PinVault) -> None:
    await vault.set(PRIYA, WRONG)
    await locked_out(vault)

    assert (await vault.check(PRIYA, WRONG)).verdict is PinVerdict.RIGHT


async def test_digits_of_another_length_cost_no_try(vault: PinVault, wall: WallClock) -> None:
    """I typed an amount while the pad was open."""
    await vault.set(ASHA, RIGHT)
    await vault.check(ASHA, WRONG)

    assert await vault.check(ASHA, Secret("5000")) == PinChecked(PinVerdict.WRONG, 2)
    assert await vault.check(ASHA, Secret("73918४")) == PinChecked(PinVerdict.WRONG, 2)
    await vault.check(ASHA, WRONG)
    await vault.check(ASHA, WRONG)
    assert await vault.check(ASHA, Secret("5000")) == PinChecked(PinVerdict.LOCKED, 0, wall() + DAY)
    wall.move(DAY)
    assert await vault.check(ASHA, Secret("5000")) == PinChecked(PinVerdict.WRONG, 3)


async def test_a_new_pin_ends_no_lock(vault: PinVault) -> None:
    await locked_out(vault)
    await vault.set(ASHA, Secret("916402"))

    assert (await vault.check(ASHA, Secret("916402"))).verdict is PinVerdict.LOCKED


# ── whatever is tried at once ────────────────────────────────────────────────


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Whose digits were hashed, counted at the hash itself."""
    calls: list[int] = []
    derive = hashing.derive

    def counting(person_id: int, digits: Secret, salt: bytes, scheme: int) -> bytes:
        calls.append(person_id)
        return derive(person_id, digits, salt, scheme)

    monkeypatch.setattr(hashing, "derive", counting)
    return calls


async def test_of_a_thousand_guesses_at_once_three_are_judged(vault: PinVault, judged: list[int]) -> None:
    """GOALS S3: counting after hashing let a thousand of a thousand through in a trial."""
    await vault.set(ASHA, RIGHT)
    judged.clear()

    verdicts = await asyncio.gather(*(vault.check(ASHA, Secret(f"{480_000 + each}")) for each in range(1_000)))

    assert len(judged) == 3
    assert sorted(each.verdict for each in verdicts) == ["locked"] * 998 + ["wrong"] * 2


async def test_two_processes_share_the_three_tries(
    vault: PinVault, judged: list[int], url: str, keys: Keys, wall: WallClock
) -> None:
    await vault.set(ASHA, RIGHT)
    judged.clear()

    async with reopened(url, keys, wall) as other:
        guesses = [each.check(ASHA, Secret(f"{480_000 + at}")) for at in range(250) for each in (vault, other)]
        await asyncio.gather(*guesses)

    assert len(judged) == 3


async def test_of_two_new_pins_that_are_set_at_once_one_holds(
    vault: PinVault, url: str, keys: Keys, wall: WallClock
) -> None:
    await vault.set(ASHA, RIGHT)
    wall.move(MICROSECOND)
    one, two = Secret("916402"), Secret("572816")

    async with reopened(url, keys, wall) as other:
        saved = await asyncio.gather(vault.set(ASHA, one), other.set(ASHA, two))

        assert set(saved) == {ChoiceVerdict.SAVED}
        judged = sorted([(await each.check(ASHA, pin)).verdict for each in (vault, other) for pin in (one, two)])
    assert judged == [PinVerdict.RIGHT] * 2 + [PinVerdict.WRONG] * 2
    assert await vault.choose(ASHA, RIGHT) is ChoiceVerdict.REUSED


async def test_the_moment_of_a_try_is_written_once_a_second(
    vault: PinVault, database: Database, wall: WallClock
) -> None:
    """It is one row for everybody, and all processes would queue for it."""
    moment = Query("SELECT latest_at FROM pin_clock")
    written: list[object] = []
    await vault.set(ASHA, RIGHT)
    for step in (timedelta(), pins_module.SEEN_EVERY - MICROSECOND, MICROSECOND):
        wall.move(step)
        await vault.check(ASHA, RIGHT)
        row = await database.one(moment)
        written.append(row and row["latest_at"])

    now = to_micros(wall())
    assert written == [now - 1_000_000, now - 1_000_000, now]


async def test_a_pin_that_is_replaced_while_it_is_judged_is_no_longer_right(
    vault: PinVault, wall: WallClock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await vault.set(ASHA, RIGHT)
    counted, go_on = asyncio.Event(), threading.Event()
    loop, derive = asyncio.get_running_loop(), hashing.derive

    def held(person_id: int, digits: Secret, salt: bytes, scheme: int) -> bytes:
        loop.call_soon_threadsafe(counted.set)
        go_on.wait(10)
        return derive(person_id, digits, salt, scheme)

    with monkeypatch.context() as during:
        during.setattr(hashing, "derive", held)
        judging = asyncio.create_task(vault.check(ASHA, RIGHT))
        await counted.wait()
    wall.move(MICROSECOND)
    await vault.set(ASHA, Secret("916402"))
    await vault.check(ASHA, WRONG)
    go_on.set()

    assert (await judging).verdict is PinVerdict.WRONG
    assert await cell(database, "wrong_count") == 1


async def test_a_cancelled_try_stays_counted(vault: PinVault, database: Database) -> None:
    await vault.set(ASHA, RIGHT)

    trying = asyncio.create_task(vault.check(ASHA, WRONG))
    while await cell(database, "wrong_count") == 0:
        pass  # each look lets the try go on; it is cancelled once it is counted
    trying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trying

    assert await vault.check(ASHA, WRONG) == PinChecked(PinVerdict.WRONG, 1)


async def test_a_crash_while_the_last_try_is_judged_leaves_it_locked(
    vault: PinVault, monkeypatch: pytest.MonkeyPatch, url: str, keys: Keys, wall: WallClock
) -> None:
    """Nobody wins a fourth try by killing the process in time."""
    await vault.set(ASHA, RIGHT)
    await vault.check(ASHA, WRONG)
    await vault.check(ASHA, WRONG)

    def dies(*_: object) -> bytes:
        raise MemoryError

    with monkeypatch.context() as during:
        during.setattr(hashing, "derive", dies)
        with pytest.raises(MemoryError):
            await vault.check(ASHA, WRONG)

    async with reopened(url, keys, wall) as restarted:
        assert (await restarted.check(ASHA, RIGHT)).verdict is PinVerdict.LOCKED


# ── whatever the clock does ──────────────────────────────────────────────────


async def test_a_lock_survives_a_restart(vault: PinVault, url: str, keys: Keys, wall: WallClock) -> None:
    await locked_out(vault)
    wall.move(DAY - MICROSECOND)

    async with reopened(url, keys, wall) as restarted:
        assert (await restarted.check(ASHA, RIGHT)).verdict is PinVerdict.LOCKED
        wall.move(MICROSECOND)
        assert (await restarted.check(ASHA, RIGHT)).verdict is PinVerdict.RIGHT


async def test_a_clock_set_back_before_the_lock_shortens_nothing(
    vault: PinVault, url: str, keys: Keys, wall: WallClock
) -> None:
    """The clock was a day slow when I was locked out, and was put right a minute later."""
    await vault.set(ASHA, RIGHT)
    await vault.check(ASHA, WRONG)
    wall.move(-DAY)

    async with reopened(url, keys, wall) as slow:
        await slow.check(ASHA, WRONG)
        assert await slow.check(ASHA, WRONG) == PinChecked(PinVerdict.LOCKED, 0, wall() + DAY)

    wall.move(DAY + timedelta(minutes=1))
    async with reopened(url, keys, wall) as right:
        assert (await right.check(ASHA, RIGHT)).verdict is PinVerdict.LOCKED


async def test_a_clock_set_back_after_a_restart_does_not_lock_for_ever(
    vault: PinVault, url: str, keys: Keys, wall: WallClock
) -> None:
    await locked_out(vault)
    wall.move(-10 * DAY)

    async with reopened(url, keys, wall) as restarted:
        assert await restarted.check(ASHA, RIGHT) == PinChecked(PinVerdict.LOCKED, 0, wall() + DAY)
        wall.move(DAY)
        assert (await restarted.check(ASHA, RIGHT)).verdict is PinVerdict.RIGHT


@pytest.mark.parametrize("step_s", [-7 * 86_400, -3_600, 3_600, 86_400, 7 * 86_400])
async def test_a_step_of_the_wall_clock_shortens_no_lock(database: Database, keys: Keys, step_s: int) -> None:
    """The house's clock carries the wall forward by the steady clock (GOALS R12)."""
    wall_s, steady_s = [1_795_514_400], [1_000]
    clock = SystemClock(wall_ns=lambda: wall_s[0] * 10**9, steady_ns=lambda: steady_s[0] * 10**9)
    vault = await PinVault.open(database, keys, PLAY, clock.now)
    await locked_out(vault)

    wall_s[0] += step_s + 86_399
    steady_s[0] += 86_399
    assert (await vault.check(ASHA, RIGHT)).verdict is PinVerdict.LOCKED
    wall_s[0] += 1
    steady_s[0] += 1
    assert (await vault.check(ASHA, RIGHT)).verdict is PinVerdict.RIGHT
    vault.close()


# ── what the database says of a PIN ──────────────────────────────────────────


async def test_the_same_pin_looks_different_for_everybody(vault: PinVault, database: Database) -> None:
    await vault.set(ASHA, RIGHT)
    await vault.set(PRIYA, RIGHT)

    assert await cell(database, "sealed_tag") != await cell(database, "sealed_tag", PRIYA)
    assert await cell(database, "salt") != await cell(database, "salt", PRIYA)


async def test_a_tag_moved_to_another_person_opens_nothing(vault: PinVault, database: Database) -> None:
    """I copied the row of my own PIN over yours."""
    await vault.set(ASHA, RIGHT)
    await vault.set(PRIYA, WRONG)
    copy = "UPDATE pins SET (sealed_tag, salt) = (SELECT sealed_tag, salt FROM pins"
    async with database.transaction() as session:
        await session.execute(Query(f"{copy} WHERE person_id = 1001) WHERE person_id = 1002"))

    with pytest.raises(SealBrokenError):
        await vault.check(PRIYA, RIGHT)


@pytest.mark.parametrize("column", ["sealed_tag", "salt"])
async def test_a_changed_cell_never_makes_a_pin_right(vault: PinVault, database: Database, column: str) -> None:
    await vault.set(ASHA, RIGHT)
    stored = await cell(database, column)
    assert isinstance(stored, bytes)
    changed = bytes([*stored[:-1], stored[-1] ^ 1])
    async with database.transaction() as session:
        await session.execute(Query(f"UPDATE pins SET {column} = :changed"), {"changed": changed})

    try:
        verdict = (await vault.check(ASHA, RIGHT)).verdict
    except SealBrokenError:
        verdict = PinVerdict.WRONG

    assert verdict is PinVerdict.WRONG


async def test_other_keys_open_no_pin(vault: PinVault, url: str, wall: WallClock) -> None:
    await vault.set(ASHA, RIGHT)

    async with reopened(url, Keys.fresh(), wall) as thief:
        with pytest.raises(SealBrokenError):
            await thief.check(ASHA, RIGHT)


async def test_an_older_pin_key_still_opens(vault: PinVault, url: str, keys: Keys, wall: WallClock) -> None:
    await vault.set(ASHA, RIGHT)
    rings = {1: keys.pin_keys.newest_key, 2: bytes(32)}
    rotated = Keys("keys_2", KeyRing(rings), keys.field_keys, keys.token_keys, keys.index_key, keys.signing_seed)

    async with reopened(url, rotated, wall) as later:
        assert (await later.check(ASHA, RIGHT)).verdict is PinVerdict.RIGHT


async def test_a_scheme_of_a_newer_program_is_not_guessed_at(vault: PinVault, database: Database) -> None:
    await vault.set(ASHA, RIGHT)
    async with database.transaction() as session:
        await session.execute(Query(f"UPDATE pins SET scheme = {SCHEME + 1}"))

    with pytest.raises(UnknownSchemeError):
        await vault.check(ASHA, RIGHT)


# ── kept when guessing was cheaper ───────────────────────────────────────────


async def kept_by_an_older_program(vault: PinVault, monkeypatch: pytest.MonkeyPatch, pin: Secret) -> None:
    with monkeypatch.context() as then:
        then.setattr(hashing, "SCHEME", 1)
        await vault.set(ASHA, pin)


async def test_a_right_pin_is_kept_again_as_dearly_as_a_new_one(
    vault: PinVault, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kept_by_an_older_program(vault, monkeypatch, RIGHT)
    before = [await cell(database, column) for column in ("salt", "sealed_tag", "changed_at")]
    assert await cell(database, "scheme") == 1

    assert (await vault.check(ASHA, WRONG)).verdict is PinVerdict.WRONG
    assert await cell(database, "scheme") == 1
    assert (await vault.check(ASHA, RIGHT)).verdict is PinVerdict.RIGHT

    assert await cell(database, "scheme") == SCHEME
    after = [await cell(database, column) for column in ("salt", "sealed_tag", "changed_at")]
    assert [one == other for one, other in zip(before, after, strict=True)] == [False, False, True]
    assert (await vault.check(ASHA, RIGHT)).verdict is PinVerdict.RIGHT
    assert (await vault.check(ASHA, WRONG)).verdict is PinVerdict.WRONG


async def test_a_pin_set_while_an_older_one_is_kept_again_stays(
    vault: PinVault, wall: WallClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kept_by_an_older_program(vault, monkeypatch, RIGHT)
    counted, go_on, asked = asyncio.Event(), threading.Event(), iter(range(9))
    loop, derive = asyncio.get_running_loop(), hashing.derive

    def held(person_id: int, digits: Secret, salt: bytes, scheme: int) -> bytes:
        if next(asked) == 1:  # the first judges it, the second keeps it again
            loop.call_soon_threadsafe(counted.set)
            go_on.wait(10)
        return derive(person_id, digits, salt, scheme)

    with monkeypatch.context() as during:
        during.setattr(hashing, "derive", held)
        judging = asyncio.create_task(vault.check(ASHA, RIGHT))
        await counted.wait()
    wall.move(MICROSECOND)
    await vault.set(ASHA, Secret("916402"))
    go_on.set()

    assert (await judging).verdict is PinVerdict.WRONG
    assert (await vault.check(ASHA, Secret("916402"))).verdict is PinVerdict.RIGHT


async def test_a_former_pin_of_an_older_scheme_is_still_no_new_one(
    vault: PinVault, wall: WallClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kept_by_an_older_program(vault, monkeypatch, RIGHT)
    wall.move(MICROSECOND)
    await vault.set(ASHA, Secret("916402"))

    assert await vault.choose(ASHA, RIGHT) is ChoiceVerdict.REUSED


def _everything_in(directory: Path) -> bytes:
    return b"".join(file.read_bytes() for file in directory.iterdir())


async def test_no_file_and_no_error_holds_the_digits(
    vault: PinVault, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """GOALS S7: sentinel PINs in no file, in no traceback with its locals."""
    await vault.set(ASHA, RIGHT)
    await vault.check(ASHA, WRONG)

    class Broken:
        def __init__(self, **_: object) -> None: ...

        def derive(self, _: bytes) -> bytes:
            raise MemoryError

    monkeypatch.setattr(hashing, "Argon2id", Broken)
    with pytest.raises(MemoryError) as failed:
        await vault.check(ASHA, RIGHT)

    frames = [frame for frame, _ in traceback.walk_tb(failed.value.__traceback__)]
    ours = [frame.f_locals for frame in frames if frame.f_code.co_filename in {pins_module.__file__, hashing.__file__}]
    stored = _everything_in(tmp_path)
    assert len(ours) >= 3
    for secret in (RIGHT.reveal(), WRONG.reveal()):
        assert secret not in repr(ours)
        for encoded in (secret.encode(), secret.encode("utf-16-le"), secret.encode().hex().encode()):
            assert encoded not in stored


# ── killed ───────────────────────────────────────────────────────────────────

_KILLED_WHILE_HASHING = """
import asyncio, os, signal, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
import bot.vault.hashing as hashing
import bot.vault.pins as pins
from ledger.kernel.policy import PinRules
from bot.dialogue.events import Secret
from bot.vault.keys import Keys
from ledger.database.opening import open_database

async def main():
    database = await open_database(sys.argv[1])
    rules = PinRules(6, 3, timedelta(hours=24))
    vault = await pins.PinVault.open(database, Keys.load(Path(sys.argv[2])), rules, lambda: datetime.now(UTC))
    hashing.derive = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    print((await vault.check(1001, Secret("739184"))).verdict.value)
    vault.close()
    await database.close()

asyncio.run(main())
"""


@pytest.mark.slow
async def test_killing_the_process_at_each_hash_wins_no_fourth_try(
    database: Database, url: str, tmp_path: Path
) -> None:
    """Kill -9 at the very moment a PIN is judged, again and again, with the right digits even (GOALS S3)."""
    keys = Keys.new(tmp_path / "keys.json")
    vault = await PinVault.open(database, keys, PLAY, lambda: datetime.now(UTC))
    await vault.set(ASHA, RIGHT)
    vault.close()

    ends = []
    for _ in range(5):
        arguments = (sys.executable, "-c", _KILLED_WHILE_HASHING, url, str(tmp_path / "keys.json"))
        process = await asyncio.create_subprocess_exec(*arguments, stdout=asyncio.subprocess.PIPE)
        said, _ = await process.communicate()
        ends.append((process.returncode, said.decode().strip()))

    assert ends == [(-signal.SIGKILL, "")] * 3 + [(0, "locked")] * 2
