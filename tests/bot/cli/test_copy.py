"""A deployment moved to another database is the same deployment: every row, every proof, and no bot on half of one."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot import settings as configuration
from bot.__main__ import run
from bot.cli import app
from bot.cli.copying import NOT_COPIED, Copying
from bot.dialogue.events import ChoiceVerdict, Secret
from bot.dialogue.places import GroupMessage
from bot.memory.claims import Claim
from bot.memory.cursors import NOTICES, Cursors
from bot.memory.inbox import InboxKey, NewUpdate
from bot.memory.own_data import OwnData
from bot.memory.people import Seen
from bot.vault.fields import Sealer
from bot.vault.keys import Keys
from bot.vault.pins import PinVault
from bot.wiring import MIGRATIONS
from ledger.commands import Fund, Pay, Refund, SetLimit
from ledger.database import tables as tables_module
from ledger.database.file_lock import FileLock
from ledger.database.migrate import migrate
from ledger.database.opening import open_database
from ledger.database.port import Database, Query, Session
from ledger.database.tables import Record, Table, Tables
from ledger.desk import Ledger
from ledger.kernel.ids import DisputeId, FundingId, PaymentId, RefundId
from ledger.kernel.money import Money
from ledger.kernel.own_limits import LimitKind
from ledger.kernel.policy import PinRules
from ledger.policies.policy import PolicyBook
from tests.bot.cli.conftest import Hundi
from tests.bot.memory.rooms import over
from tests.bot.memory.test_sealed_cells import fill
from tests.harness.postgres import PostgresServer

WAITING = "INSERT INTO outbox (outbox_id, chat_id, person_id, kind, state, sealed_body, created_at, due_at)"
ASHA, PRIYA, GROUP, BOT = 1001, 1002, -100, 7
SOURCE, TARGET = "sqlite:///hundi.db", "sqlite:///there.db"


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = await open_database(url)
    try:
        yield database
    finally:
        await database.close()


async def live() -> None:
    """Rows in every table of the bot's own."""
    now, keys = datetime.now(UTC), Keys.load(Path("hundi.keys"))
    async with opened(SOURCE) as database:
        memory = over(database, Sealer(keys.field_keys, keys.index_key))
        await fill(memory, now)
        vault = await PinVault.open(database, keys, PinRules(6, 3, timedelta(hours=24)), lambda: now)
        for pin in ("739184", "480275"):
            assert await vault.set(ASHA, Secret(pin)) is ChoiceVerdict.SAVED
        await vault.check(ASHA, Secret("916402"))
        vault.close()
        payment_id = PaymentId.new()
        async with database.transaction() as session:
            await memory.people.see(session, 1003, Seen("Zoë 𝓩 ناصر"), now)
            await memory.circle.paid(session, ASHA, PRIYA, now)
            await memory.circle.block(session, PRIYA, 1003, now)
            await memory.circle.find_person(session, 1003, PRIYA, now)
            await memory.thanks.record(session, payment_id, ASHA, now)
            claim = Claim(DisputeId.new(), payment_id, ASHA, "632912345678", "not_received", now)
            await memory.claims.store(session, claim)
            await memory.groups.saw(session, GROUP, [ASHA, PRIYA], now)
            await memory.groups.greets(session, GROUP, now)
            await memory.groups.remember(session, payment_id, GroupMessage(GROUP, 5), now)
            await memory.inbox.handled(session, InboxKey(BOT, 1), now)
            await memory.inbox.store(session, BOT, [NewUpdate(9, ASHA, "digits", None, asked_again=True)], now)
            delivery, *_ = await memory.outbox.claim_due(session, now)
            await memory.outbox.delivered(session, delivery.outbox_id, 77, now)
            await Cursors(database).move(session, NOTICES, 0, 3)
            await OwnData(database, Sealer(keys.field_keys, keys.index_key)).record(session, ASHA, now)


