"""What the benchmarks of conversations share: people who have moved in, and the proof that nothing was lost of them."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final

from bench.processes import hundi
from bot.cli.settling import settle
from bot.dialogue.events import ChoiceVerdict, Secret
from bot.sandbox.chats import Message
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


async def moved_in(serving: Serving, settings: Settings, people: Sequence[Person], *, pins: bool = True) -> None:
    """Everybody has an account, play money and a PIN if they need one, and knows the others.

    A bot tells them of their play money before this ends: it is not what is measured.
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
            if pins:
                assert await vault.set(person.id, Secret(PIN)) is ChoiceVerdict.SAVED
        vault.close()
    async with hundi(settings, serving):
        told = (serving.town.wait_for_text(person, "was added", timeout_s=PATIENCE_S) for person in people)
        await asyncio.gather(*told)


async def pay_once(serving: Serving, payer: Person, payee: Person) -> tuple[float, float]:
    """One whole payment of ₹1.00. Seconds from the sentence to the question, and from the PIN to the receipt."""
    town, began = serving.town, time.perf_counter()
    asked = town.say(payer, f"send 1 to @{payee.username}").message_id
    question = await _from_bot(serving, payer, lambda m: m.message_id > asked and "Pay ₹1.00" in m.labels)
    until_question_s = time.perf_counter() - began
    town.tap(payer, question.message_id, "Pay ₹1.00")
    pad = await _from_bot(serving, payer, lambda m: m.has_pad)
    began = time.perf_counter()
    for digit in PIN:
        town.tap(payer, pad.message_id, digit)
    await _from_bot(serving, payer, lambda m: m.message_id >= pad.message_id and m.text.startswith("Paid ₹1.00"))
    return until_question_s, time.perf_counter() - began


async def answer_to(serving: Serving, person: Person, text: str, begins: str) -> float:
    """Seconds until a text has an answer that begins so."""
    began = time.perf_counter()
    asked = serving.town.say(person, text).message_id
    await _from_bot(serving, person, lambda m: m.message_id > asked and m.text.startswith(begins))
    return time.perf_counter() - began


async def _from_bot(serving: Serving, person: Person, wanted: Callable[[Message], bool]) -> Message:
    return await serving.town.wait_for(person, lambda m: m.from_bot and wanted(m), timeout_s=PATIENCE_S)


async def prove_paid(settings: Settings, payments: int) -> None:
    """Every payment moved once and the books verify; else there is no figure."""
    async with open_books(settings) as books:
        moved = [row async for row in books.ledger.transfers() if row.kind is TransferKind.PAYMENT]
        assert len(moved) == payments, (len(moved), payments)
        assert (await books.ledger.trial_balance()).balanced
        assert isinstance(await verify(books.database), Verified)
