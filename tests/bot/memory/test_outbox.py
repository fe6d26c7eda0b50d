"""The outbox: what was promised is said, in order, and a doubt never becomes a second prompt or a lost notice."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.dialogue.effects import BubbleId
from bot.memory.outbox import KEPT
from bot.memory.outgoing import MOST_DOUBTS, PATIENCE, Delivery, Fate, Kind, OutboxId, Place
from ledger.database.port import Query
from ledger.kernel.ids import PaymentId
from ledger.kernel.instants import Instant
from tests.bot.memory.rooms import Memory

ASHA, PRIYA, GROUP = 1001, 1002, -1001234
SECOND = timedelta(seconds=1)
PAYMENT = PaymentId.new()


async def tell(
    memory: Memory, now: Instant, body: bytes = b"hello", person_id: int = ASHA, cause: str | None = None
) -> OutboxId:
    async with memory.database.transaction() as session:
        return await memory.outbox.tell(session, person_id, body, now, cause=cause)


async def show(memory: Memory, now: Instant, bubble: BubbleId, body: bytes, cause: str | None = None) -> OutboxId:
    async with memory.database.transaction() as session:
        return await memory.outbox.show(session, ASHA, bubble, body, now, cause=cause)


async def claim(memory: Memory, now: Instant) -> list[Delivery]:
    async with memory.database.transaction() as session:
        return await memory.outbox.claim_due(session, now)


async def delivered(memory: Memory, now: Instant, outbox_id: OutboxId, message_id: int | None) -> None:
    async with memory.database.transaction() as session:
        await memory.outbox.delivered(session, outbox_id, message_id, now)


async def in_doubt(memory: Memory, now: Instant, outbox_id: OutboxId) -> Fate:
    async with memory.database.transaction() as session:
        return await memory.outbox.uncertain(session, outbox_id, now)


async def rejected(memory: Memory, now: Instant, outbox_id: OutboxId) -> Fate:
    async with memory.database.transaction() as session:
        return await memory.outbox.rejected(session, outbox_id, now)


async def blocked(memory: Memory, now: Instant, outbox_id: OutboxId) -> None:
    async with memory.database.transaction() as session:
        await memory.outbox.blocked(session, outbox_id, now)


async def deliver_all(memory: Memory, now: Instant, first_message_id: int = 500) -> list[bytes]:
    """Carry out everything that is due until nothing is; what was said, in order."""
    said: list[bytes] = []
    while claimed := await claim(memory, now):
        for delivery in claimed:
            said.append(delivery.body)
            new = first_message_id + len(said) if delivery.target is None else None
            await delivered(memory, now, delivery.outbox_id, new)
    return said


async def stand(memory: Memory, now: Instant) -> BubbleId:
    """A bubble that stands in Asha's chat as message 77."""
    bubble = BubbleId.new()
    await show(memory, now, bubble, b"confirm?")
    [first] = await claim(memory, now)
    await delivered(memory, now, first.outbox_id, 77)
    return bubble


async def fate(memory: Memory, outbox_id: OutboxId) -> str:
    row = await memory.database.one(Query("SELECT state FROM outbox WHERE outbox_id = :id"), {"id": outbox_id})
    return "" if row is None else str(row["state"])


# ── order ────────────────────────────────────────────────────────────────────


async def test_messages_of_a_chat_go_one_after_another(memory: Memory, now: Instant) -> None:
    for body in (b"one", b"two", b"three"):
        await tell(memory, now, body)

    first = await claim(memory, now)
    assert [each.body for each in first] == [b"one"]
    assert await claim(memory, now) == [], "the next one waits until the first is known to stand"
    await delivered(memory, now, first[0].outbox_id, 1)

    assert await deliver_all(memory, now) == [b"two", b"three"]


