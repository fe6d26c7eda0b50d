"""What a button carries: at most 64 bytes that say nothing to anybody, and work for one person in one chat.

AES-SIV (RFC 5297) needs no nonce, which would cost twelve of the 64 bytes; that equal buttons give equal tokens tells
nobody more than the labels do. Four bytes behind it say to us, whoever presses, that we made it: so somebody who
presses another's button hears just that. It knows nothing of what an action means.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from bot.dialogue.effects import Action, Button
from bot.vault.keys import KeyRing
from ledger.kernel.instants import Instant

MARKER: Final = "b"  # a pad's taps begin with another one (bot.vault.pads)
MAX_ARGUMENT_BYTES: Final = 20
MAX_TOKEN_BYTES: Final = 64  # Telegram Bot API, InlineKeyboardButton.callback_data
_CONTEXT: Final = b"hundi button 1"
_TAG_BYTES: Final = 16  # RFC 5297
_MARK: Final = b"hundi button mark 1"
_MARK_BYTES: Final = 4  # it opens nothing: a forger who guesses it hears that a button is somebody else's
_FIXED_BYTES: Final = 5  # action and expiry
_NEVER: Final = 0
_LATEST: Final = 2**32 - 1  # seconds since 1970 in four bytes: 2106-02-07
_ACTIONS: Final = frozenset(map(int, Action))
_SHAPE: Final = re.compile(r"b[A-Za-z0-9_-]{30,63}")


@dataclass(frozen=True, slots=True)
class Opened:
    """A button of ours, pressed by the person and in the chat it was made for."""

    action: Action
    argument: bytes
    expired: bool


class ButtonTokens:
    """Seals buttons with the newest token key; opens what any of them sealed."""

    def __init__(self, ring: KeyRing) -> None:
        self._newest = ring.newest
        self._ciphers = {version: AESSIV(key) for version, key in ring.versions.items()}
        self._markers = {v: hmac.new(key, _MARK, hashlib.sha256).digest() for v, key in ring.versions.items()}

    def seal(self, button: Button, person_id: int, chat_id: int) -> str:
        """The token of a button. ``ValueError`` if its argument is too long or its expiry cannot be written."""
        if len(button.argument) > MAX_ARGUMENT_BYTES:
            raise ValueError("a button carries at most 20 bytes")
        plain = bytes((button.action,)) + _expiry(button.expires_at).to_bytes(4, "big") + button.argument
        sealed = self._ciphers[self._newest].encrypt(plain, _bound_to(person_id, chat_id))
        body = bytes((self._newest,)) + sealed
        return MARKER + _encode(body + self._mark(body))

    def is_ours(self, token: str) -> bool:
        """Whether we made this button, for anybody at all. It tells nothing of whom, nor of what it does."""
        raw = _decode(token)
        return raw is not None and self._is_marked(raw)

    def _is_marked(self, raw: bytes) -> bool:
        body, mark = raw[:-_MARK_BYTES], raw[-_MARK_BYTES:]
        return body[0] in self._markers and hmac.compare_digest(mark, self._mark(body))

    def _mark(self, body: bytes) -> bytes:
        return hmac.new(self._markers[body[0]], body, hashlib.sha256).digest()[:_MARK_BYTES]

    def open(self, token: str, person_id: int, chat_id: int, now: Instant) -> Opened | None:
        """What the button says, or None if it is not one of ours for this person and chat."""
        raw = _decode(token)
        if raw is None or not self._is_marked(raw):
            return None
        try:
            plain = self._ciphers[raw[0]].decrypt(raw[1:-_MARK_BYTES], _bound_to(person_id, chat_id))
        except InvalidTag:
            return None
        if len(plain) < _FIXED_BYTES or plain[0] not in _ACTIONS:
            return None
        expires_at = int.from_bytes(plain[1:_FIXED_BYTES], "big")
        expired = expires_at != _NEVER and now >= datetime.fromtimestamp(expires_at, UTC)
        return Opened(Action(plain[0]), plain[_FIXED_BYTES:], expired)


def _expiry(expires_at: Instant | None) -> int:
    """Whole seconds, rounded down: a button never outlives its promise."""
    if expires_at is None:
        return _NEVER
    seconds = int(expires_at.timestamp())
    if not _NEVER < seconds <= _LATEST:
        raise ValueError("a button expires between 1970 and 2106")
    return seconds


def _bound_to(person_id: int, chat_id: int) -> list[bytes]:
    return [_CONTEXT, person_id.to_bytes(8, "big", signed=True), chat_id.to_bytes(8, "big", signed=True)]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(token: str) -> bytes | None:
    """The bytes of a token written the one way we write them; base64 would also read others, which are forgeries."""
    if not _SHAPE.fullmatch(token):
        return None
    body = token[len(MARKER) :]
    if len(body) % 4 == 1:
        return None
    raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    if _encode(raw) != body or len(raw) <= 1 + _TAG_BYTES + _MARK_BYTES:
        return None
    return raw
