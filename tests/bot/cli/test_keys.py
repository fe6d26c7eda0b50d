from pathlib import Path

from bot.vault.keys import Keys
from tests.bot.cli.conftest import Hundi


def test_new_keys_are_readable_by_their_owner_alone(hundi: Hundi, home: Path) -> None:
    done = hundi("keys", "new")

    assert done.code == 0
    assert (home / "hundi.keys").stat().st_mode & 0o777 == 0o600
    assert Keys.load(home / "hundi.keys").keys_id in done.out
    assert "hundi keys copied" in done.err


def test_new_never_overwrites(hundi: Hundi, home: Path) -> None:
    """New keys over old ones would leave everything sealed for ever."""
    hundi("keys", "new")
    before = (home / "hundi.keys").read_bytes()

    done = hundi("keys", "new")

    assert done.code == 1
    assert "never overwritten" in done.err
    assert done.err.count("\n") == 1
    assert (home / "hundi.keys").read_bytes() == before


def test_a_recorded_copy_is_remembered(hundi: Hundi, home: Path) -> None:
    hundi("keys", "new")

    assert hundi("keys", "copied").code == 0
    assert Keys.load(home / "hundi.keys").copy_recorded


def test_copied_without_keys_is_told(hundi: Hundi) -> None:
    done = hundi("keys", "copied")

    assert done.code == 1
    assert "hundi keys new" in done.err
