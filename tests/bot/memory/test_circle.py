"""Whom a name may mean, and how strangers are found: exactly, seldom, and the same way whether blocked or unknown."""

import asyncio
from datetime import timedelta

import pytest

from bot.dialogue.people import Payee
from bot.memory.circle import STRANGERS_PER_WINDOW, WINDOW, Exhausted
from ledger.kernel.instants import Instant
from tests.bot.memory.rooms import Memory

ASHA, PRIYA, RAVI, MEERA = 1001, 1002, 1003, 1004
HOUR = timedelta(hours=1)


@pytest.fixture
async def town(memory: Memory) -> Memory:
    for person_id, name in ((ASHA, "Asha"), (PRIYA, "Priya"), (RAVI, "Ravi"), (MEERA, "Meera")):
        await memory.registered(person_id, name, name.lower() + "_x")
    return memory


async def known(town: Memory, person_id: int = ASHA) -> list[int]:
    return [payee.person_id for payee in (await town.people.load_me(person_id)).known]


async def find(town: Memory, handle: str, now: Instant, asker: int = ASHA) -> Payee | Exhausted | None:
    async with town.database.transaction() as session:
        return await town.circle.find_handle(session, asker, handle, now)


async def add(town: Memory, contact_id: int, now: Instant, nickname: str | None = None) -> Payee | None:
    async with town.database.transaction() as session:
        return await town.circle.add_contact(session, ASHA, contact_id, now, nickname)


async def paid(town: Memory, payer: int, payee: int, at: Instant) -> None:
    async with town.database.transaction() as session:
        await town.circle.paid(session, payer, payee, at)


async def block(town: Memory, owner: int, other: int, now: Instant) -> None:
    async with town.database.transaction() as session:
        await town.circle.block(session, owner, other, now)


async def test_nobody_is_known_at_first(town: Memory) -> None:
    assert await known(town) == []


async def test_a_contact_is_known_to_its_owner_alone(town: Memory, now: Instant) -> None:
    added = await add(town, PRIYA, now, "Priya office")

    me = await town.people.load_me(ASHA)
    assert added is not None
    assert [(payee.name, payee.nicknames) for payee in me.known] == [("Priya", ("Priya office",))]
    assert await known(town, PRIYA) == []


async def test_a_later_nickname_replaces_and_none_leaves_it(town: Memory, now: Instant) -> None:
    await add(town, PRIYA, now, "Sis")
    await add(town, PRIYA, now)
    assert (await town.people.load_me(ASHA)).known[0].nicknames == ("Sis",)

    await add(town, PRIYA, now, "Didi")
    assert (await town.people.load_me(ASHA)).known[0].nicknames == ("Didi",)


@pytest.mark.parametrize("contact_id", [ASHA, 9999])
async def test_oneself_and_nobody_are_no_contacts(town: Memory, now: Instant, contact_id: int) -> None:
    assert await add(town, contact_id, now) is None
    assert await known(town) == []


async def test_a_contact_can_be_forgotten(town: Memory, now: Instant) -> None:
    await add(town, PRIYA, now)
    async with town.database.transaction() as session:
        await town.circle.remove_contact(session, ASHA, PRIYA)

    assert await known(town) == []


async def test_a_payment_makes_both_known_and_the_payee_recent(town: Memory, now: Instant) -> None:
    await paid(town, ASHA, PRIYA, now)
    await paid(town, RAVI, ASHA, now + HOUR)

    me = await town.people.load_me(ASHA)
    assert [payee.person_id for payee in me.known] == [PRIYA, RAVI]
    assert [payee.person_id for payee in me.recent] == [PRIYA]
    assert await known(town, RAVI) == [ASHA]


