"""An application listening on one address while a block runs. It takes no signal: the command line owns those."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEAD_S: Final = 10.0  # from the first byte of a request, or the connection itself, to the end of its headers


class AddressTakenError(OSError):
    """Nothing can listen at this address."""

    def __init__(self, host: str, port: int, fault: OSError) -> None:
        super().__init__(fault.errno, fault.strerror)
        self.address, self.why = f"{host}:{port}", fault.strerror or ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one listener bears; for one that strangers reach."""

    connections: int = 1_000  # Telegram opens at most 100; past it everybody gets 503
    idle_s: int = 75  # longer than a proxy in front keeps its own (nginx: 60 s), so that it never uses one we closed
    drain_s: int = 5  # how long a stop waits for requests under way


@asynccontextmanager
async def serving(app: ASGIApp, host: str, port: int, limits: Limits | None = None) -> AsyncIterator[int]:
    """Serve until the block ends; gives the port, which 0 leaves to the system. ``OSError`` when it is taken.

    With ``limits`` a client that is slow with its headers, or one of too many, is turned away.
    """
    listening = listen(host, port)
    config = uvicorn.Config(app, log_level="critical", lifespan="off", access_log=False, **_bounds(limits))
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await server.ready.wait()
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        await task
        listening.close()


def _bounds(limits: Limits | None) -> dict[str, Any]:
    if limits is None:
        return {"timeout_graceful_shutdown": 1}
    return {
        "http": _Impatient,
        "ws": "none",
        "proxy_headers": False,
        "server_header": False,
        "limit_concurrency": limits.connections,
        "timeout_keep_alive": limits.idle_s,
        "timeout_graceful_shutdown": limits.drain_s,
    }


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; ``AddressTakenError`` where somebody listens already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named: asyncio sets TCP_NODELAY only then, and without it each answer waits 40 ms for an ACK.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as fault:
        listening.close()
        raise AddressTakenError(host, port, fault) from fault
    return listening


class _Impatient(H11Protocol):
    """Uvicorn's HTTP, except that headers which do not come end the connection: uvicorn itself would wait for ever."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._timer = self.loop.call_later(HEAD_S, self._give_up)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._waits_for_a_head():
            self._stop_timer()
        elif self._timer is None:
            self._timer = self.loop.call_later(HEAD_S, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def _waits_for_a_head(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # uvicorn's own type hides that there is none at first
        return cycle is None or cycle.response_complete

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if self._waits_for_a_head():
            self.transport.close()


class _Server(uvicorn.Server):
    """Uvicorn that says when it listens, and leaves signals to whoever runs it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signal."""
        yield
