"""Kill -9 at random while payments run: what was acknowledged is there, once, and the books verify (R1 at CI size)."""

import asyncio
import random
import sys
from pathlib import Path

import pytest

from ledger.database.sqlite import SqliteDatabase
from ledger.desk import Ledger
from ledger.kernel.audit_chain import Verified
from ledger.kernel.ids import AccountId, PaymentId
from ledger.store.verify import verify
from tests.conftest import FULL_SIZE
from tests.ledger.books import UNLIMITED, inr
from tests.ledger.desk.conftest import book_of, open_wallet

KILLS = 1_000 if FULL_SIZE else 30

PAYER = """
import asyncio, os, sys
from ledger.commands import Pay
from ledger.desk import Ledger
from ledger.kernel.ids import AccountId, PaymentId
from ledger.kernel.money import Money
from ledger.outcomes import Captured
from tests.ledger.books import UNLIMITED
from tests.ledger.desk.conftest import book_of

async def main():
    path, *ends = sys.argv[1:]
    async with Ledger.open(path, policy=book_of(UNLIMITED)) as ledger:
        async def pay(payer, payee):
            while True:
                payment_id = PaymentId.new()
                os.write(1, f"ask {payment_id}\\n".encode())
                outcome = await ledger.ask(Pay(payment_id, payer, payee, Money(1, "INR")))
                assert isinstance(outcome, Captured)
                os.write(1, f"ack {payment_id}\\n".encode())
        asha, priya = map(AccountId, ends)
        await asyncio.gather(*(pay(asha, priya) if n % 2 else pay(priya, asha) for n in range(20)))

asyncio.run(main())
"""


async def live_and_die(path: Path, ends: tuple[AccountId, AccountId], lines: int) -> tuple[set[str], set[str]]:
    """Payments until so many lines were said, then kill -9; what was asked and what was acknowledged."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PAYER, str(path), *ends, stdout=asyncio.subprocess.PIPE, limit=2**20
    )
    assert process.stdout is not None
    said = [await process.stdout.readline() for _ in range(lines)]
    process.kill()
    rest = await process.stdout.read()
    await process.wait()
    words = [line.split() for line in [*said, *rest.splitlines(keepends=True)] if line.endswith(b"\n")]
    asked = {word[1].decode() for word in words if word[0] == b"ask"}
    return asked, {word[1].decode() for word in words if word[0] == b"ack"}


@pytest.mark.slow
async def test_nothing_acknowledged_is_lost_and_nothing_is_doubled_however_often_it_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    chance = random.Random(1)
    async with Ledger.open(path, policy=book_of(UNLIMITED)) as ledger:
        ends = (await open_wallet(ledger, "1000.00"), await open_wallet(ledger, "1000.00"))
    asked: set[str] = set()
    acknowledged: set[str] = set()

    for _ in range(KILLS):
        more_asked, more_acknowledged = await live_and_die(path, ends, chance.randrange(21, 400))
        asked |= more_asked
        acknowledged |= more_acknowledged

        database = await SqliteDatabase.open(path, readers=1)
        verdict = await verify(database)
        async with Ledger(database, policy=book_of(UNLIMITED)) as ledger:
            causes = [str(row.cause) async for row in ledger.transfers() if row.kind == "payment"]
            trial = await ledger.trial_balance()
            total = [(await ledger.balance(end)).posted for end in ends]
        await database.close()

        assert isinstance(verdict, Verified), verdict
        assert len(causes) == len(set(causes))
        assert acknowledged <= set(causes) <= asked
        assert trial.balanced
        assert total[0] + total[1] == inr("2000.00")
    assert len(acknowledged) > KILLS


@pytest.mark.slow
async def test_what_was_asked_before_the_kill_is_asked_again_with_the_same_id_and_moves_once(tmp_path: Path) -> None:
    """The bot finds Paying after the crash and asks again: whatever had happened, it happened once."""
    from ledger.commands import Pay

    path = tmp_path / "books.db"
    async with Ledger.open(path, policy=book_of(UNLIMITED)) as ledger:
        ends = (await open_wallet(ledger, "1000.00"), await open_wallet(ledger, "1000.00"))
    asked, acknowledged = await live_and_die(path, ends, 200)
    unknown = asked - acknowledged

    async with Ledger.open(path, policy=book_of(UNLIMITED)) as ledger:
        before = {str(row.cause): row async for row in ledger.transfers()}
        for payment_id in unknown:
            done = before.get(payment_id)
            payer, payee = (done.debit_account, done.credit_account) if done else ends
            await ledger.ask(Pay(PaymentId(payment_id), payer, payee, inr("0.01")))
        after = [str(row.cause) async for row in ledger.transfers()]

    assert sorted(after) == sorted(set(before) | unknown)
