"""PostgreSQL's disk is full: all who wait are told so, nothing is half done, and with space the same ids go through.

Where the machine lets us mount a small disk, the tables lie on one and it is filled to the last byte. Everywhere, a
trigger says what the server says then, in the middle of a batch: an error of the class 53100.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import pytest

from ledger.commands import Pay
from ledger.database.errors import DatabaseUnavailableError, UnavailableReason
from ledger.desk import Ledger
from ledger.kernel.audit_chain import Verified
from ledger.kernel.ids import PaymentId
from ledger.outcomes import Captured
from ledger.store.verify import verify
from tests.harness.postgres import PostgresServer
from tests.harness.small_disk import may_mount, small_disk
from tests.ledger.books import INDIA, NOON, UNLIMITED, inr
from tests.ledger.desk.conftest import book_of, new_books, open_wallet

PAYMENTS = 3_000  # a megabyte of rows: more than the pages that the tables have hold
DISKS = ("said", "real") if may_mount() else ("said",)
FULL = """
CREATE FUNCTION say_it_is_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full';
END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON known_payees FOR EACH ROW EXECUTE FUNCTION say_it_is_full();
"""


@dataclass(frozen=True)
class Disk:
    """Where the tables of a database lie."""

    url: str
    fill: Callable[[], Awaitable[None]]
    free: Callable[[], Awaitable[None]]


@asynccontextmanager
async def said(server: PostgresServer) -> AsyncIterator[Disk]:
    """A disk that the database says is full."""
    async with server.database() as url:

        async def execute(script: str) -> None:
            owner = await asyncpg.connect(url)
            await owner.execute(script)
            await owner.close()

        yield Disk(url, lambda: execute(FULL), lambda: execute("DROP TRIGGER full_disk ON known_payees"))


@asynccontextmanager
async def real(server: PostgresServer) -> AsyncIterator[Disk]:
    """A disk that is."""
    with small_disk() as disk:
        async with server.tablespace(disk.path) as place, server.database(tablespace=place) as url:

            async def fill() -> None:
                await asyncio.to_thread(disk.fill)

            async def free() -> None:
                await asyncio.to_thread(disk.free)

            yield Disk(url, fill, free)


@pytest.fixture(params=DISKS)
async def disk(request: pytest.FixtureRequest, postgres: PostgresServer) -> AsyncIterator[Disk]:
    async with {"said": said, "real": real}[request.param](postgres) as opened:
        yield opened


async def test_a_full_disk_of_the_server_is_said_to_all_who_wait_and_with_space_the_same_ids_go_through(
    disk: Disk,
) -> None:
    """R11 on PostgreSQL: nothing is acknowledged, nothing is lost, nobody restarts anything."""
    async with (
        new_books(disk.url) as database,
        Ledger(database, policy=book_of(UNLIMITED), zone=INDIA, now=lambda: NOON) as ledger,
    ):
        asha, priya = await open_wallet(ledger, "500.00"), await open_wallet(ledger)
        pays = [Pay(PaymentId.new(), asha, priya, inr("0.01")) for _ in range(PAYMENTS)]
        before = await ledger.head()
        await disk.fill()

        answers = await asyncio.gather(*map(ledger.ask, pays), return_exceptions=True)

        assert {type(answer) for answer in answers} == {DatabaseUnavailableError}
        assert {answer.reason for answer in answers if isinstance(answer, DatabaseUnavailableError)} == {
            UnavailableReason.FULL
        }
        assert await ledger.head() == before
        assert (await ledger.balance(asha)).posted == inr("500.00")
        assert ledger.stopped_by is None

        await disk.free()
        answers = await asyncio.gather(*map(ledger.ask, pays))

        assert all(isinstance(answer, Captured) for answer in answers)
        assert (await ledger.balance(priya)).posted == inr("30.00")
        assert isinstance(await verify(database), Verified)
