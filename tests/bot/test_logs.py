"""What must not be written is not written, at any level, by us or by a library."""

import asyncio
import io
import json
import logging
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.dialogue.events import Secret, TextArrived
from bot.logs import MASK, configure
from ledger.kernel.errors import UnknownAccountError
from tests.stories.player import OTHER_PIN, PIN, Player
from tests.stories.script import read

TOKEN = "123456789:" + "A" * 35
log = structlog.get_logger("bot.test")


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Each test configures logging for itself; the next finds it as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    ours = {name: logging.getLogger(name).level for name in ("bot", "ledger", "__main__")}
    with warnings.catch_warnings():
        yield
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, was in ours.items():
        logging.getLogger(name).setLevel(was)


def written(as_json: bool = True, level: str = "DEBUG") -> io.StringIO:
    """Configure, and give what will be written."""
    stream = io.StringIO()
    configure(level, as_json=as_json, stream=stream)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_what_happened_when_and_where() -> None:
    stream = written()

    log.info("outbox.delivered", person_id=1001, age_s=0.4)

    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "outbox.delivered",
        "level": "info",
        "logger": "bot.test",
        "person_id": 1001,
        "age_s": 0.4,
    }


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize(
    "fields",
    [
        {"text": "send 482913"},
        {"pin": 482913},
        {"digits": "482913"},
        {"what": "482913"},
        {"what": Secret("482913")},
        {"what": TextArrived(5, "482913")},
        {"what": {"a": "482913"}},
        {"what": b"482913"},
        {"user_name": "482913"},
        {"note": "482913"},
    ],
)
def test_a_pin_or_a_word_passed_by_mistake_is_not_written(as_json: bool, fields: dict[str, Any]) -> None:
    stream = written(as_json)

    log.error("something", **fields)

    assert "something" in stream.getvalue()
    assert "482913" not in stream.getvalue()


@pytest.mark.parametrize("as_json", [True, False])
def test_a_token_or_a_phone_number_is_masked_wherever_it_stands(as_json: bool) -> None:
    stream = written(as_json)

    address = f"HTTP Request: POST https://api.telegram.org/bot{TOKEN}/getMe"

    log.warning(address, where=f"x{TOKEN}", who="+91 98765 43210")
    logging.getLogger("httpx").warning(address)

    assert stream.getvalue().count(MASK) >= 4
    assert TOKEN not in stream.getvalue()
    assert TOKEN.partition(":")[2] not in stream.getvalue()
    assert "98765" not in stream.getvalue()


def test_libraries_are_silent_below_warning_even_when_we_debug() -> None:
    """At INFO httpx writes the token, at DEBUG python-telegram-bot writes the chats."""
    stream = written(level="DEBUG")

    for name in ("httpx", "httpcore", "telegram", "telegram.Bot", "aiosqlite", "uvicorn.access", "anything"):
        logging.getLogger(name).info("hello")
        logging.getLogger(name).debug("hello")
    log.debug("ours")

    assert [line["event"] for line in lines(stream)] == ["ours"]


def test_an_id_that_a_person_quotes_is_written_also_when_it_is_all_digits() -> None:
    stream = written()

    log.error("turn.failed", fault="12345678", languages=("en", "hi"))

    (line,) = lines(stream)
    assert (line["fault"], line["languages"]) == ("12345678", "en,hi")


@pytest.mark.parametrize("story", ["wrong_pin", "with_a_note", "killed_while_paying"])
async def test_a_whole_story_at_debug_leaves_no_pin_no_name_no_word_and_no_token(story: str, tmp_path: Path) -> None:
    """GOALS S7 and S8: whatever happened, the log does not tell who paid whom for what, nor with which PIN."""
    stream, path = written(level="DEBUG"), Path(__file__).parents[1] / "stories" / f"{story}.story"
    words = set(re.findall(r"[A-Z][a-z]{3,}", path.read_text("utf-8"))) & {"Asha", "Priya", "Sharma", "Ravi", "Kumar"}

    await Player(tmp_path).play(read(path))

    told = stream.getvalue()
    assert words
    assert "delivery.delivered" in told
    assert "telegram.updates" in told
    assert not any(word in told for word in (*words, PIN, OTHER_PIN, "₹"))
    assert not re.search(r"\d{6,}:[A-Za-z0-9_-]{20,}", told)
    assert "telegram" not in {line["logger"].partition(".")[0] for line in lines(stream)}


def test_a_library_line_keeps_its_wording_and_loses_its_values() -> None:
    stream = written()

    logging.getLogger("telegram").error('Can not load invalid JSON data: "%s"', "send 200 to Priya")

    (line,) = lines(stream)
    assert line["event"] == 'Can not load invalid JSON data: "%s"'
    assert line["logger"] == "telegram"


@pytest.mark.parametrize("as_json", [True, False])
def test_a_foreign_error_is_its_class_and_where_it_was_raised(as_json: bool) -> None:
    stream = written(as_json)

    try:
        _fail("send 200 to Priya")
    except ValueError:
        log.exception("failed")

    assert "ValueError" in stream.getvalue()
    assert "test_logs.py" in stream.getvalue()
    assert "_fail" in stream.getvalue()
    assert "Priya" not in stream.getvalue()


def test_our_own_error_says_its_text_since_it_holds_ids_and_no_words() -> None:
    stream = written()

    try:
        _fail_for_another_reason("send 200 to Priya")
    except UnknownAccountError:
        log.exception("failed")

    assert "UnknownAccountError: no account acc_00" in stream.getvalue()
    assert "KeyError" in stream.getvalue()
    assert "Priya" not in stream.getvalue()


async def test_a_task_that_nobody_waited_for_does_not_tell_what_it_held() -> None:
    stream = written()
    loop = asyncio.get_running_loop()

    loop.default_exception_handler(
        {"message": "Task exception was never retrieved", "exception": ValueError("482913"), "task": Held("482913")}
    )

    assert "Task exception was never retrieved" in stream.getvalue()
    assert "482913" not in stream.getvalue()


def test_the_level_is_kept() -> None:
    stream = written(level="WARNING")

    log.info("quiet")
    log.warning("loud")

    assert [line["event"] for line in lines(stream)] == ["loud"]


def test_configuring_twice_writes_each_line_once() -> None:
    first, second = written(), written()

    log.info("once")

    assert first.getvalue() == ""
    assert len(lines(second)) == 1


@dataclass
class Held:
    """Something whose repr holds a secret."""

    what: str


def _fail(words: str) -> None:
    raise ValueError(words)


def _fail_for_another_reason(words: str) -> None:
    raise UnknownAccountError("acc_00") from KeyError(words)
