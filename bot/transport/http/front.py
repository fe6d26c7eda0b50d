"""The addresses that are asked thousands of times, in front of everything else that an application answers.

A framework's router and its layers cost a request more than all that we do with it. What is for no such address goes on
to the framework. It knows no update and no secret.
"""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

Answer: TypeAlias = Callable[[Request], Awaitable[Response]]


class Front:
    """An application: ``posts`` by path, then ``rest``."""

    def __init__(self, posts: Mapping[str, Answer], rest: ASGIApp) -> None:
        self._posts, self._rest = dict(posts), rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        answer = self._posts.get(scope["path"]) if scope["type"] == "http" else None
        if answer is None:
            await self._rest(scope, receive, send)
            return
        if scope["method"] == "POST":
            response = await answer(Request(scope, receive))
        else:
            response = Response(status_code=HTTPStatus.METHOD_NOT_ALLOWED, headers={"allow": "POST"})
        await response(scope, receive, send)
