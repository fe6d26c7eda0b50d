"""The limits as a person sees them."""

from dataclasses import replace
from datetime import timedelta

from ledger.outcomes import RefusalCode
from ledger.plans.limits import LimitInForce, limits_in_force
from tests.ledger.books import NOON, POLICY, UNLIMITED, Books, inr

PER_PAYMENT = LimitInForce(RefusalCode.PER_PAYMENT_LIMIT, inr("1000.00"), None, None)


def test_a_new_person_sees_all_their_limits_whole() -> None:
    books = Books()
    asha, end_of_day = books.wallet(), books.moment.day_ends_at

    assert limits_in_force(asha, books.today(asha), books.moment, POLICY) == (
        PER_PAYMENT,
        LimitInForce(RefusalCode.NEW_ACCOUNT_LIMIT, inr("500.00"), inr("500.00"), NOON + timedelta(hours=24)),
        LimitInForce(RefusalCode.DAILY_COUNT_LIMIT, 5, 5, end_of_day),
        LimitInForce(RefusalCode.DAILY_LIMIT, inr("2000.00"), inr("2000.00"), end_of_day),
    )


def test_what_is_left_follows_what_was_paid() -> None:
    books = Books()
    asha, end_of_day = books.wallet("500.00"), books.moment.day_ends_at
    books.pay(asha, books.wallet(), inr("200.00"))

    assert limits_in_force(asha, books.today(asha), books.moment, POLICY) == (
        PER_PAYMENT,
        LimitInForce(RefusalCode.NEW_ACCOUNT_LIMIT, inr("500.00"), inr("300.00"), NOON + timedelta(hours=24)),
        LimitInForce(RefusalCode.DAILY_COUNT_LIMIT, 5, 4, end_of_day),
        LimitInForce(RefusalCode.DAILY_LIMIT, inr("2000.00"), inr("1800.00"), end_of_day),
    )


def test_a_day_later_the_account_is_not_new_any_more() -> None:
    books = Books()
    asha = books.wallet("500.00")
    books.pay(asha, books.wallet(), inr("200.00"))
    books.now = NOON + timedelta(hours=24)

    names = [limit.name for limit in limits_in_force(asha, books.today(asha), books.moment, POLICY)]

    assert names == [RefusalCode.PER_PAYMENT_LIMIT, RefusalCode.DAILY_COUNT_LIMIT, RefusalCode.DAILY_LIMIT]


def test_a_limit_that_was_lowered_shows_nothing_left_and_never_less() -> None:
    books = Books()
    asha = books.wallet("500.00")
    books.pay(asha, books.wallet(), inr("200.00"))
    lowered = replace(POLICY, per_day=100_00, new_account_total=100_00, count_per_day=1, new_payee_cap=50_00)

    left = {limit.name: limit.left for limit in limits_in_force(asha, books.today(asha), books.moment, lowered)}

    assert left == {
        RefusalCode.PER_PAYMENT_LIMIT: None,
        RefusalCode.NEW_ACCOUNT_LIMIT: inr("0.00"),
        RefusalCode.NEW_PAYEE_LIMIT: None,
        RefusalCode.DAILY_COUNT_LIMIT: 0,
        RefusalCode.DAILY_LIMIT: inr("0.00"),
    }


def test_where_nothing_is_limited_nothing_is_shown() -> None:
    books = Books()
    asha = books.wallet()

    assert limits_in_force(asha, books.today(asha), books.moment, UNLIMITED) == ()


def test_every_limit_shown_is_the_refusal_one_would_meet() -> None:
    """What /limits says and what a refusal says are the same figures."""
    books = Books(policy=replace(POLICY, new_account_total=None))
    asha, priya = books.wallet("5000.00"), books.wallet()
    books.pay(asha, priya, inr("900.00"))
    books.pay(asha, priya, inr("900.00"))
    shown = {limit.name: limit for limit in limits_in_force(asha, books.today(asha), books.moment, books.policy)}

    refused = books.pay(asha, priya, inr("200.01"))

    limit = shown[RefusalCode.DAILY_LIMIT]
    assert getattr(refused, "facts", None) == {
        "limit": limit.limit, "left": limit.left, "resets_at": limit.resets_at,
    }  # fmt: skip
