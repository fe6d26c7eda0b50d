"""What the bot's role may do in its own tables on PostgreSQL: what the bot does, and no more."""

from collections.abc import AsyncIterator

import pytest

from bot.dialogue.effects import BubbleId
from bot.memory.cursors import NOTICES, Cursors
from bot.memory.inbox import InboxKey, NewUpdate
from bot.vault.fields import Sealer
from ledger.database.errors import ConstraintError, RightMissingError
from ledger.database.migrate import grant
from ledger.database.opening import open_database
from ledger.database.port import Database, Query
from ledger.kernel.instants import Instant
from tests.bot.conftest import ON_POSTGRES
from tests.bot.memory.rooms import Memory, over
from tests.harness.postgres import PostgresServer

ASHA, PRIYA, RAVI, BOT, GROUP = 1001, 1002, 1003, 7, -100

pytestmark = ON_POSTGRES


@pytest.fixture
async def as_bot(url: str, database: Database, sealer: Sealer, postgres: PostgresServer) -> AsyncIterator[Memory]:
    """Memory as a role has it that was given what a bot needs, and nothing else."""
    async with postgres.role() as role:
        await grant(database, role)
        lesser = await open_database(url.replace("postgres:@", f"{role}:@"))
        yield over(lesser, sealer)
        await lesser.close()
        async with database.transaction() as session:
            await session.execute(Query(f"DROP OWNED BY {role}"))


async def test_the_bots_role_may_do_what_the_bot_does(as_bot: Memory, now: Instant) -> None:
    await as_bot.registered(ASHA, "Asha Rao", "asha")
    await as_bot.registered(PRIYA, "Priya Sharma", "priya")
    async with as_bot.database.transaction() as session:
        await as_bot.deployments.claim(session, "keys_a", now, bot_id=7)
        await as_bot.circle.add_contact(session, ASHA, PRIYA, now, "Didi")
        await as_bot.circle.paid(session, ASHA, PRIYA, now)
        await as_bot.circle.block(session, PRIYA, RAVI, now)
        await as_bot.circle.find_handle(session, ASHA, "priya", now)
        await as_bot.renaming.change_name(session, ASHA, "Asha Iyer", now)
        await as_bot.renaming.change_handle(session, ASHA, "asha_iyer", now)
        await as_bot.phones.bind(session, ASHA, "+919000001001", now)
        await as_bot.conversations.save(session, ASHA, 0, "paying", idle=False, deadline_at=None, now=now)
        await as_bot.inbox.store(session, BOT, [NewUpdate(1, ASHA, "text", b"hello")], now)
        await as_bot.inbox.put_aside(session, InboxKey(BOT, 2), "KeyError", b"{}", now)
        await as_bot.outbox.show(session, ASHA, BubbleId.new(), b"paid", now)
        await as_bot.outbox.claim_due(session, now)
        await as_bot.groups.saw(session, GROUP, [ASHA], now)
        await as_bot.groups.greets(session, GROUP, now)
        await Cursors(as_bot.database).move(session, NOTICES, 0, 1)
        for prune in (as_bot.inbox.prune, as_bot.outbox.prune, as_bot.groups.prune):
            await prune(session, now)


FORBIDDEN = {
    "handles": "UPDATE handles SET person_id = 1",
    "handles, again": "DELETE FROM handles",
    "cursors": "DELETE FROM cursors",
    "deployment": "DELETE FROM deployment",
    "a schema": "CREATE TABLE mine (number BIGINT)",
    "a column": "ALTER TABLE people ADD COLUMN extra TEXT",
    "everything": "TRUNCATE people",
    "the list of migrations": "UPDATE schema_migrations SET checksum = ''",
}


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN.keys())
async def test_the_bots_role_may_do_no_more(as_bot: Memory, statement: str) -> None:
    with pytest.raises(RightMissingError):
        async with as_bot.database.transaction() as session:
            await session.execute(Query(statement))


async def test_a_new_table_is_granted_too(as_bot: Memory) -> None:
    """Whoever adds a table to bot/memory or bot/vault gives the bot's role its rights in the same migration."""
    tables = await as_bot.database.all(
        Query("""SELECT relname, has_table_privilege(oid, 'SELECT') AS readable FROM pg_class
                 WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'schema_migrations'""")
    )

    assert len(tables) > 25
    assert [row["relname"] for row in tables if not row["readable"]] == []


async def test_a_handle_stays_with_its_first_owner(memory: Memory) -> None:
    await memory.registered(ASHA, "Asha Rao", "asha")

    for statement in ("UPDATE handles SET person_id = 1", "DELETE FROM handles", "TRUNCATE handles"):
        with pytest.raises(ConstraintError, match="a handle stays with its first owner"):
            async with memory.database.transaction() as session:
                await session.execute(Query(statement))
