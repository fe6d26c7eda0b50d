"""What was promised is said: in order, no faster than allowed, again where that is owed, and never lost by a crash."""

import asyncio
from contextlib import AbstractAsyncContextManager

import pytest

from bot.dialogue.effects import BubbleId
from bot.memory.outgoing import Fate
from bot.memory.people import Seen
from bot.pacing import OVERALL, Pacer
from bot.pad_screen import PadScreen
from bot.port import BlockedError, Outgoing, RejectedError, RetryLaterError, UncertainError, load_outgoing
from ledger.database.port import Database, Query, Reader, Row, Session, Values
from ledger.database.waits import Waits
from ledger.kernel.errors import UnavailableError
from ledger.kernel.instants import Instant
from tests.bot.workers.conftest import Office

ASHA, PRIYA, RAVI = 1001, 1002, 1003
PAYMENT = "pay_00000000000000000000000000000001"


async def test_messages_arrive_in_the_order_they_were_promised(office: Office) -> None:
    for number in range(5):
        await office.tell(ASHA, f"message {number}")

    await office.settle()

    assert office.phones.texts(ASHA) == [f"message {number}" for number in range(5)]


async def test_a_message_that_was_delivered_is_not_delivered_again(office: Office) -> None:
    await office.tell(ASHA, "hello")

    await office.settle()
    await office.settle(delivery=office.open_again())

    assert office.phones.texts(ASHA) == ["hello"]


async def test_a_bubble_is_sent_once_and_edited_from_then_on(office: Office) -> None:
    """One bubble for each payment: confirm, PIN, paid."""
    bubble = BubbleId.new()
    await office.show(bubble, ASHA, "Pay?")
    await office.settle()
    await office.show(bubble, ASHA, "Paid", about=PAYMENT)
    await office.settle()

    assert office.phones.texts(ASHA) == ["Paid"]
    assert await office.fates(PAYMENT) == [Fate.SENT]


async def test_a_chat_is_spoken_to_once_a_second_after_a_small_burst(office: Office) -> None:
    for number in range(6):
        await office.tell(ASHA, str(number))

    await office.settle()

    assert [said.at_s for said in office.phones.chats[ASHA]] == pytest.approx([0, 0, 0, 1, 2, 3])


async def test_a_hundred_people_are_told_no_faster_than_the_bot_may_speak(office: Office) -> None:
    for person in range(1, 101):
        await office.tell(person, "hello")

    await office.settle()

    moments = sorted(at for at, _, _ in office.phones.calls)
    assert len(moments) == 100
    assert moments[-1] - moments[0] >= (100 - OVERALL.burst) / OVERALL.per_s - 0.5


async def test_a_chat_that_must_wait_waits_that_long_and_nobody_else_does(office: Office) -> None:
    office.phones.trouble[ASHA] = [RetryLaterError(17)]
    await office.tell(ASHA, "hello")
    await office.tell(PRIYA, "hello")

    await office.settle()

    assert office.phones.chats[PRIYA][0].at_s == 0
    assert office.phones.chats[ASHA][0].at_s == pytest.approx(17)
    assert office.phones.texts(ASHA) == ["hello"]


async def test_a_chat_that_is_asked_to_wait_while_its_notice_waits_to_be_alone_waits(office: Office) -> None:
    """The pad of that chat was told to wait; what the outbox had already taken up must know."""
    await office.delivery._money.acquire()
    await office.tell(ASHA, "₹200.00 from Priya", about=PAYMENT)
    await office.delivery.run_once(office.clock.now())
    for _ in range(10):
        await asyncio.sleep(0)  # it has passed the pacer

    office.delivery._pacer.hold(ASHA, 17, office.clock.steady_s())
    office.delivery._money.release()
    await office.delivery.idle()
    assert office.phones.texts(ASHA) == []
    await office.settle()

    assert office.phones.chats[ASHA][0].at_s == pytest.approx(17)


async def test_what_stands_behind_a_waiting_message_does_not_overtake_it(office: Office) -> None:
    office.phones.trouble[ASHA] = [RetryLaterError(17)]
    await office.tell(ASHA, "first")
    await office.tell(ASHA, "second")

    await office.settle()

    assert office.phones.texts(ASHA) == ["first", "second"]


async def test_a_person_who_blocked_the_bot_is_recorded_and_told_when_they_are_back(office: Office) -> None:
    """The money stands; I see it when I come back."""
    office.phones.trouble[PRIYA] = [BlockedError("blocked")]
    async with office.database.transaction() as session:
        await office.people.see(session, PRIYA, Seen("Priya"), office.clock.now())
    await office.tell(PRIYA, "₹200.00 from Asha", about=PAYMENT)
    await office.settle()

    person = await office.people.person(PRIYA)
    assert person is not None
    assert person.blocked_bot_at == office.clock.now()
    assert await office.fates(PAYMENT) == [Fate.BLOCKED]

    async with office.database.transaction() as session:
        await office.outbox.requeue_for(session, PRIYA, office.clock.now())
    await office.settle()
    assert office.phones.texts(PRIYA) == ["₹200.00 from Asha"]


