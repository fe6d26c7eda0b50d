"""What the benchmarks of the ledger share: a town of accounts with money, payments to make in it, and its policy."""

import asyncio
import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final

from ledger.commands import Fund, OpenAccount, Pay
from ledger.database.opening import is_postgres, open_database
from ledger.database.port import Query
from ledger.desk import Ledger
from ledger.kernel.accounts import AccountKind
from ledger.kernel.audit_chain import Verified
from ledger.kernel.ids import AccountId, FundingId, PaymentId
from ledger.kernel.money import Money
from ledger.policies.policy import PolicyBook
from ledger.store.verify import verify

NOW: Final = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
OPENING_MINOR: Final = 1_000_000  # each account begins with ₹10,000.00
CHUNK: Final = 8_000
NUMBERS: Final = {  # play's own rules, every one of them on, with numbers that a benchmark does not run into
    'per_payment = "100000.00"': 'per_payment = "50000.00"',
    'per_day = "100000.00"': 'per_day = "900000.00"',
    "count_per_day = 20 ": "count_per_day = 1000000 ",
    'total = "5000.00"': 'total = "900000.00"',
    'cap = "none"                # the first': 'cap = "40000.00"            # the first',
    'cap = "none"                # of the': 'cap = "9000000.00"          # of the',
}
_WALLETS: Final = Query(
    "SELECT account_id, posted_credits - posted_debits AS balance FROM accounts WHERE kind = 'wallet'"
)


def policy_text() -> str:
    """The policy file of ``hundi play`` with other numbers."""
    text = files("ledger.policies").joinpath("play.toml").read_text("utf-8")
    for old, new in NUMBERS.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def policy() -> PolicyBook:
    """Read as any policy is."""
    return PolicyBook.read(policy_text())


@dataclass(frozen=True)
class Town:
    """Books with funded accounts. A file of them is copied for each run, so that every run starts from the same."""

    address: Path | str
    accounts: tuple[AccountId, ...]

    def payments(self, count: int, seed: int) -> list[Pay]:
        """Payments between strangers, made before the clock starts: ids are the askers' work."""
        chance = random.Random(seed)  # noqa: S311 - the same town every time
        people, noted = self.accounts, bytes(range(32))
        payments = []
        for number in range(count):
            payer, payee = chance.sample(people, 2)
            amount = Money(chance.randrange(1, 200), "INR")
            payments.append(Pay(PaymentId.new(), payer, payee, amount, noted if number % 2 else None))
        return payments


async def found(address: Path | str, size: int) -> Town:
    """Open ``size`` accounts and fund each, through the desk."""
    accounts = tuple(AccountId.new() for _ in range(size))
    money = Money(OPENING_MINOR, "INR")
    async with Ledger.open(address, policy=policy(), now=lambda: NOW) as ledger:
        for start in range(0, size, CHUNK):
            part = accounts[start : start + CHUNK]
            await asyncio.gather(*(ledger.ask(OpenAccount(each, AccountKind.WALLET, "INR")) for each in part))
            await asyncio.gather(*(ledger.ask(Fund(FundingId.new(), each, money)) for each in part))
    if not is_postgres(address):
        with closing(sqlite3.connect(address)) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Town(address, accounts)


async def prove(address: Path | str, town: Town, payments: Sequence[Pay]) -> None:
    """The figure is void unless the books verify, hold each payment once, and have the money they began with."""
    database = await open_database(address)
    try:
        verdict = await verify(database)
        stored = await database.all(_WALLETS)
    finally:
        await database.close()
    assert isinstance(verdict, Verified), verdict
    assert verdict.entries == len(town.accounts) + len(payments), verdict
    expected = dict.fromkeys(town.accounts, OPENING_MINOR)
    for pay in payments:
        expected[pay.payer] -= pay.amount.minor_units
        expected[pay.payee] += pay.amount.minor_units
    assert {row["account_id"]: row["balance"] for row in stored} == expected