async def test_recent_payees_are_newest_first_however_the_news_arrives(town: Memory, now: Instant) -> None:
    """The notifier may tell an old payment again after a crash."""
    await paid(town, ASHA, PRIYA, now + 2 * HOUR)
    await paid(town, ASHA, RAVI, now + HOUR)
    await paid(town, ASHA, MEERA, now + 3 * HOUR)
    await paid(town, ASHA, PRIYA, now)
    await paid(town, PRIYA, ASHA, now + 9 * HOUR)

    assert [payee.person_id for payee in (await town.people.load_me(ASHA)).recent] == [MEERA, PRIYA, RAVI]


async def test_who_blocked_me_is_not_known_to_me_any_more(town: Memory, now: Instant) -> None:
    await add(town, PRIYA, now)
    await paid(town, ASHA, PRIYA, now)
    await block(town, PRIYA, ASHA, now)

    assert await known(town) == []
    assert (await town.people.load_me(ASHA)).recent == ()
    assert await known(town, PRIYA) == [ASHA]


async def test_a_block_can_be_taken_back(town: Memory, now: Instant) -> None:
    await add(town, PRIYA, now)
    await block(town, PRIYA, ASHA, now)
    async with town.database.transaction() as session:
        await town.circle.unblock(session, PRIYA, ASHA)

    assert await known(town) == [PRIYA]


async def test_an_exact_handle_finds_a_stranger(town: Memory, now: Instant) -> None:
    found = await find(town, "Priya_X", now)

    assert isinstance(found, Payee)
    assert found.person_id == PRIYA


async def test_blocked_and_unknown_are_the_same_answer(town: Memory, now: Instant) -> None:
    await block(town, PRIYA, ASHA, now)

    assert await find(town, "priya_x", now) is None
    assert await find(town, "nobody_at_all", now) is None
    async with town.database.transaction() as session:
        assert await town.circle.find_person(session, ASHA, PRIYA, now) is None
        assert await town.circle.find_person(session, ASHA, 9999, now) is None
    assert await add(town, PRIYA, now) is None


@pytest.mark.parametrize("handle", ["priya_x", "nobody_at_all"])
async def test_blocked_and_unknown_cost_the_same(town: Memory, now: Instant, handle: str) -> None:
    """Else the counter would tell who blocked me."""
    await block(town, PRIYA, ASHA, now)
    for _ in range(STRANGERS_PER_WINDOW):
        assert await find(town, handle, now) is None

    assert await find(town, handle, now) == Exhausted(now + WINDOW)


async def test_a_blocking_acquaintance_costs_as_much_as_nobody(town: Memory, now: Instant) -> None:
    await paid(town, ASHA, PRIYA, now)
    await block(town, PRIYA, ASHA, now)
    for _ in range(STRANGERS_PER_WINDOW):
        assert await find(town, "priya_x", now) is None

    assert isinstance(await find(town, "priya_x", now), Exhausted)


async def test_people_one_knows_are_free(town: Memory, now: Instant) -> None:
    await add(town, PRIYA, now)
    for _ in range(STRANGERS_PER_WINDOW):
        await find(town, "nobody_at_all", now)

    assert isinstance(await find(town, "priya_x", now), Payee)
    assert isinstance(await find(town, "asha_x", now), Payee)
    assert isinstance(await find(town, "ravi_x", now), Exhausted)


@pytest.mark.parametrize(("later", "free"), [(WINDOW - timedelta(microseconds=1), False), (WINDOW, True)])
async def test_a_new_window_gives_new_lookups(town: Memory, now: Instant, later: timedelta, free: bool) -> None:
    for _ in range(STRANGERS_PER_WINDOW):
        await find(town, "nobody_at_all", now)

    assert isinstance(await find(town, "ravi_x", now + later), Payee) is free


async def test_racing_lookups_never_exceed_the_cap(town: Memory, now: Instant) -> None:
    answers = await asyncio.gather(*(find(town, "nobody_at_all", now) for _ in range(60)))

    assert sum(answer is None for answer in answers) == STRANGERS_PER_WINDOW
