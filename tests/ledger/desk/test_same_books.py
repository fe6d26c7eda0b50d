"""R22: the same commands on both databases leave the same books, byte for byte."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from ledger.commands import Command, Freeze, Fund, OpenAccount, Pay, Refund, SetLimit, Unfreeze
from ledger.desk import Ledger
from ledger.exports.json_lines import line_of
from ledger.kernel.accounts import AccountKind
from ledger.kernel.audit_chain import Verified
from ledger.kernel.ids import AccountId, FundingId, PaymentId, RefundId
from ledger.kernel.money import Money
from ledger.kernel.own_limits import LimitKind
from ledger.store.verify import verify
from tests.conftest import FULL_SIZE
from tests.harness.postgres import PostgresServer
from tests.ledger.books import INDIA, POLICY
from tests.ledger.desk.conftest import Clock, book_of, new_books

OPERATIONS = 10_000 if FULL_SIZE else 1_000
PEOPLE = 40
RULES = replace(POLICY, new_payee_cap=30_000, count_per_day=50, per_day=200_000)


def commands(chance: random.Random) -> Iterator[list[Command]]:
    """A life, in breaths: what is in one list is asked at once."""
    people = [AccountId.new() for _ in range(PEOPLE)]
    paid: list[tuple[PaymentId, AccountId]] = []
    yield [OpenAccount(person, AccountKind.WALLET, "INR") for person in people]
    yield [Fund(FundingId.new(), person, Money(100_000, "INR")) for person in people]
    asked = 0
    while asked < OPERATIONS:
        breath = [_command(chance, people, paid) for _ in range(chance.randrange(1, 60))]
        asked += len(breath)
        yield breath


def _command(chance: random.Random, people: list[AccountId], paid: list[tuple[PaymentId, AccountId]]) -> Command:
    payer, payee = chance.sample(people, 2)
    match chance.randrange(20):
        case 0:
            return Freeze(payer)
        case 1:
            return Unfreeze(payer)
        case 2:
            limit = None if chance.random() < 0.5 else Money(chance.randrange(1, 40_000), "INR")
            return SetLimit(payer, chance.choice(list(LimitKind)), limit)
        case 3 | 4 | 5 if paid:
            payment_id, owner = chance.choice(paid)
            return Refund(RefundId.new(), payment_id, owner, Money(chance.randrange(1, 4_000), "INR"))
        case 6:
            return Fund(FundingId.new(), payer, Money(chance.randrange(1, 9_000), "INR"))
        case _:
            pay = Pay(PaymentId.new(), payer, payee, Money(chance.randrange(1, 40_000), "INR"))
            paid.append((pay.payment_id, payee))
            return pay


async def test_the_same_commands_leave_the_same_bytes(tmp_path: Path, postgres: PostgresServer, clock: Clock) -> None:
    life = list(commands(random.Random(22)))
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(postgres.database())
        books = [await stack.enter_async_context(new_books(url)) for url in (f"sqlite:///{tmp_path / 'a.db'}", server)]
        desks = [
            await stack.enter_async_context(Ledger(each, policy=book_of(RULES), zone=INDIA, now=clock))
            for each in books
        ]
        for breath in life:
            here, there = [await asyncio.gather(*map(desk.ask, breath), return_exceptions=True) for desk in desks]
            assert list(map(repr, here)) == list(map(repr, there))
            clock.forward(timedelta(minutes=7, microseconds=3))

        exports = [[line_of(row) async for row in desk.transfers()] for desk in desks]
        trials = [await desk.trial_balance() for desk in desks]
        verdicts = [await verify(each) for each in books]

    assert len(exports[0]) > OPERATIONS // 4
    assert exports[0] == exports[1]
    assert trials[0] == trials[1]
    assert verdicts[0] == verdicts[1]
    assert isinstance(verdicts[0], Verified)
