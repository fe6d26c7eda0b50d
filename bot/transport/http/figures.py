"""``GET /metrics``: the figures as they are now. It knows how to answer, not what is counted."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.metrics import CONTENT_TYPE, Metrics
from ledger.kernel.errors import UnavailableError


def figures(metrics: Metrics, look: Callable[[], Awaitable[None]]) -> Starlette:
    """An application that answers ``/metrics``. ``look`` reads what must be looked at each time, as the outbox's age.

    While the store cannot answer, the counters are shown all the same, since that is when somebody looks.
    """

    async def answer(_request: Request) -> Response:
        try:
            await look()
        except UnavailableError:
            metrics.unseen()
        return Response(metrics.exposition(), media_type=CONTENT_TYPE)

    return Starlette(routes=[Route("/metrics", answer)])
