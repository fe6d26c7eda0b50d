"""What Telegram brings is stored before it is answered; what nobody may bring is refused before it is read."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
from telegram import Bot

from bot.arrivals import Arrival, PutAside
from bot.transport.http import serving as serving_module
from bot.transport.http import webhook as webhook_module
from bot.transport.http.webhook import BODY_MAX_BYTES, RETRY_AFTER_S, SECRET_HEADER, Verdict
from bot.transport.telegram.connection import TokenRefusedError, open_bot, start_bot
from bot.transport.telegram.gathering import Gathering
from bot.transport.telegram.patience import Patience
from bot.transport.telegram.receiving import Receiver
from bot.transport.telegram.webhook import Address, Webhook, WebhookGoneError, WebhookRefusedError
from ledger.kernel.errors import UnavailableError
from tests.bot.transport.far_side import TOKEN, FarSide, far_side, no, ok
from tests.bot.transport.test_polling import ASHA, text
from tests.harness.ports import free_port

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SECRET, OLD_SECRET = "N" * 43, "O" * 43
PATH = "/hundi"


@dataclass
class House:
    """What stands behind the webhook: a disk that can be full or slow, and an ear."""

    far: FarSide
    bot: Bot
    port: int = field(default_factory=free_port)
    disk: list[int] = field(default_factory=list)
    commits: list[int] = field(default_factory=list)  # how many updates each took
    aside: list[PutAside] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)
    told_to_wait: list[int] = field(default_factory=list)
    full: int = 0
    disk_turns: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)  # the disk was
    came: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))  # one for each update that was read
    no_room_for: set[int] = field(default_factory=set)
    verdicts: list[Verdict] = field(default_factory=list)
    missing: str = ""
    most_waiting: int = 1_000

    async def store(self, arrivals: Sequence[Arrival], put_aside: Sequence[PutAside]) -> Collection[int]:
        self.asked.set()
        await self.disk_turns.wait()
        if self.full:
            self.full -= 1
            raise UnavailableError("disk full")
        new = {a.update_id for a in arrivals} - set(self.disk)
        self.disk += sorted(new)
        self.aside += put_aside
        self.commits.append(len(arrivals))
        return new

    async def hear(self, arrivals: Sequence[Arrival]) -> None:
        assert {a.update_id for a in arrivals} <= set(self.disk)
        self.heard += [a.update_id for a in arrivals]

    async def must_wait(self, arrivals: Sequence[Arrival]) -> None:
        self.told_to_wait += [a.update_id for a in arrivals]

    def has_room(self, person_id: int) -> bool:
        self.came.release()
        return person_id not in self.no_room_for

    async def readiness(self) -> str:
        return self.missing

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def webhook(self, *, sleep: Callable[[float], Any] = asyncio.sleep) -> Webhook:
        receiver = Receiver(self.bot, self.store, self.hear, on_waiting=self.must_wait, now=lambda: NOW)
        address = Address("https://bot.example.org/hundi", PATH, "127.0.0.1", self.port, (SECRET, OLD_SECRET))
        return Webhook(
            self.bot,
            address,
            Gathering(receiver, self.has_room, most_waiting=self.most_waiting),
            counted=self.verdicts.append,
            ready=self.readiness,
            patience=Patience(sleep, lambda: 0.5),
            watched_every_s=0.01,
        )

    @asynccontextmanager
    async def open(self) -> AsyncIterator[httpx.AsyncClient]:
        """Served, and somebody who can ask."""
        webhook = self.webhook()
        serving = asyncio.create_task(webhook.run())
        async with httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=20.0, limits=httpx.Limits()) as http:
            try:
                await _until_ready(http, serving)
                yield http
            finally:
                serving.cancel()
                await asyncio.wait([serving])
                await webhook.close()


async def _until_ready(http: httpx.AsyncClient, serving: "asyncio.Task[None]") -> None:
    async with asyncio.timeout(10):
        while not serving.done():
            try:
                if (await http.get("/healthz")).status_code == 200:
                    return
            except httpx.ConnectError:
                continue


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with far_side() as far:
        far.always |= {"setWebhook": ok(True), "getWebhookInfo": ok(INFO)}
        bot = open_bot(TOKEN, far.url)
        await start_bot(bot)
        house = House(far, bot)
        house.disk_turns.set()
        try:
            yield house
        finally:
            house.disk_turns.set()
            await bot.shutdown()


INFO = {"url": "https://bot.example.org/hundi", "has_custom_certificate": False, "pending_update_count": 0}


async def bring(http: httpx.AsyncClient, update: Any, secret: str | None = SECRET) -> httpx.Response:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    return await http.post(PATH, json=update, headers=headers)


# ── taken ────────────────────────────────────────────────────────────────────


async def test_telegram_is_told_where_what_and_with_which_secret(house: House) -> None:
    async with house.open():
        await house.far.was_asked("getWebhookInfo")
        (asked,) = house.far.asked("setWebhook")

    assert asked["url"] == "https://bot.example.org/hundi"
    assert asked["secret_token"] == SECRET
    assert json.loads(asked["allowed_updates"]) == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert asked.get("drop_pending_updates", "false").lower() == "false"


async def test_an_update_is_on_disk_before_it_is_answered(house: House) -> None:
    house.disk_turns.clear()
    async with house.open() as http:
        answer = asyncio.create_task(bring(http, text(7)))
        await house.asked.wait()
        assert not answer.done()

        house.disk_turns.set()

        assert (await answer).status_code == 200
    assert house.disk == house.heard == [7]


async def test_the_same_update_again_is_answered_and_not_handled_again(house: House) -> None:
    async with house.open() as http:
        answers = [await bring(http, text(7)) for _ in range(5)]

    assert {answer.status_code for answer in answers} == {200}
    assert house.heard == [7]


async def test_the_secret_of_the_keys_before_a_rotation_is_taken(house: House) -> None:
    async with house.open() as http:
        assert (await bring(http, text(7), OLD_SECRET)).status_code == 200


async def test_a_hundred_at_once_share_a_few_commits(house: House) -> None:
    house.disk_turns.clear()
    async with house.open() as http:
        answers = [asyncio.create_task(bring(http, text(7)))]
        await house.asked.wait()
        answers += [asyncio.create_task(bring(http, text(8 + n))) for n in range(60)]
        async with asyncio.timeout(20):
            for _ in answers:
                await house.came.acquire()
        house.disk_turns.set()
        done = await asyncio.gather(*answers)

    assert {answer.status_code for answer in done} == {200}
    assert sorted(house.heard) == list(range(7, 68))
    assert house.commits == [1, 60]


async def test_an_update_nobody_can_read_is_put_aside_and_not_brought_for_ever(house: House) -> None:
    unreadable = {"update_id": 8, "callback_query": {"id": "c", "from": {"id": "x"}, "data": "p.secret"}}
    async with house.open() as http:
        assert (await bring(http, unreadable)).status_code == 200

    assert [aside.update_id for aside in house.aside] == [8]
    assert "p.secret" not in str(house.aside)


async def test_a_full_disk_is_503_and_people_hear_that_it_waits(house: House) -> None:
    house.full = 1
    async with house.open() as http:
        refused = await bring(http, text(7))
        assert (refused.status_code, refused.headers["retry-after"]) == (503, str(RETRY_AFTER_S))
        assert house.told_to_wait == [7]
        assert (await bring(http, text(7))).status_code == 200

    assert house.heard == [7]


async def test_one_person_too_many_of_whose_updates_wait_is_503_and_others_go_on(house: House) -> None:
    house.no_room_for = {1001}
    theirs = text(8) | {"message": text(8)["message"] | {"from": ASHA | {"id": 1002}}}
    theirs["message"]["chat"] = {"id": 1002, "type": "private", "first_name": "Priya"}
    async with house.open() as http:
        assert (await bring(http, text(7))).status_code == 503
        assert (await bring(http, theirs)).status_code == 200

    assert house.heard == [8]


async def test_more_waiting_for_the_disk_than_there_is_room_for_is_503(house: House) -> None:
    house.disk_turns.clear()
    house.most_waiting = 20
    async with house.open() as http:
        answers = [asyncio.create_task(bring(http, text(7 + n))) for n in range(60)]
        await asyncio.wait(answers, return_when=asyncio.FIRST_COMPLETED)
        house.disk_turns.set()
        codes = [answer.status_code for answer in await asyncio.gather(*answers)]

    assert set(codes) == {200, 503}
    assert len(house.heard) == codes.count(200) >= house.most_waiting


# ── refused ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("secret", [None, "", "x", SECRET[:-1], SECRET + "x", SECRET.lower(), "é" * 3])
async def test_without_the_right_secret_nothing_is_read(house: House, secret: str | None) -> None:
    headers = [] if secret is None else [(SECRET_HEADER.encode(), secret.encode("latin-1"))]
    async with house.open() as http:
        answer = await http.post(PATH, content=b"not even JSON", headers=headers)

    assert answer.status_code == 401
    assert answer.content == b""
    assert house.verdicts == [Verdict.FORBIDDEN]
    assert house.disk == []


async def test_two_secrets_are_no_secret(house: House) -> None:
    async with house.open() as http:
        answer = await http.post(PATH, json=text(7), headers=[(SECRET_HEADER, SECRET), (SECRET_HEADER, SECRET)])

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", PATH, 405),
        ("PUT", PATH, 405),
        ("POST", "/", 404),
        ("POST", "/hundi/more", 404),
        ("POST", "/metrics", 404),
        ("GET", "/metrics", 404),
        ("POST", "/healthz", 405),
    ],
)
async def test_another_method_or_path_is_refused(house: House, method: str, path: str, status: int) -> None:
    async with house.open() as http:
        answer = await http.request(method, path, json=text(7), headers={SECRET_HEADER: SECRET})

    assert answer.status_code == status
    assert house.disk == []


GARBAGE = [
    b"",
    b"{",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"update_id":' * 50_000,
    b"9" * 10_000,
    b"null",
    b"[]",
    b'"update"',
    b"{}",
    b'{"update_id": "7"}',
    b'{"update_id": -1}',
    b'{"update_id": true}',
    b'{"update_id": 1e309}',
    b'{"update_id": 99999999999999999999}',
]


@pytest.mark.parametrize("body", GARBAGE, ids=[str(body[:20]) for body in GARBAGE])
async def test_what_is_no_update_is_refused_without_a_traceback(
    house: House, body: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    headers = {SECRET_HEADER: SECRET, "content-type": "application/json; charset=utf-8"}
    async with house.open() as http:
        answer = await http.post(PATH, content=body, headers=headers)
        assert (await bring(http, text(7))).status_code == 200  # and the next one is taken

    assert answer.status_code == 400
    assert house.heard == [7]
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
async def test_another_type_of_content_is_refused(house: House, kind: str) -> None:
    async with house.open() as http:
        answer = await http.post(PATH, content=b"{}", headers={SECRET_HEADER: SECRET, "content-type": kind})

    assert answer.status_code == 415


@pytest.mark.parametrize(("over", "status"), [(-1, 400), (0, 400), (1, 413)])
async def test_a_body_has_one_mebibyte_and_no_byte_more(house: House, over: int, status: int) -> None:
    body = b"[" + b" " * (BODY_MAX_BYTES + over - 2) + b"]"
    async with house.open() as http:
        headers = {SECRET_HEADER: SECRET, "content-type": "application/json"}
        assert (await http.post(PATH, content=body, headers=headers)).status_code == status


def _head(*lines: str) -> bytes:
    head = [f"POST {PATH} HTTP/1.1", "host: x", f"{SECRET_HEADER}: {SECRET}", "content-type: application/json", *lines]
    return "\r\n".join([*head, "", ""]).encode()


async def _status(port: int, head: bytes, chunk: bytes = b"", *, chunks: int = 0) -> int:
    """What a rude client hears: it sends on until it is answered, and stops when the line breaks."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(head)
        answer = asyncio.create_task(reader.read(16))
        try:
            for _ in range(chunks):
                writer.write(chunk)
                await writer.drain()
                if answer.done():
                    break
        except ConnectionError:
            pass
        async with asyncio.timeout(20):
            try:
                return int((await answer).split(b" ")[1])
            except (ConnectionError, IndexError):
                return 0
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def test_a_body_without_a_length_is_cut_off_when_it_is_too_long(house: House) -> None:
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    async with house.open():
        status = await _status(house.port, _head("transfer-encoding: chunked"), chunk, chunks=1_000)

    assert status in {413, 0}  # 0: it was still sending when the line was closed
    assert house.verdicts == [Verdict.REFUSED]
    assert house.disk == []


