"""docs/money.md is worked out, not remembered: its order of refusals and its figures are those of the code."""

import re
from pathlib import Path

from ledger.kernel.ids import PaymentId
from ledger.kernel.journal import TransferKind
from ledger.kernel.references import reference_of
from ledger.outcomes import Captured, RefusalCode
from tests.ledger.books import Books, inr

MONEY = (Path(__file__).parents[2] / "docs/money.md").read_text("utf-8")


def section(title: str) -> str:
    """The text under a heading."""
    return MONEY.split(f"## {title}", 1)[1].split("\n## ", 1)[0]


def figures(text: str) -> dict[str, tuple[str, ...]]:
    """The rows of a worked table of three figures, by account."""
    rows = re.findall(r"^\| (cash|Asha|Priya) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", text, re.MULTILINE)
    return {name: tuple(rest) for name, *rest in rows}


def shown(books: Books, **accounts: int) -> dict[str, tuple[str, ...]]:
    """The same table, from books."""
    by_no = {account.account_no: account for account in books.accounts.values()}
    return {
        name: tuple(
            f"{minor_units // 100}.{minor_units % 100:02d}"
            for minor_units in (by_no[no].posted_debits, by_no[no].posted_credits, by_no[no].posted)
        )
        for name, no in accounts.items()
    }


def test_the_refusals_of_a_payment_are_listed_in_their_order() -> None:
    listed = re.findall(r"^\| \d+ \| `(\w+)` ", section("Table 1: payment"), re.MULTILINE)

    assert listed == [code for code in RefusalCode if code in listed]
    assert set(RefusalCode) - set(listed) == {RefusalCode.NOT_YOURS_TO_REFUND, RefusalCode.EXCEEDS_REFUNDABLE}


def test_the_refusals_of_refunds_and_cash_ins_are_listed_in_their_order() -> None:
    codes = {str(code) for code in RefusalCode}
    for title in ("Table 2: refund", "Table 3: cash-in"):
        listed = [code for code in re.findall(r"`(\w+)`", section(title)) if code in codes]

        assert listed
        assert listed == [code for code in RefusalCode if code in listed]


def test_the_worked_figures_are_what_the_books_say() -> None:
    books = Books()
    asha, priya = books.wallet("500.00"), books.wallet()
    accounts = {"cash": 1, "Asha": asha.account_no, "Priya": priya.account_no}

    paid = books.pay(asha, priya, inr("200.00"))
    assert shown(books, **accounts) == figures(section("Table 1: payment"))

    assert isinstance(paid, Captured)
    books.give_back(PaymentId(paid.payment_id), priya, inr("50.00"))
    assert shown(books, **accounts) == figures(section("Table 2: refund"))


def test_the_worked_reference_is_what_the_code_gives() -> None:
    worked = re.findall(r"`(\d{4})` `(\d{8})`", section("The reference"))

    assert worked == [("6328", reference_of(2, "6328")[4:])]


def test_every_kind_of_transfer_has_its_table() -> None:
    assert all(f"rows of kind `{kind}`" in MONEY for kind in TransferKind)
