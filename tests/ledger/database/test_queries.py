"""Queries are named in files, and a dialect's own version wins."""

import pytest

from ledger.database.queries import Queries, QueryFileError

FILE = """
-- name: count_coins
-- How many there are.
SELECT count(*) FROM coins;

-- name: now
-- The clock of the database.
SELECT 1;

-- name: now [postgres]
-- The clock of the database.
SELECT now();
"""


def test_a_dialect_has_its_own_version_beside_the_shared_one() -> None:
    assert Queries.parse(FILE, "sqlite")["now"] == "SELECT 1"
    assert Queries.parse(FILE, "postgres")["now"] == "SELECT now()"
    assert Queries.parse(FILE, "postgres")["count_coins"] == "SELECT count(*) FROM coins"


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError, match="no query is named coin_count"):
        Queries.parse(FILE, "sqlite")["coin_count"]


@pytest.mark.parametrize(
    "text",
    [
        "-- name: silent\nSELECT 1;",
        "-- name: empty\n-- It does nothing.\n",
        "-- name: twice\n-- One.\nSELECT 1;\n-- name: twice\n-- Two.\nSELECT 2;",
        "-- name: Wrong Name\n-- It is no name.\nSELECT 1;",
    ],
)
def test_a_file_that_is_not_written_as_the_house_writes_is_refused(text: str) -> None:
    with pytest.raises(QueryFileError):
        Queries.parse(text, "sqlite")
