"""A group that moves, or puts the bot out: what waits for it follows or ends, and whoever it was about is told."""

from dataclasses import replace

import pytest

from bot.arrivals import Arrival, GroupChange, GroupChanged, Overheard
from bot.dialogue.places import GroupMessage
from bot.memory.outgoing import Fate, Kind, OutboxId
from bot.memory.people import Seen
from bot.port import BlockedError, DeliveryError, MovedError, Outgoing, RejectedError, UncertainError, dump_outgoing
from bot.workers.intake import Intake
from ledger.database.port import Query
from ledger.kernel.ids import PaymentId
from tests.bot.workers.conftest import START, Office

ASHA, PRIYA, BOT = 1001, 1002, 77
FLAT, SUPER = -4005, -1_001_000_000_001
POINTER = Outgoing("Let us go on in our private chat.", thread_id=3, reply_to=7)
SHOWN = Outgoing("Asha Rao paid Priya Sharma ₹200.00")
NO_RIGHT = "bad request: not enough rights to send text messages to the chat"


@pytest.fixture
async def flat(office: Office) -> Office:
    """Asha and Priya are on Hundi, and the bot is in their group."""
    async with office.database.transaction() as session:
        for person_id, name in ((ASHA, "Asha Rao"), (PRIYA, "Priya Sharma")):
            await office.people.see(session, person_id, Seen(name), START)
            await office.people.account_for(session, person_id, START)
            await office.people.register(session, person_id, "en", START)
        await office.groups.saw(session, FLAT, (ASHA, PRIYA), START)
    return office


async def promise(office: Office, message: Outgoing = POINTER, chat_id: int = FLAT, person_id: int = ASHA) -> OutboxId:
    async with office.database.transaction() as session:
        body, now = dump_outgoing(message), office.clock.now()
        return await office.outbox.tell(session, person_id, body, now, chat_id=chat_id)


async def promise_shown(office: Office) -> PaymentId:
    """A payment of Asha's that was begun in the group is to be shown there."""
    payment_id, outbox_id = PaymentId.new(), await promise(office, SHOWN)
    async with office.database.transaction() as session:
        await office.groups.remember(session, payment_id, GroupMessage(FLAT, 7), START)
        await office.groups.show(session, payment_id, outbox_id)
    return payment_id


async def fate(office: Office, outbox_id: str) -> str:
    row = await office.database.one(Query("SELECT state FROM outbox WHERE outbox_id = :id"), {"id": outbox_id})
    assert row is not None
    return str(row["state"])


async def is_shown(office: Office, payment_id: PaymentId) -> bool:
    begun = await office.groups.begun(payment_id)
    assert begun is not None
    return begun.shown


async def hears(office: Office, update_id: int, arrival: Arrival) -> None:
    intake = Intake(office.inbox, office.people, office.group_book, office.database, BOT, now=office.clock.now)
    await intake.store([replace(arrival, update_id=update_id)], [])


def in_flat(happening: GroupChanged | Overheard, members: tuple[int, ...] = (), gone: int | None = None) -> Arrival:
    return Arrival(1, FLAT, FLAT, False, "", None, None, START, happening, members, gone)


# ── it moves ─────────────────────────────────────────────────────────────────


async def test_what_waits_for_a_group_follows_it_and_says_it_in_its_old_order(flat: Office) -> None:
    """The first call to the old number is refused with the new one: nothing is lost, and nothing is said twice."""
    flat.phones.trouble[FLAT] = [MovedError(SUPER)]
    for words in ("one", "two", "three"):
        await promise(flat, Outgoing(words))

    await flat.settle()

    assert flat.phones.texts(SUPER) == ["one", "two", "three"]
    assert flat.phones.texts(FLAT) == []
    assert {one.person_id for one in await flat.groups.members(SUPER, 0)} == {ASHA, PRIYA}


async def test_a_supergroup_has_other_numbers_so_nothing_replies_to_them_or_erases_by_them(flat: Office) -> None:
    """A PIN's message may bear the number of somebody's birthday wishes there."""
    pointer = await promise(flat)
    async with flat.database.transaction() as session:
        erasure = await flat.outbox.erase(session, ASHA, 7, flat.clock.now(), chat_id=FLAT)
        await flat.group_book.moved(session, FLAT, SUPER, flat.clock.now())
        (delivery,) = await flat.outbox.claim_due(session, flat.clock.now())

    assert (delivery.chat_id, delivery.outbox_id, delivery.kind) == (SUPER, pointer, Kind.PROMPT)
    assert delivery.body == dump_outgoing(Outgoing(POINTER.html))
    assert await fate(flat, erasure) == Fate.REJECTED


@pytest.mark.parametrize("said_by", [FLAT, SUPER])
async def test_the_move_is_heard_from_the_old_chat_or_the_new_one(flat: Office, said_by: int) -> None:
    await promise(flat)
    moved = replace(in_flat(GroupChanged(GroupChange.MOVED, FLAT, SUPER)), person_id=said_by, chat_id=said_by)

    await hears(flat, 1, moved)
    await hears(flat, 2, moved)
    await flat.settle()

    assert flat.phones.texts(SUPER) == [POINTER.html]
    assert await flat.groups.place_now(FLAT) == SUPER


