"""What a person hears beside the outbox, once: that nothing can be written down, or that they write too fast.

Nothing is promised here but what is true: where the store is away, what they wrote is at Telegram or in the inbox, and
is taken up by itself; what was left unread is not.
"""

import asyncio
from collections.abc import Coroutine
from typing import Final

import structlog

from bot.dialogue.effects import Line, Say
from bot.runner.doors import Doors
from bot.runner.taps import Tap
from bot.vault.fields import SealBrokenError
from ledger.kernel.errors import LedgerError

_log = structlog.get_logger(__name__)

AFTER_S: Final = 2.0  # a moment that nobody notices is not worth a message
_WORDS: Final = Line("error.store_away")
_TOAST: Final = Line("toast.store_away")
_TOO_FAST: Final = Line("error.too_fast")
_TOO_FAST_TOAST: Final = Line("toast.too_fast")


class Apologies:
    """Who was told, and was not served since."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._told: set[int] = set()
        self._calls: set[asyncio.Task[None]] = set()

    def make(self, person_id: int) -> None:
        """Tell them, unless they know. Nobody waits for it."""
        if person_id not in self._told:
            self._told.add(person_id)
            self._start(self._tell(person_id, _WORDS))

    def answer(self, person_id: int, tap: Tap) -> None:
        """Over the chat, for a button that was pressed; nothing if the tap was answered."""
        if not tap.answered:
            self._start(self._toast(person_id, tap, _TOAST))

    def left_unread(self, person_id: int, tap: Tap | None) -> None:
        """They write faster than anybody could answer, and part of it was not read."""
        self._start(self._tell(person_id, _TOO_FAST))
        if tap is not None:
            self._start(self._toast(person_id, tap, _TOO_FAST_TOAST))

    def over(self, person_id: int) -> None:
        """They were served; the next time they are told again."""
        self._told.discard(person_id)

    async def close(self) -> None:
        """Until nobody is being told any more."""
        while self._calls:
            await asyncio.wait(set(self._calls))

    def _start(self, telling: Coroutine[None, None, None]) -> None:
        call = asyncio.create_task(telling, name="apology")
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _tell(self, person_id: int, line: Line) -> None:
        _log.info("person.told_beside_the_outbox", person=person_id, what=line.key)
        language = await self._language_of(person_id)
        message = self._doors.voice.message(Say((line,)), language=language, person_id=person_id, chat_id=person_id)
        await self._doors.screen.say(person_id, message)

    async def _toast(self, person_id: int, tap: Tap, line: Line) -> None:
        tap.answer(self._doors.voice.toast(line, await self._language_of(person_id)))

    async def _language_of(self, person_id: int) -> str:
        """What they read; our first language where that cannot be looked up either."""
        try:
            return (await self._doors.people.load_me(person_id)).language
        except (LedgerError, SealBrokenError):
            return next(iter(self._doors.lexicons))
