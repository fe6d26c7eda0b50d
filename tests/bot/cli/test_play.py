"""The whole town as a newcomer starts it: one command, a page, a bot that really polls, and a clean end."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol

import pytest

from tests.bot.cli.conftest import Hundi
from tests.harness.ports import free_port

ROOT: Final = Path(__file__).parents[3]
PATIENCE_S: Final = 120.0  # generous: two shared cores may be busy with other things


class Play:
    """A running ``hundi play``."""

    def __init__(self, home: Path, *arguments: str) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HUNDI_")}
        self.process = subprocess.Popen(  # noqa: S603  # our own interpreter and arguments
            [sys.executable, "-m", "bot", "play", *arguments],
            cwd=home,
            env={**environment, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "COLUMNS": "120"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._killer = threading.Timer(PATIENCE_S, self.process.kill)
        self._killer.start()

    def until_open(self) -> str:
        """Wait until the bot polls and the page's address is printed; the address."""
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                return found[0]
        raise AssertionError(said)

    def stop(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """Send a signal; the exit code and the rest of what it said."""
        self.process.send_signal(number)
        return self.end()

    def end(self) -> tuple[int, str]:
        """Wait for the end."""
        said, _ = self.process.communicate(timeout=PATIENCE_S)
        self._killer.cancel()
        return self.process.returncode, said

    def close(self) -> None:
        """Leave nothing behind."""
        if self.process.poll() is None:
            self.process.terminate()
            self.end()
        self._killer.cancel()


class Start(Protocol):
    def __call__(self, *arguments: str) -> Play: ...


@pytest.fixture
def play(home: Path) -> Iterator[Start]:
    started: list[Play] = []

    def start(*arguments: str) -> Play:
        started.append(
            Play(home, "--port", str(free_port()), *arguments) if "--port" not in arguments else Play(home, *arguments)
        )
        return started[-1]

    yield start
    for one in started:
        one.close()
    if (holder := bot_of(home)) is not None:
        os.kill(holder, signal.SIGKILL)


def bot_of(home: Path) -> int | None:
    """The process of the town's bot, if it lives."""
    lock = home / ".hundi/play/hundi.db.lock"
    if not lock.exists() or not (text := lock.read_text("ascii").strip()):
        return None
    with suppress(OSError):
        command = Path(f"/proc/{text}/cmdline").read_bytes()
        return int(text) if b"run" in command else None
    return None


def state_of(address: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{address}town/state", timeout=10) as answer:  # noqa: S310  # loopback
        state: dict[str, Any] = json.load(answer)
        return state


def chat_of(address: str, person: int) -> str:
    with urllib.request.urlopen(f"{address}town/chats/{person}", timeout=10) as answer:  # noqa: S310  # loopback
        shown: str = answer.read().decode()
        return shown


def post(address: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What the page does."""
    asking = urllib.request.Request(  # noqa: S310  # loopback
        f"{address}town/{path}", json.dumps(body).encode(), {"content-type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(asking, timeout=30) as answer:  # noqa: S310  # the same
        said: dict[str, Any] = json.load(answer)
        return said


def until(what: Callable[[], bool]) -> None:
    """Wait for another process to get somewhere."""
    deadline = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < deadline
        threading.Event().wait(0.1)


def in_town(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, commands look into the town's own books."""
    monkeypatch.setenv("HUNDI_DATABASE_URL", "sqlite:///.hundi/play/hundi.db")
    monkeypatch.setenv("HUNDI_KEYS_FILE", ".hundi/play/hundi.keys")


def balance_of(hundi: Hundi, user: str) -> int:
    """Posted, in paise."""
    posted: int = json.loads(hundi("ledger", "balance", user, "--json").out)["posted_minor"]
    return posted


def test_one_command_opens_the_town_and_ctrl_c_closes_it(
    play: Start, home: Path, hundi: Hundi, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = play()
    address = running.until_open()
    state = state_of(address)
    with urllib.request.urlopen(address, timeout=10) as page:  # noqa: S310  # loopback
        shown = page.read().decode()
    code, said = running.stop()

    assert [person["first_name"] for person in state["people"]] == ["Asha", "Priya", "Ravi"]
    assert state["online"] is True
    assert "<html" in shown
    assert code == 0
    assert "--fresh" in said
    assert bot_of(home) is None
    in_town(monkeypatch)
    assert [balance_of(hundi, person_id) for person_id in ("1001", "1002", "1003")] == [500_000] * 3


@pytest.mark.slow
def test_a_second_start_gives_nobody_money_again(play: Start, hundi: Hundi, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        running = play()
        running.until_open()
        assert running.stop(signal.SIGTERM)[0] == 0

    in_town(monkeypatch)
    assert balance_of(hundi, "1001") == 500_000


@pytest.mark.slow
def test_the_bot_of_the_town_never_sees_the_operators_token_or_database(play: Start, home: Path) -> None:
    """Somebody tries the town in the directory of their real bot."""
    token = "7000000009:real-token-0123456789abcdefghijk"
    (home / ".env").write_text(f"HUNDI_BOT_TOKEN={token}\nHUNDI_DATABASE_URL=sqlite:///real.db\n", encoding="utf-8")

    running = play()
    running.until_open()
    holder = bot_of(home)
    assert holder is not None
    environment = Path(f"/proc/{holder}/environ").read_bytes().decode()
    running.stop()

    assert token not in environment
    assert not (home / "real.db").exists()


def test_a_port_that_was_asked_for_and_is_taken_is_told(play: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        code, said = play("--port", str(port)).end()

    assert code == 1
    assert f"port {port} cannot be used" in said
    assert f"--port {port + 1}" in said


@pytest.mark.slow
def test_a_town_is_open_once(play: Start) -> None:
    first = play()
    first.until_open()

    code, said = play().end()

    assert code == 1
    assert "open already" in said
    assert first.process.poll() is None


@pytest.mark.slow
def test_a_bot_that_dies_ends_the_town_and_is_told(play: Start, home: Path) -> None:
    running = play()
    running.until_open()
    holder = bot_of(home)
    assert holder is not None

    os.kill(holder, signal.SIGKILL)
    code, said = running.end()

    assert code == 1
    assert "the bot ended by itself" in said
    assert "bot.log" in said


@pytest.mark.slow
def test_the_page_kills_the_bot_starts_it_again_and_it_goes_on_by_the_moved_clock(play: Start, home: Path) -> None:
    running = play()
    address = running.until_open()
    first = bot_of(home)
    post(address, "clock", {"by_s": 86_400})

    killed = post(address, "bot/kill", {})
    assert bot_of(home) is None
    post(address, "chats/1001/start", {})
    waiting = state_of(address)["process"]
    post(address, "bot/start", {})
    until(lambda: state_of(address)["process"] == {"state": "running", "waiting": 0})
    until(lambda: "⌫" in chat_of(address, 1001))
    second = bot_of(home)
    stopped = post(address, "bot/stop", {})
    code, _ = running.stop()
    again = state_of(play().until_open())

    assert again["clock"]["ahead_s"] == 86_400
    assert killed["process"] == {"state": "killed", "waiting": 0}
    assert waiting == {"state": "killed", "waiting": 1}
    assert second not in {None, first}
    assert stopped["process"]["state"] == "stopped"
    assert code == 0
    assert "clock.away" not in (home / ".hundi/play/bot.log").read_text("utf-8")


@pytest.mark.slow
def test_a_town_that_was_killed_starts_again(play: Start, home: Path) -> None:
    """Kill -9 leaves the bot without a town; the next start ends it and goes on."""
    killed = play()
    killed.until_open()
    orphan = bot_of(home)
    assert orphan is not None
    killed.stop(signal.SIGKILL)

    again = play()
    again.until_open()

    assert bot_of(home) not in {None, orphan}
    assert again.stop()[0] == 0


@pytest.mark.slow
def test_somebody_who_moves_in_later_has_play_money_too(
    play: Start, hundi: Hundi, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = play()
    address = running.until_open()
    post(address, "people", {"first_name": "Meera"})

    in_town(monkeypatch)
    until(lambda: hundi("ledger", "balance", "1004", "--json").code == 0)

    assert balance_of(hundi, "1004") == 500_000


def _who(person: dict[str, Any]) -> dict[str, Any]:
    """Somebody, whatever the bot said to them or their group since the town opened."""
    return {name: value for name, value in person.items() if name != "chats"}


@pytest.mark.slow
def test_other_people_need_a_fresh_town(play: Start) -> None:
    first = play()
    first.until_open()
    first.stop()

    refused, said = play("--people", "नेहा,Om").end()
    fresh = play("--people", "नेहा,Om", "--fresh")
    state = state_of(fresh.until_open())
    fresh.stop()
    again = play()
    same = state_of(again.until_open())

    assert refused == 1
    assert "--fresh" in said
    assert [person["first_name"] for person in state["people"]] == ["नेहा", "Om"]
    assert [_who(person) for person in same["people"]] == [_who(person) for person in state["people"]]


def test_a_town_whose_keys_are_gone_needs_a_fresh_one(hundi: Hundi, home: Path) -> None:
    (home / ".hundi/play").mkdir(parents=True)
    (home / ".hundi/play/hundi.db").touch()

    done = hundi("play")

    assert done.code == 1
    assert "--fresh" in done.err
    assert not (home / ".hundi/play/hundi.keys").exists()


def test_a_place_where_nothing_can_be_made_is_told(hundi: Hundi, home: Path) -> None:
    (home / ".hundi").write_text("a file, not a directory", encoding="utf-8")

    done = hundi("play")

    assert done.code == 1
    assert "cannot live here" in done.err


@pytest.mark.parametrize("people", ["Asha", "Asha,Asha", "Asha,<b>", "A" * 40 + ",Om", ",".join("ABCDEFGHI")])
def test_people_who_cannot_live_there_are_told(hundi: Hundi, people: str) -> None:
    done = hundi("play", "--people", people)

    assert done.code == 2
    assert "--people" in done.err