async def pay() -> None:
    """And in every table of the books: a payment, a part of it back, a limit, and a milestone, which chance sets."""
    policy, keys = PolicyBook.read(configuration.policy_text("play")), Keys.load(Path("hundi.keys"))
    async with opened(SOURCE) as database, Ledger(database, policy=policy) as ledger:
        people = over(database, Sealer(keys.field_keys, keys.index_key)).people
        asha, priya = [payee.account_id for payee in await people.by_persons([ASHA, PRIYA])]
        payment_id = PaymentId.new()
        await ledger.ask(Pay(payment_id, asha, priya, Money(20_000, "INR")))
        await ledger.ask(Refund(RefundId.new(), payment_id, priya, Money(5_000, "INR")))
        await ledger.ask(SetLimit(asha, LimitKind.PER_DAY, Money(100_000, "INR")))
        milestone = Query("SELECT seq FROM milestones LIMIT 1")
        while await database.one(milestone) is None:
            await ledger.ask(Fund(FundingId.new(), asha, Money(1, "INR")))


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a deployment with a life behind it."""
    place = tmp_path_factory.mktemp("lived")
    with contextlib.chdir(place):
        for line in ("keys new", "ledger migrate", "fund 1001 500.00", "fund 1002 20.00", "fund 1001 0.01"):
            assert run(partial(app, line.split(), prog_name="hundi")) == 0
        asyncio.run(live())
        asyncio.run(pay())
    return place


@pytest.fixture
def deployment(lived: Path, hundi: Hundi, home: Path) -> Hundi:
    """Its copy, to be copied from."""
    shutil.copytree(lived, home, dirs_exist_ok=True)
    return hundi


@pytest.fixture
def server(postgres: PostgresServer) -> Iterator[str]:
    """The address of an empty database on PostgreSQL."""
    with asyncio.Runner() as runner:
        context = postgres.database()
        url = runner.run(context.__aenter__())
        yield url
        runner.run(context.__aexit__(None, None, None))


@pytest.fixture
def page_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that there are many places to stop at."""
    monkeypatch.setattr(tables_module, "PAGE_ROWS", 1)


async def rows(url: str) -> dict[str, list[Record]]:
    """Everything that is copied."""
    async with opened(url) as database:
        tables = await Tables.read(database)
        found: dict[str, list[Record]] = {}
        for name in set(tables.by_name) - set(NOT_COPIED):
            found[name] = [row async for page in tables.pages(database, tables.by_name[name]) for row in page]
        return found


