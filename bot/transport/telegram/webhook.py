"""Updates that Telegram brings: the webhook is set, watched, and answered for. The other way is ``polling``.

Setting it ends every poll. It stays set when this process stops, so that other processes, or the next start, go on; an
update that nobody answers for meanwhile is brought again. It knows no people, no money and no database.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from starlette.applications import Starlette
from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.transport.http import handover
from bot.transport.http.front import Front
from bot.transport.http.handover import Answer, Envelope, Handover
from bot.transport.http.health import health_routes
from bot.transport.http.serving import Limits, serving
from bot.transport.http.webhook import Hook, Verdict
from bot.transport.telegram.gathering import Gathering, NoRoomError, NotAnUpdateError
from bot.transport.telegram.handing_over import HandingOver
from bot.transport.telegram.inbound import ALLOWED_UPDATES
from bot.transport.telegram.patience import Patience
from ledger.kernel.errors import UnavailableError

_log = structlog.get_logger(__name__)

CONNECTIONS: Final = 100  # bots/api#setwebhook, the most: each is one update that waits for our disk
WATCHED_EVERY_S: Final = 30.0  # one call; who moved the webhook sees us stop within a minute
MISSED_TO_STOP: Final = 2  # once may be an operator who sets it anew
_GET_WEBHOOK_INFO: Final = "get_webhook_info_"  # raw, as in ``polling``


class WebhookRefusedError(Exception):
    """Telegram does not take this webhook address."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{self.__doc__} {why}")
        self.why = why


class WebhookGoneError(Exception):
    """Somebody removed this bot's webhook, or set another."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True, slots=True)
class Address:
    """Where Telegram brings updates, where we listen for them, and what proves that it is Telegram."""

    url: str  # as Telegram calls it
    path: str  # as it arrives here
    host: str
    port: int
    secrets: tuple[str, ...] = field(repr=False)  # the first is told to Telegram, all of them are taken
    reached_at: str = ""  # by other processes of this bot, where that is another address than we listen at


def _reachable(host: str) -> str:
    """This machine as others on its network call it, where we listen at all of its addresses."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared with, not listened at
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


async def _always_ready() -> str:
    return ""


class Webhook:
    """The webhook of one process. ``run`` ends by being cancelled or by an error that an operator must mend."""

    def __init__(
        self,
        bot: Bot,
        address: Address,
        gathering: Gathering | HandingOver,
        *,
        counted: Callable[[Verdict], None],
        ready: Callable[[], Awaitable[str]] = _always_ready,
        envelope: Envelope | None = None,
        patience: Patience | None = None,
        watched_every_s: float = WATCHED_EVERY_S,
    ) -> None:
        self._bot, self._address, self._gathering, self._ready = bot, address, gathering, ready
        self._patience = patience or Patience()
        self._watched_every_s = watched_every_s
        self._listening = AsyncExitStack()
        self._is_set, self._taking = False, False
        self._last_error_at = 0
        hook = Hook(address.secrets, self._take, is_open=lambda: self._taking, counted=counted)
        self._draining = False
        posts = {address.path: hook.answer}
        if envelope is not None:
            posts[handover.PATH] = Handover(envelope, self.handed_over).answer
        self._app = Front(posts, Starlette(routes=health_routes(self._missing)))
        self.port = 0  # where it listens

    async def open(self) -> str:
        """Listen; where other processes reach us. ``OSError`` when the address is taken."""
        listening = serving(self._app, self._address.host, self._address.port, Limits())
        self.port = await self._listening.enter_async_context(listening)
        return self._address.reached_at or f"http://{_reachable(self._address.host)}:{self.port}"

    async def run(self) -> None:
        """Tell Telegram where we listen, and serve until cancelled; what was begun then is stored and answered.

        ``TokenRefusedError``, ``WebhookRefusedError``, ``WebhookGoneError``.
        """
        if not self.port:
            await self.open()
        self._taking = True
        try:
            while not await self._patience.attempt(self._set):
                pass
            await self._watch()
        finally:
            self._taking, self._draining = False, True
            await self._gathering.idle()

    async def handed_over(self, raw: bytes) -> Answer:
        """Another process of this bot found that this update is ours."""
        if not self._taking or not isinstance(self._gathering, HandingOver):
            return Answer.AWAY
        return await self._gathering.brought(raw)

    async def close(self) -> None:
        """Stop listening. Until now whoever asked heard that we are about to stop, so a balancer went elsewhere."""
        self._taking, self._draining = False, True
        await self._listening.aclose()

    async def _set(self) -> bool:
        try:
            await self._bot.set_webhook(
                self._address.url,
                secret_token=self._address.secrets[0],
                allowed_updates=ALLOWED_UPDATES,
                max_connections=CONNECTIONS,
                drop_pending_updates=False,
            )
        except BadRequest as refused:
            raise WebhookRefusedError(refused.message) from None
        self._is_set = await self._is_ours()
        if self._is_set:
            _log.info("webhook.set", listening=f"{self._address.host}:{self.port}")
        return self._is_set

    async def _watch(self) -> None:
        """Somebody who polls with --take-over, or another deployment with this token, would leave us deaf."""
        missed = 0
        while missed < MISSED_TO_STOP:
            await asyncio.sleep(self._watched_every_s)
            if await self._patience.attempt(self._look):
                missed = 0 if self._is_set else missed + 1
        raise WebhookGoneError

    async def _look(self) -> bool:
        self._is_set = await self._is_ours()
        return True

    async def _is_ours(self) -> bool:
        info = await self._bot.do_api_request(_GET_WEBHOOK_INFO)
        if not isinstance(info, dict):
            raise TelegramError("getWebhookInfo gave no object")
        self._report(info)
        return info.get("url") == self._address.url

    def _report(self, info: dict[str, Any]) -> None:
        """What Telegram could not bring lately, once."""
        at = info.get("last_error_date")
        if isinstance(at, int) and at > self._last_error_at:
            self._last_error_at = at
            waiting = info.get("pending_update_count")
            _log.warning("webhook.not_reached", why=str(info.get("last_error_message", ""))[:200], waiting=waiting)

    async def _take(self, raw: Any) -> Verdict:  # noqa: ANN401  # JSON from outside
        try:
            await self._gathering.take(raw)
        except NotAnUpdateError:
            return Verdict.REFUSED
        except (NoRoomError, UnavailableError):
            return Verdict.BUSY
        except Exception as fault:  # noqa: BLE001 - reported where it happened; Telegram brings the update again
            _log.error("webhook.not_stored", error=type(fault).__name__)
            return Verdict.BUSY
        return Verdict.TAKEN

    async def _missing(self) -> str:
        if self._draining:
            return "stopping"
        if not self._is_set:
            return "the webhook is not set"
        return await self._ready()
