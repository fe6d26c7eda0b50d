"""One event carried to its end: step, save, perform, and again with what came of it.

What is saved before going on: the new state, its messages and notes and, with the last step of an update, that the
update is handled; one commit each time. Only then are doors asked, unless they only read. So a crash anywhere repeats a
question at most, and a ``Paying`` state that is found again asks the ledger with the same id.
"""

import secrets
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

import structlog

from bot.dialogue import effects as fx
from bot.dialogue.context import Context, FreshIds, Step
from bot.dialogue.events import Event, LedgerAnswered, LinkOpened, Resumed
from bot.dialogue.people import Me, Payee
from bot.dialogue.places import GroupMessage, SaidInGroup
from bot.dialogue.saying import line, simple, tell, topic
from bot.dialogue.states import Idle, State, deadline, origin_of, payee_on_screen
from bot.dialogue.step import is_resumed, step
from bot.dialogue.stored import UnreadableStateError, dump, load
from bot.language.intents import Topic
from bot.memory.commits import Commit
from bot.memory.inbox import InboxKey
from bot.port import DeliveryError, RetryLaterError, dump_outgoing
from bot.runner.doors import Doors
from bot.runner.group_desk import GroupDesk, new_link
from bot.runner.pad_desk import PadDesk
from bot.runner.performer import Performer
from bot.runner.taps import Tap
from bot.speech.render import MAX_CAPTION_UNITS
from bot.vault.fields import SealBrokenError
from ledger.database.port import Session
from ledger.kernel.ids import Id
from ledger.kernel.instants import from_micros, to_micros
from ledger.kernel.own_limits import OwnLimits
from ledger.outcomes import Captured, Refunded

_log = structlog.get_logger(__name__)

# Effects that ask a door and are answered by an event; a step without one is the last of its update.
_ANSWERED: Final = (
    fx.Register,
    fx.FindHandle,
    fx.FindPerson,
    fx.FindPhone,
    fx.LoadPhone,
    fx.LoadPerson,
    fx.AcceptInvitation,
    fx.LoadBlocked,
    fx.AskQuote,
    fx.AskLedger,
    fx.LoadBalance,
    fx.LoadHistory,
    fx.FindReference,
    fx.LoadStatement,
    fx.CheckExport,
    fx.MakeExport,
    fx.LoadLimits,
    fx.LoadPayment,
    fx.StoreClaim,
    fx.AddContact,
    fx.ChangeName,
    fx.ChangeHandle,
    fx.OpenLink,
)
# Of these, those that change nothing anywhere: asked again after a crash they answer as the first time. A step with no
# other is saved with the next one.
_ONLY_READS: Final = (
    fx.LoadPerson,
    fx.LoadBlocked,
    fx.AskQuote,
    fx.LoadBalance,
    fx.LoadHistory,
    fx.FindReference,
    fx.LoadStatement,
    fx.LoadLimits,
    fx.LoadPayment,
)
# Effects after which the person is not to us what they were; the next step sees them anew.
_CHANGES_ME: Final = (
    fx.Register,
    fx.SetLanguage,
    fx.AddContact,
    fx.AcceptInvitation,
    fx.AskLedger,
    fx.BindPhone,
    fx.UnbindPhone,
    fx.BlockPerson,
    fx.UnblockPerson,
    fx.RemoveContact,
    fx.ChangeName,
    fx.ChangeHandle,
)
# Effects that are written in the commit of the state.
_InGroups: TypeAlias = fx.TellGroup | fx.KeepLink | fx.UseLink | fx.RememberOrigin | fx.ShowInGroup
_OfPeople: TypeAlias = fx.BindPhone | fx.UnbindPhone | fx.BlockPerson | fx.UnblockPerson | fx.RemoveContact
_Saved: TypeAlias = (
    fx.Tell | fx.Show | fx.TellOther | fx.RememberNote | fx.RecordThanks | fx.RecordExport | _InGroups | _OfPeople
)
_Written: TypeAlias = _Saved | fx.SetLanguage  # the language is stored with the first words in it; its menu follows
_IDLE: Final = dump(Idle())


