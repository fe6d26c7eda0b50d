"""Several processes write at once, and PostgreSQL lets them: each promise that one writer kept by itself is tried here.

Where an order matters, one transaction is held open and the other is seen to wait for it; the rest is a crowd over
several connections, of which it is only said what must be true in the end.
"""

import asyncio
from datetime import timedelta

import pytest

from bot.dialogue.people import Payee
from bot.dialogue.places import GroupMessage, SaidInGroup
from bot.memory.circle import STRANGERS_PER_WINDOW, Exhausted
from bot.memory.claims import Claim
from bot.memory.conversations import VersionClashError
from bot.memory.cursors import NOTICES, CursorMovedError, Cursors
from bot.memory.deployment import BotMismatchError
from bot.memory.inbox import AlreadyHandledError, InboxKey, NewUpdate
from bot.memory.people import Seen
from ledger.database.errors import ConstraintError
from ledger.database.port import Query, Session
from ledger.kernel.ids import DisputeId, PaymentId
from ledger.kernel.instants import Instant
from tests.bot.conftest import ON_POSTGRES
from tests.bot.memory.racing import Race, undone
from tests.bot.memory.rooms import Memory

ASHA, PRIYA, RAVI, BOT, GROUP = 1001, 1002, 1003, 7, -100
SECOND = timedelta(seconds=1)

pytestmark = ON_POSTGRES


# ── the inbox ────────────────────────────────────────────────────────────────


async def test_an_update_that_two_store_at_once_is_new_to_one_of_them(race: Race, now: Instant) -> None:
    """Telegram repeats a webhook call that was slow, and it reaches another process."""

    async def store(memory: Memory, session: Session) -> frozenset[int]:
        return await memory.inbox.store(session, BOT, [NewUpdate(1, ASHA, "text", b"send 200 to Priya")], now)

    assert await race.after(store, store) == (frozenset({1}), frozenset())


async def test_an_update_whose_first_storing_came_to_nothing_is_new_to_the_second(race: Race, now: Instant) -> None:
    first, second, _ = race.processes

    async def store(memory: Memory, session: Session) -> frozenset[int]:
        return await memory.inbox.store(session, BOT, [NewUpdate(1, ASHA, "text", b"send 200 to Priya")], now)

    async def again() -> frozenset[int]:
        async with second.database.transaction() as session:
            return await store(second, session)

    async with undone(first.database) as session:
        assert await store(first, session) == {1}
        storing = asyncio.create_task(again())
        await race.somebody_waits()

    assert await storing == {1}


async def test_of_a_crowd_that_stores_the_same_updates_each_is_new_once(race: Race, now: Instant) -> None:
    """Each comes with some of them, in an order of its own; nobody waits for somebody who waits for them."""
    updates = [NewUpdate(number, ASHA, "text", b"hello") for number in range(40)]

    async def store(memory: Memory, session: Session, number: int) -> frozenset[int]:
        mine = updates[number:] + updates[:number] if number % 2 else updates[::-1]
        return await memory.inbox.store(session, BOT, mine, now)

    new = await race.crowd(12, store)

    assert sorted(update_id for each in new for update_id in each) == list(range(40))
    assert await race.memory.inbox.next_offset(BOT, now) == 40


async def test_an_update_is_handled_once(race: Race, now: Instant) -> None:
    async with race.memory.database.transaction() as session:
        await race.memory.inbox.store(session, BOT, [NewUpdate(1, ASHA, "text", b"hello")], now)

    async def handle(memory: Memory, session: Session, _number: int) -> bool:
        try:
            await memory.inbox.handled(session, InboxKey(BOT, 1), now)
        except AlreadyHandledError:
            return False
        return True

    handled = await race.crowd(8, handle)

    assert sorted(handled) == [False] * 7 + [True]


