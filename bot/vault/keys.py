"""The keys file: every secret that keeps the database silent when it is stolen, outside the database.

It knows nothing of what the keys seal. A ring holds versions of one key: the newest seals, all of them open, so that a
rotation adds a version and never makes an old row unreadable.
"""

import base64
import binascii
import json
import os
import resource
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

FORMAT = 1
KEY_BYTES = 32  # AES-256-GCM-SIV, AES-SIV-CMAC-256, HMAC-SHA256 and an Ed25519 seed all take 32
MAX_VERSION = 255  # a version is one byte in front of what it sealed
MAX_FILE_BYTES = 65_536  # a keys file with 255 versions of every key stays below this
_OWNER_ONLY = 0o600
_OTHERS = 0o077


class KeysError(Exception):
    """The keys file cannot be used. ``mend`` says what to do about it."""

    def __init__(self, path: Path, problem: str, mend: str) -> None:
        super().__init__(f"{path}: {problem}. {mend}")
        self.path = path
        self.problem = problem
        self.mend = mend


class KeysMissingError(KeysError):
    """There is no keys file."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path, "there is no keys file", "Make one with `hundi keys new`, or point HUNDI_KEYS_FILE at it"
        )


class KeysExistError(KeysError):
    """A keys file is never overwritten: what it sealed could not be read again."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path, "this file exists and is never overwritten", "Choose another path, or use the keys in it"
        )


class KeysReadableError(KeysError):
    """Somebody else on this machine may read or change the keys."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "others on this machine may read it", f"Run `chmod 600 {path}`")


class KeysMalformedError(KeysError):
    """The file is not a keys file of ours."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(path, problem, "Put back the copy you keep of the keys; without it the data stays sealed")


class KeysUnusableError(KeysError):
    """The machine would not let us read or write the file."""

    def __init__(self, path: Path, fault: OSError) -> None:
        super().__init__(path, fault.strerror or "it cannot be used", "Check the directory and its owner")


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Versions of one key, 1 … 255. ``repr`` names versions only."""

    versions: Mapping[int, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.versions or any(not 1 <= version <= MAX_VERSION for version in self.versions):
            raise ValueError("a ring holds versions 1 to 255")
        if any(len(key) != KEY_BYTES for key in self.versions.values()):
            raise ValueError("a key is 32 bytes")

    @classmethod
    def new(cls) -> Self:
        """A ring of one fresh key."""
        return cls({1: secrets.token_bytes(KEY_BYTES)})

    @property
    def newest(self) -> int:
        """The version that seals."""
        return max(self.versions)

    @property
    def newest_key(self) -> bytes:
        """The key that seals."""
        return self.versions[self.newest]

    def key(self, version: int) -> bytes | None:
        """The key of a version, or None if it was never here or is gone."""
        return self.versions.get(version)

    def __reduce__(self) -> str:
        raise TypeError("keys are not pickled")


@dataclass(frozen=True, slots=True)
class Keys:
    """Everything in a keys file. ``repr`` shows no secret."""

    keys_id: str  # names this file in the database, so that another one is noticed at start
    pin_keys: KeyRing = field(repr=False)
    field_keys: KeyRing = field(repr=False)
    token_keys: KeyRing = field(repr=False)
    index_key: bytes = field(repr=False)
    signing_seed: bytes = field(repr=False)
    copy_recorded: bool = False  # the operator said that a copy is kept elsewhere; doctor warns until then

    @property
    def signing_key(self) -> Ed25519PrivateKey:
        """Signs the heads of the chain."""
        return Ed25519PrivateKey.from_private_bytes(self.signing_seed)

    @classmethod
    def fresh(cls) -> Self:
        """New keys that no file holds yet."""
        seed = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        return cls(
            keys_id=f"keys_{secrets.token_hex(8)}",
            pin_keys=KeyRing.new(),
            field_keys=KeyRing.new(),
            token_keys=KeyRing.new(),
            index_key=secrets.token_bytes(KEY_BYTES),
            signing_seed=seed,
        )

    @classmethod
    def new(cls, path: Path) -> Self:
        """Make a keys file, readable by its owner alone; on disk for certain when this returns."""
        keys = cls.fresh()
        try:
            _write_new(path, _to_json(keys))
        except FileExistsError:
            raise KeysExistError(path) from None
        except OSError as fault:
            raise KeysUnusableError(path, fault) from None
        return keys

    @staticmethod
    def load(path: Path) -> "Keys":
        """Read a keys file. Refuses one that others may read, and one that is not whole."""
        return _from_json(path, _read_private(path))

    def record_copy(self, path: Path) -> Self:
        """Note in the file that a copy is kept elsewhere: a new file in the old one's place, whole or not at all."""
        recorded = replace(self, copy_recorded=True)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            _write_new(beside, _to_json(recorded))
            beside.replace(path)
            _sync_directory(path.parent)
        except OSError as fault:
            beside.unlink(missing_ok=True)
            raise KeysUnusableError(path, fault) from None
        return recorded

    def __reduce__(self) -> str:
        raise TypeError("keys are not pickled")


