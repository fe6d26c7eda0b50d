"""Two desks on one database, as two processes have them: one chain, one order, and limits that hold between them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from ledger.commands import Pay, Refund, SetLimit
from ledger.database.opening import open_database
from ledger.database.port import Database
from ledger.desk import Ledger
from ledger.kernel.audit_chain import Verified
from ledger.kernel.ids import AccountId, PaymentId, RefundId
from ledger.kernel.own_limits import LimitKind
from ledger.outcomes import Captured, Refunded
from ledger.store.verify import verify
from tests.conftest import FULL_SIZE
from tests.ledger.books import INDIA, UNLIMITED, inr
from tests.ledger.desk.conftest import Clock, book_of, open_wallet

ROUNDS = 1_000 if FULL_SIZE else 30
RULES = replace(UNLIMITED, per_day=100_00)


@pytest.fixture
async def desks(url: str, database: Database, clock: Clock) -> AsyncIterator[tuple[Ledger, Ledger]]:
    """The second has connections of its own."""
    other = await open_database(url)
    try:
        async with (
            Ledger(database, policy=book_of(RULES), zone=INDIA, now=clock) as here,
            Ledger(other, policy=book_of(RULES), zone=INDIA, now=clock) as there,
        ):
            yield here, there
    finally:
        await other.close()


async def test_one_chain_without_a_gap(desks: tuple[Ledger, Ledger], database: Database) -> None:
    here, there = desks
    ends = [await open_wallet(desk, "90.00") for desk in desks]

    async def pay(desk: Ledger, number: int) -> None:
        for _ in range(20):
            answer = await desk.ask(Pay(PaymentId.new(), ends[number % 2], ends[1 - number % 2], inr("0.01")))
            assert isinstance(answer, Captured)

    await asyncio.gather(*(pay(desk, number) for desk in desks for number in range(10)))

    assert isinstance(verdict := await verify(database), Verified)
    assert verdict.entries == 2 + 2 * 10 * 20
    assert [row.seq async for row in here.transfers()] == list(range(1, verdict.entries + 1))
    assert (await there.trial_balance()).balanced


async def test_no_limit_is_passed_by_paying_from_two_processes_at_once(
    desks: tuple[Ledger, Ledger], database: Database
) -> None:
    """R22: each desk sees room for sixty of a hundred; together it would be a hundred and twenty."""
    for _ in range(ROUNDS):
        asha, priya, ravi = [await open_wallet(desks[0], "150.00") for _ in range(3)]
        answers = await asyncio.gather(
            *(
                desk.ask(Pay(PaymentId.new(), asha, payee, inr("60.00")))
                for desk, payee in zip(desks, (priya, ravi), strict=True)
            )
        )
        assert sorted(isinstance(answer, Captured) for answer in answers) == [False, True]
    assert isinstance(await verify(database), Verified)


async def test_a_limit_that_somebody_sets_here_holds_for_what_they_pay_there(desks: tuple[Ledger, Ledger]) -> None:
    here = desks[0]
    asha, priya = await open_wallet(here, "90.00"), await open_wallet(here)

    await here.ask(SetLimit(asha, LimitKind.PER_PAYEE, inr("10.00")))
    answers = await asyncio.gather(
        *(desk.ask(Pay(PaymentId.new(), asha, priya, inr("4.00"))) for desk in desks for _ in range(5))
    )

    assert sum(isinstance(answer, Captured) for answer in answers) == 2


async def test_one_balance_pays_for_one_of_many_from_both_sides(desks: tuple[Ledger, Ledger]) -> None:
    """R4 between processes."""
    asha, priya = await open_wallet(desks[0], "1.00"), await open_wallet(desks[0])
    pays = [Pay(PaymentId.new(), asha, priya, inr("1.00")) for _ in range(400)]

    answers = await asyncio.gather(*(desks[number % 2].ask(pay) for number, pay in enumerate(pays)))

    assert sum(isinstance(answer, Captured) for answer in answers) == 1
    assert (await desks[1].balance(priya)).posted == inr("1.00")


async def test_the_same_payment_asked_of_both_is_made_once(desks: tuple[Ledger, Ledger], database: Database) -> None:
    """A process that was thought dead asks again what its successor asked already."""
    asha, priya = await open_wallet(desks[0], "90.00"), await open_wallet(desks[0])
    for _ in range(ROUNDS):
        pay = Pay(PaymentId.new(), asha, priya, inr("0.01"))
        first, second = await asyncio.gather(*(desk.ask(pay) for desk in desks))
        assert first == second
        assert isinstance(first, Captured)
    assert (await desks[0].balance(priya)).posted == inr(f"0.{ROUNDS:02d}" if ROUNDS < 100 else "10.00")
    assert isinstance(await verify(database), Verified)


async def test_refunds_from_both_sides_never_exceed_their_payment(desks: tuple[Ledger, Ledger]) -> None:
    """S19 between processes."""
    asha, priya = await open_wallet(desks[0], "90.00"), await open_wallet(desks[0], "90.00")
    paid = await desks[0].ask(Pay(PaymentId.new(), asha, priya, inr("10.00")))
    assert isinstance(paid, Captured)

    answers = await asyncio.gather(
        *(desks[n % 2].ask(Refund(RefundId.new(), paid.payment_id, priya, inr("3.00"))) for n in range(100))
    )

    assert sum(isinstance(answer, Refunded) for answer in answers) == 3


async def test_at_midnight_a_thousand_sends_from_both_sides_keep_the_limit_of_each_day(
    desks: tuple[Ledger, Ledger], clock: Clock
) -> None:
    """S17: the clock passes midnight while they wait."""
    midnight = datetime.combine(clock.now.astimezone(INDIA).date() + timedelta(days=1), time(), INDIA)
    clock.now = midnight - timedelta(seconds=1)
    asha, priya = await open_wallet(desks[0], "900.00"), await open_wallet(desks[0])

    async def send(number: int) -> bool:
        if number == 500:
            clock.now = midnight
        return isinstance(await desks[number % 2].ask(_one(asha, priya)), Captured)

    done = await asyncio.gather(*(send(number) for number in range(1_000)))

    by_day = [row.at async for row in desks[0].transfers() if row.kind == "payment"]
    first_day = sum(at < midnight.timestamp() * 1_000_000 for at in by_day)
    assert sum(done) == len(by_day)
    assert first_day <= 100
    assert len(by_day) - first_day <= 100


def _one(payer: AccountId, payee: AccountId) -> Pay:
    return Pay(PaymentId.new(), payer, payee, inr("1.00"))
