"""Refunds: back to who paid, never more than was paid, counted against no limit."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from ledger.commands import Refund
from ledger.kernel.accounts import AccountState
from ledger.kernel.errors import ContractError, IdempotencyConflictError
from ledger.kernel.ids import PaymentId, RefundId
from ledger.kernel.journal import TransferKind
from ledger.kernel.money import MAX_MINOR_UNITS, Money
from ledger.outcomes import Captured, Refunded, RefusalCode, Refused
from ledger.plans.refunds import plan_refund
from tests.ledger.books import NOON, POLICY, Books, inr

TWO_HUNDRED = inr("200.00")


@dataclass
class Paid:
    """Asha had ₹500.00 and paid Priya, who had nothing, ₹200.00."""

    books: Books
    asha: AccountState
    priya: AccountState
    payment_id: PaymentId

    def refund(self, amount: Money = TWO_HUNDRED) -> Refund:
        return Refund(RefundId.new(), self.payment_id, self.priya.account_id, amount)


@pytest.fixture
def paid() -> Paid:
    books = Books()
    asha, priya = books.wallet("500.00"), books.wallet()
    answer = books.pay(asha, priya, inr("200.00"))
    assert isinstance(answer, Captured)
    return Paid(books, asha, priya, answer.payment_id)


def test_a_refund_is_a_new_entry_that_names_the_payment(paid: Paid) -> None:
    refund = paid.refund(inr("50.00"))

    answer = paid.books.refund(refund)
    row = paid.books.rows[-1]

    assert isinstance(answer, Refunded)
    assert (answer.refund_id, answer.payment_id, answer.amount) == (refund.refund_id, paid.payment_id, inr("50.00"))
    assert (answer.reference, answer.entry_id, answer.refunded_at) == (row.reference, row.entry_id, NOON)
    assert (row.kind, row.cause, row.related) == (TransferKind.REFUND, refund.refund_id, paid.payment_id)
    assert (paid.asha.available, paid.priya.available) == (350_00, 150_00)


def test_parts_add_up_to_the_payment_and_not_to_a_paisa_more(paid: Paid) -> None:
    paid.books.fund(paid.priya, inr("100.00"))

    assert isinstance(paid.books.refund(paid.refund(inr("150.00"))), Refunded)
    assert paid.books.refund(paid.refund(inr("50.01"))) == Refused(
        RefusalCode.EXCEEDS_REFUNDABLE, {"refundable": inr("50.00")}
    )
    assert isinstance(paid.books.refund(paid.refund(inr("50.00"))), Refunded)
    assert paid.books.refund(paid.refund(inr("0.01"))) == Refused(
        RefusalCode.EXCEEDS_REFUNDABLE, {"refundable": inr("0.00")}
    )


@pytest.mark.parametrize(("amount", "refused"), [("199.99", False), ("200.00", False), ("200.01", True)])
def test_all_of_it_may_go_back_and_not_more(paid: Paid, amount: str, *, refused: bool) -> None:
    paid.books.fund(paid.priya, inr("100.00"))

    assert isinstance(paid.books.refund(paid.refund(inr(amount))), Refused) is refused


def test_only_who_was_paid_can_give_it_back(paid: Paid) -> None:
    """Not the payer, and not a third person with money of their own."""
    ravi = paid.books.wallet("500.00")

    for other in (paid.asha, ravi):
        refund = replace(paid.refund(), payee=other.account_id)
        assert paid.books.refund(refund) == Refused(RefusalCode.NOT_YOURS_TO_REFUND)


def test_who_has_spent_it_cannot_give_it_back(paid: Paid) -> None:
    paid.books.pay(paid.priya, paid.books.wallet(), inr("0.01"))

    assert paid.books.refund(paid.refund()) == Refused(RefusalCode.INSUFFICIENT_FUNDS, {"available": inr("199.99")})


def test_nothing_leaves_a_frozen_account_not_even_a_refund(paid: Paid) -> None:
    paid.priya.frozen = True

    assert paid.books.refund(paid.refund()) == Refused(RefusalCode.ACCOUNT_FROZEN)


def test_a_frozen_payer_gets_their_money_back(paid: Paid) -> None:
    paid.asha.frozen = True

    assert isinstance(paid.books.refund(paid.refund()), Refunded)


def test_nothing_is_not_a_refund(paid: Paid) -> None:
    assert paid.books.refund(paid.refund(inr("0.00"))) == Refused(RefusalCode.AMOUNT_NOT_POSITIVE)


def test_rupees_are_not_given_back_in_dollars(paid: Paid) -> None:
    assert paid.books.refund(paid.refund(Money(1, "USD"))) == Refused(
        RefusalCode.CURRENCY_MISMATCH, {"currency": "INR"}
    )


def test_a_refund_meets_no_limit_and_counts_against_none(paid: Paid) -> None:
    """Limits are on paying; giving back must always be possible."""
    paid.books.policy = replace(POLICY, per_payment=1, per_day=1, count_per_day=1, new_account_total=1, balance_cap=1)

    assert isinstance(paid.books.refund(paid.refund()), Refunded)
    assert (paid.books.today(paid.priya).count, paid.books.today(paid.priya).spent) == (0, 0)
    assert paid.priya.first_payment_at is None


def test_a_refund_gives_no_limit_back_either(paid: Paid) -> None:
    """Otherwise two friends could pay around the limits for ever."""
    paid.books.refund(paid.refund())

    assert paid.books.today(paid.asha).spent == 200_00


@pytest.mark.parametrize(("amount", "refused"), [(98, False), (99, False), (100, True)])
def test_a_payer_whose_total_would_not_fit_the_books_is_not_paid_back(
    paid: Paid, amount: int, *, refused: bool
) -> None:
    """Not even a refund may break the books."""
    paid.asha.posted_credits = paid.asha.posted_debits = MAX_MINOR_UNITS - 99

    answer = paid.books.refund(paid.refund(Money(amount, "INR")))

    assert (answer == Refused(RefusalCode.PAYEE_BALANCE_CAP)) is refused


def test_asking_again_gives_the_first_answer(paid: Paid) -> None:
    refund = paid.refund(inr("50.00"))
    first = paid.books.refund(refund)
    paid.priya.frozen = True
    paid.books.now = NOON + timedelta(days=30)

    assert paid.books.refund(refund) == first
    assert paid.asha.available == 350_00


@pytest.mark.parametrize("field", ["payment_id", "payee", "amount"])
def test_an_id_used_for_another_refund_is_a_conflict_that_names_the_field(paid: Paid, field: str) -> None:
    refund = paid.refund(inr("50.00"))
    paid.books.refund(refund)
    again = paid.books.pay(paid.asha, paid.priya, inr("1.00"))
    assert isinstance(again, Captured)
    change = {"payment_id": again.payment_id, "payee": paid.asha.account_id, "amount": inr("50.01")}[field]

    with pytest.raises(IdempotencyConflictError) as caught:
        paid.books.refund(replace(refund, **{field: change}))  # type: ignore[arg-type]  # a table of fields

    assert caught.value.field == field


def test_a_cash_in_is_not_refunded(paid: Paid) -> None:
    """A desk that hands in another row than the refund names is wrong, and nothing moves."""
    payment = paid.books.payments[paid.payment_id]
    payment.row = paid.books.rows[0]

    with pytest.raises(ContractError, match="not that of the payment"):
        paid.books.refund(paid.refund())


def test_planning_alone_changes_nothing(paid: Paid) -> None:
    before = (repr(paid.books.accounts), repr(paid.books.payments), paid.books.head.seq)
    payment = paid.books.payments[paid.payment_id]

    plan_refund(paid.refund(), None, payment, paid.priya, paid.asha, paid.books.moment)

    assert (repr(paid.books.accounts), repr(paid.books.payments), paid.books.head.seq) == before
