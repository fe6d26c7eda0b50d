"""Settings: what an operator writes is read exactly, or told in plain words, and a secret is never repeated."""

from pathlib import Path

import pytest

from bot.settings import (
    LogFormat,
    LogLevel,
    Settings,
    SettingsError,
    environment_of,
    policy_text,
    read,
    strangers,
    token_of,
)

TOKEN = "7000000001:AAF-sentinel-token-0123456789abcde"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.upper().startswith("HUNDI_"):
            monkeypatch.delenv(name)


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def test_nothing_set_gives_the_documented_defaults(env_file: Path) -> None:
    settings = read(env_file)

    assert settings.bot_token is None
    assert settings.database_file == Path("hundi.db")
    assert settings.heads_file == Path("hundi.heads")
    assert (settings.currency, settings.timezone, settings.policy) == ("INR", "Asia/Kolkata", "play")
    assert (settings.log_level, settings.log_format) == (LogLevel.INFO, LogFormat.CONSOLE)


def test_the_environment_wins_over_the_file(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file.write_text(f"HUNDI_BOT_TOKEN={TOKEN}\nHUNDI_CURRENCY=EUR\nHUNDI_TIMEZONE=Europe/Paris\n", encoding="utf-8")
    monkeypatch.setenv("HUNDI_CURRENCY", "JPY")

    settings = read(env_file)

    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == TOKEN
    assert (settings.currency, settings.timezone) == ("JPY", "Europe/Paris")


def test_an_absolute_database_path_keeps_its_slash(env_file: Path) -> None:
    env_file.write_text("HUNDI_DATABASE_URL=sqlite:////var/lib/hundi/hundi.db\n", encoding="utf-8")

    assert read(env_file).database_file == Path("/var/lib/hundi/hundi.db")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("HUNDI_BOT_TOKEN=hello", "@BotFather"),
        ("HUNDI_TELEGRAM_API_URL=api.telegram.org", "http:// or https://"),
        ("HUNDI_TELEGRAM_API_URL=https://api.telegram.org/?a=1", "without a query"),
        ("HUNDI_DATABASE_URL=postgresql://localhost", "must name a database"),
        ("HUNDI_DATABASE_URL=sqlite:///", "sqlite:///hundi.db"),
        ("HUNDI_DATABASE_URL=hundi.db", "sqlite:///hundi.db"),
        ("HUNDI_CURRENCY=rupees", "ISO 4217"),
        ("HUNDI_CURRENCY=RUP", "ISO 4217"),
        ("HUNDI_TIMEZONE=Bombay", "Asia/Kolkata"),
        ("HUNDI_TIMEZONE=../../etc/passwd", "Asia/Kolkata"),
        ("HUNDI_LOG_LEVEL=LOUD", "must be 'DEBUG'"),
        ("HUNDI_LOG_FORMAT=xml", "must be 'console'"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_mend(env_file: Path, line: str, says: str) -> None:
    env_file.write_text(line + "\n", encoding="utf-8")

    with pytest.raises(SettingsError) as caught:
        read(env_file)

    name, _, value = line.partition("=")
    assert [problem.name for problem in caught.value.problems] == [name]
    assert says in caught.value.problems[0].why
    assert f"'{value}'" not in str(caught.value)


def test_every_problem_is_told_at_once(env_file: Path) -> None:
    """An operator mends the file once, not once for each line."""
    env_file.write_text("HUNDI_CURRENCY=x\nHUNDI_TIMEZONE=y\nHUNDI_LOG_LEVEL=z\n", encoding="utf-8")

    with pytest.raises(SettingsError) as caught:
        read(env_file)

    assert len(caught.value.problems) == 3


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_a_token_pasted_into_any_line_is_never_repeated(env_file: Path, name: str) -> None:
    """Somebody pastes the token one line too low; the complaint goes to a terminal that is being shared."""
    env_file.write_text(f"HUNDI_{name}=x {TOKEN} x\n", encoding="utf-8")

    try:
        shown = repr(read(env_file)) if name == "BOT_TOKEN" else ""
    except SettingsError as error:
        shown = f"{error} {error!r} {error.__cause__!r} {error.__context__!r}"

    assert TOKEN not in shown


def test_the_token_is_not_in_the_settings_as_they_print(env_file: Path) -> None:
    env_file.write_text(f"HUNDI_BOT_TOKEN={TOKEN}\n", encoding="utf-8")

    assert TOKEN not in f"{read(env_file)} {read(env_file)!r}"


def test_a_file_that_is_not_text_is_told(env_file: Path) -> None:
    env_file.write_bytes(b"HUNDI_CURRENCY=\xff\xfe\n")

    with pytest.raises(SettingsError, match="not UTF-8"):
        read(env_file)


def test_a_typing_error_in_a_name_is_noticed(env_file: Path) -> None:
    """HUNDI_CURENCY=EUR would otherwise leave the operator on rupees, silently."""
    env_file.write_text("HUNDI_CURENCY=EUR\n", encoding="utf-8")

    found = strangers(env_file, {"HUNDI_BOTTOKEN": "x", "HUNDI_LOG_LEVEL": "INFO", "PATH": "/bin"})

    assert [(one.name, one.meant) for one in found] == [
        ("HUNDI_BOTTOKEN", "HUNDI_BOT_TOKEN"),
        ("HUNDI_CURENCY", "HUNDI_CURRENCY"),
    ]


def test_a_setting_of_a_later_version_is_told_apart_from_a_typing_error(env_file: Path) -> None:
    found = strangers(env_file, {"HUNDI_SUPPORT_CHAT_ID": "-100"})

    assert [(one.name, one.not_yet) for one in found] == [("HUNDI_SUPPORT_CHAT_ID", True)]


def test_a_policy_is_found_by_its_name_and_by_its_path(tmp_path: Path) -> None:
    own = tmp_path / "canteen.toml"
    own.write_text("format = 1\n", encoding="utf-8")

    assert 'name = "play"' in policy_text("play")
    assert policy_text(str(own)) == "format = 1\n"


@pytest.mark.parametrize(
    ("content", "says"), [(None, "no file"), (b"\xff\xfe", "not UTF-8"), ("a directory", "cannot be read")]
)
def test_a_policy_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | str | None, says: str) -> None:
    own = tmp_path / "canteen.toml"
    if isinstance(content, bytes):
        own.write_bytes(content)
    elif content:
        own.mkdir()

    with pytest.raises(SettingsError, match=f"HUNDI_POLICY .*{says}"):
        policy_text(str(own))


def test_a_child_reads_exactly_the_same_settings(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`hundi play` hands its child everything, so that a token in .env never reaches the town's bot."""
    monkeypatch.setenv("HUNDI_NOISE", "1")
    env_file.write_text("HUNDI_CURRENCY=EUR\nHUNDI_POLICY=other\n", encoding="utf-8")
    parent = Settings(bot_token=TOKEN, database_url="sqlite:///play.db")  # type: ignore[arg-type]  # pydantic reads the text

    environment = environment_of(parent)
    monkeypatch.delenv("HUNDI_NOISE")
    for name, value in environment.items():
        if name.startswith("HUNDI_"):
            monkeypatch.setenv(name, value)

    assert read(env_file) == parent
    assert "HUNDI_NOISE" not in environment


def test_a_bot_without_a_token_is_told_where_to_get_one(env_file: Path) -> None:
    with pytest.raises(SettingsError, match="HUNDI_BOT_TOKEN is not set: ask @BotFather"):
        token_of(read(env_file))


@pytest.mark.parametrize(
    ("clock_url", "api_url", "accepted"),
    [
        ("http://127.0.0.1:8080/town/clock", "http://127.0.0.1:8080", True),
        ("http://[::1]:8080/town/clock", "http://localhost:8080", True),
        ("http://127.0.0.1:8080/town/clock", "https://api.telegram.org", False),
        ("http://192.168.1.7:8080/town/clock", "http://127.0.0.1:8080", False),
        ("http://127.0.0.1.example.org/town/clock", "http://127.0.0.1:8080", False),
        ("file:///etc/passwd", "http://127.0.0.1:8080", False),
    ],
)
def test_a_clock_that_somebody_moves_is_on_this_machine_as_the_bot_api_is(
    env_file: Path, clock_url: str, api_url: str, *, accepted: bool
) -> None:
    env_file.write_text(f"HUNDI_TELEGRAM_API_URL={api_url}\nHUNDI_CLOCK_URL={clock_url}\n", encoding="utf-8")

    if accepted:
        assert read(env_file).clock_url == clock_url
    else:
        with pytest.raises(SettingsError) as refused:
            read(env_file)
        assert [problem.name for problem in refused.value.problems] == ["HUNDI_CLOCK_URL"]


def test_without_a_clock_url_the_clock_is_the_machines(env_file: Path) -> None:
    assert read(env_file).clock_url == ""


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///books/hundi.db", "books/hundi.db"),
        ("postgresql://hundi:tulip-secret@db.example:5432/books", "PostgreSQL database books at db.example:5432"),
        ("postgresql://hundi@/books?host=/run/postgresql", "PostgreSQL database books at /run/postgresql"),
        ("postgresql:///books", "PostgreSQL database books at this machine"),
    ],
)
def test_a_database_is_called_without_user_and_password(env_file: Path, url: str, said: str) -> None:
    env_file.write_text(f"HUNDI_DATABASE_URL={url}\n", encoding="utf-8")

    settings = read(env_file)

    assert settings.database_said == said
    assert "tulip" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://bot.example.org/hundi", "https://"),
        ("https://bot.example.org:8080/hundi", "443, 80, 88 or 8443"),
        ("https://bot.example.org/hundi?x=1", "without a query"),
        ("bot.example.org/hundi", "https://"),
        ("https:///hundi", "https://"),
        ("https://bot.example.org:0x1/hundi", "https://"),
        (f"https://bot.example.org/{TOKEN}", "must not hold the bot token"),
    ],
)
def test_a_webhook_that_telegram_could_not_or_should_not_reach_is_refused(env_file: Path, url: str, words: str) -> None:
    env_file.write_text(f"HUNDI_BOT_TOKEN={TOKEN}\nHUNDI_WEBHOOK_URL={url}\n", encoding="utf-8")

    with pytest.raises(SettingsError, match=words) as refused:
        read(env_file)

    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize("port", ["", ":443", ":80", ":88", ":8443"])
