"""The bank test: whatever moves meanwhile, whoever adds up all accounts as of one moment finds all the money (R5).

Fifty clients pay each other's eight accounts as fast as they are answered, half of them through another process's
connections. A reader asks for one account after the other inside a snapshot, and money moves between two of its
questions, so a moment that is none would show.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator

import pytest

from ledger.commands import Pay
from ledger.database.opening import open_database
from ledger.database.port import Database, Query, Reader
from ledger.desk import Ledger
from ledger.kernel.audit_chain import Verified
from ledger.kernel.ids import AccountId, PaymentId
from ledger.outcomes import Captured, RefusalCode
from ledger.store.verify import verify
from tests.conftest import FULL_SIZE
from tests.ledger.books import UNLIMITED, inr
from tests.ledger.desk.conftest import book_of, open_wallet

ACCOUNTS = 8
CLIENTS = 50
EACH = inr("100.00")
LASTS_S = 60 if FULL_SIZE else 0
SNAPSHOTS = 20 * LASTS_S or 60  # at least; without a full minute it is proved that it holds, and not how fast it is
BALANCE = Query("SELECT posted_credits - posted_debits AS balance FROM accounts WHERE account_id = :account_id")
HEAD = Query("SELECT max(seq) AS seq FROM transfers")


@pytest.fixture
async def desks(url: str, database: Database) -> AsyncIterator[tuple[Ledger, Ledger]]:
    """The second has connections of its own, as another process."""
    other = await open_database(url)
    try:
        async with (
            Ledger(database, policy=book_of(UNLIMITED)) as here,
            Ledger(other, policy=book_of(UNLIMITED)) as there,
        ):
            yield here, there
    finally:
        await other.close()


class Client:
    """Pays from any account to any other, more than there is now and then, until it is stopped."""

    def __init__(self, ledger: Ledger, accounts: list[AccountId], number: int) -> None:
        self._ledger, self._accounts = ledger, accounts
        self._chance = random.Random(number)

    async def pay(self) -> None:
        payer, payee = self._chance.sample(self._accounts, 2)
        amount = inr(f"{self._chance.randrange(1, 90)}.{self._chance.randrange(100):02d}")
        answer = await self._ledger.ask(Pay(PaymentId.new(), payer, payee, amount))
        assert isinstance(answer, Captured) or answer.code is RefusalCode.INSUFFICIENT_FUNDS

    async def pay_on(self) -> None:
        while True:
            await self.pay()


async def in_minor_units(reader: Reader, query: Query, account_id: str | None = None) -> int:
    row = await reader.one(query, {} if account_id is None else {"account_id": account_id})
    assert row is not None
    return int(*row)


async def test_no_snapshot_has_a_wrong_total_and_no_account_is_below_nothing(
    desks: tuple[Ledger, Ledger], database: Database
) -> None:
    accounts = [await open_wallet(desks[0], "100.00") for _ in range(ACCOUNTS)]
    somebody, *others = (Client(desks[number % 2], accounts, number) for number in range(CLIENTS))
    clients = [asyncio.create_task(client.pay_on()) for client in others]
    heads, snapshots, ends_at = set(), 0, time.monotonic() + LASTS_S

    while snapshots < SNAPSHOTS or time.monotonic() < ends_at:
        snapshots += 1
        async with database.snapshot() as snapshot:
            heads.add(await in_minor_units(snapshot, HEAD))
            balances = [await in_minor_units(snapshot, BALANCE, account_id) for account_id in accounts[::2]]
            await somebody.pay()  # and all who were asked before: money moves between the two halves
            balances += [await in_minor_units(snapshot, BALANCE, account_id) for account_id in accounts[1::2]]
        assert sum(balances) == ACCOUNTS * EACH.minor_units
        assert min(balances) >= 0
    late_s = time.monotonic() - ends_at

    assert not any(client.done() for client in clients)
    for client in clients:
        client.cancel()
    await asyncio.wait(clients)
    assert len(heads) > snapshots * 3 // 4  # money moved, or nothing was shown
    assert isinstance(await verify(database), Verified)
    assert not FULL_SIZE or late_s < 1
