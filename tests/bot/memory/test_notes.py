"""Notes, claims and thanks: beside the books, once each, and a note proves itself to whoever may read it."""

import asyncio
import hashlib
from dataclasses import replace

import pytest

from bot.memory.claims import Claim
from bot.memory.notes import note_digest
from ledger.database.port import Query
from ledger.kernel.ids import DisputeId, PaymentId
from ledger.kernel.instants import Instant
from tests.bot.memory.rooms import Memory
from tests.harness.tables import everything_stored

ASHA, PRIYA = 1001, 1002


async def remember(memory: Memory, payment_id: PaymentId, note: str) -> bytes:
    async with memory.database.transaction() as session:
        return await memory.notes.remember(session, payment_id, note)


@pytest.mark.parametrize("note", ["rent", "किराया 🏠", "", "x" * 4096, "=HYPERLINK(1)", "<b>"])
async def test_a_note_is_read_as_it_was_written(memory: Memory, note: str) -> None:
    payment_id = PaymentId.new()
    digest = await remember(memory, payment_id, note)

    assert len(digest) == 32
    assert await memory.notes.read([payment_id, PaymentId.new()]) == {payment_id: note}
    assert await memory.notes.digest(payment_id) == digest


async def test_a_payment_without_a_note_has_no_digest(memory: Memory) -> None:
    assert await memory.notes.digest(PaymentId.new()) is None
    assert await memory.notes.read([]) == {}


async def test_a_note_said_again_is_the_first_one(memory: Memory) -> None:
    """The process asked the ledger again with the same id: the same digest, or it would be another body."""
    payment_id = PaymentId.new()

    assert await remember(memory, payment_id, "rent") == await remember(memory, payment_id, "rent")
    assert await memory.notes.read([payment_id]) == {payment_id: "rent"}


async def test_the_digest_says_nothing_to_who_guesses_the_note(memory: Memory) -> None:
    one, other = await remember(memory, PaymentId.new(), "rent"), await remember(memory, PaymentId.new(), "rent")

    assert one != other
    assert hashlib.sha256(b"rent").digest() not in (one, other)


async def test_the_salt_is_in_no_file_and_proves_the_note(memory: Memory) -> None:
    payment_id = PaymentId.new()
    digest = await remember(memory, payment_id, "SENTINEL")
    row = await memory.database.one(Query("SELECT sealed_note FROM notes"))
    assert row is not None

    opened = memory.notes._sealer.open("notes", "sealed_note", payment_id, row["sealed_note"])

    assert note_digest(opened[:16], "SENTINEL") == digest
    stored = await everything_stored(memory.database)
    assert opened[:16] not in stored
    assert b"SENTINEL" not in stored


def claim(payment_id: PaymentId, person_id: int, now: Instant) -> Claim:
    return Claim(DisputeId.new(), payment_id, person_id, "632912345678", "not_received", now)


async def store(memory: Memory, stored: Claim) -> bool:
    async with memory.database.transaction() as session:
        return await memory.claims.store(session, stored)


async def test_a_claim_is_kept_once_for_each_side(memory: Memory, now: Instant) -> None:
    payment_id = PaymentId.new()
    mine, hers = claim(payment_id, ASHA, now), claim(payment_id, PRIYA, now)

    assert await store(memory, mine)
    assert not await store(memory, replace(mine, claim_id=DisputeId.new(), reason="other"))
    assert await store(memory, hers)

    assert await memory.claims.find(payment_id, ASHA) == mine
    assert await memory.claims.find(PaymentId.new(), ASHA) is None
    assert await memory.claims.all() == [mine, hers]


async def test_racing_claims_are_one(memory: Memory, now: Instant) -> None:
    payment_id = PaymentId.new()

    firsts = await asyncio.gather(*(store(memory, claim(payment_id, ASHA, now)) for _ in range(20)))

    assert sum(firsts) == 1


async def test_a_payment_is_thanked_for_once(memory: Memory, now: Instant) -> None:
    payment_id = PaymentId.new()

    async def thank() -> bool:
        async with memory.database.transaction() as session:
            return await memory.thanks.record(session, payment_id, PRIYA, now)

    assert not await memory.thanks.thanked(payment_id)
    assert sum(await asyncio.gather(*(thank() for _ in range(10)))) == 1
    assert await memory.thanks.thanked(payment_id)
