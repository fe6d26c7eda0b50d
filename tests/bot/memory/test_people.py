"""People: found by number, called by a handle that is theirs for good, with a name that Telegram cannot change."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.memory.people import NotRegisteredError, Owner, Seen
from ledger.database.errors import ConstraintError
from ledger.database.port import Query
from ledger.kernel.ids import AccountId
from ledger.kernel.instants import Instant
from tests.bot.memory.rooms import Memory
from tests.harness.tables import everything_stored

ASHA, PRIYA, RAVI = 1001, 1002, 1003


async def test_somebody_never_seen_is_a_newcomer(memory: Memory) -> None:
    me = await memory.people.load_me(ASHA)

    assert (me.name, me.account_id, me.handle, me.language, me.currency) == ("", None, None, "en", "INR")
    assert await memory.people.person(ASHA) is None
    assert await memory.people.by_person(ASHA) is None


async def test_a_newcomer_registers(memory: Memory) -> None:
    handle = await memory.registered(ASHA, "Asha Rao", "Asha_Rao")

    me = await memory.people.load_me(ASHA)
    payee = await memory.people.by_handle("ASHA_RAO")
    assert handle == me.handle == "asha_rao"
    assert me.name == "Asha Rao"
    assert me.username == "Asha_Rao"
    assert payee is not None
    assert (payee.person_id, payee.account_id, payee.name) == (ASHA, me.account_id, "Asha Rao")
    assert payee == await memory.people.by_person(ASHA)
    assert await memory.people.by_accounts([payee.account_id, AccountId.new()]) == {payee.account_id: payee}


async def test_registering_twice_is_registering_once(memory: Memory) -> None:
    """The process died between opening my account and telling me."""
    first = await memory.registered(ASHA, "Asha Rao", "asha")
    before = await memory.people.load_me(ASHA)

    assert await memory.registered(ASHA, "Asha Rao", "asha") == first
    assert await memory.people.load_me(ASHA) == before


async def test_registering_needs_an_account_that_was_minted(memory: Memory, now: Instant) -> None:
    async with memory.database.transaction() as session:
        await memory.people.see(session, ASHA, Seen("Asha"), now)
        with pytest.raises(NotRegisteredError):
            await memory.people.register(session, ASHA, "en", now)


async def test_money_can_wait_for_somebody_who_has_not_started(memory: Memory, now: Instant) -> None:
    """`hundi fund 1001 500` before Asha ever wrote: she finds the money at /start."""
    async with memory.database.transaction() as session:
        account_id = await memory.people.account_for(session, ASHA, now)
        assert await memory.people.account_for(session, ASHA, now) == account_id
    assert (await memory.people.load_me(ASHA)).account_id is None
    assert await memory.people.by_person(ASHA) is None
    assert await memory.people.by_accounts([account_id]) == {}

    await memory.registered(ASHA, "Asha Rao")

    assert (await memory.people.load_me(ASHA)).account_id == account_id


async def test_accounts_are_minted_once_however_many_ask(memory: Memory, now: Instant) -> None:
    async def mint() -> AccountId:
        async with memory.database.transaction() as session:
            return await memory.people.account_for(session, ASHA, now)

    assert len(set(await asyncio.gather(*(mint() for _ in range(20))))) == 1


async def test_a_name_on_an_account_does_not_follow_telegram(memory: Memory, now: Instant) -> None:
    """Somebody renamed themselves "Priya Sharma" between quote and confirm (GOALS S10)."""
    await memory.registered(RAVI, "Ravi Kumar", "ravi")

    async with memory.database.transaction() as session:
        await memory.people.see(session, RAVI, Seen("Priya Sharma", "priya"), now)

    me = await memory.people.load_me(RAVI)
    assert (me.name, me.handle, me.username) == ("Ravi Kumar", "ravi", "priya")
    assert await memory.people.by_handle("priya") is None


async def test_before_registering_the_name_last_seen_counts(memory: Memory, now: Instant) -> None:
    async with memory.database.transaction() as session:
        await memory.people.see(session, ASHA, Seen("A"), now)
        await memory.people.see(session, ASHA, Seen("Asha Rao"), now)

    assert (await memory.people.load_me(ASHA)).name == "Asha Rao"


async def test_a_username_belongs_to_whom_it_was_seen_with_last(memory: Memory, now: Instant) -> None:
    async with memory.database.transaction() as session:
        await memory.people.see(session, ASHA, Seen("Asha", "shared"), now)
        await memory.people.see(session, PRIYA, Seen("Priya", "Shared"), now)

    assert (await memory.people.load_me(ASHA)).username is None
    assert (await memory.people.load_me(PRIYA)).username == "Shared"


async def test_a_handle_is_given_once(memory: Memory) -> None:
    """The first @priya keeps it, even if Telegram gives the username to another Priya."""
    first = await memory.registered(PRIYA, "Priya Sharma", "priya")
    second = await memory.registered(RAVI, "Priya Singh", "priya")

    assert first == "priya"
    assert second != "priya"
    assert second.startswith("priya")


async def test_racing_newcomers_get_different_handles(memory: Memory) -> None:
    handles = await asyncio.gather(*(memory.registered(2000 + each, "Asha", "asha") for each in range(30)))

    assert len(set(handles)) == 30


@pytest.mark.parametrize("change", ["DELETE FROM handles", "UPDATE handles SET person_id = 1003"])
async def test_a_handle_once_given_is_never_passed_on(memory: Memory, change: str) -> None:
    await memory.registered(PRIYA, "Priya", "priya")

    with pytest.raises(ConstraintError, match="first owner"):
        async with memory.database.transaction() as session:
            await session.execute(Query(change))


@pytest.mark.parametrize(
    "name", ["", " ", "\u202egnp.exe", "<b>x</b>", "x" * 500, "\ud800", "Robert'); DROP TABLE people;--"]
)
async def test_hostile_names_are_kept_as_they_are_or_cut(memory: Memory, name: str) -> None:
    await memory.registered(ASHA, name)

    kept = (await memory.people.load_me(ASHA)).name
    assert kept == (name[:128].encode("utf-8", "replace").decode() or f"@{(await memory.people.load_me(ASHA)).handle}")


@pytest.mark.parametrize(
    ("hint", "chosen", "language"),
    [(None, None, "en"), ("hi-IN", None, "hi"), ("fr", None, "en"), ("hi", "en", "en"), ("en", "hi", "hi")],
)
async def test_the_language_chosen_counts_before_the_phones(
    memory: Memory, now: Instant, hint: str | None, chosen: str | None, language: str
) -> None:
    async with memory.database.transaction() as session:
        await memory.people.see(session, ASHA, Seen("Asha", None, hint), now)
        if chosen is not None:
            await memory.people.set_language(session, ASHA, chosen)

    assert (await memory.people.load_me(ASHA)).language == language


async def test_who_blocked_the_bot_is_remembered_until_they_are_back(
    memory: Memory, now: Instant, restarted: Callable[[], Awaitable[Memory]]
) -> None:
    await memory.registered(ASHA, "Asha")
    async with memory.database.transaction() as session:
        await memory.people.set_blocked(session, ASHA, now)

    again = await restarted()
    person = await again.people.person(ASHA)
    assert person is not None
    assert person.blocked_bot_at == now
    async with again.database.transaction() as session:
        await again.people.set_blocked(session, ASHA, None)
    person = await memory.people.person(ASHA)
    assert person is not None
    assert person.blocked_bot_at is None


async def test_names_are_stored_nowhere(memory: Memory) -> None:
    await memory.registered(ASHA, "Zanzibarina Quux", "zanzibarina_u")
    row = await memory.database.one(Query("SELECT * FROM people"))
    assert row is not None

    stored = await everything_stored(memory.database)
    assert b"Zanzibarina Quux" not in stored
    assert "Zanzibarina Quux".encode("utf-16-le") not in stored
    assert b"zanzibarina_u" in stored, "a handle is public; this shows that the search would find a name"


async def test_a_damaged_name_is_nobody_elses_trouble(memory: Memory, now: Instant) -> None:
    """Priya's name was damaged on disk: Asha goes on without her, and whoever was paid is told without a name."""
    await memory.registered(ASHA, "Asha Rao", "asha")
    await memory.registered(PRIYA, "Priya Sharma", "priya")
    await memory.registered(RAVI, "Ravi Kumar", "ravi")
    async with memory.database.transaction() as session:
        await memory.circle.introduce(session, ASHA, PRIYA, now)
        await memory.circle.introduce(session, ASHA, RAVI, now)
        priya = await memory.people.account_for(session, PRIYA, now)
        await session.execute(
            Query("UPDATE people SET sealed_name = :damaged WHERE person_id = :who"),
            {"damaged": bytes(60), "who": PRIYA},
        )

    assert [payee.person_id for payee in (await memory.people.load_me(ASHA)).known] == [RAVI]
    assert (await memory.people.owners([priya]))[priya] == Owner(PRIYA, "", "en")
    assert await memory.people.by_accounts([priya]) == {}


@pytest.mark.parametrize("odd", ["\x00", "\ud800", "asha\x00rao", "ａｓｈａ", "a b", "x" * 300])
async def test_what_no_username_and_no_language_tag_can_be_keeps_nobody_from_being_seen(
    memory: Memory, now: Instant, odd: str
) -> None:
    """One update that cannot be written would be fetched for ever, and nobody's behind it would arrive."""
    async with memory.database.transaction() as session:
        await memory.people.see(session, ASHA, Seen(f"Asha {odd}", odd, odd), now)

    me = await memory.people.load_me(ASHA)
    assert (me.username, me.language) == (None, "en")
    assert me.name.startswith("Asha")
