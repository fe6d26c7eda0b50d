"""The head of the journal is signed every minute and at exit, into a file beside the keys.

What is signed cannot be taken back: a journal that lost a signed row is not the one that was signed. That is an alarm,
and it never stops the conversation by itself; the ledger's own checks do that.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.desk import Ledger
from ledger.heads import HeadsFile, HeadsFileError, sign_head
from ledger.kernel.errors import InvariantError
from ledger.kernel.instants import Instant

_log = structlog.get_logger(__name__)

EVERY_S: Final = 60.0  # PRODUCT.md, section 3


@dataclass(frozen=True, slots=True)
class Signed:
    """The row that is witnessed now; ``None`` when nothing was posted since."""

    seq: int | None
    next_in_s: float | None = EVERY_S


class Signing:
    """Witnesses the journal of one ledger."""

    def __init__(self, ledger: Ledger, heads_file: Path, key: Ed25519PrivateKey) -> None:
        self._ledger, self._file, self._key = ledger, HeadsFile(heads_file), key

    async def run_once(self, now: Instant) -> Signed:
        """Sign the head as it is now."""
        try:
            head = await sign_head(self._ledger, self._file, self._key, now)
        except InvariantError as broken:
            _log.critical("books.not_what_was_signed", why=str(broken), mend="docs/runbook.md, when verify fails")
            return Signed(None)
        except HeadsFileError as foreign:
            _log.critical("heads.not_ours", why=str(foreign), mend="put back the heads file that belongs to these keys")
            return Signed(None)
        except ValueError:  # the last line is no head: somebody changed the file, and it witnesses nothing until mended
            _log.critical("heads.unreadable", why="the last line is no head", mend="docs/runbook.md, when verify fails")
            return Signed(None)
        except OSError as fault:  # a full disk: the next minute is soon enough, and this head is in the next one
            _log.error("heads.not_written", error=type(fault).__name__)
            return Signed(None)
        return Signed(None if head is None else head.seq)
