"""S16 through the wire: what a stranger calls themselves, and what they write, is shown as it is and does nothing.

Speech's own test renders every text with every hostile fragment (tests/bot/speech/test_render.py); here the far side
parses what was sent, as Telegram would, and nothing of the words may have become bold, a link or a command.
"""

import random
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.chats import Message
from bot.sandbox.people import Person
from bot.settings import environment_of
from tests.conftest import FULL_SIZE
from tests.harness.wire import befriend, enter, fund, hear, household, move_in, new_words, on_stage, press, quiet
from tests.stories.player import PATIENCE_S, PIN, Stage

ROWS = 5_000 if FULL_SIZE else 300
PAYERS = 25
CLICKABLE = {
    "url",
    "text_link",
    "mention",
    "text_mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "email",
    "phone_number",
}
OURS = {"/freeze", "/language"}  # what we ourselves tell them to press: under an alarm, and under the welcome

FRAGMENTS = [
    "<b>x</b>",
    "<a href='tg://user?id=1'>me</a>",
    "</b></code><i>",
    "<script>alert(1)</script>",
    "&lt;b&gt;",
    "&#60;&amp;",
    "*x* _y_ `z`",
    "[a](http://b.c)",
    "||x|| ~~y~~",
    "'; DROP TABLE people; --",
    '" OR 1=1 --',
    "=cmd|' /C calc'!A0",
    "=HYPERLINK(A1)",
    "+1+1",
    "@SUM(A1)",
    "\x1b[2J\x1b[31m",
    "\x07\x08\x00",
    "\u202egnp.exe",
    "\u2066\u2067\u2068x",
    "\u200b\u200d\ufeff\u2060",
    "a\u0335\u0335\u0335\u0335\u0335\u0335",
    "{amount} {0.__class__}",
    "%s%n%(x)s",
    "${jndi:ldap://x}",
    "../../etc/passwd",
    "@admin",
    "/unfreeze",
    "t.me/x https://evil.example",
    "🎈👩‍👩‍👧‍👦",
    "ﷺ",
    "\\u003cb\\u003e",
    "Ａ１",
    "пау₽ѕ",
]


def _seen(text: str) -> str:
    """What of a text leaves ink: blanks, what nobody sees and marks piled on a letter may be shown otherwise."""
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c)[0] not in "CM")


def _part(message: Message, entity: dict[str, Any]) -> str:
    raw, start = message.text.encode("utf-16-le"), 2 * entity["offset"]
    return _seen(raw[start : start + 2 * entity["length"]].decode("utf-16-le"))


def _pressable(message: Message) -> list[str]:
    """What can be pressed in the text, but for our own commands."""
    clickable = [entity for entity in message.entities if entity["type"] in CLICKABLE]
    parts = [(entity["type"], _part(message, entity)) for entity in clickable]
    return [part for kind, part in parts if kind != "bot_command" or part not in OURS]


def _nothing_inside(message: Message, words: str) -> None:
    """The words stand in the message, and no entity begins or ends within them; around them only code or bold."""
    assert _seen(words) in _seen(message.text), f"{words!r} is not in {message.text!r}"
    assert not _pressable(message)
    for entity in message.entities:
        part = _part(message, entity)
        assert part not in _seen(words) or part == _seen(words), f"{part!r} of {words!r} became {entity['type']}"


def _notes(count: int) -> list[str]:
    chance = random.Random(16)
    mixtures = [" ".join(chance.sample(FRAGMENTS, k=chance.randrange(2, 5)))[:140] for _ in range(count)]
    return [f"rent {note}" for note in FRAGMENTS + mixtures][:count]