async def test_chats_do_not_wait_for_each_other(memory: Memory, now: Instant) -> None:
    await tell(memory, now, b"to Asha")
    await tell(memory, now, b"to Priya", PRIYA)
    async with memory.database.transaction() as session:
        await memory.outbox.tell(session, ASHA, b"to the group", now, chat_id=GROUP)

    assert [(each.chat_id, each.body) for each in await claim(memory, now)] == [
        (ASHA, b"to Asha"),
        (PRIYA, b"to Priya"),
        (GROUP, b"to the group"),
    ]


async def test_a_chat_that_must_wait_holds_back_all_it_has(memory: Memory, now: Instant) -> None:
    """Telegram said 429, retry after 30 seconds, for this chat."""
    await tell(memory, now, b"one")
    await tell(memory, now, b"two")
    await tell(memory, now, b"to Priya", PRIYA)
    mine = (await claim(memory, now))[0]
    async with memory.database.transaction() as session:
        await memory.outbox.retry_at(session, mine.outbox_id, now + 30 * SECOND)

    assert await claim(memory, now + 29 * SECOND) == []
    again = await claim(memory, now + 30 * SECOND)

    assert [(each.body, each.attempts) for each in again] == [(b"one", 2)]


async def test_racing_senders_never_take_the_same_message(memory: Memory, now: Instant) -> None:
    for person_id in range(2000, 2010):
        await tell(memory, now, b"hello", person_id)

    claims = await asyncio.gather(*(claim(memory, now) for _ in range(10)))

    taken = [delivery.outbox_id for claimed in claims for delivery in claimed]
    assert len(taken) == len(set(taken)) == 10


async def test_what_was_promised_survives_a_restart(
    memory: Memory, now: Instant, restarted: Callable[[], Awaitable[Memory]]
) -> None:
    await tell(memory, now, b"one")
    await tell(memory, now, b"two")

    assert await deliver_all(await restarted(), now) == [b"one", b"two"]
    assert await deliver_all(memory, now) == []


async def test_a_commit_that_fails_promises_nothing(memory: Memory, now: Instant) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012 - the block is the transaction
        async with memory.database.transaction() as session:
            await memory.outbox.tell(session, ASHA, b"Paid", now)
            raise RuntimeError

    assert await claim(memory, now) == []


# ── bubbles ──────────────────────────────────────────────────────────────────


async def test_a_new_bubble_is_sent_and_then_edited(memory: Memory, now: Instant) -> None:
    bubble = await stand(memory, now)

    await show(memory, now, bubble, b"paid")
    [edit] = await claim(memory, now)

    assert (edit.kind, edit.target, edit.body) == (Kind.EDIT, 77, b"paid")
    assert await memory.outbox.where(bubble) == Place(ASHA, 77)


async def test_an_unsent_bubble_is_sent_as_it_reads_now(memory: Memory, now: Instant) -> None:
    bubble = BubbleId.new()
    await show(memory, now, bubble, b"confirm?")
    await tell(memory, now, b"in between")
    await show(memory, now, bubble, b"cancelled")

    assert await deliver_all(memory, now) == [b"cancelled", b"in between"]


async def test_an_unsent_bubble_that_becomes_about_money_is_a_notice(memory: Memory, now: Instant) -> None:
    bubble = BubbleId.new()
    await show(memory, now, bubble, b"confirm?")
    await show(memory, now, bubble, b"paid", cause=PAYMENT)

    [delivery] = await claim(memory, now)
    assert (delivery.kind, delivery.cause) == (Kind.NOTICE, PAYMENT)


async def test_waiting_edits_of_a_bubble_become_one(memory: Memory, now: Instant) -> None:
    bubble = await stand(memory, now)
    first = await show(memory, now, bubble, b"waiting for the bank", cause=PAYMENT)
    await show(memory, now, bubble, b"still waiting")
    await show(memory, now, bubble, b"paid")

    [edit] = await claim(memory, now)
    assert (edit.body, edit.cause) == (b"paid", PAYMENT), "it still tells what the payment owes"
    assert await fate(memory, first) == "superseded"


