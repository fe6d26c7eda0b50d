"""The address of a new database of each kind, for the rooms that keep something."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.memory import MIGRATIONS as MEMORY
from bot.vault.pins import MIGRATIONS as VAULT
from tests.harness.postgres import PostgresServer
from tests.harness.tables import empty, migrated

ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
"""For what is about SQLite's file and its one writer."""
ON_POSTGRES = pytest.mark.parametrize("url", ["postgres"], indirect=True)
"""For what several connections do side by side, which SQLite's one writer forbids."""


@pytest.fixture(scope="session")
def tables(postgres: PostgresServer) -> Iterator[str]:
    """The bot's tables on PostgreSQL; a test that wants them empty asks for ``url``."""
    with migrated(postgres, (MEMORY, VAULT)) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database of each kind that holds nothing yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hundi.db'}"
    address: str = request.getfixturevalue("tables")
    with asyncio.Runner() as runner:
        runner.run(empty(address))
    return address
