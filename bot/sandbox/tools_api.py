"""What a person can do to the town itself, bad days included: move its clock, end its bot and start it again.

``hundi play`` hands in the process of the bot; a town without one (every test's) offers no such buttons.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from datetime import datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox.bot_api import BotApi
from bot.sandbox.json_bodies import json_body, refused
from bot.sandbox.people import Json
from bot.sandbox.town import Town

_NO_STORE: Final = {"cache-control": "no-store"}
CALLS_SHOWN: Final = 300  # the latest; more than anybody reads
_STREAM: Final = "text/event-stream"


class BotProcess(Protocol):
    """The bot as a process of ours."""

    @property
    def state(self) -> str:
        """``running``, ``stopped``, ``killed``, or ``stopping`` in between."""
        ...

    async def start(self) -> None:
        """Start it, unless it runs."""
        ...

    async def stop(self) -> None:
        """Ask it to stop, as an operator does."""
        ...

    async def kill(self) -> None:
        """End it as a power cut does (SIGKILL)."""
        ...


class ToolsApi:
    """Answers the tools of the page, and the bot that follows the clock."""

    def __init__(self, town: Town, bot_api: BotApi, zone: ZoneInfo, process: BotProcess | None) -> None:
        self.town, self.bot_api, self.zone, self.process = town, bot_api, zone, process
        self._clocks: set[asyncio.Queue[float | None]] = set()
        self._polled = True  # whether the bot asked for updates since it was started last
        self._acting = asyncio.Lock()
        town.listen(self._on_change)

    def routes(self) -> list[Route]:
        """Where the page, and a bot that follows the clock, find what."""
        return [
            Route("/town/clock", self.follow_clock, methods=["GET"]),
            Route("/town/clock", self.move_clock, methods=["POST"]),
            Route("/town/bot/{act}", self.act_on_bot, methods=["POST"]),
            Route("/town/faults", self.faults, methods=["POST"]),
            Route("/town/calls", self.calls),
        ]

    def state(self) -> Json:
        """What the page shows of them."""
        return {
            "clock": {"ahead_s": self.town.ahead_s, "now": self.town.clock(), "zone": self.zone.key},
            "process": self.process_json(),
            "faults": self._faults_on(),
        }

    def process_json(self) -> Json | None:
        """How the bot's process is, and how much waits for it; ``None`` when it is not ours."""
        if self.process is None:
            return None
        starting = self.process.state == "running" and not self._polled
        return {"state": "starting" if starting else self.process.state, "waiting": len(self.town.updates)}

    def stop(self) -> None:
        """End every stream, because the server stops."""
        for queue in tuple(self._clocks):
            queue.put_nowait(None)

    async def follow_clock(self, _request: Request) -> Response:
        """How far the clock is ahead of real time, at once and whenever somebody moves it; server-sent events."""
        return StreamingResponse(self._moves(), media_type=_STREAM, headers=_NO_STORE)

    async def _moves(self) -> AsyncIterator[str]:
        queue: asyncio.Queue[float | None] = asyncio.Queue()
        self._clocks.add(queue)
        try:
            ahead_s: float | None = self.town.ahead_s
            while ahead_s is not None:
                yield f"data: {json.dumps({'ahead_s': ahead_s})}\n\n"
                ahead_s = await queue.get()
        finally:
            self._clocks.discard(queue)

    async def move_clock(self, request: Request) -> Response:
        """Move it: ``{"by_s": 3600}``, or ``{"until": "midnight"}`` in the town's zone."""
        body = await json_body(request) or {}
        try:
            by_s = self._until_midnight_s() if body.get("until") == "midnight" else float(body["by_s"])
            self.town.move_clock(by_s)
        except (KeyError, TypeError, ValueError) as error:
            return refused(str(error) if isinstance(error, ValueError) else "say by how many seconds")
        return JSONResponse({"ok": True, **self.state()})

    def _until_midnight_s(self) -> float:
        """To the first second of the next day: what holds until midnight is over then."""
        now = datetime.fromtimestamp(self.town.clock(), self.zone)
        tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=1, microsecond=0)
        return tomorrow.timestamp() - now.timestamp()

    async def act_on_bot(self, request: Request) -> Response:
        """Stop, kill or start the bot."""
        process, act = self.process, request.path_params["act"]
        if process is None or await json_body(request) is None or act not in {"start", "stop", "kill"}:
            return refused("this cannot be done here")
        async with self._acting:
            if act == "start":
                self._polled = process.state == "running" and self._polled
                await process.start()
            else:
                await self._end(process.stop() if act == "stop" else process.kill())
            self._tell()
        return JSONResponse({"ok": True, "process": self.process_json()})

    async def _end(self, end: Coroutine[None, None, None]) -> None:
        ending = asyncio.create_task(end)
        await asyncio.sleep(0)  # it says that it is stopping before we say so
        self._tell()
        await ending
        self.bot_api.stop()  # the poll of a process that is gone waits for nobody

    async def faults(self, request: Request) -> Response:
        """A misfortune goes on or off: ``{"kind": "slow", "on": true}``; ``{"clear": true}``: all is well again."""
        body, faults = await json_body(request), self.bot_api.faults
        if body is None:
            return refused("a JSON object is needed")
        kind, on, clear = body.pop("kind", None), body.pop("on", True), body.pop("clear", False)
        try:
            if clear:
                faults.clear()
            if kind is not None:
                faults.switch_off(kind)
            if kind is not None and on:
                faults.switch_on(kind, **body)
        except (TypeError, ValueError) as error:
            return refused(str(error))
        self.town.tell({"kind": "faults", "faults": self._faults_on()})
        return JSONResponse({"ok": True, "faults": self._faults_on()})

    def _faults_on(self) -> list[str]:
        return [each["kind"] for each in self.bot_api.faults.describe() if each["on"]]

    async def calls(self, _request: Request) -> Response:
        """What the bot asked lately, the newest last: lines that may be shown and copied."""
        return JSONResponse(self.bot_api.calls.latest(CALLS_SHOWN))

    def _tell(self) -> None:
        self.town.tell({"kind": "process", "process": self.process_json()})

    def _on_change(self, change: Json) -> None:
        if change["kind"] == "clock":
            for queue in tuple(self._clocks):
                queue.put_nowait(change["ahead_s"])
        elif change["kind"] == "poll" and not self._polled:
            self._polled = True
            self._tell()
        elif change["kind"] == "update" and self.process is not None and self.process.state != "running":
            self._tell()