@pytest.mark.parametrize("length", ["99999999999999999999999", "1048577", "-1", "7x"])
async def test_a_length_that_is_too_much_or_none_is_refused_before_the_body(house: House, length: str) -> None:
    async with house.open():
        assert await _status(house.port, _head(f"content-length: {length}")) in {400, 413}

    assert house.disk == []


async def test_a_body_that_does_not_come_is_given_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house.open():
        monkeypatch.setattr(webhook_module, "BODY_S", 0.05)
        assert await _status(house.port, _head("content-length: 1000"), b"{", chunks=1) == 408

    assert house.disk == []


@pytest.mark.parametrize("sent", [b"", b"POST /hundi HTTP/1.1\r\nhost: x\r\nx-slow: "])
async def test_headers_that_do_not_come_end_the_connection(
    house: House, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    """Slow loris: a thousand of these would otherwise keep Telegram out for ever."""
    async with house.open():
        monkeypatch.setattr(serving_module, "HEAD_S", 0.05)
        assert await _status(house.port, sent) == 0


async def test_headers_of_a_second_request_that_do_not_come_end_it_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.open():
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        first = await reader.readuntil(b"alive\n")
        monkeypatch.setattr(serving_module, "HEAD_S", 0.05)
        writer.write(b"GET /hea")
        async with asyncio.timeout(10):
            rest = await reader.read()  # until the other side closes
        writer.close()
        await writer.wait_closed()

    assert (first[:12], rest) == (b"HTTP/1.1 200", b"")


async def test_headers_that_are_too_long_are_refused(house: House) -> None:
    async with house.open():
        assert await _status(house.port, _head("x-long: " + "x" * 100_000)) in {400, 431, 0}

    assert house.disk == []


async def test_headers_that_do_not_end_are_given_up_however_they_come(house: House) -> None:
    """The parser in C takes any number: whoever sends for ten seconds would fill the memory."""
    async with house.open():
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(b"GET /healthz HTTP/1.1\r\nhost: x\r\n")
        sent = 0
        async with asyncio.timeout(10):
            answer = asyncio.create_task(reader.read())
            while not answer.done() and sent < 4 * serving_module.HEAD_MOST_BYTES:
                with contextlib.suppress(ConnectionError):
                    writer.write(b"x-more: y\r\n" * 1_000)
                    await writer.drain()
                sent += 11_000
                await asyncio.wait([answer], timeout=0.05)
        assert answer.done(), sent
        with contextlib.suppress(ConnectionError):
            assert (await answer)[:12] in {b"HTTP/1.1 431", b""}
        writer.close()


async def test_a_large_body_does_not_count_among_the_headers_of_the_next_request(house: House) -> None:
    async with house.open():
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        large = json.dumps(text(7) | {"more": "x" * 300_000}).encode()
        writer.write(_head(f"content-length: {len(large)}") + large)
        first = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"GET /heal")
        await writer.drain()
        writer.write(b"thz HTTP/1.1\r\nhost: x\r\n\r\n")
        async with asyncio.timeout(10):
            second = await reader.readuntil(b"alive\n")
        writer.close()
        await writer.wait_closed()

    assert (first[:12], second[:12]) == (b"HTTP/1.1 200", b"HTTP/1.1 200")


