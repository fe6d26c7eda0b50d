"""Updates between processes: nobody else can send or read one, and one that does not answer costs little time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from starlette.applications import Starlette

from bot.transport.http import handover
from bot.transport.http.front import Front
from bot.transport.http.handover import ANSWER_WITHIN_S, MOST_BYTES, SILENT_FOR_S, Answer, Carrier, Envelope, Handover
from bot.transport.http.serving import serving
from tests.harness.ports import free_port

KEY, OTHER_KEY = bytes(range(32)), bytes(32)
UPDATE = b'{"update_id": 1, "message": {"text": "482913"}}'


@dataclass
class Holder:
    """Another process, as far as it can be reached."""

    answers: list[Answer] = field(default_factory=lambda: [Answer.TAKEN])
    got: list[bytes] = field(default_factory=list)

    async def take(self, raw: bytes) -> Answer:
        self.got.append(raw)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@asynccontextmanager
async def listening(holder: Holder, key: bytes = KEY) -> AsyncIterator[str]:
    app = Front({handover.PATH: Handover(Envelope([key]), holder.take).answer}, Starlette())
    async with serving(app, "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"


@dataclass
class Steady:
    """Seconds, moved by hand."""

    now_s: float = 0.0

    def __call__(self) -> float:
        return self.now_s


async def test_an_update_arrives_as_it_was_and_its_answer_comes_back() -> None:
    holder = Holder([Answer.TAKEN, Answer.NOT_OURS, Answer.AWAY])
    carrier = Carrier(Envelope([KEY]), steady_s=Steady())

    async with listening(holder) as address:
        answers = [await carrier.bring(address, UPDATE) for _ in range(3)]
        await carrier.close()

    assert answers == [Answer.TAKEN, Answer.NOT_OURS, Answer.AWAY]
    assert holder.got == [UPDATE] * 3


async def test_many_at_once_share_connections_and_none_is_mixed_up() -> None:
    holder, carrier = Holder(), Carrier(Envelope([KEY]), steady_s=Steady())

    async with listening(holder) as address:
        for _ in range(3):
            await asyncio.gather(*(carrier.bring(address, str(n).encode()) for n in range(20)))
        kept = len(carrier._idle[address])
        await carrier.close()

    assert sorted(holder.got) == sorted(str(n).encode() for n in range(20) for _ in range(3))
    assert kept == 20


@pytest.mark.parametrize("key", [OTHER_KEY])
async def test_who_has_other_keys_is_refused(key: bytes) -> None:
    holder, carrier = Holder(), Carrier(Envelope([key]), steady_s=Steady())

    async with listening(holder) as address:
        assert await carrier.bring(address, UPDATE) is Answer.FORBIDDEN
        await carrier.close()

    assert holder.got == []


async def test_nobody_on_the_way_reads_what_is_handed_over_and_no_two_look_alike() -> None:
    first, second = (Envelope([KEY]).seal(UPDATE) for _ in range(2))

    assert b"482913" not in first
    assert first != second
    assert Envelope([KEY]).open(first) == UPDATE


def test_what_was_sealed_before_the_keys_were_rotated_opens() -> None:
    assert Envelope([KEY, OTHER_KEY]).open(Envelope([OTHER_KEY]).seal(UPDATE)) == UPDATE
    assert Envelope([OTHER_KEY]).open(Envelope([KEY, OTHER_KEY]).seal(UPDATE)) is None


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_what_was_changed_on_the_way_does_not_open(cut: int) -> None:
    sealed = bytearray(Envelope([KEY]).seal(UPDATE))
    assert Envelope([KEY]).open(bytes(sealed[:cut])) is None
    sealed[cut] ^= 1
    assert Envelope([KEY]).open(bytes(sealed)) is None


async def test_a_body_that_is_too_large_is_not_read() -> None:
    holder, carrier = Holder(), Carrier(Envelope([KEY]), steady_s=Steady())

    async with listening(holder) as address:
        await carrier.bring(address, b"x" * (MOST_BYTES + 1))
        await carrier.close()

    assert holder.got == []


async def test_who_does_not_listen_any_more_is_not_asked_again_at_once() -> None:
    port, steady = free_port(), Steady()
    address = f"http://127.0.0.1:{port}"
    carrier = Carrier(Envelope([KEY]), steady_s=steady)
    assert await carrier.bring(address, UPDATE) is None
    holder = Holder()

    async with _at(holder, port):
        assert await carrier.bring(address, UPDATE) is None
        steady.now_s += SILENT_FOR_S
        assert await carrier.bring(address, UPDATE) is Answer.TAKEN
        await carrier.close()


async def test_who_is_paused_is_waited_for_no_longer_than_a_person_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel of a paused process still takes connections."""
    monkeypatch.setattr(handover, "ANSWER_WITHIN_S", 0.05)
    writers: list[asyncio.StreamWriter] = []
    paused = await asyncio.start_server(lambda _reader, writer: writers.append(writer), "127.0.0.1", 0)
    carrier = Carrier(Envelope([KEY]), steady_s=Steady())

    async with paused:
        port = paused.sockets[0].getsockname()[1]
        assert await carrier.bring(f"http://127.0.0.1:{port}", UPDATE) is None
        for writer in writers:
            writer.close()

    assert ANSWER_WITHIN_S <= 2.0