@dataclass(slots=True)
class Scene:
    """One person's turn: whose it is, which update it carries, and the tap that waits for an answer.

    It plays in their private chat, wherever it began: what is said in a group is said by effects that name the group.
    """

    person_id: int
    update: InboxKey | None = None
    tap: Tap | None = None
    state: State = field(default_factory=Idle)
    stored: str = _IDLE  # what lies on disk; it differs from the state when that was of another version
    version: int = 0
    pending: deque[Event] = field(default_factory=deque)
    asked: bool = False  # somebody waits for an answer: it is no deadline of ours
    doubted: bool = False  # a commit of it may stand, or another process may have played it
    moved: bool = False  # a step of it was saved, so what began it does not fit the state any more


class Scenes:
    """Plays scenes over the doors."""

    def __init__(self, doors: Doors, pad_desk: PadDesk) -> None:
        self._doors = doors
        self._pad_desk = pad_desk
        self._performer = Performer(doors)
        self._group_desk = GroupDesk(doors)

    async def play(self, scene: Scene, event: Event) -> None:
        """Carry ``event`` to its end. Raises what a door raises; what was saved stays saved.

        Played again after that, it goes on from the state that was saved, as the next process would.
        """
        scene.pending.append(event)
        await self._load_state(scene)
        if scene.moved and is_resumed(scene.state):
            scene.pending[0] = Resumed()
        me = await self.load_me(scene.person_id)
        while scene.pending:
            me = await self._take_step(scene, me, scene.pending.popleft())
        if scene.tap is not None:
            scene.tap.answer()

    async def _load_state(self, scene: Scene) -> None:
        conversations = self._doors.conversations
        try:
            stored = await conversations.load(scene.person_id)
            scene.version, scene.stored = stored.version, stored.text or _IDLE
            scene.state = load(scene.stored)
        except (UnreadableStateError, SealBrokenError):
            scene.version = await conversations.version(scene.person_id)
            await self._set_aside(scene)

    async def _set_aside(self, scene: Scene) -> None:
        """Nobody can read where they were, nor what was asked of the ledger: they are told where to look, and go on.

        Nothing is lost in the books: a payment moves once under its id, and whoever was paid is told from the journal.
        """
        fault_id = secrets.token_hex(4)
        _log.error("conversation.unreadable", fault=fault_id, person=scene.person_id, runbook="unreadable conversation")
        scene.state = Idle()
        row = (topic(Topic.HISTORY), simple(fx.Action.FREEZE))
        told = tell(line("error.unreadable", fault=fault_id), buttons=(row,))
        await self._save(scene, Step(Idle(), (told,)), await self.load_me(scene.person_id), None)

    async def load_me(self, person_id: int, *, with_known: bool = True) -> Me:
        """The person, with what only the ledger and the vault know of them."""
        doors = self._doors
        me = await doors.people.load_me(person_id, with_known=with_known)
        if me.account_id is None:
            return me
        account = await doors.ledger.account(me.account_id)
        pin = await doors.pins.standing(person_id)
        return replace(
            me,
            has_pin=pin is not None,
            pin_digits=doors.pins.rules.digits if pin is None else pin.digits,
            pin_locked_until=None if pin is None else pin.locked_until,
            frozen=account.is_frozen(to_micros(doors.now())),
            thaws_at=None if account.thaws_at is None else from_micros(account.thaws_at),
            own_limits=account.own or OwnLimits(),
        )

    async def _take_step(self, scene: Scene, me: Me, event: Event) -> Me:
        doors = self._doors
        now = doors.now()
        context = Context(
            now=now,
            me=me,
            fresh=FreshIds.mint(new_link()),
            lexicon=doors.lexicons[me.language],
            confirm_ttl=doors.policy.at(now).confirm_expires_after,
            zone=doors.voice.zone,
            payee_now=await self._payee_now(scene.state),
            region=doors.region,
            invitation=doors.invitations.seal(scene.person_id, now),
            bot_username=doors.bot_username,
            tongues=doors.voice.tongues,
            members=await self._group_desk.members(_origin(event) or origin_of(scene.state), me.person_id),
        )
        taken = step(context, scene.state, event)
        me = _reading_now(me, taken)
        await self._save(scene, taken, me, _cause_of(event))
        for effect in taken.effects:
            if not isinstance(effect, _Saved):
                await self._perform(scene, me, effect)
        if any(isinstance(effect, _CHANGES_ME) for effect in taken.effects):
            return await self.load_me(scene.person_id)
        return me

    async def _payee_now(self, state: State) -> Payee | None:
        """The payee of the payment on screen as the directory has them now, for they may have changed their name."""
        shown = payee_on_screen(state)
        if shown is None:
            return None
        return (await self._doors.people.by_accounts([shown.account_id])).get(shown.account_id)

    # ── saved before going on ────────────────────────────────────────────────

    async def _save(self, scene: Scene, taken: Step, me: Me, cause: Id | None) -> None:
        saved = [effect for effect in taken.effects if isinstance(effect, _Written)]
        goes_on = scene.pending or any(isinstance(effect, _ANSWERED) for effect in taken.effects)
        update = None if goes_on else scene.update
        if taken.effects and all(isinstance(effect, _ONLY_READS) for effect in taken.effects):
            scene.state = taken.state
            return
        text = dump(taken.state)
        if text == scene.stored and not saved and update is None:
            return
        if any(isinstance(effect, fx.Show) for effect in saved):
            await self._doors.screen.settle(scene.person_id)  # whatever the outbox says of the bubble is said last
        async with self._doors.commits.open() as commit:
            await self._save_state(commit.session, scene, taken.state, text)
            for effect in saved:
                await self._write(commit, me, effect, cause)
            if update is not None:
                await self._doors.inbox.handled(commit.session, update, self._doors.now())
        scene.moved = scene.moved or text != scene.stored
        scene.state, scene.stored = taken.state, text
        scene.version += 1
        if update is not None:
            scene.update = None
        if not (commit.departures.is_all() and all(isinstance(effect, fx.Tell | fx.Show) for effect in saved)):
            self._doors.wake_delivery()

    async def _save_state(self, session: Session, scene: Scene, state: State, text: str) -> None:
        await self._doors.conversations.save(
            session,
            scene.person_id,
            scene.version,
            text,
            idle=not is_resumed(state),
            deadline_at=deadline(state),
            now=self._doors.now(),
        )

    async def _write(self, commit: Commit, me: Me, effect: _Written, cause: Id | None) -> None:
        doors, session, now = self._doors, commit.session, self._doors.now()
        match effect:
            case fx.RememberNote(payment_id, note):
                await doors.notes.remember(session, payment_id, note)
            case fx.RecordThanks(payment_id):
                await doors.thanks.record(session, payment_id, me.person_id, now)
            case fx.RecordExport():
                await doors.own_data.record(session, me.person_id, now)
            case fx.Tell() as told:
                await doors.outbox.tell(session, me.person_id, self._told(told, me), now, departures=commit.departures)
            case fx.Show(bubble, say):
                body = self._body(say, me.language, me.person_id)
                leaving = commit.departures
                await doors.outbox.show(session, me.person_id, bubble, body, now, cause=cause, departures=leaving)
            case fx.SetLanguage(language):
                await doors.people.set_language(session, me.person_id, language)
            case fx.TellOther(person_id, say):
                if not await doors.circle.has_blocked(session, person_id, me.person_id):
                    await self._tell_other(session, person_id, say)
            case fx.BindPhone() | fx.UnbindPhone() | fx.BlockPerson() | fx.UnblockPerson() | fx.RemoveContact():
                await self._write_of_people(session, me.person_id, effect)
            case _:
                await self._group_desk.write(session, me, effect)

    async def _write_of_people(self, session: Session, my_id: int, effect: _OfPeople) -> None:
        doors, now = self._doors, self._doors.now()
        match effect:
            case fx.BindPhone(number, to_former):
                former = await doors.phones.bind(session, my_id, number, now)
                if former is not None:
                    await self._tell_other(session, former, to_former)
            case fx.UnbindPhone():
                await doors.phones.unbind(session, my_id)
            case fx.BlockPerson(person_id):
                await doors.circle.block(session, my_id, person_id, now)
            case fx.UnblockPerson(person_id):
                await doors.circle.unblock(session, my_id, person_id)
            case fx.RemoveContact(person_id):
                await doors.circle.remove_contact(session, my_id, person_id)

    async def _tell_other(self, session: Session, person_id: int, say: fx.Say) -> None:
        language = (await self._doors.people.load_me(person_id, session, with_known=False)).language
        body = self._body(say, language, person_id)
        await self._doors.outbox.tell(session, person_id, body, self._doors.now())

    def _body(self, say: fx.Say, language: str, person_id: int) -> bytes:
        return dump_outgoing(self._doors.voice.message(say, language=language, person_id=person_id, chat_id=person_id))

    def _told(self, told: fx.Tell, me: Me) -> bytes:
        if told.file is None:
            return self._body(told.say, me.language, me.person_id)
        voice, who = self._doors.voice, me.person_id
        caption = voice.message(
            told.say, language=me.language, person_id=who, chat_id=who, most_units=MAX_CAPTION_UNITS
        )
        return dump_outgoing(replace(caption, attachment=voice.attached(told.file, told.instead, me.language)))

    # ── done after saving ────────────────────────────────────────────────────

    async def _perform(self, scene: Scene, me: Me, effect: fx.Effect) -> None:
        match effect:
            case fx.Toast(line, alert):
                if scene.tap is not None:
                    scene.tap.answer(self._doors.voice.toast(line, me.language), alert=alert)
            case fx.Erase(message_id):
                await self.erase(scene.person_id, scene.person_id, message_id)
            case fx.OpenPad():
                self._go_on(scene, await self._pad_desk.open(me, effect, scene.tap))
            case fx.ClosePad():
                self._doors.pads.close(me.person_id)
                await self._doors.screen.settle(me.person_id)
            case _:
                if isinstance(effect, fx.AskLedger) and scene.tap is not None:
                    scene.tap.answer()  # the books may take their time; the button must not spin
                self._go_on(scene, await self._performer.perform(me, effect))

    async def erase(self, person_id: int, chat_id: int, message_id: int) -> bool | None:
        """At once, since it may be a PIN; False where we may not, ``None`` if it could not be done now and is owed."""
        try:
            return await self._doors.transport.erase(chat_id, message_id)
        except DeliveryError as error:
            if isinstance(error, RetryLaterError):
                self._doors.screen.told_to_wait(chat_id, error.after_s)
            async with self._doors.database.transaction() as session:
                await self._doors.outbox.erase(session, person_id, message_id, self._doors.now(), chat_id=chat_id)
            self._doors.wake_delivery()
            return None

    @staticmethod
    def _go_on(scene: Scene, event: Event | None) -> None:
        if event is not None:
            scene.pending.append(event)


def _origin(event: Event) -> GroupMessage | None:
    """Where in a group this was said."""
    match event:
        case SaidInGroup(at) | LinkOpened(said=SaidInGroup(at)):
            return at
        case _:
            return None


def _reading_now(me: Me, taken: Step) -> Me:
    """What a step says of another language is said in it."""
    chosen = [effect.language for effect in taken.effects if isinstance(effect, fx.SetLanguage)]
    return replace(me, language=chosen[-1]) if chosen else me


def _cause_of(event: Event) -> Id | None:
    """The payment or refund that a message after this event tells of: such a message is owed, not only sent."""
    match event:
        case LedgerAnswered(Captured() as captured):
            return captured.payment_id
        case LedgerAnswered(Refunded() as refunded):
            return refunded.refund_id
        case _:
            return None
