"""Who was seen in a group, links that lead out of it, and payments that were begun there."""

from datetime import timedelta

import pytest

from bot.dialogue.events import LinkFate
from bot.dialogue.places import GroupMessage, SaidInGroup
from bot.memory.groups import LINKS_KEPT, MEMBERS_KEPT, PAYMENTS_KEPT
from ledger.database.port import Query
from ledger.kernel.ids import PaymentId
from ledger.kernel.instants import Instant
from tests.bot.memory.rooms import Memory

ASHA, PRIYA, RAVI, STRANGER = 1001, 1002, 1003, 1009
FLAT, SUPER = -4005, -1_001_000_000_001
LINK = "g" + "A" * 22
SAID = SaidInGroup(GroupMessage(FLAT, 7, 3), "send 200 to Priya for tea", mentioned=(("Priya", PRIYA),))
QUARTER = timedelta(minutes=15)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
async def flat(memory: Memory, now: Instant) -> Memory:
    for person_id, name in ((ASHA, "Asha Rao"), (PRIYA, "Priya Sharma"), (RAVI, "Ravi Kumar")):
        await memory.registered(person_id, name)
    async with memory.database.transaction() as session:
        await memory.groups.saw(session, FLAT, (ASHA, PRIYA, RAVI, STRANGER), now)
    return memory


async def members(memory: Memory, chat_id: int = FLAT, asker: int = ASHA) -> list[int]:
    return sorted(one.person_id for one in await memory.groups.members(chat_id, asker))


async def keep(memory: Memory, now: Instant, *, used: bool = False) -> None:
    async with memory.database.transaction() as session:
        await memory.groups.keep_link(session, ASHA, LINK, SAID, now + QUARTER, used=used)


# ── members ──────────────────────────────────────────────────────────────────


async def test_a_name_may_mean_members_with_an_account_and_never_oneself(flat: Memory) -> None:
    assert await members(flat) == [PRIYA, RAVI]
    assert await members(flat, asker=PRIYA) == [ASHA, RAVI]
    assert await members(flat, SUPER) == []


async def test_a_stranger_who_was_seen_gets_neither_account_nor_name(flat: Memory) -> None:
    """Being overheard makes nobody a person here."""
    assert await flat.people.person(STRANGER) is None


async def test_who_left_is_no_member_and_who_blocks_me_is_none_to_me(flat: Memory, now: Instant) -> None:
    async with flat.database.transaction() as session:
        await flat.groups.left(session, FLAT, RAVI)
        await flat.circle.block(session, PRIYA, ASHA, now)

    assert await members(flat) == []
    assert await members(flat, asker=RAVI) == [ASHA, PRIYA]


async def test_the_bot_that_was_put_out_knows_no_member(flat: Memory) -> None:
    async with flat.database.transaction() as session:
        await flat.groups.closed(session, FLAT)

    assert await members(flat) == []


async def test_seen_again_within_the_hour_costs_no_write(flat: Memory, now: Instant) -> None:
    seen = Query("SELECT seen_at FROM group_members WHERE person_id = 1002")
    before = await flat.database.one(seen)

    for later in (timedelta(minutes=59), timedelta(minutes=61)):
        async with flat.database.transaction() as session:
            await flat.groups.saw(session, FLAT, (PRIYA,), now + later)
        after = await flat.database.one(seen)
        assert (after == before) is (later < timedelta(hours=1))


# ── a group that becomes a supergroup ────────────────────────────────────────


async def test_members_and_payments_follow_to_the_new_number(flat: Memory, now: Instant) -> None:
    payment_id = PaymentId.new()
    async with flat.database.transaction() as session:
        await flat.groups.remember(session, payment_id, SAID.at, now)
        for _ in range(2):  # the old chat says it, and the new one
            await flat.groups.moved(session, FLAT, SUPER)

    assert await members(flat, SUPER) == [PRIYA, RAVI]
    assert await members(flat, FLAT) == [PRIYA, RAVI], "a draft that names the old number finds them too"
    assert await flat.groups.place_now(FLAT) == SUPER
    begun = await flat.groups.begun(payment_id)
    assert begun is not None
    assert begun.origin == GroupMessage(SUPER, 0, 3), "messages are numbered anew there"


async def test_a_group_said_to_move_onto_itself_or_in_a_circle_stops_nobody(flat: Memory) -> None:
    async with flat.database.transaction() as session:
        await flat.groups.moved(session, FLAT, FLAT)
        await flat.groups.moved(session, FLAT, SUPER)
        await flat.groups.moved(session, SUPER, FLAT)

    assert await flat.groups.place_now(FLAT) in {FLAT, SUPER}


