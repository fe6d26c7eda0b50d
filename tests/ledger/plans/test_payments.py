"""Payments between wallets: every refusal is reached, every boundary has three sides, asking twice is asking once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ledger.commands import Pay
from ledger.kernel.accounts import AccountState
from ledger.kernel.audit_chain import Verified, verify_rows
from ledger.kernel.errors import ContractError, IdempotencyConflictError
from ledger.kernel.ids import PaymentId
from ledger.kernel.money import MAX_MINOR_UNITS, Money
from ledger.outcomes import Captured, Quoted, RefusalCode, Refused
from ledger.plans.payments import quote_payment
from tests.ledger.books import INDIA, MICROSECOND, NOON, POLICY, UNLIMITED, Books, inr

DIGEST = bytes(range(32))
TWO_HUNDRED = inr("200.00")


def a_pay(payer: AccountState, payee: AccountState, amount: Money = TWO_HUNDRED) -> Pay:
    return Pay(PaymentId.new(), payer.account_id, payee.account_id, amount, DIGEST, NOON + timedelta(minutes=5))


def code_of(answer: object) -> RefusalCode | None:
    """The code of a refusal; None when it was captured."""
    return answer.code if isinstance(answer, Refused) else None


# ── what a payment does ──────────────────────────────────────────────────────


def test_a_payment_moves_the_amount_and_both_sides_get_one_reference() -> None:
    """Asha has ₹500.00 and pays Priya ₹200.00."""
    books = Books()
    asha, priya = books.wallet("500.00"), books.wallet()

    answer = books.pay(asha, priya, inr("200.00"))

    assert isinstance(answer, Captured)
    assert (asha.available, priya.available, books.cash.available) == (300_00, 200_00, 500_00)
    assert answer.captured_at == NOON
    assert answer.amount == inr("200.00")
    assert answer.reference == books.rows[-1].reference
    assert answer.reference.startswith("6328")
    assert verify_rows(books.rows) == Verified(2, 2, books.head.hash)


def test_planning_alone_changes_nothing() -> None:
    books = Books()
    asha, priya = books.wallet("500.00"), books.wallet()
    before = (repr(books.accounts), repr(books.today(asha)), books.head.seq)

    books.plan(a_pay(asha, priya))

    assert (repr(books.accounts), repr(books.today(asha)), books.head.seq) == before


def test_a_refused_payment_has_written_nothing() -> None:
    books = Books()
    asha, priya = books.wallet("100.00"), books.wallet()
    before = (repr(books.accounts), repr(books.today(asha)), books.head.seq)

    assert code_of(books.pay(asha, priya, inr("100.01"))) is RefusalCode.INSUFFICIENT_FUNDS
    assert (repr(books.accounts), repr(books.today(asha)), books.head.seq) == before


def test_the_note_goes_into_the_row_as_a_digest() -> None:
    books = Books()
    asha, priya = books.wallet("500.00"), books.wallet()

    books.ask(a_pay(asha, priya))

    assert books.rows[-1].note_digest == DIGEST


def test_money_that_is_held_cannot_be_paid() -> None:
    books = Books()
    asha, priya = books.wallet("500.00"), books.wallet()
    asha.held = inr("300.01").minor_units

    answer = books.pay(asha, priya, inr("200.00"))

    assert answer == Refused(RefusalCode.INSUFFICIENT_FUNDS, {"available": inr("199.99")})


# ── each refusal ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("late", "refusal"),
    [
        (-MICROSECOND, None),
        (timedelta(), RefusalCode.CONFIRMATION_EXPIRED),
        (MICROSECOND, RefusalCode.CONFIRMATION_EXPIRED),
    ],
)
def test_a_confirmation_holds_until_it_expires(late: timedelta, refusal: RefusalCode | None) -> None:
    books = Books()
    pay = a_pay(books.wallet("500.00"), books.wallet())
    books.now = NOON + timedelta(minutes=5) + late

    assert code_of(books.ask(pay)) is refusal


def test_a_confirmation_without_end_does_not_expire() -> None:
    books = Books()
    pay = replace(a_pay(books.wallet("500.00"), books.wallet()), expires_at=None)
    books.now = NOON + timedelta(days=400)

    assert code_of(books.ask(pay)) is None


def test_nothing_is_not_an_amount() -> None:
    books = Books()

    assert books.ask(a_pay(books.wallet("500.00"), books.wallet(), inr("0.00"))) == Refused(
        RefusalCode.AMOUNT_NOT_POSITIVE
    )


def test_the_smallest_amount_there_is_can_be_paid() -> None:
    books = Books()

    assert code_of(books.ask(a_pay(books.wallet("500.00"), books.wallet(), inr("0.01")))) is None


def test_dollars_are_not_paid_from_a_wallet_of_rupees() -> None:
    books = Books()
    pay = a_pay(books.wallet("500.00"), books.wallet(), Money(100, "USD"))

    assert books.ask(pay) == Refused(RefusalCode.CURRENCY_MISMATCH, {"currency": "INR"})


def test_a_wallet_of_dollars_is_not_paid_rupees() -> None:
    books = Books()
    pay = a_pay(books.wallet("500.00"), books.wallet(currency="USD"))

    assert books.ask(pay) == Refused(RefusalCode.CURRENCY_MISMATCH, {"currency": "USD"})


def test_nobody_pays_themselves() -> None:
    books = Books()
    asha = books.wallet("500.00")

    assert books.ask(a_pay(asha, asha)) == Refused(RefusalCode.SELF_PAYMENT)


def test_a_frozen_account_pays_nothing_and_still_receives() -> None:
    books = Books()
    asha, priya = books.wallet("500.00"), books.wallet("500.00")
    asha.frozen = True

    assert books.pay(asha, priya, inr("1.00")) == Refused(RefusalCode.ACCOUNT_FROZEN)
    assert code_of(books.pay(priya, asha, inr("1.00"))) is None


@pytest.mark.parametrize(
    ("late", "refusal"),
    [(-MICROSECOND, RefusalCode.ACCOUNT_FROZEN), (timedelta(), None), (MICROSECOND, None)],
)
def test_a_frozen_account_pays_again_from_the_moment_it_thaws(late: timedelta, refusal: RefusalCode | None) -> None:
    books = Books()
    asha, priya = books.wallet("500.00"), books.wallet()
    asha.frozen, asha.thaws_at = True, books.moment.micros
    thaws_at, books.now = books.now, books.now + late

    answer = books.pay(asha, priya, inr("1.00"))

    assert code_of(answer) is refusal
    if isinstance(answer, Refused):
        assert answer.facts == {"thaws_at": thaws_at}


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [("999.99", None), ("1000.00", None), ("1000.01", RefusalCode.PER_PAYMENT_LIMIT)],
)
def test_one_payment_may_reach_the_limit_and_not_pass_it(amount: str, refusal: RefusalCode | None) -> None:
    books = Books()
    answer = books.pay(books.wallet("5000.00", old=True), books.wallet(), inr(amount))

    assert code_of(answer) is refusal
    if isinstance(answer, Refused):
        assert answer.facts == {"limit": inr("1000.00")}


@pytest.mark.parametrize(
    ("amount", "refusal"), [("499.99", None), ("500.00", None), ("500.01", RefusalCode.NEW_ACCOUNT_LIMIT)]
)
def test_the_first_payment_meets_the_limit_of_a_new_account(amount: str, refusal: RefusalCode | None) -> None:
    books = Books()
    answer = books.pay(books.wallet("5000.00"), books.wallet(), inr(amount))

    assert code_of(answer) is refusal
    if isinstance(answer, Refused):
        assert answer.facts == {
            "limit": inr("500.00"), "left": inr("500.00"), "resets_at": NOON + timedelta(hours=24),
        }  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "refusal"), [("199.99", None), ("200.00", None), ("200.01", RefusalCode.NEW_ACCOUNT_LIMIT)]
)
def test_the_payments_of_the_first_day_add_up(amount: str, refusal: RefusalCode | None) -> None:
    """₹300.00 paid, ₹200.00 left, though midnight has passed since."""
    books = Books()
    asha, priya = books.wallet("5000.00"), books.wallet()
    books.pay(asha, priya, inr("300.00"))
    books.now = NOON + timedelta(hours=13)

    answer = books.pay(asha, priya, inr(amount))

    assert code_of(answer) is refusal
    if isinstance(answer, Refused):
        assert answer.facts == {
            "limit": inr("500.00"), "left": inr("200.00"), "resets_at": NOON + timedelta(hours=24),
        }  # fmt: skip


@pytest.mark.parametrize(
    ("late", "refusal"),
    [(-MICROSECOND, RefusalCode.NEW_ACCOUNT_LIMIT), (timedelta(), None), (MICROSECOND, None)],
)
def test_an_account_stops_being_new_24_hours_after_its_first_payment(
    late: timedelta, refusal: RefusalCode | None
) -> None:
    books = Books()
    asha, priya = books.wallet("5000.00"), books.wallet()
    books.pay(asha, priya, inr("300.00"))
    books.now = NOON + timedelta(hours=24) + late

    assert code_of(books.pay(asha, priya, inr("500.01"))) is refusal


def test_a_clock_that_steps_back_does_not_make_a_new_account_old() -> None:
    books = Books()
    asha, priya = books.wallet("5000.00"), books.wallet()
    books.pay(asha, priya, inr("300.00"))
    books.now = NOON - timedelta(days=30)

    assert code_of(books.pay(asha, priya, inr("200.01"))) is RefusalCode.NEW_ACCOUNT_LIMIT


@pytest.mark.parametrize(
    ("amount", "first", "refusal"),
    [
        ("99.99", True, None),
        ("100.00", True, None),
        ("100.01", True, RefusalCode.NEW_PAYEE_LIMIT),
        ("100.01", False, None),
    ],
)
def test_the_first_payment_to_a_payee_may_be_capped(amount: str, *, first: bool, refusal: RefusalCode | None) -> None:
    books = Books(policy=replace(POLICY, new_payee_cap=100_00))
    pay = a_pay(books.wallet("5000.00"), books.wallet(), inr(amount))

    answer = books.ask(pay, first_to_payee=first)

    assert books.policy.needs_payee_history
    assert code_of(answer) is refusal
    if isinstance(answer, Refused):
        assert answer.facts == {"limit": inr("100.00")}


@pytest.mark.parametrize(("before", "refusal"), [(3, None), (4, None), (5, RefusalCode.DAILY_COUNT_LIMIT)])
def test_five_payments_a_day_and_not_six(before: int, refusal: RefusalCode | None) -> None:
    books = Books()
    asha, priya = books.wallet("5000.00", old=True), books.wallet()
    for _ in range(before):
        books.pay(asha, priya, inr("1.00"))

    answer = books.pay(asha, priya, inr("1.00"))

    assert code_of(answer) is refusal
    if isinstance(answer, Refused):
        midnight_in_india = datetime(2026, 11, 25, tzinfo=INDIA).astimezone(UTC)
        assert answer.facts == {"limit": 5, "resets_at": midnight_in_india}


@pytest.mark.parametrize(
    ("amount", "refusal"), [("499.99", None), ("500.00", None), ("500.01", RefusalCode.DAILY_LIMIT)]
)
def test_the_payments_of_a_day_add_up(amount: str, refusal: RefusalCode | None) -> None:
    """₹1,500.00 paid today, ₹500.00 left."""
    books = Books()
    asha, priya = books.wallet("5000.00", old=True), books.wallet()
    books.pay(asha, priya, inr("1000.00"))
    books.pay(asha, priya, inr("500.00"))

    answer = books.pay(asha, priya, inr(amount))

    assert code_of(answer) is refusal
    if isinstance(answer, Refused):
        assert answer.facts == {
            "limit": inr("2000.00"), "left": inr("500.00"), "resets_at": books.moment.day_ends_at,
        }  # fmt: skip


@pytest.mark.parametrize(
    ("late", "refusal"), [(-MICROSECOND, RefusalCode.DAILY_LIMIT), (timedelta(), None), (MICROSECOND, None)]
)
def test_the_daily_limit_resets_at_midnight_where_the_operator_is(late: timedelta, refusal: RefusalCode | None) -> None:
    books = Books()
    asha, priya = books.wallet("5000.00", old=True), books.wallet()
    books.pay(asha, priya, inr("1000.00"))
    books.pay(asha, priya, inr("1000.00"))
    books.now = datetime(2026, 11, 25, tzinfo=INDIA) + late

    assert code_of(books.pay(asha, priya, inr("0.01"))) is refusal


@pytest.mark.parametrize(
    ("amount", "refusal"), [("99.99", None), ("100.00", None), ("100.01", RefusalCode.INSUFFICIENT_FUNDS)]
)
def test_a_wallet_can_be_emptied_and_not_overdrawn(amount: str, refusal: RefusalCode | None) -> None:
    books = Books()
    answer = books.pay(books.wallet("100.00"), books.wallet(), inr(amount))

    assert code_of(answer) is refusal
    if isinstance(answer, Refused):
        assert answer.facts == {"available": inr("100.00")}


@pytest.mark.parametrize(
    ("amount", "refusal"), [("99.99", None), ("100.00", None), ("100.01", RefusalCode.PAYEE_BALANCE_CAP)]
)
def test_a_cap_on_balances_holds_on_the_receiving_side_and_tells_nothing_of_it(
    amount: str, refusal: RefusalCode | None
) -> None:
    books = Books(policy=replace(POLICY, balance_cap=400_00))
    asha, priya = books.wallet("300.00"), books.wallet("300.00")

    answer = books.pay(asha, priya, inr(amount))

    assert code_of(answer) is refusal
    if isinstance(answer, Refused):
        assert answer.facts == {}


def test_a_payee_whose_total_would_not_fit_the_books_is_not_paid() -> None:
    books = Books(policy=UNLIMITED)
    asha, priya = books.wallet("1.00"), books.wallet()
    priya.posted_credits = priya.posted_debits = MAX_MINOR_UNITS - 99

    assert code_of(books.pay(asha, priya, inr("1.00"))) is RefusalCode.PAYEE_BALANCE_CAP
    assert code_of(books.pay(asha, priya, inr("0.99"))) is None


# ── precedence ───────────────────────────────────────────────────────────────

PRECEDENCE = [
    RefusalCode.CONFIRMATION_EXPIRED,
    RefusalCode.AMOUNT_NOT_POSITIVE,
    RefusalCode.CURRENCY_MISMATCH,
    RefusalCode.SELF_PAYMENT,
    RefusalCode.ACCOUNT_FROZEN,
    RefusalCode.PER_PAYMENT_LIMIT,
    RefusalCode.NEW_ACCOUNT_LIMIT,
    RefusalCode.NEW_PAYEE_LIMIT,
    RefusalCode.DAILY_COUNT_LIMIT,
    RefusalCode.DAILY_LIMIT,
    RefusalCode.INSUFFICIENT_FUNDS,
    RefusalCode.PAYEE_BALANCE_CAP,
]


def broken(rules: set[RefusalCode]) -> RefusalCode | None:
    """The answer to a payment of ₹2.00 that breaks just these rules."""
    books = Books(policy=UNLIMITED)
    asha, priya = books.wallet("10.00"), books.wallet("10.00")
    amount = inr("0.00") if RefusalCode.AMOUNT_NOT_POSITIVE in rules else inr("2.00")
    if RefusalCode.CURRENCY_MISMATCH in rules:
        amount = Money(amount.minor_units, "USD")
    if RefusalCode.INSUFFICIENT_FUNDS in rules:
        asha.held = asha.posted - 1
    asha.frozen = RefusalCode.ACCOUNT_FROZEN in rules
    one = 1  # a limit of one paisa
    books.policy = replace(
        UNLIMITED,
        per_payment=one if RefusalCode.PER_PAYMENT_LIMIT in rules else None,
        new_account_total=one if RefusalCode.NEW_ACCOUNT_LIMIT in rules else None,
        new_payee_cap=one if RefusalCode.NEW_PAYEE_LIMIT in rules else None,
        count_per_day=0 if RefusalCode.DAILY_COUNT_LIMIT in rules else None,
        per_day=one if RefusalCode.DAILY_LIMIT in rules else None,
        balance_cap=one if RefusalCode.PAYEE_BALANCE_CAP in rules else None,
    )
    payee = asha if RefusalCode.SELF_PAYMENT in rules else priya
    expires_at = NOON if RefusalCode.CONFIRMATION_EXPIRED in rules else None
    pay = Pay(PaymentId.new(), asha.account_id, payee.account_id, amount, None, expires_at)
    return code_of(books.ask(pay, first_to_payee=True))


def test_one_request_has_one_reason_the_first_that_holds() -> None:
    """Break every rule at once and mend them one by one: the reasons come in the order of the list of codes."""
    assert [code for code in RefusalCode if code in PRECEDENCE] == PRECEDENCE
    assert broken(set()) is None
    for place, code in enumerate(PRECEDENCE):
        assert broken(set(PRECEDENCE[place:])) is code
        assert broken({code}) is code


# ── asking twice ─────────────────────────────────────────────────────────────


def test_asking_again_gives_the_first_answer_whatever_has_changed_since() -> None:
    """Expired, frozen, empty, another day, other rules: the payment happened, and it happened once."""
    books = Books()
    asha, priya = books.wallet("200.00"), books.wallet()
    pay = a_pay(asha, priya)
    first = books.ask(pay)
    asha.frozen = True
    books.now = NOON + timedelta(days=3)
    books.policy = replace(POLICY, per_payment=1)

    again = books.ask(pay)

    assert isinstance(first, Captured)
    assert again == first
    assert (asha.available, priya.available) == (0, 200_00)


def test_a_confirmation_without_its_end_is_still_the_same_payment() -> None:
    """Only what moved is the body: when the message would have expired is not."""
    books = Books()
    pay = a_pay(books.wallet("500.00"), books.wallet())

    assert books.ask(pay) == books.ask(replace(pay, expires_at=None))


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("payer", {"payer": "ravi"}),
        ("payee", {"payee": "ravi"}),
        ("amount", {"amount": inr("200.01")}),
        ("amount", {"amount": Money(200_00, "USD")}),
        ("note_digest", {"note_digest": None}),
        ("note_digest", {"note_digest": bytes(32)}),
    ],
)
def test_an_id_used_for_another_body_is_a_conflict_that_names_the_field(
    field: str, change: dict[str, Money | bytes | str | None]
) -> None:
    books = Books()
    pay = a_pay(books.wallet("500.00"), books.wallet())
    books.ask(pay)
    ravi = books.wallet("500.00")
    other = replace(pay, **{name: ravi.account_id if value == "ravi" else value for name, value in change.items()})  # type: ignore[arg-type]  # a table of fields

    with pytest.raises(IdempotencyConflictError) as caught:
        books.ask(other)

    assert (caught.value.request_id, caught.value.field) == (pay.payment_id, field)


def test_a_refused_payment_may_be_asked_again_with_the_same_id() -> None:
    """Balance too low, then money came: the same id pays."""
    books = Books()
    asha, priya = books.wallet("100.00"), books.wallet()
    pay = a_pay(asha, priya)

    assert code_of(books.ask(pay)) is RefusalCode.INSUFFICIENT_FUNDS
    books.fund(asha, inr("100.00"))
    assert code_of(books.ask(pay)) is None


# ── a wrong asker ────────────────────────────────────────────────────────────


def test_only_wallets_pay_and_are_paid() -> None:
    books = Books()
    asha = books.wallet("500.00")

    for pay in (a_pay(asha, books.cash), a_pay(books.cash, asha)):
        with pytest.raises(ContractError, match="only wallets"):
            books.ask(pay)


def test_a_note_digest_has_32_bytes() -> None:
    books = Books()
    pay = a_pay(books.wallet("500.00"), books.wallet())

    with pytest.raises(ContractError, match="32 bytes"):
        books.ask(replace(pay, note_digest=b"lunch"))


def test_rules_in_another_currency_than_the_books_are_our_fault_and_not_the_payers() -> None:
    books = Books()
    pay = a_pay(books.wallet("500.00"), books.wallet())
    books.policy = replace(POLICY, currency="USD")

    with pytest.raises(ContractError, match="policy example is in USD"):
        books.ask(pay)


# ── quotes ───────────────────────────────────────────────────────────────────


def test_a_quote_says_what_would_be_left_and_writes_nothing() -> None:
    books = Books()
    asha, priya = books.wallet("500.00"), books.wallet()
    before = (repr(books.accounts), repr(books.today(asha)), books.head.seq)

    pay, today = a_pay(asha, priya), books.today(asha)
    quoted = quote_payment(pay, asha, priya, today, books.moment, books.policy, first_to_payee=True)

    assert quoted == Quoted(inr("0.00"), inr("300.00"), first_payment_to_payee=True)
    assert (repr(books.accounts), repr(books.today(asha)), books.head.seq) == before


def test_a_quote_refuses_what_the_payment_would() -> None:
    books = Books()
    asha, priya = books.wallet("100.00"), books.wallet()

    pay, today = a_pay(asha, priya), books.today(asha)
    quoted = quote_payment(pay, asha, priya, today, books.moment, books.policy, first_to_payee=False)

    assert quoted == Refused(RefusalCode.INSUFFICIENT_FUNDS, {"available": inr("100.00")})