async def test_edits_of_other_bubbles_are_left_alone(memory: Memory, now: Instant) -> None:
    one, other = await stand(memory, now), await stand(memory, now)
    await show(memory, now, one, b"one")
    await show(memory, now, other, b"other")

    assert await deliver_all(memory, now) == [b"one", b"other"]


async def test_an_edit_waits_for_its_bubble_that_is_on_its_way(memory: Memory, now: Instant) -> None:
    bubble = BubbleId.new()
    await show(memory, now, bubble, b"confirm?")
    [sending] = await claim(memory, now)
    await show(memory, now, bubble, b"paid")

    assert await claim(memory, now) == []
    await delivered(memory, now, sending.outbox_id, 77)

    [edit] = await claim(memory, now)
    assert (edit.kind, edit.target) == (Kind.EDIT, 77)


async def test_a_bubble_that_never_arrived_is_sent_anew(memory: Memory, now: Instant) -> None:
    bubble = BubbleId.new()
    await show(memory, now, bubble, b"confirm?")
    [sending] = await claim(memory, now)
    await show(memory, now, bubble, b"paid", cause=PAYMENT)
    assert await in_doubt(memory, now, sending.outbox_id) is Fate.UNCERTAIN

    [again] = await claim(memory, now)
    assert (again.body, again.target) == (b"paid", None)
    await delivered(memory, now, again.outbox_id, 78)
    assert await memory.outbox.where(bubble) == Place(ASHA, 78)


async def test_a_bubble_shown_beside_the_outbox_can_be_placed(memory: Memory, now: Instant) -> None:
    """The pad sends its own message; the receipt then replaces it."""
    bubble = BubbleId.new()
    async with memory.database.transaction() as session:
        await memory.outbox.place(session, bubble, ASHA, 90, now)

    await show(memory, now, bubble, b"paid")

    [edit] = await claim(memory, now)
    assert (edit.kind, edit.target) == (Kind.EDIT, 90)


async def test_an_erasure_names_its_message(memory: Memory, now: Instant) -> None:
    async with memory.database.transaction() as session:
        await memory.outbox.erase(session, ASHA, 55, now)

    [erasure] = await claim(memory, now)
    assert (erasure.kind, erasure.target, erasure.body) == (Kind.ERASE, 55, b"")


# ── doubt ────────────────────────────────────────────────────────────────────


async def test_a_prompt_in_doubt_is_not_repeated(memory: Memory, now: Instant) -> None:
    prompt = await tell(memory, now, b"How much?")
    await claim(memory, now)

    assert await in_doubt(memory, now, prompt) is Fate.UNCERTAIN
    assert await claim(memory, now + 3600 * SECOND) == []


async def _stays_in_doubt(memory: Memory, at: Instant, outbox_id: OutboxId, times: int) -> Instant:
    """So many doubts more, each as soon as it is said again; when the last one was."""
    for _ in range(times):
        at = max(at, await memory.outbox.next_due() or at)
        [delivery] = await claim(memory, at)
        assert delivery.outbox_id == outbox_id
        assert await in_doubt(memory, at, outbox_id) is Fate.WAITING
    return at


async def test_a_notice_about_money_in_doubt_is_repeated_until_it_stands(memory: Memory, now: Instant) -> None:
    """An hour in which nobody answers is no reason never to hear of my money."""
    notice = await tell(memory, now, "₹200.00 from Asha Rao".encode(), PRIYA, cause=PAYMENT)
    await claim(memory, now)
    assert await in_doubt(memory, now, notice) is Fate.WAITING
    assert await claim(memory, now + SECOND) == [], "not in the same breath"

    at = await _stays_in_doubt(memory, now, notice, 11)

    assert timedelta(minutes=20) < at - now < timedelta(hours=1)
    assert await deliver_all(memory, at + 3600 * SECOND) == ["₹200.00 from Asha Rao".encode()]


