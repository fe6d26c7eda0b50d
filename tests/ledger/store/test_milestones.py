"""Books that are older than milestones get, from the migration, just those that the desk would have set."""

import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from ledger.database.migrate import load_migrations
from ledger.store.rows import MIGRATIONS
from tests.harness.postgres import PostgresServer
from tests.ledger.store.conftest import attack, live

ALL = "SELECT account_no, seq, posted_debits, posted_credits FROM milestones ORDER BY account_no, seq"


def filling(dialect: str) -> str:
    """The statement of the migration that fills the table."""
    (text,) = (one.text for one in load_migrations(MIGRATIONS, dialect) if one.title == "milestones")
    start = text.index("INSERT INTO milestones")
    return text[start : text.index(";", start)]


def test_the_migration_sets_the_milestones_that_the_desk_sets(books_path: Path) -> None:
    with closing(sqlite3.connect(books_path)) as raw:
        by_the_desk = raw.execute(ALL).fetchall()

    attack(books_path, "DELETE FROM milestones", filling("sqlite"))

    with closing(sqlite3.connect(books_path)) as raw:
        assert raw.execute(ALL).fetchall() == by_the_desk != []


@pytest.mark.slow
async def test_the_migration_sets_the_same_on_postgresql(postgres: PostgresServer) -> None:
    async with postgres.database() as address:
        await live(address, payments=300)
        owner = await asyncpg.connect(address)
        by_the_desk = await owner.fetch(ALL)
        await owner.execute("ALTER TABLE milestones DISABLE TRIGGER ALL")
        await owner.execute("DELETE FROM milestones")
        await owner.execute(filling("postgres"))
        by_the_migration = await owner.fetch(ALL)
        await owner.close()

    assert by_the_migration == by_the_desk
