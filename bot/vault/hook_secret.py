"""What proves that an update comes from Telegram: made from the keys, so an operator has nothing to choose or keep.

Every process with the same keys makes the same one. After the keys were rotated the older ones are taken too, until
each process has started again and told Telegram the newest.
"""

import base64
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.vault.keys import KEY_BYTES, KeyRing

_PURPOSE: Final = b"hundi webhook secret, version 1, bot "


def hook_secrets(ring: KeyRing, bot_id: int) -> tuple[str, ...]:
    """43 characters of ``A-Z a-z 0-9 _ -`` for each version of the key, the newest first. Another bot has others."""
    return tuple(_secret(ring.versions[version], bot_id) for version in sorted(ring.versions, reverse=True))


def _secret(key: bytes, bot_id: int) -> str:
    made = HKDF(SHA256(), KEY_BYTES, salt=None, info=_PURPOSE + str(bot_id).encode("ascii")).derive(key)
    return base64.urlsafe_b64encode(made).decode("ascii").rstrip("=")
