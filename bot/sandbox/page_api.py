"""The face that people see: what the page reads, what it may do, and a stream of what changes.

Reads are GET. A write is POST with a JSON body, so that no form of another site can make one; the guard looks at its
origin as well. Everything goes through ``Town``: the page can do nothing that a test cannot.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from importlib.resources import files
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox.bot_api import BotApi
from bot.sandbox.chats import Chat
from bot.sandbox.json_bodies import json_body, refused
from bot.sandbox.page_acts import ACTS
from bot.sandbox.page_views import chat_json, group_json, person_json, picture_kind
from bot.sandbox.people import Json, Person, person_named
from bot.sandbox.tools_api import ToolsApi
from bot.sandbox.town import TEXT_MAX, Town

_ASSETS: Final = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_QUIET: Final = frozenset({"update", "poll", "webhook", "delivered", "saved", "tap"})  # of no interest to the page
_BEAT_S: Final = 5.0  # how often the page hears whether the bot is there
GROUP_TITLE_MAX: Final = 128  # core.telegram.org/bots/api#setchattitle
_BACKLOG_MAX: Final = 1_000  # changes that wait for a slow page; past it the page reads everything afresh


class PageApi:
    """Answers the page for one town."""

    def __init__(self, town: Town, bot_api: BotApi, tools: ToolsApi) -> None:
        self.town = town
        self.bot_api = bot_api
        self.tools = tools
        self._letters: list[Json] = []  # the last from each person to each other; no bot sees them, no disk keeps them
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
            Route("/town/groups", self.open_group, methods=["POST"]),
            Route("/town/letters", self.send_letter, methods=["POST"]),
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
                "bot": self.town.bot.as_user(),
                "online": self.bot_api.is_online,
                "people": [person_json(self.town, person) for person in self.town.people.values()],
                "groups": [group_json(self.town, chat) for chat in self.town.groups()],
                "letters": list(self._letters),
                **self.tools.state(),
            }
        )

    async def chat(self, request: Request) -> Response:
        """One chat of a person, whole: the private one with the bot, or the group ``?chat=`` they are in."""
        who = self.town.people.get(request.path_params["person"])
        place = self.town.chats.get(_number(request.query_params.get("chat")) or (who.id if who else 0))
        if who is None or place is None or not _sees(place, who.id):
            return refused("there is no such chat")
        return JSONResponse(chat_json(self.town, who, place))

    async def act(self, request: Request) -> Response:
        """Something that a person does."""
        act, who = ACTS.get(request.path_params["act"]), request.path_params["person"]
        body = await json_body(request)
        if act is None or body is None or who not in self.town.people:
            return refused("this cannot be done here")
        try:
            act(self.town, who, body)
        except (LookupError, ValueError, TypeError) as error:
            return refused(_words(error))
        return JSONResponse({"ok": True})

    async def tap(self, request: Request) -> Response:
        """Press a button by its place; the answer comes later, with the stream."""
        place, who = await json_body(request) or {}, request.path_params["person"]
        try:
            where = int(place["message_id"]), int(place["row"]), int(place["column"])
            tap = self.town.tap_at(who, *where, chat=_number(place.get("chat")) or None)
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
        return JSONResponse({"ok": True, "person": person_json(self.town, self.town.add_person(person))})

    async def open_group(self, request: Request) -> Response:
        """A new group with the bot: ``{"title": …, "members": [numbers], "topics": true}``; the first creates it."""
        body = await json_body(request) or {}
        title = str(body.get("title", "")).strip()[:GROUP_TITLE_MAX]
        members = [number for number in map(_number, body.get("members", ())) if number in self.town.people]
        if not title or not members:
            return refused("a group needs a name and somebody in it")
        chat = self.town.open_group(title, members, forum=bool(body.get("topics")))
        return JSONResponse({"ok": True, "group": group_json(self.town, chat)})

    async def send_letter(self, request: Request) -> Response:
        """One person writes to another, which no bot sees: ``{"from": 1001, "to": 1002, "text": …}``; "": read."""
        body = await json_body(request) or {}
        sender, reader = (self.town.people.get(_number(body.get(end))) for end in ("from", "to"))
        text = str(body.get("text", "")).strip()[:TEXT_MAX]
        if sender is None or reader is None:
            return refused("a letter goes from one person to another")
        self._letters = [kept for kept in self._letters if (kept["from"], kept["to"]) != (sender.id, reader.id)]
        if text:
            self._letters.append({"from": sender.id, "to": reader.id, "text": text})
        self.town.tell({"kind": "letters", "letters": list(self._letters)})
        return JSONResponse({"ok": True})

    async def download(self, request: Request) -> Response:
        """A document of the chat."""
        known = self.town.files.get(request.path_params["file_id"])
        if known is None:
            return refused("there is no such file")
        if kind := picture_kind(known[1]):
            return Response(known[1], media_type=kind)
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


def _sees(place: Chat, user_id: int) -> bool:
    return place.chat_id == user_id or (place.kind != "private" and place.member(user_id).is_present)


def _number(given: object) -> int:
    try:
        return int(str(given))
    except ValueError:
        return 0


def _words(error: Exception) -> str:
    """What the page shows: a KeyError has only the key to say, which helps nobody."""
    return "this is no longer there" if isinstance(error, KeyError) else str(error)


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