async def test_an_answer_says_when_it_was_given(house: House) -> None:
    """RFC 9110: whoever has a clock. Uvicorn would renew the date every second, whether anybody asks or not."""
    async with house.open() as http:
        answer = await http.get("/healthz")

    said = parsedate_to_datetime(answer.headers["date"])
    assert abs((datetime.now(UTC) - said).total_seconds()) < 5


# ── set, watched, left ───────────────────────────────────────────────────────


async def test_ready_says_what_is_missing(house: House) -> None:
    async with house.open() as http:
        assert (await http.get("/healthz")).status_code == 200
        await house.far.was_asked("getWebhookInfo", times=2)
        assert (await http.get("/readyz")).status_code == 200

        house.missing = "the store does not answer"
        answer = await http.get("/readyz")

    assert (answer.status_code, answer.text) == (503, "not ready: the store does not answer\n")


async def test_while_it_stops_what_was_begun_is_answered_and_nothing_new_is_taken(house: House) -> None:
    webhook = house.webhook()
    serving = asyncio.create_task(webhook.run())
    async with httpx.AsyncClient(base_url=house.url, trust_env=False) as http:
        await _until_ready(http, serving)
        house.disk_turns.clear()
        begun = asyncio.create_task(bring(http, text(7)))
        await house.asked.wait()

        serving.cancel()
        await asyncio.sleep(0)
        late, ready = await bring(http, text(8)), await http.get("/readyz")
        assert not serving.done()  # it waits for what was begun
        house.disk_turns.set()

        assert (await begun).status_code == 200
        assert (late.status_code, ready.status_code, ready.text) == (503, 503, "not ready: stopping\n")
        await asyncio.wait([serving])
        await webhook.close()
        with pytest.raises(httpx.ConnectError):
            await http.get("/healthz")
    assert house.heard == [7]
    assert house.far.asked("deleteWebhook") == []


