"""Several ``hundi serve`` on one PostgreSQL, behind a balancer that gives each in turn what the town brings."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from ledger.database.opening import open_database
from ledger.database.port import Query
from tests.harness.ports import free_port
from tests.kill.bot_process import BotProcess
from tests.kill.stage import READY_S, Stage, open_stage

_HOLDERS: Final = Query("SELECT address FROM processes JOIN roles USING (process_id) WHERE name = :name")
_GONE: Final = Query("SELECT 1 AS there FROM processes WHERE address = :address")
_LOOKED_AT_EVERY_S: Final = 0.05


@dataclass(slots=True)
class Member:
    """One of the processes."""

    process: BotProcess
    port: int

    @property
    def address(self) -> str:
        """Where others hand over to it."""
        return f"http://127.0.0.1:{self.port}"

    async def until_ready(self) -> None:
        """Until its own /readyz says that it serves."""
        async with asyncio.timeout(READY_S), httpx.AsyncClient() as client:
            while not await self._is_ready(client):
                assert self.process.process.returncode is None, self.process.last_words()
                await asyncio.sleep(_LOOKED_AT_EVERY_S)

    async def _is_ready(self, client: httpx.AsyncClient) -> bool:
        try:
            return (await client.get(f"{self.address}/readyz")).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    async def until_logged(self, event: str, times: int) -> None:
        """Until its log has so many more of these. Each is waited for as long as a start may take."""
        wanted = self._logged(event) + times
        while (seen := self._logged(event)) < wanted:
            async with asyncio.timeout(READY_S):
                while self._logged(event) == seen:  # noqa: ASYNC110 - lines of a file that another process writes
                    await asyncio.sleep(_LOOKED_AT_EVERY_S)

    def _logged(self, event: str) -> int:
        return self.process.log_file.read_text("utf-8", "replace").count(event)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Not a step further, while the block runs; its connections stay open."""
        self.process.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.process.send_signal(signal.SIGCONT)


@dataclass(slots=True)
class Several:
    """The stage with its processes. ``stage.bot`` is none of them."""

    stage: Stage
    members: list[Member]

    async def until_buried(self, member: Member, within_s: float) -> None:
        """Until another has found it dead and serves its people."""
        await self._until(_GONE, {"address": member.address}, False, within_s)

    async def with_role(self, role: str) -> Member:
        """Whoever does this for all."""
        database = await open_database(self.stage.settings.database_url)
        try:
            row = await database.one(_HOLDERS, {"name": role})
        finally:
            await database.close()
        assert row is not None, f"nobody has the role {role}"
        return next(member for member in self.members if member.address == row["address"])

    def last_words(self) -> str:
        """Of all."""
        return "\n\n".join(member.process.last_words() for member in self.members)

    def faults(self) -> list[str]:
        """What no process may ever log."""
        return [fault for member in self.members for fault in member.process.faults()]

    async def _until(self, query: Query, values: dict[str, str], there: bool, within_s: float) -> None:
        database = await open_database(self.stage.settings.database_url)
        try:
            async with asyncio.timeout(within_s):
                while (await database.one(query, values) is not None) is not there:  # noqa: ASYNC110 - a row of a server, written by another process
                    await asyncio.sleep(_LOOKED_AT_EVERY_S)
        except TimeoutError:
            raise AssertionError(self.last_words()) from None
        finally:
            await database.close()


@asynccontextmanager
async def open_several(folder: Path, database_url: str, processes: int, people: int) -> AsyncIterator[Several]:
    """The town, its people, and so many processes that serve them."""
    ports = [free_port() for _ in range(processes)]
    webhook = f"http://127.0.0.1:{ports[0]}/hundi"
    async with open_stage(folder, people, database_url=database_url, webhook_url=webhook) as stage:
        members = [_member(stage, port) for port in ports]
        stage.serving.courier.balance(*(f"{member.address}/hundi" for member in members))
        try:
            await asyncio.gather(*(member.process.start() for member in members))
            await asyncio.gather(*(member.until_ready() for member in members))
            yield Several(stage, members)
        finally:
            await _end(members)


def _member(stage: Stage, port: int) -> Member:
    settings = stage.settings.model_copy(update={"webhook_listen": f"127.0.0.1:{port}"})
    return Member(BotProcess(settings, stage.folder / f"bot-{port}.log", "serve"), port)


async def _end(members: Sequence[Member]) -> None:
    await asyncio.gather(*(member.process.end() for member in members))
