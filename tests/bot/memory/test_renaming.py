"""Names and handles that change: what payers are told for a month, and what never comes to anybody else."""

import asyncio
from datetime import timedelta

import pytest

from bot.dialogue.people import FLAGGED_FOR, HANDLE_STAYS_FOR, Payee
from bot.memory.renaming import NobodyError, Taken, TooSoon
from ledger.database.port import Query
from ledger.kernel.instants import Instant
from tests.bot.memory.rooms import Memory

ASHA, PRIYA, RAVI = 1001, 1002, 1003
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)


@pytest.fixture
async def town(memory: Memory) -> Memory:
    for person_id, name in ((ASHA, "Asha Rao"), (PRIYA, "Priya Sharma"), (RAVI, "Ravi Kumar")):
        await memory.registered(person_id, name, name.split()[0].lower())
    return memory


async def rename(town: Memory, name: str, now: Instant, who: int = PRIYA) -> None:
    async with town.database.transaction() as session:
        await town.renaming.change_name(session, who, name, now)


async def rehandle(town: Memory, handle: str, now: Instant, who: int = PRIYA) -> Taken | TooSoon | None:
    async with town.database.transaction() as session:
        return await town.renaming.change_handle(session, who, handle, now)


async def befriend(town: Memory, now: Instant) -> None:
    async with town.database.transaction() as session:
        await town.circle.add_contact(session, ASHA, PRIYA, now)


async def known(town: Memory) -> Payee:
    (priya,) = (await town.people.load_me(ASHA)).known
    return priya


async def test_a_new_name_is_the_accounts_and_its_moment_is_remembered(town: Memory, now: Instant) -> None:
    await rename(town, "Priya Mehta", now)

    me, payee = await town.people.load_me(PRIYA), await town.people.by_handle("priya")
    assert (me.name, me.renamed_at, me.registered_at) == ("Priya Mehta", now, now)
    assert payee is not None
    assert (payee.name, payee.renamed_at, payee.former_name) == ("Priya Mehta", now, "")


async def test_who_knew_them_is_told_the_name_they_knew(town: Memory, now: Instant) -> None:
    """However often it changed since: a chain of names hides nothing from whoever knew the first."""
    await befriend(town, now)
    for days, name in enumerate(("Foo", "Bar", "Ravi Kumar"), 1):
        await rename(town, name, now + days * DAY)

    assert ((await known(town)).name, (await known(town)).former_name) == ("Ravi Kumar", "Priya Sharma")
    assert (await known(town)).renamed_at == now + 3 * DAY


async def test_who_met_them_later_is_told_the_name_of_then(town: Memory, now: Instant) -> None:
    """What somebody was called before they met is not theirs to know."""
    await rename(town, "Foo", now + DAY)
    await befriend(town, now + 2 * DAY)
    assert ((await known(town)).name, (await known(town)).former_name) == ("Foo", "")

    await rename(town, "Bar", now + 3 * DAY)
    assert (await known(town)).former_name == "Foo"
    async with town.database.transaction() as session:
        await town.circle.paid(session, PRIYA, ASHA, now + 4 * DAY)
    assert (await known(town)).former_name == ""


async def test_a_name_taken_back_is_no_former_name(town: Memory, now: Instant) -> None:
    await befriend(town, now)
    await rename(town, "Foo", now + DAY)
    await rename(town, "Priya Sharma", now + 2 * DAY)

    assert ((await known(town)).former_name, (await known(town)).renamed_at) == ("", now + 2 * DAY)


async def test_the_same_name_twice_is_no_change(town: Memory, now: Instant) -> None:
    """The process died between writing the name and saying so, and asks again."""
    await rename(town, "Priya Mehta", now)
    await rename(town, "Priya Mehta", now + DAY)

    assert (await town.people.load_me(PRIYA)).renamed_at == now


async def test_two_changes_in_one_moment_are_two(town: Memory, now: Instant) -> None:
    """Also when the clock stepped back in between."""
    await befriend(town, now - DAY)
    await rename(town, "Foo", now)
    await rename(town, "Bar", now)
    await rename(town, "Baz", now - DAY)

    assert ((await known(town)).name, (await known(town)).former_name) == ("Baz", "Priya Sharma")


