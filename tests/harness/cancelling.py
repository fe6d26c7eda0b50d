"""Cancels a coroutine at a suspension of one's choice, exactly: for tests that try every one of them.

The count is of the coroutine's own suspensions, so the same number is the same place in every run, whatever else the
loop does meanwhile.
"""

import asyncio
from collections.abc import Awaitable, Coroutine, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class CancelledAt(Awaitable[T], Generic[T]):
    """Awaits ``work`` and has its task cancelled as it suspends for the ``at``-th time, from 1."""

    def __init__(self, work: Coroutine[Any, Any, T], at: int) -> None:
        self._work, self._at = work, at
        self._suspensions = 0

    @property
    def reached(self) -> bool:
        """Whether it suspended so often."""
        return self._suspensions >= self._at

    def __await__(self) -> Generator[Any, Any, T]:
        """Pass on what the work waits for, and what comes of it."""
        inner = self._work.__await__()
        thrown: BaseException | None = None
        while True:
            try:
                waits = inner.send(None) if thrown is None else inner.throw(thrown)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]  # StopIteration carries the coroutine's own result
            thrown = None
            self._suspensions += 1
            if self._suspensions == self._at:
                _cancel_myself()
            try:
                yield waits
            except BaseException as error:  # noqa: BLE001 - it is the work's to handle, cancellation above all
                thrown = error


async def cancelled_at(work: Coroutine[Any, Any, T], at: int) -> bool:
    """Run ``work`` in a task that is cancelled there, to its end; whether it suspended so often at all."""
    stepped = CancelledAt(work, at)

    async def run() -> None:
        await stepped

    await asyncio.gather(asyncio.create_task(run()), return_exceptions=True)
    return stepped.reached


def _cancel_myself() -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
