"""Opening, freezing and thawing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.commands import Freeze, OpenAccount, Unfreeze
from ledger.kernel.accounts import AccountKind, AccountState
from ledger.kernel.errors import ContractError, IdempotencyConflictError
from ledger.kernel.ids import AccountId
from ledger.outcomes import FreezeChanged, Opened
from ledger.plans.accounts import OpeningPlan, plan_freeze, plan_opening, plan_unfreeze
from tests.ledger.books import MICROSECOND, NOON, POLICY, Books

OPEN = OpenAccount(AccountId.new(), AccountKind.WALLET, "INR")


def unfreeze(books: Books, account: AccountState) -> FreezeChanged:
    return plan_unfreeze(Unfreeze(account.account_id), account, books.moment, books.policy).apply()


def freeze(account: AccountState) -> FreezeChanged:
    return plan_freeze(Freeze(account.account_id), account).apply()


def test_a_new_account_is_empty_and_open() -> None:
    planned = plan_opening(OPEN, None)

    assert isinstance(planned, OpeningPlan)
    assert planned.apply() == Opened(OPEN.account_id)
    assert planned.account == AccountState(0, OPEN.account_id, AccountKind.WALLET, "INR")
    assert (planned.account.available, planned.account.is_frozen(0)) == (0, False)


def test_opening_twice_is_opening_once() -> None:
    planned = plan_opening(OPEN, None)
    assert isinstance(planned, OpeningPlan)

    assert plan_opening(OPEN, planned.account) == Opened(OPEN.account_id)


@pytest.mark.parametrize(("field", "value"), [("kind", AccountKind.CASH), ("currency", "USD")])
def test_an_id_opened_as_something_else_is_a_conflict_that_names_the_field(field: str, value: str) -> None:
    planned = plan_opening(OPEN, None)
    assert isinstance(planned, OpeningPlan)

    with pytest.raises(IdempotencyConflictError) as caught:
        plan_opening(replace(OPEN, **{field: value}), planned.account)  # type: ignore[arg-type]  # a table of fields

    assert caught.value.field == field


@pytest.mark.parametrize("currency", ["", "inr", "XXX", "BTC"])
def test_no_account_is_kept_in_what_is_no_currency(currency: str) -> None:
    with pytest.raises(ContractError, match="no currency"):
        plan_opening(replace(OPEN, currency=currency), None)


def test_a_freeze_holds_at_once_and_without_end() -> None:
    asha = Books().wallet()

    assert freeze(asha) == FreezeChanged(asha.account_id, frozen=True, thaws_at=None)
    assert asha.is_frozen(2**62)


def test_an_unfreeze_waits_an_hour() -> None:
    """A thief with the PIN must wait too."""
    books = Books()
    asha = books.wallet()
    freeze(asha)
    an_hour_later = NOON + timedelta(hours=1)

    assert unfreeze(books, asha) == FreezeChanged(asha.account_id, frozen=True, thaws_at=an_hour_later)

    for late, frozen in [(-MICROSECOND, True), (timedelta(), False), (MICROSECOND, False)]:
        books.now = an_hour_later + late
        assert asha.is_frozen(books.moment.micros) is frozen


def test_asking_twice_does_not_wait_twice() -> None:
    books = Books()
    asha = books.wallet()
    freeze(asha)
    first = unfreeze(books, asha)
    books.now = NOON + timedelta(minutes=59)

    assert unfreeze(books, asha) == first


def test_a_second_freeze_calls_the_thaw_off() -> None:
    books = Books()
    asha = books.wallet()
    freeze(asha)
    unfreeze(books, asha)

    freeze(asha)

    assert (asha.frozen, asha.thaws_at) == (True, None)


def test_a_freeze_after_a_thaw_is_a_new_one() -> None:
    books = Books()
    asha = books.wallet()
    freeze(asha)
    unfreeze(books, asha)
    books.now = NOON + timedelta(hours=2)
    freeze(asha)

    assert unfreeze(books, asha).thaws_at == NOON + timedelta(hours=3)


def test_an_open_account_is_not_opened_again() -> None:
    books = Books()
    asha = books.wallet()

    planned = plan_unfreeze(Unfreeze(asha.account_id), asha, books.moment, POLICY)

    assert not planned.changes
    assert planned.apply() == FreezeChanged(asha.account_id, frozen=False, thaws_at=None)


def test_an_account_that_has_thawed_is_written_down_as_open() -> None:
    books = Books()
    asha = books.wallet()
    freeze(asha)
    unfreeze(books, asha)
    books.now = NOON + timedelta(hours=1)

    assert unfreeze(books, asha) == FreezeChanged(asha.account_id, frozen=False, thaws_at=None)
    assert (asha.frozen, asha.thaws_at) == (False, None)


def test_where_the_policy_asks_no_delay_an_unfreeze_holds_at_once() -> None:
    books = Books(policy=replace(POLICY, unfreeze_delay=timedelta()))
    asha = books.wallet()
    freeze(asha)

    assert unfreeze(books, asha) == FreezeChanged(asha.account_id, frozen=False, thaws_at=None)


def test_freezing_twice_writes_nothing_the_second_time() -> None:
    asha = Books().wallet()

    assert plan_freeze(Freeze(asha.account_id), asha).changes
    freeze(asha)
    assert not plan_freeze(Freeze(asha.account_id), asha).changes
