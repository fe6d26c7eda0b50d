"""The environment, read once into frozen Settings; the one reader of the environment.

A setting is named ``HUNDI_…`` and comes from the environment or from ``.env`` in the working directory; the environment
wins. A problem is told in plain words with its mend, and never repeats the value: somebody may have pasted the bot
token into the wrong line.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global
from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

from bot.loopback import is_loopback
from ledger.database.opening import is_postgres
from ledger.kernel.money import is_currency

PREFIX: Final = "HUNDI_"
ENV_FILE: Final = Path(".env")
_ENCODING: Final = "utf-8-sig"  # editors on Windows put a mark in front, which would become part of the first name

_ALIASES: Final = {  # what other programs call these
    "BOT_TOKEN": "HUNDI_BOT_TOKEN",
    "TELEGRAM_BOT_TOKEN": "HUNDI_BOT_TOKEN",
    "TELEGRAM_TOKEN": "HUNDI_BOT_TOKEN",
    "TOKEN": "HUNDI_BOT_TOKEN",
    "DATABASE_URL": "HUNDI_DATABASE_URL",
}
NO_COUNTRY: Final = "ZZ"  # what CLDR says of Etc/UTC and its like

TELEGRAM: Final = "https://api.telegram.org"
HTTPS_PORT: Final = 443
WEBHOOK_PORTS: Final = (443, 80, 88, 8443)  # core.telegram.org/bots/api#setwebhook, notes
_SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")  # Telegram takes 1 to 256; what can be guessed protects nobody
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{20,}")
# Settings that PRODUCT.md names for later versions, and names only the tests read: known, and not yet used here.
_NOT_YET: Final = ("SUPPORT_CHAT_ID",)
_FOR_TESTS: Final = ("TEST_SIZE", "TEST_SEED")


LOOPBACK: Final = ("127.0.0.1", "[::1]", "localhost")


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class LogFormat(StrEnum):
    """How a log line looks."""

    CONSOLE = "console"
    JSON = "json"


def _is_token(token: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(token.get_secret_value()):
        raise ValueError("does not look like a bot token: @BotFather gives one as digits, a colon and 35 characters")
    return token


def _is_api_url(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", url):
        raise ValueError("must be an http:// or https:// address without a query")
    if re.search(r"/bot\d*(:|/|$)", url):
        raise ValueError("must be the server's address alone: /bot<token> is appended by itself")
    return url.rstrip("/")


def _is_clock_url(url: str, info: ValidationInfo) -> str:
    """A clock that somebody moves is for a town: money of real people never hangs on it."""
    api_url = info.data.get("telegram_api_url")
    if url and not (_is_api_url(url) and is_loopback(url)):
        raise ValueError("must be on this machine: a clock that somebody moves is for trying things out")
    if url and api_url is not None and not is_loopback(api_url):
        raise ValueError("is for a town: leave it empty while HUNDI_TELEGRAM_API_URL is not on this machine")
    return url


def is_database_url(url: str) -> str:
    """The address of a database, or ``ValueError`` says what it must be."""
    if is_postgres(url):
        if not urlsplit(url).path.strip("/"):
            raise ValueError("must name a database: postgresql://user:password@host/hundi")
        return url
    if not url.removeprefix("sqlite:///") or not url.startswith("sqlite:///"):
        raise ValueError(
            "must be sqlite:/// and a path, like sqlite:///hundi.db (four slashes for an absolute path), or postgresql://…"
        )
    return url


def _is_webhook_url_or_none(url: str | None, info: ValidationInfo) -> str | None:
    return _is_webhook_url(url, info) if url else None


def _is_webhook_url(url: str, info: ValidationInfo) -> str:
    """Telegram's own servers ask for TLS and four ports; a Bot API server of one's own (--local) for neither."""
    if not _is_web_address(url):
        raise ValueError("must be the https:// address at which Telegram reaches this bot, without a query")
    token = info.data.get("bot_token")
    if token is not None and token.get_secret_value() in url:
        raise ValueError("must not hold the bot token: addresses stand in the logs of proxies")
    if info.data.get("telegram_api_url") != TELEGRAM:
        return url
    parts = urlsplit(url)
    if parts.scheme != "https":
        raise ValueError("must begin with https://: Telegram brings nothing over plain HTTP")
    if (parts.port or HTTPS_PORT) not in WEBHOOK_PORTS:
        raise ValueError("must use port 443, 80, 88 or 8443: Telegram knows no other")
    return url


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0 and "?" not in url
    except ValueError:
        return False


def _is_address(address: str) -> str:
    host, _, port = address.rpartition(":")
    if not host or not port.isascii() or not port.isdecimal() or not 0 < int(port) < 2**16:
        raise ValueError("must be an address and a port, like 127.0.0.1:8443")
    return address


def _is_secret(secret: SecretStr) -> SecretStr:
    if not _SECRET.fullmatch(secret.get_secret_value()):
        raise ValueError("must be 32 to 256 of A-Z a-z 0-9 _ - (or empty: then it is made from the keys)")
    return secret


def _is_local_address(address: str) -> str:
    host, _, port = address.rpartition(":")
    if not port.isascii() or not port.isdecimal() or not 0 < int(port) < 2**16:
        raise ValueError("must be an address of this machine and a port, like 127.0.0.1:9464")
    if host not in LOOPBACK:
        raise ValueError(
            "must be on this machine (127.0.0.1, [::1] or localhost): the figures are the operator's alone"
        )
    return address


def _is_currency(code: str) -> str:
    if not is_currency(code):
        raise ValueError("must be the three capital letters of an ISO 4217 currency, like INR")
    return code


def _is_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as missing:
        raise ValueError("is no time zone there is: write an IANA name like Asia/Kolkata") from missing
    return name


class Settings(BaseSettings):
    """What an operator decides. The descriptions are what ``.env.example`` says; a test keeps the two in step."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,  # a machine without time zones does not know the default one either
    )

    bot_token: Annotated[SecretStr | None, AfterValidator(lambda token: token and _is_token(token))] = Field(
        default=None, description="The bot's token, from @BotFather. A secret: whoever has it is your bot."
    )
    telegram_api_url: Annotated[str, AfterValidator(_is_api_url)] = Field(
        default=TELEGRAM,
        description="The Bot API server; /bot<token>/method is appended. Change it for a self-hosted or a local one.",
    )
    clock_url: Annotated[str, AfterValidator(_is_clock_url)] = Field(
        default="",
        description="A clock that somebody moves, as a town has one. Only with a Bot API server on this machine.",
    )
    database_url: Annotated[str, AfterValidator(is_database_url)] = Field(
        default="sqlite:///hundi.db",
        repr=False,  # it may hold a password
        description="Where the books lie: sqlite:/// and a path, relative to where the program starts; or postgresql://user:password@host/hundi.",
    )
    keys_file: Annotated[Path, AfterValidator(Path.expanduser)] = Field(
        default=Path("hundi.keys"),
        description="The secrets that `hundi keys new` makes; the signed heads of the chain lie beside it (.heads).",
    )
    currency: Annotated[str, AfterValidator(_is_currency)] = Field(
        default="INR", description="ISO 4217 code of every wallet. Fixed once the first account is open."
    )
    timezone: Annotated[str, AfterValidator(_is_zone)] = Field(
        default="Asia/Kolkata", description='IANA time zone that decides what "per day" means and how times are shown.'
    )
    policy: str = Field(
        default="play",
        min_length=1,
        description="The rules with numbers: the name of a policy that comes with Hundi, or a path to a .toml file.",
    )
    webhook_url: Annotated[str | None, AfterValidator(_is_webhook_url_or_none)] = Field(
        default=None,
        description="Where Telegram reaches `hundi serve`, like https://bot.example.org/hundi. `hundi run` has none.",
    )
    webhook_listen: Annotated[str, AfterValidator(_is_address)] = Field(
        default="127.0.0.1:8443",
        description="Where `hundi serve` listens, behind a proxy that speaks TLS; /healthz and /readyz are there too.",
    )
    webhook_secret: Annotated[SecretStr | None, AfterValidator(lambda secret: secret and _is_secret(secret))] = Field(
        default=None,
        description="What Telegram proves itself with. Empty: made from the keys, which is as good and needs no care.",
    )
    process_url: Annotated[str | None, AfterValidator(lambda url: url and _is_api_url(url))] = Field(
        default=None,
        description="Where other processes of this bot reach this one: http://10.0.0.5:8443. Empty: where it listens.",
    )
    metrics_address: Annotated[str | None, AfterValidator(lambda address: address and _is_local_address(address))] = (
        Field(
            default=None,
            description="Where /metrics answers, like 127.0.0.1:9464; this machine only. Empty: nowhere.",
        )
    )
    log_level: LogLevel = Field(default=LogLevel.INFO, description="DEBUG, INFO, WARNING or ERROR.")
    log_format: LogFormat = Field(
        default=LogFormat.CONSOLE, description="console (for people) or json (one object a line, for machines)."
    )

    @property
    def zone(self) -> ZoneInfo:
        """The time zone itself."""
        return ZoneInfo(self.timezone)

    @property
    def region(self) -> str:
        """The country of the time zone (ISO 3166), where a phone number without a country code belongs; empty: none.

        Its home needs no setting of its own: an operator who keeps Asia/Kolkata serves people who write 90000 01002.
        """
        zone = get_global("zone_aliases").get(self.timezone, self.timezone)  # Asia/Calcutta is Asia/Kolkata
        territory = str(get_global("zone_territories").get(zone, ""))
        return "" if territory == NO_COUNTRY else territory

    @property
    def database_file(self) -> Path | None:
        """The file behind an sqlite URL; none behind a server's."""
        return None if is_postgres(self.database_url) else Path(self.database_url.removeprefix("sqlite:///"))

    @property
    def database_said(self) -> str:
        """How the database is called before people: never with a user or a password."""
        if self.database_file is not None:
            return str(self.database_file)
        url = urlsplit(self.database_url)
        at = parse_qs(url.query).get("host", [url.netloc.rpartition("@")[2]])[0]
        return f"PostgreSQL database {url.path.strip('/')} at {at or 'this machine'}"

    @property
    def webhook_path(self) -> str:
        """The path of the webhook's address, where it arrives here too."""
        return urlsplit(self.webhook_url or "").path or "/"

    @property
    def webhook_address(self) -> tuple[str, int]:
        """Host and port where ``hundi serve`` listens."""
        host, _, port = self.webhook_listen.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def metrics_listen(self) -> tuple[str, int] | None:
        """Host and port of the figures, if they are wanted."""
        if self.metrics_address is None:
            return None
        host, _, port = self.metrics_address.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def heads_file(self) -> Path:
        """Where the signed heads of the chain are kept: beside the keys."""
        return self.keys_file.with_suffix(".heads")


