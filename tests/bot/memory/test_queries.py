"""Every named query is SQL that this schema understands."""

import re
from importlib.resources import files

import pytest

from ledger.database.port import Query
from ledger.database.queries import Queries
from ledger.database.sqlite import SqliteDatabase

FILES = sorted(
    file.name.removesuffix(".sql") for file in files("bot.memory").joinpath("sql").iterdir() if file.is_file()
)


@pytest.mark.parametrize("file", FILES)
async def test_every_query_can_be_prepared(database: SqliteDatabase, file: str) -> None:
    queries = Queries.load("bot.memory", f"sql/{file}.sql", database.dialect)

    for name in queries.names:
        values = dict.fromkeys(re.findall(r":([a-z_]+)", queries[name]), 0)
        assert await database.all(Query(f"EXPLAIN {queries[name]}"), values), name


HOT = {
    "find_waiting_of_bubble": "outbox_bubble",
    "find_placed": "outbox_bubble",
    "supersede_edits": "outbox_bubble",
    "due_outgoing": "outbox_waiting",
    "next_due": "outbox_due",
    "find_open_of_chat": "outbox_open",
    "recover_sending": "outbox_open",
    "requeue_blocked": "outbox_blocked",
    "find_by_cause": "outbox_cause",
    "find_bubble_at": "bubbles_places",
}


@pytest.mark.parametrize(("name", "index"), HOT.items())
async def test_what_was_sent_is_not_read_again_to_say_the_next_thing(
    database: SqliteDatabase, name: str, index: str
) -> None:
    """A million messages stay as evidence; no message that is written or sent may wait for all of them to be read."""
    query = Queries.load("bot.memory", "sql/outbox.sql", database.dialect)[name]
    values = dict.fromkeys(re.findall(r":([a-z_]+)", query), 0)

    plan = [row["detail"] for row in await database.all(Query(f"EXPLAIN QUERY PLAN {query}"), values)]

    used = next(step for step in plan if "INDEX" in step)
    assert f"USING INDEX {index}" in used or f"USING COVERING INDEX {index}" in used
    assert not {"SCAN o", "SCAN outbox", "SCAN bubbles"} & set(plan)


PRUNING = {
    ("outbox", "prune_outbox"): "outbox_ended",
    ("outbox", "prune_bubbles"): "bubbles_placed",
    ("inbox", "prune_inbox"): "inbox_handled",
    ("inbox", "prune_put_aside"): "put_aside_arrived",
}


@pytest.mark.parametrize(("place", "index"), PRUNING.items())
async def test_what_is_forgotten_is_found_without_reading_what_is_kept(
    database: SqliteDatabase, place: tuple[str, str], index: str
) -> None:
    """Everybody who writes waits for the writer that prunes; it may not read a month of messages first."""
    file, name = place
    query = Queries.load("bot.memory", f"sql/{file}.sql", database.dialect)[name]
    values = dict.fromkeys(re.findall(r":([a-z_]+)", query), 0)

    plan = [row["detail"] for row in await database.all(Query(f"EXPLAIN QUERY PLAN {query}"), values)]

    assert any(f"INDEX {index} (" in step for step in plan), plan
    assert not [step for step in plan if step.startswith("SCAN") or "TEMP B-TREE" in step], plan
