"""The one who writes messages and the one who sends them work side by side, and sometimes two send."""

import asyncio
from datetime import timedelta

from bot.dialogue.effects import BubbleId
from bot.memory.outgoing import PATIENCE, Delivery, Kind
from ledger.database.port import Session
from ledger.kernel.ids import PaymentId
from ledger.kernel.instants import Instant
from tests.bot.conftest import ON_POSTGRES
from tests.bot.memory.racing import Race
from tests.bot.memory.rooms import Memory

ASHA = 1001

pytestmark = ON_POSTGRES


async def claim_due(memory: Memory, session: Session, now: Instant) -> list[Delivery]:
    return await memory.outbox.claim_due(session, now)


async def test_two_who_deliver_take_no_message_twice_and_no_two_of_a_chat(race: Race, now: Instant) -> None:
    async with race.memory.database.transaction() as session:
        for person_id in range(2000, 2020):
            await race.memory.outbox.tell(session, person_id, b"one", now)
            await race.memory.outbox.tell(session, person_id, b"two", now)

    claims = await race.crowd(6, lambda memory, session, _: memory.outbox.claim_due(session, now, 5))

    taken = [delivery for each in claims for delivery in each]
    assert len(taken) == 20
    assert {delivery.body for delivery in taken} == {b"one"}
    assert len({delivery.chat_id for delivery in taken}) == 20


async def test_what_may_pass_a_message_in_doubt_never_goes_beside_it(race: Race, now: Instant) -> None:
    """Both may go next, and two claim at once: one of the two goes, and the other waits for it."""
    first = race.memory
    async with first.database.transaction() as session:
        stuck = await first.outbox.tell(session, ASHA, b"stuck", now, cause=PaymentId.new())
        await first.outbox.tell(session, ASHA, b"two", now)
        for _ in range(PATIENCE):
            await first.outbox.uncertain(session, stuck, now)
    late = now + timedelta(days=1)

    taken, taken_then = await race.after(
        lambda memory, session: claim_due(memory, session, late),
        lambda memory, session: claim_due(memory, session, late),
    )

    assert [delivery.body for delivery in taken] == [b"stuck"]
    assert taken_then == []


async def test_words_that_are_replaced_at_this_moment_do_not_leave(race: Race, now: Instant) -> None:
    """A message whose newer words are about to be committed is left for the next look, and then reads as it should."""
    writing, sending, _ = race.processes
    bubble = BubbleId.new()
    async with writing.database.transaction() as session:
        await writing.outbox.show(session, ASHA, bubble, b"confirm?", now)
    async with writing.database.transaction() as session:
        await writing.outbox.show(session, ASHA, bubble, b"cancelled", now)
        async with sending.database.transaction() as claiming:
            assert await sending.outbox.claim_due(claiming, now) == []

    async with sending.database.transaction() as claiming:
        [delivery] = await sending.outbox.claim_due(claiming, now)

    assert delivery.body == b"cancelled"


async def test_a_bubble_that_leaves_at_this_moment_is_edited_and_not_sent_again(race: Race, now: Instant) -> None:
    sending, writing, _ = race.processes
    bubble = BubbleId.new()
    async with writing.database.transaction() as session:
        await writing.outbox.show(session, ASHA, bubble, b"confirm?", now)

    async def show(memory: Memory, session: Session) -> list[Delivery]:
        await memory.outbox.show(session, ASHA, bubble, b"paid", now)
        return []

    [first], _ = await race.after(lambda memory, session: claim_due(memory, session, now), show)
    async with sending.database.transaction() as session:
        await sending.outbox.delivered(session, first.outbox_id, 77, now)
    async with sending.database.transaction() as session:
        [second] = await sending.outbox.claim_due(session, now)

    assert first.body == b"confirm?"
    assert (second.kind, second.target, second.body) == (Kind.EDIT, 77, b"paid")


async def test_what_is_committed_first_is_said_first(race: Race, now: Instant) -> None:
    """A position is taken before the commit, so only who waited for the other is behind them: as it must be."""
    early, late, sending = race.processes
    async with early.database.transaction() as session:
        await early.outbox.tell(session, ASHA, b"begun first", now)
        async with late.database.transaction() as other:
            await late.outbox.tell(other, ASHA, b"committed first", now)
        async with sending.database.transaction() as claiming:
            [first] = await sending.outbox.claim_due(claiming, now)
    async with late.database.transaction() as other:
        await late.outbox.tell(other, ASHA, b"after both", now)

    said = [first.body]
    for _ in range(2):
        async with sending.database.transaction() as claiming:
            await sending.outbox.delivered(claiming, first.outbox_id, 1, now)
            [first] = await sending.outbox.claim_due(claiming, now)
        said.append(first.body)

    assert said == [b"committed first", b"begun first", b"after both"]


async def test_a_message_is_superseded_or_sent_and_never_both(race: Race, now: Instant) -> None:
    """Edits of one bubble come and go while others deliver: in the end the bubble reads as it was shown last."""
    bubble = BubbleId.new()
    async with race.memory.database.transaction() as session:
        await race.memory.outbox.place(session, bubble, ASHA, 77, now)
    said: list[bytes] = []

    async def show_all() -> None:
        for number in range(20):
            async with race.memory.database.transaction() as session:
                await race.memory.outbox.show(session, ASHA, bubble, f"{number:02d}".encode(), now)

    async def deliver(memory: Memory) -> bool:
        async with memory.database.transaction() as session:
            claimed = await memory.outbox.claim_due(session, now)
        for delivery in claimed:
            said.append(delivery.body)
            async with memory.database.transaction() as session:
                await memory.outbox.delivered(session, delivery.outbox_id, None, now)
        return bool(claimed)

    showing = asyncio.create_task(show_all())
    while not showing.done():
        await asyncio.gather(*(deliver(memory) for memory in race.processes[1:]))
    await showing
    while await deliver(race.processes[1]):
        pass

    assert said == sorted(said)
    assert said[-1] == b"19"