async def test_a_notice_about_money_in_doubt_is_repeated_until_it_is_known_to_stand(office: Office) -> None:
    """At most one repetition for each answer that was lost, and never a payment that nobody hears of."""
    office.phones.lost[PRIYA] = [UncertainError("silence")] * 3
    await office.tell(PRIYA, "₹200.00 from Asha", about=PAYMENT)

    await office.settle()

    assert office.phones.texts(PRIYA) == ["₹200.00 from Asha"] * 4
    assert await office.fates(PAYMENT) == [Fate.SENT]


async def test_an_hour_in_which_nobody_answers_ends_for_all_at_once(office: Office) -> None:
    """The first answer after an outage is the sign: what is in doubt is not left waiting for its next turn."""
    people = range(ASHA, ASHA + 20)
    for person in people:
        office.phones.trouble[person] = [UncertainError("silence")] * 20
        await office.tell(person, "₹200.00 from Asha", about=f"pay_{person:032}")
    await office.settle(for_s=3_600)
    assert not office.phones.chats
    office.phones.trouble.clear()
    back_at = office.clock.elapsed_s

    await office.tell(RAVI + 100, "hello")
    await office.settle(for_s=5)

    assert [len(office.phones.texts(person)) for person in people] == [1] * 20
    assert office.clock.elapsed_s - back_at < 5


async def test_a_prompt_in_doubt_is_not_repeated(office: Office) -> None:
    office.phones.lost[ASHA] = [UncertainError("silence")]
    await office.tell(ASHA, "How much?")

    await office.settle()

    assert office.phones.texts(ASHA) == ["How much?"]


async def test_an_edit_in_doubt_is_repeated_until_it_is_known_to_stand(office: Office) -> None:
    bubble = BubbleId.new()
    await office.show(bubble, ASHA, "Pay?")
    await office.settle()
    office.phones.trouble[ASHA] = [UncertainError("silence")] * 3
    await office.show(bubble, ASHA, "Paid", about=PAYMENT)

    await office.settle()

    assert office.phones.texts(ASHA) == ["Paid"]
    assert await office.fates(PAYMENT) == [Fate.SENT]


async def test_paid_is_said_anew_when_its_bubble_was_deleted(office: Office) -> None:
    bubble = BubbleId.new()
    await office.show(bubble, ASHA, "Pay?")
    await office.settle()
    office.phones.chats[ASHA] = []
    office.phones.trouble[ASHA] = [RejectedError("message to edit not found")]
    await office.show(bubble, ASHA, "Paid", about=PAYMENT)

    await office.settle()

    assert office.phones.texts(ASHA) == ["Paid"]


async def test_a_message_the_far_side_never_takes_does_not_stop_the_chat(office: Office) -> None:
    office.phones.trouble[ASHA] = [RejectedError("can't parse entities")]
    await office.tell(ASHA, "broken")
    await office.tell(ASHA, "fine")

    await office.settle()

    assert office.phones.texts(ASHA) == ["fine"]


async def test_a_message_nobody_can_read_any_more_does_not_stop_the_chat(office: Office) -> None:
    async with office.database.transaction() as session:
        await office.outbox.tell(session, ASHA, b"of another version", office.clock.now())
    await office.tell(ASHA, "fine")

    await office.settle()

    assert office.phones.texts(ASHA) == ["fine"]


async def test_a_typed_pin_is_erased_even_when_the_first_try_hangs(office: Office) -> None:
    office.phones.trouble[ASHA] = [UncertainError("silence")]
    async with office.database.transaction() as session:
        await office.outbox.erase(session, ASHA, 5, office.clock.now())

    await office.settle()

    assert [how for _, how, _ in office.phones.calls] == ["erase", "erase"]


async def test_after_a_kill_between_saying_and_marking_it_is_said_once_more_at_most(office: Office) -> None:
    """The process died after Telegram had the message and before we knew."""
    await office.tell(PRIYA, "₹200.00 from Asha", about=PAYMENT)
    async with office.database.transaction() as session:
        (claimed,) = await office.outbox.claim_due(session, office.clock.now())
    await office.phones.deliver(PRIYA, load_outgoing(claimed.body))

    assert await office.delivery.recover() == 1
    await office.settle()

    assert office.phones.texts(PRIYA) == ["₹200.00 from Asha"] * 2
    assert await office.fates(PAYMENT) == [Fate.SENT]


