"""The whole bot, opened and served until somebody stops it."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import structlog

from bot import settings as configuration
from bot.clock import SystemClock
from bot.loopback import is_loopback
from bot.memory.deployment import Deployments, TownMismatchError
from bot.memory.processes import DeclaredDeadError, Kind
from bot.settings import Settings
from bot.transport.telegram.connection import open_bot, start_bot
from bot.vault.keys import forbid_core_dumps
from bot.vault.pins import PinVault
from bot.wiring.arenas import share_one_arena
from bot.wiring.books import Books, open_books
from bot.wiring.company import company_of
from bot.wiring.house import House, Source
from bot.wiring.words import languages
from ledger.database.file_lock import FileLock

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_house(
    settings: Settings, clock: SystemClock | None = None, *, kind: Kind = Kind.RUN, clock_is_right: bool = False
) -> AsyncIterator[House]:
    """Open everything for one bot; a second one on the same database is told at once (``AlreadyRunningError``)."""
    forbid_core_dumps()
    share_one_arena()
    token = configuration.token_of(settings)
    async with AsyncExitStack() as stack:
        if settings.database_file is not None:
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
        house = House(books, settings, bot, pins, company_of(books, settings))
        if house.membership is not None:
            stack.push_async_callback(house.membership.leave)
            if kind is Kind.RUN:
                await house.membership.join(kind)
        yield house


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
    """``hundi run``: poll until SIGTERM or SIGINT, then stop cleanly."""
    polling = partial(House.polling, take_over=take_over)
    await _until_stopped(settings, Kind.RUN, polling, clock_is_right=clock_is_right)


async def serve(settings: Settings, *, clock_is_right: bool = False) -> None:
    """``hundi serve``: take what is brought until SIGTERM or SIGINT, then stop cleanly. The webhook stays set."""
    configuration.webhook_url_of(settings)  # said before anything is opened
    await _until_stopped(settings, Kind.SERVE, House.webhook, clock_is_right=clock_is_right)


async def _until_stopped(
    settings: Settings, kind: Kind, source: Callable[[House], Source], *, clock_is_right: bool
) -> None:
    async with AsyncExitStack() as stack:
        house = open_house(settings, kind=kind, clock_is_right=clock_is_right)
        opening = asyncio.ensure_future(stack.enter_async_context(house))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(
                number, opening.cancel
            )  # nothing is served yet: a network that is away is not waited for
        try:
            opened = await opening
        except asyncio.CancelledError:
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, opened.stop.set)
        _log.info("bot.ready", languages=languages())
        try:
            await opened.serve(source(opened))
        except DeclaredDeadError:
            _log.critical("process.declared_dead", mend="docs/runbook.md, one of several processes is gone")
            os._exit(1)  # nothing is closed politely: whatever we still hold is somebody else's by now
        _log.info("bot.stopped")
