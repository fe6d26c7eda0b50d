"""The town over HTTP: one Starlette application on loopback, for bots and for the page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.routing import Route

from bot.sandbox.bot_api import BotApi
from bot.sandbox.calls import Calls
from bot.sandbox.courier import Courier
from bot.sandbox.faults import Faults
from bot.sandbox.guard import LOOPBACK, Guard
from bot.sandbox.page_api import PageApi
from bot.sandbox.snapshot import keeping
from bot.sandbox.story_api import Standings, StoryApi
from bot.sandbox.tools_api import BotProcess, ToolsApi
from bot.sandbox.town import Town
from bot.transport.http.serving import serving as listening

UTC: Final = ZoneInfo("UTC")
_VERBS = ["GET", "POST"]


@dataclass(frozen=True, slots=True)
class Around:
    """What a town cannot know by itself: where it lies, the bot as a process, and how people stand in its books."""

    zone: ZoneInfo = UTC
    process: BotProcess | None = None
    standings: Standings | None = None


def app(
    town: Town,
    *,
    faults: Faults | None = None,
    calls: Calls | None = None,
    around: Around | None = None,
) -> Starlette:
    """The application of one town. Its faces stand in ``app.state``, for whoever must stop them."""
    around = around or Around()
    api = BotApi(town, faults, calls)
    tools = ToolsApi(town, api, around.zone, around.process)
    story = StoryApi(town, around.standings)
    page = PageApi(town, api, tools)
    routes = [
        Route("/bot{token}/{method}", api.handle, methods=_VERBS),
        Route("/file/bot{token}/{folder}/{file_id}", api.file),
        *tools.routes(),
        *story.routes(),
        *page.routes(),
    ]
    built = Starlette(routes=routes)
    built.state.bot_api = api
    built.state.page_api = page
    built.state.tools_api = tools
    built.state.story_api = story
    built.add_middleware(Guard)
    return built


@dataclass(frozen=True, slots=True)
class Serving:
    """A town that is open."""

    town: Town
    faults: Faults
    calls: Calls
    bot_api: BotApi
    host: str
    port: int

    @property
    def page_url(self) -> str:
        """Where a person looks."""
        return f"http://{self.host}:{self.port}/"

    @property
    def api_url(self) -> str:
        """Where a bot asks: what HUNDI_TELEGRAM_API_URL takes. The token is appended as ``/bot<token>/method``."""
        return f"http://{self.host}:{self.port}"

    @property
    def clock_url(self) -> str:
        """Where a bot follows the clock of the town: what HUNDI_CLOCK_URL takes."""
        return f"{self.api_url}/town/clock"

    @property
    def courier(self) -> Courier:
        """Brings updates to a webhook."""
        return self.bot_api.courier

    async def until_polled(self, *, timeout_s: float = 10.0) -> None:
        """Wait until a bot waits for updates."""
        await self.town.wait_until(lambda: self.bot_api.is_polled or None, timeout_s=timeout_s)


@asynccontextmanager
async def serve(
    town: Town,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    snapshot: Path | None = None,
    zone: ZoneInfo = UTC,
    process: BotProcess | None = None,
    standings: Standings | None = None,
) -> AsyncIterator[Serving]:
    """Open the town on loopback while the block runs; port 0 picks a free one. ``OSError`` when the port is taken.

    With a ``snapshot`` the town goes on where that file says it stopped, and the file follows what happens.
    ``SnapshotError`` when it cannot be read. The page shows times of ``zone``, and offers to end the ``process`` of
    the bot and to start it again if there is one. ``standings`` says how everybody stands when a story begins.
    """
    if host not in LOOPBACK:
        raise ValueError("the town opens on loopback only: whoever reaches it can be anybody in it")
    around = Around(zone, process, standings)
    kept = keeping(town, snapshot) if snapshot else nullcontext()
    async with kept, _open(town, host, port, around) as serving:
        yield serving


@asynccontextmanager
async def _open(town: Town, host: str, port: int, around: Around) -> AsyncIterator[Serving]:
    faults, calls = Faults(), Calls()
    built = app(town, faults=faults, calls=calls, around=around)
    async with listening(built, host, port) as bound:
        try:
            yield Serving(town, faults, calls, built.state.bot_api, host, bound)
        finally:
            await built.state.bot_api.courier.stop()
            built.state.bot_api.stop()
            built.state.page_api.stop()
            built.state.tools_api.stop()
            built.state.story_api.stop()
            faults.clear()
