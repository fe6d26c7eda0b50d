"""Books on disk with two wallets, and a clock that stands until it is moved."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ledger.commands import Fund, OpenAccount
from ledger.database.migrate import migrate
from ledger.database.opening import open_database
from ledger.database.port import Database
from ledger.desk import Ledger
from ledger.kernel.accounts import AccountKind
from ledger.kernel.ids import AccountId, FundingId
from ledger.kernel.policy import Policy
from ledger.outcomes import Funded
from ledger.policies.policy import PolicyBook
from ledger.store.rows import MIGRATIONS
from tests.harness.postgres import KINDS, new_database
from tests.ledger.books import INDIA, NOON, POLICY, inr


@dataclass
class Clock:
    """The time, moved by hand."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, step: timedelta) -> None:
        self.now += step


def book_of(policy: Policy) -> PolicyBook:
    """A policy with one version."""
    return PolicyBook(policy.name, policy.currency, (policy,))


async def open_wallet(ledger: Ledger, rupees: str = "0.00") -> AccountId:
    """A new wallet with money in it."""
    account_id = AccountId.new()
    await ledger.ask(OpenAccount(account_id, AccountKind.WALLET, "INR"))
    if inr(rupees):
        funded = await ledger.ask(Fund(FundingId.new(), account_id, inr(rupees)))
        assert isinstance(funded, Funded)
    return account_id


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def policy() -> Policy:
    return POLICY


ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
"""For what is about SQLite's file and its one writer."""


@asynccontextmanager
async def new_books(url: str) -> AsyncIterator[Database]:
    """A database with the tables of the books, and nothing in them."""
    opened = await open_database(url)
    try:
        await migrate(opened, (MIGRATIONS,), NOON)
        yield opened
    finally:
        await opened.close()


@pytest.fixture(params=KINDS)
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a new database of each kind."""
    async with new_database(request.param, request, tmp_path / "books.db") as address:
        yield address


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with new_books(url) as opened:
        yield opened


@pytest.fixture
async def ledger(database: Database, policy: Policy, clock: Clock) -> AsyncIterator[Ledger]:
    async with Ledger(database, policy=book_of(policy), zone=INDIA, now=clock) as opened:
        yield opened


@pytest.fixture
async def asha(ledger: Ledger) -> AccountId:
    return await open_wallet(ledger, "500.00")


@pytest.fixture
async def priya(ledger: Ledger) -> AccountId:
    return await open_wallet(ledger)