async def test_an_unreadable_update_is_put_aside_once(race: Race, now: Instant) -> None:
    aside = await race.crowd(
        8,
        lambda memory, session, _: memory.inbox.put_aside(session, InboxKey(BOT, 1), "KeyError", b"{}", now),
    )

    assert sorted(aside) == [False] * 7 + [True]
    assert len(await race.memory.inbox.set_aside()) == 1


# ── people, handles, names, numbers ──────────────────────────────────────────


async def test_two_who_register_the_same_person_give_one_handle(race: Race, now: Instant) -> None:
    async def account(memory: Memory, session: Session, _: int) -> str:
        await memory.people.see(session, ASHA, Seen("Asha Rao", "asha"), now)
        return await memory.people.account_for(session, ASHA, now)

    assert len(set(await race.crowd(6, account))) == 1

    async def register(memory: Memory, session: Session) -> str:
        return await memory.people.register(session, ASHA, "en", now)

    assert await race.after(register, register) == ("asha", "asha")
    assert len(await race.memory.database.all(Query("SELECT handle FROM handles"))) == 1


async def test_a_handle_that_many_want_at_once_is_given_to_one(race: Race, now: Instant) -> None:
    async def register(memory: Memory, session: Session, number: int) -> str:
        await memory.people.see(session, number, Seen("Priya", f"priya{number}"), now)
        await memory.people.account_for(session, number, now)
        return await memory.people.register(session, number, "en", now)

    await race.crowd(6, register)

    taken = await race.crowd(
        6, lambda memory, session, number: memory.renaming.change_handle(session, number, "priya", now)
    )

    assert len([each for each in taken if each is None]) == 1
    owned = await race.memory.database.all(Query("SELECT person_id FROM people WHERE handle = 'priya'"))
    assert len(owned) == 1


async def test_a_person_changes_their_handle_once_however_many_ask_at_once(race: Race, now: Instant) -> None:
    """The month of rest is counted from the change that just happened elsewhere."""
    await race.memory.registered(ASHA, "Asha Rao", "asha")

    changed = await race.crowd(
        6, lambda memory, session, number: memory.renaming.change_handle(session, ASHA, f"asha{number}", now)
    )

    assert len([each for each in changed if each is None]) == 1


async def test_a_name_that_changes_twice_at_once_leaves_both_former_names(race: Race, now: Instant) -> None:
    await race.memory.registered(ASHA, "Asha Rao", "asha")

    await race.after(
        lambda memory, session: memory.renaming.change_name(session, ASHA, "Asha Iyer", now),
        lambda memory, session: memory.renaming.change_name(session, ASHA, "Asha Menon", now),
    )

    assert (await race.memory.people.load_me(ASHA)).name == "Asha Menon"
    assert len(await race.memory.database.all(Query("SELECT used_until FROM former_names"))) == 2


async def test_a_username_seen_with_two_people_at_once_stays_with_one(race: Race, now: Instant) -> None:
    await race.after(
        lambda memory, session: memory.people.see(session, ASHA, Seen("Asha", "shared"), now),
        lambda memory, session: memory.people.see(session, PRIYA, Seen("Priya", "Shared"), now),
    )

    assert (await race.memory.people.load_me(ASHA)).username is None
    assert (await race.memory.people.load_me(PRIYA)).username == "Shared"


async def test_a_number_that_two_share_at_once_is_the_laters(race: Race, now: Instant) -> None:
    number = "+919000001001"

    bound = await race.after(
        lambda memory, session: memory.phones.bind(session, ASHA, number, now),
        lambda memory, session: memory.phones.bind(session, PRIYA, number, now),
    )

    assert bound == (None, ASHA), "the one who had it is told"
    assert await race.memory.phones.number_of(ASHA) is None
    assert await race.memory.phones.number_of(PRIYA) == number


async def test_of_two_numbers_that_one_person_shares_at_once_the_later_stays(race: Race, now: Instant) -> None:
    await race.after(
        lambda memory, session: memory.phones.bind(session, ASHA, "+919000001001", now),
        lambda memory, session: memory.phones.bind(session, ASHA, "+919000001002", now),
    )

    assert await race.memory.phones.number_of(ASHA) == "+919000001002"


