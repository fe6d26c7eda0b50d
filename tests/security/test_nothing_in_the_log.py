"""GOALS S8: at DEBUG, whatever goes wrong, no token, phone number, name or word of a chat is in what the bot writes.

The program itself, as a child: what its own log, Python's warnings, asyncio's debug mode and a traceback send to
standard error and output is one file, searched for every secret in every encoding.
"""

import asyncio
import itertools
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from bot.dialogue.labels import MENU
from bot.sandbox.chats import Message
from bot.sandbox.faults import FaultKind
from bot.sandbox.people import Json, Person
from tests.harness.books_file import books_file
from tests.kill.bot_process import run_command
from tests.kill.crowd import Wish, payer_of
from tests.kill.stage import PIN, Stage, open_stage
from tests.security.test_sentinel_pins import disguises

_SYLLABLES: Final = ["zu", "qua", "vri", "plo", "xen", "dra", "wim", "gho", "jek", "tyl"]
WITHIN_S: Final = 30.0
NOTE: Final = "wedgwood zither lessons"
SENTENCE: Final = "gooseberries jamboree quokka"


def _people(count: int) -> list[Person]:
    """People whose every name is a word that nothing else in the world says."""
    words = ("".join(parts).capitalize() for parts in itertools.permutations(_SYLLABLES, 3))
    return [
        Person(5_001 + n, next(words), next(words), next(words).lower(), phone_number=f"+9190000{73_911 + n * 137}")
        for n in range(count)
    ]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_stage(tmp_path, 0, everybody=_people(14), log_level="DEBUG") as stage:
        stage.bot.environment |= {"PYTHONASYNCIODEBUG": "1", "PYTHONWARNINGS": "default"}
        await stage.start_bot()
        yield stage


def _secrets(stage: Stage) -> list[str]:
    token = stage.town.token
    found = [token, token.partition(":")[2], NOTE, "zither", SENTENCE, "quokka", PIN]
    for person in stage.people:
        found += [person.first_name, person.last_name, person.name, person.username, person.phone_number[1:]]
    return found


def _leaks(written: bytes, secrets: list[str]) -> list[str]:
    """Every secret that is there in some disguise, whatever the case of its letters."""
    lower = written.lower()
    return [
        secret
        for secret in secrets
        for disguise in disguises(secret)
        if disguise in written or (disguise.lower() in lower and secret.encode() == disguise)
    ]


def test_the_search_finds_what_was_written() -> None:
    for secret in ("Zuquavri", "+919000073911"[1:], NOTE):
        for written in (secret.upper().encode(), secret.encode("utf-16-le"), secret.encode().hex().encode()):
            assert _leaks(b"x" + written + b"y", [secret]) == [secret]


# ── what people do ───────────────────────────────────────────────────────────


async def _hears(stage: Stage, person: Person, do: Callable[[], Message]) -> Message:
    """Do it, and wait for what is said to it."""
    mine = do()
    return await stage.town.wait_for(
        person, lambda m: m.from_bot and m.message_id > mine.message_id, timeout_s=WITHIN_S
    )


async def _says(stage: Stage, person: Person, *texts: str) -> None:
    for text in texts:
        await _hears(stage, person, partial(stage.town.say, person, text))


async def _uses_commands(stage: Stage, person: Person, other: Person, commands: list[str]) -> None:
    """Each command alone and with words behind it, a name, a handle and a phone number among them."""
    for command in commands:
        await _says(stage, person, f"/{command}", f"/{command} {other.name} {other.phone_number} {SENTENCE}")


async def _talks(stage: Stage, person: Person, other: Person) -> None:
    """Words, notes, a handle, a phone number, digits, and a name that nobody has."""
    await _says(stage, person, SENTENCE, f"send 20 to {other.name} for {NOTE}", f"send 20 to @{other.username}")
    await _says(stage, person, f"send 5 to {other.phone_number}", f"send 3 to {NOTE}", "835913")


async def _shows(stage: Stage, person: Person, other: Person) -> None:
    """Contacts, and a forwarded and an edited message."""
    await _hears(stage, person, lambda: stage.town.share_contact(person, other))
    await _hears(stage, person, lambda: stage.town.share_contact(person))
    said = stage.town.say(other, f"/start {SENTENCE}")
    await _hears(stage, person, lambda: stage.town.forward(person, said))
    mine = stage.town.say(person, SENTENCE)
    await _hears(stage, person, lambda: stage.town.edit(person, mine.message_id, f"{SENTENCE} {NOTE}"))


