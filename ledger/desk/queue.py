"""The queue and the one task that serves it: take all that waits, load, plan, write, commit, answer.

While one commit runs the next batch gathers, so nobody waits for a timer. It knows how to work in batches and who must
hear of a fault; what a command does is in ``ledger.desk.batch``.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import tzinfo
from typing import TYPE_CHECKING, Final, TypeAlias

from ledger.commands import Command
from ledger.database.errors import ConflictError
from ledger.database.port import Database
from ledger.database.queries import Queries
from ledger.desk.batch import Answer, Batch, is_command, name_all
from ledger.desk.collector import collector_paused
from ledger.kernel.errors import ContractError, InvariantError, UnavailableError
from ledger.kernel.instants import Instant
from ledger.kernel.moments import Moment
from ledger.kernel.policy import Policy
from ledger.store.books import Books, Named

if TYPE_CHECKING:
    from ledger.outcomes import Outcome

RUNS: Final = 20  # of a batch that others keep coming before; each run that fails means that another one posted
BATCH_LIMIT: Final = 8_000  # commands in one commit; beyond it a batch gains nothing and the first asker waits longer
COLLECT_AFTER: Final = 40_000  # commands, about two seconds of full work, until the garbage collector has a turn

Waiting: TypeAlias = tuple[Command, "asyncio.Future[Outcome]"]


class Desk:
    """Answers commands in order of arrival. An asker that is cancelled does not cancel its command."""

    def __init__(
        self,
        database: Database,
        queries: Queries,
        *,
        policy_at: Callable[[Instant], Policy],
        zone: tzinfo,
        now: Callable[[], Instant],
        on_alarm: Callable[[InvariantError], None],
    ) -> None:
        self._database = database
        self._queries = queries
        self._policy_at = policy_at
        self._zone = zone
        self._now = now
        self._on_alarm = on_alarm
        self._waiting: list[Waiting] = []
        self._taken: list[Waiting] = []  # the batch under way
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self.stopped_by: InvariantError | None = None

    def start(self) -> None:
        """Begin to serve."""
        self._task = asyncio.create_task(self._serve(), name="ledger desk")

    async def close(self) -> None:
        """Finish what waits, then stop. Whoever asks from now on hears ``UnavailableError``."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await asyncio.wait((self._task,))

    def put(self, command: Command) -> "asyncio.Future[Outcome]":
        """Queue a command; its own answer comes in the future."""
        if not is_command(command):
            raise ContractError(f"no such command: {type(command).__name__}")
        if self._closing or self._task is None or self._task.done():
            raise UnavailableError("the desk is closed")
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((command, answer))
        self._wake.set()
        return answer

    async def _serve(self) -> None:
        try:
            while self._waiting or not self._closing:
                if not self._waiting:
                    self._wake.clear()
                    await self._wake.wait()
                    continue
                with collector_paused():
                    await self._serve_while_busy()
                await asyncio.sleep(0)  # the collector may look at what is left
        finally:
            # Cancelled or broken: what was taken may or may not have been committed, so the same id is asked again.
            left = self._taken + self._waiting
            self._taken, self._waiting = [], []
            _tell(left, [UnavailableError("the desk has stopped")] * len(left))

    async def _serve_while_busy(self) -> None:
        """Batch after batch while somebody waits, but not for ever."""
        answered = 0
        while self._waiting and answered < COLLECT_AFTER:
            self._taken, self._waiting = self._waiting[:BATCH_LIMIT], self._waiting[BATCH_LIMIT:]
            _tell(self._taken, await self._answers([command for command, _ in self._taken]))
            answered += len(self._taken)
            self._taken = []
            await asyncio.sleep(0)  # who was answered may ask again before the next batch is taken

    async def _answers(self, commands: Sequence[Command]) -> Sequence[Answer]:
        """One batch. Whatever goes wrong is an answer; only a cancellation passes through."""
        if self.stopped_by is not None:
            return [self.stopped_by] * len(commands)
        try:
            return await self._until_it_stands(commands)
        except InvariantError as error:
            self._stop(error)
            return [error] * len(commands)
        except Exception as error:  # noqa: BLE001 - a fault of any kind is told to those who asked; the desk serves on
            return [error] * len(commands)

    async def _until_it_stands(self, commands: Sequence[Command]) -> Sequence[Answer]:
        """What another process came before is worked out anew on what it left; nothing of the first try was kept."""
        for _ in range(RUNS - 1):
            with suppress(ConflictError):
                return await self._work(commands)
        return await self._work(commands)

    async def _work(self, commands: Sequence[Command]) -> Sequence[Answer]:
        moment = Moment.of(self._now(), self._zone)
        policy = self._policy_at(moment.instant)
        named = Named()
        faults = name_all(commands, named, policy)
        books = Books(moment)
        async with self._database.transaction() as session:
            await books.load(session, self._queries, named)
            answers = Batch(books, policy).answers(commands, faults)
            await session.run_steps(books.steps(self._queries), and_commit=True)
        return answers

    def _stop(self, error: InvariantError) -> None:
        """Nobody posts any more until a person has looked; reading goes on."""
        self.stopped_by = error
        asyncio.get_running_loop().call_soon(self._on_alarm, error)  # an alarm that fails must not end the desk


def _tell(waiting: Sequence[Waiting], answers: Sequence[Answer]) -> None:
    for (_, future), answer in zip(waiting, answers, strict=True):
        if future.done():  # cancelled meanwhile
            continue
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
