"""An export is the journal: the same fields in the same order, and enough to prove it elsewhere."""

import json
from pathlib import Path

import pytest

from ledger.desk import Ledger
from ledger.exports.json_lines import line_of, transfer_of
from ledger.kernel.audit_chain import Verified, verify_rows
from tests.ledger.store.conftest import BOOK, live

CONTRACT = [
    "seq", "entry_id", "kind", "cause", "at", "debit_account", "credit_account", "amount_minor", "currency",
    "prev_hash", "hash",
]  # fmt: skip


@pytest.fixture
async def lines(tmp_path: Path) -> list[str]:
    await live(tmp_path / "books.db", payments=40)
    async with Ledger.open(tmp_path / "books.db", policy=BOOK) as ledger:
        return [line_of(row) async for row in ledger.transfers()]


def test_a_line_has_the_fields_of_the_contract_in_their_order(lines: list[str]) -> None:
    first = json.loads(lines[0])

    assert list(first)[: len(CONTRACT)] == CONTRACT
    assert first["at"] == "2026-11-24T06:30:00.000000Z"
    assert [json.loads(line)["seq"] for line in lines] == list(range(1, len(lines) + 1))


def test_an_auditor_can_prove_an_export_without_the_system(lines: list[str]) -> None:
    rows = [transfer_of(line) for line in lines]

    assert isinstance(verify_rows(rows), Verified)
    assert [line_of(row) for row in rows] == lines


@pytest.mark.parametrize("line", ["", "{}", "[]", "1", '{"seq": 1}', "not json"])
def test_a_line_that_is_no_transfer_is_said_to_be_none(line: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        transfer_of(line)
