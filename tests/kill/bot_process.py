"""``hundi run`` or ``serve`` as a child process: started, killed, started again on the same files.

It is the program an operator starts, told by its environment where Telegram is. Nothing reaches into it but signals.
"""

import asyncio
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Final

from bot.settings import Settings, environment_of

SOURCE: Final = Path(__file__).parents[2]
_TAIL_LINES: Final = 40
# Events that no kill may bring about: a fault in a turn, in a message, or in the books.
_FAULTS: Final = ("turn.failed", "delivery.failed", "worker.failed", "books.not_what", "unexpected_error", "Traceback")


class BotProcess:
    """One bot at a time."""

    def __init__(self, settings: Settings, log_file: Path, command: str = "run") -> None:
        self.command = command
        self.environment = {**environment_of(settings), "PYTHONPATH": str(SOURCE)}
        self.wrapper: tuple[str, ...] = ()  # a program that starts it, such as strace
        self.log_file = log_file
        self._process: asyncio.subprocess.Process | None = None
        self.starts = 0

    @property
    def process(self) -> asyncio.subprocess.Process:
        """The child that was started last."""
        assert self._process is not None, "the bot was never started"
        return self._process

    async def start(self) -> None:
        """Start it. It shares nothing with the one before but its files."""
        with self.log_file.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(*self.wrapper, sys.executable, "-P", "-m", "bot", self.command),
                env=self.environment,
                cwd=self.log_file.parent,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.starts += 1

    def strike(self) -> None:
        """Kill -9, now: whatever it was doing stays half done. One that is dead already is left so."""
        if self.process.returncode is None:
            os.kill(self.process.pid, signal.SIGKILL)

    async def kill(self) -> None:
        """Kill -9, and until it is gone. One that ended by itself before is a failure of its own."""
        self.strike()
        code = await self.process.wait()
        assert code == -signal.SIGKILL, f"the bot ended by itself, exit code {code}:\n{self.last_words()}"

    async def terminate(self, patience_s: float) -> int:
        """SIGTERM; its exit code. ``TimeoutError`` when it takes longer."""
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(patience_s):
            return await self.process.wait()

    async def ended_within(self, seconds: float) -> bool:
        """Whether it ended by itself within that time."""
        try:
            async with asyncio.timeout(seconds):
                await self.process.wait()
        except TimeoutError:
            return False
        return True

    def limit_files(self, size: int) -> None:
        """From now on it can write no file beyond ``size`` bytes: to it, the disk is full (or has room again)."""
        _, most = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, most))

    async def end(self) -> None:
        """At the end of a test, however it went."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def last_words(self) -> str:
        """The end of its log."""
        lines = self.log_file.read_text("utf-8", "replace").splitlines() if self.log_file.exists() else []
        return "\n".join(lines[-_TAIL_LINES:])

    def faults(self) -> list[str]:
        """What it logged that should never happen, whatever was killed."""
        lines = self.log_file.read_text("utf-8", "replace").splitlines() if self.log_file.exists() else []
        return [line for line in lines if any(fault in line for fault in _FAULTS)]


async def run_command(settings: Settings, folder: Path, *arguments: str) -> tuple[int, str]:
    """Another command of the same program, as an operator types it: its exit code and what it said."""
    environment = {**environment_of(settings), "PYTHONPATH": str(SOURCE)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot", *arguments),
        env=environment,
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()
