"""Own limits through the desk: at their edge, at midnight, in one batch and in many, and on disk."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from ledger.commands import Fund, OpenAccount, Pay, SetLimit
from ledger.database.errors import ConstraintError, QueryError
from ledger.database.port import Database, Query
from ledger.database.queries import Queries
from ledger.desk import Ledger
from ledger.kernel.accounts import AccountKind
from ledger.kernel.errors import UnknownAccountError
from ledger.kernel.ids import AccountId, FundingId, PaymentId
from ledger.kernel.own_limits import LimitKind, OwnLimits
from ledger.kernel.policy import Policy
from ledger.outcomes import Captured, LimitChanged, RefusalCode, Refused
from tests.conftest import FULL_SIZE
from tests.ledger.books import INDIA, MICROSECOND, UNLIMITED, inr
from tests.ledger.desk.conftest import Clock, open_wallet

RACERS = 1_000 if FULL_SIZE else 100
DAY, PAYEE = LimitKind.PER_DAY, LimitKind.PER_PAYEE


@pytest.fixture
def policy() -> Policy:
    """No limits of the policy's here: these tests are about one's own."""
    return UNLIMITED


def pay(payer: AccountId, payee: AccountId, rupees: str) -> Pay:
    return Pay(PaymentId.new(), payer, payee, inr(rupees))


def paid(answers: list[Captured | Refused]) -> int:
    return sum(isinstance(answer, Captured) for answer in answers)


@pytest.mark.parametrize("kind", list(LimitKind))
async def test_an_own_limit_is_reached_exactly_and_not_passed(
    ledger: Ledger, asha: AccountId, priya: AccountId, kind: LimitKind
) -> None:
    """Quoted as well as enforced, with the same answer."""
    assert await ledger.ask(SetLimit(asha, kind, inr("300.00"))) == LimitChanged(asha, kind, inr("300.00"))

    quoted, refused = await ledger.quote(over := pay(asha, priya, "300.01")), await ledger.ask(over)

    assert isinstance(refused, Refused)
    assert refused.code.value.startswith("own_")
    assert quoted == refused
    assert isinstance(await ledger.ask(pay(asha, priya, "300.00")), Captured)


@pytest.mark.parametrize("kind", [DAY, PAYEE])
async def test_of_many_sends_at_once_no_more_than_the_own_limit_goes_out(
    ledger: Ledger, asha: AccountId, priya: AccountId, clock: Clock, kind: LimitKind
) -> None:
    """S17: at the edge, a microsecond before midnight and at midnight, each day its own ten."""
    await ledger.ask(SetLimit(asha, kind, inr("10.00")))
    midnight = datetime(2026, 11, 25, tzinfo=INDIA).astimezone(UTC)

    for now in (midnight - MICROSECOND, midnight):
        clock.now = now
        answers = await asyncio.gather(*(ledger.ask(pay(asha, priya, "1.00")) for _ in range(RACERS)))
        assert paid(answers) == 10

    assert (await ledger.balance(priya)).posted == inr("20.00")


@pytest.mark.parametrize("kind", [DAY, PAYEE])
async def test_a_limit_that_races_with_payments_holds_from_its_turn_on(
    ledger: Ledger, asha: AccountId, priya: AccountId, kind: LimitKind
) -> None:
    """Five payments, the limit, then many more, all waiting together: what went before the limit counts against it."""
    answers = await asyncio.gather(
        *(ledger.ask(pay(asha, priya, "1.00")) for _ in range(5)),
        ledger.ask(SetLimit(asha, kind, inr("8.00"))),
        *(ledger.ask(pay(asha, priya, "1.00")) for _ in range(RACERS)),
    )

    assert paid([answer for answer in answers if not isinstance(answer, LimitChanged)]) == 8


async def test_what_was_paid_to_a_payee_today_is_found_in_the_journal(
    ledger: Ledger, asha: AccountId, priya: AccountId, clock: Clock
) -> None:
    """Payments of yesterday, to others and back do not count; those of today before the limit do."""
    ravi = await open_wallet(ledger, "500.00")
    await ledger.ask(pay(asha, priya, "7.00"))
    clock.forward(timedelta(days=1))
    await ledger.ask(pay(asha, priya, "20.00"))
    await ledger.ask(pay(asha, ravi, "50.00"))
    await ledger.ask(pay(ravi, asha, "5.00"))
    await ledger.ask(pay(asha, priya, "30.00"))

    await ledger.ask(SetLimit(asha, PAYEE, inr("60.00")))
    to_priya, to_ravi = await ledger.ask(pay(asha, priya, "10.01")), await ledger.ask(pay(asha, ravi, "10.01"))

    assert isinstance(to_priya, Refused)
    assert to_priya.facts["left"] == inr("10.00")
    assert isinstance(to_ravi, Refused)
    assert to_ravi.facts["left"] == inr("10.00")
    assert isinstance(await ledger.ask(pay(asha, priya, "10.00")), Captured)


async def test_a_clock_that_was_stepped_hides_no_payment_from_the_limit(
    ledger: Ledger, asha: AccountId, priya: AccountId, clock: Clock
) -> None:
    """Paid at noon; the clock goes back a day, somebody pays, and comes right again."""
    await ledger.ask(pay(asha, priya, "20.00"))
    clock.forward(timedelta(days=-1))
    await ledger.ask(pay(asha, priya, "5.00"))
    clock.forward(timedelta(days=1))
    await ledger.ask(SetLimit(asha, PAYEE, inr("30.00")))

    refused = await ledger.ask(pay(asha, priya, "10.01"))

    assert isinstance(refused, Refused)
    assert refused.facts["left"] == inr("10.00")


async def test_own_limits_stay_until_they_are_taken_away(ledger: Ledger, asha: AccountId, priya: AccountId) -> None:
    await ledger.ask(SetLimit(asha, DAY, inr("10.00")))
    await ledger.ask(SetLimit(asha, PAYEE, inr("5.00")))
    assert (await ledger.account(asha)).own == OwnLimits(per_day=10_00, per_payee=5_00)
    shown = {line.name: (line.limit, line.left) for line in await ledger.limits(asha)}
    assert shown == {
        RefusalCode.OWN_DAILY_LIMIT: (inr("10.00"), inr("10.00")), RefusalCode.OWN_PAYEE_LIMIT: (inr("5.00"), None),
    }  # fmt: skip

    await ledger.ask(SetLimit(asha, PAYEE, None))
    assert isinstance(await ledger.ask(pay(asha, priya, "10.00")), Captured)
    await ledger.ask(SetLimit(asha, DAY, None))

    assert (await ledger.account(asha)).own is None
    assert isinstance(await ledger.ask(pay(asha, priya, "100.00")), Captured)


async def test_a_limit_set_again_writes_nothing(
    ledger: Ledger, database: Database, asha: AccountId, clock: Clock
) -> None:
    await ledger.ask(SetLimit(asha, DAY, inr("10.00")))
    query = Query("SELECT account_no, kind, limit_minor, set_at FROM own_limits")
    before = [tuple(row) for row in await database.all(query)]
    clock.forward(timedelta(hours=1))

    again = await asyncio.gather(*(ledger.ask(SetLimit(asha, DAY, inr("10.00"))) for _ in range(10)))

    assert again == [LimitChanged(asha, DAY, inr("10.00"))] * 10
    assert [tuple(row) for row in await database.all(query)] == before
    assert len(before) == 1


async def test_a_limit_on_an_account_opened_in_the_same_breath_holds(ledger: Ledger, priya: AccountId) -> None:
    new = AccountId.new()

    *_, refused, captured = await asyncio.gather(
        ledger.ask(OpenAccount(new, AccountKind.WALLET, "INR")),
        ledger.ask(Fund(FundingId.new(), new, inr("100.00"))),
        ledger.ask(SetLimit(new, PAYEE, inr("5.00"))),
        ledger.ask(pay(new, priya, "5.01")),
        ledger.ask(pay(new, priya, "5.00")),
    )

    assert isinstance(refused, Refused)
    assert isinstance(captured, Captured)
    with pytest.raises(UnknownAccountError):
        await ledger.ask(SetLimit(AccountId.new(), DAY, None))


async def test_a_payer_without_own_limits_reads_nothing_more_for_those_of_others(
    ledger: Ledger, asha: AccountId, priya: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hot path does not pay for it (P1): no query names the limits when nobody in the batch has one."""
    asked: list[str] = []
    whole = Queries.__getitem__

    def listening(self: Queries, name: str) -> Query:
        asked.append(name)
        return whole(self, name)

    await ledger.ask(SetLimit(priya, DAY, inr("1.00")))
    monkeypatch.setattr(Queries, "__getitem__", listening)

    await ledger.ask(pay(asha, await open_wallet(ledger), "1.00"))
    without, asked[:] = list(asked), []
    await ledger.ask(pay(asha, priya, "1.00"))

    assert not [name for name in without if "limit" in name or "paid_to_each" in name]
    assert "named_own_limits" in asked
    assert "paid_to_each_today" not in asked


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO own_limits VALUES (2, 'per_week', 100, 0)",
        "INSERT INTO own_limits VALUES (2, 'per_day', 0, 0)",
        "INSERT INTO own_limits VALUES (2, 'per_day', -1, 0)",
        "INSERT INTO own_limits VALUES (2, 'per_day', 'ten', 0)",
        "INSERT INTO own_limits VALUES (99, 'per_day', 100, 0)",
        "INSERT INTO own_limits VALUES (2, 'per_day', 100, 0), (2, 'per_day', 200, 0)",
        "UPDATE accounts SET has_own_limits = 2 WHERE account_no = 2",
    ],
)
async def test_the_database_holds_what_a_limit_can_be(database: Database, asha: AccountId, statement: str) -> None:
    assert asha

    with pytest.raises((ConstraintError, QueryError)):  # PostgreSQL finds a word for a number before any constraint
        async with database.transaction() as session:
            await session.execute(Query(statement))
