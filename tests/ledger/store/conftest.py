"""Books with a life behind them: wallets, payments, refunds, all posted through the desk."""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.commands import Fund, OpenAccount, Pay, Refund
from ledger.database.migrate import migrate
from ledger.database.sqlite import SqliteDatabase
from ledger.desk import Ledger
from ledger.kernel.accounts import AccountKind
from ledger.kernel.ids import AccountId, FundingId, PaymentId, RefundId
from ledger.kernel.money import Money
from ledger.outcomes import Captured
from ledger.policies.policy import PolicyBook
from ledger.store.rows import MIGRATIONS
from tests.ledger.books import UNLIMITED

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
BOOK = PolicyBook(UNLIMITED.name, UNLIMITED.currency, (UNLIMITED,))
LIVES = 400  # rows of the journal, about


async def live(path: Path | str, payments: int = LIVES) -> None:
    """Eight people pay each other; every tenth payment is given back in part."""
    chance = random.Random(7)
    async with Ledger.open(path, policy=BOOK, now=lambda: NOW) as ledger:
        people = [AccountId.new() for _ in range(8)]
        for person in people:
            await ledger.ask(OpenAccount(person, AccountKind.WALLET, "INR"))
            await ledger.ask(Fund(FundingId.new(), person, Money(1_000_000, "INR")))

        async def pay(number: int) -> None:
            payer, payee = chance.sample(people, 2)
            note = bytes([number % 256] * 32) if number % 3 else None
            amount = Money(chance.randrange(1, 5_000), "INR")
            captured = await ledger.ask(Pay(PaymentId.new(), payer, payee, amount, note))
            assert isinstance(captured, Captured)
            if number % 10 == 0:
                await ledger.ask(Refund(RefundId.new(), captured.payment_id, payee, Money(1, "INR")))

        await asyncio.gather(*(pay(number) for number in range(payments)))


@pytest.fixture(scope="session")
def lived_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Books that nobody may change: copy them."""
    path = tmp_path_factory.mktemp("lived") / "books.db"
    milestones = 0  # chance sets them; once in a thousand lives there is none
    while not milestones:
        asyncio.run(live(path))
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (milestones,) = raw.execute("SELECT count(*) FROM milestones").fetchone()
    return path


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    """New, empty books."""
    opened = await SqliteDatabase.open(tmp_path / "new.db")
    try:
        await migrate(opened, (MIGRATIONS,), NOW)
        yield opened
    finally:
        await opened.close()


@pytest.fixture
def books_path(lived_books: Path, tmp_path: Path) -> Path:
    """A copy of the lived books, to spoil."""
    path = tmp_path / "books.db"
    shutil.copy(lived_books, path)
    return path


def attack(path: Path, *statements: str) -> None:
    """Change the file as somebody with a shell would: triggers dropped first and put back after."""
    with closing(sqlite3.connect(path)) as raw:
        triggers = raw.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            raw.execute(statement)
        for _, text in triggers:
            raw.execute(text)
        raw.commit()
