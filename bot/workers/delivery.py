"""The outbox becomes messages: one at a time in each chat, many chats at once, as fast as the far side lets us.

Every promise is a row written with what caused it. A row is claimed, carried out, and what became of it is written
down; a process that dies in between leaves a doubt, and the message is said again. It knows no words of a message, no
money and no Telegram.

A notice about money is sent and marked alone (``_money``): then a kill finds at most one that was sent and not marked,
so at most one is heard twice. A far side that hangs must not silence everybody else, so nobody waits for that for long.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from weakref import WeakValueDictionary

import structlog

from bot.memory.commits import Commits
from bot.memory.commits import Mark as _Mark
from bot.memory.outbox import Outbox
from bot.memory.outgoing import Delivery as Row
from bot.memory.outgoing import Fate, Kind
from bot.memory.people import People
from bot.metrics import Metrics, Stage
from bot.pacing import Pacer
from bot.port import (
    Attachment,
    BlockedError,
    MovedError,
    Outgoing,
    RejectedError,
    RetryLaterError,
    Transport,
    UncertainError,
    load_outgoing,
)
from bot.workers.group_book import GroupBook
from ledger.database.port import Database, Session
from ledger.kernel.errors import UnavailableError
from ledger.kernel.instants import Instant

_log = structlog.get_logger(__name__)

CHATS_AT_ONCE: Final = 200  # chats that wait for their turn in memory; more wait in the outbox
CALLS_AT_ONCE: Final = 16  # about 30 calls a second at up to half a second each
LONGEST_TURN_S: Final = 5.0  # a chat that must wait longer waits in the outbox
MONEY_TURN_S: Final = 1.0
QUIET_S: Final = 3.0  # how long a PIN pad waits for what was promised before it
LOOKED_AT_EVERY_S: Final = 0.1  # while it waits: another process may be the one that delivers
SILENCES: Final = 3  # calls in a row that nobody answered: the far side is away, and what answers next ends that
FULL_DISK_WAIT_S: Final = 1.0
_NOT_OURS_S: Final = 1.0  # something is due, and another process is the one that says it
_SOON_S: Final = 0.001  # something came due while we looked
_MOST_RETRY_S: Final = 3_600.0  # a wait longer than this is looked at again after it

_FATES: Final = {  # of a call, for the figures
    type(None): "delivered",
    RetryLaterError: "later",
    BlockedError: "blocked",
    UncertainError: "uncertain",
    RejectedError: "rejected",
}


async def _always(_session: Session) -> bool:
    """For the only process there is."""
    return True


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a call. Where it ``stands`` no more is to be done; a mark that ``rides`` waits for a commit."""

    mark: _Mark
    stands: bool = False
    rides: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one run of the worker did: how many messages it took up, and when the next is due."""

    started: int
    next_in_s: float | None


class Delivery:
    """Carries the outbox out. One for the bot; ``wake`` is set by whoever wrote a row.

    ``is_ours`` says, in each commit, whether no other process does it by now: one that was paused does not know.
    """

    def __init__(  # noqa: PLR0917 - one room each, made once, by wiring
        self,
        outbox: Outbox,
        people: People,
        groups: GroupBook,
        database: Database,
        transport: Transport,
        pacer: Pacer,
        *,
        metrics: Metrics,
        now: Callable[[], Instant],
        steady_s: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        is_ours: Callable[[Session], Awaitable[bool]] | None = None,
        commits: Commits | None = None,
    ) -> None:
        self._is_ours = is_ours or _always
        self._alone = is_ours is None
        self._commits = commits or Commits(database, outbox, now)
        self._looks = 0  # how often it was looked for what is due
        # Of a process that delivers in our place nothing is heard here.
        self._looked_at_every_s = QUIET_S if is_ours is None else LOOKED_AT_EVERY_S
        self._outbox, self._people, self._groups, self._database = outbox, people, groups, database
        self._transport, self._pacer, self._metrics = transport, pacer, metrics
        self._now, self._steady_s, self._sleep = now, steady_s, sleep
        self._under_way: dict[int, asyncio.Task[bool]] = {}  # by chat
        self._waiting_turn: set[int] = set()  # chats whose message has not left yet
        self._calls = asyncio.Semaphore(CALLS_AT_ONCE)
        self._money = asyncio.Lock()
        self._silences = 0
        self._closing = False
        self._news = WeakValueDictionary[int, asyncio.Event]()  # by chat that is waited for: one starts, or ends
        self.wake = asyncio.Event()

    async def recover(self) -> int:
        """At start, before the first run: what was under way when the last process died is said again."""
        async with self._database.transaction() as session:
            recovered = await self._outbox.recover(session, self._now())
        if self._alone:  # and not before: what is claimed by then is not taken for left over
            self._commits.hand_to(self._takes, self._start_at_once)
        return recovered

    async def run_once(self, now: Instant) -> Delivered:
        """Take up the first due message of each free chat. Returns when they are under way, not when they end."""
        self._looks += 1
        await self._commits.flush()  # else what was sent would still seem to hold up its chat
        room = CHATS_AT_ONCE - len(self._under_way)
        if self._closing or room <= 0:
            return Delivered(0, None)
        due = await self._outbox.next_due()  # looked at before the writer is asked for: mostly there is nothing
        if due is None or due > now:
            return Delivered(0, None if due is None else max((due - now).total_seconds(), _SOON_S))
        async with self._database.transaction() as session:
            rows = await self._outbox.claim_due(session, now, room) if await self._is_ours(session) else []
        if rows:
            self._looked_at_every_s = QUIET_S  # it is we who deliver, so all of it is heard here
        for row in rows:
            self._start(row)
        return Delivered(len(rows), None if rows else _NOT_OURS_S)  # what is behind these is looked at when they end

    async def quiet(self, chat_id: int) -> None:
        """Until all that was promised in this chat is said, so that what is shown beside the outbox comes after it.

        Not for longer than a person waits: what is then still to be said comes later than it should.
        """
        try:
            async with asyncio.timeout(QUIET_S):
                while True:
                    news = self._news.setdefault(chat_id, asyncio.Event())
                    await self._commits.flush()
                    if not await self._outbox.is_open(chat_id):
                        return
                    if chat_id not in self._under_way:
                        self.wake.set()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self._looked_at_every_s):
                            await news.wait()
        except TimeoutError:
            _log.warning("delivery.not_quiet", chat_id=chat_id)

    async def idle(self) -> None:
        """Wait until nothing is under way. What is still due is taken up by the next run."""
        while self._under_way:
            await asyncio.wait(self._under_way.values())
            await asyncio.sleep(0)  # their endings are told
        await self._commits.flush()

    async def drain(self) -> None:
        """At exit: say what is due, in every chat, what stands behind what is under way included."""
        busy = True
        while busy:
            busy = bool(self._under_way)  # before we look: what ends meanwhile may have hidden what stands behind it
            busy |= bool((await self.run_once(self._now())).started)
            await self.idle()

    def drop(self) -> None:
        """Others took us for dead, and say again what is under way: nothing more is said here."""
        self._closing = True
        for task in self._under_way.values():
            task.cancel()

    async def close(self) -> None:
        """At exit: finish the calls under way and write down what came of them; what has not left goes back."""
        self._closing = True
        for chat_id in self._waiting_turn:
            self._under_way[chat_id].cancel()
        await self.idle()
        await self._commits.close()

    def _tell_news(self, chat_id: int) -> None:
        """Whoever waits for this chat looks again; those who wait for others need not."""
        if (news := self._news.pop(chat_id, None)) is not None:
            news.set()

    def _takes(self, chat_id: int) -> bool:
        """Whether a message to this chat would be taken up if it were looked for now."""
        free = chat_id not in self._under_way and len(self._under_way) < CHATS_AT_ONCE and not self._closing
        return free and self._pacer.chat_wait_s(chat_id, self._steady_s()) <= LONGEST_TURN_S

    def _start_at_once(self, row: Row) -> None:
        """The commit that wrote it claimed it: nothing of its chat was open then, so what ends has nobody behind it."""
        if self._closing:
            return self._commits.soon(self._later(row, 0.0))
        return self._start(row, looks=self._looks)

    def _start(self, row: Row, looks: int = -1) -> None:
        self._tell_news(row.chat_id)
        task = self._under_way[row.chat_id] = asyncio.create_task(self._carry_out(row))
        task.add_done_callback(lambda _task: self._ended(row.chat_id, looks))

    def _ended(self, chat_id: int, looks: int) -> None:
        task = self._under_way.pop(chat_id)
        self._tell_news(chat_id)
        if looks != self._looks or task.cancelled() or task.exception() is not None or not task.result():
            self.wake.set()  # something may stand behind it, or it is not over
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("delivery.failed", exc_info=error)

    async def _carry_out(self, row: Row) -> bool:
        """Whether it stands, and no more is to be done about it."""
        try:
            async with self._turn(row.chat_id), self._alone_if_about_money(row):
                self._waiting_turn.discard(row.chat_id)
                came = await self._call(row)
                await self._write_down(came.mark, rides=came.rides)
                return came.stands
        except RetryLaterError as later:
            await self._write_down(self._later(row, later.after_s))
            return False
        except asyncio.CancelledError:
            if row.chat_id in self._waiting_turn:
                await self._write_down(self._later(row, 0.0))
            raise
        finally:
            self._waiting_turn.discard(row.chat_id)

    @asynccontextmanager
    async def _turn(self, chat_id: int) -> AsyncIterator[None]:
        """When it is this chat's turn. ``RetryLaterError`` when that is too far away to wait for in memory."""
        self._waiting_turn.add(chat_id)
        while (wait_s := self._pacer.chat_wait_s(chat_id, self._steady_s())) > 0:
            if wait_s > LONGEST_TURN_S:
                raise RetryLaterError(wait_s)
            await self._sleep(wait_s)
        async with self._calls:
            while (wait_s := self._pacer.wait_s(chat_id, self._steady_s())) > 0:
                await self._sleep(wait_s)
            self._pacer.spend(chat_id, self._steady_s())
            yield

    @asynccontextmanager
    async def _alone_if_about_money(self, row: Row) -> AsyncIterator[None]:
        if row.kind is not Kind.NOTICE:
            yield
            return
        alone = False
        try:
            async with asyncio.timeout(MONEY_TURN_S):
                alone = await self._money.acquire()
        except TimeoutError:
            _log.warning("delivery.crowded")
        try:
            if (held_s := self._pacer.held_s(row.chat_id, self._steady_s())) > 0:
                raise RetryLaterError(held_s)  # said to this chat, by way of its pad, while we waited to be alone
            yield
        finally:
            if alone:
                self._money.release()

    async def _call(self, row: Row) -> _Outcome:
        """Say it, and give what is to be written down. Once it left, it is finished even when we are cancelled."""
        call = asyncio.ensure_future(self._say(row))
        cancelled: asyncio.CancelledError | None = None
        while not call.done():
            try:
                await asyncio.shield(call)
            except asyncio.CancelledError as error:
                cancelled = error
            except Exception:  # noqa: BLE001 - the call says it itself, in _outcome_of
                break
        came = self._outcome_of(row, call)
        if cancelled is not None:
            await self._write_down(came.mark)
            raise cancelled
        return came

    async def _say(self, row: Row) -> int | None:
        if row.kind is Kind.ERASE and row.target is not None:
            await self._transport.erase(row.chat_id, row.target)
            return None
        message = load_outgoing(await self._outbox.body_of(row))
        if row.kind is Kind.EDIT and row.target is not None:
            await self._transport.edit(row.chat_id, row.target, message)
            return None
        if message.attachment is not None:
            return await self._say_with_file(row.chat_id, message, message.attachment)
        return await self._transport.deliver(row.chat_id, message)

    async def _say_with_file(self, chat_id: int, message: Outgoing, file: Attachment) -> int:
        """A file that arrives twice is a nuisance, one that does not is missed; where none is taken, words are."""
        try:
            return await self._transport.deliver(chat_id, message)
        except UncertainError as doubt:
            raise UncertainError(str(doubt), twice_is_harmless=True) from None
        except RejectedError as rejected:
            _log.error("delivery.file_not_taken", bytes=len(file.content), why=str(rejected))
            return await self._transport.deliver(chat_id, Outgoing(file.instead, message.keys))

    def _outcome_of(self, row: Row, call: "asyncio.Future[int | None]") -> _Outcome:
        failed = call.exception()
        self._metrics.delivery(_FATES.get(type(failed), "fault"))
        if failed is not None:
            return _Outcome(self._mark_of(row, failed))
        was_away, self._silences = self._silences >= SILENCES, 0
        age_s = round((self._now() - row.created_at).total_seconds(), 3)
        self._metrics.spent(Stage.DELIVERY, age_s)
        _log.debug("delivery.delivered", outbox_id=row.outbox_id, kind=row.kind, attempt=row.attempts, age_s=age_s)
        message_id = call.result()
        if was_away:
            return _Outcome(lambda session, now: self._end_of_silence(session, row, message_id, now))
        alone = row.cause is not None or row.chat_id < 0  # what is counted, or said before others, is not left in doubt
        return _Outcome(
            lambda session, now: self._outbox.delivered(session, row.outbox_id, message_id, now),
            stands=True,
            rides=not alone and self._commits.carries,
        )

    def _mark_of(self, row: Row, failed: BaseException) -> _Mark:
        silences, self._silences = self._silences, 0
        match failed:
            case RetryLaterError(after_s=after_s):
                self._pacer.hold(row.chat_id, after_s, self._steady_s())
                return self._later(row, after_s)
            case BlockedError():
                return lambda session, now: self._blocked(session, row, now)
            case MovedError(new_chat_id=new_chat_id):
                return lambda session, now: self._groups.moved(session, row.chat_id, new_chat_id, now)
            case UncertainError(twice_is_harmless=harmless):
                self._silences = silences + 1
                return lambda session, now: self._uncertain(session, row, now, twice_is_harmless=harmless)
            case RejectedError() as rejected:
                return lambda session, now: self._rejected(session, row, now, rejected)
            case error:  # ours: a body nobody can read must not stop the chat for ever
                _log.error("delivery.fault", outbox_id=row.outbox_id, exc_info=error)
                fault = RejectedError(type(error).__name__)
                return lambda session, now: self._rejected(session, row, now, fault)

    def _later(self, row: Row, after_s: float) -> _Mark:
        pause = timedelta(seconds=min(after_s, _MOST_RETRY_S))
        return lambda session, now: self._outbox.retry_at(session, row.outbox_id, now + pause)

    async def _end_of_silence(self, session: Session, row: Row, message_id: int | None, now: Instant) -> None:
        await self._outbox.delivered(session, row.outbox_id, message_id, now)
        await self._outbox.hurry(session, now)

    async def _blocked(self, session: Session, row: Row, now: Instant) -> None:
        _log.info("delivery.blocked", person_id=row.person_id, kind=row.kind, about=row.cause)
        if row.chat_id < 0:  # it is a group that is closed to us, not the person
            await self._outbox.rejected(session, row.outbox_id, now)
            await self._groups.not_taken(session, row.outbox_id, row.person_id, now)
            await self._groups.closed(session, row.chat_id, now)
            return
        await self._outbox.blocked(session, row.outbox_id, now)
        await self._people.set_blocked(session, row.person_id, now)

    async def _uncertain(self, session: Session, row: Row, now: Instant, *, twice_is_harmless: bool) -> None:
        fate = await self._outbox.uncertain(session, row.outbox_id, now, twice_is_harmless=twice_is_harmless)
        if row.chat_id < 0 and fate is Fate.UNCERTAIN:
            await self._groups.in_doubt(session, row.outbox_id, row.person_id, now)
        _log.warning("delivery.uncertain", outbox_id=row.outbox_id, kind=row.kind, fate=fate)

    async def _rejected(self, session: Session, row: Row, now: Instant, rejected: RejectedError) -> None:
        fate = await self._outbox.rejected(session, row.outbox_id, now)
        if row.chat_id < 0 and fate is Fate.REJECTED:
            await self._groups.not_taken(session, row.outbox_id, row.person_id, now)
        level = _log.info if fate is Fate.WAITING else _log.error
        level("delivery.rejected", outbox_id=row.outbox_id, kind=row.kind, fate=fate, why=str(rejected))

    async def _write_down(self, mark: _Mark, *, rides: bool = False) -> None:
        """What came of a call is known only here, so a full disk is waited for: saying it twice would be the price."""
        if rides:
            return self._commits.soon(mark)
        while True:
            try:
                async with self._commits.open() as commit:
                    if await self._is_ours(commit.session):  # else whoever is says it again
                        await mark(commit.session, self._now())
            except UnavailableError as error:
                _log.error("delivery.not_written_down", error=type(error).__name__)
                if self._closing:
                    return None  # in doubt, as after a kill
                await self._sleep(FULL_DISK_WAIT_S)
            else:
                return None
