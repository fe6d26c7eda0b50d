"""The composition root: the one file that knows every concrete class, and where the loops live.

``open_books`` is enough for a command that only looks at or changes the books; ``open_house`` is the whole bot. Both
leave nothing open behind them.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

import structlog
from telegram import Bot

from bot import moved_clock
from bot import settings as configuration
from bot.clock import SystemClock
from bot.dialogue.labels import GROUP_MENU, MENU, PROFILE
from bot.language.lexicon import Lexicon
from bot.loopback import is_loopback
from bot.memory import MIGRATIONS as MEMORY
from bot.memory.circle import Circle
from bot.memory.claims import Claims
from bot.memory.conversations import Conversations
from bot.memory.deployment import Deployments, TownMismatchError
from bot.memory.groups import Groups
from bot.memory.inbox import Inbox
from bot.memory.notes import Notes
from bot.memory.outbox import Outbox
from bot.memory.own_data import OwnData
from bot.memory.people import People
from bot.memory.phones import Phones
from bot.memory.renaming import Renaming
from bot.memory.thanks import Thanks
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.pad_screen import PadScreen
from bot.runner import Doors, Runner
from bot.runner.doors import Voice
from bot.settings import Settings
from bot.speech.catalogue import Catalogue
from bot.transport.http.figures import figures
from bot.transport.http.serving import serving
from bot.transport.telegram.connection import open_bot, start_bot
from bot.transport.telegram.outbound import TelegramTransport
from bot.transport.telegram.polling import Polling
from bot.transport.telegram.profile import Introduction, introduce, set_chat_menu
from bot.vault.fields import Sealer
from bot.vault.invitations import Invitations
from bot.vault.keys import Keys, forbid_core_dumps
from bot.vault.pads import Pads
from bot.vault.pins import MIGRATIONS as PINS
from bot.vault.pins import PinVault
from bot.vault.tokens import ButtonTokens
from bot.workers.delivery import Delivery
from bot.workers.group_book import GroupBook
from bot.workers.housekeeping import EVERY_S as HOUSEKEEPING_EVERY_S
from bot.workers.housekeeping import Housekeeping
from bot.workers.intake import Intake
from bot.workers.loop import forever
from bot.workers.notifier import Notifier
from bot.workers.reminders import Reminders
from bot.workers.signing import EVERY_S as HEADS_EVERY_S
from bot.workers.signing import Signing
from bot.workers.watch import Watch
from ledger.database.file_lock import FileLock
from ledger.database.migrate import migrate
from ledger.database.sqlite import SqliteDatabase
from ledger.desk import Ledger
from ledger.kernel.errors import InvariantError, UnavailableError
from ledger.policies.policy import PolicyBook
from ledger.store.rows import MIGRATIONS as BOOKS

_log = structlog.get_logger(__name__)

MIGRATIONS: Final = (BOOKS, PINS, MEMORY)
TICK_S: Final = 1.0  # deadlines and pads are looked at this often
DRAIN_S: Final = 5.0  # how long a stop waits for messages on their way


def languages() -> tuple[str, ...]:
    """Every language that has both a lexicon and a catalogue; English first, since it is always complete."""
    found = {file.name.removesuffix(".toml") for file in _resources("bot.language", "lexicons") if _is_toml(file)}
    spoken = {folder.name for folder in _resources("bot.speech", "catalogues") if folder.is_dir()}
    return tuple(sorted(found & spoken, key=lambda code: (code != "en", code)))


def read_lexicons() -> Mapping[str, Lexicon]:
    """The words of every language."""
    folder = files("bot.language").joinpath("lexicons")
    return {code: Lexicon.from_toml(folder.joinpath(f"{code}.toml").read_text("utf-8")) for code in languages()}


def read_catalogues() -> Mapping[str, Catalogue]:
    """The sentences of every language."""
    folder = files("bot.speech").joinpath("catalogues")
    return {code: Catalogue.from_po(folder.joinpath(code, "hundi.po").read_text("utf-8")) for code in languages()}


def introductions(voice: Voice) -> Mapping[str, Introduction]:
    """How the bot introduces itself, in every language."""
    return {code: _introduction(voice, code) for code in voice.catalogues}


def _introduction(voice: Voice, language: str) -> Introduction:
    description, short_description = (voice.catalogues[language].plain(key) for key in PROFILE)
    private, group = (
        tuple((entry, voice.catalogues[language].plain(f"menu.{entry}")) for entry in menu)
        for menu in (MENU, GROUP_MENU)
    )
    return Introduction(private, group, description, short_description)


def _resources(package: str, folder: str) -> list[Traversable]:
    return list(files(package).joinpath(folder).iterdir())


def _is_toml(file: Traversable) -> bool:
    return file.name.endswith(".toml")


# ── the books ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Books:
    """The database, migrated and ours, with the ledger and the keys."""

    database: SqliteDatabase
    ledger: Ledger
    keys: Keys
    policy: PolicyBook
    clock: SystemClock


@asynccontextmanager
async def open_books(
    settings: Settings, clock: SystemClock | None = None, *, town: bool | None = None
) -> AsyncIterator[Books]:
    """Open the books of these settings, making and migrating the database if needed. Works while the bot runs.

    A new database is the town's, with play money, or a real one; ``town`` says which is meant, if that matters.
    """
    clock = clock or await _clock_of(settings)
    keys = Keys.load(settings.keys_file)
    policy = PolicyBook.read(configuration.policy_text(settings.policy))
    policy.check_currency(settings.currency)
    async with AsyncExitStack() as stack:
        database = await SqliteDatabase.open(settings.database_url)
        stack.push_async_callback(database.close)
        await migrate(database, MIGRATIONS, clock.now())
        async with database.transaction() as session:
            await Deployments(database).claim(session, keys.keys_id, clock.now(), town=town)
        ledger = Ledger(database, policy=policy, zone=settings.zone, now=clock.now, on_alarm=_alarm_books)
        await stack.enter_async_context(ledger)
        yield Books(database, ledger, keys, policy, clock)


async def _clock_of(settings: Settings) -> SystemClock:
    clock = SystemClock(on_step=_alarm_step)
    if settings.clock_url:
        await moved_clock.set_by(settings.clock_url, clock)
    return clock


def people_of(books: Books, settings: Settings) -> People:
    """The people of this deployment, for the bot and for commands that name one."""
    return People(books.database, _sealer(books.keys), languages=languages(), currency=settings.currency)


def _sealer(keys: Keys) -> Sealer:
    return Sealer(keys.field_keys, keys.index_key)


def _alarm_books(broken: InvariantError) -> None:
    """Nothing is posted any more; balances and history can still be read."""
    _log.critical("books.posting_stopped", why=str(broken), mend="docs/runbook.md, when verify fails")


def _alarm_step(seconds: float) -> None:
    _log.error("clock.stepped", by_s=round(seconds), mend="check the clock of this machine, then restart the bot")


# ── the bot ──────────────────────────────────────────────────────────────────


class House:
    """The whole bot, open. ``serve`` goes on until ``stop`` is set, or an operator must mend something."""

    def __init__(self, books: Books, settings: Settings, bot: Bot, pins: PinVault) -> None:
        clock, database = books.clock, books.database
        sealer, transport = _sealer(books.keys), TelegramTransport(bot)
        pacer = Pacer(now=clock.steady_s())
        self._bot, self._clock_url = bot, settings.clock_url
        self._region = settings.region
        self._metrics_listen = settings.metrics_listen
        self.metrics = Metrics(clock.steady_s)
        self.stop = asyncio.Event()
        self.books = books
        self.pins = pins
        self.people = people_of(books, settings)
        self.outbox = Outbox(database, sealer)
        self.inbox = Inbox(database, sealer)
        self.conversations = Conversations(database, sealer)
        self.notes = Notes(database, sealer)
        self.circle = Circle(database, sealer, self.people)
        self.renaming = Renaming(database, sealer)
        self.groups = Groups(database, sealer, self.people)
        self.phones = Phones(database, sealer)
        self.pads = Pads(clock.steady_s)
        self.voice = Voice(read_catalogues(), ButtonTokens(books.keys.token_keys), settings.zone)
        self.group_book = GroupBook(self.groups, self.outbox, self.people, self.voice)
        self.delivery = Delivery(
            *(self.outbox, self.people, self.group_book, database, transport, pacer),
            metrics=self.metrics,
            now=clock.now,
            steady_s=clock.steady_s,
        )
        self.screen = PadScreen(transport, pacer, steady_s=clock.steady_s, quiet=self.delivery.quiet)
        self.notifier = Notifier(
            books.ledger,
            self.people,
            self.circle,
            self.notes,
            self.outbox,
            database,
            self.voice,
            self.delivery.wake.set,
        )
        self.runner = Runner(self._doors(transport, bot))
        self.reminders = Reminders(self.conversations, self.pads, self.runner.happened)
        self.signing = Signing(books.ledger, settings.heads_file, books.keys.signing_key)
        self.housekeeping = Housekeeping(
            database, self.inbox, self.outbox, self.groups, Deployments(database), self.renaming
        )
        self.watch = Watch(self.metrics, database, books.ledger, self.inbox, self.outbox)
        intake = Intake(self.inbox, self.people, self.group_book, database, bot.id, now=clock.now)
        self.polling = Polling(
            bot,
            intake.store,
            self.runner.arrived,
            on_waiting=self.runner.must_wait,
            now=clock.now,
            steady_s=clock.steady_s,
        )

    def _doors(self, transport: TelegramTransport, bot: Bot) -> Doors:
        books = self.books
        return Doors(
            bot_id=bot.id,
            bot_username=bot.username,
            reads_all=bool(bot.bot.can_read_all_group_messages),
            database=books.database,
            ledger=books.ledger,
            people=self.people,
            circle=self.circle,
            renaming=self.renaming,
            groups=self.groups,
            phones=self.phones,
            invitations=Invitations(books.keys.token_keys),
            conversations=self.conversations,
            inbox=self.inbox,
            outbox=self.outbox,
            notes=self.notes,
            claims=Claims(books.database),
            thanks=Thanks(books.database),
            own_data=OwnData(books.database, _sealer(books.keys)),
            pins=self.pins,
            pads=self.pads,
            screen=self.screen,
            transport=transport,
            voice=self.voice,
            lexicons=read_lexicons(),
            policy=books.policy,
            region=self._region,
            now=books.clock.now,
            wake_delivery=self.delivery.wake.set,
            wake_notifier=self.notifier.wake.set,
            metrics=self.metrics,
            set_menu=lambda chat_id, language: set_chat_menu(bot, chat_id, introductions(self.voice)[language]),
        )

    async def serve(self, *, take_over: bool = False) -> None:
        """Go on where the last process was, then serve. Raises what a loop could not mend by itself."""
        async with self._figures():
            await self._serve(take_over=take_over)

    @asynccontextmanager
    async def _figures(self) -> AsyncIterator[None]:
        """``/metrics``, where the operator wants it."""
        if self._metrics_listen is None:
            yield
            return
        host, port = self._metrics_listen
        app = figures(self.metrics, lambda: self.watch.look(self.books.clock.now))
        async with serving(app, host, port):
            yield

    async def _serve(self, *, take_over: bool) -> None:
        await self.delivery.recover()
        await self.runner.resume()
        greeting = asyncio.create_task(introduce(self._bot, introductions(self.voice), languages()[0]))
        loops = [asyncio.create_task(loop, name=name) for name, loop in self._loops(take_over=take_over).items()]
        stopping = asyncio.create_task(self.stop.wait(), name="stop")
        ended, _ = await asyncio.wait([*loops, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        await self._wind_down([*loops, greeting])
        for loop in ended - {stopping}:
            loop.result()

    def _loops(self, *, take_over: bool) -> dict[str, Coroutine[None, None, None]]:
        now, wakes = self.books.clock.now, {name: asyncio.Event() for name in ("reminders", "heads", "housekeeping")}
        loops = {
            "polling": self.polling.run(take_over=take_over),
            "delivery": forever(self.delivery.run_once, now=now, wake=self.delivery.wake, at_least_every_s=30.0),
            "notifier": forever(self.notifier.run_once, now=now, wake=self.notifier.wake, at_least_every_s=1.0),
            "reminders": forever(self.reminders.run_once, now=now, wake=wakes["reminders"], at_least_every_s=TICK_S),
            "heads": forever(self.signing.run_once, now=now, wake=wakes["heads"], at_least_every_s=HEADS_EVERY_S),
            "housekeeping": forever(
                self.housekeeping.run_once, now=now, wake=wakes["housekeeping"], at_least_every_s=HOUSEKEEPING_EVERY_S
            ),
            "watch": self.watch.beat(),
        }
        if self._clock_url:
            everybody = (self.delivery.wake, self.notifier.wake, *wakes.values())
            loops["clock"] = moved_clock.follow(self._clock_url, self.books.clock, partial(_wake, everybody))
        return loops

    async def _wind_down(self, loops: list[asyncio.Task[None]]) -> None:
        """Take no more, finish what runs, say what was promised, sign the head."""
        for loop in loops:
            loop.cancel()
        await asyncio.wait(loops)
        await self.runner.close()
        now = self.books.clock.now
        with suppress(TimeoutError, UnavailableError):  # what is not said now is in the outbox
            async with asyncio.timeout(DRAIN_S):
                await self.notifier.run_once(now())
                await self.delivery.drain()
        await self.delivery.close()
        await self.screen.close()
        await self.polling.confirm()
        await self.signing.run_once(now())


def _wake(loops: Iterable[asyncio.Event]) -> None:
    for loop in loops:
        loop.set()


@asynccontextmanager
async def open_house(
    settings: Settings, clock: SystemClock | None = None, *, clock_is_right: bool = False
) -> AsyncIterator[House]:
    """Open everything for one bot; a second one on the same database is told at once (``AlreadyRunningError``)."""
    forbid_core_dumps()
    token = configuration.token_of(settings)
    async with AsyncExitStack() as stack:
        stack.enter_context(FileLock(settings.database_file))
        books = await stack.enter_async_context(open_books(settings, clock))
        await _refuse_play_money(books, settings)
        await _check_clock(books, clock_is_right=clock_is_right)
        bot = open_bot(token, settings.telegram_api_url)
        stack.push_async_callback(bot.shutdown)
        await start_bot(bot)
        async with books.database.transaction() as session:
            await Deployments(books.database).claim(session, books.keys.keys_id, books.clock.now(), bot_id=bot.id)
        rules = books.policy.at(books.clock.now()).pin
        pins = await PinVault.open(books.database, books.keys, rules, books.clock.now)
        stack.callback(pins.close)
        yield House(books, settings, bot, pins)


async def _refuse_play_money(books: Books, settings: Settings) -> None:
    """What was given away in a town is never spent on Telegram."""
    deployment = await Deployments(books.database).find()
    if deployment is not None and deployment.town and not is_loopback(settings.telegram_api_url):
        raise TownMismatchError(database_is_town=True)


async def _check_clock(books: Books, *, clock_is_right: bool) -> None:
    """A confirmation that lapsed yesterday must not revive because this machine thinks that it is last week."""
    deployments = Deployments(books.database)
    if clock_is_right:
        async with books.database.transaction() as session:
            await deployments.believe(session, books.clock.now())
    else:
        await deployments.check_clock(books.clock.now())


async def run(settings: Settings, *, take_over: bool = False, clock_is_right: bool = False) -> None:
    """``hundi run``: serve until SIGTERM or SIGINT, then stop cleanly."""
    async with AsyncExitStack() as stack:
        opening = asyncio.ensure_future(stack.enter_async_context(open_house(settings, clock_is_right=clock_is_right)))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(
                number, opening.cancel
            )  # nothing is served yet: a network that is away is not waited for
        try:
            house = await opening
        except asyncio.CancelledError:
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, house.stop.set)
        _log.info("bot.ready", languages=languages())
        await house.serve(take_over=take_over)
        _log.info("bot.stopped")
