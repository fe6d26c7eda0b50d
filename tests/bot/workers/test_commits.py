"""What a commit carries: marks of what was sent, and messages that leave as soon as it stands."""

import asyncio
from contextlib import suppress

import pytest

from bot.dialogue.effects import BubbleId
from bot.memory.commits import Commit
from bot.memory.outgoing import LIGHT_BYTES, Fate
from bot.port import Outgoing, RetryLaterError, dump_outgoing
from ledger.database.errors import QueryError
from ledger.database.port import Query, Session
from ledger.kernel.errors import UnavailableError
from ledger.kernel.ids import PaymentId
from ledger.kernel.instants import Instant
from tests.bot.workers.conftest import Office

ASHA, PRIYA = 1001, 1002
PAYMENT = str(PaymentId("pay_00000000000000000000000001"))
STATES = Query("SELECT state FROM outbox ORDER BY position")


async def promise(office: Office, chat_id: int, words: str, *, about: str | None = None) -> None:
    """As a turn does it."""
    async with office.commits.open() as commit:
        await tell(office, commit, chat_id, words, about=about)


async def tell(office: Office, commit: Commit, chat_id: int, words: str, *, about: str | None = None) -> None:
    body, now = dump_outgoing(Outgoing(words)), office.clock.now()
    await office.outbox.tell(commit.session, chat_id, body, now, cause=about, departures=commit.departures)


async def under_way(office: Office) -> None:
    """Until every call ended; what it left to be marked stays so."""
    while office.delivery._under_way:
        await asyncio.wait(office.delivery._under_way.values())
        await asyncio.sleep(0)


async def states(office: Office) -> list[str]:
    return [row["state"] for row in await office.database.all(STATES)]


async def test_before_a_delivery_has_begun_everything_waits_to_be_found(office: Office) -> None:
    """What lies there as under way may be left over from a process that died: nothing is added to that."""
    await promise(office, ASHA, "hello")

    assert await states(office) == [Fate.WAITING]


async def test_a_message_leaves_when_the_commit_that_promises_it_stands(office: Office) -> None:
    await office.delivery.recover()

    await promise(office, ASHA, "hello")
    await under_way(office)

    assert office.phones.texts(ASHA) == ["hello"]
    assert not office.delivery.wake.is_set()


async def test_what_a_commit_that_fails_promises_is_not_said(office: Office) -> None:
    await office.delivery.recover()

    with pytest.raises(KeyError):  # noqa: PT012 - the block is the commit
        async with office.commits.open() as commit:
            await tell(office, commit, ASHA, "hello")
            raise KeyError
    await office.settle()

    assert office.phones.texts(ASHA) == []
    assert await states(office) == []


async def test_a_chat_with_something_open_keeps_its_order(office: Office) -> None:
    await office.delivery.recover()
    await office.tell(ASHA, "first")

    async with office.commits.open() as commit:
        await tell(office, commit, ASHA, "second")
        await tell(office, commit, PRIYA, "first of hers")
        await tell(office, commit, PRIYA, "second of hers")
    await under_way(office)
    assert office.phones.chats.keys() == {PRIYA}
    assert not commit.departures.is_all()
    await office.settle()

    assert office.phones.texts(ASHA) == ["first", "second"]
    assert office.phones.texts(PRIYA) == ["first of hers", "second of hers"]


async def test_what_stands_behind_a_message_that_left_at_once_is_found_when_it_ends(office: Office) -> None:
    office.phones.gates[ASHA] = asyncio.Event()
    await office.delivery.recover()
    await promise(office, ASHA, "first")
    await office.tell(ASHA, "second")
    await office.delivery.run_once(office.clock.now())  # which finds the chat busy

    office.phones.gates[ASHA].set()
    await under_way(office)

    assert office.delivery.wake.is_set()
    await office.settle()
    assert office.phones.texts(ASHA) == ["first", "second"]


async def test_a_message_that_could_not_leave_is_tried_again(office: Office) -> None:
    office.phones.trouble[ASHA] = [RetryLaterError(5.0)]
    await office.delivery.recover()

    await promise(office, ASHA, "hello")
    await under_way(office)
    assert office.delivery.wake.is_set()
    await office.settle()

    assert office.phones.texts(ASHA) == ["hello"]


async def test_an_edit_leaves_at_once_for_where_its_bubble_stands(office: Office) -> None:
    bubble, now = BubbleId.new(), office.clock.now()
    await office.delivery.recover()

    for words in ("Pay ₹200?", "Paid ₹200"):
        async with office.commits.open() as commit:
            body = dump_outgoing(Outgoing(words))
            await office.outbox.show(commit.session, ASHA, bubble, body, now, departures=commit.departures)
        await under_way(office)

    (said,) = office.phones.chats[ASHA]
    assert (said.html, said.edits) == ("Paid ₹200", 1)