def forbid_core_dumps() -> None:
    """A crash of this process writes no core file, so no key lands on disk that way. Called once, at start."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read_private(path: Path) -> bytes:
    """The bytes of a regular file nobody else may read; checked on what was opened, not on the name."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise KeysMissingError(path) from None
    except OSError as fault:
        raise KeysUnusableError(path, fault) from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise KeysMalformedError(path, "it is not a file")
        if status.st_mode & _OTHERS:
            raise KeysReadableError(path)
        return os.read(descriptor, MAX_FILE_BYTES)
    finally:
        os.close(descriptor)


def _write_new(path: Path, content: bytes) -> None:
    """Create a file that was not there and wait until the disk has both it and its name."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, _OWNER_ONLY)  # a umask can only take away, and it may have
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    _sync_directory(path.parent)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _to_json(keys: Keys) -> bytes:
    document = {
        "format": FORMAT,
        "warning": "Whoever has this file and the database can read everything. Keep a copy where neither is.",
        "keys_id": keys.keys_id,
        "copy_recorded": keys.copy_recorded,
        "pin_keys": _ring_to_json(keys.pin_keys),
        "field_keys": _ring_to_json(keys.field_keys),
        "token_keys": _ring_to_json(keys.token_keys),
        "index_key": _to_text(keys.index_key),
        "signing_key": _to_text(keys.signing_seed),
    }
    return json.dumps(document, indent=2).encode() + b"\n"


def _from_json(path: Path, raw: bytes) -> Keys:
    try:
        document = json.loads(raw)
        if document["format"] != FORMAT:
            raise KeysMalformedError(path, "it was written by another version of the program")
        return Keys(
            keys_id=_name(document["keys_id"]),
            pin_keys=_ring_from_json(document["pin_keys"]),
            field_keys=_ring_from_json(document["field_keys"]),
            token_keys=_ring_from_json(document["token_keys"]),
            index_key=_key_from_text(document["index_key"]),
            signing_seed=_key_from_text(document["signing_key"]),
            copy_recorded=document["copy_recorded"] is True,
        )
    except KeyError as missing:
        raise KeysMalformedError(path, f"{missing.args[0]} is missing") from None
    except (ValueError, TypeError, AttributeError, RecursionError):
        # Not "from" the cause: a JSON error carries the text it failed on, and that text is keys.
        raise KeysMalformedError(path, "it is not a whole keys file") from None


def _ring_to_json(ring: KeyRing) -> dict[str, str]:
    return {str(version): _to_text(key) for version, key in sorted(ring.versions.items())}


def _ring_from_json(document: Mapping[str, str]) -> KeyRing:
    return KeyRing({int(version): _key_from_text(text) for version, text in document.items()})


def _to_text(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")


def _key_from_text(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError("a key is 32 bytes")
    return key


def _name(text: object) -> str:
    if not isinstance(text, str) or not text:
        raise ValueError("not a name")
    return text
