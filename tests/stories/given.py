"""What a story takes as given, made through the doors a person or an operator would use.

A table is touched by hand in one place only: where a story is about that.
"""

import asyncio
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import Final

from bot.dialogue.events import Secret
from bot.dialogue.states import Confirming
from bot.dialogue.stored import load
from bot.memory.people import Seen
from bot.sandbox.people import Person, person_named
from ledger.commands import Fund, OpenAccount, Pay
from ledger.kernel.accounts import AccountKind
from ledger.kernel.ids import AccountId, FundingId, PaymentId
from ledger.kernel.money import Money
from ledger.outcomes import Captured, Funded
from tests.harness.books_file import books_file
from tests.stories.groups import opened
from tests.stories.script import StoryError
from tests.stories.stage import PATIENCE_S, PIN, Stage, is_fresh_pad, minor_units

_FROM_ANOTHER_WORLD: Final = '{"version":99,"state":{"kind":"Paying","payment":{"kind":"Cheque"}}}'
_NAME: Final = r"(?P<name>[A-Z]\w+ [A-Z]\w+)"
_HANDLE: Final = r" \(@(?P<handle>\w+)\)"
_MAY_DELETE: Final = r"(?P<rights>, where the bot may delete)?"
_MONEY: Final = r"₹(?P<amount>[\d,]+\.\d\d)"
_CODES: Final = {"English": "en", "Hindi": "hi", "French": "fr", "Tamil": "ta"}


async def given(stage: Stage, text: str) -> None:
    """Make every clause true."""
    for clause in map(str.strip, text.split(";")):
        for pattern, make_true in _CLAUSES:
            if found := pattern.fullmatch(clause):
                await make_true(stage, **found.groupdict())
                break
        else:
            raise StoryError(f"cannot be given: {clause}")


async def _holds(stage: Stage, name: str, handle: str | None, amount: str, pin: str | None) -> None:
    person = await _moves_in(stage, name, handle)
    await _funded(stage, person, amount)
    if pin:
        await _has_a_pin(stage, person)
    stage.speaker = stage.speaker or person.first_name.lower()


async def _is_a_contact(stage: Stage, name: str, handle: str) -> None:
    other = await _moves_in(stage, name, handle)
    await _acquainted(stage, stage.people[stage.speaker], other)


async def _waits_for(stage: Stage, name: str, handle: str, amount: str) -> None:
    """Somebody who never wrote to the bot, and for whom the operator took money in."""
    person, now = _comes_to_town(stage, name, handle), stage.hands.clock.now()
    async with stage.house.books.database.transaction() as session:
        await stage.house.people.see(session, person.id, Seen(person.name, handle, person.language_code), now)
        account_id = await stage.house.people.account_for(session, person.id, now)
    await stage.house.books.ledger.ask(OpenAccount(account_id, AccountKind.WALLET, "INR"))
    await _taken_in(stage, account_id, amount)
    stage.speaker = stage.speaker or handle


async def _know_each_other(stage: Stage) -> None:
    """As everybody in a town of `hundi play` does."""
    everybody = {person.id for person in stage.people.values()}
    async with stage.house.books.database.transaction() as session:
        for one, other in combinations(sorted(everybody), 2):
            await stage.house.circle.introduce(session, one, other, stage.hands.clock.now())


async def _is_new(stage: Stage, name: str, handle: str) -> None:
    _comes_to_town(stage, name, handle)
    stage.speaker = stage.speaker or handle


async def _has_a_pin(stage: Stage, person: Person) -> None:
    """The pad of the welcome is closed as they would, and the PIN they have is the one every story knows."""
    pad = await stage.town.wait_for(person, is_fresh_pad, timeout_s=PATIENCE_S)
    stage.town.tap(person, pad.message_id, pad.labels[-1])  # "Cancel", in whatever language they read
    await stage.town.wait_for(person, lambda m: m.message_id == pad.message_id and not m.has_pad, timeout_s=PATIENCE_S)
    await stage.house.pins.set(person.id, Secret(PIN))


async def _moves_in(stage: Stage, name: str, handle: str | None) -> Person:
    """Somebody who pressed Start and has an account and no PIN yet."""
    handle = handle or name.split(maxsplit=1)[0].lower()
    if handle in stage.people:
        return stage.people[handle]
    person = _comes_to_town(stage, name, handle)
    stage.town.start(person)
    await stage.town.wait_for_text(person, f"@{handle}", timeout_s=PATIENCE_S)
    return person


