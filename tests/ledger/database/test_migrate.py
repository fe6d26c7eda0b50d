"""Migrations: once, in order, whole or not at all."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.database.errors import ChecksumError, ConstraintError, DatabaseNewerError, MigrationError, QueryError
from ledger.database.migrate import MigrationSet, migrate, pending, statements
from ledger.database.port import Database, Query

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

RACER = """
import asyncio, sys
from datetime import UTC, datetime
from ledger.database.migrate import MigrationSet, migrate
from ledger.database.opening import open_database

async def main():
    sys.path.insert(0, sys.argv[1])
    database = await open_database(sys.argv[2])
    applied = await migrate(database, (MigrationSet("shop", "shop"),), datetime(2026, 11, 24, tzinfo=UTC))
    await database.close()
    print(len(applied))

asyncio.run(main())
"""


class Package:
    """A package of migrations on disk, found by the name ``shop``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.directories = [root / "shop" / "sql" / "migrations" / dialect for dialect in ("sqlite", "postgres")]
        for directory in self.directories:
            directory.mkdir(parents=True)
        (root / "shop" / "__init__.py").touch()

    def write(self, name: str, text: str) -> None:
        for directory in self.directories:
            (directory / name).write_text(text)

    def remove(self, name: str) -> None:
        for directory in self.directories:
            (directory / name).unlink()


SETS = (MigrationSet("shop", "shop"),)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "shop", raising=False)
    made = Package(tmp_path)
    made.write("0001_shelves.sql", "CREATE TABLE shelves (shelf INTEGER PRIMARY KEY);\nINSERT INTO shelves VALUES (1);")
    made.write("0002_jars.sql", "-- Jars; they stand on shelves.\nCREATE TABLE jars (jar INTEGER PRIMARY KEY);")
    return made


@pytest.mark.usefixtures("package")
async def test_what_is_pending_is_applied_once_and_in_order(database: Database) -> None:
    assert [step.number for step in await pending(database, SETS)] == [1, 2]

    first = await migrate(database, SETS, NOW)
    second = await migrate(database, SETS, NOW)

    assert [(step.number, step.title) for step in first] == [(1, "shelves"), (2, "jars")]
    assert second == ()
    assert await pending(database, SETS) == ()
    rows = await database.all(Query("SELECT shelf FROM shelves"))
    assert [row["shelf"] for row in rows] == [1]


async def test_a_migration_that_was_changed_after_it_was_applied_is_an_error(
    database: Database, package: Package
) -> None:
    await migrate(database, SETS, NOW)
    package.write("0001_shelves.sql", "CREATE TABLE shelves (shelf INTEGER PRIMARY KEY, height INTEGER);")

    with pytest.raises(ChecksumError):
        await migrate(database, SETS, NOW)


async def test_a_database_newer_than_the_program_is_not_touched(database: Database, package: Package) -> None:
    """Somebody starts last month's program on this month's books: it stops and says to upgrade."""
    await migrate(database, SETS, NOW)
    package.remove("0002_jars.sql")

    with pytest.raises(DatabaseNewerError) as caught:
        await migrate(database, SETS, NOW)

    assert (caught.value.found, caught.value.known) == (2, 1)


async def test_a_migration_that_fails_leaves_no_trace(database: Database, package: Package) -> None:
    package.write("0003_lids.sql", "CREATE TABLE lids (lid INTEGER PRIMARY KEY);\nINSERT INTO shelves VALUES (1);")

    with pytest.raises(ConstraintError):
        await migrate(database, SETS, NOW)

    with pytest.raises(QueryError):
        await database.all(Query("SELECT lid FROM lids"))
    assert [step.number for step in await pending(database, SETS)] == [3]


async def test_migrations_with_a_gap_in_their_numbers_are_refused(database: Database, package: Package) -> None:
    package.write("0004_late.sql", "SELECT 1;")

    with pytest.raises(MigrationError):
        await migrate(database, SETS, NOW)


def test_a_trigger_keeps_its_semicolons() -> None:
    text = "CREATE TRIGGER t BEFORE DELETE ON x BEGIN SELECT 1; SELECT 2; END; SELECT 3; -- the end"

    assert [statement[:14] for statement in statements(text)] == ["CREATE TRIGGER", "SELECT 3;"]


def test_a_script_that_ends_in_the_middle_is_refused() -> None:
    with pytest.raises(MigrationError):
        list(statements("CREATE TABLE x (y"))


async def test_ten_processes_that_start_at_once_migrate_once(url: str, package: Package) -> None:
    package.write("0003_many.sql", "".join(f"CREATE TABLE t{n} (x INTEGER);\n" for n in range(20)))

    racers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", RACER, str(package.root), url, stdout=subprocess.PIPE
        )
        for _ in range(10)
    ]
    answers = [await racer.communicate() for racer in racers]

    assert [racer.returncode for racer in racers] == [0] * 10
    assert sum(int(out) for out, _ in answers) == 3
