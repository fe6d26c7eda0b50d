"""The bot as a child process of ``hundi play``: plain ``hundi run``, told where the town is by its environment.

It leads a process group of its own, so that Ctrl-C reaches us alone and we stop it in order: the bot, then the town.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

import bot

STOP_PATIENCE_S: Final = 10.0  # a bot that stops cleanly takes well under a second; then it is killed
_TAIL_BYTES: Final = 4_096


class Child:
    """A running ``hundi run`` whose output goes to a file."""

    def __init__(self, process: asyncio.subprocess.Process, log_file: Path) -> None:
        self._process = process
        self.log_file = log_file

    @classmethod
    async def start(cls, environment: Mapping[str, str], log_file: Path, *arguments: str) -> Self:
        """Start it. Its standard output and error are appended to ``log_file``."""
        with log_file.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "bot", "run", *arguments),
                env=_with_our_source(environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return cls(process, log_file)

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    async def ended(self) -> int:
        """Its exit code, once it ends; negative for the signal that ended it."""
        return await self._process.wait()

    async def stop(self) -> int:
        """Ask it to stop, insist after ``STOP_PATIENCE_S``; its exit code."""
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.wait_for(self._process.wait(), STOP_PATIENCE_S)
        except TimeoutError:
            return await self.kill()

    async def kill(self) -> int:
        """End it at once, as a power cut does; its exit code."""
        with suppress(ProcessLookupError):
            self._process.kill()
        return await self._process.wait()


def last_words(log_file: Path, lines: int) -> list[str]:
    """The end of a log."""
    with log_file.open("rb") as log:
        log.seek(0, 2)
        log.seek(max(log.tell() - _TAIL_BYTES, 0))
        return log.read().decode("utf-8", "replace").splitlines()[-lines:]


def _with_our_source(environment: Mapping[str, str]) -> dict[str, str]:
    """The same program as ours, whatever package named ``bot`` lies in the working directory (hence ``-P`` above)."""
    ours = str(Path(bot.__file__).parents[1])
    inherited = environment.get("PYTHONPATH", "")
    return {**environment, "PYTHONPATH": f"{ours}{os.pathsep}{inherited}" if inherited else ours}