@pytest.mark.parametrize(("after", "kept"), [(FLAGGED_FOR - TICK, 1), (FLAGGED_FOR, 0), (FLAGGED_FOR + TICK, 0)])
async def test_a_former_name_is_deleted_when_nobody_is_told_of_it_any_more(
    town: Memory, now: Instant, after: timedelta, kept: int
) -> None:
    await befriend(town, now - DAY)
    await rename(town, "Priya Mehta", now)
    async with town.database.transaction() as session:
        await town.renaming.forget_former_names(session, now + after)

    assert len(await town.database.all(Query("SELECT * FROM former_names"))) == kept
    assert bool((await known(town)).former_name) == bool(kept)


async def test_a_damaged_former_name_is_nobody_elses_trouble(town: Memory, now: Instant) -> None:
    """Asha goes on paying Priya, by the name she has now; that it is new is still said."""
    await befriend(town, now - DAY)
    await rename(town, "Priya Mehta", now)
    async with town.database.transaction() as session:
        await session.execute(Query("UPDATE former_names SET sealed_name = :damaged"), {"damaged": bytes(60)})

    assert ((await known(town)).name, (await known(town)).former_name) == ("Priya Mehta", "")
    assert (await known(town)).renamed_at == now


async def test_nobody_has_no_name_to_change(town: Memory, now: Instant) -> None:
    with pytest.raises(NobodyError):
        await rename(town, "Foo", now, who=9999)


# ── handles ──────────────────────────────────────────────────────────────────


async def test_a_new_handle_leads_to_them_and_the_old_one_to_nobody(town: Memory, now: Instant) -> None:
    assert await rehandle(town, "priya_s", now) is None

    me, payee = await town.people.load_me(PRIYA), await town.people.by_handle("priya_s")
    assert (me.handle, me.handle_changed_at) == ("priya_s", now)
    assert payee is not None
    assert payee.person_id == PRIYA
    assert await town.people.by_handle("priya") is None
    async with town.database.transaction() as session:
        retired = [await town.renaming.is_retired(session, each) for each in ("Priya", "priya_s", "nobody", "asha")]
    assert retired == [True, False, False, False]


@pytest.mark.parametrize("handle", ["asha", "priya"])
async def test_what_was_ever_somebodys_is_taken(town: Memory, now: Instant, handle: str) -> None:
    """@asha is Asha's, and @priya was Priya's: Ravi gets neither."""
    await rehandle(town, "priya_s", now)

    assert await rehandle(town, handle, now, who=RAVI) == Taken()
    assert (await town.people.load_me(RAVI)).handle == "ravi"
    assert (await town.people.load_me(RAVI)).handle_changed_at is None


@pytest.mark.parametrize(
    ("after", "changed"), [(HANDLE_STAYS_FOR - TICK, False), (HANDLE_STAYS_FOR, True), (HANDLE_STAYS_FOR + TICK, True)]
)
async def test_a_handle_changes_once_a_month(town: Memory, now: Instant, after: timedelta, changed: bool) -> None:
    await rehandle(town, "priya_s", now)

    answer = await rehandle(town, "priya_x", now + after)

    assert answer == (None if changed else TooSoon(now + HANDLE_STAYS_FOR))
    assert (await town.people.by_handle("priya_x") is not None) == changed


async def test_ones_own_old_handle_can_be_taken_back(town: Memory, now: Instant) -> None:
    await rehandle(town, "priya_s", now)

    assert await rehandle(town, "priya", now + HANDLE_STAYS_FOR) is None
    payee = await town.people.by_handle("priya")
    assert payee is not None
    assert payee.person_id == PRIYA


async def test_the_same_handle_twice_is_no_change(town: Memory, now: Instant) -> None:
    await rehandle(town, "priya_s", now)

    assert await rehandle(town, "priya_s", now + DAY) is None
    assert (await town.people.load_me(PRIYA)).handle_changed_at == now


async def test_of_many_who_want_a_handle_one_gets_it(town: Memory, now: Instant) -> None:
    answers = await asyncio.gather(*(rehandle(town, "star", now, who=who) for who in (ASHA, PRIYA, RAVI)))

    assert sorted(map(str, answers)) == ["None", "Taken()", "Taken()"]
