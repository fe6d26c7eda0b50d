"""A Bot API server that answers what a test tells it to, over real HTTP on loopback. No rules of its own."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

TOKEN = "12345:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
ME: dict[str, Any] = {"id": 12345, "is_bot": True, "first_name": "Hundi", "username": "HundiBot"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body; ``None`` for a body closes the connection without a word."""

    status: int
    body: bytes | None


def ok(result: Any) -> Answer:
    """What Telegram answers when it agrees."""
    return Answer(200, json.dumps({"ok": True, "result": result}).encode())


def no(code: int, description: str, **parameters: Any) -> Answer:
    """What Telegram answers when it does not."""
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return Answer(code, json.dumps(body | ({"parameters": parameters} if parameters else {})).encode())


SILENCE = Answer(0, None)
Call: TypeAlias = tuple[str, dict[str, str]]


@dataclass
class FarSide:
    """Answers by method, in order; when none are left, ``always`` answers, and a method without either gets 404."""

    answers: dict[str, deque[Answer]] = field(default_factory=lambda: defaultdict(deque))
    always: dict[str, Answer] = field(default_factory=lambda: {"getMe": ok(ME), "getWebhookInfo": ok({"url": ""})})
    calls: list[Call] = field(default_factory=list)
    url: str = ""
    news: asyncio.Event = field(default_factory=asyncio.Event)  # set at every call
    waiting: asyncio.Event = field(default_factory=asyncio.Event)  # set while a getUpdates finds nothing to answer

    def script(self, method: str, *answers: Answer) -> None:
        """The next answers of a method."""
        self.answers[method].extend(answers)

    def asked(self, method: str) -> list[dict[str, str]]:
        """What a method was called with so far."""
        return [values for name, values in self.calls if name == method]

    async def was_asked(self, method: str, *, times: int = 1) -> None:
        """Until a method was called so often."""
        async with asyncio.timeout(10):
            while len(self.asked(method)) < times:
                self.news.clear()
                await self.news.wait()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, many calls."""
        try:
            while (call := await _read_call(reader)) is not None:
                self.calls.append(call)
                self.news.set()
                answer = await self._answer(call[0])
                if answer.body is None:
                    break
                head = f"HTTP/1.1 {answer.status} X\r\ncontent-length: {len(answer.body)}\r\n\r\n"
                writer.write(head.encode() + answer.body)
                await writer.drain()
        finally:
            writer.close()

    async def _answer(self, method: str) -> Answer:
        if self.answers[method]:
            return self.answers[method].popleft()
        if method in self.always:
            return self.always[method]
        if method == "getUpdates":
            self.waiting.set()  # a long poll without news
            await asyncio.Event().wait()
        return no(404, "Not Found")


async def _read_call(reader: asyncio.StreamReader) -> Call | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method = head.split(" ", 2)[1].rsplit("/", 1)[1]
    if headers.get("content-type") == "application/json":
        values = json.loads(body or b"{}")
        return method, {name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()}
    return method, dict(parse_qsl(body.decode(), keep_blank_values=True))


@asynccontextmanager
async def far_side() -> AsyncIterator[FarSide]:
    """A far side that listens, and is gone with all its connections afterwards."""
    side = FarSide()
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            await side.serve(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            writer.close()
        finally:
            connections.discard(task)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    side.url = f"http://127.0.0.1:{port}"
    try:
        yield side
    finally:
        server.close()
        for task in list(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
