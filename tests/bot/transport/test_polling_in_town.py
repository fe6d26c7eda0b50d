"""Our loop and our transport against a Bot API server that keeps Telegram's rules, over HTTP, on a real disk."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from telegram import Bot

from bot.arrivals import Arrival
from bot.dialogue.events import ForeignArrived, TextArrived
from bot.memory import MIGRATIONS
from bot.memory.groups import Groups
from bot.memory.inbox import Inbox
from bot.memory.outbox import Outbox
from bot.memory.people import People
from bot.port import Attachment, BlockedError, Key, Outgoing, RejectedError, RetryLaterError, UncertainError
from bot.runner.doors import Voice
from bot.sandbox.faults import FaultKind
from bot.sandbox.pacing import NO_PACING, PacingRules
from bot.sandbox.server import Serving, serve
from bot.sandbox.town import Town
from bot.speech.catalogue import Catalogue
from bot.transport.telegram.connection import open_bot, start_bot
from bot.transport.telegram.outbound import TelegramTransport
from bot.transport.telegram.polling import Polling, SecondPollerError, WebhookSetError
from bot.transport.telegram.receiving import Receiver
from bot.vault.fields import Sealer
from bot.vault.keys import Keys
from bot.vault.tokens import ButtonTokens
from bot.workers.group_book import GroupBook
from bot.workers.intake import Intake
from ledger.database.migrate import migrate
from ledger.database.sqlite import SqliteDatabase

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass
class Line:
    """One process of ours on a database, and the town it polls. Waits cost no time here."""

    serving: Serving
    bot: Bot
    inbox: Inbox
    intake: Intake
    heard: list[Arrival] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    steady: float = 0.0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def hear(self, arrivals: Sequence[Arrival]) -> None:
        self.heard += arrivals
        self.news.set()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.steady += seconds
        await asyncio.sleep(0)

    def polling(self) -> Polling:
        receiver = Receiver(self.bot, self.intake.store, self.hear, now=lambda: NOW)
        return Polling(self.bot, receiver, steady_s=lambda: self.steady, sleep=self.sleep)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(self.polling().run())
        try:
            await self.serving.until_polled()
            yield task
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def until_heard(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.heard) < count:
                self.news.clear()
                await self.news.wait()

    def texts(self) -> list[str]:
        return [a.happening.text for a in self.heard if isinstance(a.happening, TextArrived)]


@asynccontextmanager
async def line_to(serving: Serving, database: SqliteDatabase) -> AsyncIterator[Line]:
    keys = Keys.fresh()
    sealer = Sealer(keys.field_keys, keys.index_key)
    inbox = Inbox(database, sealer)
    people = People(database, sealer, languages=("en",), currency="INR")
    catalogues = {"en": Catalogue.from_po(files("bot.speech").joinpath("catalogues/en/hundi.po").read_text("utf-8"))}
    voice = Voice(catalogues, ButtonTokens(keys.token_keys), UTC)
    book = GroupBook(Groups(database, sealer, people), Outbox(database, sealer), people, voice)
    bot = open_bot(serving.town.token, serving.api_url)
    await start_bot(bot)
    try:
        yield Line(serving, bot, inbox, Intake(inbox, people, book, database, bot.id, now=lambda: NOW))
    finally:
        await bot.shutdown()


@pytest.fixture
async def serving() -> AsyncIterator[Serving]:
    async with serve(Town(pacing=NO_PACING)) as opened:
        yield opened


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    database = await SqliteDatabase.open(tmp_path / "hundi.db")
    await migrate(database, [MIGRATIONS], NOW)
    yield database
    await database.close()


@pytest.fixture
async def line(serving: Serving, database: SqliteDatabase) -> AsyncIterator[Line]:
    async with line_to(serving, database) as line:
        yield line


async def test_what_comes_out_of_order_is_heard_in_order(line: Line) -> None:
    """Which message somebody wrote first decides what their second one means."""
    for text in ("send 200 to priya", "/cancel", "send 300 to priya"):
        line.serving.town.say(1001, text)
    line.serving.faults.add("disorder")

    async with line.running():
        await line.until_heard(3)

    assert line.texts() == ["send 200 to priya", "/cancel", "send 300 to priya"]


_ENDLESS = {FaultKind.HANG, FaultKind.OUTAGE, FaultKind.UNAUTHORIZED}  # until somebody acts; each has its own test


@pytest.mark.parametrize("fault", [each for each in FaultKind if each not in _ENDLESS])
async def test_no_misfortune_of_the_far_side_loses_or_doubles_a_message(line: Line, fault: FaultKind) -> None:
    """Cut answers, 429, 500, 502, garbage, a confirmation that was lost: each message is heard once."""
    town = line.serving.town
    async with line.running():
        for number in range(6):
            line.serving.faults.add(fault, "getUpdates", times=2)
            town.say(1001, f"message {number}")
            await line.until_heard(number + 1)
        line.serving.faults.clear()
        town.say(1001, "the last")
        await line.until_heard(7)

    assert line.texts() == [*(f"message {number}" for number in range(6)), "the last"]


async def test_what_arrives_is_on_disk_when_it_is_handed_over(line: Line) -> None:
    async with line.running():
        line.serving.town.say(1001, "send 200 to Priya")
        await line.until_heard(1)

    (stored,) = await line.inbox.waiting(line.bot.id)
    assert stored.key.update_id == line.heard[0].update_id


async def test_the_next_process_hears_nothing_twice(line: Line, database: SqliteDatabase) -> None:
    """Killed before Telegram knew that we have it: it comes again, and is known by its number."""
    line.serving.town.say(1001, "first")
    await line.polling().poll_once()
    line.serving.town.say(1001, "second")

    async with line_to(line.serving, database) as again, again.running():
        await again.until_heard(1)

    assert again.texts() == ["second"]


async def test_two_pollers_of_one_bot_do_not_fight_for_ever(line: Line, database: SqliteDatabase) -> None:
    async with line_to(line.serving, database) as other:
        tasks = [asyncio.create_task(each.polling().run()) for each in (line, other)]
        async with asyncio.timeout(20):
            ended, going_on = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in going_on:
            task.cancel()
        await asyncio.wait(tasks)

    with pytest.raises(SecondPollerError):
        ended.pop().result()


async def test_a_webhook_that_is_set_meanwhile_stops_the_loop(line: Line) -> None:
    async with line.running() as task:
        await line.bot.set_webhook("https://bank.example/hook")
        with pytest.raises(WebhookSetError):
            await task


async def test_nothing_but_a_persons_own_new_words_commands_in_the_town(line: Line) -> None:
    town = line.serving.town
    said = town.say(1002, "send 200 to Ravi")
    town.forward(1001, said)
    town.edit(1002, said.message_id, "send 900 to Ravi")
    town.inject("channel_post", {"message_id": 9, "date": 1, "chat": {"id": -1, "type": "channel"}, "text": "send 1"})
    town.inject("message", {"message_id": "nine"})
    town.say(1001, "balance")

    async with line.running():
        await line.until_heard(4)

    assert line.texts() == ["send 200 to Ravi", "balance"]
    assert [type(a.happening) for a in line.heard[1:3]] == [ForeignArrived, ForeignArrived]
    assert len(await line.inbox.set_aside()) == 1


async def test_a_message_its_edit_and_its_erasure_reach_the_phone(line: Line) -> None:
    town, transport = line.serving.town, TelegramTransport(line.bot)
    town.start(1001)

    number = await transport.deliver(1001, Outgoing("Pay <b>₹200.00</b>?", ((Key("Pay", "bAA"),),)))
    await transport.edit(1001, number, Outgoing("Paid"))
    await transport.edit(1001, number, Outgoing("Paid"))

    assert town.last(1001).text == "Paid"
    assert town.last(1001).labels == []
    assert await transport.erase(1001, number)
    assert not any(message.from_bot for message in town.messages(1001))


async def test_telegrams_refusals_mean_what_they_mean(line: Line) -> None:
    town, transport = line.serving.town, TelegramTransport(line.bot)
    with pytest.raises(BlockedError):
        await transport.deliver(1002, Outgoing("never started"))
    town.start(1001)
    town.block(1001)
    with pytest.raises(BlockedError):
        await transport.deliver(1001, Outgoing("blocked"))
    town.start(1001)
    with pytest.raises(RejectedError):
        await transport.deliver(1001, Outgoing("<i>broken"))
    with pytest.raises(RejectedError):
        await transport.edit(1001, 9_999, Outgoing("gone"))
    await transport.answer("no such tap", "hello")


@pytest.mark.parametrize(
    ("fault", "meaning", "arrived"),
    [
        (FaultKind.TOO_MANY_REQUESTS, RetryLaterError, False),
        (FaultKind.SERVER_ERROR, RetryLaterError, False),
        (FaultKind.BAD_GATEWAY, RetryLaterError, False),
        (FaultKind.GARBAGE, UncertainError, True),
        (FaultKind.LOST_RESPONSE, UncertainError, True),
        (FaultKind.GATEWAY_TIMEOUT, UncertainError, True),
        (FaultKind.DROPPED, UncertainError, False),
        (FaultKind.UNAUTHORIZED, RetryLaterError, False),
    ],
)
async def test_what_we_say_of_a_message_in_trouble_is_true(
    line: Line, fault: FaultKind, meaning: type[Exception], arrived: bool
) -> None:
    """It is "later" only when it did not arrive, and "uncertain" when it may have."""
    line.serving.town.start(1001)
    line.serving.faults.add(fault, "sendMessage")

    with pytest.raises(meaning):
        await TelegramTransport(line.bot).deliver(1001, Outgoing("hello"))

    assert any(message.text == "hello" for message in line.serving.town.messages(1001)) is arrived


async def test_a_chat_that_is_flooded_says_how_long_to_wait(database: SqliteDatabase) -> None:
    async with serve(Town(pacing=PacingRules(per_chat_burst=1))) as serving, line_to(serving, database) as line:
        serving.town.start(1001)
        transport = TelegramTransport(line.bot)
        await transport.deliver(1001, Outgoing("one"))

        with pytest.raises(RetryLaterError) as raised:
            await transport.deliver(1001, Outgoing("two"))

    assert raised.value.after_s == 1


async def test_a_file_goes_out_with_its_message_as_the_caption(line: Line) -> None:
    town = line.serving.town
    town.start(1001)
    file = Attachment("hundi-2026-11.csv", "text/csv", "date,amount\n2026-11-24,-₹200.00\n".encode())
    message = Outgoing("Your <b>statement</b>", ((Key("Help", "", "https://t.me/hundi_bot?start=help"),),), "", file)

    number = await TelegramTransport(line.bot).deliver(1001, message)

    sent = town.last(1001)
    assert (sent.message_id, sent.text) == (number, "Your statement")
    assert sent.document is not None
    assert sent.document["file_name"] == file.name
    assert town.files[sent.document["file_id"]][1] == file.content
    assert [button["url"] for button in sent.buttons()] == ["https://t.me/hundi_bot?start=help"]