async def test_an_update_that_was_still_coming_when_it_stopped_is_brought_again(house: House) -> None:
    """A press is in no database: acknowledged by a process that plays no more turns, it would be lost."""
    body = json.dumps(text(7)).encode()
    webhook = house.webhook()
    serving = asyncio.create_task(webhook.run())
    async with httpx.AsyncClient(base_url=house.url, trust_env=False) as http:
        await _until_ready(http, serving)
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(_head(f"content-length: {len(body)}") + body[:20])
        await writer.drain()
        await http.get("/healthz")  # so that the other one's head was read

        serving.cancel()
        await asyncio.wait([serving])
        writer.write(body[20:])
        status = (await reader.read(16)).split(b" ")[1]
        writer.close()
        await writer.wait_closed()
        await webhook.close()

    assert status == b"503"
    assert house.disk == []


async def test_a_telegram_that_is_away_is_asked_again(house: House) -> None:
    house.far.script("setWebhook", no(502, "Bad Gateway"), no(429, "Too Many Requests", retry_after=3), ok(True))
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0)

    webhook = house.webhook(sleep=sleep)
    serving = asyncio.create_task(webhook.run())
    await house.far.was_asked("getWebhookInfo")
    serving.cancel()
    await asyncio.wait([serving])
    await webhook.close()

    assert slept == [0.75, 3.0]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (no(400, "Bad Request: bad webhook: Failed to resolve host"), WebhookRefusedError),
        (no(401, "Unauthorized"), TokenRefusedError),
    ],
)
async def test_what_only_an_operator_can_mend_ends_it(house: House, answer: Any, error: type[Exception]) -> None:
    house.far.script("setWebhook", *[answer] * 3)

    async def at_once(_seconds: float) -> None:
        await asyncio.sleep(0)

    webhook = house.webhook(sleep=at_once)
    with pytest.raises(error):
        await webhook.run()
    await webhook.close()


async def test_a_webhook_that_somebody_took_away_ends_it(house: House) -> None:
    """Deaf and silent would be worse: nobody would look."""
    house.far.script("getWebhookInfo", ok(INFO), ok(INFO), ok(INFO | {"url": "https://other.example.org/x"}))
    house.far.always["getWebhookInfo"] = ok(INFO | {"url": ""})
    webhook = house.webhook()

    async with asyncio.timeout(10):
        with pytest.raises(WebhookGoneError):
            await webhook.run()
    await webhook.close()


async def test_an_address_that_is_taken_is_said(house: House) -> None:
    async with house.open():
        second = house.webhook()
        with pytest.raises(OSError, match="Address already in use"):
            await second.run()
        await second.close()
