"""Signals between processes on PostgreSQL: heard at once, and again after the connection was lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest

from ledger.database import postgres_signals
from ledger.database.postgres_signals import PostgresSignals
from tests.harness.postgres import PostgresServer

SOON_S = 10.0


@pytest.fixture
async def address(postgres: PostgresServer) -> AsyncIterator[str]:
    async with postgres.database() as url:
        yield url


@asynccontextmanager
async def running(*several: PostgresSignals) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(signals.run()) for signals in several]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


class Heard:
    """Counts, and can be waited for."""

    def __init__(self) -> None:
        self.times = 0
        self._event = asyncio.Event()

    def __call__(self) -> None:
        self.times += 1
        self._event.set()

    async def again(self) -> None:
        async with asyncio.timeout(SOON_S):
            await self._event.wait()
        self._event.clear()


async def test_a_signal_is_heard_by_whoever_listens_to_its_name(address: str) -> None:
    sender, hearer, other = (PostgresSignals(address) for _ in range(3))
    delivery, notifier = Heard(), Heard()
    hearer.hear("hundi_delivery", delivery)
    other.hear("hundi_notifier", notifier)

    async with running(sender, hearer, other):
        await delivery.again()  # once at the beginning: something may have been missed
        await notifier.again()
        sender.send("hundi_delivery")
        await delivery.again()

    assert (delivery.times, notifier.times) == (2, 1)


async def test_a_thousand_signals_at_once_are_a_few(address: str) -> None:
    sender, hearer, heard = PostgresSignals(address), PostgresSignals(address), Heard()
    hearer.hear("hundi_delivery", heard)

    async with running(sender, hearer):
        await heard.again()
        for _ in range(1_000):
            sender.send("hundi_delivery")
        await heard.again()

    assert heard.times < 10


async def test_whoever_listens_later_hears_what_is_sent_from_then_on(address: str) -> None:
    sender, hearer, heard = PostgresSignals(address), PostgresSignals(address), Heard()

    async with running(sender, hearer):
        hearer.hear("hundi_delivery", heard)
        await heard.again()
        sender.send("hundi_delivery")
        await heard.again()


async def test_a_lost_connection_comes_back_and_what_may_have_been_missed_is_told(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_signals, "AGAIN_AFTER_S", 0.01)
    sender, hearer, heard = PostgresSignals(address), PostgresSignals(address), Heard()
    hearer.hear("hundi_delivery", heard)

    async with running(sender, hearer):
        await heard.again()
        await _cut(address)
        await heard.again()
        sender.send("hundi_delivery")
        await heard.again()


async def _cut(address: str) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hundi signals'"
    )
    await connection.close()
