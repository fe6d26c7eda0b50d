"""People move into a town: each gets an account with play money, once, and knows the others."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import combinations
from typing import Final

from bot.cli.amounts import written
from bot.cli.console import warn
from bot.cli.fund import cash_in, funding_id_of
from bot.clock import SystemClock
from bot.memory.circle import Circle
from bot.memory.people import Seen
from bot.sandbox.people import Person
from bot.sandbox.story_lines import Standing
from bot.sandbox.town import Town
from bot.settings import Settings
from bot.vault.fields import Sealer
from bot.vault.keys import Keys
from bot.vault.pins import PinVault
from bot.wiring import Books, open_books, people_of
from ledger.commands import OpenAccount
from ledger.kernel.accounts import AccountKind
from ledger.kernel.errors import UnavailableError
from ledger.kernel.money import Money

PLAY_MONEY: Final = Money(500_000, "INR")  # ₹5,000.00: what a new account may send on its first day


async def settle(settings: Settings, people: Sequence[Person], *, ahead_s: float = 0.0) -> None:
    """Make keys and books if there are none, and settle everybody. A second time changes nothing.

    ``ahead_s`` is how far the town's clock was moved: the books never hear of a moment before one they know.
    """
    if not settings.keys_file.exists():
        Keys.new(settings.keys_file)
    async with open_books(settings, _clock(ahead_s), town=True) as books:
        for person in people:
            await _move_in(books, settings, person)
        await _introduce(books, settings, people)


async def standings(settings: Settings, town: Town) -> dict[int, Standing]:
    """How much money everybody has, and who has a PIN: what a story takes as given."""
    found: dict[int, Standing] = {}
    async with open_books(settings, _clock(town.ahead_s), town=True) as books:
        directory, rules = people_of(books, settings), books.policy.at(books.clock.now()).pin
        pins = await PinVault.open(books.database, books.keys, rules, books.clock.now)
        for person_id in town.people:
            account_id = (await directory.load_me(person_id)).account_id
            if account_id is not None:
                money = written((await books.ledger.balance(account_id)).posted)
                found[person_id] = Standing(money, has_pin=await pins.has_pin(person_id))
        pins.close()
    return found


def _clock(ahead_s: float) -> SystemClock:
    clock = SystemClock()
    clock.move(ahead_s)
    return clock


@asynccontextmanager
async def newcomers_settled(settings: Settings, town: Town) -> AsyncIterator[None]:
    """Whoever moves in while the town is open gets an account and play money as well."""
    moved_in = asyncio.Event()
    forget = town.listen(lambda change: moved_in.set() if change["kind"] == "people" else None)
    settling = asyncio.create_task(_keep_settling(settings, town, moved_in))
    try:
        yield
    finally:
        forget()
        settling.cancel()
        await asyncio.wait((settling,))


async def _keep_settling(settings: Settings, town: Town, moved_in: asyncio.Event) -> None:
    while True:
        await moved_in.wait()
        moved_in.clear()
        try:
            await settle(settings, list(town.people.values()), ahead_s=town.ahead_s)
        except UnavailableError:
            warn("Somebody who moved in has no play money yet.", "Start the town again to give it.")


async def _move_in(books: Books, settings: Settings, person: Person) -> None:
    directory = people_of(books, settings)
    now = books.clock.now()
    async with books.database.transaction() as session:
        await directory.see(session, person.id, Seen(person.name, person.username or None, person.language_code), now)
        account_id = await directory.account_for(session, person.id, now)
    await books.ledger.ask(OpenAccount(account_id, AccountKind.WALLET, settings.currency))
    await cash_in(books, account_id, PLAY_MONEY, funding_id_of(f"play {person.id}"))


async def _introduce(books: Books, settings: Settings, people: Sequence[Person]) -> None:
    circle = Circle(books.database, Sealer(books.keys.field_keys, books.keys.index_key), people_of(books, settings))
    async with books.database.transaction() as session:
        for one, other in combinations(people, 2):
            await circle.introduce(session, one.id, other.id, books.clock.now())
