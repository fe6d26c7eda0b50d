"""Every named query is SQL that this schema understands, and none of the busy ones reads what is past."""

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

import asyncpg
import pytest

from ledger.database.port import Database, Query, Session, Value
from ledger.database.postgres import _named
from ledger.database.queries import Queries
from tests.bot.conftest import ON_POSTGRES, ON_SQLITE
from tests.conftest import FULL_SIZE

FILES = sorted(
    file.name.removesuffix(".sql") for file in files("bot.memory").joinpath("sql").iterdir() if file.is_file()
)
SAMPLES: Final[Mapping[str, Value]] = {"text": "a", "bytea": b"a", "json": "[]"}  # by type; all others are numbers


async def samples(url: str, query: Query) -> dict[str, Value]:
    """A value for each name of a query, of the type that PostgreSQL infers."""
    raw = await asyncpg.connect(url)
    try:
        text = _named(query)
        types = (await raw.prepare(text.sql)).get_parameters()
        return {name: SAMPLES.get(kind.name, 0) for name, kind in zip(text.names, types, strict=True)}
    finally:
        await raw.close()


@ON_SQLITE
@pytest.mark.parametrize("file", FILES)
async def test_every_query_can_be_prepared(database: Database, file: str) -> None:
    queries = Queries.load("bot.memory", f"sql/{file}.sql", database.dialect)

    for name in queries.names:
        values = dict.fromkeys(re.findall(r":([a-z_]+)", queries[name]), 0)
        assert await database.all(Query(f"EXPLAIN {queries[name]}"), values), name


@ON_POSTGRES
@pytest.mark.parametrize("file", FILES)
async def test_every_query_can_be_prepared_on_postgres(database: Database, url: str, file: str) -> None:
    """It infers the type of each value from where it stands; what it would take for text has a CAST."""
    queries = Queries.load("bot.memory", f"sql/{file}.sql", database.dialect)

    for name in queries.names:
        values = await samples(url, queries[name])  # it prepares each
        assert values.keys() == set(re.findall(r"(?<!:):([a-z_]+)", queries[name])), name


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


@ON_SQLITE
@pytest.mark.parametrize(("name", "index"), HOT.items())
async def test_what_was_sent_is_not_read_again_to_say_the_next_thing(database: Database, name: str, index: str) -> None:
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
    ("groups", "prune_members"): "group_members_seen",
    ("groups", "prune_links"): "group_links_expired",
    ("groups", "prune_payments"): "group_payments_begun",
}


@ON_SQLITE
@pytest.mark.parametrize(("place", "index"), PRUNING.items())
async def test_what_is_forgotten_is_found_without_reading_what_is_kept(
    database: Database, place: tuple[str, str], index: str
) -> None:
    """Everybody who writes waits for the writer that prunes; it may not read a month of messages first."""
    file, name = place
    query = Queries.load("bot.memory", f"sql/{file}.sql", database.dialect)[name]
    values = dict.fromkeys(re.findall(r":([a-z_]+)", query), 0)

    plan = [row["detail"] for row in await database.all(Query(f"EXPLAIN QUERY PLAN {query}"), values)]

    assert any(f"INDEX {index} (" in step for step in plan), plan
    assert not [step for step in plan if step.startswith("SCAN") or "TEMP B-TREE" in step], plan


# ── on PostgreSQL, at depth ──────────────────────────────────────────────────

