"""The face that bots see: the Bot API over HTTP, ``/bot<token>/<method>``, its long poll, and its bad days."""

import asyncio
import contextlib
import hmac
import logging
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.sandbox import methods
from bot.sandbox.calls import Asked, Calls
from bot.sandbox.courier import Courier
from bot.sandbox.errors import OTHER_POLL, WEBHOOK_ACTIVE, ApiError, conflict, too_many_requests
from bot.sandbox.faults import Fault, FaultKind, Faults
from bot.sandbox.params import Params, read_params
from bot.sandbox.people import Json
from bot.sandbox.profile_methods import remember_allowed
from bot.sandbox.town import Town

POLL_MAX_S: Final = 50  # a longer timeout counts as 50: telegram-bot-api/Client.cpp, LONG_POLL_MAX_TIMEOUT
BODY_MAX_BYTES: Final = 50 * 1024 * 1024  # core.telegram.org/bots/api#sending-files: 50 MB
_BETWEEN_POLLS_S: Final = 5.0  # a healthy bot asks again within this time
_LOG = logging.getLogger(__name__)


class DroppedConnection(Response):
    """Begins an answer and hangs up: what a client sees when the line breaks."""

    def __init__(self) -> None:
        super().__init__(status_code=0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # ASGI's shape
        """Promise a body and send none; the server then closes the connection."""
        head = [(b"content-type", b"application/json"), (b"content-length", b"4096")]
        await send({"type": "http.response.start", "status": 200, "headers": head})


class _Poll:
    """One getUpdates call that waits."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.ended: ApiError | None = None

    def end(self, why: ApiError) -> None:
        self.ended = why
        self.wake.set()


class BotApi:
    """Answers bots for one town. At most one getUpdates waits: a newer one ends it."""

    def __init__(self, town: Town, faults: Faults | None = None, calls: Calls | None = None) -> None:
        self.town = town
        self.faults = faults or Faults()
        self.calls = calls or Calls()
        self.courier = Courier(town, self.faults, self.call)
        self._poll: _Poll | None = None
        self._polled_at = 0.0
        town.listen(self._on_change)

    async def handle(self, request: Request) -> Response:
        """One HTTP request, any verb."""
        name = request.path_params["method"]
        if not hmac.compare_digest(request.path_params["token"].encode(), self.town.token.encode()):
            return _failed(ApiError(401, "Unauthorized"))
        try:
            params = await _params(request)
        except ApiError as error:
            return _failed(error)
        asked = Asked(name, params, self.faults.take(name))
        if asked.fault is not None and (refused := await self._before(asked.fault, request)):
            asked.status, asked.was_processed = refused.status_code, False
            self._log(asked)
            return refused
        return await self._answer(asked)

    async def file(self, request: Request) -> Response:
        """Download what getFile named: ``/file/bot<token>/<folder>/<file_id>``."""
        known = self.town.files.get(request.path_params["file_id"])
        if not hmac.compare_digest(request.path_params["token"].encode(), self.town.token.encode()) or known is None:
            return _failed(ApiError(404, "Not Found"))
        return Response(known[1], media_type="application/octet-stream")

    @property
    def is_online(self) -> bool:
        """Whether a bot takes updates: one asks, did a moment ago, or takes what its webhook is brought."""
        return self.is_polled or self.courier.is_welcome or self.town.clock() - self._polled_at < _BETWEEN_POLLS_S

    @property
    def is_polled(self) -> bool:
        """Whether a getUpdates call waits now."""
        return self._poll is not None

    def stop(self) -> None:
        """Let a waiting poll go, because the server stops."""
        if self._poll is not None:
            self._poll.end(ApiError(502, "Bad Gateway"))

    async def call(self, method: str, params: Params) -> methods.Result:
        """Carry out one method and log it; ``ApiError`` when it is refused."""
        return await self._call(Asked(method, params))

    async def _call(self, asked: Asked) -> methods.Result:
        try:
            if asked.name.lower() == "getupdates":
                result: methods.Result = await self._get_updates(asked.params, asked.fault)
            else:
                result = methods.call(self.town, asked.name, asked.params)
            asked.result = result
        except ApiError as error:
            asked.refused(error)
            raise
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            # A parameter of a shape nobody foresaw is the caller's mistake at Telegram too; ours shows in the log.
            _LOG.warning("%s could not be read: %s", asked.name, type(error).__name__, exc_info=error)
            refusal = ApiError(400, "Bad Request: wrong parameter in request")
            asked.refused(refusal)
            raise refusal from error
        finally:
            self._log(asked)
        return result

    async def _answer(self, asked: Asked) -> Response:
        try:
            result = await self._call(asked)
        except ApiError as error:
            return _failed(error)
        return await self._after(asked.fault) or JSONResponse({"ok": True, "result": result})

    async def _before(self, fault: Fault, request: Request) -> Response | None:
        """The misfortunes that strike before anything is processed; ``None``: carry on."""
        match fault.kind:
            case FaultKind.TOO_MANY_REQUESTS:
                return _failed(too_many_requests(fault.retry_after_s))
            case FaultKind.SERVER_ERROR:
                return _failed(ApiError(500, "Internal Server Error"))
            case FaultKind.UNAUTHORIZED:
                return _failed(ApiError(401, "Unauthorized"))
            case FaultKind.BAD_GATEWAY:
                return _html(502, "Bad Gateway")
            case FaultKind.OUTAGE:
                return _html(502, "Bad Gateway") if fault.struck % 2 else DroppedConnection()
            case FaultKind.DROPPED:
                return DroppedConnection()
            case FaultKind.HANG:
                await _until_released_or_gone(self.faults.released, request)
                return DroppedConnection()
            case FaultKind.SLOW:
                gone = await _until_released_or_gone(self.faults.released, request, at_most_s=fault.delay_s)
                return DroppedConnection() if gone else None
            case _:
                pass  # the others strike after the call was processed
        return None

    async def _after(self, fault: Fault | None) -> Response | None:
        """The misfortunes that strike once the call was processed; ``None``: the answer goes out as it is."""
        if fault is None:
            return None
        match fault.kind:
            case FaultKind.LOST_RESPONSE:
                return DroppedConnection()
            case FaultKind.GARBAGE:
                return HTMLResponse("<html>\x00not JSON")
            case FaultKind.GATEWAY_TIMEOUT:
                return _html(504, "Gateway Time-out")
            case FaultKind.LATE:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.faults.released.wait(), fault.delay_s)
            case _:
                pass  # the others struck before
        return None

    def _log(self, asked: Asked) -> None:
        self.calls.add(asked.as_call(self.town.clock()))

    async def _get_updates(self, params: Params, fault: Fault | None) -> list[Json]:
        if self.town.webhook:
            raise conflict(WEBHOOK_ACTIVE)
        remember_allowed(self.town, params)
        self.town.updates.confirm(params.number("offset"), self.town.clock())
        if fault is not None and fault.kind is FaultKind.LOST_CONFIRMATION:
            self.town.updates.lose_confirmation()
        limit, timeout_s = params.number("limit", 100), min(max(params.number("timeout"), 0), POLL_MAX_S)
        if timeout_s and not self.town.updates.batch(limit):
            await self._wait(timeout_s)
        self._polled_at = self.town.clock()
        batch = [update.as_json() for update in self.town.updates.batch(limit)]
        return batch[::-1] if fault is not None and fault.kind is FaultKind.OUT_OF_ORDER else batch

    async def _wait(self, timeout_s: int) -> None:
        """Until there is an update, or time is up. Whoever waited before is sent away: the newer poll stays."""
        if self._poll is not None:
            self._poll.end(conflict(OTHER_POLL))
        poll = self._poll = _Poll()
        self.town.tell({"kind": "poll"})
        try:
            async with asyncio.timeout(timeout_s):
                await poll.wake.wait()
        except TimeoutError:
            return  # no news: the answer is an empty list
        finally:
            if self._poll is poll:
                self._poll = None
        if poll.ended is not None:
            raise poll.ended

    def _on_change(self, change: Json) -> None:
        if self._poll is None:
            return
        if change["kind"] == "update":
            self._poll.wake.set()
        elif change["kind"] == "webhook" and self.town.webhook:
            self._poll.end(conflict("terminated by setWebhook request"))


async def _params(request: Request) -> Params:
    size = int(request.headers.get("content-length") or 0)
    if size > BODY_MAX_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    try:
        body = await request.body()
    except ClientDisconnect:
        raise ApiError(400, "Bad Request: the body is incomplete") from None
    return read_params(request.url.query, request.headers.get("content-type", ""), body)


def _failed(error: ApiError) -> JSONResponse:
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return JSONResponse(body, status_code=error.code)


def _html(status: int, title: str) -> HTMLResponse:
    return HTMLResponse(f"<html><head><title>{status} {title}</title></head></html>", status_code=status)


async def _until_released_or_gone(released: asyncio.Event, request: Request, *, at_most_s: float | None = None) -> bool:
    """Wait until the fault is cleared, the client hangs up, or time is up; whether the client has gone."""
    gone = asyncio.ensure_future(_gone(request))
    waits = [asyncio.ensure_future(released.wait()), gone]
    try:
        done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED, timeout=at_most_s)
    finally:
        for wait in waits:
            wait.cancel()
    return gone in done


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass  # what still comes of the body is not looked at
