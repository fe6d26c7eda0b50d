"""What the benchmarks of whole processes share: a town without pace, bots as child processes, and what they cost.

Processor time and memory are read from /proc, so that what the town itself costs (it runs here) is in no figure.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from bot.sandbox.pacing import NO_PACING
from bot.sandbox.server import Serving, serve
from bot.sandbox.town import Town
from bot.settings import LogLevel, Settings, environment_of
from bot.vault.keys import Keys

_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_KIB: Final = 1024
_PATIENCE_S: Final = 60.0


class Child:
    """A bot in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def cpu_s(self) -> float:
        """Processor time so far, user and system, all threads. Source: proc(5), fields 14 and 15 of stat."""
        after_name = Path(f"/proc/{self._process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / _TICKS_PER_S

    def rss_mib(self) -> float:
        """Resident memory. Source: proc(5), VmRSS of status."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text("utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / _KIB

    async def end(self) -> None:
        """Ask it to stop, and wait."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        await self._process.wait()


@asynccontextmanager
async def town() -> AsyncIterator[Serving]:
    """A town without people that answers as fast as it can."""
    async with serve(Town(people=(), pacing=NO_PACING)) as serving:
        yield serving


def settings_in(folder: Path, serving: Serving) -> Settings:
    """Settings of a bot that lives in ``folder``; its keys are made."""
    settings = Settings(
        bot_token=SecretStr(serving.town.token),
        telegram_api_url=serving.api_url,
        database_url=f"sqlite:///{folder / 'hundi.db'}",
        keys_file=folder / "hundi.keys",
        log_level=LogLevel.ERROR,
    )
    if not settings.keys_file.exists():
        Keys.new(settings.keys_file)
    return settings


@asynccontextmanager
async def hundi(settings: Settings, serving: Serving) -> AsyncIterator[Child]:
    """``hundi run`` itself, until the block ends; entered once it polls."""
    async with _running(serving, ["-m", "bot", "run"], environment_of(settings)) as child:
        yield child


@asynccontextmanager
async def echo(serving: Serving) -> AsyncIterator[Child]:
    """The peer, until the block ends; entered once it polls."""
    arguments = ["-m", "bench.peers.echo", serving.town.token, serving.api_url]
    async with _running(serving, arguments, dict(os.environ)) as child:
        yield child


@asynccontextmanager
async def _running(serving: Serving, arguments: list[str], environment: dict[str, str]) -> AsyncIterator[Child]:
    environment["PYTHONPATH"] = str(Path(__file__).parents[1])
    polled = asyncio.Event()  # a poll that begins: one that an earlier process left may still be waiting
    forget = serving.town.listen(lambda change: polled.set() if change["kind"] == "poll" else None)
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, env=environment)
    child = Child(process)
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await polled.wait()
        yield child
    finally:
        forget()
        await child.end()
