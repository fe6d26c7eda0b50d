"""``hundi run`` from the outside: it starts, stops cleanly, and says in one line why it will not."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

import pytest

from bot.sandbox.server import Serving
from tests.bot.cli.conftest import Done, Hundi
from tests.harness.ports import free_port

ROOT: Final = Path(__file__).parents[3]
PATIENCE_S: Final = 60.0
_LOOK_EVERY_S: Final = 0.05


class Start(Protocol):
    def __call__(self, *arguments: str) -> subprocess.Popen[str]: ...


@pytest.fixture
def start(hundi: Hundi, home: Path) -> Iterator[Start]:
    """Start ``hundi run`` (or ``hundi serve``) with keys made and the settings of this test."""
    assert hundi("keys", "new").code == 0
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(  # noqa: S603  # our own interpreter and arguments
            [sys.executable, "-m", "bot", *(arguments if arguments[:1] == ("serve",) else ("run", *arguments))],
            cwd=home,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str]) -> Done:
    out, err = process.communicate(timeout=PATIENCE_S)
    return Done(process.returncode, out, err)


def until(what: Callable[[], bool]) -> None:
    """Wait for another process to get somewhere."""
    deadline = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < deadline
        threading.Event().wait(_LOOK_EVERY_S)


def complaint(done: Done) -> str:
    """The one line that an operator reads; log lines stand before it."""
    assert "Traceback" not in done.err
    assert done.out == ""
    return done.err.splitlines()[-1]


def test_it_polls_until_sigterm_and_ends_with_zero(start: Start, town: Serving) -> None:
    process = start()
    until(lambda: town.bot_api.is_polled)

    process.send_signal(signal.SIGTERM)
    done = ended(process)

    assert done.code == 0
    assert "Traceback" not in done.err
    assert town.town.token not in done.err


def test_commands_work_while_it_runs(start: Start, town: Serving, hundi: Hundi) -> None:
    process = start()
    until(lambda: town.bot_api.is_polled)

    funded = hundi("fund", "1001", "500.00")
    verified = hundi("ledger", "verify")
    doctored = hundi("doctor")

    assert (funded.code, verified.code, doctored.code) == (0, 0, 0), doctored.out
    assert "a bot runs on it" in doctored.out
    assert "our own bot" in doctored.out
    assert process.poll() is None


def test_a_second_bot_on_the_same_database_stops_at_once(start: Start, town: Serving) -> None:
    first = start()
    until(lambda: town.bot_api.is_polled)

    done = ended(start())

    assert done.code == 1
    assert "runs on this database already" in complaint(done)
    assert first.poll() is None


def test_without_a_token_it_says_where_to_get_one(start: Start) -> None:
    done = ended(start())

    assert done.code == 2
    assert "@BotFather" in complaint(done)


def test_a_token_that_is_refused_ends_it(start: Start, town: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = "7000000009:wrong-token-0123456789abcdefghijk"
    monkeypatch.setenv("HUNDI_BOT_TOKEN", wrong)

    done = ended(start())

    assert done.code == 1
    assert "does not know this token" in complaint(done)
    assert wrong not in done.err
    assert town.api_url


def test_a_webhook_ends_it_unless_it_takes_over(start: Start, town: Serving) -> None:
    town.town.webhook = {"url": "https://example.org/hook"}

    refused = ended(start())
    process = start("--take-over")
    until(lambda: town.bot_api.is_polled)
    process.send_signal(signal.SIGINT)

    assert refused.code == 1
    assert "--take-over" in complaint(refused)
    assert ended(process).code == 0
    assert not town.town.webhook.get("url")


@pytest.mark.slow
def test_a_second_poller_ends_it_after_three_conflicts(start: Start, town: Serving) -> None:
    """Somebody left a bot running on another machine, and neither gives way."""
    over = threading.Event()

    def other_machine() -> None:
        while not over.is_set():
            address = f"{town.api_url}/bot{town.town.token}/getUpdates?timeout=2"
            try:
                urllib.request.urlopen(address, timeout=30).close()  # noqa: S310  # our own town on loopback
            except urllib.error.HTTPError as conflict:
                conflict.close()
                over.wait(1.0)

    thread = threading.Thread(target=other_machine)
    thread.start()
    try:
        done = ended(start())
    finally:
        over.set()
        thread.join(30)

    assert done.code == 1
    assert "another program receives this bot's messages" in complaint(done)


@pytest.mark.slow
def test_a_policy_in_another_currency_ends_it(start: Start, town: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUNDI_CURRENCY", "EUR")

    done = ended(start())

    assert done.code == 1
    assert "policy" in complaint(done)
    assert town.api_url


@pytest.mark.slow
def test_keys_that_others_may_read_end_it(start: Start, town: Serving, home: Path) -> None:
    (home / "hundi.keys").chmod(0o644)

    done = ended(start())

    assert done.code == 1
    assert "chmod 600" in complaint(done)
    assert town.api_url


# ── by webhook ───────────────────────────────────────────────────────────────


@pytest.fixture
def hook(town: Serving, monkeypatch: pytest.MonkeyPatch) -> str:
    """Settings for ``hundi serve`` on this machine; the address of the webhook."""
    listen = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("HUNDI_WEBHOOK_LISTEN", listen)
    monkeypatch.setenv("HUNDI_WEBHOOK_URL", f"http://{listen}/hundi")
    assert town.api_url
    return f"http://{listen}/hundi"


def answers(address: str) -> int:
    """The status of a GET; 0 when nobody listens."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  # our own process on loopback
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code
    except OSError:
        return 0


