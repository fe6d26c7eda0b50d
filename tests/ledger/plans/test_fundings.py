"""Cash-ins: cash rises, and so does what we owe."""

from dataclasses import replace

import pytest

from ledger.commands import Fund
from ledger.kernel.errors import ContractError, IdempotencyConflictError
from ledger.kernel.ids import FundingId
from ledger.kernel.money import MAX_MINOR_UNITS, Money
from ledger.outcomes import Funded, RefusalCode, Refused
from ledger.plans.fundings import plan_funding
from tests.ledger.books import NOON, POLICY, UNLIMITED, Books, inr


def test_a_cash_in_raises_cash_and_the_wallet_by_the_same_amount() -> None:
    books = Books()
    asha = books.wallet()

    answer = books.fund(asha, inr("500.00"))

    assert isinstance(answer, Funded)
    assert (asha.available, books.cash.available) == (500_00, 500_00)
    assert (answer.funded_at, answer.amount) == (NOON, inr("500.00"))
    assert (books.rows[-1].debit_account, books.rows[-1].credit_account) == (books.cash.account_id, asha.account_id)


def test_the_same_id_funds_once() -> None:
    """`hundi fund 1001 500.00 --id A7` typed twice."""
    books = Books()
    asha, funding_id = books.wallet(), FundingId.new()

    assert books.fund(asha, inr("500.00"), funding_id) == books.fund(asha, inr("500.00"), funding_id)
    assert asha.available == 500_00


@pytest.mark.parametrize("field", ["account_id", "amount"])
def test_an_id_used_for_another_cash_in_is_a_conflict_that_names_the_field(field: str) -> None:
    books = Books()
    asha, priya, funding_id = books.wallet(), books.wallet(), FundingId.new()
    books.fund(asha, inr("500.00"), funding_id)

    account, amount = (priya, inr("500.00")) if field == "account_id" else (asha, inr("500.01"))
    with pytest.raises(IdempotencyConflictError) as caught:
        books.fund(account, amount, funding_id)

    assert caught.value.field == field


def test_a_frozen_wallet_is_still_funded() -> None:
    books = Books()
    asha = books.wallet()
    asha.frozen = True

    assert isinstance(books.fund(asha, inr("1.00")), Funded)


def test_nothing_is_not_a_cash_in() -> None:
    books = Books()

    assert books.fund(books.wallet(), inr("0.00")) == Refused(RefusalCode.AMOUNT_NOT_POSITIVE)


def test_a_wallet_of_rupees_is_not_funded_in_dollars() -> None:
    books = Books()

    assert books.fund(books.wallet(), Money(1, "USD")) == Refused(RefusalCode.CURRENCY_MISMATCH, {"currency": "INR"})


@pytest.mark.parametrize(("amount", "refused"), [("99.99", False), ("100.00", False), ("100.01", True)])
def test_a_cap_on_balances_holds_for_cash_in_too(amount: str, *, refused: bool) -> None:
    books = Books(policy=replace(POLICY, balance_cap=400_00))
    asha = books.wallet("300.00")

    answer = books.fund(asha, inr(amount))

    assert (answer == Refused(RefusalCode.PAYEE_BALANCE_CAP)) is refused


@pytest.mark.parametrize(("amount", "refused"), [(98, False), (99, False), (100, True)])
def test_more_than_the_books_can_hold_is_refused_and_nothing_breaks(amount: int, *, refused: bool) -> None:
    """The till's total is a BIGINT too."""
    books = Books(policy=UNLIMITED)
    books.fund(books.wallet(), Money(MAX_MINOR_UNITS - 99, "INR"))

    answer = books.fund(books.wallet(), Money(amount, "INR"))

    assert (answer == Refused(RefusalCode.PAYEE_BALANCE_CAP)) is refused


def test_cash_goes_to_wallets_only() -> None:
    books = Books()
    asha = books.wallet()

    for wallet, cash in ((books.cash, books.cash), (asha, asha)):
        with pytest.raises(ContractError, match="from cash to a wallet"):
            plan_funding(
                Fund(FundingId.new(), wallet.account_id, inr("1.00")), None, wallet, cash, books.moment, POLICY
            )


def test_rules_in_another_currency_than_the_books_are_our_fault() -> None:
    books = Books()
    asha = books.wallet()
    books.policy = replace(POLICY, currency="USD")

    with pytest.raises(ContractError, match="policy example is in USD"):
        books.fund(asha, inr("1.00"))