# ── the bot is put out, or may not write ─────────────────────────────────────

GONE = BlockedError("forbidden: bot was kicked from the supergroup chat")


@pytest.mark.parametrize("refusal", [GONE, RejectedError(NO_RIGHT)])
async def test_a_line_that_the_group_does_not_take_is_told_to_its_payer_and_may_be_tried_again(
    flat: Office, refusal: DeliveryError
) -> None:
    flat.phones.trouble[FLAT] = [refusal]
    payment_id = await promise_shown(flat)

    await flat.settle()

    (told,) = flat.phones.texts(ASHA)
    assert "could not show your payment" in told
    assert "The payment itself stands" in told
    assert not await is_shown(flat, payment_id)


async def test_a_line_that_may_stand_in_the_group_is_not_said_twice_and_its_payer_may_look(flat: Office) -> None:
    flat.phones.lost[FLAT] = [UncertainError("no answer")]
    payment_id = await promise_shown(flat)

    await flat.settle()

    assert flat.phones.texts(FLAT) == [SHOWN.html]
    (told,) = flat.phones.texts(ASHA)
    assert "please look there" in told
    assert await is_shown(flat, payment_id)


async def test_a_group_that_is_closed_to_us_is_not_a_person_who_blocks_us(flat: Office) -> None:
    """Asha asked in a group that had put the bot out; what she is told in private still reaches her."""
    flat.phones.trouble[FLAT] = [GONE]
    await promise(flat)

    await flat.settle()

    assert (await flat.people.load_me(ASHA)).reachable
    (told,) = flat.phones.texts(ASHA)
    assert "Write to me here instead" in told


async def test_when_the_bot_is_removed_what_waits_there_ends_and_is_recorded(flat: Office) -> None:
    pointer, payment_id = await promise(flat), await promise_shown(flat)

    await hears(flat, 1, in_flat(GroupChanged(GroupChange.REMOVED, FLAT)))
    await flat.settle()

    assert await fate(flat, pointer) == Fate.REJECTED
    assert flat.phones.texts(FLAT) == []
    assert ["could not show" in words for words in flat.phones.texts(ASHA)] == [True]
    assert not await is_shown(flat, payment_id)
    assert await flat.groups.members(FLAT, 0) == ()


async def test_what_the_bot_says_of_itself_in_a_group_concerns_nobody_in_particular(flat: Office) -> None:
    flat.phones.trouble[FLAT] = [RejectedError(NO_RIGHT)]
    await promise(flat, Outgoing("Hello!"), person_id=FLAT)

    await flat.settle()

    assert set(flat.phones.chats) == set()


async def test_who_has_no_account_or_blocks_the_bot_is_told_nothing(flat: Office) -> None:
    async with flat.database.transaction() as session:
        await flat.people.set_blocked(session, PRIYA, START)
        await flat.group_book.not_taken(session, "out_none", PRIYA, START)
        await flat.group_book.not_taken(session, "out_none", 1009, START)

    await flat.settle()

    assert flat.phones.chats == {}


# ── who is there ─────────────────────────────────────────────────────────────


async def test_what_is_overheard_leaves_who_was_seen_and_makes_nobody_a_person(flat: Office) -> None:
    await hears(flat, 1, in_flat(Overheard(), (ASHA, 1009)))
    await hears(flat, 2, in_flat(Overheard(), (), PRIYA))

    seen = await flat.database.all(Query("SELECT person_id FROM group_members ORDER BY person_id"))
    assert [row["person_id"] for row in seen] == [ASHA, 1009]
    assert await flat.people.person(1009) is None
    assert await flat.people.person(FLAT) is None
    assert await flat.inbox.waiting(BOT) == []


async def test_an_update_that_comes_twice_is_noted_once(flat: Office) -> None:
    """Priya left after it; the repetition must not bring her back."""
    await hears(flat, 1, in_flat(Overheard(), (PRIYA,)))
    await hears(flat, 2, in_flat(Overheard(), (), PRIYA))
    await hears(flat, 1, in_flat(Overheard(), (PRIYA,)))

    assert {one.person_id for one in await flat.groups.members(FLAT, 0)} == {ASHA}


# ── many commands ────────────────────────────────────────────────────────────


async def test_a_newer_answer_takes_the_place_of_those_that_wait(flat: Office) -> None:
    """A group takes 20 messages a minute: somebody who types 50 commands there must not fill it for an hour."""
    await promise_shown(flat)
    await promise(flat, Outgoing("to Priya"), person_id=PRIYA)
    for number in range(3):
        async with flat.database.transaction() as session:
            await flat.outbox.withdraw(session, FLAT, ASHA, flat.clock.now())
        await promise(flat, Outgoing(f"pointer {number}"))

    await flat.settle()

    assert flat.phones.texts(FLAT) == [SHOWN.html, "to Priya", "pointer 2"]
