"""One call over HTTP: whether it left, by which way, and that nothing that goes wrong with it tells the token."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import TypeAlias

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.transport.telegram import request as calls
from bot.transport.telegram.request import NeverSentError, Request
from ledger.kernel.instants import Instant
from tests.bot.transport.far_side import ME, SILENCE, TOKEN, Answer, far_side

Spoken: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(speak: Spoken, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Something that listens and is no Bot API server; its port."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await speak(reader, writer)
        finally:
            writer.close()

    listening = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


@asynccontextmanager
async def opened(api_url: str, connections: int = 4) -> AsyncIterator[Request]:
    request = Request(api_url, connections)
    await request.initialize()
    try:
        yield request
    finally:
        await request.shutdown()


async def failure_at(api_url: str, read_timeout: float | None = None) -> TelegramError:
    """What a call there ends with."""
    async with opened(api_url) as request:
        with pytest.raises(TelegramError) as raised:
            await request.post(f"{api_url}/bot{TOKEN}/sendMessage", read_timeout=read_timeout)
    return raised.value


def told_by(error: BaseException | None) -> str:
    """Everything an error tells, and those behind it."""
    seen = ""
    while error is not None:
        seen += f"{error!s} {error!r} {vars(error)} "
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return seen


async def _nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"220 smtp.example ESMTP\r\n\r\n")
    await writer.drain()


async def _half_an_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b'HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\n{"ok":tr')
    await writer.drain()


async def _in_the_open(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    assert TOKEN.encode() not in await reader.read(1_024)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")


async def _never(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    await reader.read()  # until the caller gives up


@pytest.mark.parametrize("speak", [_nonsense, _half_an_answer])
async def test_a_call_that_left_and_was_not_answered_well_may_have_arrived(speak: Spoken) -> None:
    async with server(speak) as port:
        error = await failure_at(f"http://127.0.0.1:{port}")

    assert isinstance(error, NetworkError)
    assert not isinstance(error, NeverSentError)
    assert TOKEN not in told_by(error)


async def test_a_call_that_is_not_answered_in_time_may_have_arrived() -> None:
    async with server(_never) as port:
        error = await failure_at(f"http://127.0.0.1:{port}", read_timeout=0.05)

    assert type(error) is TimedOut
    assert TOKEN not in told_by(error)


async def test_a_connection_that_is_refused_carried_nothing() -> None:
    async with server(_never) as port:
        pass

    error = await failure_at(f"http://127.0.0.1:{port}")

    assert type(error) is NeverSentError
    assert TOKEN not in told_by(error)


async def test_a_server_that_does_not_speak_tls_is_told_nothing() -> None:
    async with server(_in_the_open) as port:
        error = await failure_at(f"https://127.0.0.1:{port}")

    assert type(error) is NeverSentError
    assert TOKEN not in told_by(error)


def _self_signed(folder: Path) -> ssl.SSLContext:
    """A server's certificate for this machine that no authority has signed."""
    key, name, now = Ed25519PrivateKey.generate(), x509.Name([]), Instant.fromtimestamp(1_795_521_600)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3650))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=True)
        .sign(key, None)
    )
    file = folder / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context


async def test_a_server_with_a_certificate_nobody_vouches_for_is_told_nothing(tmp_path: Path) -> None:
    """The token goes to Telegram, not to who answers in its place."""
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read())

    async with server(listen, _self_signed(tmp_path)) as port:
        error = await failure_at(f"https://127.0.0.1:{port}")

    assert type(error) is NeverSentError
    assert not b"".join(heard)


async def test_a_call_that_found_no_free_connection_was_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "POOL_TIMEOUT_S", 0.05)
    monkeypatch.setattr(calls, "CONNECT_TIMEOUT_S", 0.05)
    monkeypatch.setattr(calls, "_TIMEOUTS", {})

    async with far_side() as far, opened(far.url, connections=1) as request:
        url = f"{far.url}/bot{TOKEN}"
        busy = asyncio.create_task(request.post(f"{url}/getUpdates"))
        await far.waiting.wait()
        with pytest.raises(NeverSentError) as raised:
            await request.post(f"{url}/getMe")
        busy.cancel()
        await asyncio.wait([busy])

    assert TOKEN not in told_by(raised.value)
    assert [name for name, _ in far.calls] == ["getUpdates"]


async def test_a_call_after_the_end_was_not_sent() -> None:
    async with far_side() as far, opened(far.url) as request:
        await request.shutdown()
        with pytest.raises(NeverSentError):
            await request.post(f"{far.url}/bot{TOKEN}/getMe")


async def test_a_connection_is_used_again() -> None:
    connections = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while await reader.readline():
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b'HTTP/1.1 200 OK\r\ncontent-length: 25\r\n\r\n{"ok":true,"result":true}')

    async with server(answer) as port, opened(f"http://127.0.0.1:{port}") as request:
        for _ in range(3):
            assert await request.retrieve(f"http://127.0.0.1:{port}/bot{TOKEN}/getMe")

    assert connections == 1


async def test_a_redirection_is_not_followed() -> None:
    """Nobody leads the token elsewhere."""
    async with far_side() as far, opened(far.url) as request:
        far.script("getMe", Answer(302, b""))
        with pytest.raises(NetworkError):
            await request.post(f"{far.url}/bot{TOKEN}/getMe")

    assert len(far.calls) == 1


# ── the way there ────────────────────────────────────────────────────────────

ELSEWHERE = "http://bot-api.example"  # no such machine: only a proxy can have answered


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy"])
async def test_a_proxy_that_the_environment_names_is_used(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    async with far_side() as proxy:
        monkeypatch.setenv(name, proxy.url)
        async with opened(ELSEWHERE) as request:
            answer = await request.post(f"{ELSEWHERE}/bot{TOKEN}/getMe")

    assert answer == ME


async def test_our_own_machine_is_reached_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with far_side() as far, far_side() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        async with opened(far.url) as request:
            await request.post(f"{far.url}/bot{TOKEN}/getMe")

    assert (len(far.calls), len(proxy.calls)) == (1, 0)


async def test_a_machine_named_in_no_proxy_is_reached_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    async with far_side() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "example")
        assert calls._proxy_for(ELSEWHERE) is None
        assert calls._proxy_for("http://bot-api.test") == proxy.url


async def test_an_answer_cut_off_through_a_proxy_does_not_tell_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    async with far_side() as proxy:
        proxy.script("sendMessage", SILENCE)
        monkeypatch.setenv("http_proxy", proxy.url)
        error = await failure_at(ELSEWHERE)

    assert TOKEN not in told_by(error)


async def test_what_a_call_says_goes_as_json_of_its_own_types() -> None:
    """An object inside is an object, and no text that holds one."""
    said = RequestData([RequestParameter("chat_id", 5, None), RequestParameter("reply_markup", {"keys": []}, None)])
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        heard.append(await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])))
        writer.write(b'HTTP/1.1 200 OK\r\ncontent-length: 25\r\n\r\n{"ok":true,"result":true}')

    async with server(listen) as port, opened(f"http://127.0.0.1:{port}") as request:
        await request.post(f"http://127.0.0.1:{port}/bot{TOKEN}/sendMessage", said)

    assert json.loads(heard[0]) == {"chat_id": 5, "reply_markup": {"keys": []}}
