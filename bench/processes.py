"""What the benchmarks of whole processes share: a town without pace, bots as child processes, and what they cost.

Processor time and memory are read from /proc, so that what the town itself costs (it runs here) is in no figure.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from bot.sandbox.pacing import NO_PACING
from bot.sandbox.server import Serving, serve
from bot.sandbox.town import Town
from bot.settings import LogLevel, Settings, environment_of
from bot.vault.keys import Keys
from tests.harness.ports import free_port

_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_KIB: Final = 1024
_PATIENCE_S: Final = 60.0


@dataclass(frozen=True)
class Lag:
    """How late an event loop woke: its histogram's buckets, by upper bound in seconds, each with those below it."""

    buckets: Mapping[float, float] = field(default_factory=dict)

    def __sub__(self, earlier: "Lag") -> "Lag":
        return Lag({bound: count - earlier.buckets.get(bound, 0.0) for bound, count in self.buckets.items()})

    def __add__(self, other: "Lag") -> "Lag":
        bounds = self.buckets.keys() | other.buckets.keys()
        return Lag({bound: self.buckets.get(bound, 0.0) + other.buckets.get(bound, 0.0) for bound in bounds})

    def within(self, bound_s: float) -> float:
        """The part of all wakings that was no later."""
        return self.buckets[bound_s] / max(self.buckets.values())


class Child:
    """A bot in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, figures_at: str | None = None) -> None:
        self._process, self._figures_at = process, figures_at

    async def lag(self) -> Lag:
        """How late its loop woke since it began, by its own figures."""
        buckets = {}
        for family in text_string_to_metric_families(await self._figures()):
            if family.name == "hundi_loop_lag_seconds":
                bounds = [sample for sample in family.samples if sample.name.endswith("_bucket")]
                buckets = {float(sample.labels["le"]): sample.value for sample in bounds}
        return Lag(buckets)

    async def _figures(self) -> str:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"http://{self._figures_at}/metrics")).text

    def descriptors(self) -> int:
        """Files, sockets and pipes that it has open."""
        return len(list(Path(f"/proc/{self._process.pid}/fd").iterdir()))

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


def settings_in(folder: Path, serving: Serving, *, policy: str = "", database_url: str = "") -> Settings:
    """Settings of a bot that lives in ``folder``; its keys are made. Without the text of a policy: ``play``."""
    if policy:
        (folder / "policy.toml").write_text(policy, "utf-8")
    settings = Settings(
        bot_token=SecretStr(serving.town.token),
        telegram_api_url=serving.api_url,
        database_url=database_url or f"sqlite:///{folder / 'hundi.db'}",
        policy=str(folder / "policy.toml") if policy else "play",
        keys_file=folder / "hundi.keys",
        log_level=LogLevel.ERROR,
        metrics_address=f"127.0.0.1:{free_port()}",
    )
    if not settings.keys_file.exists():
        Keys.new(settings.keys_file)
    return settings


@asynccontextmanager
async def hundi(settings: Settings, serving: Serving) -> AsyncIterator[Child]:
    """``hundi run`` itself, until the block ends; entered once it polls."""
    arguments = ["-m", "bot", "run"]
    async with _running(serving, arguments, environment_of(settings), settings.metrics_address) as child:
        yield child


@asynccontextmanager
async def started(settings: Settings) -> AsyncIterator[Child]:
    """``hundi run``, until the block ends; entered at once."""
    child = await _start(["-m", "bot", "run"], environment_of(settings), settings.metrics_address)
    try:
        yield child
    finally:
        await child.end()


@asynccontextmanager
async def echo(serving: Serving) -> AsyncIterator[Child]:
    """The peer, until the block ends; entered once it polls."""
    arguments = ["-m", "bench.peers.echo", serving.town.token, serving.api_url]
    async with _running(serving, arguments, dict(os.environ)) as child:
        yield child


@asynccontextmanager
async def _running(
    serving: Serving, arguments: list[str], environment: dict[str, str], figures_at: str | None = None
) -> AsyncIterator[Child]:
    polled = asyncio.Event()  # a poll that begins: one that an earlier process left may still be waiting
    forget = serving.town.listen(lambda change: polled.set() if change["kind"] == "poll" else None)
    child = await _start(arguments, environment, figures_at)
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await polled.wait()
        yield child
    finally:
        forget()
        await child.end()


async def _start(arguments: list[str], environment: dict[str, str], figures_at: str | None) -> Child:
    environment["PYTHONPATH"] = str(Path(__file__).parents[1])
    return Child(await asyncio.create_subprocess_exec(sys.executable, *arguments, env=environment), figures_at)