# ── who knows whom ───────────────────────────────────────────────────────────


async def test_a_crowd_of_look_ups_finds_as_many_strangers_as_one_after_the_other(race: Race, now: Instant) -> None:
    """Nobody reads the directory faster by asking several processes at once."""
    await race.memory.registered(ASHA, "Asha Rao", "asha")
    await race.memory.registered(PRIYA, "Priya Sharma", "priya")

    found = await race.crowd(50, lambda memory, session, _: memory.circle.find_handle(session, ASHA, "priya", now))

    assert len([each for each in found if isinstance(each, Payee)]) == STRANGERS_PER_WINDOW
    assert len([each for each in found if isinstance(each, Exhausted)]) == 50 - STRANGERS_PER_WINDOW


async def test_people_who_pay_and_meet_each_other_at_once_never_wait_in_a_ring(race: Race, now: Instant) -> None:
    async def meet(memory: Memory, session: Session, number: int) -> None:
        one, other = (ASHA, PRIYA) if number % 2 else (PRIYA, ASHA)
        await memory.circle.introduce(session, one, other, now)
        await memory.circle.paid(session, one, other, now + number * SECOND)

    await race.crowd(24, meet)

    rows = await race.memory.database.all(Query("SELECT person_id, met_at FROM acquaintances ORDER BY person_id"))
    assert [row["person_id"] for row in rows] == [ASHA, PRIYA]
    assert len({row["met_at"] for row in rows}) == 1, "the latest meeting, on both sides"


async def test_a_friend_who_comes_by_two_links_at_once_is_new_once(race: Race, now: Instant) -> None:
    await race.memory.registered(ASHA, "Asha Rao", "asha")
    await race.memory.registered(PRIYA, "Priya Sharma", "priya")

    met = await race.crowd(6, lambda memory, session, _: memory.circle.befriend(session, ASHA, PRIYA, now))

    assert sorted(new for _, new in met) == [False] * 5 + [True]


# ── groups ───────────────────────────────────────────────────────────────────


async def test_a_group_hears_a_greeting_and_sees_a_payment_once(race: Race, now: Instant) -> None:
    payment_id = PaymentId.new()
    async with race.memory.database.transaction() as session:
        await race.memory.groups.remember(session, payment_id, GroupMessage(GROUP, 5), now)

    greeted = await race.crowd(6, lambda memory, session, _: memory.groups.greets(session, GROUP, now))
    shown = await race.crowd(
        6, lambda memory, session, number: memory.groups.show(session, payment_id, f"out_{number}")
    )

    assert sorted(greeted) == sorted(shown) == [False] * 5 + [True]


async def test_a_link_that_is_pressed_everywhere_at_once_begins_one_payment(race: Race, now: Instant) -> None:
    said = SaidInGroup(GroupMessage(GROUP, 7), "send 200 to Priya")
    async with race.memory.database.transaction() as session:
        await race.memory.groups.keep_link(session, ASHA, "glink", said, now + SECOND, used=False)

    used = await race.crowd(8, lambda memory, session, _: memory.groups.use_link(session, ASHA, "glink"))

    assert sorted(used) == [False] * 7 + [True]


async def test_a_group_that_moves_while_people_are_seen_there_keeps_them(race: Race, now: Instant) -> None:
    new_place = -100_200
    async with race.memory.database.transaction() as session:
        await race.memory.groups.saw(session, GROUP, [ASHA, PRIYA, RAVI], now)

    async def happen(memory: Memory, session: Session, number: int) -> None:
        if number % 2:
            await memory.groups.moved(session, GROUP, new_place)
        else:
            seen = [RAVI, PRIYA, ASHA] if number % 4 else [ASHA, PRIYA, RAVI]
            await memory.groups.saw(session, new_place, seen, now + number * timedelta(hours=2))

    await race.crowd(24, happen)

    members = await race.memory.database.all(
        Query("SELECT person_id FROM group_members WHERE chat_id = :new ORDER BY person_id"), {"new": new_place}
    )
    assert [row["person_id"] for row in members] == [ASHA, PRIYA, RAVI]
    assert await race.memory.groups.place_now(GROUP) == new_place


