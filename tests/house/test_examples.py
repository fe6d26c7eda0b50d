"""The examples name what there is: settings, commands, addresses. No container is built here."""

import configparser
import re
from pathlib import Path
from typing import Final

import pytest

from bot.settings import PREFIX, Settings

EXAMPLES: Final = Path(__file__).parents[2] / "examples"
OF_THE_COMPOSE_FILE: Final = {"HUNDI_HOST", "HUNDI_OWNER_PASSWORD", "HUNDI_DATABASE_PASSWORD"}
UNITS: Final = ("hundi.service", "hundi-serve@.service")


def text(name: str) -> str:
    return (EXAMPLES / name).read_text("utf-8")


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.iterdir()))
def test_an_example_names_only_settings_there_are(name: str) -> None:
    known = {PREFIX + field.upper() for field in Settings.model_fields} | OF_THE_COMPOSE_FILE

    assert set(re.findall(r"HUNDI_[A-Z_]+", text(name))) <= known


def test_every_process_behind_the_proxy_is_there() -> None:
    behind = set(re.findall(r"(serve\d):8443", text("Caddyfile")))

    assert len(behind) == 3
    assert behind == set(re.findall(r"^  (serve\d):$", text("compose.yaml"), re.MULTILINE))
    assert behind == set(re.findall(r'"http://(serve\d):8443"', text("compose.yaml")))


def test_the_path_is_one_everywhere() -> None:
    assert "${HUNDI_HOST:?say it in .env}/hundi" in text("compose.yaml")
    assert re.search(r"^\s+path /hundi$", text("Caddyfile"), re.MULTILINE)
    assert "location = /hundi {" in text("nginx.conf")


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_does_not_start_again_what_an_operator_must_mend_and_may_do_little(name: str) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's names have capitals
    unit.read_string(text(name))
    service = unit["Service"]

    assert service["RestartPreventExitStatus"] == "1 2"
    assert int(service["TimeoutStopSec"]) >= 30
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert service["ExecStart"].split()[0] == "/opt/hundi/bin/hundi"


def test_no_example_holds_a_secret_or_runs_as_root() -> None:
    assert "USER hundi" in text("Dockerfile")
    assert not re.search(r"PASSWORD: [^$]", text("compose.yaml"))
    assert not re.search(r"\d{6,}:[A-Za-z0-9_-]{20,}", "".join(path.read_text("utf-8") for path in EXAMPLES.iterdir()))


def test_the_image_holds_the_driver_of_postgresql() -> None:
    """It is an extra of the package; what runs is installed from the lock alone, so the lock must have it."""
    locked = (EXAMPLES.parent / "requirements.txt").read_text("utf-8")

    assert "--require-hashes -r requirements.txt" in text("Dockerfile")
    assert re.search(r"^asyncpg==", locked, re.MULTILINE)
