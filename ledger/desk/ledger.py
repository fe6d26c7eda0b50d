"""The ledger as a library: open it, ask it, read it. It needs no bot.

async with Ledger.open("sqlite:///books.db") as ledger:
    await ledger.ask(OpenAccount(asha, AccountKind.WALLET, "INR"))
    await ledger.ask(Fund(FundingId.new(), asha, Money(50_000, "INR")))
    print(await ledger.ask(Pay(PaymentId.new(), asha, priya, Money(20_000, "INR"))))
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, tzinfo
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self, overload

from ledger.commands import Command, Freeze, Fund, OpenAccount, Pay, Refund, SetLimit, Unfreeze
from ledger.database.migrate import migrate
from ledger.database.opening import open_database
from ledger.database.port import Database
from ledger.database.queries import Queries
from ledger.desk.queue import Desk
from ledger.desk.reads import BookReader
from ledger.kernel.errors import InvariantError
from ledger.kernel.instants import Instant
from ledger.outcomes import Captured, FreezeChanged, Funded, LimitChanged, Opened, Outcome, Refunded, Refused
from ledger.policies.policy import PolicyBook
from ledger.store.rows import MIGRATIONS


def _utc_now() -> Instant:
    return datetime.now(UTC)


def _silence(_error: InvariantError) -> None:
    """A library without an operator: the error itself reaches every asker."""


class Ledger(BookReader):
    """The door. ``ask`` moves money, everything else reads. Use it as an async context manager, or start and close."""

    def __init__(
        self,
        database: Database,
        *,
        policy: PolicyBook,
        zone: tzinfo = UTC,
        now: Callable[[], Instant] = _utc_now,
        on_alarm: Callable[[InvariantError], None] = _silence,
    ) -> None:
        queries = Queries.load("ledger.store", "sql/queries.sql", database.dialect)
        super().__init__(database, queries, policy, zone, now)
        self._desk = Desk(database, queries, policy_at=policy.at, zone=zone, now=now, on_alarm=on_alarm)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        path_or_url: str | Path,
        *,
        policy: PolicyBook | None = None,
        zone: tzinfo = UTC,
        now: Callable[[], Instant] = _utc_now,
        on_alarm: Callable[[InvariantError], None] = _silence,
    ) -> AsyncIterator[Self]:
        """Open the books at an address, bring them up to date and serve them. Without a policy: ``play``."""
        database = await open_database(path_or_url)
        try:
            await migrate(database, (MIGRATIONS,), now())
            async with cls(database, policy=policy or _play(), zone=zone, now=now, on_alarm=on_alarm) as ledger:
                yield ledger
        finally:
            await database.close()

    async def start(self) -> None:
        """Begin to answer."""
        self._desk.start()

    async def close(self) -> None:
        """Answer who waits, then stop. The database stays open: who opened it closes it."""
        await self._desk.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def stopped_by(self) -> InvariantError | None:
        """What stopped all posting, or ``None``: reading goes on, and a person must look."""
        return self._desk.stopped_by

    @overload
    async def ask(self, command: Pay) -> Captured | Refused: ...
    @overload
    async def ask(self, command: Refund) -> Refunded | Refused: ...
    @overload
    async def ask(self, command: Fund) -> Funded | Refused: ...
    @overload
    async def ask(self, command: OpenAccount) -> Opened: ...
    @overload
    async def ask(self, command: Freeze | Unfreeze) -> FreezeChanged: ...
    @overload
    async def ask(self, command: SetLimit) -> LimitChanged | Refused: ...
    @overload
    async def ask(self, command: Command) -> Outcome: ...
    async def ask(self, command: Command) -> Outcome:
        """Carry out a command, once, and say what came of it. Asking again with the same id is asking once.

        ``UnavailableError``: ask again later with the same id. ``ContractError``: the asker is wrong.
        ``InvariantError``: posting has stopped.
        """
        return await self._desk.put(command)


def _play() -> PolicyBook:
    return PolicyBook.read(files("ledger.policies").joinpath("play.toml").read_text("utf-8"))
