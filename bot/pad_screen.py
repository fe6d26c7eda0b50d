"""The PIN pad's messages. They go out beside the outbox, straight through the transport, and are never stored.

Quick tapping makes more dots than Telegram takes edits, so only the latest is worth sending: at most one edit a second
in a chat, and one token is left for the message that says what came of it. ``settle`` is the promise that no dots
arrive after it, so that the outbox's last word on the same bubble stays the last. It knows no digits and no tokens'
meaning: it is handed a finished message.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from bot.pacing import Pacer
from bot.port import DeliveryError, Outgoing, RejectedError, RetryLaterError, Transport, UncertainError

_log = structlog.get_logger(__name__)

BLINK_S: Final = 0.1  # dots wait this long for those of the next tap: below what an eye tells from at once
BETWEEN_EDITS_S: Final = 1.0  # Telegram's one message a second in a chat
LONGEST_WAIT_S: Final = 20.0  # a pad that opens later than this finds nobody waiting


class _Screen:
    """One chat's pad: what it should show, and the edit under way."""

    def __init__(self, message_id: int) -> None:
        self.message_id = message_id
        self.latest: Outgoing | None = None  # not sent yet
        self.settled = False
        self.shown_at = float("-inf")
        self.calling = asyncio.Lock()
        self.task: asyncio.Task[None] | None = None


async def _nothing_waits(_chat_id: int) -> None:
    """For a screen without an outbox beside it."""


class PadScreen:
    """Shows pads. One for the process, sharing the pacer with the outbox.

    ``quiet`` returns when the outbox has nothing more to say in a chat: a pad that opened before an older edit of its
    bubble would be wiped out by it.
    """

    def __init__(
        self,
        transport: Transport,
        pacer: Pacer,
        *,
        steady_s: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        quiet: Callable[[int], Awaitable[None]] = _nothing_waits,
    ) -> None:
        self._transport, self._pacer, self._quiet = transport, pacer, quiet
        self._steady_s, self._sleep = steady_s, sleep
        self._screens: dict[int, _Screen] = {}

    async def quiet(self, chat_id: int) -> None:
        """Until the outbox has nothing more to say here, or for as long as somebody waits for a pad."""
        await self._quiet(chat_id)

    async def open(self, chat_id: int, message_id: int | None, message: Outgoing) -> int:
        """Show a new pad on a bubble that is there (or as a new message) and give its number.

        A ``DeliveryError`` means that the person may not see it: ``RetryLaterError`` when the far side makes us wait
        longer than anybody would.
        """
        await self.settle(chat_id)
        await self.quiet(chat_id)
        waited = 0.0
        while True:
            waited += await self._wait_for_turn(chat_id, LONGEST_WAIT_S - waited)
            try:
                shown = await self._show_first(chat_id, message_id, message)
            except RetryLaterError as later:
                self._pacer.hold(chat_id, later.after_s, self._steady_s())
                continue
            screen = self._screens[chat_id] = _Screen(shown)
            screen.shown_at = self._steady_s()
            return shown

    def show(self, chat_id: int, message: Outgoing) -> None:
        """The open pad now reads so. Returns at once; an older look that was not sent yet is dropped."""
        screen = self._screens.get(chat_id)
        if screen is None:
            return  # settled meanwhile: the bubble belongs to the outbox again
        screen.latest = message
        if screen.task is None or screen.task.done():
            screen.task = asyncio.create_task(self._keep_showing(chat_id, screen))

    async def say(self, chat_id: int, message: Outgoing) -> None:
        """A message beside the outbox, for when that cannot be written. Nobody is owed it: what hinders it loses it."""
        try:
            await self._wait_for_turn(chat_id, LONGEST_WAIT_S)
            self._pacer.spend(chat_id, self._steady_s())
            await self._transport.deliver(chat_id, message)
        except RetryLaterError as later:
            self.told_to_wait(chat_id, later.after_s)
        except DeliveryError as error:
            _log.info("pad.not_said", error=type(error).__name__)

    def told_to_wait(self, chat_id: int, after_s: float) -> None:
        """The far side asked this chat to wait: nothing is said in it before, beside the outbox or through it."""
        self._pacer.hold(chat_id, after_s, self._steady_s())

    async def settle(self, chat_id: int) -> None:
        """No pad in this chat any more, and no edit of it under way: whoever writes to the bubble next is the last."""
        screen = self._screens.pop(chat_id, None)
        if screen is None:
            return
        screen.settled = True
        async with screen.calling:
            if screen.task is not None:
                screen.task.cancel()

    def drop(self) -> None:
        """Others took us for dead: nothing more is shown here, and no pad is settled."""
        for screen in self._screens.values():
            screen.settled = True
            if screen.task is not None:
                screen.task.cancel()

    async def close(self) -> None:
        """Settle every pad, at exit."""
        for chat_id in list(self._screens):
            await self.settle(chat_id)

    async def _show_first(self, chat_id: int, message_id: int | None, message: Outgoing) -> int:
        self._pacer.spend(chat_id, self._steady_s())
        if message_id is None:
            return await self._transport.deliver(chat_id, message)
        try:
            await self._transport.edit(chat_id, message_id, message)
        except RejectedError:  # the bubble is gone: the person deleted it
            return await self._transport.deliver(chat_id, message)
        except UncertainError:  # an edit may be repeated: it reads the same
            await self._transport.edit(chat_id, message_id, message)
        return message_id

    async def _wait_for_turn(self, chat_id: int, most_s: float) -> float:
        waited = 0.0
        while (wait_s := self._pacer.wait_s(chat_id, self._steady_s())) > 0:  # meanwhile it may have become longer
            if waited + wait_s > most_s:
                raise RetryLaterError(wait_s)
            await self._sleep(wait_s)
            waited += wait_s
        return waited

    async def _keep_showing(self, chat_id: int, screen: _Screen) -> None:
        await self._sleep(BLINK_S)
        while screen.latest is not None and not screen.settled:
            now = self._steady_s()
            wait_s = max(self._pacer.wait_s(chat_id, now, leave=1), screen.shown_at + BETWEEN_EDITS_S - now)
            if wait_s > 0:
                await self._sleep(wait_s)
                continue
            message, screen.latest = screen.latest, None
            async with screen.calling:
                await self._show(chat_id, screen, message)

    async def _show(self, chat_id: int, screen: _Screen, message: Outgoing) -> None:
        screen.shown_at = self._steady_s()
        self._pacer.spend(chat_id, screen.shown_at)
        try:
            await self._transport.edit(chat_id, screen.message_id, message)
        except RetryLaterError as later:
            self._pacer.hold(chat_id, later.after_s, self._steady_s())
            screen.latest = screen.latest or message
        except DeliveryError as error:  # dots that do not show cost nobody anything; the taps themselves are counted
            _log.info("pad.not_shown", error=type(error).__name__)
