"""What was long ago is forgotten in pieces, and the clock that was is remembered."""

from datetime import timedelta

from bot.dialogue.effects import BubbleId
from bot.memory.deployment import Deployments
from bot.memory.inbox import NUMBERS_KEPT, PRUNED_AT_ONCE, InboxKey, NewUpdate
from bot.memory.outbox import KEPT
from bot.memory.renaming import Renaming
from bot.workers.housekeeping import EVERY_S, SOON_S, Housekeeping
from ledger.database.port import Query
from ledger.kernel.instants import Instant
from tests.bot.workers.conftest import START, Office

BOT = 7
MESSAGES = 20  # a day
TABLES = ("inbox", "outbox", "bubbles")


async def test_after_a_long_rest_the_next_piece_is_forgotten_soon(office: Office) -> None:
    """A bot that was away for weeks serves at once, and tidies up between two messages."""
    deployments = Deployments(office.database)
    rooms = (office.database, office.inbox, office.outbox, office.groups)
    housekeeping = Housekeeping(*rooms, deployments, Renaming(office.database, office.sealer))
    numbers = [NewUpdate(number, 1001, "pad", None) for number in range(PRUNED_AT_ONCE + 1)]
    async with office.database.transaction() as session:
        await deployments.claim(session, "keys", START)
        await office.inbox.store(session, BOT, numbers, START)
    later = START + NUMBERS_KEPT + timedelta(seconds=1)

    first, second = [await housekeeping.run_once(later) for _ in range(2)]

    assert (first.updates, first.next_in_s) == (PRUNED_AT_ONCE, SOON_S)
    assert (second.updates, second.next_in_s) == (1, EVERY_S)
    found = await deployments.find()
    assert found is not None
    assert found.latest_at == later


async def test_after_a_month_the_tables_of_a_busy_bot_stop_growing(office: Office) -> None:
    """GOALS R18: what was handled and told long ago is gone again, so the file keeps its size whatever has passed."""
    deployments = Deployments(office.database)
    rooms = (office.database, office.inbox, office.outbox, office.groups)
    housekeeping = Housekeeping(*rooms, deployments, Renaming(office.database, office.sealer))
    async with office.database.transaction() as session:
        await deployments.claim(session, "keys", START)
    rows, pages = [], []

    for day in range(KEPT.days + 40):
        now = START + timedelta(days=day)
        await _a_busy_day(office, day, now)
        await housekeeping.run_once(now)
        rows.append([await _count(office, f"SELECT count(*) AS n FROM {table}") for table in TABLES])
        pages.append(await _count(office, "SELECT page_count AS n FROM pragma_page_count"))

    settled = rows[KEPT.days + 2]
    assert all(day == settled for day in rows[KEPT.days + 2 :])
    assert settled == [MESSAGES * (NUMBERS_KEPT.days + 1), MESSAGES * (KEPT.days + 1), KEPT.days + 1]
    assert max(pages[-10:]) <= max(pages[: KEPT.days + 5])


async def _a_busy_day(office: Office, day: int, now: Instant) -> None:
    """Updates that are handled, messages that are told, a bubble that stays where it is."""
    numbers = range(day * MESSAGES, (day + 1) * MESSAGES)
    async with office.database.transaction() as session:
        await office.inbox.store(session, BOT, [NewUpdate(each, 1001, "text", b"words " * 20) for each in numbers], now)
        for each in numbers:
            await office.inbox.handled(session, InboxKey(BOT, each), now)
        await office.outbox.show(session, 1001, BubbleId.new(), b"Paid", now)
        for each in numbers[1:]:
            await office.outbox.tell(session, 2000 + each, b"words " * 20, now)
    while True:
        async with office.database.transaction() as session:
            claimed = await office.outbox.claim_due(session, now)
            for delivery in claimed:
                await office.outbox.delivered(session, delivery.outbox_id, 1, now)
        if not claimed:
            return


async def _count(office: Office, question: str) -> int:
    row = await office.database.one(Query(question))
    assert row is not None
    return int(row["n"])