PAST = 100_000 if FULL_SIZE else 20_000  # messages, updates, people …
PAGES = 120  # of 8 KiB; each table has several times as many, and what reads or writes twenty rows takes five for each
A_MONTH_AGO = (  # what is over, and a few things that are not
    """INSERT INTO outbox (outbox_id, chat_id, person_id, bubble, kind, state, cause, created_at, due_at, ended_at)
       SELECT 'out_' || n, n % 1000, n % 1000, 'bub_' || n, 'edit', 'sent', 'pay_' || n, n, n, n
       FROM generate_series(1, :past) AS n""",
    """INSERT INTO outbox (outbox_id, chat_id, person_id, bubble, kind, state, created_at, due_at)
       SELECT 'out_w' || n, n, n, 'bub_w' || n, 'prompt', 'waiting', n, n FROM generate_series(1, 20) AS n""",
    """INSERT INTO bubbles (bubble, chat_id, message_id, placed_at)
       SELECT 'bub_' || n, n % 1000, n, n FROM generate_series(1, :past) AS n""",
    """INSERT INTO inbox (bot_id, update_id, person_id, kind, arrived_at, handled_at)
       SELECT 7, n, n % 1000, 'update', n, n FROM generate_series(1, :past) AS n""",
    """INSERT INTO conversations (person_id, version, sealed_state, idle, updated_at)
       SELECT n, 1, '', 1, n FROM generate_series(1, :past) AS n""",
    """INSERT INTO people (person_id, account_id, handle, sealed_name, created_at, registered_at)
       SELECT n, 'acc_' || n, 'h' || n, '', n, n FROM generate_series(1, :past) AS n""",
    """INSERT INTO contacts (owner_id, contact_id, added_at)
       SELECT 1 + n % 2000, 2000 + n, n FROM generate_series(1, CAST(:past AS BIGINT) - 2000) AS n""",
    """INSERT INTO group_members (chat_id, person_id, seen_at)
       SELECT n % 1000, n, n FROM generate_series(1, :past) AS n""",
    """INSERT INTO group_payments (payment_id, chat_id, message_id, begun_at)
       SELECT 'pay_' || n, 1000 + n, 5, n FROM generate_series(1, :past) AS n""",
    """INSERT INTO group_links (link_index, person_id, sealed_said, expires_at, used)
       SELECT sha256(CAST(CAST(n AS TEXT) AS BYTEA)), n, '', n, 0 FROM generate_series(1, :past) AS n""",
    """INSERT INTO thanks (payment_id, person_id, thanked_at)
       SELECT 'pay_' || n, n, n FROM generate_series(1, :past) AS n""",
    """INSERT INTO notes (payment_id, sealed_note, digest)
       SELECT 'pay_' || n, '', CAST(repeat('a', 32) AS BYTEA) FROM generate_series(1, :past) AS n""",
)
GIVEN: Final[dict[str, Value]] = {
    "now": PAST,
    "before": 20,
    "flagged_since": 20,
    "most": 200,
    "patience": 8,
    "light": 65_536,
    "person_id": 1,
    "owner_id": 1,
    "asker_id": 1,
    "chat_id": 1,
    "message_id": 1,
    "bot_id": 7,
    "update_id": 1,
    "bubble": "bub_1",
    "cause": "pay_1",
    "handle": "h1",
    "payment_ids": json.dumps([f"pay_{n}" for n in range(9)]),
    "account_ids": json.dumps([f"acc_{n}" for n in range(9)]),
    "person_ids": json.dumps([*range(9)]),
}
READ = """
    outbox next_due outbox_backlog find_open_of_chat find_by_cause find_bubble_at
    inbox waiting_updates inbox_backlog
    conversations unfinished_conversations due_conversations next_deadline
    deployment find_deployment
    people find_person find_registered_by_accounts find_registered_by_persons find_owners find_known look_up_handle
    people look_up_phone find_card
    notes find_notes
    own_data own_contacts own_thanks own_claims own_handles own_groups
    groups find_members find_payment
"""
WRITTEN = """
    outbox find_waiting_of_bubble find_placed supersede_edits due_outgoing recover_sending requeue_blocked hurry
    outbox withdraw_prompts find_open_rows_of_chat prune_outbox prune_bubbles
    inbox prune_inbox prune_put_aside update_handled
    renaming forget_former_names
    groups prune_members prune_links prune_payments move_payments
    phones forget_phone
"""


def named_in(text: str, dialect: str) -> dict[str, Query]:
    """The queries of such a list, each line of which begins with their file."""
    found: dict[str, Query] = {}
    for file, *names in map(str.split, text.strip().splitlines()):
        queries = Queries.load("bot.memory", f"sql/{file}.sql", dialect)
        found |= {name: queries[name] for name in names}
    return found


async def pages_of(reader: Database | Session, url: str, query: Query) -> int:
    """How many pages it touches."""
    values = await samples(url, query)
    values |= {name: GIVEN[name] for name in values if name in GIVEN}
    [row] = await reader.all(Query(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}"), values)
    plan = json.loads(row["QUERY PLAN"])[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


@ON_POSTGRES
async def test_what_is_past_is_not_read_again_on_postgres(database: Database, url: str) -> None:
    """Of a great many of everything whoever says, reads or forgets something touches a few pages."""
    async with database.transaction() as session:
        for statement in A_MONTH_AGO:
            await session.execute(Query(statement), {"past": PAST} if ":past" in statement else {})
        await session.execute(Query("ANALYZE"))

    pages: dict[str, int] = {}
    for name, query in named_in(READ, database.dialect).items():
        pages[name] = await pages_of(database, url, query)
    for name, query in named_in(WRITTEN, database.dialect).items():
        async with database.transaction() as session:
            pages[name] = await pages_of(session, url, query)

    assert {name: touched for name, touched in pages.items() if touched > PAGES} == {}
