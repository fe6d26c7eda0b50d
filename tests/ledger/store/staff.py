"""Helpers without processes: the same jobs, done by the same code, pickled both ways, in the process of the test.

A process takes half a second to start, and the tables of tampered books have hundreds of rows.
"""

import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ledger.database.opening import open_database
from ledger.database.port import Database
from ledger.database.queries import Queries
from ledger.store.helpers import Answer, Helpers, Job, Staff, done


class _Hands(Staff):
    def __init__(self, helpers: Helpers, database: Database) -> None:
        super().__init__(Helpers(helpers.address, 0))
        self._database = database
        self._queries = Queries.load("ledger.store", "sql/queries.sql", database.dialect)

    @property
    def count(self) -> int:
        return 3

    async def do(self, job: Job) -> Answer:
        answer = await done(self._database, self._queries, pickle.loads(pickle.dumps(job)))  # noqa: S301 - our own
        told: Answer = pickle.loads(pickle.dumps(answer))  # noqa: S301 - our own
        return told


@dataclass(frozen=True, slots=True)
class InThisProcess(Helpers):
    """Asked for whatever there is, seventy rows at a time."""

    count: int = 3
    from_rows: int = 1
    stretch_rows: int = 70

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[Staff]:
        database = await open_database(self.address)
        try:
            yield _Hands(self, database)
        finally:
            await database.close()