async def test_however_often_it_dies_before_saying_it_it_is_said_in_the_end(office: Office) -> None:
    """Every committed payment is told, also when the machine falls over five times in the wrong moment."""
    await office.tell(PRIYA, "₹200.00 from Asha", about=PAYMENT)
    await office.tell(ASHA, "How much?")
    for _ in range(5):
        async with office.database.transaction() as session:
            claimed = await office.outbox.claim_due(session, office.clock.now())
        assert len(claimed) == 2
        await office.open_again().recover()

    await office.settle()

    assert office.phones.texts(PRIYA) == ["₹200.00 from Asha"]
    assert office.phones.texts(ASHA) == ["How much?"]


async def test_at_exit_the_call_under_way_is_finished_and_marked(office: Office) -> None:
    await office.tell(PRIYA, "₹200.00 from Asha", about=PAYMENT)
    office.phones.gates[PRIYA] = asyncio.Event()
    await office.delivery.run_once(office.clock.now())
    await office.phones.called.wait()

    closing = asyncio.create_task(office.delivery.close())
    await asyncio.sleep(0)
    assert not closing.done()
    office.phones.gates[PRIYA].set()
    await closing

    assert await office.fates(PAYMENT) == [Fate.SENT]


async def test_at_exit_what_stands_behind_a_call_under_way_is_still_said(office: Office) -> None:
    """The service is restarted while my chat is busy: I hear of my money before it goes, not after."""
    await office.tell(PRIYA, "one moment")
    await office.tell(PRIYA, "₹200.00 from Asha", about=PAYMENT)
    office.phones.gates[PRIYA] = asyncio.Event()
    await office.delivery.run_once(office.clock.now())
    await office.phones.called.wait()

    draining = asyncio.create_task(office.delivery.drain())
    await asyncio.sleep(0)
    office.phones.gates[PRIYA].set()
    await draining

    assert office.phones.texts(PRIYA) == ["one moment", "₹200.00 from Asha"]
    assert await office.fates(PAYMENT) == [Fate.SENT]


