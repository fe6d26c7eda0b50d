"""What is wrong with the heads file is an alarm; it never ends the conversation."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from structlog.testing import capture_logs

from bot.workers.signing import Signing
from ledger.desk import Ledger

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    async with Ledger.open(tmp_path / "hundi.db", now=lambda: NOW) as ledger:
        yield ledger


@pytest.mark.parametrize("line", [b"\n", b"somebody looked at this in an editor\n", b"{}\n", b"[1]\n"])
async def test_a_last_line_that_is_no_head_is_an_alarm_and_not_the_end(
    ledger: Ledger, tmp_path: Path, line: bytes
) -> None:
    """An operator's editor left an empty line in the heads file. Nobody's payment may stop because of it."""
    path = tmp_path / "hundi.heads"
    path.write_bytes(line)

    with capture_logs() as logs:
        signed = await Signing(ledger, path, Ed25519PrivateKey.generate()).run_once(NOW)

    assert signed.seq is None
    assert [entry["log_level"] for entry in logs] == ["critical"]
    assert path.read_bytes() == line
