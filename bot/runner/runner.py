"""What arrives, in each person's own order: opened, proved to be theirs, and played to its end.

A fault in one turn is logged with an id, told to that person in plain words, and ends that turn only. A door that
cannot answer now is different: the update stays in the inbox and is tried again.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import timedelta
from typing import Final

import structlog

from bot.arrivals import (
    Arrival,
    DigitsInGroup,
    GroupChanged,
    NamelessInGroup,
    Overheard,
    TapArrived,
    UnreadableArrivalError,
    kind_of,
    load_arrival,
)
from bot.dialogue.effects import Line, Say
from bot.dialogue.events import (
    BotBlocked,
    DigitsArrived,
    Event,
    ForeignArrived,
    ForeignKind,
    PinInGroup,
    Resumed,
    Tapped,
    TextArrived,
)
from bot.dialogue.people import Me
from bot.dialogue.places import GroupMessage
from bot.memory.conversations import LostToAnotherError, VersionClashError
from bot.memory.inbox import AlreadyHandledError, InboxKey, StoredUpdate
from bot.metrics import Stage
from bot.port import dump_outgoing
from bot.runner.apologies import AFTER_S, Apologies
from bot.runner.doors import Doors
from bot.runner.group_desk import GroupDesk
from bot.runner.pad_desk import PadDesk
from bot.runner.scenes import Scene, Scenes
from bot.runner.taps import Answers, Tap
from bot.runner.turns import Turnstile
from bot.vault.fields import SealBrokenError
from bot.vault.pads import is_pad_token
from ledger.kernel.errors import UnavailableError

_log = structlog.get_logger(__name__)

FIRST_RETRY: Final = timedelta(seconds=1)  # a full disk or a busy database: soon, then less and less often
LONGEST_RETRY: Final = timedelta(seconds=4)  # GOALS R9: within five seconds after an outage everybody is told
MOST_CLASHES: Final = 5  # each means that somebody else came further with this person: two in a row are rare
MOST_WAITING: Final = 5_000  # turns in memory, about 2 KiB each; what a burst leaves behind is worked off in seconds
MOST_WAITING_EACH: Final = 200  # of one person, so that nobody alone fills it
_PAGE: Final = 1_000  # updates read from the inbox at a time, at start


class Runner:
    """Takes arrivals and what workers found, and gives each person their turns."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._closing = asyncio.Event()
        self._turns = Turnstile()
        self._answers = Answers(doors.transport)
        self._pad_desk = PadDesk(doors)
        self._scenes = Scenes(doors, self._pad_desk)
        self._apologies = Apologies(doors)
        self._group_desk = GroupDesk(doors)
        self._known: set[int] = set()  # updates that wait here for their turn, or have it
        self._in_trouble: set[int] = set()  # people who were told of a fault that they did not cause, and no turn since

    async def resume(self) -> None:
        """At start, where there is no other process: everybody goes on, then what waits in the inbox is handled."""
        for person_id in await self._doors.conversations.unfinished():
            self.happened(person_id, Resumed())
        after = -1
        while waiting := await self._doors.inbox.waiting(self._doors.bot_id, after, _PAGE):
            for stored in waiting:
                self._take_up(stored)
            after = waiting[-1].key.update_id

    async def adopt(self, people: Collection[int]) -> None:
        """Ours from now on, among other processes: they go on where they were, then with what waits for them.

        What is known here already is not begun twice.
        """
        for person_id in await self._doors.conversations.unfinished(people):
            if person_id not in self.busy():
                self.happened(person_id, Resumed())
        for stored in await self._doors.inbox.waiting_of(self._doors.bot_id, people):
            self._take_up(stored)

    def busy(self) -> frozenset[int]:
        """Who has a turn or an open pad here: they cannot be let go."""
        return self._turns.people | self._doors.pads.people

    def drop(self) -> None:
        """Others took us for dead and everybody over: no digit stays, and no turn goes on."""
        self._doors.pads.close_all()
        self._turns.drop()

    def _take_up(self, stored: StoredUpdate) -> None:
        """An update that was stored and not finished, by an earlier process or by another."""
        if stored.key.update_id in self._known:
            return None
        try:
            if (body := stored.body) is not None:
                return self._queue(load_arrival(body), doubted=True)
        except (UnreadableArrivalError, SealBrokenError) as foreign:  # damaged, or of another version
            _log.error("inbox.unreadable", update_id=stored.key.update_id, why=str(foreign))
        scene = Scene(stored.person_id, update=stored.key, doubted=True)
        return self._add(
            stored.person_id, stored.key.update_id, lambda: self._guarded(scene, lambda: self._ask_again(scene))
        )

    async def _ask_again(self, scene: Scene) -> None:
        """What they wrote was not for the disk, so it died with the process that read it."""
        await self._say_instead(scene, Line("error.lost"))

    async def arrived(self, arrivals: Sequence[Arrival]) -> None:
        """New updates, already stored."""
        for arrival in arrivals:
            self._doors.metrics.update(kind_of(arrival))
            if arrival.update_id not in self._known:  # or it was found where it was stored
                self._queue(arrival)

    def has_room(self, person_id: int) -> bool:
        """Whether another update of this person may wait here; what may not is brought again later."""
        turns = self._turns
        return turns.waiting() < MOST_WAITING and turns.waiting(person_id) < MOST_WAITING_EACH

    async def must_wait(self, arrivals: Sequence[Arrival]) -> None:
        """New updates that cannot be stored: they come again, and whoever sent them hears why nothing happens."""
        for arrival in arrivals:
            if (tap := self._tap_of(arrival)) is not None:
                self._apologies.answer(arrival.person_id, tap)
            elif arrival.private and not isinstance(arrival.happening, BotBlocked):
                self._apologies.make(arrival.person_id)

    def left_unread(self, person_id: int, callback_id: str | None, *, first: bool) -> None:
        """An update was not read, since this person sends more than anybody could answer. They hear of it once."""
        self._doors.metrics.unread()
        if first:
            self._apologies.left_unread(person_id, Tap(callback_id, 0, self._answers) if callback_id else None)

    def happened(self, person_id: int, event: Event) -> None:
        """Something that no update brought: a deadline, a pad that closed."""
        scene = Scene(person_id)
        self._turns.add(person_id, lambda: self._guarded(scene, lambda: self._scenes.play(scene, event)))

    async def settled(self) -> None:
        """Until nobody waits for a turn."""
        await self._turns.settled()

    async def close(self) -> None:
        """Let the turns that run end, and every tap be answered. A turn that waits for the store stays in the inbox."""
        self._closing.set()
        await self._turns.close()
        await self._apologies.close()
        await self._answers.close()

    def _queue(self, arrival: Arrival, *, doubted: bool = False) -> None:
        if isinstance(arrival.happening, Overheard):
            return  # who was seen is written down; there is nothing to answer
        came_at_s = self._doors.metrics.now_s()
        self._add(arrival.person_id, arrival.update_id, lambda: self._take(arrival, came_at_s, doubted=doubted))

    def _add(self, person_id: int, update_id: int, work: Callable[[], Awaitable[None]]) -> None:
        async def turn() -> None:
            try:
                await work()
            finally:
                self._known.discard(update_id)

        self._known.add(update_id)
        self._turns.add(person_id, turn)

    async def _take(self, arrival: Arrival, came_at_s: float, *, doubted: bool = False) -> None:
        self._doors.metrics.spent(Stage.WAIT, self._doors.metrics.now_s() - came_at_s)
        waits = arrival.storable or arrival.asked_again
        key = InboxKey(self._doors.bot_id, arrival.update_id) if waits else None
        scene = Scene(arrival.person_id, update=key, asked=arrival.private, doubted=doubted)
        scene.tap = self._tap_of(arrival)
        opened: list[Event | None] = []  # once: a digit is pressed once, however often the turn is tried again

        async def turn() -> None:
            if not opened:
                opened.append(await self._open(scene, arrival))
            if opened[0] is not None:
                await self._scenes.play(scene, opened[0])
            elif scene.update is not None:
                await self._done(scene.update)

        await self._guarded(scene, turn)

    def _tap_of(self, arrival: Arrival) -> Tap | None:
        match arrival.happening:
            case TapArrived(_, callback_id, message_id):
                return Tap(callback_id, message_id, self._answers)
            case _:
                return None

    async def _done(self, update: InboxKey) -> None:
        """Nothing came of it, and nothing more will."""
        async with self._doors.database.transaction() as session:
            await self._doors.inbox.handled(session, update, self._doors.now())

    # ── a turn ───────────────────────────────────────────────────────────────

    async def _guarded(self, scene: Scene, turn: Callable[[], Awaitable[None]]) -> None:
        """Run a turn to its end, whatever happens in it."""
        retry, began_s = FIRST_RETRY, self._doors.metrics.now_s()
        while True:
            try:
                with self._doors.metrics.timed(Stage.TURN):
                    await self._play(scene, turn)
            except (LostToAnotherError, AlreadyHandledError) as lost:
                return self._lost(scene, lost)
            except UnavailableError as silent:
                scene.doubted = True
                _log.warning("turn.unavailable", person=scene.person_id, why=str(silent), again_in_s=retry.seconds)
            except Exception as fault:  # noqa: BLE001 - one person's fault must not end another's turn; it is reported
                return await self._report(scene, fault)
            else:
                self._apologies.over(scene.person_id)
                return self._in_trouble.discard(scene.person_id)
            if scene.tap is not None:
                self._apologies.answer(scene.person_id, scene.tap)
            if scene.asked and self._doors.metrics.now_s() - began_s >= AFTER_S:
                self._apologies.make(scene.person_id)
            if await self._closes_within(retry):
                return None
            retry = min(retry * 2, LONGEST_RETRY)
            scene.pending.clear()

    async def _play(self, scene: Scene, turn: Callable[[], Awaitable[None]]) -> None:
        """Once, and again from what is stored where a process that is dying came further than we saw."""
        for _ in range(MOST_CLASHES):
            try:
                return await self._unless_played(scene, turn)
            except VersionClashError:
                scene.doubted = True
                scene.pending.clear()
        return await self._unless_played(scene, turn)

    async def _unless_played(self, scene: Scene, turn: Callable[[], Awaitable[None]]) -> None:
        """What is in doubt may be handled: then the person goes on from there, as after a restart."""
        if scene.doubted and scene.update is not None and not await self._doors.inbox.waits(scene.update):
            scene.update = None
            return await self._scenes.play(scene, Resumed())
        return await turn()

    def _lost(self, scene: Scene, lost: Exception) -> None:
        """Whoever has this person plays it; nothing of it was written here, and their pad is no longer ours."""
        _log.info("turn.lost", person=scene.person_id, why=type(lost).__name__)
        if isinstance(lost, LostToAnotherError):
            self._doors.pads.close(scene.person_id)

    async def _closes_within(self, pause: timedelta) -> bool:
        try:
            async with asyncio.timeout(pause.total_seconds()):
                return await self._closing.wait()
        except TimeoutError:
            return False

    async def _open(self, scene: Scene, arrival: Arrival) -> Event | None:
        """What the arrival is to the dialogue; None if it needs no step, as most taps on a pad."""
        if isinstance(arrival.happening, BotBlocked) or _comes_back(arrival):
            await self._remember_presence(arrival)
        return await self._event_of(scene, arrival)

    async def _event_of(self, scene: Scene, arrival: Arrival) -> Event | None:
        match arrival.happening:
            case TapArrived(token, _, message_id) if is_pad_token(token):
                me = await self._pad_desk.holder(scene.person_id, lambda: self._load(scene))
                return await self._pad_desk.press(me, token, scene.tap or Tap("", message_id, self._answers))
            case TapArrived(token, _, message_id):
                opened = self._doors.voice.tokens.open(token, scene.person_id, arrival.chat_id, self._doors.now())
                if opened is None:
                    ours = self._doors.voice.tokens.is_ours(token)
                    kind = ForeignKind.SOMEBODY_ELSES_TAP if ours else ForeignKind.UNREADABLE_TAP
                    return ForeignArrived(kind, message_id)
                return Tapped(opened.action, opened.argument, message_id, opened.expired)
            case DigitsArrived(message_id) as typed:
                if not self._pad_desk.is_open(scene.person_id):
                    return typed
                await self._scenes.erase(scene.person_id, scene.person_id, message_id)
                me = await self._pad_desk.holder(scene.person_id, lambda: self._load(scene))
                return await self._pad_desk.typed(me, typed)
            case DigitsInGroup(message_id, length, thread_id):
                return await self._exposed(scene, GroupMessage(arrival.chat_id, message_id, thread_id), length)
            case GroupChanged() | NamelessInGroup() as of_group:
                await self._group_desk.answer(of_group)
                return None
            case Overheard():
                return None
            case event:
                return event

    async def _load(self, scene: Scene) -> Me:
        return await self._scenes.load_me(scene.person_id, with_known=False)

    async def _exposed(self, scene: Scene, at: GroupMessage, length: int) -> Event | None:
        """Digits in a group that may be a PIN are deleted; a year or a room number there is not ours to touch.

        Whether it is the PIN is not looked at: a try must not be spent on what somebody said to others, and without
        one a thief could try every PIN in a group.
        """
        me = await self._load(scene)
        if not me.has_pin or length != me.pin_digits:
            return None
        return PinInGroup(at, await self._scenes.erase(scene.person_id, at.chat_id, at.message_id))

    async def _remember_presence(self, arrival: Arrival) -> None:
        """Whether the bot may write to them; when they come back, they are told what they were owed."""
        doors, now = self._doors, self._doors.now()
        gone = isinstance(arrival.happening, BotBlocked) and arrival.happening.blocked
        async with doors.database.transaction() as session:
            await doors.people.set_blocked(session, arrival.person_id, now if gone else None)
            owed = 0 if gone else await doors.outbox.requeue_for(session, arrival.person_id, now)
        if owed:
            doors.wake_delivery()

    async def _report(self, scene: Scene, fault: Exception) -> None:
        """Log it under an id, tell the person, and let the update go: another try would end the same way."""
        fault_id = secrets.token_hex(4)
        self._doors.metrics.fault()
        _log.error("turn.failed", fault=fault_id, person=scene.person_id, error=type(fault).__name__, exc_info=fault)
        if scene.tap is not None:
            scene.tap.answer()
        if scene.update is None and scene.tap is None:  # a deadline, which comes again until its turn succeeds
            if scene.person_id in self._in_trouble:
                return
            self._in_trouble.add(scene.person_id)
        try:
            await self._say_instead(scene, Line("error.ours", {"fault": fault_id}))
        except Exception as worse:  # noqa: BLE001 - what waits behind this turn must not be dropped with it
            _log.error("turn.not_reported", fault=fault_id, error=type(worse).__name__)

    async def _say_instead(self, scene: Scene, line: Line) -> None:
        """A line instead of a turn; the update is done with. A group hears nothing of our troubles."""
        doors, person_id = self._doors, scene.person_id
        language = await self._language_of(person_id)
        message = doors.voice.message(Say((line,)), language=language, person_id=person_id, chat_id=person_id)
        async with doors.database.transaction() as session:
            if person_id > 0:
                await doors.outbox.tell(session, person_id, dump_outgoing(message), doors.now())
            if scene.update is not None:
                await doors.inbox.handled(session, scene.update, doors.now())
        doors.wake_delivery()

    async def _language_of(self, person_id: int) -> str:
        """What they read; our first language where what is kept of them does not open."""
        try:
            return (await self._doors.people.load_me(person_id, with_known=False)).language
        except SealBrokenError:
            return next(iter(self._doors.lexicons))


def _comes_back(arrival: Arrival) -> bool:
    """/start is how somebody comes back who blocked the bot, and how a newcomer first lets it write."""
    return (
        isinstance(arrival.happening, TextArrived) and arrival.private and arrival.happening.text.startswith("/start")
    )
