"""Every room of the bot, put together, and the loops that go on while it serves.

Updates come from a ``Source``: asked for by long polling or brought by a webhook. Nothing else differs between the two.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Final, Protocol

from telegram import Bot

from bot import moved_clock
from bot.memory.circle import Circle
from bot.memory.claims import Claims
from bot.memory.commits import Commits
from bot.memory.conversations import Conversations
from bot.memory.deployment import Deployments
from bot.memory.groups import Groups
from bot.memory.inbox import Inbox
from bot.memory.notes import Notes
from bot.memory.outbox import Outbox
from bot.memory.own_data import OwnData
from bot.memory.phones import Phones
from bot.memory.processes import DeclaredDeadError, Kind, Role
from bot.memory.renaming import Renaming
from bot.memory.thanks import Thanks
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.pad_screen import PadScreen
from bot.runner import Doors, Runner
from bot.runner.doors import Voice
from bot.settings import Settings, webhook_url_of
from bot.transport.http.figures import figures
from bot.transport.http.handover import Carrier, Envelope
from bot.transport.http.serving import serving
from bot.transport.telegram.attention import Attention, Sender
from bot.transport.telegram.gathering import Gathering
from bot.transport.telegram.handing_over import HandingOver
from bot.transport.telegram.outbound import TelegramTransport
from bot.transport.telegram.polling import Polling
from bot.transport.telegram.profile import introduce, set_chat_menu
from bot.transport.telegram.receiving import Receiver
from bot.transport.telegram.webhook import Address, Webhook
from bot.vault.handover_keys import handover_keys
from bot.vault.hook_secret import hook_secrets
from bot.vault.invitations import Invitations
from bot.vault.pads import Pads
from bot.vault.pins import PinVault
from bot.vault.tokens import ButtonTokens
from bot.wiring.books import Books, people_of, sealer_of
from bot.wiring.company import Company
from bot.wiring.urgency import urgency_of
from bot.wiring.words import introductions, languages, read_catalogues, read_lexicons
from bot.workers.delivery import Delivery
from bot.workers.group_book import GroupBook
from bot.workers.housekeeping import EVERY_S as HOUSEKEEPING_EVERY_S
from bot.workers.housekeeping import Housekeeping
from bot.workers.intake import Intake
from bot.workers.loop import RunOnce, forever, persistently
from bot.workers.membership import Membership
from bot.workers.notifier import Notifier
from bot.workers.reminders import Reminders
from bot.workers.signing import EVERY_S as HEADS_EVERY_S
from bot.workers.signing import Signing
from bot.workers.wakes import LOST_COSTS_S, Wakes
from bot.workers.watch import Watch
from ledger.kernel.errors import UnavailableError

TICK_S: Final = 1.0  # deadlines and pads are looked at this often
STORE_ANSWERS_S: Final = 2.0  # longer, and a balancer should ask another process
ALONE_S: Final = 30.0  # how often the outbox is looked at where no wake can be lost
DROP_S: Final = 1.0  # how long a process that was taken for dead waits for what it broke off
DRAIN_S: Final = 5.0  # how long a stop waits for messages on their way


class Source(Protocol):
    """Where updates come from. What it receives goes to the house's ``receiver``."""

    async def open(self) -> str:
        """Where other processes hand updates over to this one, who can do so from now on; empty: nowhere."""
        ...

    async def run(self) -> None:
        """Receive until cancelled, then finish what is half received. Raises what an operator must mend."""
        ...

    async def close(self) -> None:
        """Once everything that was received is handled."""
        ...


