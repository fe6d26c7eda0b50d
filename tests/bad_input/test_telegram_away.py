"""Telegram is down for an hour, people are gone, chats are deleted: what is owed is said in the end, once, in order."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from bot.memory.outgoing import Fate
from bot.memory.people import Seen
from bot.sandbox.faults import FaultKind
from bot.sandbox.people import Person
from bot.sandbox.server import serve
from bot.sandbox.town import Town
from bot.vault.keys import Keys
from bot.wiring import open_house
from ledger.commands import Fund, OpenAccount
from ledger.database.port import Query
from ledger.kernel.accounts import AccountKind
from ledger.kernel.ids import AccountId, FundingId
from ledger.kernel.money import Money
from tests.conftest import FULL_SIZE
from tests.harness.wire import (
    enter,
    hear,
    household,
    on_stage,
    pad_of,
    press,
    quiet,
    restarted,
    rows_in_journal,
    running_town,
)
from tests.stories.player import PATIENCE_S, PIN, Hands, Stage, settings_for

PEOPLE: Final = 1_000 if FULL_SIZE else 300
TO_ONE: Final = 12  # messages that wait in one chat, to be said in their order
ROUNDS: Final = 4
HOUR: Final = timedelta(hours=1)
_AMOUNT: Final = re.compile(r"₹([\d,]+)\.\d\d was added")


async def _move_in(stage: Stage, people: list[Person]) -> list[AccountId]:
    """Accounts, and chats that were started, without a word."""
    house, now = stage.house, stage.hands.clock.now()
    for person in people:
        stage.town.add_person(person)
        stage.town.chat(person).started = True
    async with house.books.database.transaction() as session:
        for person in people:
            await house.people.see(session, person.id, Seen(person.name), now)
        accounts = [await house.people.account_for(session, person.id, now) for person in people]
    await asyncio.gather(*(house.books.ledger.ask(OpenAccount(a, AccountKind.WALLET, "INR")) for a in accounts))
    async with house.books.database.transaction() as session:
        for person in people:
            await house.people.register(session, person.id, "en", now)
    return accounts


async def _passes(hands: Hands, seconds: float) -> None:
    """Time, where the bot would wait for it."""
    hands.move(timedelta(seconds=seconds))
    await asyncio.sleep(0)


async def _everything_is_tried(stage: Stage) -> None:
    """Each chat's first message once more, whatever comes of it; two hundred chats are taken up at a time."""
    for _ in range(1 + PEOPLE // 200):
        await stage.house.delivery.run_once(stage.hands.clock.now())
        await stage.house.delivery.idle()


@pytest.mark.slow
async def test_after_an_hour_without_telegram_everybody_is_told_once_in_order_and_at_its_pace(tmp_path: Path) -> None:
    """A thousand messages waited. Nobody gets two, nobody is forgotten, and Telegram never has to say "slower"."""
    hands = Hands()
    async with serve(Town(people=(), clock=lambda: hands.clock.now().timestamp())) as serving:
        settings = settings_for(tmp_path, serving)
        Keys.new(settings.keys_file)
        async with open_house(settings, hands.clock) as house:  # its workers are driven from here
            stage = Stage(serving, settings, hands, house)
            people = [Person(3_001 + n, f"Asha{n}", "Rao") for n in range(PEOPLE)]
            accounts = await _move_in(stage, people)
            house.delivery._sleep = partial(_passes, hands)
            serving.faults.add(FaultKind.OUTAGE, times=0)
            cash_in = [Fund(FundingId.new(), account, Money(100_00, "INR")) for account in accounts]
            cash_in += [Fund(FundingId.new(), accounts[0], Money(n * 1_00, "INR")) for n in range(1, TO_ONE + 1)]
            await asyncio.gather(*(house.books.ledger.ask(fund) for fund in cash_in))
            for _ in range(ROUNDS):
                await house.notifier.run_once(hands.clock.now())
                await _everything_is_tried(stage)
                hands.move(HOUR / ROUNDS)
            assert not any(stage.town.messages(person) for person in people)

            serving.faults.clear()
            await house.delivery.drain()

            assert [_amounts(stage, person) for person in people[1:]] == [[100]] * (PEOPLE - 1)
            assert _amounts(stage, people[0]) == [100, *range(1, TO_ONE + 1)]
            assert not [call for call in serving.calls.refused() if call.error_code == 429]


def _amounts(stage: Stage, person: Person) -> list[int]:
    """Rupees of each cash-in they were told of, in the order of the chat."""
    found = (_AMOUNT.search(message.text) for message in stage.town.messages(person))
    return [int(each[1].replace(",", "")) for each in found if each]


async def test_a_chat_that_is_deleted_while_its_payment_is_made_is_told_when_it_is_back(tmp_path: Path) -> None:
    """I pressed the last digit and deleted the chat. It is paid, once; when I come back I read so."""
    async with on_stage(tmp_path) as stage:
        (asha,), priya = await household(stage, 1)
        await hear(stage, asha, "send 20 to Priya")
        await press(stage, asha, "Pay ₹20.00")
        await quiet(stage)
        await enter(stage, asha, PIN[:-1])
        stage.town.tap(asha, pad_of(stage, asha).message_id, PIN[-1])
        stage.town.delete_chat(asha)

        await stage.town.wait_for_text(priya, "₹20.00 from Asha Rao", timeout_s=PATIENCE_S)
        await quiet(stage)
        (payment,) = [row async for row in stage.house.books.ledger.transfers() if row.amount_minor == 20_00]
        assert Fate.BLOCKED in [told.fate for told in await stage.house.outbox.told(payment.cause)]
        assert not stage.town.messages(asha)

        stage.town.start(asha)
        await stage.town.wait_for_text(asha, "Paid ₹20.00", timeout_s=PATIENCE_S)
        await quiet(stage)

    assert sum("Paid ₹20.00" in message.text for message in stage.town.messages(asha)) == 1


async def test_somebody_who_is_gone_from_telegram_stops_nobody(tmp_path: Path) -> None:
    """The payee's account was deleted: the money stands, the failed notice is recorded, the payer is served on."""
    async with on_stage(tmp_path) as stage:
        (asha,), priya = await household(stage, 1)
        stage.town.add_person(replace(priya, is_deleted=True))
        await hear(stage, asha, "send 20 to Priya")
        await press(stage, asha, "Pay ₹20.00")
        await quiet(stage)
        await enter(stage, asha, PIN)
        await stage.town.wait_for_text(asha, "Paid ₹20.00", timeout_s=PATIENCE_S)
        await quiet(stage)

        (payment,) = [row async for row in stage.house.books.ledger.transfers() if row.amount_minor == 20_00]
        told = await stage.house.outbox.told(payment.cause)
        assert sorted((each.person_id, each.fate) for each in told) == [(priya.id, Fate.BLOCKED), (asha.id, Fate.SENT)]
        assert "₹4,980.00" in (await hear(stage, asha, "balance"))[-1].text


async def test_a_bubble_whose_message_is_gone_is_said_anew(tmp_path: Path) -> None:
    """I deleted the question while I typed my PIN; "Paid" comes as a message of its own."""
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)
        await hear(stage, asha, "send 20 to Priya")
        await press(stage, asha, "Pay ₹20.00")
        await quiet(stage)
        pad = pad_of(stage, asha)
        for digit in PIN:
            stage.town.tap(asha, pad.message_id, digit)
        stage.town.delete_message(asha, pad.message_id)

        paid = await stage.town.wait_for_text(asha, "Paid ₹20.00", timeout_s=PATIENCE_S)
        await quiet(stage)

    assert paid.message_id != pad.message_id
    assert sum("Paid ₹20.00" in message.text for message in stage.town.messages(asha)) == 1


