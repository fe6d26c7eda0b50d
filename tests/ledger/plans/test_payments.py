"""Payments between wallets."""

from ledger.kernel.audit_chain import Verified, verify_rows
from ledger.outcomes import Captured
from tests.ledger.books import NOON, Books, inr


def test_a_payment_moves_the_amount_once_and_both_sides_see_it() -> None:
    """Asha has ₹500.00 and pays Priya ₹200.00."""
    books = Books()
    asha, priya = books.wallet("500.00"), books.wallet()

    answer = books.pay(asha, priya, inr("200.00"))

    assert isinstance(answer, Captured)
    assert (asha.available, priya.available, books.cash.available) == (300_00, 200_00, 500_00)
    assert answer.captured_at == NOON
    assert answer.amount == inr("200.00")


def test_the_rows_of_a_day_verify() -> None:
    books = Books()
    asha, priya = books.wallet("500.00"), books.wallet()
    books.pay(asha, priya, inr("200.00"))

    assert verify_rows(books.rows) == Verified(2, 2, books.head.hash)