class House:
    """The whole bot, open. ``serve`` goes on until ``stop`` is set, or an operator must mend something."""

    def __init__(
        self, books: Books, settings: Settings, bot: Bot, pins: PinVault, company: Company | None = None
    ) -> None:
        clock, database = books.clock, books.database
        sealer, transport = sealer_of(books.keys), TelegramTransport(bot)
        pacer = Pacer(now=clock.steady_s())
        self._bot, self._settings = bot, settings
        self.metrics = Metrics(clock.steady_s)
        self.stop = asyncio.Event()
        self.books = books
        self.pins = pins
        self.people = people_of(books, settings)
        self.outbox = Outbox(database, sealer)
        self.commits = Commits(database, self.outbox, clock.now)
        self.inbox = Inbox(database, sealer)
        self.company = company
        self.conversations = Conversations(database, sealer, company.process_id if company else None)
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
            is_ours=company.delivers if company else None,
            commits=self.commits,
        )
        self.screen = PadScreen(transport, pacer, steady_s=clock.steady_s, quiet=self.delivery.quiet)
        self.wakes = Wakes(self._does, company.signals if company else None)
        self.wakes.here(Role.DELIVERY, self.delivery.wake)
        self.notifier = Notifier(
            books.ledger,
            self.people,
            self.circle,
            self.notes,
            self.outbox,
            self.commits,
            self.voice,
            partial(self.wakes.wake, Role.DELIVERY),
        )
        self.wakes.here(Role.NOTIFIER, self.notifier.wake)
        self.runner = Runner(self._doors(transport, bot))
        self.membership = self._membership(company) if company else None
        self.reminders = Reminders(
            self.conversations,
            self.pads,
            self.runner.happened,
            self.membership.due_of_nobody if self.membership else None,
            may_be_due=self.membership.take_due if self.membership else lambda: True,
        )
        self.signing = Signing(books.ledger, settings.heads_file, books.keys.signing_key)
        self.housekeeping = Housekeeping(
            database, self.inbox, self.outbox, self.groups, Deployments(database), self.renaming
        )
        members = self.membership.look_for_figures if self.membership else None
        self.watch = Watch(self.metrics, database, books.ledger, self.inbox, self.outbox, members)
        self.intake = Intake(
            *(self.inbox, self.people, self.group_book, database, bot.id),
            now=clock.now,
            share=self.membership,
            fills_a_pad=self.pads.would_fill,
            commits=self.commits,
        )
        self.receiver = Receiver(
            bot,
            self.intake.store,
            self.runner.arrived,
            on_waiting=self.runner.must_wait,
            attention=self.attention(clock.steady_s),
            now=clock.now,
        )
        self._carrier: Carrier | None = None
        self.source: Source = self.polling()

    def polling(self, *, take_over: bool = False) -> Polling:
        """Updates are asked for. ``take_over`` removes a webhook that is set."""
        return Polling(self._bot, self.receiver, take_over=take_over, steady_s=self.books.clock.steady_s)

    def webhook(self) -> Webhook:
        """Updates are brought. The secret comes from the keys, or is given."""
        settings, ring = self._settings, self.books.keys.token_keys
        chosen = settings.webhook_secret and settings.webhook_secret.get_secret_value()
        secrets = (chosen,) if chosen else hook_secrets(ring, self._bot.id)
        host, port = settings.webhook_address
        address = Address(
            webhook_url_of(settings), settings.webhook_path, host, port, secrets, settings.process_url or ""
        )
        gathering = Gathering(self.receiver, self.runner.has_room)
        envelope = None if self.membership is None else Envelope(handover_keys(ring, self._bot.id))
        return Webhook(
            self._bot,
            address,
            gathering if envelope is None else self._handing_over(gathering, envelope),
            counted=self.metrics.brought,
            ready=self._missing,
            envelope=envelope,
        )

    def _handing_over(self, gathering: Gathering, envelope: Envelope) -> HandingOver:
        """Updates of other processes' people go on to them."""
        self._carrier = Carrier(envelope, steady_s=self.books.clock.steady_s)
        leave = self.intake.leave_for_holder
        return HandingOver(
            *(gathering, self.receiver, leave, self._carrier),
            counted=self.metrics.handed_over,
            steady_s=self.books.clock.steady_s,
        )

    def attention(self, steady_s: Callable[[], float]) -> Attention:
        """How much of one person is read."""
        return Attention(
            self._left_unread, steady_s=steady_s, is_urgent=urgency_of(self.voice.tokens, self.books.clock.now)
        )

    def _left_unread(self, sender: Sender, first: bool) -> None:  # noqa: FBT001 - a callback: it has no names
        self.runner.left_unread(sender.number, sender.callback_id, first=first and sender.is_person)

    async def _missing(self) -> str:
        """What keeps this process from taking updates now; empty: nothing."""
        if self.books.ledger.stopped_by is not None:
            return "posting has stopped"
        try:
            async with asyncio.timeout(STORE_ANSWERS_S):
                await self.books.ledger.head()
        except (UnavailableError, TimeoutError):
            return "the store does not answer"
        return ""

    def _doors(self, transport: TelegramTransport, bot: Bot) -> Doors:
        books = self.books
        return Doors(
            bot_id=bot.id,
            bot_username=bot.username,
            reads_all=bool(bot.bot.can_read_all_group_messages),
            database=books.database,
            commits=self.commits,
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
            own_data=OwnData(books.database, sealer_of(books.keys)),
            pins=self.pins,
            pads=self.pads,
            screen=self.screen,
            transport=transport,
            voice=self.voice,
            lexicons=read_lexicons(),
            policy=books.policy,
            region=self._settings.region,
            now=books.clock.now,
            wake_delivery=partial(self.wakes.wake, Role.DELIVERY),
            wake_notifier=partial(self.wakes.wake, Role.NOTIFIER),
            metrics=self.metrics,
            set_menu=lambda chat_id, language: set_chat_menu(bot, chat_id, introductions(self.voice)[language]),
        )

    async def serve(self, source: Source | None = None) -> None:
        """Go on where the last process was, then serve, by polling if nothing else is said.

        Raises what a loop could not mend by itself.
        """
        self.source = source or self.source
        async with self._figures():
            await self._serve()

    @asynccontextmanager
    async def _figures(self) -> AsyncIterator[None]:
        """``/metrics``, where the operator wants it."""
        if (listen := self._settings.metrics_listen) is None:
            yield
            return
        app = figures(self.metrics, lambda: self.watch.look(self.books.clock.now))
        async with serving(app, *listen):
            yield

    def _membership(self, company: Company) -> Membership:
        books = self.books
        return Membership(
            *(company.process_id, books.database, self.conversations, self.runner, self.metrics),
            now=books.clock.now,
            steady_s=books.clock.steady_s,
        )

    def _does(self, role: Role) -> bool:
        """Whether it is this process that does it for all."""
        return self.membership is None or self.membership.has(role)

    async def _begin(self) -> None:
        """Go on where the last process was; among several, say that we live, and the first look finds what to do."""
        address = await self.source.open()
        if self.membership is not None:
            if address:
                await self.membership.join(Kind.SERVE, address)
            return
        await self.delivery.recover()
        await self.runner.resume()

    async def _serve(self) -> None:
        await self._begin()
        greeting = asyncio.create_task(introduce(self._bot, introductions(self.voice), languages()[0]))
        loops = [asyncio.create_task(loop, name=name) for name, loop in self._loops().items()]
        stopping = asyncio.create_task(self.stop.wait(), name="stop")
        ended, _ = await asyncio.wait([*loops, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if any(not loop.cancelled() and isinstance(loop.exception(), DeclaredDeadError) for loop in ended):
            await self._drop_everything([*loops, greeting])
        else:
            await self._wind_down([*loops, greeting])
        for loop in ended - {stopping}:
            loop.result()

    def _loops(self) -> dict[str, Coroutine[None, None, None]]:
        now, wakes = self.books.clock.now, {name: asyncio.Event() for name in ("reminders", "heads", "housekeeping")}
        if self.membership is not None:
            wakes["reminders"] = self.membership.due
        deliver_every_s = ALONE_S if self.membership is None else LOST_COSTS_S
        loops = {
            "source": self.source.run(),
            "delivery": self._as(
                Role.DELIVERY, self.delivery.run_once, self.delivery.wake, deliver_every_s, first=self.delivery.recover
            ),
            "notifier": self._as(Role.NOTIFIER, self.notifier.run_once, self.notifier.wake, LOST_COSTS_S),
            "reminders": forever(self.reminders.run_once, now=now, wake=wakes["reminders"], at_least_every_s=TICK_S),
            "heads": self._as(Role.SIGNING, self.signing.run_once, wakes["heads"], HEADS_EVERY_S),
            "housekeeping": self._as(
                Role.HOUSEKEEPING, self.housekeeping.run_once, wakes["housekeeping"], HOUSEKEEPING_EVERY_S
            ),
            "watch": self.watch.beat(),
        }
        if self.membership is not None:
            loops["membership"] = self.membership.run()
        if self.company is not None and self.company.signals is not None:
            loops["signals"] = self.company.signals.run()
        if self._settings.clock_url:
            everybody = (self.delivery.wake, self.notifier.wake, *wakes.values())
            loops["clock"] = moved_clock.follow(self._settings.clock_url, self.books.clock, partial(_wake, everybody))
        return loops

    async def _as(
        self,
        role: Role,
        run_once: RunOnce,
        wake: asyncio.Event,
        at_least_every_s: float,
        *,
        first: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """What one process does for all: here, as soon as nobody else does. ``first`` finds what that one left."""
        if self.membership is not None:
            await self.membership.until(role)
            self.wakes.taken(role)
            if first is not None:
                await persistently(first)
        await forever(run_once, now=self.books.clock.now, wake=wake, at_least_every_s=at_least_every_s)

    async def _drop_everything(self, loops: list[asyncio.Task[None]]) -> None:
        """Others took us for dead and serve our people: no digit stays here, nothing is said, nothing is finished."""
        self.runner.drop()
        self.screen.drop()
        self.delivery.drop()
        for loop in loops:
            loop.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(DROP_S):
                await asyncio.wait(loops)
                await self.runner.settled()
                await self.delivery.idle()

    async def _wind_down(self, loops: list[asyncio.Task[None]]) -> None:
        """Take no more, finish what runs, say what was promised, sign the head."""
        for loop in loops:
            loop.cancel()
        await asyncio.wait(loops)
        await self.runner.close()
        now = self.books.clock.now
        if self.membership is None:  # else others say it
            with suppress(TimeoutError, UnavailableError):  # what is not said now is in the outbox
                async with asyncio.timeout(DRAIN_S):
                    await self.notifier.run_once(now())
                    await self.delivery.drain()
        await self.delivery.close()
        await self.screen.close()
        if self._does(Role.SIGNING):
            await self.signing.run_once(now())
        if self.membership is not None:
            with suppress(UnavailableError):  # then others find out that we are gone
                await self.membership.leave()
        await self.source.close()
        if self._carrier is not None:
            await self._carrier.close()


def _wake(loops: Iterable[asyncio.Event]) -> None:
    for loop in loops:
        loop.set()
