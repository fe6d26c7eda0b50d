"""Bad input gets a clear answer and loses nothing: each thing the first issue names, and the test that reaches it.

| bad input | the test that reaches it |
|---|---|
| zero, negative, too precise, overflow, NaN, look-alike digits, another currency | here (the words of the answer) |
|   | every spelling: tests/security/test_amounts_on_the_wire.py; the reader: tests/bot/language/test_amounts.py |
| self-payment | here |
| unknown payee, payee who blocked the payer | here: the same answer for both |
| balance too low | here |
| limit reached (says when it resets) | here; every limit: tests/ledger/plans/test_payments.py |
| wrong PIN | here; tests/security/test_guesses_through_the_bot.py |
| weak PIN | here; 1,000 and more: tests/bot/vault/test_weak_pins.py |
| expired confirm, pressed twice | here; tests/security/test_callbacks_on_the_wire.py |
| pressed by another person | tests/security/test_callbacks_on_the_wire.py |
| edited or forwarded command | here (the words); tests/security/test_foreign_messages.py |
| hostile names and notes, 4,096 characters | tests/security/test_hostile_words.py |
| an update PTB cannot parse | here; tests/bot/transport/test_polling.py |
| a keys file that does not match the database | here |
| a database newer than the program | here; tests/ledger/database/test_migrate.py, tests/bot/cli/test_ledger.py |
| a token that is refused, a webhook that is set, a second poller | tests/bot/cli/test_run.py |
| a second bot on one database | tests/bot/cli/test_run.py |
| a keys file that is replaced while the bot runs | tests/bad_input/test_keys_replaced.py |
| a clock that is stepped, and one that is behind at start | tests/bad_input/test_clock_steps.py |
| an hour without Telegram, a person or a chat that is gone, a pad left behind, two with one name |
|   | tests/bad_input/test_telegram_away.py |
| a database that another program holds | tests/bad_input/test_store_away.py |
| a full disk | here, in the middle of a payment; tests/ledger/database/test_sqlite.py, tests/bot/transport |
"""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import pytest

from bot.sandbox.people import Json, Person
from bot.settings import environment_of
from bot.vault.keys import Keys
from ledger.commands import Pay
from ledger.database.port import Query
from ledger.kernel.ids import AccountId, PaymentId
from ledger.kernel.money import Money
from ledger.outcomes import Captured
from tests.harness.wire import (
    as_said,
    assert_books_untouched,
    enter,
    hear,
    household,
    later,
    move_in,
    new_words,
    on_stage,
    pad_of,
    press,
    quiet,
    rows_in_journal,
)
from tests.stories.player import PATIENCE_S, PIN, Stage

if TYPE_CHECKING:
    from bot.transport.telegram.polling import Polling

ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Scene:
    """Asha, who has ₹5,000.00 and a PIN, and Priya, her contact."""

    stage: Stage
    asha: Person
    priya: Person


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with on_stage(tmp_path) as stage:
        (asha,), priya = await household(stage, 1)
        yield Scene(stage, asha, priya)


async def _answer(scene: Scene, text: str) -> str:
    """What is said to a message, without the farewell of a question before it; nothing in it moves money."""
    rows = await rows_in_journal(scene.stage)
    answers = await hear(scene.stage, scene.asha, text)
    assert not [label for message in answers for label in message.labels if label.startswith("Pay ₹")]
    await assert_books_untouched(scene.stage, rows)
    return "\n".join(message.text for message in answers if not message.text.startswith("Cancelled"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("send 0 to Priya", "must be more than zero"),
        ("send -200 to Priya", "must be more than zero"),
        ("send 200.005 to Priya", "more decimals than the currency has"),
        (f"send {2**63} to Priya", "too large"),
        ("send " + "9" * 1000 + " to Priya", "too large"),
        ("/send NaN @priya", "To whom?"),
        ("/send 1e309 @priya", "cannot read that amount"),
        ("send ²00 to Priya", "cannot read that amount"),
        ("send ２００ to Priya", "cannot read that amount"),
        ("send 1,00 to Priya", "in two ways"),
        ("send 1.000 to Priya", "in two ways"),
        ("send 200 USD to Priya", "cannot send USD: your account is in INR"),
        ("send $200 to Priya", "your account is in INR"),
        ("send 200 to @asha0", "You cannot pay yourself"),
        ("send 200 to me", ""),
        ("send 200 to @nobody_here", "Nobody can be paid as “@nobody_here”"),
        ("send 200 to Xavier", "I know nobody called “Xavier”"),
        ("send 200000 to Priya", "One payment can be at most"),
        ("send 200 to Priya for " + "x" * 300, "note is too long"),
    ],
)
async def test_what_cannot_be_paid_is_told_in_plain_words(scene: Scene, text: str, said: str) -> None:
    answer = await _answer(scene, text)

    assert answer
    assert said in answer


