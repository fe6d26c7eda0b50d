"""``/healthz`` and ``/readyz``: for whoever starts, restarts and balances processes. They tell of no person."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

Readiness: TypeAlias = Callable[[], Awaitable[str]]  # empty: ready; else what is missing, in a word or two


def health_routes(readiness: Readiness) -> list[Route]:
    """``/healthz``: this process answers. ``/readyz``: it can take updates now, or 503 and why not."""

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def readyz(_request: Request) -> Response:
        missing = await readiness()
        if missing:
            return PlainTextResponse(f"not ready: {missing}\n", HTTPStatus.SERVICE_UNAVAILABLE)
        return PlainTextResponse("ready\n")

    return [Route("/healthz", healthz), Route("/readyz", readyz)]
