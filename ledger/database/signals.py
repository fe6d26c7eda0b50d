"""The door for signals between the processes on one database. It knows no driver."""

from collections.abc import Callable
from typing import Protocol


class Signals(Protocol):
    """A signal says its name and nothing else, and may be lost."""

    def send(self, name: str) -> None:
        """Whoever hears this name is called, soon or not at all."""
        ...

    def hear(self, name: str, call: Callable[[], None]) -> None:
        """Call this from now on."""
        ...

    async def run(self) -> None:
        """Carry them, until cancelled."""
        ...
