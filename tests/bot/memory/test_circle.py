"""Whom a name may mean, and how strangers are found: exactly, seldom, and the same way whether blocked or unknown."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from bot.dialogue.people import Payee
from bot.memory.circle import STRANGERS_PER_WINDOW, WINDOW, Exhausted
from bot.memory.people import Seen
from ledger.database.port import Query, Row, Session, Value
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


async def test_whom_i_block_no_name_of_mine_means_any_more(town: Memory, now: Instant) -> None:
    """Somebody who plays Priya and was blocked must not stand beside Priya under "Which Priya?"."""
    await paid(town, ASHA, PRIYA, now)
    await block(town, ASHA, PRIYA, now)

    assert await known(town) == []
    assert [payee.person_id for payee in await town.circle.blocked(ASHA)] == [PRIYA]
    assert (await town.people.load_me(ASHA)).blocks_somebody
    assert not (await town.people.load_me(PRIYA)).blocks_somebody


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


async def test_whoever_is_not_found_costs_the_same_statements(town: Memory, now: Instant) -> None:
    """Nobody, somebody who blocked me, an acquaintance who did, somebody not registered: no clock tells them apart.

    Counted instead of timed: which statements are made, in order, and how many cells are opened.
    """
    await block(town, PRIYA, ASHA, now)
    await paid(town, ASHA, RAVI, now)
    await block(town, RAVI, ASHA, now)
    async with town.database.transaction() as session:
        await town.people.see(session, 1007, Seen("Kabir", "kabir"), now)
        for number, person_id in enumerate((PRIYA, RAVI, 1007)):
            await town.phones.bind(session, person_id, f"+91900000200{number}", now)

    made: dict[str, set[tuple[str, ...]]] = {}
    async with town.database.transaction() as session:
        spy = _Spy(session)
        for handle in ("priya_x", "ravi_x", "kabir", "nobody_at_all"):
            assert await town.circle.find_handle(cast("Session", spy), ASHA, handle, now) is None
            made.setdefault("handle", set()).add(spy.told())
        for person_id in (PRIYA, RAVI, 1007, 9999):
            assert await town.circle.find_person(cast("Session", spy), ASHA, person_id, now) is None
            made.setdefault("person", set()).add(spy.told())
        for number in range(4):
            assert await town.circle.find_phone(cast("Session", spy), ASHA, f"+91900000200{number}", now) is None
            made.setdefault("phone", set()).add(spy.told())

    assert {kind: len(ways) for kind, ways in made.items()} == {"handle": 1, "person": 1, "phone": 1}
    assert {len(way) for ways in made.values() for way in ways} == {2}


class _Spy:
    """A session that remembers which statements were made."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._made: list[str] = []

    async def one(self, query: Query, values: Mapping[str, Value] | None = None) -> Row | None:
        self._made.append(str(query))
        return await self._session.one(query, values or {})

    def told(self) -> tuple[str, ...]:
        """What was made since the last time."""
        made, self._made = tuple(self._made), []
        return made


async def test_a_card_of_who_blocks_me_is_nobodys_unless_i_want_to_block_back(town: Memory, now: Instant) -> None:
    await add(town, PRIYA, now)
    await block(town, PRIYA, ASHA, now)

    assert await town.circle.card(ASHA, PRIYA) is None
    assert await town.circle.card(ASHA, 9999, hidden=False) is None
    card = await town.circle.card(ASHA, PRIYA, hidden=False)
    assert card is not None
    assert (card.payee.person_id, card.added_at, card.met_at) == (PRIYA, now, None)


async def test_an_account_refuses_a_payer_whom_its_owner_blocks(town: Memory, now: Instant) -> None:
    priya = await town.people.by_person(PRIYA)
    assert priya is not None
    assert not await town.circle.refuses(ASHA, priya.account_id)
    await block(town, PRIYA, ASHA, now)

    assert await town.circle.refuses(ASHA, priya.account_id)
    assert not await town.circle.refuses(RAVI, priya.account_id)


async def test_who_was_removed_is_unknown_until_they_meet_again(town: Memory, now: Instant) -> None:
    await add(town, PRIYA, now)
    await paid(town, ASHA, PRIYA, now)
    async with town.database.transaction() as session:
        await town.circle.remove_contact(session, ASHA, PRIYA)
    assert await known(town) == []
    assert await known(town, PRIYA) == [ASHA]

    await paid(town, PRIYA, ASHA, now + HOUR)

    assert await known(town) == [PRIYA]


async def test_an_invitation_makes_two_people_contacts_once_and_never_against_a_block(
    town: Memory, now: Instant
) -> None:
    async with town.database.transaction() as session:
        inviter, fresh = await town.circle.befriend(session, ASHA, PRIYA, now)
        _, again = await town.circle.befriend(session, ASHA, PRIYA, now)
        assert await town.circle.befriend(session, ASHA, ASHA, now) == (None, False)
        assert await town.circle.befriend(session, 9999, ASHA, now) == (None, False)
        await town.circle.block(session, ASHA, RAVI, now)
        await town.circle.block(session, MEERA, ASHA, now)
        assert await town.circle.befriend(session, ASHA, RAVI, now) == (None, False)
        assert await town.circle.befriend(session, ASHA, MEERA, now) == (None, False)

    assert inviter is not None
    assert (inviter.person_id, fresh, again) == (ASHA, True, False)
    assert (await known(town), await known(town, PRIYA)) == ([PRIYA], [ASHA])


async def test_a_tap_on_the_pad_opens_no_name_of_anybody_else(town: Memory, now: Instant) -> None:
    await add(town, PRIYA, now)

    me = await town.people.load_me(ASHA, with_known=False)

    assert me.known == ()
    assert me == replace(await town.people.load_me(ASHA), known=(), recent=())


async def test_racing_lookups_never_exceed_the_cap(town: Memory, now: Instant) -> None:
    answers = await asyncio.gather(*(find(town, "nobody_at_all", now) for _ in range(60)))

    assert sum(answer is None for answer in answers) == STRANGERS_PER_WINDOW