async def test_after_a_day_of_doubt_a_notice_is_left_and_written_down_as_it_is(memory: Memory, now: Instant) -> None:
    """A far side that shows everything and answers nothing must not be echoed for ever."""
    notice = await tell(memory, now, b"paid you", PRIYA, cause=PAYMENT)

    at = await _stays_in_doubt(memory, now, notice, MOST_DOUBTS - 1)
    await claim(memory, at + 3600 * SECOND)

    assert await in_doubt(memory, at + 3600 * SECOND, notice) is Fate.UNCERTAIN
    assert timedelta(hours=19) < at - now < timedelta(days=1)
    assert [told.fate for told in await memory.outbox.told(PAYMENT)] == [Fate.UNCERTAIN]


async def test_an_edit_in_doubt_is_repeated_and_then_said_as_a_message_of_its_own(memory: Memory, now: Instant) -> None:
    """The bubble takes no edit any more, for whatever reason: Paid must be readable somewhere."""
    bubble = await stand(memory, now)
    edit = await show(memory, now, bubble, b"paid", cause=PAYMENT)

    at = await _stays_in_doubt(memory, now, edit, PATIENCE)

    [anew] = await claim(memory, at)
    assert (anew.kind, anew.target, anew.body) == (Kind.NOTICE, None, b"paid")
    await delivered(memory, at, anew.outbox_id, 99)
    assert await memory.outbox.where(bubble) == Place(ASHA, 99)
    assert at - now < timedelta(minutes=5)


async def test_an_edit_in_doubt_about_no_money_is_said_anew_once(memory: Memory, now: Instant) -> None:
    bubble = await stand(memory, now)
    edit = await show(memory, now, bubble, b"cancelled")

    at = await _stays_in_doubt(memory, now, edit, PATIENCE)

    [anew] = await claim(memory, at)
    assert (anew.kind, anew.target) == (Kind.PROMPT, None)
    assert await in_doubt(memory, at, anew.outbox_id) is Fate.UNCERTAIN


async def test_what_stays_in_doubt_holds_nobody_up(memory: Memory, now: Instant) -> None:
    """For some minutes the order of a chat is kept; then what came later is said, and the doubt is not forgotten."""
    stuck = await tell(memory, now, b"stuck", cause=PAYMENT)
    await tell(memory, now, b"two")
    await tell(memory, now, b"three")
    at = await _stays_in_doubt(memory, now, stuck, PATIENCE - 1)
    assert await claim(memory, at) == [], "the others wait behind it"

    at = await _stays_in_doubt(memory, at, stuck, 1)

    assert await deliver_all(memory, at) == [b"two", b"three"]
    assert await deliver_all(memory, at + 3600 * SECOND) == [b"stuck"]


async def test_what_is_in_doubt_and_what_comes_behind_it_are_never_said_at_once(memory: Memory, now: Instant) -> None:
    stuck = await tell(memory, now, b"stuck", cause=PAYMENT)
    at = await _stays_in_doubt(memory, now, stuck, PATIENCE) + 3600 * SECOND
    await tell(memory, at, b"two")

    [first] = await claim(memory, at)
    assert await claim(memory, at) == []
    await delivered(memory, at, first.outbox_id, 5)

    assert await deliver_all(memory, at) == [b"two"]


async def test_when_the_far_side_answers_again_a_doubt_waits_no_longer(memory: Memory, now: Instant) -> None:
    stuck = await tell(memory, now, b"stuck", cause=PAYMENT)
    at = await _stays_in_doubt(memory, now, stuck, PATIENCE)
    held = await tell(memory, at, b"told to wait", PRIYA)
    await claim(memory, at)
    async with memory.database.transaction() as session:
        await memory.outbox.retry_at(session, held, at + 30 * SECOND)
    assert await claim(memory, at) == []

    async with memory.database.transaction() as session:
        assert await memory.outbox.hurry(session, at) == 1

    assert await deliver_all(memory, at) == [b"stuck"]