async def test_a_hostile_note_is_shown_as_it_was_written(tmp_path: Path) -> None:
    """Whatever is written behind "for" is shown, and the amount and the payee stay as they were."""
    notes = _notes(ROWS)
    async with on_stage(tmp_path) as stage:
        payers, _ = await household(stage, PAYERS)
        shown = 0
        for start in range(0, len(notes), PAYERS):
            part = list(zip(payers, notes[start:], strict=False))
            stage.since = stage.now
            for payer, note in part:
                stage.town.say(payer, f"/send 200 @priya for {note}")
            await quiet(stage)
            for payer, note in part:
                answers = new_words(stage, payer)
                assert answers, note
                for question in (m for m in answers if "Pay ₹200.00" in m.labels):
                    shown += 1
                    assert question.text.startswith("Pay ₹200.00 to Priya Sharma (@priya)?\n")
                    assert question.labels == ["Pay ₹200.00", "Cancel"]
                    _nothing_inside(question, note)
        assert shown > 0.8 * len(notes), "most of them are notes like any other"


async def test_a_hostile_note_reaches_the_payee_as_it_was_written_and_no_export(tmp_path: Path) -> None:
    """The whole way, for some: receipt, notice and history show it; the export of the books holds no word of it."""
    notes = [f"sentinel {n} {note}" for n, note in enumerate(FRAGMENTS[:12])]
    async with on_stage(tmp_path) as stage:
        payers, priya = await household(stage, len(notes))
        for payer, note in zip(payers, notes, strict=True):
            stage.town.say(payer, f"/send 200 @priya for {note}")
            await press(stage, payer, "Pay ₹200.00")
            await quiet(stage)
            await enter(stage, payer, PIN)
            _nothing_inside(await stage.town.wait_for_text(payer, "Paid ₹200.00", timeout_s=PATIENCE_S), note)
            number = note.partition(" <")[0].split()[1]
            notice = await stage.town.wait_for_text(priya, f"sentinel {number} ", timeout_s=PATIENCE_S)
            _nothing_inside(notice, note)
            assert "₹200.00 from Asha Rao" in notice.text
        history = await hear(stage, priya, "/history")
        assert not [part for message in history for part in _pressable(message)]
        exported = _export(stage)

    assert len(exported.splitlines()) == 2 * len(notes)
    for word in ("sentinel", "Asha", "Rao", "Priya", "Sharma", "priya", "asha0", "2001", "1001"):
        assert f'"{word}' not in exported
        assert f" {word}" not in exported


def _export(stage: Stage) -> str:
    """What `hundi ledger export` writes while the bot runs."""
    command = [sys.executable, "-m", "bot", "ledger", "export"]
    done = subprocess.run(  # noqa: S603  # our own program
        command, env=environment_of(stage.settings), capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


@pytest.mark.parametrize("start", range(0, len(FRAGMENTS), 11))
async def test_a_hostile_name_is_shown_as_it_is(start: int, tmp_path: Path) -> None:
    """Whoever is called so can be paid by their handle, and the question shows the name and nothing else of it."""
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)
        for n, name in enumerate(FRAGMENTS[start : start + 11]):
            payee = await move_in(stage, Person(3001 + n, name, "Rao", f"payee{n}"), pin=None)
            await befriend(stage, asha, payee)
            await fund(stage, payee, 1_00)
            for message in stage.town.messages(payee):
                assert not (message.from_bot and _pressable(message))

            question = (await hear(stage, asha, f"send 20 to @payee{n}"))[-1]

            assert f"(@payee{n})?" in question.text
            assert question.labels == ["Pay ₹20.00", "Cancel"]
            _nothing_inside(question, f"{name} Rao")


@pytest.mark.parametrize("text", ["a" * 4096, "send " + "9" * 4091, "/send 20 @priya for " + "x" * 4076, "🎈" * 4096])
async def test_a_message_of_4096_characters_is_answered(text: str, tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)

        answers = await hear(stage, asha, text)

        assert answers
        assert not any("Pay ₹" in label for message in answers for label in message.labels)


async def test_64_kib_are_answered_and_pay_nothing(tmp_path: Path) -> None:
    """A client cuts them into sixteen messages; each is answered and the last word is not a payment."""
    async with on_stage(tmp_path) as stage:
        (asha,), _ = await household(stage, 1)

        answers = await hear(stage, asha, "send 20 to priya for " + "<b>" * 21_845)

        assert len(answers) >= 16
        assert not any("Pay ₹" in label for message in answers for label in message.labels)
