"""What a PIN costs to guess: Argon2id under numbered schemes, the newest for what is kept from now on.

A scheme is never changed, since rows name it; a dearer one gets the next number. It knows no row and no try.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from bot.dialogue.events import Secret

TAG_BYTES: Final = 32
SALT_BYTES: Final = 16  # RFC 9106, section 3.1
_CONTEXT: Final = b"hundi pin 1"


@dataclass(frozen=True, slots=True)
class Cost:
    """Argon2id's three figures."""

    memory_kib: int
    iterations: int
    lanes: int = 1  # OWASP Password Storage Cheat Sheet: one, since many people share the machine


SCHEMES: Final[Mapping[int, Cost]] = {
    1: Cost(19_456, 2),  # 19 MiB, the least OWASP names. Five core-hours for six digits on a machine of 2024
    2: Cost(19_456, 4),  # nine; as little memory, so that two at once leave a small machine its own
}
SCHEME: Final = max(SCHEMES)


class UnknownSchemeError(Exception):
    """A PIN was stored by a newer program, with a scheme this one does not know."""


def derive(person_id: int, digits: Secret, salt: bytes, scheme: int = SCHEME) -> bytes:
    """The tag of a PIN, bound to its person; tens of milliseconds of processor. ``UnknownSchemeError``."""
    if (cost := SCHEMES.get(scheme)) is None:
        raise UnknownSchemeError
    # The revealed digits have no name here, so that no traceback with its locals can show them.
    bound_to = _CONTEXT + person_id.to_bytes(8, "big", signed=True)
    work = Argon2id(
        salt=salt,
        length=TAG_BYTES,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
        ad=bound_to,
    )
    return work.derive(digits.reveal().encode())
