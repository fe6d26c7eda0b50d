"""A real database, real keys and a clock that is moved; only the phones at the other end are made up."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from bot.dialogue.effects import BubbleId
from bot.memory import MIGRATIONS
from bot.memory.commits import Commits
from bot.memory.groups import Groups
from bot.memory.inbox import Inbox
from bot.memory.outbox import Outbox
from bot.memory.outgoing import Fate, OutboxId
from bot.memory.people import People
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.port import DeliveryError, Outgoing, Transport, dump_outgoing
from bot.runner.doors import Voice
from bot.speech.catalogue import Catalogue
from bot.vault.fields import Sealer
from bot.vault.keys import Keys
from bot.vault.tokens import ButtonTokens
from bot.workers.delivery import Delivery
from bot.workers.group_book import GroupBook
from ledger.database.migrate import migrate
from ledger.database.port import Database
from ledger.database.sqlite import SqliteDatabase
from ledger.kernel.instants import Instant

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class MovedClock:
    """Wall and steady time that move together. Whoever sleeps moves them to the end of the sleep."""

    def __init__(self) -> None:
        self.elapsed_s = 0.0

    def now(self) -> Instant:
        return START + timedelta(seconds=self.elapsed_s)

    def steady_s(self) -> float:
        return self.elapsed_s

    async def sleep(self, seconds: float) -> None:
        self.elapsed_s += seconds
        await asyncio.sleep(0)


@dataclass
class Said:
    """One message as it reads on a phone."""

    chat_id: int
    message_id: int
    html: str
    at_s: float
    edits: int = 0
    file: bytes | None = None


@dataclass
class Phones:
    """The far side. Trouble happens in the order it was ordered: before anything is shown, or (``lost``) after."""

    clock: MovedClock
    chats: dict[int, list[Said]] = field(default_factory=dict)
    trouble: dict[int, list[DeliveryError | None]] = field(default_factory=dict)
    lost: dict[int, list[DeliveryError | None]] = field(default_factory=dict)
    gates: dict[int, asyncio.Event] = field(default_factory=dict)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    calls: list[tuple[float, str, int]] = field(default_factory=list)

    def texts(self, chat_id: int) -> list[str]:
        return [said.html for said in self.chats.get(chat_id, [])]

    async def deliver(self, chat_id: int, message: Outgoing) -> int:
        await self._travel("deliver", chat_id)
        number = sum(map(len, self.chats.values())) + 1
        file = None if message.attachment is None else message.attachment.content
        self.chats.setdefault(chat_id, []).append(Said(chat_id, number, message.html, self.clock.elapsed_s, file=file))
        self._lose(chat_id)
        return number

    async def edit(self, chat_id: int, message_id: int, message: Outgoing) -> None:
        await self._travel("edit", chat_id)
        (said,) = [said for said in self.chats[chat_id] if said.message_id == message_id]
        said.html, said.edits = message.html, said.edits + 1
        self._lose(chat_id)

    async def erase(self, chat_id: int, message_id: int) -> bool:
        await self._travel("erase", chat_id)
        self.chats[chat_id] = [said for said in self.chats.get(chat_id, []) if said.message_id != message_id]
        return True

    async def answer(self, callback_id: str, toast: str = "", *, alert: bool = False) -> None:
        raise NotImplementedError

    async def _travel(self, how: str, chat_id: int) -> None:
        self.calls.append((self.clock.elapsed_s, how, chat_id))
        self.called.set()
        if chat_id in self.gates:
            await self.gates[chat_id].wait()
        waiting = self.trouble.get(chat_id, [])
        error = waiting.pop(0) if waiting else None
        if error is not None:
            raise error

    def _lose(self, chat_id: int) -> None:
        waiting = self.lost.get(chat_id, [])
        error = waiting.pop(0) if waiting else None
        if error is not None:
            raise error


@dataclass
class Office:
    """Everything a delivery stands on, and a hand that drives it."""

    clock: MovedClock
    phones: Phones
    database: SqliteDatabase
    outbox: Outbox
    inbox: Inbox
    people: People
    groups: Groups
    group_book: GroupBook
    delivery: Delivery
    sealer: Sealer
    keys: Keys
    commits: Commits

    def open_again(self, database: Database | None = None, *, transport: Transport | None = None) -> Delivery:
        """What the next process makes of the same database."""
        return Delivery(
            self.outbox,
            self.people,
            self.group_book,
            database or self.database,
            transport or self.phones,
            Pacer(),
            metrics=Metrics(self.clock.steady_s),
            now=self.clock.now,
            steady_s=self.clock.steady_s,
            sleep=self.clock.sleep,
        )

    async def settle(self, *, for_s: float = 300.0, delivery: Delivery | None = None) -> None:
        """Run the worker as its loop would, moving the clock over every wait, until nothing is left or time is over."""
        delivery, until = delivery or self.delivery, self.clock.now() + timedelta(seconds=for_s)
        while True:
            report = await delivery.run_once(self.clock.now())
            await delivery.idle()
            if report.started:
                continue
            due = await self.outbox.next_due()
            if due is None or due > until:
                return
            self.clock.elapsed_s = max(self.clock.elapsed_s, (due - START).total_seconds())

    async def tell(self, chat_id: int, words: str, *, about: str | None = None) -> OutboxId:
        """A new message is promised: a notice if it is about a payment, else a prompt."""
        async with self.database.transaction() as session:
            body = dump_outgoing(Outgoing(words))
            return await self.outbox.tell(session, chat_id, body, self.clock.now(), cause=about)

    async def show(self, bubble: BubbleId, chat_id: int, words: str, *, about: str | None = None) -> OutboxId:
        """A bubble is promised to read so."""
        async with self.database.transaction() as session:
            body = dump_outgoing(Outgoing(words))
            return await self.outbox.show(session, chat_id, bubble, body, self.clock.now(), cause=about)

    async def fates(self, about: str) -> list[Fate]:
        """What became of the messages about a payment."""
        return [told.fate for told in await self.outbox.told(about)]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    clock = MovedClock()
    keys = Keys.fresh()
    sealer = Sealer(keys.field_keys, keys.index_key)
    database = await SqliteDatabase.open(tmp_path / "hundi.db")
    await migrate(database, [MIGRATIONS], START)
    outbox, people = Outbox(database, sealer), People(database, sealer, languages=("en",), currency="INR")
    phones = Phones(clock)
    catalogues = {"en": Catalogue.from_po(files("bot.speech").joinpath("catalogues/en/hundi.po").read_text("utf-8"))}
    groups = Groups(database, sealer, people)
    book = GroupBook(groups, outbox, people, Voice(catalogues, ButtonTokens(keys.token_keys), UTC))
    commits = Commits(database, outbox, clock.now)
    delivery = Delivery(
        *(outbox, people, book, database, phones, Pacer()),
        metrics=Metrics(clock.steady_s),
        now=clock.now,
        steady_s=clock.steady_s,
        sleep=clock.sleep,
        commits=commits,
    )
    inbox = Inbox(database, sealer)
    yield Office(clock, phones, database, outbox, inbox, people, groups, book, delivery, sealer, keys, commits)
    for gate in phones.gates.values():
        gate.set()
    await delivery.close()
    await database.close()
