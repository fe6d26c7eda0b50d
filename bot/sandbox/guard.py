"""Keeps other web sites out: the town listens on loopback, where any page in the same browser could reach it.

A Host that is not this machine is refused (DNS rebinding); a write from another origin is refused (forged requests);
every answer says what the page may load (its own files, nothing else).
"""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


class Guard:
    """ASGI middleware in front of everything."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if not _is_ours(scope["method"], Headers(scope=scope)):
            await PlainTextResponse("This town answers only its own page.\n", 403)(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _is_ours(verb: str, headers: Headers) -> bool:
    host = headers.get("host", "")
    if (urlsplit(f"//{host}").hostname or "") not in LOOPBACK:
        return False
    origin = headers.get("origin")  # a browser always sends it with a write; other programs send none
    return verb in {"GET", "HEAD"} or origin is None or urlsplit(origin).netloc == host