async def test_two_people_with_the_same_name_are_told_apart_before_anything_moves(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        (asha,), priya = await household(stage, 1)
        twin = Person(1002, priya.first_name, priya.last_name, "priya.too")
        await _move_in(stage, [twin])
        async with stage.house.books.database.transaction() as session:
            await stage.house.circle.add_contact(session, asha.id, twin.id, stage.hands.clock.now())

        asked = (await hear(stage, asha, "send 20 to Priya Sharma"))[-1]

    assert "Which" in asked.text
    assert not any(label.startswith("Pay ₹") for label in asked.labels)


async def test_a_pad_that_was_left_behind_says_so_when_it_is_pressed(tmp_path: Path) -> None:
    """A kill made the question come twice; the pad on the older copy is dead, harmless, and then tidy."""
    async with running_town(tmp_path) as stage:
        async with restarted(stage):
            (asha,), _ = await household(stage, 1)
            rows = await rows_in_journal(stage)
            await hear(stage, asha, "send 20 to Priya")
            await press(stage, asha, "Pay ₹20.00")
            await quiet(stage)
            dead = pad_of(stage, asha)
            async with stage.house.books.database.transaction() as session:
                await session.execute(Query("DELETE FROM bubbles"))  # as if the send had not been marked

        async with restarted(stage):
            newer = await stage.town.wait_for(asha, lambda m: "Pay ₹20.00" in m.labels, timeout_s=PATIENCE_S)
            assert newer.message_id != dead.message_id
            taps = [stage.town.tap(asha, dead.message_id, digit) for digit in PIN]
            answers = [await stage.town.wait_for_answer(tap, timeout_s=PATIENCE_S) for tap in taps]
            tidy = await stage.town.wait_for_text(asha, "This PIN pad is closed", timeout_s=PATIENCE_S)
            await quiet(stage)

            assert {answer.text for answer in answers} == {"This button does not work any more."}
            assert (tidy.message_id, tidy.labels) == (dead.message_id, [])
            assert await rows_in_journal(stage) == rows
            await press(stage, asha, "Pay ₹20.00")
            await quiet(stage)
            await enter(stage, asha, PIN)
            await stage.town.wait_for_text(asha, "Paid ₹20.00", timeout_s=PATIENCE_S)
            await quiet(stage)


async def test_a_key_that_was_pressed_late_changes_no_bubble_that_stands(tmp_path: Path) -> None:
    """Quick fingers on a picture that is a moment old: the question that stands there now is not wiped out."""
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)
        await hear(stage, asha, "send 20 to Priya")
        await press(stage, asha, "Pay ₹20.00")
        await quiet(stage)
        pad = pad_of(stage, asha)
        key = next(str(button["callback_data"]) for button in pad.buttons() if button["text"] == "1")
        await press(stage, asha, "Cancel")
        await quiet(stage)

        tap = stage.town.tap_data(asha, pad.message_id, key)
        await stage.town.wait_for_answer(tap, timeout_s=PATIENCE_S)
        await quiet(stage)

    assert "Cancelled" in stage.town.chat(asha).messages[pad.message_id].text
