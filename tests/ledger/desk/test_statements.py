"""A statement's balances are exact, at every boundary, and one begins where the one before it ended."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ledger.commands import Pay, Refund
from ledger.database.port import Row
from ledger.desk import Ledger, Statement, StatementLine, TooLongWalkError, statements
from ledger.kernel.accounts import cash_account_id
from ledger.kernel.ids import AccountId, PaymentId, RefundId
from ledger.kernel.instants import BusinessDay
from ledger.kernel.money import Money
from ledger.kernel.policy import Policy
from ledger.outcomes import Captured, Refunded
from tests.ledger.books import INDIA, MICROSECOND, NOON, UNLIMITED, inr
from tests.ledger.desk.conftest import ON_SQLITE, Clock, open_wallet

MIDNIGHT = datetime(2026, 11, 30, 18, 30, tzinfo=UTC)  # 1 December begins in India
NOVEMBER = (datetime(2026, 10, 31, 18, 30, tzinfo=UTC), MIDNIGHT)
DECEMBER = (MIDNIGHT, datetime(2026, 12, 31, 18, 30, tzinfo=UTC))


@pytest.fixture
def policy() -> Policy:
    return UNLIMITED


async def pay(ledger: Ledger, payer: AccountId, payee: AccountId, amount: str = "10.00") -> PaymentId:
    paid = await ledger.ask(Pay(PaymentId.new(), payer, payee, inr(amount)))
    assert isinstance(paid, Captured)
    return paid.payment_id


async def lines_of(ledger: Ledger, statement: Statement) -> list[StatementLine]:
    return [line async for page in ledger.statement_pages(statement) for line in page]


def figures(statement: Statement) -> tuple[Money, Money, Money, Money, int]:
    return statement.opening, statement.money_in, statement.money_out, statement.closing, statement.count


async def test_a_statement_adds_up_from_line_to_line(ledger: Ledger, asha: AccountId, priya: AccountId) -> None:
    lunch = await pay(ledger, asha, priya, "200.00")
    given_back = await ledger.ask(Refund(RefundId.new(), lunch, priya, inr("50.00")))
    assert isinstance(given_back, Refunded)

    statement = await ledger.statement(asha, *NOVEMBER)

    assert figures(statement) == (inr("0.00"), inr("550.00"), inr("200.00"), inr("350.00"), 3)
    lines = await lines_of(ledger, statement)
    assert [(str(line.posting.kind), line.balance) for line in lines] == [
        ("funding", inr("500.00")),
        ("payment", inr("300.00")),
        ("refund", inr("350.00")),
    ]


@pytest.mark.parametrize("since", [-1, 0, 1])
async def test_a_payment_at_the_boundary_is_in_exactly_one_month(
    ledger: Ledger, clock: Clock, asha: AccountId, priya: AccountId, since: int
) -> None:
    """One microsecond before midnight in India is November; midnight itself is December."""
    clock.now = MIDNIGHT + since * MICROSECOND
    await pay(ledger, asha, priya)

    november, december = await ledger.statement(asha, *NOVEMBER), await ledger.statement(asha, *DECEMBER)

    assert november.closing == december.opening
    assert (november.count, december.count) == ((2, 0) if since < 0 else (1, 1))
    assert len(await lines_of(ledger, december)) == december.count


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=UTC).date(), datetime(2026, 10, 25, tzinfo=UTC).date()])
async def test_a_day_on_which_clocks_change_has_all_its_hours(
    ledger: Ledger, clock: Clock, asha: AccountId, priya: AccountId, day: datetime
) -> None:
    """In Berlin one day has 23 hours and another 25; a payment every hour shows how many."""
    berlin = ZoneInfo("Europe/Berlin")
    begins, ends = BusinessDay(day).begins_at(berlin), BusinessDay(day).ends_at(berlin)
    clock.now = begins - timedelta(hours=2)
    for _ in range(29):
        await pay(ledger, asha, priya, "1.00")
        clock.forward(timedelta(hours=1))

    statement = await ledger.statement(asha, begins, ends)

    assert statement.count == (23 if day.month == 3 else 25)
    assert statement.opening - statement.closing == inr(f"{statement.count}.00")


async def test_months_join_without_a_gap_where_the_clock_was_set_back(
    ledger: Ledger, clock: Clock, asha: AccountId, priya: AccountId
) -> None:
    """A row stands where it stands in the journal; each is in one statement, and none is in two."""
    for seconds in (-5, 5, -3, 7, -1, 9):
        clock.now = MIDNIGHT + timedelta(seconds=seconds)
        await pay(ledger, asha, priya)

    november, december = await ledger.statement(asha, *NOVEMBER), await ledger.statement(asha, *DECEMBER)

    assert november.closing == december.opening
    assert november.count + december.count == 7
    causes = [line.posting.cause for one in (november, december) for line in await lines_of(ledger, one)]
    assert len(set(causes)) == 7


async def test_nothing_moved_and_the_balance_stands(ledger: Ledger, asha: AccountId) -> None:
    before = await ledger.statement(asha, NOON - timedelta(days=9), NOON)
    after = await ledger.statement(asha, NOON + timedelta(days=1), NOON + timedelta(days=9))

    assert figures(before) == (inr("0.00"), inr("0.00"), inr("0.00"), inr("0.00"), 0)
    assert figures(after) == (inr("500.00"), inr("0.00"), inr("0.00"), inr("500.00"), 0)
    assert await lines_of(ledger, after) == []


@pytest.mark.parametrize("count", [6, 7, 8, 9])
async def test_pages_join_whatever_their_size(
    ledger: Ledger, asha: AccountId, priya: AccountId, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """Four rows a page: whole pages, and one of one, two and three rows at the old end."""
    monkeypatch.setattr(statements, "STATEMENT_PAGE_ROWS", 4)
    for _ in range(count - 1):
        await pay(ledger, asha, priya)

    statement = await ledger.statement(asha, *NOVEMBER)
    lines = await lines_of(ledger, statement)

    assert len(lines) == statement.count == count
    assert lines[-1].balance == statement.closing == inr("500.00") - inr(f"{count - 1}0.00")
    assert [line.posting.seq for line in lines] == sorted(line.posting.seq for line in lines)


async def test_every_day_of_a_long_life_has_the_balance_that_its_rows_add_up_to(
    ledger: Ledger, clock: Clock, asha: AccountId, priya: AccountId
) -> None:
    """Three hundred payments on twenty days: whichever milestones chance set, each day's figures are those of a sum."""
    left = {NOON.date(): inr("500.00")}
    for number in range(300):
        if number % 15 == 0:
            clock.forward(timedelta(days=1))
        payer, payee = (asha, priya) if number % 3 else (priya, asha)
        if number:
            await pay(ledger, payer, payee, "0.50")
        left[clock.now.date()] = (await ledger.balance(asha)).posted

    before = inr("500.00")
    for day, after in left.items():
        noon = NOON + (day - NOON.date())
        statement = await ledger.statement(asha, noon - timedelta(hours=12), noon + timedelta(hours=12))
        assert (statement.opening, statement.closing) == (inr("0.00") if day == NOON.date() else before, after)
        assert statement.opening + statement.money_in == statement.closing + statement.money_out
        assert len(await lines_of(ledger, statement)) == statement.count
        before = after