def test_it_serves_until_sigterm_and_leaves_the_webhook_set(start: Start, town: Serving, hook: str) -> None:
    """Other processes, or the next start, go on; what comes meanwhile is brought again."""
    town.town.say(1001, "/start")
    process = start("serve")
    until(lambda: answers(hook.replace("/hundi", "/readyz")) == 200)
    until(lambda: len(town.town.updates) == 0)

    process.send_signal(signal.SIGTERM)
    done = ended(process)

    assert done.code == 0
    assert "Traceback" not in done.err
    assert town.town.token not in done.err
    secret = town.town.webhook["secret_token"]
    assert len(secret) >= 32
    assert secret not in done.err
    assert town.town.webhook["url"] == hook
    assert any(m.from_bot for m in town.town.messages(1001))


def test_without_an_address_it_says_what_is_missing(start: Start, town: Serving) -> None:
    done = ended(start("serve"))

    assert done.code == 2
    assert "HUNDI_WEBHOOK_URL" in complaint(done)
    assert town.api_url


def test_an_address_where_another_program_listens_ends_it(
    start: Start, town: Serving, hook: str, monkeypatch: pytest.MonkeyPatch, hundi: Hundi
) -> None:
    monkeypatch.setenv("HUNDI_WEBHOOK_LISTEN", f"127.0.0.1:{town.port}")

    done = ended(start("serve"))
    doctored = hundi("doctor")

    assert done.code == 1
    assert "cannot listen" in complaint(done)
    assert "HUNDI_WEBHOOK_LISTEN" in doctored.out
    assert town.town.webhook == {}, hook


def test_run_refuses_while_it_serves_and_a_stolen_webhook_is_found(
    start: Start, town: Serving, hook: str, hundi: Hundi
) -> None:
    process = start("serve")
    until(lambda: answers(hook.replace("/hundi", "/readyz")) == 200)

    assert "a bot runs on it" in hundi("doctor").out
    second = ended(start())
    town.town.webhook |= {"url": "https://elsewhere.example.org/x"}
    doctored = hundi("doctor")

    assert second.code == 1
    assert process.poll() is None
    assert doctored.code == 1
    assert "another address" in doctored.out