# ── what belongs to a payment ────────────────────────────────────────────────


async def test_of_a_payment_there_is_one_note_one_claim_and_one_thank_you(race: Race, now: Instant) -> None:
    payment_id = PaymentId.new()

    digests = await race.crowd(
        6, lambda memory, session, number: memory.notes.remember(session, payment_id, f"rent {number}")
    )
    claims = await race.crowd(
        6,
        lambda memory, session, _: memory.claims.store(
            session, Claim(DisputeId.new(), payment_id, ASHA, "632912345678", "not_received", now)
        ),
    )
    thanks = await race.crowd(6, lambda memory, session, _: memory.thanks.record(session, payment_id, ASHA, now))

    assert len(set(digests)) == 1
    assert sorted(claims) == sorted(thanks) == [False] * 5 + [True]


# ── conversations, cursors, the deployment ───────────────────────────────────


async def test_two_who_go_on_from_the_same_state_do_not_both(race: Race, now: Instant) -> None:
    async def save(memory: Memory, session: Session, version: int) -> object:
        try:
            return await memory.conversations.save(
                session, ASHA, version, "paying", idle=False, deadline_at=None, now=now
            )
        except VersionClashError:
            return "clash"

    first = await race.crowd(6, lambda memory, session, _: save(memory, session, 0))
    later = await race.crowd(6, lambda memory, session, _: save(memory, session, 1))

    assert sorted(first, key=str) == [1, *["clash"] * 5]
    assert sorted(later, key=str) == [2, *["clash"] * 5]


async def test_two_readers_of_the_journal_tell_each_row_once(race: Race, now: Instant) -> None:
    """What was promised because of a row is written in the commit that moves the cursor past it."""

    async def tell(memory: Memory, from_seq: int) -> bool:
        try:
            async with memory.database.transaction() as session:
                await memory.outbox.tell(session, ASHA, b"paid you", now, cause=f"pay_{from_seq}")
                await Cursors(memory.database).move(session, NOTICES, from_seq, from_seq + 1)
        except CursorMovedError:
            return False
        return True

    for from_seq in range(3):
        told = await asyncio.gather(*(tell(memory, from_seq) for memory in race.processes for _ in range(2)))
        assert sorted(told) == [False] * 5 + [True]
        assert len(await race.memory.outbox.told(f"pay_{from_seq}")) == 1


async def test_a_cursor_goes_back_for_nobody(memory: Memory) -> None:
    async with memory.database.transaction() as session:
        await Cursors(memory.database).move(session, NOTICES, 0, 5)

    with pytest.raises(ConstraintError, match="what was told is not told again"):
        async with memory.database.transaction() as session:
            await session.execute(Query("UPDATE cursors SET seq = 4"))


async def test_ten_processes_that_start_at_once_on_a_new_database_find_one_deployment(race: Race, now: Instant) -> None:
    claimed = await race.crowd(
        10,
        lambda memory, session, _: memory.deployments.claim(session, "keys_a", now, town=False, bot_id=7),
    )

    assert len(set(claimed)) == 1


async def test_of_two_bots_that_start_at_once_on_a_new_database_one_stays(race: Race, now: Instant) -> None:
    async def claim(memory: Memory, session: Session, number: int) -> int | None:
        try:
            found = await memory.deployments.claim(session, "keys_a", now, town=False, bot_id=7 + number % 2)
        except BotMismatchError:
            return None
        return found.bot_id

    bots = await race.crowd(10, claim)

    assert bots.count(None) == 5
    assert len(set(bots) - {None}) == 1
