"""How we reach a Bot API server: one ``Bot`` with its connections, and an honest start.

python-telegram-bot is kept for its ``Bot``, types and requests. What it would print or hide on the way is put right
here: a token in an address or an error, a text in an error about broken JSON, the reason behind a refusal.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import httpx
import structlog
from telegram import Bot
from telegram._utils.types import ODVInput
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.request import BaseRequest, HTTPXRequest, RequestData

from bot.loopback import is_loopback

_log = structlog.get_logger(__name__)
_Timeout: TypeAlias = ODVInput[float]  # the library's "given, none, or its default"; it has no public name

CALL_TIMEOUT_S: Final = 10.0  # Telegram answers in well under a second; after this a send is uncertain
CONNECT_TIMEOUT_S: Final = 5.0
POOL_TIMEOUT_S: Final = 5.0  # waiting for a free connection of our own; nothing was sent then
CONNECTIONS: Final = 32  # about 30 calls a second at up to a second each
KEPT_ALIVE_S: Final = 3.0  # idle connections; a server that closes at 5 s (uvicorn) would cut a call we then doubt
LONG_POLL_S: Final = 25  # below the 30 s at which some middle boxes drop a silent connection
FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 30.0
_FLOOD_WAIT_S: Final = 5.0  # when a 429 does not say how long
_TOO_LARGE: Final = 413  # the server's own limit, or that of a proxy before it
_TOO_MANY_REQUESTS: Final = 429
_NOT_TAKEN: Final = frozenset({500, 502, 503})  # a gateway with nobody behind it; 504 may well have been carried out


class TokenRefusedError(Exception):
    """Telegram does not know this bot token. Ask @BotFather for it and put it into HUNDI_BOT_TOKEN."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class FloodError(TelegramError):
    """The far side asks us to wait."""

    def __init__(self, after_s: float) -> None:
        super().__init__(f"again after {after_s} s")
        self.after_s = after_s


class ServerFailedError(TelegramError):
    """The far side could not take the call."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")


class QuietBot(Bot):
    """The library's Bot, except that its ``repr`` in a traceback does not spell out the token."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "QuietBot(…)"


class Request(HTTPXRequest):
    """HTTP as the library does it, except that no error carries what was said.

    The library logs a broken answer and puts it into the error's text; an answer holds chats. Its own error for 429
    reads the waiting time through a deprecated property, so we read it ourselves.
    """

    __slots__ = ()

    async def do_request(  # noqa: PLR0917 - the library passes these by position or by name
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: _Timeout = BaseRequest.DEFAULT_NONE,
        write_timeout: _Timeout = BaseRequest.DEFAULT_NONE,
        connect_timeout: _Timeout = BaseRequest.DEFAULT_NONE,
        pool_timeout: _Timeout = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One call; ``FloodError`` for a 429, ``ServerFailedError`` where nobody took it."""
        status, body = await super().do_request(
            url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
        )
        if status == _TOO_MANY_REQUESTS:
            raise FloodError(_retry_after(body))
        if status == _TOO_LARGE:
            raise BadRequest("request entity too large")  # the library would call it a doubt: nothing arrived
        if status in _NOT_TAKEN:
            raise ServerFailedError(status)
        return status, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as an object; ``TelegramError`` without its text if it is not one."""
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            raise TelegramError("the answer is not JSON") from None
        if not isinstance(answer, dict) or not ("result" in answer or answer.get("ok") is False):
            raise TelegramError("the answer is not a Bot API answer")
        return answer


def _retry_after(body: bytes) -> float:
    try:
        return max(0.0, float(json.loads(body)["parameters"]["retry_after"]))
    except (ValueError, KeyError, TypeError):
        return _FLOOD_WAIT_S


def open_bot(token: str, api_url: str) -> Bot:
    """A bot that speaks to ``api_url`` (``https://api.telegram.org`` or a local server); nothing is sent yet."""
    api_url = api_url.rstrip("/")
    return QuietBot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=_request(api_url, CONNECTIONS),
        get_updates_request=_request(api_url, 1),
    )


def _request(api_url: str, connections: int) -> Request:
    return Request(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=CALL_TIMEOUT_S,
        write_timeout=CALL_TIMEOUT_S,
        pool_timeout=POOL_TIMEOUT_S,
        httpx_kwargs={
            "limits": httpx.Limits(max_connections=connections, keepalive_expiry=KEPT_ALIVE_S),
            "trust_env": not is_loopback(api_url),  # a proxy from the environment cannot reach our loopback
        },
    )


async def start_bot(
    bot: Bot, *, attempts: int | None = None, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> str:
    """Ask who we are; the bot's username. ``TokenRefusedError`` at once, a silent network is asked again.

    ``attempts=None`` asks until it answers (a server boots before its network does); otherwise ``ConnectionError``
    after that many.
    """
    wait_s, attempt = FIRST_WAIT_S, 0
    while True:
        attempt += 1
        try:
            await bot.initialize()
        except InvalidToken:
            raise TokenRefusedError from None  # the library's own error spells the token out
        except TelegramError as error:
            if attempt == attempts:
                raise ConnectionError(f"no Bot API server answers ({type(error).__name__})") from None
            _log.warning("telegram.unreachable", error=type(error).__name__, again_in_s=wait_s)
        else:
            return bot.username
        await sleep(wait_s)
        wait_s = min(wait_s * 2, LONGEST_WAIT_S)