async def test_a_message_too_heavy_for_memory_waits_to_be_read(office: Office) -> None:
    await office.delivery.recover()

    await promise(office, ASHA, "x" * (LIGHT_BYTES + 1))

    assert await states(office) == [Fate.WAITING]


async def test_a_turn_that_is_cancelled_anywhere_leaves_no_message_that_nobody_says(office: Office) -> None:
    """Its commit may stand although it never heard so (R23)."""
    await office.delivery.recover()
    stood = 0
    for turns in range(25):
        before = len(office.phones.texts(ASHA))
        task = asyncio.create_task(promise(office, ASHA, f"hello {turns}"))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await office.settle()
        stood += len(await states(office)) - stood

        assert set(await states(office)) <= {Fate.SENT}
        assert len(office.phones.texts(ASHA)) == stood
        assert stood - before in {0, 1}
    assert 0 < stood < 25


# ── marks ────────────────────────────────────────────────────────────────────


async def test_a_mark_rides_in_the_next_commit(office: Office) -> None:
    await office.delivery.recover()
    await promise(office, ASHA, "hello")
    await under_way(office)
    assert await states(office) == [Fate.SENDING]

    await promise(office, ASHA, "and more")  # for which the chat is free, since the mark is written before it
    await under_way(office)

    assert await states(office) == [Fate.SENT, Fate.SENDING]
    assert office.phones.texts(ASHA) == ["hello", "and more"]


async def test_a_mark_that_no_commit_comes_for_is_written_by_itself(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.memory.commits.RIDES_WITHIN_S", 0.0)
    await office.delivery.recover()
    await promise(office, ASHA, "hello")

    async with asyncio.timeout(10):
        while await states(office) != [Fate.SENT]:  # noqa: ASYNC110 - a row, which rings no bell
            await asyncio.sleep(0)


async def test_a_process_that_ends_leaves_nothing_to_be_marked(office: Office) -> None:
    await office.delivery.recover()
    await promise(office, ASHA, "hello")
    await under_way(office)

    await office.delivery.close()

    assert await states(office) == [Fate.SENT]
    assert not office.commits.carries


@pytest.mark.parametrize(("chat_id", "about"), [(ASHA, PAYMENT), (-100, None)])
async def test_a_notice_about_money_and_a_message_before_others_are_marked_at_once(
    office: Office, chat_id: int, about: str | None
) -> None:
    """After a kill they would be said again, and of those there may be one."""
    await office.delivery.recover()

    await promise(office, chat_id, "₹200 from Asha", about=about)
    await under_way(office)

    assert await states(office) == [Fate.SENT]


async def test_after_a_kill_what_was_sent_and_not_marked_is_said_again(office: Office) -> None:
    """As whatever was under way: a question twice rather than one that nobody heard."""
    await office.delivery.recover()
    await promise(office, PRIYA, "₹50 from Asha", about=PAYMENT)
    await promise(office, ASHA, "Pay ₹200 to Priya?")
    await under_way(office)
    office.commits._waiting.clear()  # as a kill does

    following = office.open_again()
    assert await following.recover() == 1
    await office.settle(delivery=following)

    assert office.phones.texts(ASHA) == ["Pay ₹200 to Priya?"] * 2
    assert office.phones.texts(PRIYA) == ["₹50 from Asha"]


async def test_a_mark_whose_commit_fails_is_made_again(office: Office) -> None:
    await office.delivery.recover()
    await promise(office, ASHA, "hello")
    await under_way(office)

    with pytest.raises(UnavailableError):
        async with office.commits.open():
            raise UnavailableError("disk full")
    await office.delivery.idle()

    assert await states(office) == [Fate.SENT]


async def test_a_mark_that_cannot_be_made_fails_one_commit_at_most(office: Office) -> None:
    """Else nobody in the whole town could be served any more."""

    async def impossible(session: Session, _now: Instant) -> None:
        await session.later(Query("UPDATE outbox SET message_id = :number"), {"number": 2**70})

    await office.delivery.recover()
    await office.tell(PRIYA, "hello")
    office.commits.soon(impossible)

    with pytest.raises(QueryError):
        await promise(office, ASHA, "hello")
    await promise(office, ASHA, "hello")
    await office.settle()

    assert office.phones.texts(ASHA) == ["hello"]