def exported(hundi: Hundi, url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HUNDI_DATABASE_URL", url)
    return hundi("ledger", "export").out


def test_a_deployment_goes_to_postgresql_and_back_row_for_row(
    deployment: Hundi, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = deployment("copy", SOURCE, server)
    back = deployment("copy", server, "sqlite:///back.db", "--json")

    assert (there.code, back.code) == (0, 0), there.err + back.err
    assert f"verified {json.loads(back.out)['entries']} entries" in there.out
    assert asyncio.run(rows(SOURCE)) == asyncio.run(rows(server)) == asyncio.run(rows("sqlite:///back.db"))
    exports = [exported(deployment, url, monkeypatch) for url in (SOURCE, server, "sqlite:///back.db")]
    assert exports[0] == exports[1] == exports[2]
    assert len(exports[0].splitlines()) == json.loads(back.out)["entries"] >= 5
    for url in (server, "sqlite:///back.db"):
        monkeypatch.setenv("HUNDI_DATABASE_URL", url)
        assert deployment("ledger", "verify").code == 0


def test_no_table_is_copied_untried(lived: Path) -> None:
    """Of a new table somebody sees here that a row of it is copied, or says in NOT_COPIED why not."""
    with contextlib.chdir(lived):
        found = asyncio.run(rows(SOURCE))
    assert [name for name, its in found.items() if not its] == []


def test_what_is_copied_goes_on_as_it_was(deployment: Hundi, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next message stands behind the others, sealed cells open, the PIN is the PIN and its wrong try is counted."""
    assert deployment("copy", SOURCE, server).code == 0
    monkeypatch.setenv("HUNDI_DATABASE_URL", server)
    assert deployment("fund", "1001", "1.00").code == 0

    async def go_on() -> list[object]:
        keys, now = Keys.load(Path("hundi.keys")), datetime.now(UTC)
        async with opened(server) as database:
            memory = over(database, Sealer(keys.field_keys, keys.index_key))
            vault = await PinVault.open(database, keys, PinRules(6, 3, timedelta(hours=24)), lambda: now)
            checked = await vault.check(ASHA, Secret("570831"))
            right = await vault.check(ASHA, Secret("480275"))
            vault.close()
            async with database.transaction() as session:
                await memory.outbox.tell(session, 1009, b"behind them", now)
            last = await database.one(Query("SELECT chat_id FROM outbox ORDER BY position DESC LIMIT 1"))
            return [
                checked.attempts_left,
                right.verdict.value,
                (await memory.people.load_me(ASHA)).name,
                last and last["chat_id"],
            ]

    assert asyncio.run(go_on()) == [1, "right", "Another 1001", 1009]
    assert deployment("ledger", "verify").code == 0


# ── stopped halfway ──────────────────────────────────────────────────────────


class StoppedError(Exception):
    """As far as it came."""


@pytest.mark.usefixtures("page_of_one")
def test_a_copy_that_stops_anywhere_goes_on_and_ends_the_same(
    deployment: Hundi, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every few rows it is stopped: none is lost, none is doubled, and nothing else starts on it meanwhile."""
    put, stops, left = Tables.put, 0, [0]

    async def put_some_and_stop(self: Tables, session: Session, table: Table, page: list[Record]) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise StoppedError
        await put(self, session, table, page)

    monkeypatch.setattr(Tables, "put", put_some_and_stop)
    while True:
        left[0] = 9 if stops % 2 else 10
        copied = deployment("copy", SOURCE, server)
        if copied.code == 0:
            break
        stops += 1
        with monkeypatch.context() as settings:
            settings.setenv("HUNDI_DATABASE_URL", server)
            refused = deployment("fund", "1001", "5.00")
            assert (refused.code, "is being filled" in refused.err) == (1, True), refused.err

    assert stops > 3
    assert asyncio.run(rows(SOURCE)) == asyncio.run(rows(server))


_KILLED = """
import os, signal, sys
from bot.__main__ import run
from bot.cli import app
from bot.cli.copying import Copying
from ledger.database import tables
tables.PAGE_ROWS = 1
when, left = sys.argv[1], int(sys.argv[2])
write, finish = Copying._write, Copying.finish

def die():
    os.kill(os.getpid(), signal.SIGKILL)

async def killed_write(self, *arguments):
    global left
    left -= 1
    if left == 0 and when == "before":
        die()
    await write(self, *arguments)
    if left == 0 and when == "after":
        die()

async def killed_finish(self):
    if when == "finish":
        die()
    await finish(self)

Copying._write, Copying.finish = killed_write, killed_finish
sys.exit(run(lambda: app(["copy", sys.argv[3], sys.argv[4]], prog_name="hundi")))
"""


@pytest.mark.slow
def test_a_copy_that_is_killed_goes_on(deployment: Hundi, server: str, home: Path) -> None:
    """Kill -9 after a commit in the middle, and again when only the mark is left to be taken away."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    for when, left in (("after", 9), ("finish", 0)):
        arguments = [sys.executable, "-c", _KILLED, when, str(left), SOURCE, server]
        ended = subprocess.run(  # noqa: S603 - our own program
            arguments, check=False, cwd=home, env=environment, capture_output=True, timeout=60
        )
        assert ended.returncode == -signal.SIGKILL, ended.stderr

    assert deployment("copy", SOURCE, server).code == 0
    assert asyncio.run(rows(SOURCE)) == asyncio.run(rows(server))
    again = deployment("copy", SOURCE, server)
    assert (again.code, "is a deployment of its own" in again.err) == (1, True)


# ── refused ──────────────────────────────────────────────────────────────────


def change(url: str, statement: str) -> None:
    async def changing() -> None:
        async with opened(url) as database:
            await migrate(database, MIGRATIONS, datetime.now(UTC))
            async with database.transaction() as session:
                await session.execute(Query(statement))

    asyncio.run(changing())


ONE_MORE = "INSERT INTO lookups (person_id, window_at, lookup_count) VALUES (77, 1, 1)"


def test_the_target_must_be_empty(deployment: Hundi) -> None:
    change(TARGET, ONE_MORE)

    copied = deployment("copy", SOURCE, TARGET)

    assert copied.code == 1
    assert "the target has rows already: in lookups" in copied.err
    assert "new, empty database" in copied.err


def test_nothing_is_copied_while_a_bot_runs(deployment: Hundi, home: Path) -> None:
    with FileLock(home / "hundi.db"):
        copied = deployment("copy", SOURCE, TARGET)

    assert (copied.code, "a bot runs on one of the two" in copied.err) == (1, True)


def test_nothing_is_copied_from_a_server_on_which_a_bot_lives(deployment: Hundi, server: str) -> None:
    assert deployment("copy", SOURCE, server).code == 0
    far = int(datetime(2036, 1, 1, tzinfo=UTC).timestamp() * 1_000_000)
    change(server, f"INSERT INTO processes VALUES ('prc_1', 'serve', 'http://10.0.0.1:8443', 1, {far})")

    copied = deployment("copy", server, "sqlite:///back.db")

    assert (copied.code, "a bot runs on this database" in copied.err) == (1, True)


def test_a_source_that_changes_while_it_is_copied_is_noticed(
    deployment: Hundi, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_it = Copying.fill

    async def fill_and_fund(self: Copying, progress: Callable[[int, int], None]) -> None:
        await fill_it(self, progress)
        async with opened(SOURCE) as other, other.transaction() as session:
            await session.execute(Query("UPDATE people SET language = 'hi' WHERE person_id = 1002"))

    monkeypatch.setattr(Copying, "fill", fill_and_fund)

    copied = deployment("copy", SOURCE, TARGET)

    assert copied.code == 1
    assert "do not hold the same: people at 1002" in copied.err


@pytest.mark.usefixtures("page_of_one")
def test_a_copy_does_not_go_on_from_a_source_that_has_changed(
    deployment: Hundi, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stopped(*_: object) -> None:
        raise StoppedError

    with monkeypatch.context() as stopping:
        stopping.setattr(Copying, "fill", stopped)
        assert deployment("copy", SOURCE, TARGET).code != 0
    assert deployment("fund", "1001", "5.00").code == 0

    copied = deployment("copy", SOURCE, TARGET)

    assert (copied.code, "the source has changed since this copy began" in copied.err) == (1, True)


def test_a_half_filled_target_takes_no_other_source(
    deployment: Hundi, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stopped(*_: object) -> None:
        raise StoppedError

    with monkeypatch.context() as stopping:
        stopping.setattr(Copying, "fill", stopped)
        assert deployment("copy", SOURCE, TARGET).code != 0
    (home / "other").mkdir()
    monkeypatch.chdir(home / "other")
    for line in ("keys new", "ledger migrate", "fund 1001 500.00"):
        assert deployment(*line.split()).code == 0

    copied = deployment("copy", SOURCE, f"sqlite:///{home / 'there.db'}")

    assert (copied.code, "is being filled from another database" in copied.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((SOURCE, SOURCE), "both addresses are the same"),
        (("sqlite:///nowhere.db", SOURCE), "there is no database there"),
        (("hundi.db", SOURCE), "no address of a database"),
        (("mysql://here/there", SOURCE), "no address of a database"),
    ],
)
def test_addresses_that_cannot_be_meant_are_told(deployment: Hundi, arguments: tuple[str, str], why: str) -> None:
    copied = deployment("copy", *arguments)

    assert (copied.code, why in copied.err) == (1, True), copied.err


def test_books_that_do_not_prove_are_not_copied(deployment: Hundi) -> None:
    change(
        SOURCE, "UPDATE accounts SET posted_credits = posted_credits + 1, last_seq = last_seq + 1 WHERE account_no = 2"
    )

    copied = deployment("copy", SOURCE, TARGET)

    assert (copied.code, "the books of hundi.db do not prove" in copied.err) == (1, True), copied.err


# ── much of it ───────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("deployment")
def test_large_messages_do_not_meet_in_memory(home: Path) -> None:
    """A statement of some megabytes waits for each of thirty people: a page holds a few of them."""
    assert home.exists()

    async def pages() -> list[int]:
        async with opened(SOURCE) as database:
            async with database.transaction() as session:
                for number in range(30):
                    await session.execute(
                        Query(f"{WAITING} VALUES (:id, 1, 1, 'prompt', 'waiting', :body, 1, 1)"),
                        {"id": f"out_{number}", "body": bytes(1024 * 1024)},
                    )
            tables = await Tables.read(database)
            return [len(page) async for page in tables.pages(database, tables.by_name["outbox"])]

    lengths = asyncio.run(pages())

    assert len(lengths) >= 30 * 1024 * 1024 // tables_module.PAGE_BYTES
    assert max(lengths) < 12
