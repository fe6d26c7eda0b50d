"""The recorder behind the page: it begins, it ends, and its story can be read at any time."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.json_bodies import json_body, refused
from bot.sandbox.people import Json, Person
from bot.sandbox.recorder import Recorder
from bot.sandbox.story_lines import Standing, given_line
from bot.sandbox.town import Town

Standings: TypeAlias = Callable[[], Awaitable[Mapping[int, Standing]]]  # by number of the person
_TITLE = re.compile(r"[A-Z][\w ]*")
_NAME = re.compile(r"[A-Z]\w*")


class StoryApi:
    """At most one story is recorded at a time; the last one stays to be read."""

    def __init__(self, town: Town, standings: Standings | None) -> None:
        self.town, self._standings = town, standings
        self._recorder: Recorder | None = None
        self._forget: Callable[[], None] | None = None
        self._text = ""

    def routes(self) -> list[Route]:
        """Where the page finds what."""
        return [
            Route("/town/story", self.read),
            Route("/town/story/{act}", self.act, methods=["POST"]),
        ]

    async def read(self, _request: Request) -> Response:
        """The story so far, or the last one."""
        return JSONResponse(self._json())

    async def act(self, request: Request) -> Response:
        """Begin to record, or end."""
        act = request.path_params["act"]
        if await json_body(request) is None or act not in {"record", "stop"}:
            return refused("this cannot be done here")
        self.stop()
        if act == "record":
            await self._record()
        self.town.tell({"kind": "story", "recording": self._forget is not None})
        return JSONResponse(self._json())

    def stop(self) -> None:
        """End the recording, if there is one."""
        if self._forget is not None and self._recorder is not None:
            self._forget()
            self._text = self._recorder.text()
        self._forget = self._recorder = None

    async def _record(self) -> None:
        standings = await self._standings() if self._standings else {}
        people = {person.id: name for person in self.town.people.values() if (name := _called(person))}
        groups = {group.chat_id: group.title for group in self.town.groups() if _TITLE.fullmatch(group.title)}
        recorder = Recorder(people, groups, self.town.bot.id)
        messages = [
            self.town.message_json(message) for chat in self.town.chats.values() for message in chat.messages.values()
        ]
        recorder.begin(self._given(people, groups, standings), messages, self.town.ahead_s)
        self._recorder, self._forget = recorder, self.town.listen(recorder.hear)

    def _given(self, people: Mapping[int, str], groups: Mapping[int, str], standings: Mapping[int, Standing]) -> str:
        named = [self.town.people[number] for number in people]
        members = {
            title: [people[number].capitalize() for number in self.town.chats[chat].members if number in people]
            for chat, title in groups.items()
        }
        return given_line(
            ((person.name, people[person.id], self._standing(person, standings)) for person in named),
            ((title, names) for title, names in members.items() if len(names) > 1),
        )

    def _standing(self, person: Person, standings: Mapping[int, Standing]) -> Standing:
        known = standings.get(person.id, Standing())
        return Standing(known.money, has_pin=known.has_pin, has_started=self.town.chat(person).started)

    def _json(self) -> Json:
        recording = self._recorder is not None
        return {"recording": recording, "text": self._recorder.text() if self._recorder else self._text}


def _called(person: Person) -> str:
    """The name by which a story calls somebody; empty for a name that it cannot write."""
    if person.is_deleted or not all(_NAME.fullmatch(name) for name in (person.first_name, person.last_name)):
        return ""
    return person.username.lower() or person.first_name.lower()