# ── links ────────────────────────────────────────────────────────────────────


async def test_a_link_says_to_its_person_what_they_said(flat: Memory, now: Instant) -> None:
    await keep(flat, now)

    opened = await flat.groups.open_link(ASHA, LINK, now)

    assert (opened.fate, opened.said) == (LinkFate.NEW, SAID)


async def test_a_link_begins_it_once(flat: Memory, now: Instant) -> None:
    await keep(flat, now)
    async with flat.database.transaction() as session:
        assert not await flat.groups.use_link(session, PRIYA, LINK), "a button of somebody else"
        assert await flat.groups.use_link(session, ASHA, LINK)
        assert not await flat.groups.use_link(session, ASHA, LINK)

    opened = await flat.groups.open_link(ASHA, LINK, now)

    assert (opened.fate, opened.said) == (LinkFate.USED, SAID)


@pytest.mark.parametrize(
    ("passed", "fate"),
    [(QUARTER - MOMENT, LinkFate.NEW), (QUARTER, LinkFate.EXPIRED), (QUARTER + MOMENT, LinkFate.EXPIRED)],
)
async def test_a_link_lasts_a_quarter_of_an_hour(flat: Memory, now: Instant, passed: timedelta, fate: LinkFate) -> None:
    await keep(flat, now)

    assert (await flat.groups.open_link(ASHA, LINK, now + passed)).fate is fate


async def test_a_link_tells_nobody_else_anything(flat: Memory, now: Instant) -> None:
    await keep(flat, now)

    foreign = await flat.groups.open_link(PRIYA, LINK, now)
    guessed = await flat.groups.open_link(ASHA, "g" + "B" * 22, now)

    assert (foreign.fate, foreign.said) == (LinkFate.FOREIGN, None)
    assert (guessed.fate, guessed.said) == (LinkFate.UNKNOWN, None)


async def test_neither_the_link_nor_the_words_lie_open_on_the_disk(flat: Memory, now: Instant) -> None:
    await keep(flat, now)

    row = await flat.database.one(Query("SELECT * FROM group_links"))

    assert row is not None
    cells = b"".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in dict(row).values())
    assert LINK.encode() not in cells
    assert b"Priya" not in cells
    assert b"tea" not in cells


# ── payments that were begun there ───────────────────────────────────────────


async def test_a_payment_is_shown_once(flat: Memory, now: Instant) -> None:
    payment_id = PaymentId.new()
    async with flat.database.transaction() as session:
        assert not await flat.groups.show(session, payment_id, "out_1"), "it was not begun in a group"
        await flat.groups.remember(session, payment_id, SAID.at, now)
        await flat.groups.remember(session, payment_id, GroupMessage(SUPER, 1), now)
        assert await flat.groups.show(session, payment_id, "out_1")
        assert not await flat.groups.show(session, payment_id, "out_2")

    begun = await flat.groups.begun(payment_id)

    assert begun is not None
    assert (begun.origin, begun.shown) == (SAID.at, True)


async def test_a_line_that_was_not_taken_may_be_tried_again(flat: Memory, now: Instant) -> None:
    payment_id = PaymentId.new()
    async with flat.database.transaction() as session:
        await flat.groups.remember(session, payment_id, SAID.at, now)
        await flat.groups.show(session, payment_id, "out_1")
        assert not await flat.groups.unshow(session, "out_2")
        assert await flat.groups.unshow(session, "out_1")
        assert await flat.groups.show(session, payment_id, "out_3")


# ── once a day, and not for ever ─────────────────────────────────────────────


async def test_a_group_hears_the_same_about_itself_once_a_day(flat: Memory, now: Instant) -> None:
    day = timedelta(days=1)
    async with flat.database.transaction() as session:
        heard = [await flat.groups.greets(session, FLAT, now + after) for after in (MOMENT, day, day + MOMENT)]
        nameless = [await flat.groups.tells_nameless(session, FLAT, now + after) for after in (MOMENT, day)]

    assert heard == [True, False, True]
    assert nameless == [True, False]


async def test_what_is_of_no_use_any_more_is_forgotten(flat: Memory, now: Instant) -> None:
    payment_id = PaymentId.new()
    await keep(flat, now)
    async with flat.database.transaction() as session:
        await flat.groups.remember(session, payment_id, SAID.at, now)

        assert await flat.groups.prune(session, now + QUARTER + LINKS_KEPT) == 0
        assert await flat.groups.prune(session, now + QUARTER + LINKS_KEPT + MOMENT) == 1
        assert await flat.groups.prune(session, now + PAYMENTS_KEPT + MOMENT) == 1
        assert await flat.groups.prune(session, now + MEMBERS_KEPT + MOMENT) == 4