async def test_a_newer_edit_replaces_one_in_doubt(memory: Memory, now: Instant) -> None:
    bubble = await stand(memory, now)
    await show(memory, now, bubble, b"waiting for the bank")
    [first] = await claim(memory, now)
    await in_doubt(memory, now, first.outbox_id)
    await show(memory, now, bubble, b"paid")

    assert await deliver_all(memory, now + 60 * SECOND) == [b"paid"]


async def test_what_was_under_way_in_a_crash_is_said_again(
    memory: Memory, now: Instant, restarted: Callable[[], Awaitable[Memory]]
) -> None:
    """GOALS R9: at most one duplicate a kill, and no notice lost."""
    await tell(memory, now, b"How much?")
    await tell(memory, now, b"paid you", PRIYA, cause=PAYMENT)
    await claim(memory, now)

    again = await restarted()
    async with again.database.transaction() as session:
        assert await again.outbox.recover(session, now) == 2
        assert await again.outbox.recover(session, now) == 0

    assert await deliver_all(again, now + 60 * SECOND) == [b"How much?", b"paid you"]


async def test_a_delivery_told_twice_is_one(memory: Memory, now: Instant) -> None:
    notice = await tell(memory, now, b"paid", cause=PAYMENT)
    await claim(memory, now)
    await delivered(memory, now, notice, 5)
    await in_doubt(memory, now, notice)

    assert await fate(memory, notice) == "sent"


# ── refused by the far side ──────────────────────────────────────────────────


async def test_money_owed_to_somebody_who_blocked_us_is_said_when_they_are_back(memory: Memory, now: Instant) -> None:
    notice = await tell(memory, now, b"paid you", PRIYA, cause=PAYMENT)
    prompt = await tell(memory, now, b"how much?", PRIYA)
    for _ in range(2):
        [delivery] = await claim(memory, now)
        await blocked(memory, now, delivery.outbox_id)
    assert await fate(memory, notice) == await fate(memory, prompt) == "blocked"

    async with memory.database.transaction() as session:
        assert await memory.outbox.requeue_for(session, PRIYA, now + SECOND) == 1

    assert await deliver_all(memory, now + SECOND) == [b"paid you"]
    assert await fate(memory, notice) == "sent"
    assert await fate(memory, prompt) == "blocked"


async def test_a_rejected_prompt_is_over_and_the_next_goes_on(memory: Memory, now: Instant) -> None:
    bad = await tell(memory, now, b"<broken")
    await tell(memory, now, b"fine")
    await claim(memory, now)

    assert await rejected(memory, now, bad) is Fate.REJECTED
    assert await deliver_all(memory, now) == [b"fine"]


async def test_a_receipt_whose_bubble_was_deleted_becomes_a_message(memory: Memory, now: Instant) -> None:
    """I deleted the chat while paying, and still hear that I paid."""
    bubble = await stand(memory, now)
    edit = await show(memory, now, bubble, b"paid", cause=PAYMENT)
    await claim(memory, now)
    assert await rejected(memory, now, edit) is Fate.WAITING

    [again] = await claim(memory, now)
    assert (again.kind, again.target, again.body) == (Kind.NOTICE, None, b"paid")
    await delivered(memory, now, again.outbox_id, 99)
    assert await memory.outbox.where(bubble) == Place(ASHA, 99)


async def test_a_receipt_rejected_for_good_ends(memory: Memory, now: Instant) -> None:
    bubble = await stand(memory, now)
    edit = await show(memory, now, bubble, b"paid", cause=PAYMENT)
    await claim(memory, now)
    await rejected(memory, now, edit)
    await claim(memory, now)

    assert await rejected(memory, now, edit) is Fate.REJECTED
    assert await claim(memory, now) == []


async def test_a_question_whose_bubble_was_deleted_is_asked_in_a_message_of_its_own(
    memory: Memory, now: Instant
) -> None:
    """I deleted "How much?" and answered it: the confirm message must not be lost with it."""
    bubble = await stand(memory, now)
    edit = await show(memory, now, bubble, b"Pay 200?")
    await claim(memory, now)
    assert await rejected(memory, now, edit) is Fate.WAITING

    [again] = await claim(memory, now)
    assert (again.kind, again.target, again.body) == (Kind.PROMPT, None, b"Pay 200?")
    assert await rejected(memory, now, edit) is Fate.REJECTED


