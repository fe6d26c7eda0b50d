"""S9 through the wire: a button works for one person in one chat while its time lasts, and for nobody else.

The vault's own tests try the tokens themselves (tests/bot/vault/test_tokens.py); here a hostile client sends them.
"""

import base64
import random
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.sandbox.chats import Message, Tap
from bot.sandbox.people import Person
from tests.conftest import FULL_SIZE
from tests.harness.wire import (
    assert_books_untouched,
    enter,
    hear,
    household,
    later,
    new_words,
    on_stage,
    open_group,
    pad_of,
    press,
    pressable,
    quiet,
    rows_in_journal,
)
from tests.stories.player import PATIENCE_S, PIN, Stage

FORGERIES = 100_000 if FULL_SIZE else 1_000
_AT_ONCE = 500  # the town keeps the answers of a thousand taps
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _token(message: Message, label: str) -> str:
    return str(next(button["callback_data"] for button in message.buttons() if button["text"] == label))


async def _confirming(stage: Stage, payer: Person) -> Message:
    """The question is on screen; its message."""
    return next(m for m in await hear(stage, payer, "send 200 to Priya") if "Pay ₹200.00" in m.labels)


async def _refused_politely(stage: Stage, taps: list[Tap]) -> None:
    """Each tap got a toast that says why, and nothing else happened in any chat."""
    await quiet(stage)
    for tap in taps:
        answer = tap.answer
        assert answer is not None, "a button was left spinning"
        assert answer.text, "a refused button says why"
        assert "wrong" not in answer.text.lower(), f"an alarming toast: {answer.text}"


def _forged(chance: random.Random, seen: list[str]) -> str:
    """Something that looks like a button of ours and is none: made up, changed, cut, grown, or spliced of two."""
    token, other = chance.choice(seen), chance.choice(seen)
    match chance.randrange(6):
        case 0:
            return chance.choice(["b", "p."]) + "".join(chance.choices(_ALPHABET, k=chance.randrange(1, 63)))
        case 1:
            at = chance.randrange(len(token))
            return token[:at] + chance.choice([c for c in _ALPHABET if c != token[at]]) + token[at + 1 :]
        case 2:
            return token[: chance.randrange(1, len(token))]
        case 3:
            return (token + "".join(chance.choices(_ALPHABET, k=chance.randrange(1, 20))))[:64]
        case 4:
            at = chance.randrange(1, len(token))
            spliced = token[:at] + other[at:]
            return spliced if spliced not in seen else token[::-1]
        case _:
            return chance.choice(["pay", "0", "null", "' OR 1=1 --", "\u202e", "💸" * 16, "b" * 64, "p." + "0" * 62])


async def test_of_many_forged_and_mutated_buttons_none_is_accepted(tmp_path: Path) -> None:
    """Whatever a forged client sends, the question stays where it is and the true button still works."""
    chance = random.Random(9)
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)
        question = await _confirming(stage, asha)
        seen = [str(button["callback_data"]) for m in stage.town.messages(asha) for button in pressable(m)]
        rows = await rows_in_journal(stage)
        stage.since = stage.now

        for start in range(0, FORGERIES, _AT_ONCE):
            forged = [_forged(chance, seen) for _ in range(min(_AT_ONCE, FORGERIES - start))]
            await _refused_politely(stage, [stage.town.tap_data(asha, question.message_id, data) for data in forged])

        assert not new_words(stage, asha), stage.town.transcript(asha)
        await assert_books_untouched(stage, rows)
        await press(stage, asha, "Pay ₹200.00")
        await enter(stage, asha, PIN)
        await stage.town.wait_for_text(asha, "Paid ₹200.00", timeout_s=PATIENCE_S)


async def test_a_button_of_another_person_is_refused(tmp_path: Path) -> None:
    """Asha's buttons, receipts and pad keys, pressed by Ravi, do nothing for him and nothing to her."""
    async with on_stage(tmp_path) as stage:
        (asha, ravi), _ = await household(stage, 2)
        his = await _confirming(stage, ravi)
        hers = await _confirming(stage, asha)
        tokens = [str(button["callback_data"]) for button in pressable(hers)]
        await press(stage, asha, "Pay ₹200.00")
        await quiet(stage)
        tokens += [str(button["callback_data"]) for button in pad_of(stage, asha).buttons()]
        rows = await rows_in_journal(stage)
        stage.since = stage.now

        await _refused_politely(stage, [stage.town.tap_data(ravi, his.message_id, each) for each in tokens])

        assert not new_words(stage, ravi)
        assert not new_words(stage, asha)
        await assert_books_untouched(stage, rows)
        await enter(stage, asha, PIN)  # her pad counted none of his presses
        await stage.town.wait_for_text(asha, "Paid ₹200.00", timeout_s=PATIENCE_S)