async def _pays_with_a_note(stage: Stage, payer: Person, payee: Person) -> None:
    """All the way, with a wrong PIN on it."""
    town = stage.town
    town.say(payer, f"send 7.00 to {payee.first_name} for {NOTE}")
    question = await town.wait_for(payer, lambda m: "Pay ₹7.00" in m.labels, timeout_s=WITHIN_S)
    town.tap(payer, question.message_id, "Pay ₹7.00")
    for pin, then in (("836205", "tries left"), (PIN, "Paid ₹7.00")):
        pad = await town.wait_for(payer, lambda m: m.has_pad and "●" not in m.text, timeout_s=WITHIN_S)
        for digit in pin:
            town.tap(payer, pad.message_id, digit)
        await town.wait_for_text(payer, then, timeout_s=WITHIN_S)
    await town.wait_for_text(payee, NOTE, timeout_s=WITHIN_S)


# ── what goes wrong ──────────────────────────────────────────────────────────


async def _far_side_fails(stage: Stage, person: Person) -> None:
    """Each way in which Telegram can fail, on what this person is told."""
    for kind in (FaultKind.TOO_MANY_REQUESTS, FaultKind.BAD_GATEWAY, FaultKind.GARBAGE, FaultKind.LOST_RESPONSE):
        stage.serving.faults.add(kind, "sendMessage")
        stage.town.say(person, "balance")
        await stage.town.wait_until(lambda: None if stage.serving.faults.waiting else True, timeout_s=WITHIN_S)
    for kind in (FaultKind.GARBAGE, FaultKind.BAD_GATEWAY):
        stage.serving.faults.add(kind, "getUpdates")
        stage.town.say(person, SENTENCE)
    await stage.town.wait_until(lambda: None if stage.serving.faults.waiting else True, timeout_s=WITHIN_S)


def _cannot_be_read(stage: Stage, person: Person) -> None:
    """Updates that no version of the library reads, with words in every place."""
    body = stage.town.message_json(stage.town.last(person))
    broken: list[Json] = [{"chat": SENTENCE}, {"date": NOTE}, {"from": {"id": person.name}}, {"entities": SENTENCE}]
    for change in broken:
        stage.town.inject("message", body | {"from": person.as_user(), "text": SENTENCE} | change)


@contextmanager
def _spoilt(stage: Stage, table: str, column: str, person: Person) -> Iterator[None]:
    """A cell of this person that does not open."""
    with sqlite3.connect(books_file(stage.settings), timeout=10, isolation_level=None) as database:
        find = f"SELECT {column} FROM {table} WHERE person_id = ?"
        change = f"UPDATE {table} SET {column} = ? WHERE person_id = ?"
        (before,) = database.execute(find, (person.id,)).fetchone()
        database.execute(change, (bytes(60), person.id))
        yield
        database.execute(change, (before, person.id))
    database.close()


async def _turns_fail(stage: Stage, name_gone: Person, state_gone: Person) -> None:
    """Errors in the middle of a turn, with all of a person in the frames of their tracebacks."""
    with _spoilt(stage, "people", "sealed_name", name_gone):
        stage.town.say(name_gone, SENTENCE)
        await stage.town.wait_for_text(name_gone, "our side", timeout_s=WITHIN_S)
    with _spoilt(stage, "conversations", "sealed_state", state_gone):
        stage.town.say(state_gone, f"send 9 to {name_gone.name}")
        await stage.town.wait_for_text(state_gone, "can no longer read", timeout_s=WITHIN_S)


@pytest.mark.slow
async def test_whatever_happens_nothing_of_anybody_is_in_the_log(stage: Stage) -> None:
    """I write, pay, fail and am let down; whoever reads the operator's log learns that things happened, not mine."""
    a, b, e, f, g, h, *others = stage.people
    commands = [*MENU, "request", "split", "statement", "export", "name", "handle", "block", "nonsense"]
    acts: list[Awaitable[None]] = [
        _uses_commands(stage, person, h, commands[place::8]) for place, person in enumerate(others)
    ]
    await asyncio.gather(*acts, _talks(stage, e, g), _shows(stage, b, h), _pays_with_a_note(stage, f, g))
    _cannot_be_read(stage, e)
    await _turns_fail(stage, f, g)
    await _far_side_fails(stage, h)
    stage.town.block(g)
    await payer_of(stage, a).pay(Wish(a, g, 3_00))
    stage.town.delete_chat(b)
    assert await stage.bot.terminate(15.0) == 0, stage.bot.last_words()

    wrong = stage.settings.model_copy(update={"database_url": f"sqlite:///{stage.folder / NOTE}/none.db"})
    _, at_start = await run_command(wrong, stage.folder, "run")
    written = stage.bot.log_file.read_bytes()
    for happened in (b"turn.failed", b"put_aside", b"delivery.uncertain", b"telegram.updates", b"delivery.blocked"):
        assert happened in written
    assert not _leaks(written, _secrets(stage)), written.decode(errors="replace")[-3_000:]
    assert not _leaks(at_start.encode(), [stage.town.token, stage.town.token.partition(":")[2]])
