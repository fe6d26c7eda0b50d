"""GOALS R12: "a day" is a day where the operator is, also when it has 23 or 25 hours, and on the 29th of February."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from ledger.commands import Pay
from ledger.database.port import Database
from ledger.desk import Ledger
from ledger.kernel.ids import PaymentId
from ledger.outcomes import Captured, RefusalCode, Refused
from tests.ledger.books import UNLIMITED, inr
from tests.ledger.desk.conftest import Clock, book_of, open_wallet

BERLIN, KOLKATA, APIA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Apia")
A_DAY = replace(UNLIMITED, per_day=100_00)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (BERLIN, date(2026, 3, 28), 24),
        (BERLIN, date(2026, 3, 29), 23),  # at two it is three
        (BERLIN, date(2026, 10, 25), 25),  # at three it is two
        (KOLKATA, date(2028, 2, 28), 24),
        (KOLKATA, date(2028, 2, 29), 24),
        (KOLKATA, date(2027, 2, 28), 24),
        (KOLKATA, date(2026, 12, 31), 24),
        (APIA, date(2026, 6, 30), 24),
    ],
)
async def test_a_limit_of_a_day_holds_from_midnight_to_midnight(
    database: Database, zone: ZoneInfo, day: date, hours: int
) -> None:
    """What I may pay today I may pay until the last moment of today, and again from the first of tomorrow."""
    begins = datetime.combine(day, time(), zone).astimezone(UTC)
    ends = begins + timedelta(hours=hours)
    clock = Clock(begins)
    async with Ledger(database, policy=book_of(A_DAY), zone=zone, now=clock) as ledger:
        asha, priya = await open_wallet(ledger, "500.00"), await open_wallet(ledger)

        async def pay(rupees: str, at: datetime) -> Captured | Refused:
            clock.now = at
            return await ledger.ask(Pay(PaymentId.new(), asha, priya, inr(rupees)))

        assert isinstance(await pay("60.00", begins), Captured)
        assert isinstance(await pay("40.00", begins + timedelta(hours=hours / 2)), Captured)
        refused = await pay("0.01", ends - MOMENT)
        assert isinstance(refused, Refused)
        assert (refused.code, refused.facts["resets_at"]) == (RefusalCode.DAILY_LIMIT, ends)
        assert isinstance(await pay("100.00", ends), Captured)


async def test_a_clock_that_goes_back_over_midnight_gives_no_day_twice_and_changes_no_order(
    database: Database,
) -> None:
    """Rows stand in the order in which they were posted, whatever their times say, and each day's limit holds once."""
    midnight = datetime(2026, 11, 24, tzinfo=KOLKATA).astimezone(UTC)
    clock = Clock(midnight - timedelta(minutes=1))
    async with Ledger(database, policy=book_of(A_DAY), zone=KOLKATA, now=clock) as ledger:
        asha, priya = await open_wallet(ledger, "500.00"), await open_wallet(ledger)
        asked = []
        for minutes, rupees in ((-1, "90.00"), (1, "70.00"), (-1, "10.00"), (-1, "0.01"), (1, "30.00"), (1, "0.01")):
            clock.now = midnight + timedelta(minutes=minutes)
            pay = Pay(PaymentId.new(), asha, priya, inr(rupees))
            asked.append((pay.payment_id, isinstance(await ledger.ask(pay), Captured)))

        rows = [row async for row in ledger.transfers() if row.cause.startswith("pay_")]
        assert [done for _, done in asked] == [True, True, True, False, True, False]
        assert [row.cause for row in rows] == [payment for payment, done in asked if done]
        assert [row.seq for row in rows] == sorted(row.seq for row in rows)
        page = await ledger.history(asha, limit=4)
        assert [posting.cause for posting in page.postings] == [row.cause for row in reversed(rows)]