@dataclass(frozen=True, slots=True)
class Problem:
    """One setting that cannot be used, and why. Its value is not repeated."""

    name: str
    why: str


class SettingsError(Exception):
    """The settings cannot be used."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{problem.name} {problem.why}" for problem in problems))
        self.problems = problems


def read(env_file: Path | None = ENV_FILE) -> Settings:
    """Read the environment and ``.env``. ``SettingsError`` names every setting that cannot be used."""
    try:
        return Settings(_env_file=env_file, _env_file_encoding=_ENCODING)  # type: ignore[call-arg]  # hidden by dataclass_transform
    except ValidationError as invalid:
        found = invalid.errors(include_url=False, include_context=False, include_input=False)
    except UnicodeDecodeError:
        raise SettingsError((Problem(str(env_file), "is not UTF-8 text"),)) from None
    raise SettingsError(tuple(Problem(_name(error["loc"]), _plain(error["msg"])) for error in found))


def token_of(settings: Settings) -> str:
    """The bot's token; ``SettingsError`` if there is none."""
    if settings.bot_token is None:
        raise SettingsError((Problem(PREFIX + "BOT_TOKEN", "is not set: ask @BotFather for one and put it into .env"),))
    return settings.bot_token.get_secret_value()


def webhook_url_of(settings: Settings) -> str:
    """Where Telegram brings updates; ``SettingsError`` if that was not said."""
    if settings.webhook_url is None:
        why = "is not set: write the https:// address at which Telegram reaches this machine"
        raise SettingsError((Problem(PREFIX + "WEBHOOK_URL", why),))
    return settings.webhook_url


