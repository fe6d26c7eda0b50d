"""One queue per person, so that two taps of one person never meet, and everybody else goes on. Nothing else."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeAlias

Work: TypeAlias = Callable[[], Awaitable[None]]


class Turnstile:
    """Runs the work of one person in order, and of different persons side by side."""

    def __init__(self) -> None:
        self._queues: dict[int, deque[Work]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self._waiting = 0

    def waiting(self, person_id: int | None = None) -> int:
        """How much waits or runs: of one person, or of all."""
        return self._waiting if person_id is None else len(self._queues.get(person_id, ()))

    def add(self, person_id: int, work: Work) -> None:
        """Queue ``work`` behind what this person already waits for. Work must not raise."""
        if self._closing:
            return
        self._waiting += 1
        queue = self._queues.get(person_id)
        if queue is not None:
            queue.append(work)
            return
        self._queues[person_id] = deque([work])
        task = asyncio.create_task(self._serve(person_id), name=f"person {person_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def people(self) -> frozenset[int]:
        """Whoever has a turn, or waits for one."""
        return frozenset(self._queues)

    def drop(self) -> None:
        """Break off every turn where it is, and start no other: they are somebody else's now."""
        self._closing = True
        for task in self._tasks:
            task.cancel()

    async def settled(self) -> None:
        """Until nobody waits."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Let the turns that run end and start no other: what waits is in the inbox."""
        self._closing = True
        for queue in self._queues.values():
            while len(queue) > 1:
                queue.pop()
                self._waiting -= 1
        await self.settled()

    async def _serve(self, person_id: int) -> None:
        queue = self._queues[person_id]
        try:
            while queue:
                await queue[0]()
                queue.popleft()
                self._waiting -= 1
        finally:
            self._waiting -= len(queue)
            del self._queues[person_id]
