"""Everything kept about a person is shown to that person, and of others no more than they see anyway."""

import json
from datetime import timedelta

import pytest

from bot.memory.claims import Claim
from bot.memory.own_data import NOT_SHOWN, OwnData
from bot.vault.fields import Sealer
from bot.vault.pins import MIGRATIONS as PINS
from ledger.database.migrate import migrate
from ledger.database.port import Database
from ledger.kernel.ids import DisputeId, PaymentId
from ledger.kernel.instants import Instant
from tests.bot.memory.rooms import NOW, Memory
from tests.harness.tables import columns

ASHA, PRIYA, RAVI, MEERA = 1001, 1002, 1003, 1007
SHOWN = {
    "people",
    "handles",
    "former_names",
    "phones",
    "contacts",
    "blocks",
    "lookups",
    "claims",
    "thanks",
    "group_members",
}
WHOSE = {"person_id", "owner_id", "contact_id", "blocked_id", "other_id"}


@pytest.fixture
def own_data(database: Database, sealer: Sealer) -> OwnData:
    return OwnData(database, sealer)


async def test_every_table_that_knows_a_person_is_shown_or_it_is_said_why_not(database: Database) -> None:
    """Whoever adds a table with somebody's id decides here whether /export shows it (bot.memory.own_data)."""
    await migrate(database, [PINS], NOW)
    personal = {table for table, names in (await columns(database)).items() if WHOSE & names}

    assert personal == SHOWN | set(NOT_SHOWN)


async def test_a_person_is_shown_what_is_kept_of_them(memory: Memory, own_data: OwnData, now: Instant) -> None:
    await memory.registered(ASHA, "Asha Rao", "Asha_Rao")
    await memory.registered(PRIYA, "Priya Sharma", "priya")
    later = now + timedelta(days=1)
    async with memory.database.transaction() as session:
        await memory.circle.add_contact(session, ASHA, PRIYA, now, "my sister")
        await memory.circle.block(session, ASHA, PRIYA, later)
        await memory.phones.bind(session, ASHA, "+919000001001", later)
        await memory.renaming.change_name(session, ASHA, "Asha Iyer", later)
        await memory.renaming.change_handle(session, ASHA, "asha.iyer", later)
        await memory.circle.find_handle(session, ASHA, "nobody_here", later)
        await memory.groups.saw(session, -100_500, (ASHA, PRIYA), now)

    kept = await own_data.read(ASHA)

    you = kept["you"]
    assert isinstance(you, dict)
    assert (you["telegram_id"], you["name"], you["handle"]) == (ASHA, "Asha Iyer", "asha.iyer")
    assert you["telegram_username"] == "Asha_Rao"
    assert (you["phone"], you["phone_shared_at"]) == ("+919000001001", "2026-11-25T10:00:00Z")
    assert you["former_names"] == [{"name": "Asha Rao", "used_until": "2026-11-25T10:00:00Z"}]
    assert you["handles_ever"] == [
        {"handle": "asha_rao", "given_at": "2026-11-24T10:00:00Z"},
        {"handle": "asha.iyer", "given_at": "2026-11-25T10:00:00Z"},
    ]
    assert kept["contacts"] == [
        {
            "name": "Priya Sharma",
            "handle": "priya",
            "your_name_for_them": "my sister",
            "added_at": "2026-11-24T10:00:00Z",
        }
    ]
    assert kept["blocked"] == [{"name": "Priya Sharma", "handle": "priya", "blocked_at": "2026-11-25T10:00:00Z"}]
    assert kept["seen_in_groups"] == [{"telegram_chat_id": -100_500, "last_seen_at": "2026-11-24T10:00:00Z"}]
    assert kept["look_ups_of_strangers"] == [{"since": "2026-11-25T10:00:00Z", "count": 1}]


async def test_who_blocked_me_looks_like_who_is_not_here(memory: Memory, own_data: OwnData, now: Instant) -> None:
    """Otherwise a copy of my data would tell me who wants nothing of me."""
    await memory.registered(ASHA, "Asha Rao", "asha")
    await memory.registered(PRIYA, "Priya Sharma", "priya")
    async with memory.database.transaction() as session:
        await memory.circle.add_contact(session, ASHA, PRIYA, now, "my sister")
        await memory.circle.introduce(session, ASHA, MEERA, now)  # Meera has no account
        await memory.circle.block(session, PRIYA, ASHA, now)

    contacts = (await own_data.read(ASHA))["contacts"]

    assert isinstance(contacts, list)
    assert [(one["name"], one["handle"]) for one in contacts if isinstance(one, dict)] == [(None, None)] * 2
    assert "Priya" not in json.dumps(contacts)


async def test_thanks_and_problems_are_shown_to_whoever_said_them_alone(
    memory: Memory, own_data: OwnData, now: Instant
) -> None:
    lunch, tea = PaymentId.new(), PaymentId.new()
    async with memory.database.transaction() as session:
        await memory.thanks.record(session, lunch, PRIYA, now)
        await memory.claims.store(session, Claim(DisputeId.new(), lunch, ASHA, "632900000017", "wrong_amount", now))

    hers = await own_data.of_payments(ASHA, [lunch, tea])
    theirs = await own_data.of_payments(PRIYA, [lunch, tea])

    assert hers == {lunch: {"you_told_of_a_problem": {"what": "wrong_amount", "told_at": "2026-11-24T10:00:00Z"}}}
    assert theirs == {lunch: {"you_thanked_at": "2026-11-24T10:00:00Z"}}


async def test_when_it_was_taken_out_is_remembered(memory: Memory, own_data: OwnData, now: Instant) -> None:
    assert await own_data.exported_at(ASHA) is None

    for when in (now, now + timedelta(hours=1)):
        async with memory.database.transaction() as session:
            await own_data.record(session, ASHA, when)
        assert await own_data.exported_at(ASHA) == when


async def test_of_somebody_never_seen_there_is_nothing(own_data: OwnData) -> None:
    assert await own_data.read(RAVI) == {
        "you": {"telegram_id": RAVI, "handles_ever": [], "former_names": []},
        "contacts": [],
        "blocked": [],
        "look_ups_of_strangers": [],
        "seen_in_groups": [],
    }
