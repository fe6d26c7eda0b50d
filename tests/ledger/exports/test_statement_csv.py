"""A statement that a spreadsheet reads as figures and never carries out."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.exports.statement_csv import BOM, StatementCsv, StatementRow, Words, decimal, plain_cell
from ledger.kernel.money import Money
from tests.ledger.books import INDIA, NOON, inr

LUNCH = StatementRow(
    NOON,
    "payment",
    credited=False,
    amount=inr("200.00"),
    balance=inr("300.00"),
    reference="632800000017",
    name="Priya Sharma",
    handle="priya",
    note="lunch",
)
FORMULAS = (
    "=1+1", '=HYPERLINK("http://evil.example";"see")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1",
    "\u200b=1", "＝1", "＋1", "－1", "＠1", "|calc", "%x", "\ufeff=1", "\x00=1", "\u2066=1",
)  # fmt: skip


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_statement_is_a_table_from_the_opening_to_the_closing_balance() -> None:
    file = StatementCsv(INDIA)
    text = file.begin(NOON, inr("500.00")) + file.rows([LUNCH]) + file.end(NOON, inr("300.00"))

    columns, opening, lunch, closing = read(text)

    assert columns == [
        "Date and time", "Time zone", "Description", "Name", "Handle", "Note", "Debit", "Credit", "Balance", "Currency",
        "Reference",
    ]  # fmt: skip
    assert opening == ["2026-11-24 12:00:00", "UTC+05:30", "Opening balance", "", "", "", "", "", "500.00", "INR", ""]
    assert lunch == [
        "2026-11-24 12:00:00", "UTC+05:30", "Paid", "Priya Sharma", "priya", "lunch", "200.00", "", "300.00", "INR",
        "ref 632800000017",
    ]  # fmt: skip
    assert closing[2] == "Closing balance"
    assert text.endswith("\r\n")
    assert not text.startswith(BOM)  # whoever writes the file puts it there once


@pytest.mark.parametrize(
    ("kind", "credited", "word"),
    [
        ("payment", False, "Paid"),
        ("payment", True, "Received"),
        ("refund", False, "Sent back"),
        ("refund", True, "Returned"),
        ("funding", True, "Added"),
        ("funding", False, "Taken out"),
    ],
)
def test_each_kind_of_row_has_its_word(kind: str, word: str, *, credited: bool) -> None:
    assert Words().of(kind, credited=credited) == word


@pytest.mark.parametrize("text", FORMULAS)
def test_what_somebody_wrote_is_never_a_formula(text: str) -> None:
    """S16: in each cell that others fill."""
    row = replace(LUNCH, credited=True, name=text, handle=text, note=text)

    (cells,) = read(StatementCsv(INDIA).rows([row]))

    assert all(cell.startswith("'") for cell in cells[3:6])
    assert (cells[6], cells[7], cells[8]) == ("", "200.00", "300.00")


@given(st.text())
def test_no_cell_begins_with_what_starts_a_formula(text: str) -> None:
    cell = plain_cell(text)

    assert not cell or cell[0] not in "=+-@\t\r\n＝＋－＠|%"
    assert "\n" not in cell
    assert "\r" not in cell
    assert read(StatementCsv(UTC).rows([replace(LUNCH, note=text)]))[0][5] == cell


def test_a_spreadsheet_that_parts_cells_at_semicolons_finds_no_formula_behind_one() -> None:
    assert plain_cell("tea; =1+1;-2") == "tea;'=1+1;'-2"
    assert plain_cell("tea; milk") == "tea; milk"


def test_words_of_every_script_stay_as_they_are() -> None:
    for text in ("प्रिया शर्मा", "क्‍ष", "María-José O'Brien", "محمد", "a\u00a0b".replace("\u00a0", " "), '5" nails, two'):
        assert plain_cell(text) == text


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(150_000, "INR"), "1500.00"),
        (Money(5, "INR"), "0.05"),
        (Money(0, "INR"), "0.00"),
        (Money(1500, "JPY"), "1500"),
        (Money(1, "KWD"), "0.001"),
        (Money(2**63 - 1, "INR"), "92233720368547758.07"),
    ],
)
def test_an_amount_is_a_plain_number_to_the_last_digit(money: Money, text: str) -> None:
    assert decimal(money) == text
    assert Decimal(text) == Decimal(money.minor_units).scaleb(-len(text.partition(".")[2]))


def test_an_hour_that_comes_twice_is_told_apart_by_its_zone() -> None:
    """Clocks in Berlin go back at three in the morning of 25 October 2026."""
    file = StatementCsv(ZoneInfo("Europe/Berlin"))
    first, second = (
        read(file.end(datetime(2026, 10, 25, hour, 30, tzinfo=UTC), inr("1.00")))[0][:2] for hour in (0, 1)
    )

    assert first == ["2026-10-25 02:30:00", "UTC+02:00"]
    assert second == ["2026-10-25 02:30:00", "UTC+01:00"]


def test_west_of_greenwich_has_its_sign() -> None:
    assert read(StatementCsv(ZoneInfo("America/St_Johns")).end(NOON, inr("1.00")))[0][1] == "UTC-03:30"
