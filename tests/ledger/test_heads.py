"""Signed heads: a file that survives a crash, and that only the key can write."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.heads import HeadsFile, HeadsFileError, SignedHead, sign_head
from ledger.kernel.errors import InvariantError

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@dataclass
class Journal:
    """Where a journal ends."""

    seq: int
    hash: bytes = bytes(32)

    async def head(self) -> tuple[int, bytes]:
        return self.seq, self.hash


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture
def heads(tmp_path: Path) -> HeadsFile:
    return HeadsFile(tmp_path / "hundi.heads")


async def test_a_head_is_signed_once_for_each_growth(heads: HeadsFile, key: Ed25519PrivateKey) -> None:
    assert await sign_head(Journal(0), heads, key, NOW) is None  # nothing to witness yet
    assert await sign_head(Journal(5, b"a" * 32), heads, key, NOW) is not None
    assert await sign_head(Journal(5, b"a" * 32), heads, key, NOW) is None
    assert await sign_head(Journal(9, b"b" * 32), heads, key, NOW) is not None

    assert heads.read(key.public_key()) == {5: b"a" * 32, 9: b"b" * 32}


async def test_a_journal_that_lost_its_tail_is_noticed_when_the_next_head_is_signed(
    heads: HeadsFile, key: Ed25519PrivateKey
) -> None:
    await sign_head(Journal(9, b"b" * 32), heads, key, NOW)

    with pytest.raises(InvariantError):
        await sign_head(Journal(8, b"a" * 32), heads, key, NOW)
    with pytest.raises(InvariantError):
        await sign_head(Journal(9, b"c" * 32), heads, key, NOW)


@pytest.mark.parametrize("kept", range(0, 260, 13))
async def test_a_line_torn_by_a_crash_is_ignored_and_then_replaced(
    heads: HeadsFile, key: Ed25519PrivateKey, kept: int
) -> None:
    await sign_head(Journal(5, b"a" * 32), heads, key, NOW)
    whole = heads.path.read_bytes()
    torn = SignedHead.sign(6, b"b" * 32, NOW, key).to_line()[:-1][:kept]
    heads.path.write_bytes(whole + torn)

    assert heads.read(key.public_key()) == {5: b"a" * 32}
    await sign_head(Journal(7, b"c" * 32), heads, key, NOW)

    assert heads.read(key.public_key()) == {5: b"a" * 32, 7: b"c" * 32}


async def test_nothing_is_added_to_the_heads_of_another_deployment(heads: HeadsFile, key: Ed25519PrivateKey) -> None:
    """The books were begun anew and the old heads file lay there: that is said, and is no alarm about a cut tail."""
    await sign_head(Journal(9, b"b" * 32), heads, Ed25519PrivateKey.generate(), NOW)
    before = heads.path.read_bytes()

    with pytest.raises(HeadsFileError):
        await sign_head(Journal(5, b"a" * 32), heads, key, NOW)

    assert heads.path.read_bytes() == before


async def test_a_head_that_another_key_signed_is_named_by_its_line(heads: HeadsFile, key: Ed25519PrivateKey) -> None:
    await sign_head(Journal(5, b"a" * 32), heads, key, NOW)
    heads.append(SignedHead.sign(6, b"b" * 32, NOW, Ed25519PrivateKey.generate()))

    with pytest.raises(HeadsFileError) as caught:
        heads.read(key.public_key())

    assert caught.value.line == 2


@pytest.mark.parametrize("place", range(0, 250, 10))
async def test_a_flipped_bit_anywhere_in_a_line_is_an_error(
    heads: HeadsFile, key: Ed25519PrivateKey, place: int
) -> None:
    await sign_head(Journal(5, b"a" * 32), heads, key, NOW)
    await sign_head(Journal(6, b"b" * 32), heads, key, NOW)
    spoilt = bytearray(heads.path.read_bytes())
    spoilt[place] ^= 1
    heads.path.write_bytes(bytes(spoilt))

    with pytest.raises(HeadsFileError):
        heads.read(key.public_key())


async def test_a_key_that_signed_two_different_heads_for_one_row_is_an_error(
    heads: HeadsFile, key: Ed25519PrivateKey
) -> None:
    heads.append(SignedHead.sign(6, b"a" * 32, NOW, key))
    heads.append(SignedHead.sign(6, b"b" * 32, NOW, key))

    with pytest.raises(HeadsFileError):
        heads.read(key.public_key())


def test_a_file_that_is_not_there_witnesses_nothing(heads: HeadsFile, key: Ed25519PrivateKey) -> None:
    assert heads.read(key.public_key()) == {}
    assert heads.last() is None


async def test_a_head_that_another_process_signs_meanwhile_is_no_lost_tail(
    heads: HeadsFile, key: Ed25519PrivateKey
) -> None:
    """`hundi fund` and the bot sign at the same time: nobody rings the alarm about that."""

    class Growing(Journal):
        async def head(self) -> tuple[int, bytes]:
            seen = await super().head()
            heads.append(SignedHead.sign(6, b"c" * 32, NOW, key))  # another process posts and signs row 6
            return seen

    await sign_head(Journal(5, b"a" * 32), heads, key, NOW)

    assert await sign_head(Growing(5, b"a" * 32), heads, key, NOW) is None
