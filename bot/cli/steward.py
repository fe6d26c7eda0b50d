"""Looks after the bot of a town: starts it, ends it when somebody on the page wants to see that, starts it again.

An end that nobody asked for is another matter: ``died`` tells of it.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from bot.cli.child import Child, last_words


class Steward:
    """Keeps at most one bot running. ``state`` is ``running``, ``stopping``, ``stopped`` or ``killed``."""

    def __init__(self, log_file: Path) -> None:
        self.log_file = log_file
        self.state = "stopped"
        self._environment: Mapping[str, str] = {}
        self._child: Child | None = None
        self._watching: set[asyncio.Task[None]] = set()
        self._died: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def instruct(self, environment: Mapping[str, str]) -> None:
        """Where the bot finds the town, its books and its keys."""
        self._environment = environment

    async def start(self) -> None:
        """Start it, unless it runs."""
        if self._child is not None:
            return
        self._child = await Child.start(self._environment, self.log_file)
        self.state = "running"
        watching = asyncio.create_task(self._watch(self._child))
        self._watching.add(watching)
        watching.add_done_callback(self._watching.discard)

    async def stop(self) -> None:
        """Ask it to stop, as Ctrl-C does."""
        child, self._child = self._child, None
        if child is not None:
            self.state = "stopping"
            await child.stop()
            self.state = "stopped"

    async def kill(self) -> None:
        """Kill -9: it cannot say goodbye or save anything."""
        child, self._child = self._child, None
        if child is not None:
            self.state = "stopping"
            await child.kill()
            self.state = "killed"

    async def died(self) -> int:
        """Its exit code, when it ends by itself."""
        return await asyncio.shield(self._died)

    def last_words(self, lines: int = 5) -> list[str]:
        """The end of its log."""
        return last_words(self.log_file, lines)

    async def _watch(self, child: Child) -> None:
        code = await child.ended()
        if child is self._child and not self._died.done():
            self._died.set_result(code)
