"""Whoever got money is told once for each row of the journal, in order, and only of what was committed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from importlib.resources import files
from typing import Any

import pytest

from bot.dialogue.effects import Say
from bot.memory.circle import Circle
from bot.memory.commits import Commits
from bot.memory.cursors import NOTICES, CursorMovedError, Cursors
from bot.memory.notes import Notes
from bot.memory.outgoing import Fate
from bot.memory.people import Seen
from bot.port import BlockedError, Outgoing
from bot.speech.catalogue import Catalogue
from bot.speech.render import render
from bot.vault.tokens import ButtonTokens
from bot.workers.notifier import Notifier
from ledger.commands import Fund, OpenAccount, Pay, Refund
from ledger.database.migrate import migrate
from ledger.database.port import Database, Session
from ledger.desk import Ledger
from ledger.kernel.accounts import AccountKind
from ledger.kernel.errors import UnavailableError
from ledger.kernel.ids import AccountId, FundingId, PaymentId, RefundId
from ledger.kernel.money import Money
from ledger.outcomes import Captured, Funded, Refunded
from ledger.policies.policy import PolicyBook
from ledger.store.rows import MIGRATIONS as BOOKS
from tests.bot.workers.conftest import START, Office

ASHA, PRIYA, RAVI = 1001, 1002, 1003


def inr(rupees: str) -> Money:
    return Money(int(rupees.replace(".", "")), "INR")


@dataclass
class Town:
    """Real books beside the office, and people in both."""

    office: Office
    ledger: Ledger
    notes: Notes
    notifier: Notifier
    accounts: dict[int, AccountId] = field(default_factory=dict)

    async def open_wallet(self, person_id: int, name: str, *, registered: bool = True) -> None:
        office, now = self.office, self.office.clock.now()
        async with office.database.transaction() as session:
            await office.people.see(session, person_id, Seen(name, name.lower()), now)
            self.accounts[person_id] = await office.people.account_for(session, person_id, now)
        await self.ledger.ask(OpenAccount(self.accounts[person_id], AccountKind.WALLET, "INR"))
        if registered:
            async with office.database.transaction() as session:
                await office.people.register(session, person_id, "en", now)

    async def fund(self, person_id: int, rupees: str) -> Funded:
        funded = await self.ledger.ask(Fund(FundingId.new(), self.accounts[person_id], inr(rupees)))
        assert isinstance(funded, Funded)
        return funded

    async def pay(self, payer: int, payee: int, rupees: str, note: str = "") -> Captured:
        payment_id = PaymentId.new()
        digest = None
        if note:
            async with self.office.database.transaction() as session:
                digest = await self.notes.remember(session, payment_id, note)
        pay = Pay(payment_id, self.accounts[payer], self.accounts[payee], inr(rupees), digest)
        captured = await self.ledger.ask(pay)
        assert isinstance(captured, Captured)
        return captured

    async def tell(self, notifier: Notifier | None = None) -> None:
        """Run the notifier until it has nothing, then deliver."""
        notifier = notifier or self.notifier
        while (await notifier.run_once(self.office.clock.now())).rows:
            pass
        await self.office.settle()

    def heard(self, person_id: int) -> list[str]:
        """The first line of each message on a phone, without markup."""
        lines = [html.partition("\n")[0] for html in self.office.phones.texts(person_id)]
        return [
            line.replace("<b>", "").replace("</b>", "").replace("\u2068", "").replace("\u2069", "") for line in lines
        ]


@dataclass(frozen=True)
class English:
    """Every person reads English here."""

    tokens: ButtonTokens

    def message(self, say: Say, *, language: str, person_id: int, chat_id: int) -> Outgoing:
        assert language == "en"
        catalogue = Catalogue.from_po(files("bot.speech").joinpath("catalogues/en/hundi.po").read_text("utf-8"))
        return render(
            say, catalogue=catalogue, zone=UTC, mint=lambda button: self.tokens.seal(button, person_id, chat_id)
        )


@pytest.fixture
async def town(office: Office) -> AsyncIterator[Town]:
    await migrate(office.database, [BOOKS], START)
    policy = PolicyBook.read(files("ledger.policies").joinpath("play.toml").read_text("utf-8"))
    notes = Notes(office.database, office.sealer)
    async with Ledger(office.database, policy=policy, now=office.clock.now) as ledger:
        town = Town(office, ledger, notes, notifier_of(office, ledger, notes))
        for person_id, name in ((ASHA, "Asha Rao"), (PRIYA, "Priya Sharma")):
            await town.open_wallet(person_id, name)
        await town.fund(ASHA, "500.00")
        yield town


def notifier_of(office: Office, ledger: Ledger, notes: Notes, database: Database | None = None) -> Notifier:
    circle = Circle(office.database, office.sealer, office.people)
    voice = English(ButtonTokens(office.keys.token_keys))
    wake = office.delivery.wake.set
    commits = Commits(database or office.database, office.outbox, office.clock.now)
    return Notifier(ledger, office.people, circle, notes, office.outbox, commits, voice, wake)


async def test_the_payee_hears_who_paid_how_much_what_for_and_the_reference_the_payer_sees(town: Town) -> None:
    captured = await town.pay(ASHA, PRIYA, "200.00", "momos")

    await town.tell()

    (notice,) = town.office.phones.texts(PRIYA)
    assert town.heard(PRIYA) == ["₹200.00 from Asha Rao"]
    assert "momos" in notice
    assert captured.reference in notice


async def test_cash_in_is_told_to_whoever_was_funded(town: Town) -> None:
    await town.tell()

    assert len(town.heard(ASHA)) == 1
    assert "₹500.00" in town.heard(ASHA)[0]


async def test_a_refund_is_told_to_who_paid(town: Town) -> None:
    captured = await town.pay(ASHA, PRIYA, "200.00")
    refund = Refund(RefundId.new(), captured.payment_id, town.accounts[PRIYA], inr("50.00"))
    assert isinstance(await town.ledger.ask(refund), Refunded)

    await town.tell()

    assert "₹50.00" in town.heard(ASHA)[-1]
    assert "Priya Sharma" in town.heard(ASHA)[-1]


async def test_notices_come_in_the_order_of_the_books(town: Town) -> None:
    for rupees in ("1.00", "2.00", "3.00"):
        await town.pay(ASHA, PRIYA, rupees)

    await town.tell()

    assert town.heard(PRIYA) == ["₹1.00 from Asha Rao", "₹2.00 from Asha Rao", "₹3.00 from Asha Rao"]


async def test_nothing_is_told_twice_also_by_the_next_process(town: Town) -> None:
    await town.pay(ASHA, PRIYA, "200.00")
    await town.tell()

    await town.tell(notifier_of(town.office, town.ledger, town.notes))

    assert town.heard(PRIYA) == ["₹200.00 from Asha Rao"]


async def test_a_full_disk_writes_neither_the_notice_nor_how_far_we_came(town: Town) -> None:
    """The books have it, so it is told, whatever fails in between."""
    await town.pay(ASHA, PRIYA, "200.00")
    cursors = Cursors(town.office.database)

    full = DiskFullAtCommit(town.office.database)
    stuck = notifier_of(town.office, town.ledger, town.notes, full)
    with pytest.raises(UnavailableError):
        await stuck.run_once(town.office.clock.now())
    assert await cursors.find(NOTICES) == 0

    await town.tell()
    assert town.heard(PRIYA) == ["₹200.00 from Asha Rao"]


async def test_two_notifiers_at_once_tell_it_once(town: Town) -> None:
    """A second process on the same books loses the race, and what it wrote is taken back."""
    cursors = Cursors(town.office.database)
    async with town.office.database.transaction() as session:
        await cursors.move(session, NOTICES, 0, 1)

    with pytest.raises(CursorMovedError):
        async with town.office.database.transaction() as session:
            await cursors.move(session, NOTICES, 0, 1)
    with pytest.raises(CursorMovedError):
        async with town.office.database.transaction() as session:
            await cursors.move(session, NOTICES, 2, 3)
    assert await cursors.find(NOTICES) == 1


async def test_a_payee_who_blocked_the_bot_is_recorded_and_told_when_they_are_back(town: Town) -> None:
    town.office.phones.trouble[PRIYA] = [BlockedError("blocked")]
    captured = await town.pay(ASHA, PRIYA, "200.00")
    await town.tell()
    assert await town.office.fates(captured.payment_id) == [Fate.BLOCKED]

    async with town.office.database.transaction() as session:
        await town.office.outbox.requeue_for(session, PRIYA, town.office.clock.now())
    await town.office.settle()

    assert town.heard(PRIYA) == ["₹200.00 from Asha Rao"]


async def test_somebody_funded_before_they_started_the_bot_finds_it_when_they_come(town: Town) -> None:
    town.office.phones.trouble[RAVI] = [BlockedError("never started")]
    await town.open_wallet(RAVI, "Ravi", registered=False)
    funded = await town.fund(RAVI, "100.00")
    await town.tell()
    assert await town.office.fates(funded.funding_id) == [Fate.BLOCKED]

    async with town.office.database.transaction() as session:
        await town.office.outbox.requeue_for(session, RAVI, town.office.clock.now())
    await town.office.settle()

    assert "₹100.00" in town.heard(RAVI)[0]


async def test_payer_and_payee_know_each_other_from_then_on(town: Town) -> None:
    await town.pay(ASHA, PRIYA, "200.00")
    await town.tell()

    asha, priya = await town.office.people.load_me(ASHA), await town.office.people.load_me(PRIYA)

    assert [payee.person_id for payee in asha.known] == [PRIYA]
    assert [payee.person_id for payee in asha.recent] == [PRIYA]
    assert [payee.person_id for payee in priya.known] == [ASHA]
    assert priya.recent == ()


async def test_an_account_of_nobody_we_know_stops_nobody(town: Town) -> None:
    """The ledger is a library: another program may keep accounts in the same books."""
    stranger = town.accounts[RAVI] = AccountId.new()
    await town.ledger.ask(OpenAccount(stranger, AccountKind.WALLET, "INR"))
    await town.pay(ASHA, RAVI, "1.00")
    await town.pay(ASHA, PRIYA, "2.00")

    await town.tell()

    assert town.heard(PRIYA) == ["₹2.00 from Asha Rao"]


async def test_the_sender_is_woken_when_there_is_something_to_say(town: Town) -> None:
    town.office.delivery.wake.clear()
    await town.notifier.run_once(town.office.clock.now())
    assert town.office.delivery.wake.is_set()


class DiskFullAtCommit:
    """A disk that fills up while a transaction is written: all of it is taken back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        async with self._database.transaction() as session:
            yield session
            raise UnavailableError("disk full")