def test_a_webhook_at_a_port_that_telegram_knows_is_taken(env_file: Path, port: str) -> None:
    env_file.write_text(f"HUNDI_WEBHOOK_URL=https://bot.example.org{port}/hundi\n", encoding="utf-8")

    settings = read(env_file)

    assert settings.webhook_path == "/hundi"
    assert settings.webhook_address == ("127.0.0.1", 8443)


def test_a_bot_api_server_of_ones_own_takes_plain_http_and_any_port(env_file: Path) -> None:
    env_file.write_text(
        "HUNDI_TELEGRAM_API_URL=http://10.0.0.5:8081\nHUNDI_WEBHOOK_URL=http://10.0.0.6:9000\n", encoding="utf-8"
    )

    assert read(env_file).webhook_path == "/"


@pytest.mark.parametrize("secret", ["short", "S" * 31, "S" * 257, "spaces are not " * 3, "é" * 40])
def test_a_webhook_secret_that_can_be_guessed_or_sent_by_nobody_is_refused(env_file: Path, secret: str) -> None:
    env_file.write_text(f"HUNDI_WEBHOOK_SECRET={secret}\n", encoding="utf-8")

    with pytest.raises(SettingsError, match="32 to 256") as refused:
        read(env_file)

    assert secret not in str(refused.value)
