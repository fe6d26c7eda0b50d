"""The doctor names what is wrong and how to mend it, and is quiet about what is not."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections import namedtuple
from pathlib import Path
from typing import Any, Final

import pytest

from bot.cli import checks
from bot.cli.webhook_checks import check_webhook
from bot.sandbox.server import Serving
from bot.settings import policy_text
from bot.transport.telegram.checkup import Checkup
from tests.bot.cli.conftest import Done, Hundi

Usage = namedtuple("Usage", ["total", "used", "free"])  # noqa: PYI024  # as shutil.disk_usage answers


def finding(done: Done, check: str) -> dict[str, str]:
    """The one line of this check."""
    found = [one for one in json.loads(done.out)["findings"] if one["check"] == check]
    assert len(found) == 1, done.out
    line: dict[str, str] = found[0]
    return line


def test_with_nothing_set_up_it_says_what_to_do_first(hundi: Hundi) -> None:
    done = hundi("doctor")

    assert done.code == 1
    assert "hundi keys new" in done.out
    assert "@BotFather" in done.out


def test_settings_that_cannot_be_used_are_the_only_findings(hundi: Hundi, home: Path) -> None:
    (home / ".env").write_text("HUNDI_CURRENCY=x\nHUNDI_TIMEZONE=Bombay\n", encoding="utf-8")

    done = hundi("doctor", "--json")

    assert done.code == 1
    assert [one["check"] for one in json.loads(done.out)["findings"]] == ["settings", "settings"]


def test_a_typing_error_in_a_setting_is_a_warning_with_a_suggestion(hundi: Hundi, home: Path) -> None:
    (home / ".env").write_text("HUNDI_CURENCY=EUR\n", encoding="utf-8")

    line = finding(hundi("doctor", "--json"), "settings")

    assert line["level"] == "warning"
    assert "HUNDI_CURRENCY" in line["mend"]


def test_a_clock_that_somebody_moves_is_an_error_beside_the_real_bot_api_and_a_warning_in_a_town(
    hundi: Hundi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUNDI_CLOCK_URL", "http://127.0.0.1:8080/town/clock")
    beside_telegram = finding(hundi("doctor", "--json"), "settings")
    monkeypatch.setenv("HUNDI_TELEGRAM_API_URL", "http://127.0.0.1:8080")
    in_a_town = finding(hundi("doctor", "--json"), "settings")

    assert (beside_telegram["level"], in_a_town["level"]) == ("error", "warning")
    assert "HUNDI_CLOCK_URL" in beside_telegram["mend"]
    assert "HUNDI_CLOCK_URL" in in_a_town["mend"]


def test_keys_that_others_may_read_are_an_error(hundi: Hundi, home: Path) -> None:
    hundi("keys", "new")
    (home / "hundi.keys").chmod(0o640)

    line = finding(hundi("doctor", "--json"), "keys")

    assert line["level"] == "error"
    assert "chmod 600" in line["mend"]


def test_keys_without_a_copy_are_a_warning_until_one_is_recorded(hundi: Hundi) -> None:
    hundi("keys", "new")
    before = finding(hundi("doctor", "--json"), "keys")
    hundi("keys", "copied")
    after = finding(hundi("doctor", "--json"), "keys")

    assert (before["level"], after["level"]) == ("warning", "ok")


def test_a_policy_in_another_currency_is_an_error(hundi: Hundi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUNDI_CURRENCY", "EUR")

    assert finding(hundi("doctor", "--json"), "policy")["level"] == "error"


def test_a_pin_of_four_digits_is_a_warning_outside_play(
    hundi: Hundi, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = policy_text("play").replace('name = "play"', 'name = "canteen"').replace("digits = 6", "digits = 4")
    (home / "canteen.toml").write_text(own, encoding="utf-8")
    monkeypatch.setenv("HUNDI_POLICY", "canteen.toml")

    assert finding(hundi("doctor", "--json"), "policy")["level"] == "warning"


@pytest.mark.parametrize(
    ("free", "level"),
    [
        (checks.NO_SPACE - 1, "error"),
        (checks.NO_SPACE, "warning"),
        (checks.LITTLE_SPACE - 1, "warning"),
        (checks.LITTLE_SPACE, "ok"),
    ],
)
def test_a_disk_that_fills_is_noticed_in_time(
    hundi: Hundi, monkeypatch: pytest.MonkeyPatch, free: int, level: str
) -> None:
    monkeypatch.setattr("bot.cli.checks.shutil.disk_usage", lambda _: Usage(10**12, 0, free))

    assert finding(hundi("doctor", "--json"), "disk")["level"] == level


def test_a_good_token_names_the_bot(hundi: Hundi, town: Serving) -> None:
    done = hundi("doctor", "--json")

    assert finding(done, "token")["what"] == f"belongs to @{town.town.bot.username}"
    assert finding(done, "webhook")["level"] == "ok"
    assert finding(done, "clock")["level"] == "ok"
    assert finding(done, "pollers")["level"] == "ok"
    assert town.town.token not in done.out + done.err


def test_a_token_that_is_refused_is_an_error_and_is_not_repeated(
    hundi: Hundi, town: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = "7000000009:wrong-token-0123456789abcdefghijk"
    monkeypatch.setenv("HUNDI_BOT_TOKEN", wrong)

    done = hundi("doctor", "--json")

    assert finding(done, "token")["level"] == "error"
    assert "BotFather" in finding(done, "token")["mend"]
    assert wrong not in done.out + done.err
    assert town.api_url


def test_a_server_that_does_not_answer_is_an_error(hundi: Hundi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUNDI_BOT_TOKEN", "7000000009:some-token-0123456789abcdefghijk")
    monkeypatch.setenv("HUNDI_TELEGRAM_API_URL", "http://127.0.0.1:9")

    line = finding(hundi("doctor", "--json"), "token")

    assert line["level"] == "error"
    assert "network" in line["mend"]


def test_a_webhook_that_is_set_is_an_error_with_its_mend(hundi: Hundi, town: Serving) -> None:
    town.town.webhook = {"url": "https://example.org/hook"}

    line = finding(hundi("doctor", "--json"), "webhook")

    assert line["level"] == "error"
    assert "--take-over" in line["mend"]


def test_another_poller_is_found(hundi: Hundi, town: Serving) -> None:
    """Somebody left a bot running on another machine."""
    done, polled = threading.Event(), threading.Event()

    def other_machine() -> None:
        while not done.is_set():
            address = f"{town.api_url}/bot{town.town.token}/getUpdates?timeout=1"
            try:
                urllib.request.urlopen(address, timeout=10).close()  # noqa: S310  # our own town on loopback
            except urllib.error.HTTPError as ended:
                ended.close()
            polled.set()

    thread = threading.Thread(target=other_machine)
    thread.start()
    try:
        polled.wait(10)
        line = finding(hundi("doctor", "--json"), "pollers")
    finally:
        done.set()
        thread.join(10)

    assert line["level"] == "error"


def test_what_a_person_wrote_stays_unconfirmed(hundi: Hundi, town: Serving) -> None:
    """Looking must not eat a message."""
    town.town.say(1001, "send 200 to Priya")

    hundi("doctor", "--json")

    assert len(town.town.updates) == 1


HOOK: Final = "https://bot.example.org/hundi"


@pytest.fixture
def _by_webhook(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert home.exists()
    monkeypatch.setenv("HUNDI_WEBHOOK_URL", HOOK)


@pytest.mark.usefixtures("_by_webhook")
@pytest.mark.parametrize(
    ("said", "mend"),
    [
        ("Wrong response from the webhook: 502 Bad Gateway", "hundi serve"),
        ("Wrong response from the webhook: 401 Unauthorized", "keys file"),
        ("Wrong response from the webhook: 404 Not Found", "path"),
        ("SSL error {error:0A000086:SSL routines::certificate verify failed}", "chain"),
        ("Connection refused", "Nobody listens"),
        ("Connection timed out", "firewall"),
        ("something new", "proxy"),
    ],
)
def test_why_telegram_does_not_reach_us_is_said_with_its_mend(
    hundi: Hundi, town: Serving, said: str, mend: str
) -> None:
    town.town.webhook = {"url": HOOK, "last_error_date": int(time.time()) - 30, "last_error_message": said}
    town.town.say(1001, "hello")

    line = finding(hundi("doctor", "--json"), "webhook")

    assert (line["level"], said in line["what"]) == ("error", True)
    assert mend in line["mend"]


@pytest.mark.usefixtures("_by_webhook")
@pytest.mark.parametrize(
    ("hook", "expected"),
    [
        ({}, ("ok", "hundi serve")),
        ({"url": HOOK}, ("ok", "nothing waits")),
        ({"url": HOOK, "last_error_date": 1_700_000_000, "last_error_message": "Connection refused"}, ("ok", "set")),
        ({"url": "https://elsewhere.example.org/x"}, ("error", "another address")),
    ],
)
def test_a_webhook_of_ours_is_looked_at(
    hundi: Hundi, town: Serving, hook: dict[str, Any], expected: tuple[str, str]
) -> None:
    town.town.webhook = hook

    line = finding(hundi("doctor", "--json"), "webhook")

    assert line["level"] == expected[0]
    assert expected[1] in line["what"]


@pytest.mark.parametrize(("polls", "levels"), [(True, ["ok", "warning"]), (False, ["ok"]), (None, ["ok"])])
def test_whoever_polls_is_named_before_a_webhook_ends_it(*, polls: bool | None, levels: list[str]) -> None:
    found = Checkup("HundiBot", "", "", None, 0, reads_all_group_messages=False, other_poller=polls)

    assert [str(one.level) for one in check_webhook(found, HOOK, bot_runs_here=False)] == levels
