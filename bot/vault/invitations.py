"""Invitations: what stands behind ``?start=`` in a link that somebody shares. It names the inviter to nobody but us.

At most 64 characters of A-Z a-z 0-9 _ - (Bot API, deep linking). A link that was forged, is somebody else's or is too
old opens as nothing, and is then an ordinary start.
"""

import base64
import re
from datetime import timedelta
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from bot.vault.keys import KeyRing
from ledger.kernel.instants import Instant

MARKER: Final = "i"  # other links that lead here begin with another letter
LASTS: Final = timedelta(days=90)  # a friend may take their time; an old chat must not introduce strangers for ever
_CONTEXT: Final = [b"hundi invitation 1"]
_DAY_S: Final = 86_400
_TAG_BYTES: Final = 16  # RFC 5297
_PLAIN_BYTES: Final = 12  # person, day
_SHAPE: Final = re.compile(r"i[A-Za-z0-9_-]{39}")


class Invitations:
    """Seals an inviter with the newest token key; opens what any of them sealed. One person's link is one for a day."""

    def __init__(self, ring: KeyRing) -> None:
        self._newest = ring.newest
        self._ciphers = {version: AESSIV(key) for version, key in ring.versions.items()}

    def seal(self, person_id: int, now: Instant) -> str:
        """The start parameter of this person's link."""
        plain = person_id.to_bytes(8, "big", signed=True) + _day(now).to_bytes(4, "big")
        return _written(bytes((self._newest,)) + self._ciphers[self._newest].encrypt(plain, _CONTEXT))

    def open(self, link: str, now: Instant) -> int | None:
        """Who invites; ``None`` for what is no invitation of ours, or none any more."""
        if not _SHAPE.fullmatch(link):
            return None
        raw = base64.urlsafe_b64decode(link[len(MARKER) :] + "=")
        if len(raw) != 1 + _TAG_BYTES + _PLAIN_BYTES or raw[0] not in self._ciphers:
            return None
        if _written(raw) != link:  # the last letter has two bits more than there are: four letters would mean the same
            return None
        try:
            plain = self._ciphers[raw[0]].decrypt(raw[1:], _CONTEXT)
        except InvalidTag:
            return None
        age_days = _day(now) - int.from_bytes(plain[8:], "big")
        return int.from_bytes(plain[:8], "big", signed=True) if age_days <= LASTS.days else None


def _written(sealed: bytes) -> str:
    return MARKER + base64.urlsafe_b64encode(sealed).rstrip(b"=").decode("ascii")


def _day(now: Instant) -> int:
    return int(now.timestamp()) // _DAY_S
