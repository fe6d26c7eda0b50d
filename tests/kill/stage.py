"""A town in this process, a bot in another, and people who have accounts, money, PINs and each other's names."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from bot.dialogue.events import Secret
from bot.memory.circle import Circle
from bot.memory.people import Seen
from bot.sandbox.pacing import NO_PACING
from bot.sandbox.people import Person
from bot.sandbox.server import Serving, serve
from bot.sandbox.town import Town
from bot.settings import Settings, policy_text
from bot.vault.fields import Sealer
from bot.vault.keys import Keys
from bot.vault.pins import PinVault
from bot.wiring import Books, open_books, people_of
from ledger.commands import Fund, OpenAccount
from ledger.kernel.accounts import AccountKind
from ledger.kernel.ids import AccountId, FundingId
from ledger.kernel.money import Money
from tests.kill.bot_process import BotProcess
from tests.kill.witness import Witness

PIN: Final = "274913"
PURSE: Final = Money(100_000_000, "INR")  # ₹10 lakh: nobody runs out
READY_S: Final = 30.0  # a start takes about a second; a machine that does other things as well may take longer

_NAMES: Final = (
    "Asha Rao,Priya Sharma,Ravi Kumar,Meera Iyer,Arjun Singh,Fatima Khan,Kiran Joshi,Leela Menon,Mohan Das,"
    "Nadia Shaikh,Omar Siddiqui,Pooja Gupta,Rahul Verma,Sana Mirza,Tara Nair,Usha Pillai,Varun Malik,Yusuf Ali,"
    "Zoya Ansari,Deepa Bose"
)


def people(count: int) -> list[Person]:
    """So many people, with names of their own."""
    pairs = [name.split() for name in _NAMES.split(",")[:count]]
    return [Person(1001 + place, first, last, username=first.lower()) for place, (first, last) in enumerate(pairs)]


@dataclass(slots=True)
class Stage:
    """Where a test plays."""

    serving: Serving
    settings: Settings
    bot: BotProcess
    witness: Witness
    people: list[Person]
    accounts: dict[AccountId, Person]
    folder: Path

    @property
    def town(self) -> Town:
        """The town."""
        return self.serving.town

    async def start_bot(self) -> None:
        """Start a bot and wait until it asks for updates, or has set its webhook. One that ends is a failure."""
        asks = asyncio.Event()
        forget = self.town.listen(lambda change: asks.set() if change["kind"] in {"poll", "webhook"} else None)
        try:
            await self.launch_bot()
            async with asyncio.timeout(READY_S):
                await asks.wait()
        except TimeoutError:
            raise AssertionError(f"the bot does not poll:\n{self.bot.last_words()}") from None
        finally:
            forget()

    async def launch_bot(self) -> None:
        """Start a bot, and do not wait."""
        self.witness.start += 1
        await self.bot.start()

    async def until_payees_are_told(self, within_s: float) -> None:
        """Whatever was acknowledged to a payer must reach its payee soon after the last outage."""

        def all_told() -> bool | None:
            return self.witness.acknowledged() <= self.witness.noticed() or None

        await self.town.wait_until(all_told, timeout_s=within_s, otherwise=self.bot.last_words)


@asynccontextmanager
async def open_stage(
    folder: Path, count: int, *, data: Path | None = None, everybody: list[Person] | None = None, **changed: Any
) -> AsyncIterator[Stage]:
    """Open the town and settle everybody; no bot runs yet. ``data`` holds database and keys, else ``folder`` does.

    ``changed`` are settings.
    """
    everybody = everybody or people(count)
    data = data or folder
    async with serve(Town(everybody, pacing=NO_PACING)) as serving:
        settings = Settings(
            bot_token=SecretStr(serving.town.token),
            telegram_api_url=serving.api_url,
            database_url=f"sqlite:///{data / 'hundi.db'}",
            keys_file=data / "hundi.keys",
            policy=str(_generous_policy(folder)),
        ).model_copy(update=changed)
        accounts = await _settle(settings, everybody)
        bot = BotProcess(settings, folder / "bot.log", "serve" if settings.webhook_url else "run")
        stage = Stage(serving, settings, bot, Witness(serving.town), everybody, accounts, folder)
        for person in everybody:
            serving.town.start(person)
        try:
            yield stage
        finally:
            await bot.end()


def _generous_policy(folder: Path) -> Path:
    """The rules of ``play`` with room for many payments a day and many kills: here nobody is to be refused."""
    text = policy_text("play")
    for key, value in (
        ("per_day", '"none"'),
        ("count_per_day", '"none"'),
        ("total", '"none"'),
        ("confirm_expires_minutes", "60"),
        ("wrong_attempts", "10"),  # a kill while a PIN is judged costs a try: three in a row would lock somebody out
    ):
        text, found = re.subn(rf"(?m)^{key} = [^#\n]+", f"{key} = {value} ", text)
        assert found == 1, f"{key} is not in the policy"
    file = folder / "generous.toml"
    file.write_text(text, "utf-8")
    return file


async def _settle(settings: Settings, everybody: list[Person]) -> dict[AccountId, Person]:
    """Accounts, handles, PINs, money and contacts, through the doors that make them."""
    Keys.new(settings.keys_file)
    async with open_books(settings) as books:
        rules = books.policy.at(books.clock.now()).pin
        pins = await PinVault.open(books.database, books.keys, rules, books.clock.now)
        try:
            accounts = {await _move_in(books, settings, pins, person): person for person in everybody}
        finally:
            pins.close()
        sealer = Sealer(books.keys.field_keys, books.keys.index_key)
        circle = Circle(books.database, sealer, people_of(books, settings))
        async with books.database.transaction() as session:
            for one, other in combinations(everybody, 2):
                await circle.introduce(session, one.id, other.id, books.clock.now())
    return accounts


async def _move_in(books: Books, settings: Settings, pins: PinVault, person: Person) -> AccountId:
    directory, now = people_of(books, settings), books.clock.now()
    async with books.database.transaction() as session:
        await directory.see(session, person.id, Seen(person.name, person.username, person.language_code), now)
        account_id = await directory.account_for(session, person.id, now)
    await books.ledger.ask(OpenAccount(account_id, AccountKind.WALLET, settings.currency))
    await books.ledger.ask(Fund(FundingId.new(), account_id, PURSE))
    async with books.database.transaction() as session:
        await directory.register(session, person.id, "en", now)
    await pins.set(person.id, Secret(PIN))
    return account_id