async def test_a_process_without_an_address_is_not_looked_for() -> None:
    assert await Carrier(Envelope([KEY]), steady_s=Steady()).bring("", UPDATE) is None


async def test_a_connection_that_was_closed_meanwhile_is_made_again() -> None:
    holder, carrier = Holder(), Carrier(Envelope([KEY]), steady_s=Steady())
    async with listening(holder) as address:
        assert await carrier.bring(address, UPDATE) is Answer.TAKEN
    port = int(address.rpartition(":")[2])

    async with _at(holder, port):
        assert await carrier.bring(address, UPDATE) is Answer.TAKEN
        await carrier.close()


@asynccontextmanager
async def _at(holder: Holder, port: int) -> AsyncIterator[None]:
    app = Front({handover.PATH: Handover(Envelope([KEY]), holder.take).answer}, Starlette())
    async with serving(app, "127.0.0.1", port):
        yield


@pytest.mark.parametrize("shown", ["", "x-hundi-pass: ", f"x-hundi-pass: {'0' * 64}", "x-hundi-pass: \xff"])
async def test_a_stranger_is_refused_before_a_byte_of_the_body(shown: str) -> None:
    holder = Holder()

    async with listening(holder) as address:
        status = await _status(address, f"{shown}\r\n" if shown else "")

    assert status == b"403"
    assert holder.got == []


def test_a_pass_is_known_through_a_rotation_and_says_nothing_of_the_key() -> None:
    before, after = Envelope([OTHER_KEY]), Envelope([KEY, OTHER_KEY])

    assert after.knows(before.pass_shown)
    assert after.knows(after.pass_shown)
    assert not before.knows(after.pass_shown)
    assert OTHER_KEY.hex() not in before.pass_shown


async def _status(address: str, headers: str) -> bytes:
    """What is answered to headers whose body never comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    writer.write(f"POST /handover HTTP/1.1\r\nhost: x\r\n{headers}content-length: 1000\r\n\r\n".encode("latin-1"))
    async with asyncio.timeout(10):
        status = (await reader.read(16)).split(b" ")[1]
    writer.close()
    await writer.wait_closed()
    return status


async def test_one_of_us_who_sends_slowly_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover, "BODY_WITHIN_S", 0.05)
    holder = Holder()

    async with listening(holder) as address:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
        shown = f"{handover.PASS_HEADER}: {Envelope([KEY]).pass_shown}"
        writer.write(f"POST /handover HTTP/1.1\r\nhost: x\r\n{shown}\r\ncontent-length: 1000\r\n\r\nx".encode())
        async with asyncio.timeout(10):
            status = (await reader.read(16)).split(b" ")[1]
        writer.close()
        await writer.wait_closed()

    assert status == b"408"
    assert holder.got == []
