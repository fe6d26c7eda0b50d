"""The limits that people set for themselves: what they refuse, and how they are set."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ledger.commands import SetLimit
from ledger.kernel.accounts import AccountState
from ledger.kernel.errors import ContractError
from ledger.kernel.money import Money
from ledger.kernel.own_limits import LimitKind, OwnLimits
from ledger.outcomes import LimitChanged, RefusalCode, Refused
from ledger.plans.limits import DayCounter, LimitInForce, limits_in_force, refuse_by_own_limit
from ledger.plans.own_limits import LimitPlan, plan_limit
from tests.ledger.books import INDIA, MICROSECOND, UNLIMITED, Books, inr

PAYMENT, DAY, PAYEE = LimitKind.PER_PAYMENT, LimitKind.PER_DAY, LimitKind.PER_PAYEE


def code_of(answer: object) -> RefusalCode | None:
    return answer.code if isinstance(answer, Refused) else None


def set_limit(account: AccountState, kind: LimitKind, rupees: str | None) -> LimitChanged:
    """Set an own limit; ``None`` takes it away."""
    planned = plan_limit(SetLimit(account.account_id, kind, None if rupees is None else inr(rupees)), account)
    assert isinstance(planned, LimitPlan)
    return planned.apply()


@pytest.fixture
def books() -> Books:
    return Books(policy=UNLIMITED)


# ── what they refuse: just below, at, just above ─────────────────────────────


@pytest.mark.parametrize(
    ("amount", "refusal"), [("299.99", None), ("300.00", None), ("300.01", RefusalCode.OWN_PAYMENT_LIMIT)]
)
def test_one_payment_may_reach_the_own_limit_and_not_pass_it(
    books: Books, amount: str, refusal: RefusalCode | None
) -> None:
    asha = books.wallet("5000.00")
    set_limit(asha, PAYMENT, "300.00")

    answer = books.pay(asha, books.wallet(), inr(amount))

    assert code_of(answer) is refusal
    if isinstance(answer, Refused):
        assert answer.facts == {"limit": inr("300.00")}


@pytest.mark.parametrize(
    ("amount", "refusal"), [("99.99", None), ("100.00", None), ("100.01", RefusalCode.OWN_DAILY_LIMIT)]
)
def test_the_payments_of_a_day_add_up_to_the_own_limit(books: Books, amount: str, refusal: RefusalCode | None) -> None:
    """₹200.00 was paid before the limit was set: it counts the whole day."""
    asha = books.wallet("5000.00")
    books.pay(asha, books.wallet(), inr("200.00"))
    set_limit(asha, DAY, "300.00")

    answer = books.pay(asha, books.wallet(), inr(amount))

    assert code_of(answer) is refusal
    if isinstance(answer, Refused):
        assert answer.facts == {
            "limit": inr("300.00"), "left": inr("100.00"), "resets_at": books.moment.day_ends_at,
        }  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "refusal"), [("99.99", None), ("100.00", None), ("100.01", RefusalCode.OWN_PAYEE_LIMIT)]
)
def test_what_goes_to_one_payee_in_a_day_adds_up(books: Books, amount: str, refusal: RefusalCode | None) -> None:
    asha, priya = books.wallet("5000.00"), books.wallet()
    books.pay(asha, priya, inr("200.00"))
    set_limit(asha, PAYEE, "300.00")

    answer = books.pay(asha, priya, inr(amount))

    assert code_of(answer) is refusal
    if isinstance(answer, Refused):
        assert answer.facts == {
            "limit": inr("300.00"), "left": inr("100.00"), "resets_at": books.moment.day_ends_at,
        }  # fmt: skip


def test_a_limit_for_each_payee_leaves_the_next_payee_whole(books: Books) -> None:
    asha, priya, ravi = books.wallet("5000.00"), books.wallet(), books.wallet()
    set_limit(asha, PAYEE, "300.00")

    assert code_of(books.pay(asha, priya, inr("300.00"))) is None
    assert code_of(books.pay(asha, priya, inr("0.01"))) is RefusalCode.OWN_PAYEE_LIMIT
    assert code_of(books.pay(asha, ravi, inr("300.00"))) is None


@pytest.mark.parametrize("kind", [DAY, PAYEE])
@pytest.mark.parametrize(("late", "refused"), [(-MICROSECOND, True), (timedelta(), False), (MICROSECOND, False)])
def test_an_own_limit_begins_again_at_midnight_where_the_operator_is(
    books: Books, kind: LimitKind, late: timedelta, *, refused: bool
) -> None:
    asha, priya = books.wallet("5000.00"), books.wallet()
    set_limit(asha, kind, "300.00")
    books.pay(asha, priya, inr("300.00"))
    books.now = datetime(2026, 11, 25, tzinfo=INDIA).astimezone(UTC) + late

    assert isinstance(books.pay(asha, priya, inr("0.01")), Refused) is refused


def test_a_limit_below_what_was_paid_already_leaves_nothing_and_never_less(books: Books) -> None:
    asha, priya = books.wallet("5000.00"), books.wallet()
    books.pay(asha, priya, inr("400.00"))
    set_limit(asha, DAY, "300.00")

    answer = books.pay(asha, priya, inr("0.01"))

    assert isinstance(answer, Refused)
    assert answer.facts["left"] == inr("0.00")


def test_a_refund_meets_no_own_limit_and_gives_none_back(books: Books) -> None:
    asha, priya = books.wallet("500.00"), books.wallet("500.00")
    set_limit(asha, DAY, "100.00")
    set_limit(priya, PAYMENT, "1.00")
    paid = books.pay(asha, priya, inr("100.00"))

    assert code_of(books.give_back(paid.payment_id, priya, inr("100.00"))) is None  # type: ignore[union-attr]  # it was paid
    assert code_of(books.pay(asha, priya, inr("0.01"))) is RefusalCode.OWN_DAILY_LIMIT


@pytest.mark.parametrize(
    ("policy", "kind", "own", "refusal"),
    [
        ({"per_payment": 200_00}, PAYMENT, "100.00", RefusalCode.PER_PAYMENT_LIMIT),  # both would: the policy's is said
        ({"per_payment": 200_00}, PAYMENT, "900.00", RefusalCode.PER_PAYMENT_LIMIT),  # a looser own one does not help
        ({"per_payment": 900_00}, PAYMENT, "200.00", RefusalCode.OWN_PAYMENT_LIMIT),  # the tighter one refuses
        ({"per_day": 200_00}, DAY, "900.00", RefusalCode.DAILY_LIMIT),
        ({"per_day": 900_00}, DAY, "200.00", RefusalCode.OWN_DAILY_LIMIT),
        ({"per_day": 900_00}, PAYEE, "200.00", RefusalCode.OWN_PAYEE_LIMIT),
    ],
)
def test_both_limits_hold_the_policys_and_the_own_one(
    policy: dict[str, int], kind: LimitKind, own: str, refusal: RefusalCode
) -> None:
    books = Books(policy=replace(UNLIMITED, **policy))  # type: ignore[arg-type]  # the table holds limits alone
    asha = books.wallet("5000.00")
    set_limit(asha, kind, own)

    assert code_of(books.pay(asha, books.wallet(), inr("300.00"))) is refusal


def test_of_several_own_limits_the_first_in_the_order_of_precedence_is_said(books: Books) -> None:
    asha, priya = books.wallet("100.00"), books.wallet()
    for kind in LimitKind:
        set_limit(asha, kind, "50.00")
    codes = []
    for kind in LimitKind:
        codes.append(code_of(books.pay(asha, priya, inr("200.00"))))
        set_limit(asha, kind, None)

    assert codes == [RefusalCode.OWN_PAYMENT_LIMIT, RefusalCode.OWN_DAILY_LIMIT, RefusalCode.OWN_PAYEE_LIMIT]
    assert code_of(books.pay(asha, priya, inr("200.00"))) is RefusalCode.INSUFFICIENT_FUNDS


def test_a_limit_for_each_payee_is_never_judged_on_figures_that_were_not_loaded(books: Books) -> None:
    asha, priya = books.wallet("500.00"), books.wallet()
    set_limit(asha, PAYEE, "300.00")

    with pytest.raises(ContractError):
        refuse_by_own_limit(1, asha, priya.account_id, DayCounter(asha.account_no, 1), books.moment)


# ── how they are set ─────────────────────────────────────────────────────────


def test_setting_a_limit_twice_changes_nothing_the_second_time(books: Books) -> None:
    asha = books.wallet()
    command = SetLimit(asha.account_id, DAY, inr("300.00"))

    first = plan_limit(command, asha)
    assert isinstance(first, LimitPlan)
    assert first.changes
    answer = first.apply()
    again = plan_limit(command, asha)

    assert isinstance(again, LimitPlan)
    assert not again.changes
    assert again.apply() == answer == LimitChanged(asha.account_id, DAY, inr("300.00"))


def test_a_planned_limit_has_changed_nothing_yet(books: Books) -> None:
    asha = books.wallet()

    plan_limit(SetLimit(asha.account_id, DAY, inr("300.00")), asha)

    assert asha.own is None


def test_the_last_own_limit_taken_away_leaves_an_account_like_any_other(books: Books) -> None:
    asha = books.wallet()
    set_limit(asha, DAY, "300.00")
    set_limit(asha, PAYEE, "30.00")

    set_limit(asha, DAY, None)
    assert asha.own == OwnLimits(per_payee=30_00)
    set_limit(asha, PAYEE, None)

    assert asha.own is None


@pytest.mark.parametrize(
    ("limit", "refusal"),
    [
        (inr("0.00"), RefusalCode.AMOUNT_NOT_POSITIVE),
        (inr("0.01"), None),
        (Money(100, "USD"), RefusalCode.CURRENCY_MISMATCH),
        (None, None),
    ],
)
def test_a_limit_is_an_amount_of_the_accounts_own_money(
    books: Books, limit: Money | None, refusal: RefusalCode | None
) -> None:
    asha = books.wallet()

    assert code_of(plan_limit(SetLimit(asha.account_id, DAY, limit), asha)) is refusal


def test_the_operators_till_has_no_own_limits(books: Books) -> None:
    with pytest.raises(ContractError):
        plan_limit(SetLimit(books.cash.account_id, DAY, inr("1.00")), books.cash)


@pytest.mark.parametrize(
    ("before", "after", "loosened"),
    [(None, 5, False), (None, None, False), (5, 4, False), (5, 5, False), (5, 6, True), (5, None, True)],
)
def test_a_limit_is_loosened_when_more_may_go_out_than_before(
    before: int | None, after: int | None, *, loosened: bool
) -> None:
    assert OwnLimits(per_day=before).loosened_by(DAY, after) is loosened


# ── what is shown ────────────────────────────────────────────────────────────


def test_own_limits_are_shown_with_what_is_left_of_them(books: Books) -> None:
    asha = books.wallet("500.00")
    for kind, rupees in ((PAYMENT, "300.00"), (DAY, "400.00"), (PAYEE, "350.00")):
        set_limit(asha, kind, rupees)
    books.pay(asha, books.wallet(), inr("120.00"))

    assert limits_in_force(asha, books.today(asha), books.moment, UNLIMITED) == (
        LimitInForce(RefusalCode.OWN_PAYMENT_LIMIT, inr("300.00"), None, None),
        LimitInForce(RefusalCode.OWN_DAILY_LIMIT, inr("400.00"), inr("280.00"), books.moment.day_ends_at),
        LimitInForce(RefusalCode.OWN_PAYEE_LIMIT, inr("350.00"), None, None),
    )


@pytest.mark.parametrize(
    ("code", "later"),
    [
        (RefusalCode.OWN_PAYMENT_LIMIT, False),
        (RefusalCode.OWN_DAILY_LIMIT, True),
        (RefusalCode.OWN_PAYEE_LIMIT, True),
    ],
)
def test_what_a_day_limits_may_succeed_on_another(code: RefusalCode, *, later: bool) -> None:
    assert code.may_succeed_later is later
