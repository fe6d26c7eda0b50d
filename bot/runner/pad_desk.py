"""The PIN pad between the person, the vault and the screen. Nothing of it is stored; digits stop here.

Each tap is answered at once, dots follow at Telegram's pace, and only the verdict goes on to the dialogue.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final, assert_never

from bot.dialogue.effects import Action, BubbleId, Line, OpenPad, Purpose, Say
from bot.dialogue.events import (
    ChoiceVerdict,
    DigitsArrived,
    Event,
    ForeignArrived,
    ForeignKind,
    PadClosed,
    PinChecked,
    PinChosen,
    Secret,
    Tapped,
)
from bot.dialogue.people import Me
from bot.metrics import Stage
from bot.port import DeliveryError, Outgoing, dump_outgoing
from bot.runner.doors import Doors
from bot.runner.taps import Tap
from bot.speech.render import render_pad
from bot.vault.pads import BACK, CANCEL, Pad
from ledger.kernel.errors import UnavailableError

_HOLDERS: Final = 1_000  # remembered before those whose pad is gone are forgotten


class PadDesk:
    """Opens pads, takes their taps, and has the vault judge what was entered."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._holders: dict[int, tuple[Pad, Me]] = {}

    async def holder(self, person_id: int, load: Callable[[], Awaitable[Me]]) -> Me:
        """Who presses: while their pad is open as they were when it opened, so that a tap asks no disk who it is."""
        pad, me = self._holders.get(person_id, (None, None))
        if me is not None and self._doors.pads.of(person_id) is pad:
            return me
        self._holders.pop(person_id, None)
        return await load()

    async def open(self, me: Me, wanted: OpenPad, tap: Tap | None) -> Event | None:
        """The bubble becomes a pad. ``PadClosed`` if the person cannot have seen it."""
        doors, person_id = self._doors, me.person_id
        length = me.pin_digits if wanted.purpose is Purpose.ENTER else doors.pins.rules.digits
        pad = doors.pads.open(person_id, wanted.purpose, wanted.bubble, wanted.say, length)
        self._hold(pad, me)
        await doors.screen.quiet(person_id)  # the bubble itself may still be on its way
        place = await doors.outbox.where(wanted.bubble)
        stands = place.message_id if place is not None else None
        if stands is None and tap is not None:
            stands = tap.message_id  # they pressed a button on it before its delivery was written down
        try:
            shown = await doors.screen.open(person_id, stands, self._picture(pad, me.language))
        except DeliveryError:
            doors.pads.close(person_id)
            return PadClosed(wanted.purpose, timed_out=False)
        if place is None or shown != place.message_id:
            async with doors.database.transaction() as session:
                await doors.outbox.place(session, wanted.bubble, person_id, shown, doors.now())
        return None

    def _hold(self, pad: Pad, me: Me) -> None:
        if len(self._holders) >= _HOLDERS:  # pads that nobody finished
            self._holders = {i: held for i, held in self._holders.items() if self._doors.pads.of(i) is held[0]}
        self._holders[pad.person_id] = pad, replace(me, known=(), recent=())

    async def press(self, me: Me, token: str, tap: Tap) -> Event | None:
        """A tap on a pad. An event when it was the last digit, Cancel, or no key of an open pad."""
        pressed = self._doors.pads.press(me.person_id, token)
        if pressed.unknown:
            await self._tidy(me, tap.message_id)
            return ForeignArrived(ForeignKind.UNREADABLE_TAP, tap.message_id)
        tap.answer()
        if pressed.cancelled:
            return Tapped(Action.CANCEL, b"", tap.message_id)
        return await self._go_on(me, pressed.digits)

    async def _tidy(self, me: Me, message_id: int) -> None:
        """A pad whose process died may stay behind, in a message that is no bubble any more: it says so from now on."""
        doors = self._doors
        if await doors.outbox.stands_at(me.person_id, message_id):
            return
        voice, now, bubble = doors.voice, doors.now(), BubbleId.new()
        say = Say((Line("pin.pad_left_over"),))
        body = voice.message(say, language=me.language, person_id=me.person_id, chat_id=me.person_id)
        async with doors.database.transaction() as session:
            await doors.outbox.place(session, bubble, me.person_id, message_id, now)
            await doors.outbox.show(session, me.person_id, bubble, dump_outgoing(body), now)
        doors.wake_delivery()

    async def typed(self, me: Me, typed: DigitsArrived) -> Event | None:
        """A PIN typed as text while a pad is open: judged like a tapped one.

        Digits of another length cannot be the PIN they have, so they cost no try of three; the dialogue hears of them.
        """
        pad, digits = self._doors.pads.of(me.person_id), typed.digits
        if pad is not None and pad.purpose is Purpose.ENTER and len(digits.reveal()) != pad.length:
            return typed
        return await self._go_on(me, self._doors.pads.typed(me.person_id, digits).digits)

    def is_open(self, person_id: int) -> bool:
        """Whether digits of this person belong to a pad. What follows a filled one is a message like any other."""
        pad = self._doors.pads.of(person_id)
        return pad is not None and not pad.complete

    async def _go_on(self, me: Me, digits: Secret | None) -> Event | None:
        pad = self._doors.pads.of(me.person_id)
        if pad is None:
            return None
        self._doors.screen.show(me.person_id, self._picture(pad, me.language))
        if digits is None:
            return None
        try:
            with self._doors.metrics.timed(Stage.PIN):
                event = await self._judge(me, pad.purpose, digits)
        except UnavailableError:
            self._doors.pads.close(me.person_id)
            return PadClosed(pad.purpose, timed_out=False)
        if isinstance(event, PinChecked | PinChosen):
            self._doors.metrics.pin(event.verdict)
        return event

    async def _judge(self, me: Me, purpose: Purpose, digits: Secret) -> Event:
        doors, person_id = self._doors, me.person_id
        match purpose:
            case Purpose.ENTER:
                checked = await doors.pins.check(person_id, digits)
                doors.pads.close(person_id)
                return checked
            case Purpose.CHOOSE:
                verdict = await doors.pins.choose(person_id, digits, await self._own_numbers(me))
                if verdict is ChoiceVerdict.ACCEPTED:
                    doors.pads.remember_first(person_id, digits)
                return PinChosen(verdict)
            case Purpose.REPEAT:
                if not doors.pads.repeats_first(person_id, digits):
                    return PinChosen(ChoiceVerdict.MISMATCH)
                chosen = PinChosen(await doors.pins.set(person_id, digits, await self._own_numbers(me)))
                doors.pads.close(person_id)
                return chosen
            case _:
                assert_never(purpose)

    async def _own_numbers(self, me: Me) -> tuple[str, ...]:
        """Digits that others may know of somebody, and would try first."""
        phone = await self._doors.phones.number_of(me.person_id)
        return tuple(filter(None, (str(me.person_id), me.handle, me.username, phone)))

    def _picture(self, pad: Pad, language: str) -> Outgoing:
        keys = [key for row in pad.rows for key in row]
        tokens = {key.face: key.token for key in keys}
        return render_pad(
            pad.say,
            filled=pad.filled,
            length=pad.length,
            layout=[(key.face, key.token) for key in keys if key.face not in (BACK, CANCEL)],
            back_token=tokens[BACK],
            cancel_token=tokens[CANCEL],
            catalogue=self._doors.voice.catalogues[language],
            zone=self._doors.voice.zone,
        )
