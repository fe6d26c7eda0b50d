"""GOALS R23: a desk that is cancelled at any of its awaits leaves no transaction, and each payment done or not done."""

import asyncio
import itertools

from ledger.commands import Pay
from ledger.database.port import Database
from ledger.desk import Ledger
from ledger.kernel.errors import UnavailableError
from ledger.kernel.ids import PaymentId
from ledger.outcomes import Captured
from tests.harness.cancelling import CancelledAt
from tests.ledger.books import INDIA, NOON, UNLIMITED, inr
from tests.ledger.desk.conftest import book_of, open_wallet


async def test_a_desk_cancelled_at_each_of_its_awaits_has_done_all_of_it_or_nothing(database: Database) -> None:
    """Every suspension from the first to the one after the answer: waiting, begin, read, write and commit."""
    async with Ledger(database, policy=book_of(UNLIMITED), zone=INDIA, now=lambda: NOON) as ledger:
        ravi, priya = await open_wallet(ledger, "100.00"), await open_wallet(ledger)
    done_at = []
    for at in itertools.count(1):
        pay = Pay(PaymentId.new(), ravi, priya, inr("1.00"))
        ledger = Ledger(database, policy=book_of(UNLIMITED), zone=INDIA, now=lambda: NOON)
        serving = CancelledAt(ledger._desk._serve(), at)
        ledger._desk._task = asyncio.create_task(_run(serving))
        answer = (await asyncio.gather(ledger.ask(pay), return_exceptions=True))[0]
        assert isinstance(answer, Captured | UnavailableError), answer
        was_posted = await ledger.payment(pay.payment_id) is not None
        done_at += [at] if was_posted else []
        assert was_posted or not isinstance(answer, Captured)

        async with Ledger(database, policy=book_of(UNLIMITED), zone=INDIA, now=lambda: NOON) as again:
            head = (await again.head())[0]
            assert isinstance(await again.ask(pay), Captured)
            assert (await again.head())[0] == head + (not was_posted)
            assert (await again.trial_balance()).balanced
            assert (await again.balance(priya)).posted == inr(f"{at}.00")

        if isinstance(answer, Captured) and not serving.reached:
            await ledger.close()
            break
        await ledger.close()

    assert len(done_at) < at, "no cancellation came before the commit"
    assert done_at == list(range(done_at[0], at + 1)), "once it is committed it stays so"


async def _run(serving: CancelledAt[None]) -> None:
    await serving
