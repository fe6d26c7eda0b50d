"""Every named query is SQL that this schema understands."""

import re

import pytest

from ledger.database.port import Query
from ledger.database.queries import Queries
from ledger.database.sqlite import SqliteDatabase

FILES = ["people", "conversations", "inbox", "outbox", "notes", "deployment"]


@pytest.mark.parametrize("file", FILES)
async def test_every_query_can_be_prepared(database: SqliteDatabase, file: str) -> None:
    queries = Queries.load("bot.memory", f"sql/{file}.sql", database.dialect)

    for name in queries.names:
        values = dict.fromkeys(re.findall(r":([a-z_]+)", queries[name]), 0)
        assert await database.all(Query(f"EXPLAIN {queries[name]}"), values), name
