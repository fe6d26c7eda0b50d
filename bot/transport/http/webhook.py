"""``POST`` from Telegram: who may bring an update, how large it may be, and what is answered.

The secret is compared before a byte of the body is read; nothing of a body or a secret is ever logged. It knows neither
what an update is nor what comes of it: ``take`` does.
"""

import asyncio
import hmac
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final, TypeAlias

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

_log = structlog.get_logger(__name__)

SECRET_HEADER: Final = "x-telegram-bot-api-secret-token"  # noqa: S105  # its name: core.telegram.org/bots/api#setwebhook
BODY_MAX_BYTES: Final = 1024 * 1024  # GOALS.md S14; Telegram's own updates stay below 64 KiB (Client.cpp, BUF_SIZE)
BODY_S: Final = 10.0  # for the whole body; Telegram sends it with the headers
RETRY_AFTER_S: Final = 2  # else Telegram's own pauses double up to two minutes, and outlast the outage
_TOLD_EVERY: Final = 100  # refusals of one kind, so that a flood of them does not fill the log

Take: TypeAlias = Callable[[Any], Awaitable["Verdict"]]


class Verdict(StrEnum):
    """What became of a request; the label of its figure."""

    TAKEN = "taken"
    BUSY = "busy"  # no room, no store, or about to stop: Telegram brings it again, soon
    FORBIDDEN = "forbidden"  # no secret, or another
    REFUSED = "refused"  # not an update


class _RefusedError(Exception):
    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class Hook:
    """Answers at one address. ``take`` is awaited with the JSON that was brought, and what it says is answered."""

    def __init__(
        self,
        secrets: Sequence[str],
        take: Take,
        *,
        is_open: Callable[[], bool],
        counted: Callable[[Verdict], None],
    ) -> None:
        self._secrets = tuple(secret.encode("ascii") for secret in secrets)
        self._take, self._is_open, self._counted = take, is_open, counted
        self._refusals: Counter[HTTPStatus] = Counter()

    async def answer(self, request: Request) -> Response:
        """200 once the update is safe; anything else, and Telegram brings it again."""
        if not self._knows_the_secret(request):
            return self._refuse(HTTPStatus.UNAUTHORIZED, Verdict.FORBIDDEN)
        if not self._is_open():
            return self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, Verdict.BUSY)
        try:
            brought = _read(await _body(request))
        except _RefusedError as refused:
            return self._refuse(refused.status, Verdict.REFUSED)
        except ClientDisconnect:
            return self._refuse(HTTPStatus.BAD_REQUEST, Verdict.REFUSED)
        if not self._is_open():  # a stop began while it was read: a press that nobody plays must not be acknowledged
            return self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, Verdict.BUSY)
        verdict = await self._take(brought)
        match verdict:
            case Verdict.TAKEN:
                self._counted(verdict)
                return Response(status_code=HTTPStatus.OK)
            case Verdict.BUSY:
                return self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, verdict)
            case _:
                return self._refuse(HTTPStatus.BAD_REQUEST, Verdict.REFUSED)

    def _knows_the_secret(self, request: Request) -> bool:
        """Every secret is compared, whichever fits, in a time that says nothing of either."""
        shown = request.headers.getlist(SECRET_HEADER)
        given = shown[0].encode("latin-1") if len(shown) == 1 else b""
        fits = [hmac.compare_digest(given, secret) for secret in self._secrets]
        return any(fits)

    def _refuse(self, status: HTTPStatus, verdict: Verdict) -> Response:
        """Without a word, and the line is closed: what is left of the body is not read."""
        self._counted(verdict)
        if self._refusals[status] % _TOLD_EVERY == 0:
            _log.warning("webhook.refused", status=int(status), so_far=self._refusals[status])
        self._refusals[status] += 1
        again = {"retry-after": str(RETRY_AFTER_S)} if verdict is Verdict.BUSY else {}
        return Response(status_code=status, headers={"connection": "close"} | again)


async def _body(request: Request) -> bytes:
    """The body, whatever was said of its length; ``_RefusedError`` when it is no JSON, too large or too slow."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise _RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    said = request.headers.get("content-length", "0")
    if not (said.isascii() and said.isdecimal()) or len(said) > len(str(BODY_MAX_BYTES)) or int(said) > BODY_MAX_BYTES:
        raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > BODY_MAX_BYTES:
                    raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except TimeoutError:
        raise _RefusedError(HTTPStatus.REQUEST_TIMEOUT) from None
    return bytes(body)


def _read(body: bytes) -> Any:  # noqa: ANN401  # a JSON value of any kind
    try:
        return json.loads(body)
    except (ValueError, RecursionError):  # not "from": a JSON error carries the text it failed on
        raise _RefusedError(HTTPStatus.BAD_REQUEST) from None