# ── evidence and housekeeping ────────────────────────────────────────────────


async def test_a_payment_shows_whom_it_was_told_to(memory: Memory, now: Instant) -> None:
    await tell(memory, now, b"you paid", ASHA, cause=PAYMENT)
    await tell(memory, now, b"paid you", PRIYA, cause=PAYMENT)
    to_asha, to_priya = await claim(memory, now)
    await delivered(memory, now + SECOND, to_asha.outbox_id, 5)
    await blocked(memory, now + SECOND, to_priya.outbox_id)

    told = await memory.outbox.told(PAYMENT)
    assert [(each.person_id, each.fate, each.message_id, each.ended_at) for each in told] == [
        (ASHA, Fate.SENT, 5, now + SECOND),
        (PRIYA, Fate.BLOCKED, None, now + SECOND),
    ]


async def test_sent_words_are_forgotten(memory: Memory, now: Instant) -> None:
    await tell(memory, now, b"secret")
    await deliver_all(memory, now)

    row = await memory.database.one(Query("SELECT sealed_body FROM outbox"))
    assert row is not None
    assert row["sealed_body"] is None


async def test_the_backlog_counts_what_could_have_gone(memory: Memory, now: Instant) -> None:
    assert (await memory.outbox.backlog(now)).waiting == 0
    await tell(memory, now)
    await tell(memory, now + SECOND, person_id=PRIYA)
    await claim(memory, now)

    backlog = await memory.outbox.backlog(now + 5 * SECOND)
    assert (backlog.waiting, backlog.oldest_age) == (2, 5 * SECOND)


async def test_the_next_due_moment_is_known(memory: Memory, now: Instant) -> None:
    assert await memory.outbox.next_due() is None
    late = await tell(memory, now)
    await claim(memory, now)
    async with memory.database.transaction() as session:
        await memory.outbox.retry_at(session, late, now + 30 * SECOND)

    assert await memory.outbox.next_due() == now + 30 * SECOND


async def test_a_message_behind_one_that_must_wait_is_not_due_before_it(memory: Memory, now: Instant) -> None:
    """Else the sender would look at once, find nothing, and sleep through the moment."""
    held = await tell(memory, now)
    await tell(memory, now, b"behind it")
    await claim(memory, now)
    assert await memory.outbox.next_due() is None
    async with memory.database.transaction() as session:
        await memory.outbox.retry_at(session, held, now + 30 * SECOND)

    assert await memory.outbox.next_due() == now + 30 * SECOND


async def test_pruning_keeps_what_waits_and_what_is_owed(memory: Memory, now: Instant) -> None:
    await tell(memory, now, b"old")
    await deliver_all(memory, now)
    owed = await tell(memory, now, b"owed", PRIYA, cause=PAYMENT)
    await claim(memory, now)
    await blocked(memory, now, owed)
    await tell(memory, now, b"waits")

    async with memory.database.transaction() as session:
        assert await memory.outbox.prune(session, now + KEPT + SECOND) == 1
        await memory.outbox.requeue_for(session, PRIYA, now + KEPT)

    assert sorted(await deliver_all(memory, now + KEPT)) == [b"owed", b"waits"]


async def test_pruning_takes_a_piece_at_a_time(memory: Memory, now: Instant) -> None:
    """After a long rest there is a month to forget; nobody waits for all of it."""
    for person_id in range(2_000, 2_005):
        await tell(memory, now, b"old", person_id)
    await deliver_all(memory, now)

    forgotten = []
    for _ in range(4):
        async with memory.database.transaction() as session:
            forgotten.append(await memory.outbox.prune(session, now + KEPT + SECOND, most=2))

    assert forgotten == [2, 2, 1, 0]
