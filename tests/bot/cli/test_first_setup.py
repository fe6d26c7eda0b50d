"""Mistakes that people really make when they set a bot up for the first time: each is named, with its mend."""

import asyncio
import json
import os
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from bot.cli import checks, setup_checks
from bot.cli.database_checks import check_database
from bot.sandbox.server import Serving
from bot.settings import Settings
from bot.transport.telegram import checkup
from tests.bot.cli.conftest import Hundi

TOKEN: Final = "7000000009:some-token-0123456789abcdefghijk"  # of a shape that Telegram gives; belongs to nobody
NOBODY_ELSE: Final = 65_534  # the user "nobody", who made none of our files


class Place:
    """A directory in which somebody sets up, a town to talk to, and what they do wrong there."""

    def __init__(self, hundi: Hundi, home: Path, town: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hundi, self.home, self.town, self.monkeypatch = hundi, home, town, monkeypatch

    def set_up(self) -> None:
        """Everything right, as the README says."""
        self.hundi("keys", "new")
        self.hundi("keys", "copied")
        self.hundi("ledger", "migrate")

    def env_file(self, text: str, mode: int = 0o600) -> Path:
        path = self.home / ".env"
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    def set(self, name: str, value: str) -> None:
        self.monkeypatch.setenv(name, value)

    def unset(self, name: str) -> None:
        self.monkeypatch.delenv(name, raising=False)


@pytest.fixture
def place(hundi: Hundi, home: Path, town: Serving, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(checkup, "PROBE_S", 0)  # no other poller plays a part here, so none is waited for
    for alias in ("BOT_TOKEN", "TELEGRAM_BOT_TOKEN", "TELEGRAM_TOKEN", "TOKEN", "DATABASE_URL"):
        monkeypatch.delenv(alias, raising=False)
    return Place(hundi, home, town, monkeypatch)


def no_token(at: Place) -> None:
    at.unset("HUNDI_BOT_TOKEN")


def token_under_another_name(at: Place) -> None:
    at.unset("HUNDI_BOT_TOKEN")
    at.env_file(f"TELEGRAM_BOT_TOKEN={TOKEN}\n")


def token_that_was_revoked(at: Place) -> None:
    at.set("HUNDI_BOT_TOKEN", TOKEN)


def token_with_half_of_the_sentence(at: Place) -> None:
    at.set("HUNDI_BOT_TOKEN", f"Use this token to access the HTTP API: {TOKEN}")


def settings_file_one_directory_up(at: Place) -> None:
    at.env_file("HUNDI_CURRENCY=INR\n")
    below = at.home / "logs"
    below.mkdir()
    at.monkeypatch.chdir(below)
    for name in [name for name in os.environ if name.startswith("HUNDI_")]:
        at.unset(name)


def example_never_copied(at: Place) -> None:
    (at.home / ".env.example").write_text("HUNDI_BOT_TOKEN=\n", encoding="utf-8")
    for name in [name for name in os.environ if name.startswith("HUNDI_")]:
        at.unset(name)


def settings_file_for_everybody(at: Place) -> None:
    at.env_file(f"HUNDI_BOT_TOKEN={at.town.town.token}\n", mode=0o644)


def slip_in_a_name(at: Place) -> None:
    at.env_file("HUNDI_TIMEZON=Asia/Kolkata\n")


def address_with_the_token_in_it(at: Place) -> None:
    at.set("HUNDI_TELEGRAM_API_URL", "https://api.telegram.org/bot")


def euros_on_indian_days(at: Place) -> None:
    at.set("HUNDI_CURRENCY", "EUR")


def keys_never_made(at: Place) -> None:
    (at.home / "hundi.keys").unlink()


def keys_for_everybody(at: Place) -> None:
    (at.home / "hundi.keys").chmod(0o644)


def new_keys_for_old_books(at: Place) -> None:
    at.hundi("fund", "1001", "5.00")  # the books are in use
    (at.home / "hundi.keys").unlink()
    at.hundi("keys", "new")


def database_never_made(at: Place) -> None:
    (at.home / "hundi.db").unlink()


def database_made_with_sudo(at: Place) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a file for somebody else; .ci/run does")
    os.chown(at.home / "hundi.db", NOBODY_ELSE, NOBODY_ELSE)


def another_currency_than_the_wallets(at: Place) -> None:
    at.hundi("fund", "1001", "5.00")
    own = (Path(setup_checks.__file__).parents[2] / "ledger/policies/play.toml").read_text("utf-8")
    (at.home / "euro.toml").write_text(own.replace('"INR"', '"EUR"'), encoding="utf-8")
    at.set("HUNDI_POLICY", "euro.toml")
    at.set("HUNDI_CURRENCY", "EUR")


def webhook_of_an_earlier_life(at: Place) -> None:
    at.town.town.webhook = {"url": "https://example.org/hook"}


def nobody_started_it(at: Place) -> None:
    for number in range(checks.STUCK_UPDATES + 1):
        at.town.town.say(1001, f"hello {number}")


def policy_that_does_not_exist(at: Place) -> None:
    at.set("HUNDI_POLICY", "canteen")


def figures_where_another_program_listens(at: Place) -> None:
    at.set("HUNDI_METRICS_ADDRESS", f"127.0.0.1:{at.town.port}")


def figures_for_the_whole_network(at: Place) -> None:
    at.set("HUNDI_METRICS_ADDRESS", "0.0.0.0:9464")


def webhook_in_plain_http(at: Place) -> None:
    at.set("HUNDI_TELEGRAM_API_URL", "https://api.telegram.org")
    at.set("HUNDI_WEBHOOK_URL", "http://bot.example.org/hundi")


def webhook_at_a_port_telegram_does_not_know(at: Place) -> None:
    at.set("HUNDI_TELEGRAM_API_URL", "https://api.telegram.org")
    at.set("HUNDI_WEBHOOK_URL", "https://bot.example.org:9443/hundi")


def webhook_secret_one_could_guess(at: Place) -> None:
    at.set("HUNDI_WEBHOOK_SECRET", "canteen")


def webhook_where_another_program_listens(at: Place) -> None:
    at.set("HUNDI_WEBHOOK_URL", "https://bot.example.org/hundi")
    at.set("HUNDI_WEBHOOK_LISTEN", f"127.0.0.1:{at.town.port}")


# The mistake → the check that names it, how bad it is, and what its mend must speak of.
MISTAKES: Final[dict[Callable[[Place], None], tuple[str, str, str]]] = {
    no_token: ("token", "error", "@BotFather"),
    token_under_another_name: ("settings", "warning", "HUNDI_BOT_TOKEN"),
    token_that_was_revoked: ("token", "error", "@BotFather"),
    token_with_half_of_the_sentence: ("settings", "error", "HUNDI_BOT_TOKEN"),
    settings_file_one_directory_up: ("settings", "warning", "Start in"),
    example_never_copied: ("settings", "warning", "cp .env.example .env"),
    settings_file_for_everybody: ("settings", "warning", "chmod 600"),
    slip_in_a_name: ("settings", "warning", "HUNDI_TIMEZONE"),
    address_with_the_token_in_it: ("settings", "error", "HUNDI_TELEGRAM_API_URL"),
    euros_on_indian_days: ("settings", "warning", "HUNDI_TIMEZONE"),
    keys_never_made: ("keys", "error", "keys new"),
    keys_for_everybody: ("keys", "error", "chmod 600"),
    new_keys_for_old_books: ("keys match", "error", "Never make new keys"),
    database_never_made: ("database", "error", "ledger migrate"),
    database_made_with_sudo: ("owner", "error", "chown"),
    another_currency_than_the_wallets: ("currency", "error", "HUNDI_CURRENCY=INR"),
    webhook_of_an_earlier_life: ("webhook", "error", "--take-over"),
    webhook_in_plain_http: ("settings", "error", "HUNDI_WEBHOOK_URL"),
    webhook_at_a_port_telegram_does_not_know: ("settings", "error", "HUNDI_WEBHOOK_URL"),
    webhook_secret_one_could_guess: ("settings", "error", "HUNDI_WEBHOOK_SECRET"),
    webhook_where_another_program_listens: ("webhook", "error", "HUNDI_WEBHOOK_LISTEN"),
    nobody_started_it: ("pollers", "warning", "hundi run"),
    policy_that_does_not_exist: ("policy", "error", "HUNDI_POLICY"),
    figures_where_another_program_listens: ("metrics", "error", "HUNDI_METRICS_ADDRESS"),
    figures_for_the_whole_network: ("settings", "error", "HUNDI_METRICS_ADDRESS"),
}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_a_mistake_of_a_first_set_up_is_named_with_its_mend(place: Place, mistake: Callable[[Place], None]) -> None:
    check, level, mend = MISTAKES[mistake]
    place.set_up()

    mistake(place)

    done = place.hundi("doctor", "--json")
    named = [one for one in json.loads(done.out)["findings"] if one["check"] == check and one["level"] == level]
    assert any(mend in one["mend"] for one in named), done.out
    assert done.code == (1 if level == "error" else done.code)
    assert TOKEN not in done.out + done.err
    assert place.town.town.token not in done.out + done.err


def test_there_are_at_least_fifteen_of_them() -> None:
    assert len(MISTAKES) >= 15


def test_a_set_up_without_a_mistake_has_nothing_to_mend(place: Place) -> None:
    place.set_up()

    done = place.hundi("doctor", "--json")

    assert done.code == 0
    assert [one for one in json.loads(done.out)["findings"] if one["level"] != "ok"] == []


def test_play_money_is_not_taken_to_telegram(place: Place) -> None:
    """Somebody points the real bot at the town's database."""
    place.set_up()
    place.hundi("fund", "1001", "5.00")
    with closing(sqlite3.connect(place.home / "hundi.db")) as database, database:
        database.execute("UPDATE deployment SET town = 1")
    settings = Settings(_env_file=None, telegram_api_url="https://api.telegram.org")  # type: ignore[call-arg]  # hidden by dataclass_transform

    report = asyncio.run(check_database(settings, None))

    assert [one.level for one in report.findings if one.check == "play money"] == ["error"]


@pytest.mark.parametrize(
    ("kind", "where"),
    [("nfs4", "over a network"), ("fuse.sshfs", "over a network"), ("tmpfs", "in memory")],
)
def test_a_disk_that_keeps_no_promise_is_an_error(tmp_path: Path, kind: str, where: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\nserver:/home {tmp_path} {kind} rw 0 0\n", encoding="utf-8")
    settings = Settings(_env_file=None, database_url=f"sqlite:///{tmp_path / 'hundi.db'}")  # type: ignore[call-arg]  # hidden by dataclass_transform

    (found,) = setup_checks.check_file_system(settings, mounts)

    assert where in found.what


def test_the_nearest_mount_decides_and_a_blank_in_its_name_is_read() -> None:
    mounts = ["/dev/vda / ext4 rw 0 0", r"server:/x /srv/my\040books nfs rw 0 0", "/dev/vdb /srv ext4 rw 0 0"]

    assert setup_checks.kind_of_file_system(Path("/srv/my books/hundi.db"), mounts) == "nfs"
    assert setup_checks.kind_of_file_system(Path("/srv/other/hundi.db"), mounts) == "ext4"


def test_a_settings_file_saved_by_a_windows_editor_is_read_whole(place: Place) -> None:
    """It begins with an invisible mark, which used to make the first setting another one's name."""
    place.set_up()
    (place.home / ".env").write_text("HUNDI_CURRENCY=EUR\n", encoding="utf-8-sig")
    (place.home / ".env").chmod(0o600)

    findings = json.loads(place.hundi("doctor", "--json").out)["findings"]

    assert any("EUR" in one["what"] for one in findings)


def test_the_figures_address_is_free_for_our_own_bot(tmp_path: Path) -> None:
    """While the bot runs, it is the bot that listens there."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        settings = Settings(_env_file=None, metrics_address=address, keys_file=tmp_path / "keys")  # type: ignore[call-arg]  # the same

        assert list(setup_checks.check_addresses(settings, bot_runs_here=True)) == []
        assert [one.level for one in setup_checks.check_addresses(settings, bot_runs_here=False)] == ["error"]