async def test_a_payee_who_blocked_the_payer_looks_like_nobody(scene: Scene) -> None:
    """Whoever blocked me is not given away: the answer is the one for a handle that nobody has."""
    stage = scene.stage
    ravi = await move_in(stage, Person(1002, "Ravi", "Kumar", "ravi"), pin=None)
    async with stage.house.books.database.transaction() as session:
        await stage.house.circle.block(session, ravi.id, scene.asha.id, stage.hands.clock.now())

    blocked = await _answer(scene, "send 200 to @ravi")
    unknown = await _answer(scene, "send 200 to @ravi2")

    assert "Nobody can be paid as" in blocked
    assert blocked == unknown.replace("ravi2", "ravi")


async def test_a_balance_that_is_too_low_is_told_with_what_there_is(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        (asha,), priya = await household(stage, 1, paise=199_99)

        answer = await _answer(Scene(stage, asha, priya), "send 200 to Priya")

        assert "more than you have. Your balance is ₹199.99" in answer
        assert "Nothing was sent." in answer


async def _account(stage: Stage, person: Person) -> AccountId:
    account = (await stage.house.people.load_me(person.id)).account_id
    assert account is not None
    return account


async def test_a_limit_that_is_reached_says_when_it_resets(scene: Scene) -> None:
    """A new account may send ₹5,000.00 in its first day; the answer says what is left, and until when."""
    stage = scene.stage
    payer, payee = await _account(stage, scene.asha), await _account(stage, scene.priya)
    paid = await stage.house.books.ledger.ask(Pay(PaymentId.new(), payer, payee, Money(4_000_00, "INR")))
    assert isinstance(paid, Captured)
    refunded = await stage.house.books.ledger.ask(Pay(PaymentId.new(), payee, payer, Money(4_000_00, "INR")))
    assert isinstance(refunded, Captured)

    answer = await _answer(scene, "send 2000 to Priya")

    assert "A new account can send ₹5,000.00 in its first 24 hours" in answer
    assert "You have ₹1,000.00 left; this limit ends at" in answer


async def _to_the_pad(scene: Scene) -> None:
    await hear(scene.stage, scene.asha, "send 20 to Priya")
    await press(scene.stage, scene.asha, "Pay ₹20.00")
    await quiet(scene.stage)


async def test_a_wrong_pin_says_how_many_tries_are_left(scene: Scene) -> None:
    await _to_the_pad(scene)
    rows = await rows_in_journal(scene.stage)

    for said in ("2 tries left", "1 try left", "locked until"):
        await enter(scene.stage, scene.asha, "836205")
        await scene.stage.town.wait_for_text(scene.asha, said, timeout_s=PATIENCE_S)
        await quiet(scene.stage)

    await assert_books_untouched(scene.stage, rows)


@pytest.mark.parametrize("weak", ["123456", "111111", "010190", "147258"])
async def test_a_weak_pin_is_refused_and_the_pad_stays_open(weak: str, tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        ravi = await move_in(stage, Person(1002, "Ravi"), pin=None)

        await enter(stage, ravi, weak)

        await stage.town.wait_for_text(ravi, "easy to guess", timeout_s=PATIENCE_S)
        await quiet(stage)
        assert stage.town.last(ravi).has_pad
        assert not await stage.house.pins.has_pin(ravi.id)


async def test_an_expired_confirm_says_so_by_itself(scene: Scene) -> None:
    await hear(scene.stage, scene.asha, "send 20 to Priya")
    rows = await rows_in_journal(scene.stage)

    later(scene.stage, minutes=5.1)
    await scene.stage.town.wait_for_text(scene.asha, "not confirmed in time. Nothing was sent.", timeout_s=PATIENCE_S)

    await assert_books_untouched(scene.stage, rows)


async def test_everything_pressed_twice_pays_once(scene: Scene) -> None:
    stage, asha = scene.stage, scene.asha
    rows = await rows_in_journal(stage)
    await hear(stage, asha, "send 20 to Priya")
    question = stage.town.last(asha)

    taps = [stage.town.tap(asha, question.message_id, "Pay ₹20.00") for _ in range(5)]
    await quiet(stage)
    pad = pad_of(stage, asha)
    taps += [stage.town.tap(asha, pad.message_id, digit) for digit in PIN]
    taps += [stage.town.tap(asha, pad.message_id, digit) for digit in PIN]
    await stage.town.wait_for_text(asha, "Paid ₹20.00", timeout_s=PATIENCE_S)
    await quiet(stage)

    assert all(tap.answer is not None for tap in taps)
    assert await rows_in_journal(stage) == rows + 1


async def test_a_command_that_was_edited_or_forwarded_is_answered_and_not_carried_out(scene: Scene) -> None:
    stage, asha = scene.stage, scene.asha
    rows = await rows_in_journal(stage)
    mine = stage.town.say(asha, "hello")
    await quiet(stage)
    stage.since = stage.now

    stage.town.edit(asha, mine.message_id, "send 20 to Priya")
    stage.town.forward(asha, stage.town.say(scene.priya, "send 20 to Priya"))
    await quiet(stage)

    said = "\n".join(message.text for message in new_words(stage, asha))
    assert "edited message is not read again" in said
    assert "Forwarded messages move no money" in said
    await assert_books_untouched(stage, rows)


@pytest.mark.parametrize(
    "broken",
    [
        {"from": {"id": 1001, "is_bot": False, "first_name": ["A"]}},
        {"chat": "nowhere"},
        {"date": "yesterday"},
        {"entities": 7},
        {"reply_to_message": {"message_id": 1}},
        {"text": {"a": 1}},
    ],
)
async def test_an_update_that_cannot_be_parsed_stops_nobody(scene: Scene, broken: Json) -> None:
    """It is put aside, and what came with it and after it is answered."""
    stage = scene.stage
    stage.since = stage.now
    stage.town.inject("message", as_said(stage, scene.priya, "send 20 to @asha0") | broken)
    stage.town.say(scene.asha, "balance")
    await quiet(stage)

    assert "₹5,000.00" in stage.town.last(scene.asha).text
    assert len(await stage.house.inbox.set_aside()) == 1
    assert "₹5,000.00" in await _answer(scene, "balance")


async def test_a_full_disk_in_the_middle_of_a_payment_loses_nothing(scene: Scene) -> None:
    """Nothing is called paid that is not; once there is room, everything that was asked is answered, unasked.

    SQLite answers a page limit as it answers a full disk: SQLITE_FULL.
    """
    stage, asha, database = scene.stage, scene.asha, scene.stage.house.books.database
    await _to_the_pad(scene)
    rows, felt, room = await rows_in_journal(stage), asyncio.Event(), asyncio.Event()

    async def wait_for_room(_seconds: float) -> None:
        felt.set()
        await room.wait()

    cast(
        "Polling", stage.house.source
    )._patience.sleep = wait_for_room  # time, as everywhere: the back-off itself is tried in transport
    async with database.transaction() as session:
        size = await session.one(Query("PRAGMA page_count"))
        assert size is not None
        await session.one(Query(f"PRAGMA max_page_count = {size['page_count']}"))
    for digit in PIN:
        stage.town.tap(asha, pad_of(stage, asha).message_id, digit)
    for n in range(60):
        stage.town.say(asha, f"send {n + 1} to Priya for {'x' * 120}")
    async with asyncio.timeout(PATIENCE_S):
        await felt.wait()
    assert "Paid" not in stage.town.transcript(asha)
    await assert_books_untouched(stage, rows)

    async with database.transaction() as session:
        await session.one(Query("PRAGMA max_page_count = 1073741823"))
    room.set()
    await stage.town.wait_for(asha, lambda m: "Pay ₹60.00" in m.labels, timeout_s=60.0)
    await quiet(stage)

    assert sum("Paid ₹20.00" in message.text for message in stage.town.messages(asha)) == 1
    await stage.town.wait_for_text(scene.priya, "₹20.00 from Asha Rao", timeout_s=PATIENCE_S)
    assert await rows_in_journal(stage) == rows + 1


# ── what an operator can get wrong ───────────────────────────────────────────


def _run(stage_settings: dict[str, str], folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **stage_settings, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(  # noqa: S603  # our own program
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def _complains(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Exit code 1, and one line with what is wrong and what to do; never a traceback."""
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    complaint = [line for line in done.stderr.splitlines() if line.startswith("✗")]
    assert len(complaint) == 1
    assert all(word in complaint[0] for word in words), complaint


async def _deployed(folder: Path) -> dict[str, str]:
    """A deployment in which somebody has an account; its settings, once the bot has stopped."""
    async with on_stage(folder) as stage:
        await move_in(stage, Person(1001, "Priya"), pin=None)
        return {name: value for name, value in environment_of(stage.settings).items() if name.startswith("HUNDI_")}


@pytest.mark.parametrize("command", [("run",), ("fund", "1001", "5.00")])
async def test_keys_that_do_not_match_the_database_are_told(command: tuple[str, ...], tmp_path: Path) -> None:
    settings = await _deployed(tmp_path)
    other = tmp_path / "other.keys"
    Keys.new(other)

    done = await asyncio.to_thread(_run, settings | {"HUNDI_KEYS_FILE": str(other)}, tmp_path, *command)

    _complains(done, "this database is not for these settings", "keys")


@pytest.mark.parametrize("command", [("run",), ("fund", "1001", "5.00"), ("ledger", "verify")])
async def test_a_database_newer_than_the_program_is_told(command: tuple[str, ...], tmp_path: Path) -> None:
    settings = await _deployed(tmp_path)
    with sqlite3.connect(tmp_path / "hundi.db") as database:
        database.execute("UPDATE schema_migrations SET number = 9999 WHERE room = 'vault' AND number = 1")

    done = await asyncio.to_thread(_run, settings, tmp_path, *command)

    _complains(done, "newer than this program", "Upgrade")
