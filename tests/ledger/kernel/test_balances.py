"""Balances: posted, held, available."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.kernel.accounts import AccountKind, AccountState, cash_account_id
from ledger.kernel.balances import Balance, Side
from ledger.kernel.errors import InvariantError
from ledger.kernel.ids import AccountId
from ledger.kernel.money import MAX_MINOR_UNITS, currencies
from tests.ledger.laws import LAW

MOVEMENTS = st.lists(
    st.tuples(st.sampled_from(["debited", "credited", "holding", "releasing"]), st.integers(-1, 100)), max_size=30
)


@LAW
@given(st.sampled_from(Side), MOVEMENTS)
def test_available_is_never_negative_whatever_is_tried(side: Side, movements: list[tuple[str, int]]) -> None:
    balance = Balance(side)
    for what, amount in movements:
        try:
            balance = getattr(balance, what)(amount)
        except InvariantError:
            continue
        assert balance.available >= 0
        assert balance.held >= 0
        assert balance.available + balance.held == balance.posted


def test_a_credit_raises_what_we_owe_and_a_debit_raises_what_we_own() -> None:
    """A wallet is our liability, cash our asset."""
    assert Balance(AccountKind.WALLET.normal_side).credited(500).posted == 500
    assert Balance(AccountKind.CASH.normal_side).debited(500).posted == 500


def test_a_hold_takes_from_available_and_moves_nothing() -> None:
    balance = Balance(Side.CREDIT).credited(500).holding(200)

    assert (balance.posted, balance.held, balance.available) == (500, 200, 300)


@pytest.mark.parametrize(("amount", "fits"), [(299, True), (300, True), (301, False)])
def test_what_is_held_cannot_be_spent(amount: int, *, fits: bool) -> None:
    """₹5.00 less ₹2.00 held leaves ₹3.00: a paisa less, all of it, a paisa more."""
    balance = Balance(Side.CREDIT).credited(500).holding(200)

    if fits:
        assert balance.debited(amount).available == 300 - amount
    else:
        with pytest.raises(InvariantError, match="available would be negative"):
            balance.debited(amount)


def test_a_total_that_does_not_fit_is_refused() -> None:
    full = Balance(Side.CREDIT).credited(MAX_MINOR_UNITS)

    with pytest.raises(InvariantError, match="would not fit"):
        full.credited(1)


@pytest.mark.parametrize("what", ["debited", "credited", "holding", "releasing"])
@pytest.mark.parametrize(("amount", "moves"), [(-1, False), (0, False), (1, True)])
def test_every_movement_is_of_a_positive_amount(what: str, amount: int, *, moves: bool) -> None:
    balance = Balance(Side.CREDIT).credited(500).holding(200)

    if moves:
        assert getattr(balance, what)(amount) != balance
    else:
        with pytest.raises(InvariantError, match="positive"):
            getattr(balance, what)(amount)


def test_more_than_is_held_is_not_released() -> None:
    with pytest.raises(InvariantError, match="held would be negative"):
        Balance(Side.CREDIT).credited(500).holding(200).releasing(201)


@LAW
@given(st.sampled_from(AccountKind), st.integers(0, 2**62), st.integers(0, 2**62), st.integers(0, 2**62))
def test_the_working_state_of_an_account_agrees_with_its_balance(
    kind: AccountKind, debits: int, credited: int, held: int
) -> None:
    state = AccountState(1, AccountId.new(), kind, "INR", debits, credited, held)

    assert state.posted == state.balance.posted
    assert state.available == state.balance.available


def test_each_currency_has_one_cash_account_with_a_proper_id() -> None:
    ids = {cash_account_id(code) for code in currencies()}

    assert len(ids) == len(currencies())
    assert all(AccountId.parse(account) == account for account in ids)


@pytest.mark.parametrize(("now", "frozen"), [(999, True), (1_000, False), (1_001, False)])
def test_an_account_thaws_at_its_instant_and_not_a_microsecond_earlier(now: int, *, frozen: bool) -> None:
    account = AccountState(1, AccountId.new(), AccountKind.WALLET, "INR", frozen=True, thaws_at=1_000)

    assert account.is_frozen(now) is frozen


def test_an_account_frozen_without_end_stays_frozen() -> None:
    account = AccountState(1, AccountId.new(), AccountKind.WALLET, "INR", frozen=True)

    assert account.is_frozen(2**62)
