"""``hundi ledger statement``: the same file as in the chat, for an operator who is asked for it."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Hundi


@pytest.fixture
def books(hundi: Hundi, monkeypatch: pytest.MonkeyPatch) -> Hundi:
    """Two cash-ins for one person."""
    monkeypatch.setenv("HUNDI_TIMEZONE", "Asia/Kolkata")
    hundi("keys", "new")
    hundi("ledger", "migrate")
    for amount in ("500.00", "0.01"):
        assert hundi("fund", "1001", amount).code == 0
    return hundi


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_statement_of_everything_is_csv_on_standard_output(books: Hundi) -> None:
    done = books("ledger", "statement", "1001")

    assert done.code == 0
    columns, opening, first, second, closing = table(done.out)
    assert columns[0] == "Date and time"
    assert [row[8] for row in (opening, first, second, closing)] == ["0.00", "500.00", "500.01", "500.01"]
    assert (opening[2], first[2], closing[2]) == ("Opening balance", "Added", "Closing balance")
    assert opening[:2] == first[:2]
    assert first[1] == "UTC+05:30"
    assert first[10].removeprefix("ref ").isdecimal()
    assert "Opening balance ₹0.00, closing balance ₹500.01." in done.err


def test_a_statement_in_a_file_is_what_excel_reads(books: Hundi, home: Path) -> None:
    done = books("ledger", "statement", "1001", "--output", "out.csv")

    assert done.code == 0
    assert "2 line(s) written to out.csv." in done.out
    raw = (home / "out.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfDate and time,")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 5
    assert (home / "out.csv").stat().st_mode & 0o077 == 0


def test_a_statement_of_days_in_which_nothing_moved_has_its_balances(books: Hundi) -> None:
    done = books("ledger", "statement", "1001", "--from", "2020-02-01", "--to", "2020-02-29")

    assert done.code == 0
    _, opening, closing = table(done.out)
    assert (opening[0], opening[8]) == ("2020-02-01 00:00:00", "0.00")
    assert (closing[0], closing[8]) == ("2020-02-29 23:59:59", "0.00")


def test_a_statement_without_the_keys_names_nobody(books: Hundi, home: Path) -> None:
    account = json.loads(books("ledger", "balance", "1001", "--json").out)["account"]
    (home / "hundi.keys").rename(home / "away")

    done = books("ledger", "statement", account)

    assert done.code == 0
    assert len(table(done.out)) == 5
    assert "Names and notes are left out" in done.err


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (("1001", "--from", "2026-02-30"), "2026-02-30", 2),
        (("1001", "--from", "2026-02-02", "--to", "2026-02-01"), "wrong way round", 2),
        (("1007",), "has no account", 1),
        (("@nobody",), "nobody has the handle", 1),
        (("acc_00000000000070008000000000000001",), "there is no account", 1),
        (("1001", "--output", "no/such/place.csv"), "cannot be written", 1),
    ],
)
def test_a_statement_that_cannot_be_had_says_why(
    books: Hundi, arguments: tuple[str, ...], said: str, code: int
) -> None:
    done = books("ledger", "statement", *arguments)

    assert said in done.err
    assert done.code == code
