"""The loop that asks Telegram what happened: fetch, store all, then ask with the next offset.

Asking with an offset tells Telegram to forget everything before it, so nothing is asked for until what came is on
disk. Considered and not used: the library's own Updater, which acknowledges when an update enters a queue in memory.
What comes of an update is in ``receiving``.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from telegram import Bot
from telegram.error import Conflict, TelegramError

from bot.transport.telegram.connection import LONG_POLL_S
from bot.transport.telegram.inbound import ALLOWED_UPDATES
from bot.transport.telegram.patience import Patience
from bot.transport.telegram.receiving import Receiver
from bot.transport.telegram.request import CALL_TIMEOUT_S
from ledger.kernel.errors import UnavailableError

_log = structlog.get_logger(__name__)

BATCH: Final = 100  # the most that getUpdates gives

CONFLICTS_TO_STOP: Final = 3
CONFLICT_WINDOW_S: Final = 20.0  # PRODUCT.md section 5; one Conflict alone is a restart overlapping with itself
CONFLICT_WAIT_S: Final = 2.0  # two pollers end each other's poll in turn, so both count to three well within 20 s
# These become getUpdates and getWebhookInfo, raw; the trailing line keeps the library from suggesting its own methods,
# which read all or nothing.
_GET_UPDATES: Final = "get_updates_"
_GET_WEBHOOK_INFO: Final = "get_webhook_info_"


class SecondPollerError(Exception):
    """Another program is receiving this bot's messages. Stop it, or give this one a token of its own."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class WebhookSetError(Exception):
    """A webhook is set for this bot, so it cannot be polled. Remove it, or start with --take-over."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class Polling:
    """One poller of one bot. ``run`` ends only by being cancelled or by an error that an operator must mend."""

    def __init__(
        self,
        bot: Bot,
        receiver: Receiver,
        *,
        take_over: bool = False,
        steady_s: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        long_poll_s: int = LONG_POLL_S,
        first_offset: int | None = None,
    ) -> None:
        self._bot, self._receiver, self._take_over = bot, receiver, take_over
        self._steady_s, self._chance = steady_s, chance
        self._patience = Patience(sleep, chance)
        self._long_poll_s = long_poll_s
        self._offset = first_offset
        self._conflicts: deque[float] = deque(maxlen=CONFLICTS_TO_STOP)

    async def open(self) -> str:
        """Nobody hands updates over to one that polls: it is alone."""
        return ""

    async def run(self) -> None:
        """Poll until cancelled. ``WebhookSetError``, ``SecondPollerError`` or ``TokenRefusedError`` end it."""
        while not await self._attempt(self._webhook_is_away):
            pass
        while True:
            await self._attempt(self.poll_once)

    async def poll_once(self) -> bool:
        """Ask once, store what came, hand it over. False when it must be asked again with the same offset."""
        raw = await self._fetch(self._long_poll_s)
        batch = self._receiver.read(raw)
        if raw and batch.next_offset is None:
            raise TelegramError("no update of this answer has a number")
        if batch.next_offset is None:
            return True
        try:
            await self._receiver.take(batch)
        except UnavailableError:
            await self._patience.back_off()
            return False
        self._offset = batch.next_offset
        return True

    async def close(self) -> None:
        """After the last poll: let Telegram forget what is stored, so that the next start begins with what is new."""
        if self._offset is None:
            return
        try:
            await self._bot.do_api_request(_GET_UPDATES, self._question(0, 1))
        except (TelegramError, KeyError) as error:
            _log.info("telegram.not_confirmed", error=type(error).__name__)  # it comes again and is known by its number

    async def _attempt(self, what: Callable[[], Awaitable[bool]]) -> bool:
        """Do it; a far side that fails for a while is waited for, one that needs an operator ends the loop."""
        try:
            return await self._patience.attempt(what)
        except Conflict as conflict:
            await self._on_conflict(conflict)
            return False

    async def _on_conflict(self, conflict: Conflict) -> None:
        if "webhook" in conflict.message.lower():
            raise WebhookSetError from None
        self._conflicts.append(self._steady_s())
        recent = [at for at in self._conflicts if self._conflicts[-1] - at <= CONFLICT_WINDOW_S]
        _log.warning("telegram.conflict", recent=len(recent))
        if len(recent) >= CONFLICTS_TO_STOP:
            raise SecondPollerError from None
        await self._patience.sleep(CONFLICT_WAIT_S * (0.5 + self._chance()))

    async def _webhook_is_away(self) -> bool:
        info = await self._bot.do_api_request(_GET_WEBHOOK_INFO)
        if not isinstance(info, dict):
            raise TelegramError("getWebhookInfo gave no object")
        if not info.get("url"):
            return True
        if not self._take_over:
            raise WebhookSetError
        await self._bot.delete_webhook(drop_pending_updates=False)
        return True

    async def _fetch(self, long_poll_s: int) -> list[Any]:
        raw = await self._bot.do_api_request(
            _GET_UPDATES, self._question(long_poll_s, BATCH), read_timeout=long_poll_s + CALL_TIMEOUT_S
        )
        if not isinstance(raw, list):
            raise TelegramError("getUpdates gave no list")
        return raw

    def _question(self, long_poll_s: int, limit: int) -> dict[str, Any]:
        question = {"timeout": long_poll_s, "limit": limit, "allowed_updates": ALLOWED_UPDATES}
        return question if self._offset is None else question | {"offset": self._offset}