def _name(location: tuple[int | str, ...]) -> str:
    field = str(location[0]) if location else ""
    return field.upper() if field.upper().startswith(PREFIX) else PREFIX + field.upper()


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ").replace("Input should be", "must be")


def policy_text(policy: str) -> str:
    """The text of a policy that comes with Hundi, by its name, or of a file, by its path; else ``SettingsError``."""
    shipped = files("ledger.policies").joinpath(f"{policy}.toml") if re.fullmatch(r"[a-z0-9_-]+", policy) else None
    try:
        if shipped is not None and shipped.is_file():
            return shipped.read_text("utf-8")
        return Path(policy).expanduser().read_text("utf-8")
    except FileNotFoundError:
        why = "names no policy that comes with Hundi and no file"
    except UnicodeDecodeError:
        why = "names a file that is not UTF-8 text"
    except OSError as fault:
        why = f"names a file that cannot be read ({fault.strerror})"
    raise SettingsError((Problem(PREFIX + "POLICY", why),))


def names_in(env_file: Path) -> dict[str, str]:
    """What a ``.env`` sets, by name in capitals; nothing if it is not there."""
    if not env_file.is_file():
        return {}
    lines = DotEnvSettingsSource(Settings, env_file=env_file, env_file_encoding=_ENCODING, env_ignore_empty=False)
    return {name.upper(): value or "" for name, value in lines.env_vars.items()}


