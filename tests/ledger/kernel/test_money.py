"""Money: integer minor units, never negative, never mixed."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.kernel.money import (
    MAX_MINOR_UNITS,
    CurrencyMismatchError,
    Money,
    Rounding,
    UnknownCurrencyError,
    currencies,
    exponent,
    is_currency,
)
from tests.ledger.books import inr
from tests.ledger.laws import LAW

AMOUNTS = st.integers(0, MAX_MINOR_UNITS)


def test_a_hundred_rupees_split_in_three_lose_no_paisa() -> None:
    """₹100.00 = 33.34 + 33.33 + 33.33."""
    assert inr("100.00").split(3) == (inr("33.34"), inr("33.33"), inr("33.33"))


@LAW
@given(AMOUNTS, st.integers(1, 200))
def test_a_split_loses_nothing_and_is_even_to_one_minor_unit(amount: int, parts: int) -> None:
    shares = [share.minor_units for share in Money(amount, "INR").split(parts)]

    assert sum(shares) == amount
    assert max(shares) - min(shares) <= 1
    assert shares == sorted(shares, reverse=True)


def test_money_is_not_split_among_nobody() -> None:
    with pytest.raises(ValueError, match="at least one part"):
        inr("1.00").split(0)


@pytest.mark.parametrize(
    ("minor_units", "rounding", "share"),
    [
        (50, Rounding.HALF_EVEN, 0),  # half a paisa: to the even neighbour
        (150, Rounding.HALF_EVEN, 2),
        (151, Rounding.HALF_EVEN, 2),
        (50, Rounding.HALF_UP, 1),
        (49, Rounding.HALF_UP, 0),
        (199, Rounding.DOWN, 1),
        (101, Rounding.UP, 2),
        (100, Rounding.UP, 1),
    ],
)
def test_a_share_rounds_by_the_rule_it_names(minor_units: int, rounding: Rounding, share: int) -> None:
    """One hundredth of an amount."""
    assert Money(minor_units, "INR").share(1, 100, rounding=rounding) == Money(share, "INR")


@LAW
@given(AMOUNTS, st.integers(0, 1000), st.integers(1, 1000), st.sampled_from(Rounding))
def test_a_share_is_less_than_one_minor_unit_from_the_exact_fraction(
    amount: int, numerator: int, denominator: int, rounding: Rounding
) -> None:
    exact = Fraction(amount * numerator, denominator)
    if exact > MAX_MINOR_UNITS - 1:
        return

    off = Money(amount, "INR").share(numerator, denominator, rounding=rounding).minor_units - exact

    assert abs(off) < 1
    assert off <= 0 or rounding is not Rounding.DOWN
    assert off >= 0 or rounding is not Rounding.UP
    assert abs(off) <= Fraction(1, 2) or rounding in {Rounding.DOWN, Rounding.UP}


@pytest.mark.parametrize(("numerator", "denominator"), [(-1, 2), (1, 0), (1, -2)])
def test_a_share_is_a_fraction_that_is_not_negative(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="not negative"):
        inr("1.00").share(numerator, denominator, rounding=Rounding.DOWN)


@pytest.mark.parametrize("minor_units", [-1, MAX_MINOR_UNITS + 1])
def test_money_is_never_negative_and_fits_the_books(minor_units: int) -> None:
    with pytest.raises(ValueError, match="between 0 and"):
        Money(minor_units, "INR")


@pytest.mark.parametrize("minor_units", [0, 1, MAX_MINOR_UNITS])
def test_the_ends_of_the_range_are_money(minor_units: int) -> None:
    assert Money(minor_units, "INR").minor_units == minor_units


def test_taking_more_than_there_is_gives_no_money() -> None:
    with pytest.raises(ValueError, match="between 0 and"):
        _ = inr("1.00") - inr("1.01")


def test_currencies_never_mix() -> None:
    """Not added, not subtracted, not compared; and ₹1 does not equal $1."""
    rupee, dollar = Money(100, "INR"), Money(100, "USD")

    for meet in (
        lambda: rupee + dollar,
        lambda: rupee - dollar,
        lambda: rupee < dollar,
        lambda: rupee <= dollar,
        lambda: rupee > dollar,
        lambda: rupee >= dollar,
    ):
        with pytest.raises(CurrencyMismatchError, match="INR meets USD"):
            meet()
    assert rupee != dollar


@LAW
@given(st.integers(0, 2**61), st.integers(0, 2**61))
def test_sums_and_differences_undo_each_other(one: int, other: int) -> None:
    assert Money(one, "INR") + Money(other, "INR") - Money(other, "INR") == Money(one, "INR")
    assert bool(Money(one, "INR")) is (one > 0)


@LAW
@given(st.integers(0, 3), st.integers(0, 3))
def test_amounts_of_one_currency_compare_as_their_minor_units_do(one: int, other: int) -> None:
    left, right = Money(one, "INR"), Money(other, "INR")

    assert (left < right, left <= right, left == right) == (one < other, one <= other, one == other)
    assert (left > right, left >= right, left != right) == (one > other, one >= other, one != other)


def test_the_largest_amount_is_what_a_bigint_holds() -> None:
    assert Money(9_223_372_036_854_775_807, "INR").minor_units == MAX_MINOR_UNITS
    with pytest.raises(ValueError, match="between 0 and"):
        Money(9_223_372_036_854_775_808, "INR")


@pytest.mark.parametrize(
    ("code", "digits"),
    [("INR", 2), ("USD", 2), ("JPY", 0), ("ISK", 0), ("KWD", 3), ("TND", 3), ("CLF", 4), ("MGA", 2), ("HUF", 2)],
)
def test_each_currency_has_the_digits_that_iso_4217_gives_it(code: str, digits: int) -> None:
    """Hungary's forint and Madagascar's ariary are printed without decimals by some, and still have two."""
    assert exponent(code) == digits


@pytest.mark.parametrize("code", ["", "inr", "RS", "XXX", "XAU", "HRK", "BTC", "INRX"])
def test_what_is_not_a_currency_is_no_currency(code: str) -> None:
    assert not is_currency(code)
    with pytest.raises(UnknownCurrencyError):
        exponent(code)


def test_every_currency_is_three_capital_letters_with_a_known_exponent() -> None:
    codes = currencies()

    assert len(codes) == len(set(codes)) == 164
    assert all(len(code) == 3 and code.isascii() and code.isupper() and code.isalpha() for code in codes)
    assert {exponent(code) for code in codes} == {0, 2, 3, 4}
