"""One call to a Bot API server over HTTP, and an honest answer to whether it left. It knows no method and no person.

python-telegram-bot brings httpx, whose calls were 45 % of a conversation's processor time; aiohttp, with its parser in
C, costs a fifth of that (docs/decisions, where a conversation's CPU goes). No error of it goes further than this file:
their texts hold addresses, and our addresses hold the token.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from telegram import Bot, InputFile
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter
from yarl import URL

from bot.loopback import is_loopback

_Timeout: TypeAlias = ODVInput[float]  # the library's "given, none, or its default"; it has no public name

CALL_TIMEOUT_S: Final = 10.0  # Telegram answers in well under a second; after this a send is uncertain
FILE_TIMEOUT_S: Final = 60.0  # a statement over a slow line; the wait for the answer begins when the file sets out
CONNECT_TIMEOUT_S: Final = 5.0
POOL_TIMEOUT_S: Final = 5.0  # waiting for a free connection of our own; nothing was sent then
KEPT_ALIVE_S: Final = 3.0  # idle connections; a server that closes at 5 s (uvicorn) would cut a call we then doubt
_FLOOD_WAIT_S: Final = 5.0  # when a 429 does not say how long
_TOO_LARGE: Final = 413  # the server's own limit, or that of a proxy before it
_TOO_MANY_REQUESTS: Final = 429
_NOT_TAKEN: Final = frozenset({500, 502, 503})  # a gateway with nobody behind it; 504 may well have been carried out
_HEADERS: Final = {"User-Agent": "Hundi", "Content-Type": "application/json"}
_LEFT_OUT: Final = ("Accept", "Accept-Encoding")  # we take what a Bot API server gives: JSON, not compressed

# The call never left: it had no connection to leave by. A name that does not resolve and a certificate that is not
# believed are among the first.
_NEVER_LEFT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class NeverSentError(NetworkError):
    """Nothing was sent, so nothing arrived."""


class FloodError(TelegramError):
    """The far side asks us to wait."""

    def __init__(self, after_s: float) -> None:
        super().__init__(f"again after {after_s} s")
        self.after_s = after_s


class ServerFailedError(TelegramError):
    """The far side could not take the call."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")


class Request(BaseRequest):
    """HTTP for the library's ``Bot``. No error carries what was said, nor where it was said.

    The library logs a broken answer and puts it into the error's text; an answer holds chats. Its own error for 429
    reads the waiting time through a deprecated property, so we read it ourselves.
    """

    __slots__ = ("_api_url", "_connections", "_session")

    def __init__(self, api_url: str, connections: int) -> None:
        self._api_url, self._connections = api_url, connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer where a call does not say."""
        return CALL_TIMEOUT_S

    async def initialize(self) -> None:
        """Make ready; nothing is sent yet."""
        if self._session is None:
            self._session = _open_session(self._api_url, self._connections)

    async def shutdown(self) -> None:
        """Close every connection. Closing twice is fine."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(  # noqa: PLR0917 - the library passes these by position or by name
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: _Timeout = BaseRequest.DEFAULT_NONE,
        write_timeout: _Timeout = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - a body that is not taken is not answered
        connect_timeout: _Timeout = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - nobody here asks for another than ours
        pool_timeout: _Timeout = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the same
    ) -> tuple[int, bytes]:
        """One call; ``FloodError`` for a 429, ``ServerFailedError`` where nobody took it, ``NeverSentError``."""
        status, body = await self._exchange(url, method, request_data, read_timeout)
        if status == _TOO_MANY_REQUESTS:
            raise FloodError(_retry_after(body))
        if status == _TOO_LARGE:
            raise BadRequest("request entity too large")  # the library would call it a doubt: nothing arrived
        if status in _NOT_TAKEN:
            raise ServerFailedError(status)
        return status, body

    async def _exchange(
        self, url: str, method: str, said: RequestData | None, read_timeout: _Timeout
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise NeverSentError("not connected")
        body, headers, patience_s = _body_of(said)
        if not isinstance(read_timeout, DefaultValue):
            patience_s = read_timeout or patience_s
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                data=body,
                headers=headers,
                timeout=_timeout(patience_s),
                allow_redirects=False,
            ) as answer:
                return answer.status, await answer.read()
        except _NEVER_LEFT as error:
            raise NeverSentError(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NetworkError(type(error).__name__) from None

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


async def call(bot: Bot, method: str, said: Mapping[str, object]) -> Any:  # noqa: ANN401 - JSON
    """Call a method of the Bot API and give its result as it came. What is ``None`` is not said.

    Raises the library's errors as ``Bot`` does; it only builds no objects on the way.
    """
    parameters = [_parameter(name, value) for name, value in said.items() if value is not None]
    return await bot.request.post(f"{bot.base_url}/{method}", RequestData(parameters))


def _parameter(name: str, value: object) -> RequestParameter:
    if isinstance(value, InputFile):
        return RequestParameter(name, value.attach_uri, [value])
    return RequestParameter(name, value, None)


def _open_session(api_url: str, connections: int) -> aiohttp.ClientSession:
    on_loopback = is_loopback(api_url)  # a proxy from the environment cannot reach our loopback
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=connections,
            keepalive_timeout=KEPT_ALIVE_S,
            # The same authorities as everything else of the library: the environment's, or those that come with it.
            ssl=httpx.create_ssl_context() if urlsplit(api_url).scheme == "https" else True,
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=_LEFT_OUT,
        proxy=None if on_loopback else _proxy_for(api_url),
        trust_env=False,  # it would look for a proxy and a .netrc on disk in every call
    )


def _proxy_for(api_url: str) -> str | None:
    """The proxy that the environment names for this address: HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, less NO_PROXY."""
    address, proxies = urlsplit(api_url), getproxies()
    if address.hostname is None or proxy_bypass(address.netloc):
        return None
    return proxies.get(address.scheme) or proxies.get("all")


def _body_of(said: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str], float]:
    """A call as JSON, or as a form where it carries files; with its headers, and how long to wait for the answer."""
    if said is None:
        return None, _HEADERS, CALL_TIMEOUT_S
    if not said.contains_files:
        return json.dumps(said.parameters).encode(), _HEADERS, CALL_TIMEOUT_S
    form = aiohttp.FormData(said.json_parameters)
    for name, (filename, content, mime_type) in said.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime_type)
    return form, {"User-Agent": _HEADERS["User-Agent"]}, FILE_TIMEOUT_S


_TIMEOUTS: dict[float, aiohttp.ClientTimeout] = {}


def _timeout(patience_s: float) -> aiohttp.ClientTimeout:
    if patience_s not in _TIMEOUTS:
        _TIMEOUTS[patience_s] = aiohttp.ClientTimeout(
            total=None,
            connect=POOL_TIMEOUT_S + CONNECT_TIMEOUT_S,
            sock_connect=CONNECT_TIMEOUT_S,
            sock_read=patience_s,
        )
    return _TIMEOUTS[patience_s]


def _retry_after(body: bytes) -> float:
    try:
        return max(0.0, float(json.loads(body)["parameters"]["retry_after"]))
    except (ValueError, KeyError, TypeError):
        return _FLOOD_WAIT_S
