"""The face that people see: what the page reads, what it may do, and a stream of what changes.

Reads are GET. A write is POST with a JSON body, so that no form of another site can make one; the guard looks at its
origin as well. Everything goes through ``Town``: the page can do nothing that a test cannot.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from importlib.resources import files
from typing import Final, TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox.bot_api import BotApi
from bot.sandbox.json_bodies import json_body, refused
from bot.sandbox.people import Json, Person, person_named
from bot.sandbox.tools_api import ToolsApi
from bot.sandbox.town import Town

_ASSETS: Final = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_QUIET: Final = frozenset({"update", "poll", "webhook", "saved"})  # of no interest to the page
_BEAT_S: Final = 5.0  # how often the page hears whether the bot is there
_BACKLOG_MAX: Final = 1_000  # changes that wait for a slow page; past it the page reads everything afresh
Act: TypeAlias = Callable[[Town, int, Json], object]

_ACTS: Mapping[str, Act] = {
    "start": lambda town, who, body: town.start(who, str(body.get("payload", ""))),
    "say": lambda town, who, body: town.say(who, str(body["text"]), reply_to=body.get("reply_to")),
    "edit": lambda town, who, body: town.edit(who, int(body["message_id"]), str(body["text"])),
    "forward": lambda town, who, body: town.forward(who, town.chat(who).messages[int(body["message_id"])]),
    "contact": lambda town, who, body: town.share_contact(who, body.get("person")),
    "block": lambda town, who, _body: town.block(who),
    "unblock": lambda town, who, _body: town.unblock(who),
    "clear": lambda town, who, _body: town.delete_chat(who),
    "read": lambda town, who, _body: town.read(who),
    "delete": lambda town, who, body: town.delete_message(who, int(body["message_id"])),
}


class PageApi:
    """Answers the page for one town."""

    def __init__(self, town: Town, bot_api: BotApi, tools: ToolsApi) -> None:
        self.town = town
        self.bot_api = bot_api
        self.tools = tools
        self._streams: set[asyncio.Queue[Json | None]] = set()
        self._files = _read_assets()

    def routes(self) -> list[Route]:
        """Where the page finds what."""
        return [
            Route("/", self.asset),
            Route("/page/{name}", self.asset),
            Route("/town/state", self.state),
            Route("/town/events", self.events),
            Route("/town/files/{file_id}", self.download),
            Route("/town/chats/{person:int}", self.chat),
            Route("/town/chats/{person:int}/tap", self.tap, methods=["POST"]),
            Route("/town/chats/{person:int}/{act}", self.act, methods=["POST"]),
            Route("/town/people", self.add_person, methods=["POST"]),
            Route("/town/faults", self.faults, methods=["POST"]),
            Route("/town/calls", self.calls),
        ]

    async def asset(self, request: Request) -> Response:
        """A file of the page; never from a cache, so that a new version shows at once."""
        name = request.path_params.get("name", "index.html")
        if name not in self._files:
            return Response("not here", 404)
        kind = _ASSETS["." + name.rpartition(".")[2]]
        return Response(self._files[name], media_type=kind, headers={"cache-control": "no-cache"})

    async def state(self, _request: Request) -> Response:
        """Everybody, and the bot as its profile shows it."""
        return JSONResponse(
            {
                "bot": self.town.bot.as_user() | {"description": self.town.profile.get(("description", ""), "")},
                "online": self.bot_api.is_online,
                "people": [self._person_json(person) for person in self.town.people.values()],
                **self.tools.state(),
            }
        )

    async def chat(self, request: Request) -> Response:
        """One person's chat with the bot, whole."""
        who = request.path_params["person"]
        if who not in self.town.people:
            return refused("nobody has this number")
        return JSONResponse(self._chat_json(who))

    async def act(self, request: Request) -> Response:
        """Something that a person does."""
        act, who = _ACTS.get(request.path_params["act"]), request.path_params["person"]
        body = await json_body(request)
        if act is None or body is None or who not in self.town.people:
            return refused("this cannot be done here")
        try:
            act(self.town, who, body)
        except (LookupError, ValueError, TypeError) as error:
            return refused(str(error))
        return JSONResponse({"ok": True})

    async def tap(self, request: Request) -> Response:
        """Press a button by its place; the answer comes later, with the stream."""
        body, who = await json_body(request), request.path_params["person"]
        try:
            place = body or {}
            tap = self.town.tap_at(who, int(place["message_id"]), int(place["row"]), int(place["column"]))
        except (LookupError, ValueError, TypeError):
            return refused("this button is no longer there")
        return JSONResponse({"ok": True, "query_id": tap.query_id})

    async def add_person(self, request: Request) -> Response:
        """Somebody new moves in."""
        body = await json_body(request)
        name = str((body or {}).get("first_name", "")).strip()[:64]  # 64: Telegram's own limit for a first name
        if not name:
            return refused("a person needs a first name")
        known = person_named(name, max(self.town.people) + 1 if self.town.people else 1)
        taken = {person.username for person in self.town.people.values()}
        username = "" if known.username in taken else known.username
        person = Person(known.id, name, known.last_name, username, "en", known.phone_number)
        return JSONResponse({"ok": True, "person": self._person_json(self.town.add_person(person))})

    async def faults(self, request: Request) -> Response:
        """Switch misfortune on: ``{"kind": "429", "method": "sendMessage", "times": 3}``; ``{"clear": true}``: off."""
        body = await json_body(request)
        if body is None:
            return refused("a JSON object is needed")
        if body.pop("clear", False):
            self.bot_api.faults.clear()
        try:
            if body:
                self.bot_api.faults.add(**body)
        except (TypeError, ValueError) as error:
            return refused(str(error))
        return JSONResponse({"ok": True})

    async def calls(self, _request: Request) -> Response:
        """What the bot asked lately: method, error code, time. Parameters stay inside."""
        return JSONResponse([{"method": c.method, "error_code": c.error_code, "at": c.at} for c in self.bot_api.calls])

    async def download(self, request: Request) -> Response:
        """A document of the chat."""
        known = self.town.files.get(request.path_params["file_id"])
        if known is None:
            return refused("there is no such file")
        return Response(known[1], media_type="application/octet-stream", headers={"content-disposition": "attachment"})

    async def events(self, _request: Request) -> Response:
        """What changes, as server-sent events."""
        headers = {"cache-control": "no-store"}
        return StreamingResponse(self._stream(), media_type="text/event-stream", headers=headers)

    def stop(self) -> None:
        """End every stream, because the server stops."""
        for queue in tuple(self._streams):
            queue.put_nowait(None)

    async def _stream(self) -> AsyncIterator[str]:
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._streams.add(queue)
        stop = self.town.listen(lambda change: _offer(queue, change))
        try:
            yield "retry: 1000\n\n"
            while True:
                change = await _next(queue, self._beat())
                if change is None:
                    return
                yield f"data: {json.dumps(change, ensure_ascii=False)}\n\n"
        finally:
            stop()
            self._streams.discard(queue)

    def _beat(self) -> Json:
        return {"kind": "beat", "online": self.bot_api.is_online, **self.tools.state()}

    def _person_json(self, person: Person) -> Json:
        chat = self.town.chat(person)
        return person.as_user() | {"name": person.name, "unread": chat.unread}

    def _chat_json(self, who: int) -> Json:
        chat = self.town.chat(who)
        return {
            "id": chat.chat_id,
            "started": chat.started,
            "blocked": chat.blocked,
            "unread": chat.unread,
            "reply_keyboard": chat.reply_keyboard,
            "commands": self.town.commands_for(who),
            "messages": [self.town.message_json(message) for message in self.town.messages(who)],
        }


def _read_assets() -> dict[str, bytes]:
    folder = files("bot.sandbox") / "page"
    return {file.name: file.read_bytes() for file in folder.iterdir() if "." + file.name.rpartition(".")[2] in _ASSETS}


def _offer(queue: asyncio.Queue[Json | None], change: Json) -> None:
    if change["kind"] in _QUIET:
        return
    if queue.qsize() < _BACKLOG_MAX:
        queue.put_nowait(change)
        return
    while not queue.empty():
        queue.get_nowait()
    queue.put_nowait({"kind": "resync"})


async def _next(queue: asyncio.Queue[Json | None], beat: Json) -> Json | None:
    """The next change, or a sign of life when nothing changes."""
    try:
        async with asyncio.timeout(_BEAT_S):
            return await queue.get()
    except TimeoutError:
        return beat
