"""PostgreSQL is killed under load: what was acknowledged is there, once, and the same ids go through afterwards."""

import asyncio
import random

import pytest

from ledger.commands import Pay
from ledger.database.errors import DatabaseUnavailableError
from ledger.desk import Ledger
from ledger.kernel.audit_chain import Verified
from ledger.kernel.ids import AccountId, PaymentId
from ledger.outcomes import Captured
from ledger.store.verify import verify
from tests.conftest import FULL_SIZE
from tests.harness.postgres import postgres_server
from tests.ledger.books import INDIA, NOON, UNLIMITED, inr
from tests.ledger.desk.conftest import book_of, new_books, open_wallet

KILLS = 100 if FULL_SIZE else 4
PAYERS = 40


class Payers:
    """Forty who pay and, as the bot does, ask again after silence with the same id until there is an answer."""

    def __init__(self, ledger: Ledger, ends: tuple[AccountId, AccountId]) -> None:
        self._ledger, self._ends = ledger, ends
        self.acknowledged: list[str] = []
        self._until = 0
        self._enough = asyncio.Event()

    async def acknowledge(self, payments: int) -> None:
        """Until so many more are acknowledged."""
        self._until, self._enough = len(self.acknowledged) + payments, asyncio.Event()
        await self._enough.wait()

    async def pay(self) -> None:
        while True:
            payment = Pay(PaymentId.new(), *self._ends, inr("0.01"))
            while not await self._ask(payment):
                continue

    async def _ask(self, payment: Pay) -> bool:
        try:
            assert isinstance(await self._ledger.ask(payment), Captured)
        except DatabaseUnavailableError:
            return False
        self.acknowledged.append(payment.payment_id)
        if len(self.acknowledged) >= self._until:
            self._enough.set()
        return True


@pytest.mark.slow
async def test_a_server_killed_under_load_loses_nothing_that_was_acknowledged_and_doubles_nothing() -> None:
    chance = random.Random(4)
    with postgres_server() as server:
        async with (
            server.database() as url,
            new_books(url) as database,
            Ledger(database, policy=book_of(UNLIMITED), zone=INDIA, now=lambda: NOON) as ledger,
        ):
            payers = Payers(ledger, (await open_wallet(ledger, "1000.00"), await open_wallet(ledger)))
            paying = [asyncio.create_task(payers.pay()) for _ in range(PAYERS)]
            for _ in range(KILLS):
                await payers.acknowledge(chance.randrange(100, 600))
                await server.killed()
                await server.started()
            await payers.acknowledge(PAYERS)
            for each in paying:
                each.cancel()
            await asyncio.wait(paying)

            causes = [str(row.cause) async for row in ledger.transfers() if row.kind == "payment"]
            assert ledger.stopped_by is None
            assert len(causes) == len(set(causes))
            assert set(payers.acknowledged) <= set(causes)
            assert len(causes) <= len(payers.acknowledged) + PAYERS  # what was under way at the end
            assert isinstance(await verify(database), Verified)
