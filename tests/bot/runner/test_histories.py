"""A look through a history is bounded, goes on where it ended, and opens no note that it does not need."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.dialogue.filters import EVERYTHING, Filter, Way
from bot.language.periods import Period
from bot.runner import histories
from bot.runner.histories import Bounds, Histories
from bot.sandbox.people import Person
from ledger.commands import Pay
from ledger.kernel.ids import AccountId, PaymentId
from ledger.kernel.money import Money
from ledger.outcomes import Captured
from tests.harness.wire import move_in, on_stage
from tests.stories.stage import Stage

ASHA = Person(2001, "Asha", "Rao", "asha")
PRIYA = Person(2002, "Priya", "Sharma", "priya")
INDIA = ZoneInfo("Asia/Kolkata")
MIDNIGHT = datetime(2026, 11, 30, 18, 30, tzinfo=UTC)  # 1 December begins in India
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Bench:
    """A stage on which two people have paid each other, and a way to look through Asha's history."""

    stage: Stage
    histories: Histories
    asha: AccountId
    priya: AccountId

    async def pays(self, payer: AccountId, payee: AccountId, note: str = "") -> None:
        house, payment_id = self.stage.house, PaymentId.new()
        if note:
            async with house.books.database.transaction() as session:
                await house.notes.remember(session, payment_id, note)
        until = self.stage.hands.clock.now() + timedelta(minutes=5)
        paid = await house.books.ledger.ask(Pay(payment_id, payer, payee, Money(100, "INR"), expires_at=until))
        assert isinstance(paid, Captured)

    async def walk(self, wanted: Filter) -> tuple[list[str], int]:
        """Every note that is found, newest first, and how many looks that took."""
        notes: list[str] = []
        cursor, looks = None, 0
        while looks == 0 or cursor is not None:
            page = await self.histories.page(self.asha, cursor, wanted, 6)
            notes += [line.note for line in page.lines]
            cursor, looks = page.next_cursor, looks + 1
            assert (page.looked_back_to is None) or cursor is not None
        return notes, looks


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with on_stage(tmp_path) as stage:
        await move_in(stage, ASHA, paise=5_000)
        await move_in(stage, PRIYA, paise=5_000)
        accounts = [(await stage.house.people.load_me(one.id)).account_id for one in (ASHA, PRIYA)]
        assert accounts[0] is not None
        assert accounts[1] is not None
        yield Bench(stage, Histories(stage.house.runner._doors), accounts[0], accounts[1])


async def test_a_search_walks_a_bounded_way_and_goes_on_from_there(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nineteen payments, the oldest for samosa: with six walked past at once it is found at the fourth look."""
    await bench.pays(bench.asha, bench.priya, "Chai and Samosa")
    for number in range(18):
        await bench.pays(*((bench.asha, bench.priya) if number % 2 else (bench.priya, bench.asha)), f"tea {number}")
    monkeypatch.setattr(histories, "MOST_POSTINGS", 6)
    monkeypatch.setattr(histories, "POSTINGS_AT_ONCE", 3)

    assert await bench.walk(EVERYTHING.containing("samosa chai")) == (["Chai and Samosa"], 4)
    first = await bench.histories.page(bench.asha, None, EVERYTHING.containing("samosa"), 6)
    assert first.lines == ()
    assert first.looked_back_to is not None

    everything, _ = await bench.walk(EVERYTHING)
    sent, _ = await bench.walk(EVERYTHING.going(Way.SENT))
    received, _ = await bench.walk(EVERYTHING.going(Way.RECEIVED))
    assert len(everything) == 20  # the cash-in too
    assert sent == [f"tea {number}" for number in range(17, 0, -2)] + ["Chai and Samosa"]
    assert received == [f"tea {number}" for number in range(16, -1, -2)] + [""]
    assert await bench.walk(EVERYTHING.among(PRIYA.id).going(Way.SENT)) == (sent, 4)
    assert await bench.walk(EVERYTHING.among(9_999)) == ([], 4)


async def test_days_that_are_long_over_are_reached_in_one_look(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is younger is skipped by its time alone, and no name or note of it is opened."""
    await bench.pays(bench.asha, bench.priya, "long ago")
    then = bench.stage.hands.clock.now().date()
    bench.stage.hands.move(timedelta(days=40))
    for _ in range(15):
        await bench.pays(bench.asha, bench.priya, "lately")
    monkeypatch.setattr(histories, "MOST_POSTINGS", 6)
    monkeypatch.setattr(histories, "POSTINGS_AT_ONCE", 3)

    around = Period(then - timedelta(days=2), then + timedelta(days=3))

    assert await bench.walk(EVERYTHING.during(around)) == (["long ago", ""], 1)


@pytest.mark.parametrize(("since", "in_november"), [(-1, True), (0, False), (1, False)])
def test_a_month_ends_at_midnight_where_the_operator_is(since: int, *, in_november: bool) -> None:
    at = MIDNIGHT + since * MICROSECOND
    november, december = (Bounds.of(EVERYTHING.during(Period.of_month(2026, month)), INDIA) for month in (11, 12))

    assert november.holds(at) is in_november
    assert december.is_over(at) is in_november
    assert Bounds.of(EVERYTHING, INDIA).holds(at)
