"""Wakes whoever must look now: a loop of this process, or that of the process which does it for all.

A wake that is lost costs what the loop waits at most. It knows neither what is looked at nor how a signal travels.
"""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from bot.memory.processes import Role

LOST_COSTS_S: Final = 1.0  # how often a loop looks by itself where a wake may come from another process, and be lost


class Signals(Protocol):
    """Between processes; ``ledger.database.postgres_signals`` on PostgreSQL."""

    def send(self, name: str) -> None:
        """Whoever hears this name is called, soon or not at all."""
        ...

    def hear(self, name: str, call: Callable[[], None]) -> None:
        """Call this from now on."""
        ...


class Wakes:
    """One process's. ``ours`` says whether a role is done here; without ``signals`` others look by themselves."""

    def __init__(self, ours: Callable[[Role], bool], signals: Signals | None = None) -> None:
        self._ours, self._signals = ours, signals
        self._local: dict[Role, asyncio.Event] = {}

    def here(self, role: Role, wake: asyncio.Event) -> None:
        """What wakes the loop of this role in this process, once it is done here."""
        self._local[role] = wake

    def wake(self, role: Role) -> None:
        """Whoever has this role looks now."""
        if self._ours(role):
            self._local[role].set()
        elif self._signals is not None:
            self._signals.send(_name(role))

    def taken(self, role: Role) -> None:
        """It is done here from now on."""
        if self._signals is not None and role in self._local:
            self._signals.hear(_name(role), self._local[role].set)


def _name(role: Role) -> str:
    return f"hundi_{role}"