@ON_SQLITE
async def test_a_day_of_long_ago_costs_what_its_own_rows_cost(
    ledger: Ledger, clock: Clock, asha: AccountId, priya: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A walk from the newest row would take 2,000 rows; a milestone is near, so a few pages do."""
    monkeypatch.setattr(statements, "WALKED_NEAR", 16)
    await asyncio.gather(*(pay(ledger, asha, priya, "0.01") for _ in range(10)))
    clock.forward(timedelta(days=30))
    for _ in range(10):
        await asyncio.gather(*(pay(ledger, asha, priya, "0.01") for _ in range(200)))
    walked: list[int] = []
    walk = statements.StatementReader._walk

    async def counting(self: statements.StatementReader, *where: Any) -> list[Row]:
        rows = await walk(self, *where)
        walked.append(len(rows))
        return rows

    monkeypatch.setattr(statements.StatementReader, "_walk", counting)
    statement = await ledger.statement(asha, NOON - timedelta(hours=12), NOON + timedelta(hours=12))

    assert (statement.count, statement.closing) == (11, inr("499.90"))
    assert sum(walked) < 1_500  # 2,000 rows without a milestone among them come once in 10^13 times


async def test_what_comes_in_meanwhile_is_not_in_a_statement_that_was_begun(
    ledger: Ledger, asha: AccountId, priya: AccountId
) -> None:
    statement = await ledger.statement(asha, *NOVEMBER)
    await pay(ledger, asha, priya)

    assert [line.balance for line in await lines_of(ledger, statement)] == [statement.closing]


async def test_a_walk_that_is_too_long_ends_with_an_answer(
    ledger: Ledger, asha: AccountId, priya: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "WALKED_AT_ONCE", 2)
    for _ in range(5):
        await pay(ledger, asha, priya)

    with pytest.raises(TooLongWalkError):
        await ledger.statement(asha, *NOVEMBER, most=2)
    assert (await ledger.statement(asha, *NOVEMBER, most=6)).count == 6


@pytest.mark.parametrize(("minute", "left"), [(5, 5), (1, 1), (0, 0), (6, 6)])
async def test_what_is_too_young_is_skipped(
    ledger: Ledger, clock: Clock, monkeypatch: pytest.MonkeyPatch, *, minute: int, left: int
) -> None:
    """Six rows, one a minute from noon on: those from ``minute`` on are passed over."""
    monkeypatch.setattr(statements, "WALKED_NEAR", 1)
    asha, priya = await open_wallet(ledger, "500.00"), await open_wallet(ledger)
    for _ in range(5):
        clock.forward(timedelta(minutes=1))
        await pay(ledger, asha, priya)

    cursor = await ledger.skip_later(asha, NOON + timedelta(minutes=minute))

    assert len((await ledger.history(asha, before=cursor)).postings) == left


async def test_the_till_has_a_statement_too(ledger: Ledger, asha: AccountId) -> None:
    """Its normal side is the debit: cash that came in raises it."""
    assert asha
    await open_wallet(ledger, "20.00")

    statement = await ledger.statement(cash_account_id("INR"), NOON, NOON + timedelta(seconds=1))

    assert figures(statement)[1:] == (inr("520.00"), inr("0.00"), inr("520.00"), 2)


async def test_a_business_day_of_india_is_the_day_of_its_statement(ledger: Ledger, asha: AccountId) -> None:
    day = BusinessDay.of(NOON, INDIA)

    assert (await ledger.statement(asha, day.begins_at(INDIA), day.ends_at(INDIA))).count == 1
