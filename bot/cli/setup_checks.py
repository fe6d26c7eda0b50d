"""The doctor's checks of a first set-up: where the files lie, who owns them, what stands in the wrong place.

Each answers findings only where something is to be said. They look at files and names, never at the database's rows.
"""

import os
import pwd
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from bot import settings as configuration
from bot.cli.findings import Finding, error, warning
from bot.settings import Settings

_OTHERS_MAY_READ: Final = 0o077
_PARENTS_LOOKED_AT: Final = 3
# SQLite's log needs memory that processes share, and locks that hold: sqlite.org/wal.html, "all processes … same host".
_OVER_A_NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "glusterfs", "ceph", "afs"}
)
_IN_MEMORY: Final = frozenset({"tmpfs", "ramfs"})
_MOUNTS: Final = Path("/proc/self/mounts")


def check_environment(env_file: Path = configuration.ENV_FILE) -> Iterator[Finding]:
    """Whether the settings are where the program looks, under the names it reads, and not for everybody's eyes."""
    if not env_file.is_file() and not configuration.sets_anything():
        yield from _settings_elsewhere(env_file)
    for alias, meant in configuration.misnamed(env_file):
        yield warning("settings", f"{alias} is set, and nobody reads it here", f"Call it {meant}.")
    if env_file.is_file() and env_file.stat().st_mode & _OTHERS_MAY_READ and _holds_the_token(env_file):
        yield warning("settings", f"{env_file} holds the token and others may read it", f"`chmod 600 {env_file}`.")


def _settings_elsewhere(env_file: Path) -> Iterator[Finding]:
    above = list(env_file.absolute().parent.parents)[:_PARENTS_LOOKED_AT]
    if found := next((place for place in above if (place / env_file.name).is_file()), None):
        yield warning("settings", f"no {env_file} here, and one in {found}", f"Start in {found}.")
    elif Path(".env.example").is_file():
        yield warning("settings", f"no {env_file} here", "`cp .env.example .env`, and put the token into it.")


def _holds_the_token(env_file: Path) -> bool:
    return bool(configuration.names_in(env_file).get("HUNDI_BOT_TOKEN"))


def check_defaults(settings: Settings) -> Iterator[Finding]:
    """Money of one country and the day of another."""
    if settings.currency != "INR" and "timezone" not in settings.model_fields_set:
        what = f"{settings.currency} with days of {settings.timezone}, which is only the default"
        yield warning("settings", what, "Say which zone decides what “per day” means: HUNDI_TIMEZONE.")


def check_owner(settings: Settings) -> Iterator[Finding]:
    """Files that another user made: most often a command that was run once with sudo."""
    beside = () if (database := settings.database_file) is None else (database, *_beside(database))
    files = [file for file in (*beside, settings.keys_file, settings.heads_file) if file.exists()]
    strange = [file for file in files if file.stat().st_uid != os.geteuid()]
    if strange:
        names, owner = ", ".join(str(file) for file in strange), _user(strange[0].stat().st_uid)
        mend = f"Run as {owner}, or give all of them to {_user(os.geteuid())}: `chown`."
        yield error("owner", f"{names}: made by {owner}, and you are {_user(os.geteuid())}", mend)


def _beside(database: Path) -> Iterator[Path]:
    return (database.with_name(database.name + tail) for tail in ("-wal", "-shm", ".lock"))


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def check_file_system(settings: Settings, mounts: Path = _MOUNTS) -> Iterator[Finding]:
    """A database that lies where SQLite cannot keep its promises."""
    if settings.database_file is None or not mounts.is_file():
        return
    place = settings.database_file.absolute()
    kind = kind_of_file_system(place, mounts.read_text("utf-8", "replace").splitlines())
    if kind in _OVER_A_NETWORK:
        what = f"{place} lies on {kind}, over a network"
        yield error("disk", what, "Put it on a disk of this machine: SQLite's log and locks do not hold elsewhere.")
    elif kind in _IN_MEMORY:
        yield error("disk", f"{place} lies in memory ({kind})", "Put it on a disk: it is gone when the machine stops.")


def kind_of_file_system(place: Path, mounts: Iterable[str]) -> str:
    """The kind of the mount that holds ``place``, by lines of /proc/self/mounts; of two on one point the last holds."""
    best, kind = -1, ""
    for mount in mounts:
        _, point, its_kind, *_ = mount.split(" ")
        at = Path(point.replace("\\040", " "))
        if (at == place or at in place.parents) and len(at.parts) >= best:
            best, kind = len(at.parts), its_kind
    return kind


def check_addresses(settings: Settings, *, bot_runs_here: bool) -> Iterator[Finding]:
    """Whether what we would listen at is free."""
    if bot_runs_here:
        return
    if settings.metrics_listen and (fault := _why_taken(*settings.metrics_listen)):
        what = f"{settings.metrics_address} cannot be opened ({fault})"
        yield error("metrics", what, "Another program listens there: choose another HUNDI_METRICS_ADDRESS.")
    if settings.webhook_url and (fault := _why_taken(*settings.webhook_address)):
        what = f"{settings.webhook_listen} cannot be opened ({fault})"
        yield error("webhook", what, "Another program listens there: choose another HUNDI_WEBHOOK_LISTEN.")


def _why_taken(host: str, port: int) -> str:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        try:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
        except OSError as fault:
            return fault.strerror or "it is taken"
    return ""
