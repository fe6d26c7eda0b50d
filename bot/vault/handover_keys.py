"""What proves that an update was handed over by a process of this bot, and hides it on the way: made from the keys.

Every process with the same keys makes the same ones. After a rotation the older ones still open what a process that has
not started again seals.
"""

from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.vault.keys import KEY_BYTES, KeyRing

_PURPOSE: Final = b"hundi handover, version 1, bot "


def handover_keys(ring: KeyRing, bot_id: int) -> tuple[bytes, ...]:
    """For AES-256-GCM-SIV, one for each version of the key, the newest first. Another bot has others."""
    return tuple(_key(ring.versions[version], bot_id) for version in sorted(ring.versions, reverse=True))


def _key(key: bytes, bot_id: int) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=_PURPOSE + str(bot_id).encode("ascii")).derive(key)
