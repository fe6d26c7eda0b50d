"""What a batch reads on PostgreSQL is found by key, with plans that were made while the tables were empty.

A connection that writes keeps its plans for as long as it lives; one that walked through an index would read all of the
journal for every batch once there is a journal.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ledger.database.port import Database, Query, Values
from ledger.database.queries import Queries

VALUES: Values = {"account_ids": "[]", "causes": "[]", "day_number": 739_579}
BY_KEY = ("Index Cond", "Recheck Cond")


def walked_through(node: dict[str, Any]) -> Iterator[str]:
    """The tables of a plan of which rows are looked at that no key has chosen."""
    if "Relation Name" in node and not any(condition in node for condition in BY_KEY):
        yield node["Relation Name"]
    for inner in node.get("Plans", ()):
        yield from walked_through(inner)


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
@pytest.mark.parametrize("name", ["named_accounts", "named_transfers", "named_refund_totals"])
async def test_what_a_batch_names_is_found_by_key_even_with_a_plan_for_empty_tables(
    database: Database, name: str
) -> None:
    query = Queries.load("ledger.store", "sql/queries.sql", "postgres")[name]

    async with database.transaction() as session:
        row = await session.one(Query(f"EXPLAIN (FORMAT JSON) {query}"), VALUES)

    assert row is not None
    (plan,) = json.loads(row["QUERY PLAN"])
    assert list(walked_through(plan["Plan"])) == []