def sets_anything(environment: Mapping[str, str] | None = None) -> bool:
    """Whether the environment itself holds a setting of ours."""
    return any(name.upper().startswith(PREFIX) for name in (os.environ if environment is None else environment))


def misnamed(env_file: Path, environment: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """Settings under the name that another program reads, with the name that we do; only where that one is missing."""
    named = {**names_in(env_file), **(os.environ if environment is None else environment)}
    return [(alias, meant) for alias, meant in _ALIASES.items() if alias in named and not named.get(meant)]


@dataclass(frozen=True, slots=True)
class Stranger:
    """A ``HUNDI_`` name that this version does not read. ``meant`` is the setting it looks like, or empty."""

    name: str
    meant: str = ""
    not_yet: bool = False


def strangers(env_file: Path | None = ENV_FILE, environment: Mapping[str, str] | None = None) -> list[Stranger]:
    """Names that start with ``HUNDI_`` and mean nothing here: most often a typing error that would pass unseen."""
    named = set(os.environ if environment is None else environment)
    if env_file is not None:
        named |= set(names_in(env_file))
    known = [PREFIX + field.upper() for field in Settings.model_fields]
    passed_over = {*known, *(PREFIX + name for name in _FOR_TESTS)}
    later = {PREFIX + name for name in _NOT_YET}
    return [
        Stranger(name, "".join(get_close_matches(name.upper(), known, n=1)), not_yet=name.upper() in later)
        for name in sorted(named)
        if name.upper().startswith(PREFIX) and name.upper() not in passed_over
    ]


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment in which a child process reads exactly these settings, whatever ``.env`` says."""
    inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    ours = {
        PREFIX + name.upper(): value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in settings
        if value is not None
    }
    return {**inherited, **ours}