async def test_at_exit_a_call_that_ends_while_we_look_hides_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same, at the worst moment: nothing was free when we looked, and nothing is under way when we have looked."""
    await office.tell(PRIYA, "one moment")
    await office.tell(PRIYA, "₹200.00 from Asha", about=PAYMENT)
    office.phones.gates[PRIYA] = asyncio.Event()
    await office.delivery.run_once(office.clock.now())
    await office.phones.called.wait()
    next_due = office.outbox.next_due

    async def ends_meanwhile() -> Instant | None:
        office.phones.gates[PRIYA].set()
        await office.delivery.idle()
        return await next_due()

    monkeypatch.setattr(office.outbox, "next_due", ends_meanwhile)
    await office.delivery.drain()

    assert office.phones.texts(PRIYA) == ["one moment", "₹200.00 from Asha"]


async def test_at_exit_what_has_not_left_goes_back_without_a_doubt(office: Office) -> None:
    for _ in range(3):
        await office.tell(ASHA, "hello")
        await office.settle()
    asleep = asyncio.Event()

    async def sleep_for_ever(_seconds: float) -> None:
        asleep.set()
        await asyncio.Event().wait()

    office.delivery._sleep = sleep_for_ever
    await office.tell(ASHA, "and goodbye")
    await office.delivery.run_once(office.clock.now())
    await asleep.wait()
    await office.delivery.close()

    again = office.open_again()
    assert await again.recover() == 0
    await office.settle(delivery=again)
    assert office.phones.texts(ASHA)[-1] == "and goodbye"


async def test_a_disk_that_is_full_when_it_must_be_marked_does_not_make_it_said_twice(office: Office) -> None:
    await office.tell(PRIYA, "₹200.00 from Asha", about=PAYMENT)
    disk = FullAfter(office.database, writes=1, failures=3)

    await office.settle(delivery=office.open_again(disk))

    assert office.phones.texts(PRIYA) == ["₹200.00 from Asha"]
    assert await office.fates(PAYMENT) == [Fate.SENT]
    assert disk.failures == 0


class FullAfter:
    """A disk that takes some writes, then refuses some, then takes them again. Reading always works."""

    def __init__(self, database: Database, *, writes: int, failures: int) -> None:
        self._database, self.writes, self.failures = database, writes, failures

    @property
    def dialect(self) -> str:
        return self._database.dialect

    @property
    def waits(self) -> Waits:
        return self._database.waits

    @property
    def at_once(self) -> Reader:
        return self._database.at_once

    def transaction(self) -> AbstractAsyncContextManager[Session]:
        if self.writes == 0 and self.failures > 0:
            self.failures -= 1
            raise UnavailableError("disk full")
        self.writes = max(self.writes - 1, 0)
        return self._database.transaction()

    def snapshot(self) -> AbstractAsyncContextManager[Reader]:
        return self._database.snapshot()

    async def one(self, query: Query, values: Values | None = None) -> Row | None:
        return await self._database.one(query, values)

    async def all(self, query: Query, values: Values | None = None) -> list[Row]:
        return await self._database.all(query, values)

    async def close(self) -> None:
        await self._database.close()


async def test_a_far_side_that_hangs_for_one_chat_lets_the_others_hear(office: Office) -> None:
    office.phones.gates[ASHA] = asyncio.Event()
    await office.tell(ASHA, "hello")
    await office.delivery.run_once(office.clock.now())
    await office.phones.called.wait()
    await office.tell(PRIYA, "hello")
    office.phones.called.clear()

    await office.delivery.run_once(office.clock.now())
    await office.phones.called.wait()

    assert [chat for _, _, chat in office.phones.calls] == [ASHA, PRIYA]


async def test_a_pad_opens_after_what_was_promised_before_it(office: Office) -> None:
    """An older picture of the bubble must not wipe out the pad."""
    bubble = BubbleId.new()
    await office.show(bubble, ASHA, "Pay?")
    await office.settle()
    office.phones.gates[ASHA] = asyncio.Event()
    await office.show(bubble, ASHA, "Pay? (the balance changed)")
    screen = PadScreen(
        office.phones, Pacer(), steady_s=office.clock.steady_s, sleep=office.clock.sleep, quiet=office.delivery.quiet
    )
    office.phones.called.clear()
    office.delivery.wake.clear()

    opening = asyncio.create_task(screen.open(ASHA, 1, Outgoing("Enter your PIN")))
    await office.delivery.wake.wait()
    await office.delivery.run_once(office.clock.now())
    await office.phones.called.wait()
    assert not opening.done()
    office.phones.gates[ASHA].set()

    assert await opening == 1
    assert office.phones.texts(ASHA) == ["Enter your PIN"]


async def test_whoever_waits_for_a_chat_is_not_woken_by_every_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look is a question to the store; with twenty people paying they were a tenth of all there were."""
    looks, look = 0, office.outbox.is_open

    async def counted(chat_id: int) -> bool:
        nonlocal looks
        looks += 1
        return await look(chat_id)

    monkeypatch.setattr(office.outbox, "is_open", counted)
    office.phones.gates[ASHA] = asyncio.Event()
    await office.tell(ASHA, "Pay?")
    await office.delivery.run_once(office.clock.now())
    waiting = asyncio.create_task(office.delivery.quiet(ASHA))
    for person in range(2001, 2011):
        await office.tell(person, "something for somebody else")
        await office.delivery.run_once(office.clock.now())
        while len(office.delivery._under_way) > 1:  # noqa: ASYNC110 - until that one is said
            await asyncio.sleep(0)
    before = looks
    office.phones.gates[ASHA].set()
    await waiting

    assert before == 1
    assert looks == 2


async def test_a_pad_does_not_wait_where_nothing_is_to_be_said(office: Office) -> None:
    await office.tell(PRIYA, "something for somebody else")

    await office.delivery.quiet(ASHA)

    assert not office.delivery.wake.is_set()


async def test_two_notices_about_money_are_never_on_the_way_at_once(office: Office) -> None:
    """So that a kill finds at most one that was said and not marked."""
    office.phones.gates[ASHA] = asyncio.Event()
    office.phones.gates[PRIYA] = office.phones.gates[ASHA]
    await office.tell(ASHA, "₹1.00 from Ravi", about=PAYMENT)
    await office.tell(PRIYA, "₹1.00 from Ravi", about=PAYMENT)

    await office.delivery.run_once(office.clock.now())
    await office.phones.called.wait()
    for _ in range(20):
        await asyncio.sleep(0)

    assert len(office.phones.calls) == 1
    office.phones.gates[ASHA].set()
    await office.settle()
    assert await office.fates(PAYMENT) == [Fate.SENT, Fate.SENT]


async def test_a_message_that_does_not_open_silences_nobody_else(office: Office) -> None:
    """One message was damaged on disk. It is recorded as never said; everybody else hears theirs."""
    await office.tell(ASHA, "from Priya", about="pay_1")
    async with office.database.transaction() as session:
        await session.execute(Query("UPDATE outbox SET sealed_body = zeroblob(60)"))
    await office.tell(ASHA, "from Ravi", about="pay_2")
    await office.tell(PRIYA, "from Asha", about="pay_3")

    await office.settle()

    assert (office.phones.texts(ASHA), office.phones.texts(PRIYA)) == (["from Ravi"], ["from Asha"])
    assert await office.fates("pay_1") == [Fate.REJECTED]