def _comes_to_town(stage: Stage, name: str, handle: str) -> Person:
    """Somebody on Telegram who never wrote to the bot."""
    first, last = name.split()
    number = 1001 + len(stage.town.people)
    spoken = stage.languages.get(first, "en")
    person = replace(person_named(first, number), last_name=last, username=handle, language_code=spoken)
    stage.people[handle] = person
    stage.people.setdefault(first.lower(), person)
    return stage.town.add_person(person)


async def _reads(stage: Stage, first: str, language: str) -> None:
    """What their Telegram is set to, from before they come."""
    stage.languages[first] = _CODES[language]


async def _has_paid(stage: Stage, payer: str, payee: str, amount: str, times: str) -> None:
    """Payments of today, asked of the ledger as the bot does."""
    accounts = [(await stage.house.people.load_me(stage.people[who].id)).account_id for who in (payer, payee)]
    assert accounts[0] is not None
    assert accounts[1] is not None
    money = Money(minor_units(amount), "INR")
    for _ in range(int(times)):
        until = stage.hands.clock.now() + timedelta(minutes=5)
        pay = Pay(PaymentId.new(), accounts[0], accounts[1], money, expires_at=until)
        assert isinstance(await stage.house.books.ledger.ask(pay), Captured)


async def _funded(stage: Stage, person: Person, amount: str) -> None:
    me = await stage.house.people.load_me(person.id)
    assert me.account_id is not None
    await _taken_in(stage, me.account_id, amount)


async def _taken_in(stage: Stage, account_id: AccountId, amount: str) -> None:
    money = Money(minor_units(amount), "INR")
    if money:
        assert isinstance(await stage.house.books.ledger.ask(Fund(FundingId.new(), account_id, money)), Funded)


async def _acquainted(stage: Stage, owner: Person, other: Person) -> None:
    async with stage.house.books.database.transaction() as session:
        await stage.house.circle.add_contact(session, owner.id, other.id, stage.hands.clock.now())


async def _loses_the_thread(stage: Stage, who: str) -> None:
    """A payment was under way, and its state was written by a program that this one does not know."""
    person_id, conversations = stage.people[who].id, stage.house.conversations
    now, stored = stage.hands.clock.now(), await conversations.load(person_id)
    async with stage.house.books.database.transaction() as session:
        await conversations.save(
            session, person_id, stored.version, _FROM_ANOTHER_WORLD, idle=False, deadline_at=now, now=now
        )


async def _id_is_used(stage: Stage, who: str) -> None:
    """Somebody else's mistake: the id on her screen paid another amount already."""
    confirming = load((await stage.house.conversations.load(stage.people[who].id)).text or "")
    assert isinstance(confirming, Confirming)
    payer = (await stage.house.people.load_me(stage.people[who].id)).account_id
    assert payer is not None
    payment = confirming.payment
    pay = Pay(payment.payment_id, payer, payment.payee.account_id, Money(100, "INR"), expires_at=payment.expires_at)
    assert isinstance(await stage.house.books.ledger.ask(pay), Captured)


async def _tamper(stage: Stage) -> None:
    """Each account points at a row that is not there; with the database's own tool, beside the bot."""

    def change() -> None:
        with closing(sqlite3.connect(books_file(stage.settings))) as raw:
            raw.execute("UPDATE accounts SET last_seq = 999999")
            raw.commit()

    await asyncio.to_thread(change)


_CLAUSES: Final = tuple(
    (re.compile(pattern), make_true)
    for pattern, make_true in (
        (rf"{_NAME}(?:{_HANDLE})? has {_MONEY}(?P<pin> and a PIN)?", _holds),
        (rf"{_NAME}{_HANDLE} is (?:her|his|their) contact", _is_a_contact),
        (rf"{_NAME}{_HANDLE} is new", _is_new),
        (rf"{_NAME}{_HANDLE} is new and has {_MONEY}", _waits_for),
        (r"the Telegram of (?P<first>[A-Z]\w+) is in (?P<language>[A-Z]\w+)", _reads),
        (r"they all know each other", _know_each_other),
        (rf"{_NAME}{_HANDLE} is on Hundi", _moves_in),
        (rf"@(?P<payer>\w+) has paid @(?P<payee>\w+) {_MONEY} (?P<times>\d+) times", _has_paid),
        (r"what @(?P<who>\w+) asked last cannot be read", _loses_the_thread),
        (r"the id of @(?P<who>\w+)'s payment was used for another amount", _id_is_used),
        (r"somebody changed the books by hand", _tamper),
        (
            r"(?P<title>[A-Z][\w ]*) is a (?P<kind>group|basic group|forum) with (?P<names>[\w ,]+?)" + _MAY_DELETE,
            opened,
        ),
    )
)
