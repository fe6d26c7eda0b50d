"""What every test shares. We replace the clock, chance and the far ends; never a room of our own."""

import os
from collections.abc import Iterator
from typing import Final

import pytest

from tests.harness.postgres import PostgresServer, postgres_server

FULL_SIZE: Final = os.environ.get("HUNDI_TEST_SIZE") == "full"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for all tests that ask for a database of their own on it. It starts in a second or they fail."""
    with postgres_server() as server:
        yield server
