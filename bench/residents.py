"""What the benchmarks of conversations share: people who have moved in, and the proof that nothing was lost of them."""

import asyncio
from collections.abc import Sequence
from typing import Final

from bench.processes import hundi
from bot.cli.settling import settle
from bot.dialogue.events import ChoiceVerdict, Secret
from bot.sandbox.people import Person
from bot.sandbox.server import Serving
from bot.settings import Settings
from bot.vault.pins import PinVault
from bot.wiring import open_books, people_of
from ledger.kernel.audit_chain import Verified
from ledger.kernel.journal import TransferKind
from ledger.store.verify import verify

PIN: Final = "274913"
PATIENCE_S: Final = 120.0


def payers(count: int) -> list[Person]:
    """So many people, of whom each can be named."""
    return [Person(2001 + number, f"Payer{number}", "Rao", f"payer{number}") for number in range(count)]


async def moved_in(serving: Serving, settings: Settings, people: Sequence[Person], *, told: bool = True) -> None:
    """Everybody has an account, play money and a PIN, and knows the others.

    A bot tells them of their play money before this ends, unless that is not wanted: it is not what is measured.
    """
    for person in people:
        serving.town.add_person(person)
        serving.town.start(person)
    serving.town.updates.drop_all()
    await settle(settings, people)
    async with open_books(settings) as books:
        now, residents = books.clock.now, people_of(books, settings)
        vault = await PinVault.open(books.database, books.keys, books.policy.at(now()).pin, now)
        for person in people:
            async with books.database.transaction() as session:
                await residents.register(session, person.id, "en", now())
            assert await vault.set(person.id, Secret(PIN)) is ChoiceVerdict.SAVED
        vault.close()
    if told:
        async with hundi(settings, serving):
            await asyncio.gather(
                *(serving.town.wait_for_text(person, "was added", timeout_s=PATIENCE_S) for person in people)
            )


async def prove_paid(settings: Settings, payments: int) -> None:
    """Every payment moved once and the books verify; else there is no figure."""
    async with open_books(settings) as books:
        moved = [row async for row in books.ledger.transfers() if row.kind is TransferKind.PAYMENT]
        assert len(moved) == payments, (len(moved), payments)
        assert (await books.ledger.trial_balance()).balanced
        assert isinstance(await verify(books.database), Verified)
