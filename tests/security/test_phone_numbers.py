"""S8: phone numbers go every way there is, and then every file of the deployment and its log are searched for them."""

import asyncio
import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.sandbox.people import Person, person_named
from tests.harness.wire import hear, logging_to, move_in, on_stage, press, quiet
from tests.stories.player import Stage

OWN, OTHERS, NOBODYS = "9000001001", "9000001002", "9000077777"
SENTINELS = (OWN, OTHERS, NOBODYS)


def disguises(number: str) -> Iterator[bytes]:
    """The number as it could lie in a file: plain, spaced as its country writes it, in another encoding."""
    for written in (number, f"{number[:5]} {number[5:]}"):
        plain = written.encode()
        yield from (plain, written.encode("utf-16-le"), written.encode("utf-16-be"), plain.hex().encode())
        for shift in range(3):  # what base64 makes of it depends on where it begins
            coded = base64.b64encode(b"\0" * shift + plain)
            yield coded[-(-shift * 8 // 6) : (shift + len(plain)) * 8 // 6]


def found_in(content: bytes) -> list[str]:
    return [number for number in SENTINELS for disguise in disguises(number) if disguise in content]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "hex", "base64"])
def test_the_search_finds_a_number_that_was_written(encoding: str) -> None:
    """The detector is proved on a planted leak, wherever it begins."""
    for shift in range(4):
        text = " " * shift + f'"phone":"+91{OWN}"'
        match encoding:
            case "hex":
                coded = text.encode().hex().encode()
            case "base64":
                coded = base64.b64encode(text.encode())
            case _:
                coded = text.encode(encoding)
        assert OWN in found_in(b"\0\xff" + coded + b"\0")


@dataclass(frozen=True, slots=True)
class Lived:
    """What is left of a deployment in which numbers went every way."""

    folder: Path
    log: str


async def _every_way(stage: Stage) -> None:
    asha = await move_in(stage, person_named("Asha", 1001), paise=500_00)
    priya = await move_in(stage, person_named("Priya", 1002))
    ravi = await move_in(stage, Person(1003, "Ravi", "Kumar", "ravi", phone_number=f"+91{OTHERS}"))
    for person in (asha, priya, ravi):  # the third takes over the number of the second
        await hear(stage, person, "/phone")
        stage.town.share_contact(person)
        await quiet(stage)
    for words in (f"send 20 to +91 {OTHERS}", f"send 20 to {NOBODYS}", f"send {NOBODYS}", NOBODYS, f"block {NOBODYS}"):
        await hear(stage, asha, words)
        await hear(stage, asha, "/cancel")
    stage.town._from(asha, None, contact={"phone_number": f"91{NOBODYS}", "first_name": "Didi"})
    stage.town._from(asha, None, contact={"phone_number": OTHERS, "first_name": "Didi"})
    await quiet(stage)
    await hear(stage, asha, "my number")
    await press(stage, asha, "Take my number off")
    await hear(stage, asha, "send 5")  # and one is left half asked, with a number in its state
    await hear(stage, asha, OTHERS)
    await quiet(stage)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """One deployment for both tests."""
    folder, log = tmp_path_factory.mktemp("phones"), io.StringIO()

    async def live() -> None:
        async with on_stage(folder) as stage:
            with logging_to(log, as_json=True):
                await _every_way(stage)

    asyncio.run(live())
    return Lived(folder, log.getvalue())


def test_no_number_is_in_any_file(lived: Lived) -> None:
    """Not in the database, its write-ahead log, the keys or the heads."""
    files = {path.name: path.read_bytes() for path in lived.folder.rglob("*") if path.is_file()}

    assert {"hundi.db", "hundi.keys"} <= set(files)
    assert {name: found_in(raw) for name, raw in files.items() if found_in(raw)} == {}


def test_no_number_is_in_the_log_at_debug(lived: Lived) -> None:
    assert "delivery.delivered" in lived.log
    assert found_in(lived.log.encode()) == []
