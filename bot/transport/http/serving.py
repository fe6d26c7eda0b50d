"""An application listening on one address while a block runs. It takes no signal: the command line owns those.

Uvicorn with its parser in C, less what it does while nobody calls: ten times a second it would look whether to stop.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEAD_S: Final = 10.0  # from the first byte of a request, or the connection itself, to the end of its headers
HEAD_MOST_BYTES: Final = 65_536  # of headers; nginx passes on 32 KiB, Telegram sends some hundred bytes
_TOO_LONG: Final = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


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

    A client that is slow with its headers is turned away; with ``limits`` also one of too many.
    """
    listening = listen(host, port)
    config = uvicorn.Config(app, **_how(limits))
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await server.ready.wait()
        yield listening.getsockname()[1]
    finally:
        server.end()
        await task
        listening.close()


def _how(limits: Limits | None) -> dict[str, Any]:
    every = {"http": _Impatient, "log_level": "critical", "lifespan": "off", "access_log": False}
    every["date_header"] = False  # ``_Impatient`` keeps it: uvicorn would renew it every second
    if limits is None:
        return every | {"timeout_graceful_shutdown": 1}
    return every | {
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


class _Impatient(HttpToolsProtocol):
    """Uvicorn's HTTP, except that headers which do not come, or do not end, end the connection.

    Uvicorn itself would wait for them for ever, and its parser in C would take any number of them.
    """

    _timer: asyncio.TimerHandle | None = None
    _head_bytes = 0  # since the last whole head, of what is no body

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._timer = self.loop.call_later(HEAD_S, self._give_up)

    def data_received(self, data: bytes) -> None:
        self.server_state.default_headers = _date(int(time.time()))
        before, reads_a_body = self.cycle, self._reads_a_body()
        super().data_received(data)
        if not self._waits_for_a_head():
            self._stop_timer()
        elif self._timer is None:
            self._timer = self.loop.call_later(HEAD_S, self._give_up)
        is_head = self.cycle is before and not reads_a_body
        self._head_bytes = self._head_bytes + len(data) if is_head else 0
        if self._head_bytes > HEAD_MOST_BYTES:
            self._refuse_the_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def _waits_for_a_head(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # uvicorn's own type hides that there is none at first
        return cycle is None or cycle.response_complete

    def _reads_a_body(self) -> bool:
        return not self._waits_for_a_head() and self.cycle.more_body

    def _refuse_the_head(self) -> None:
        """Not a word into an answer that is still to come."""
        if self._waits_for_a_head() and not self.transport.is_closing():
            self.transport.write(_TOO_LONG)
        self.transport.close()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if self._waits_for_a_head():
            self.transport.close()


@lru_cache(maxsize=1)
def _date(second: int) -> list[tuple[bytes, bytes]]:
    """RFC 9110, section 6.6.1: whoever has a clock says when it answered."""
    return [(b"date", formatdate(second, usegmt=True).encode())]


class _Server(uvicorn.Server):
    """Uvicorn that says when it listens, sleeps until it must end, and leaves signals to whoever runs it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready, self._ended = asyncio.Event(), asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        """Until ``end``: uvicorn would look ten times a second."""
        await self._ended.wait()

    def end(self) -> None:
        """Take no more, and let what is under way end."""
        self.should_exit = True
        self._ended.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signal."""
        yield
