"""Every sealed column fails closed: a cell flipped, cut, or taken from another row opens nothing (GOALS S20)."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import pytest

from bot.dialogue.effects import BubbleId
from bot.dialogue.places import GroupMessage, SaidInGroup
from bot.memory.inbox import InboxKey, NewUpdate
from bot.memory.own_data import OwnData
from bot.vault.fields import SealBrokenError
from ledger.database.port import Query
from ledger.kernel.ids import PaymentId
from ledger.kernel.instants import Instant
from tests.bot.memory.rooms import Memory
from tests.harness.tables import columns

ASHA, PRIYA, BOT = 1001, 1002, 7
HOUR = timedelta(hours=1)
NOTES = (PaymentId.new(), PaymentId.new())


async def fill(memory: Memory, now: Instant) -> None:
    """Two rows in every table that seals something."""
    await memory.registered(ASHA, "Asha Rao", "asha")
    await memory.registered(PRIYA, "Priya Sharma", "priya")
    async with memory.database.transaction() as session:
        await memory.circle.add_contact(session, ASHA, PRIYA, now, "Didi")
        await memory.circle.add_contact(session, PRIYA, ASHA, now, "Chhoti")
        for person_id in (ASHA, PRIYA):
            await memory.renaming.change_name(session, person_id, f"Another {person_id}", now + timedelta(days=1))
        await memory.phones.bind(session, ASHA, "+919000001001", now)
        await memory.phones.bind(session, PRIYA, "+919000001002", now)
        for person_id, note in zip((ASHA, PRIYA), NOTES, strict=True):
            await memory.conversations.save(session, person_id, 0, "paying", idle=False, deadline_at=None, now=now)
            await memory.notes.remember(session, note, "rent")
            said = SaidInGroup(GroupMessage(-100, 7), "send 200 to Priya")
            await memory.groups.keep_link(session, person_id, f"g{person_id}", said, now + HOUR, used=False)
            await memory.outbox.show(session, person_id, BubbleId.new(), b"paid", now)
        await memory.inbox.store(
            session, BOT, [NewUpdate(1, ASHA, "text", b"a"), NewUpdate(2, PRIYA, "text", b"b")], now
        )
        await memory.inbox.put_aside(session, InboxKey(BOT, 3), "KeyError", b"{}", now)
        await memory.inbox.put_aside(session, InboxKey(BOT, 4), "KeyError", b"[]", now)


async def read_people(memory: Memory, _: Instant) -> None:
    await memory.people.load_me(ASHA)


async def read_former_names(memory: Memory, _: Instant) -> None:
    await OwnData(memory.database, memory.people._sealer).read(PRIYA)


async def read_phone(memory: Memory, _: Instant) -> None:
    await memory.phones.number_of(ASHA)


async def read_conversation(memory: Memory, _: Instant) -> None:
    await memory.conversations.load(ASHA)


async def read_inbox(memory: Memory, _: Instant) -> None:
    assert all(stored.body for stored in await memory.inbox.waiting(BOT))


async def read_put_aside(memory: Memory, _: Instant) -> None:
    await memory.inbox.set_aside()


async def read_outbox(memory: Memory, now: Instant) -> None:
    async with memory.database.transaction() as session:
        assert all(delivery.body for delivery in await memory.outbox.claim_due(session, now))


async def read_notes(memory: Memory, _: Instant) -> None:
    await memory.notes.read(NOTES)


async def read_link(memory: Memory, now: Instant) -> None:
    await memory.groups.open_link(ASHA, f"g{ASHA}", now)


# column → (the row attacked, the row it is swapped with, who reads it)
CELLS: Mapping[tuple[str, str], tuple[str, str, Callable[[Memory, Instant], Awaitable[None]]]] = {
    ("people", "sealed_name"): ("person_id = 1001", "person_id = 1002", read_people),
    ("former_names", "sealed_name"): ("person_id = 1002", "person_id = 1001", read_former_names),
    ("people", "sealed_username"): ("person_id = 1001", "person_id = 1002", read_people),
    ("contacts", "sealed_nickname"): ("owner_id = 1001", "owner_id = 1002", read_people),
    ("phones", "sealed_phone"): ("person_id = 1001", "person_id = 1002", read_phone),
    ("conversations", "sealed_state"): ("person_id = 1001", "person_id = 1002", read_conversation),
    ("inbox", "sealed_body"): ("update_id = 1", "update_id = 2", read_inbox),
    ("put_aside", "sealed_shape"): ("update_id = 3", "update_id = 4", read_put_aside),
    ("outbox", "sealed_body"): ("person_id = 1001", "person_id = 1002", read_outbox),
    ("group_links", "sealed_said"): ("person_id = 1001", "person_id = 1002", read_link),
    ("notes", "sealed_note"): (f"payment_id = '{NOTES[0]}'", f"payment_id = '{NOTES[1]}'", read_notes),
}


async def cell(memory: Memory, table: str, column: str, where: str) -> bytes:
    row = await memory.database.one(Query(f"SELECT {column} AS cell FROM {table} WHERE {where}"))
    assert row is not None
    return bytes(row["cell"])


async def put(memory: Memory, table: str, column: str, where: str, content: bytes) -> None:
    async with memory.database.transaction() as session:
        changed = await session.execute(Query(f"UPDATE {table} SET {column} = :c WHERE {where}"), {"c": content})
    assert changed == 1


async def test_every_sealed_column_is_in_this_table(memory: Memory) -> None:
    """A new sealed column that nobody attacks here is found here."""
    tables = await columns(memory.database)
    found = {
        (table, name)
        for table, names in tables.items()
        for name in names
        if name.startswith("sealed_") and not table.endswith("pins")  # the vault's: tests/bot/vault attacks them
    }

    assert found == set(CELLS)


@pytest.mark.parametrize(("table", "column"), list(CELLS))
async def test_what_was_sealed_opens(memory: Memory, now: Instant, table: str, column: str) -> None:
    await fill(memory, now)

    await CELLS[table, column][2](memory, now)


@pytest.mark.parametrize(("table", "column"), list(CELLS))
async def test_a_swapped_cell_fails_closed(memory: Memory, now: Instant, table: str, column: str) -> None:
    await fill(memory, now)
    mine, other, read = CELLS[table, column]
    await put(memory, table, column, mine, await cell(memory, table, column, other))

    with pytest.raises(SealBrokenError):
        await read(memory, now)


@pytest.mark.parametrize("harm", [lambda c: c[:-1], lambda c: c[:5], lambda c: c[:0], lambda c: c + b"\0"])
@pytest.mark.parametrize(("table", "column"), list(CELLS))
async def test_a_cut_or_grown_cell_fails_closed(
    memory: Memory, now: Instant, table: str, column: str, harm: Callable[[bytes], bytes]
) -> None:
    await fill(memory, now)
    mine, _, read = CELLS[table, column]
    await put(memory, table, column, mine, harm(await cell(memory, table, column, mine)))

    with pytest.raises(SealBrokenError):
        await read(memory, now)


@pytest.mark.parametrize(("table", "column"), list(CELLS))
async def test_a_flipped_bit_anywhere_fails_closed(memory: Memory, now: Instant, table: str, column: str) -> None:
    await fill(memory, now)
    mine, _, read = CELLS[table, column]
    whole = await cell(memory, table, column, mine)

    for at in range(0, len(whole), 3):
        flipped = bytes([*whole[:at], whole[at] ^ 1 << at % 8, *whole[at + 1 :]])
        await put(memory, table, column, mine, flipped)
        with pytest.raises(SealBrokenError):
            await read(memory, now)