def _tap_in(stage: Stage, person: Person, chat: dict[str, object], data: str) -> Tap:
    """The same person presses a button that was copied into another chat."""
    tap = stage.town.tap_data(person, stage.town.last(person).message_id, data)
    update = list(stage.town.updates)[-1]
    update.body["message"] = update.body["message"] | {"chat": chat}
    return tap


async def test_a_button_copied_into_another_chat_is_refused(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)
        token = _token(await _confirming(stage, asha), "Pay ₹200.00")
        group, rows = open_group(stage, asha), await rows_in_journal(stage)
        stage.since = stage.now

        await _refused_politely(stage, [_tap_in(stage, asha, group, token)])

        assert not new_words(stage, asha)
        assert not stage.town.chats[int(group["id"])].messages, "nothing is shown where others read along"
        await assert_books_untouched(stage, rows)


async def _cancelled(stage: Stage, payer: Person) -> None:
    await press(stage, payer, "Cancel")


async def _replaced(stage: Stage, payer: Person) -> None:
    await hear(stage, payer, "send 300 to Priya")


async def _paid(stage: Stage, payer: Person) -> None:
    await press(stage, payer, "Pay ₹200.00")
    await enter(stage, payer, PIN)
    await stage.town.wait_for_text(payer, "Paid ₹200.00", timeout_s=PATIENCE_S)


async def _expired(stage: Stage, _: Person) -> None:
    later(stage, minutes=5)


@pytest.mark.parametrize("overtaken_by", [_cancelled, _replaced, _paid, _expired])
async def test_the_button_of_a_question_that_is_over_pays_nothing(
    overtaken_by: Callable[[Stage, Person], Awaitable[None]], tmp_path: Path
) -> None:
    """Pressed from an old picture of the chat, [Pay] does nothing but say so."""
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)
        question = await _confirming(stage, asha)
        token = _token(question, "Pay ₹200.00")
        await overtaken_by(stage, asha)
        await quiet(stage)
        rows = await rows_in_journal(stage)

        await _refused_politely(stage, [stage.town.tap_data(asha, question.message_id, token) for _ in range(5)])

        assert not any(message.has_pad for message in stage.town.messages(asha)), "no PIN is asked for it"
        await assert_books_untouched(stage, rows)


@pytest.mark.parametrize(("minutes", "works"), [(4.9, True), (5.1, False)])
async def test_a_pay_button_lives_for_five_minutes(minutes: float, works: bool, tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)
        question = await _confirming(stage, asha)
        token = _token(question, "Pay ₹200.00")

        later(stage, minutes=minutes)
        stage.town.tap_data(asha, question.message_id, token)
        await quiet(stage)

        assert any(message.has_pad for message in stage.town.messages(asha)) is works


async def test_a_key_of_an_older_pad_counts_for_no_later_one(tmp_path: Path) -> None:
    """A pad is good once: its keys, recorded by whoever reads the chat, press nothing on the next one."""
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)
        await _confirming(stage, asha)
        await press(stage, asha, "Pay ₹200.00")
        await quiet(stage)
        old = {str(b["text"]): str(b["callback_data"]) for b in pad_of(stage, asha).buttons()}
        await press(stage, asha, "Cancel")
        await _confirming(stage, asha)
        await press(stage, asha, "Pay ₹200.00")
        await quiet(stage)
        rows, pad = await rows_in_journal(stage), pad_of(stage, asha)

        await _refused_politely(stage, [stage.town.tap_data(asha, pad.message_id, old[digit]) for digit in PIN])

        await assert_books_untouched(stage, rows)


async def test_every_button_is_short_and_opaque(tmp_path: Path) -> None:
    """What a button carries is at most 64 bytes, and says nothing of whom, how much, or which payment."""
    seen: set[str] = set()

    async with on_stage(tmp_path) as stage:
        (asha,), priya = await household(stage, 1)

        def note(_change: dict[str, object]) -> None:
            for chat in stage.town.chats.values():
                seen.update(b["callback_data"] for m in chat.messages.values() for b in pressable(m))

        stage.town.listen(note)
        await hear(stage, asha, "send 200 to Priya")
        await _paid(stage, asha)
        await stage.town.wait_for_text(priya, "₹200.00 from", timeout_s=PATIENCE_S)
        for text in ("/help", "/history", "/contacts", "/limits", "/balance", "send money", "/dispute"):
            await hear(stage, asha, text)
        payments = [row.cause async for row in stage.house.books.ledger.transfers() if row.cause.startswith("pay_")]

    assert len(seen) > 30
    telling = [b"200", b"20000", b"priya", b"asha", b"INR", *(p.encode() for p in payments)]
    telling += [bytes.fromhex(re.sub(r"^pay_|-", "", p)) for p in payments]
    telling += [person.id.to_bytes(8, "big") for person in (asha, priya)] + [(20_000).to_bytes(8, "big")]
    for token in seen:
        body = token.removeprefix("p.") if token.startswith("p.") else token[1:]
        inside = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        assert len(token.encode()) <= 64
        assert not [each for each in telling if each in inside or (len(each) > 4 and each in token.encode())]
