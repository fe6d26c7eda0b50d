"""The keys file: private, whole, never overwritten, and silent in every message."""

import json
import os
import pickle
from pathlib import Path

import pytest

from bot.vault.keys import (
    KeyRing,
    Keys,
    KeysExistError,
    KeysMalformedError,
    KeysMissingError,
    KeysReadableError,
    KeysUnusableError,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def test_new_keys_are_what_load_reads(path: Path) -> None:
    made = Keys.new(path)

    assert Keys.load(path) == made
    assert not made.copy_recorded


def test_a_keys_file_is_its_owners_alone_whatever_the_umask(path: Path) -> None:
    before = os.umask(0)
    try:
        Keys.new(path)
    finally:
        os.umask(before)

    assert path.stat().st_mode & 0o777 == 0o600


def test_a_keys_file_is_never_overwritten(path: Path) -> None:
    """I typed `hundi keys new` twice and my money is still readable."""
    Keys.new(path)
    before = path.read_bytes()

    with pytest.raises(KeysExistError, match="never overwritten"):
        Keys.new(path)

    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o644])
def test_keys_that_others_may_touch_are_refused_with_the_mend(path: Path, mode: int) -> None:
    Keys.new(path)
    path.chmod(mode)

    with pytest.raises(KeysReadableError, match="chmod 600") as refused:
        Keys.load(path)

    assert str(path) in refused.value.mend


def test_missing_keys_name_the_command_that_makes_them(path: Path) -> None:
    with pytest.raises(KeysMissingError, match="hundi keys new"):
        Keys.load(path)


def test_a_directory_is_not_a_keys_file(path: Path) -> None:
    path.mkdir(mode=0o700)

    with pytest.raises(KeysMalformedError, match="not a file"):
        Keys.load(path)


def test_a_directory_that_is_not_there_is_told(path: Path) -> None:
    with pytest.raises(KeysUnusableError, match="No such file"):
        Keys.new(path / "no" / "such" / "place.json")


def _broken(document: dict[str, object], key: str, value: object) -> str:
    return json.dumps({**document, key: value})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", 2),
        ("keys_id", ""),
        ("keys_id", 7),
        ("pin_keys", {}),
        ("pin_keys", {"0": "A" * 43 + "="}),
        ("pin_keys", {"256": "A" * 43 + "="}),
        ("field_keys", {"1": "c2hvcnQ="}),
        ("field_keys", ["A" * 43 + "="]),
        ("token_keys", {"1": "!" * 44}),
        ("index_key", None),
        ("signing_key", ""),
    ],
)
def test_a_damaged_keys_file_is_refused_without_showing_it(path: Path, key: str, value: object) -> None:
    Keys.new(path)
    document = json.loads(path.read_text())
    path.write_text(_broken(document, key, value))

    with pytest.raises(KeysMalformedError) as refused:
        Keys.load(path)

    assert document["index_key"] not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("missing", ["format", "keys_id", "pin_keys", "index_key", "signing_key", "copy_recorded"])
def test_a_missing_part_is_named(path: Path, missing: str) -> None:
    Keys.new(path)
    document = json.loads(path.read_text())
    del document[missing]
    path.write_text(json.dumps(document))

    with pytest.raises(KeysMalformedError, match=missing):
        Keys.load(path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 50_000])
def test_something_else_entirely_is_not_a_keys_file(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(KeysMalformedError):
        Keys.load(path)


def test_a_cut_keys_file_is_refused_at_every_length(path: Path) -> None:
    """The disk was full while I copied the keys."""
    Keys.new(path)
    whole = path.read_bytes()

    for length in range(0, len(whole) - 3, 23):
        path.write_bytes(whole[:length])
        with pytest.raises(KeysMalformedError):
            Keys.load(path)


def test_a_recorded_copy_is_remembered_and_the_keys_stay(path: Path) -> None:
    made = Keys.new(path)

    recorded = made.record_copy(path)

    assert Keys.load(path) == recorded
    assert recorded.copy_recorded
    assert recorded.field_keys == made.field_keys
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["keys.json"]


def test_no_key_is_seen_in_a_repr_or_pickled() -> None:
    keys = Keys.fresh()
    shown = repr(keys) + repr(keys.pin_keys) + str(keys)

    for secret in (keys.index_key, keys.signing_seed, keys.pin_keys.newest_key, keys.field_keys.newest_key):
        assert repr(secret) not in shown
        assert secret.hex() not in shown
    with pytest.raises(TypeError):
        pickle.dumps(keys)
    with pytest.raises(TypeError):
        pickle.dumps(keys.pin_keys)


def test_the_newest_version_seals_and_older_ones_are_kept() -> None:
    ring = KeyRing({1: bytes(32), 3: bytes(range(32))})

    assert ring.newest == 3
    assert ring.newest_key == bytes(range(32))
    assert ring.key(1) == bytes(32)
    assert ring.key(2) is None


def test_two_deployments_never_share_a_key() -> None:
    one, other = Keys.fresh(), Keys.fresh()

    assert one.keys_id != other.keys_id
    assert one.signing_key.public_key() != other.signing_key.public_key()
    secrets = {
        one.index_key,
        one.signing_seed,
        one.pin_keys.newest_key,
        one.field_keys.newest_key,
        one.token_keys.newest_key,
    }
    assert len(secrets) == 5
