"""An update whose person another process serves is handed over to it, in memory: a PIN's taps never touch a disk.

The body is the raw update, sealed with a key that all processes of this bot derive from their keys file: what opens was
sent by one of us, and nobody on the way reads it. A pass of the same key stands in the headers, so that a stranger is
turned away before a byte of a body is read; somebody who overheard one can make us read, and no more. A repetition
changes nothing, since an update's number is known. It knows how to carry and open one, not what becomes of it.
"""

import asyncio
import hmac
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from enum import Enum
from typing import Final
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from starlette.requests import Request
from starlette.responses import Response

PATH: Final = "/handover"
MOST_BYTES: Final = 1_048_576  # as for an update that Telegram brings
BODY_WITHIN_S: Final = 5.0  # whoever is slower than this is none of us
ANSWER_WITHIN_S: Final = 2.0  # a holder that is alive answers in milliseconds; one that is paused is not waited for
SILENT_FOR_S: Final = 1.0  # who did not answer is not asked by everybody at once
_NONCE_BYTES: Final = 12  # RFC 8452
_WHAT: Final = b"hundi handover 1"
_PASS: Final = b"hundi handover pass 1"
PASS_HEADER: Final = "x-hundi-pass"  # noqa: S105  # its name
_IDLE: Final = 32  # connections kept for each process


class Answer(Enum):
    """What became of an update that was handed over."""

    TAKEN = 200
    NOT_OURS = 409  # its person is somebody else's by now: look again
    AWAY = 503  # neither stored nor refused: it must come again
    FORBIDDEN = 403  # it does not open: the other has other keys


class Envelope:
    """Seals an update for another process of this bot; the first of the keys seals, all of them open."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = tuple(AESGCMSIV(key) for key in keys)
        self._passes = tuple(hmac.digest(key, _PASS, "sha256").hex().encode("ascii") for key in keys)

    @property
    def pass_shown(self) -> str:
        """What stands in the header of what we bring."""
        return self._passes[0].decode("ascii")

    def knows(self, shown: str) -> bool:
        """Whether one of us shows this. Every pass is compared, in a time that says nothing of any."""
        given = shown.encode("latin-1")
        fits = [hmac.compare_digest(given, one) for one in self._passes]
        return any(fits)

    def seal(self, raw: bytes) -> bytes:
        """As it travels."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._ciphers[0].encrypt(nonce, raw, _WHAT)

    def open(self, sealed: bytes) -> bytes | None:
        """The update; ``None`` for what none of us sent."""
        for cipher in self._ciphers:
            with suppress(InvalidTag, ValueError):  # another version of the keys, or none of ours
                return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _WHAT)
        return None


class Handover:
    """Where other processes of this bot bring updates."""

    def __init__(self, envelope: Envelope, take: Callable[[bytes], Awaitable[Answer]]) -> None:
        self._envelope, self._take = envelope, take

    async def answer(self, request: Request) -> Response:
        """What became of it; a stranger's body is not read."""
        if not self._envelope.knows(request.headers.get(PASS_HEADER, "")):
            return _hang_up(Answer.FORBIDDEN.value)
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_WITHIN_S):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > MOST_BYTES:
                        return _hang_up(413)
        except TimeoutError:
            return _hang_up(408)
        raw = self._envelope.open(bytes(body))
        return Response(status_code=(Answer.FORBIDDEN if raw is None else await self._take(raw)).value)


def _hang_up(status: int) -> Response:
    return Response(status_code=status, headers={"connection": "close"})


class Carrier:
    """Brings updates to other processes, over connections that are kept.

    A client of its own: one call through a library costs the processor more than all the rest of a hand-over.
    """

    def __init__(self, envelope: Envelope, *, steady_s: Callable[[], float]) -> None:
        self._envelope, self._steady_s = envelope, steady_s
        self._idle: defaultdict[str, list[_Line]] = defaultdict(list)
        self._silent_until_s: dict[str, float] = {}

    async def bring(self, address: str, raw: bytes) -> Answer | None:
        """What the process at this address says; ``None`` when it does not answer: it may have taken it, or not."""
        if not address or self._steady_s() < self._silent_until_s.get(address, 0.0):
            return None
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return await self._ask(address, self._envelope.seal(raw))
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            self._silent_until_s[address] = self._steady_s() + SILENT_FOR_S
            return None

    async def close(self) -> None:
        """Hang up."""
        for lines in self._idle.values():
            for line in lines:
                line.hang_up()
        self._idle.clear()
        await asyncio.sleep(0)  # the loop closes what was broken off

    async def _ask(self, address: str, sealed: bytes) -> Answer:
        while lines := self._idle[address]:
            line = lines.pop()
            try:
                return await self._say(address, line, sealed)
            except (ConnectionError, asyncio.IncompleteReadError):
                continue  # it was closed while nobody looked; a repetition is known by its number
        host = urlsplit(address)
        return await self._say(address, await self._open(host.hostname or "", host.port or 80), sealed)

    async def _open(self, host: str, port: int) -> "_Line":
        return await _Line.open(host, port, self._envelope.pass_shown)

    async def _say(self, address: str, line: "_Line", sealed: bytes) -> Answer:
        kept = False
        try:
            answer = Answer(await line.post(sealed))
            kept = len(self._idle[address]) < _IDLE
        finally:
            if not kept:
                line.hang_up()
        self._idle[address].append(line)
        return answer


class _Line:
    """One connection, one call at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str) -> None:
        self._reader, self._writer, self._head = reader, writer, head

    @classmethod
    async def open(cls, host: str, port: int, shown: str) -> "_Line":
        head = f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\n{PASS_HEADER}: {shown}\r\nContent-Length: "
        return cls(*await asyncio.open_connection(host, port), head)

    async def post(self, body: bytes) -> int:
        """The status. Our own server answers without a body."""
        self._writer.write(f"{self._head}{len(body)}\r\n\r\n".encode("ascii") + body)
        said = await self._reader.readuntil(b"\r\n\r\n")
        for line in said.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                await self._reader.readexactly(int(line.partition(b":")[2]))
        return int(said.split(b" ", 2)[1])

    def hang_up(self) -> None:
        self._writer.transport.abort()
