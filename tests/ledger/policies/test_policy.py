"""Policy files: what is read, from when it holds, and what is said of one that cannot be used."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest

from ledger.policies.policy import PolicyBook, PolicyError

MICROSECOND = timedelta(microseconds=1)
PLAY = files("ledger.policies").joinpath("play.toml").read_text("utf-8")
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def second_version(holds_from: str = "2027-01-01T00:00:00+05:30", version: int = 2, **changes: str) -> str:
    """The play file with a second version of its rules."""
    rules = PLAY[PLAY.index("\n[[rules]]") :]
    rules = rules.replace("version = 1", f"version = {version}").replace("2020-01-01T00:00:00Z", holds_from)
    for before, after in changes.items():
        rules = rules.replace(before, after)
    return PLAY + "\n" + rules


def problems(text: str) -> str:
    with pytest.raises(PolicyError) as caught:
        PolicyBook.read(text)
    return "\n".join(caught.value.problems)


def test_the_play_policy_holds_the_numbers_of_the_promise() -> None:
    """₹1,00,000 a payment and a day, 20 a day, ₹5,000 for a new account, PIN of 6 and 3 tries, an hour to thaw."""
    policy = PolicyBook.read(PLAY).at(NOW)

    assert (policy.name, policy.version, policy.currency) == ("play", 1, "INR")
    assert (policy.per_payment, policy.per_day, policy.count_per_day) == (100_000_00, 100_000_00, 20)
    assert (policy.new_account_total, policy.new_account_window) == (5_000_00, timedelta(hours=24))
    assert (policy.pin.digits, policy.pin.attempts, policy.pin.lock) == (6, 3, timedelta(hours=24))
    assert policy.unfreeze_delay == timedelta(hours=1)
    assert policy.confirm_expires_after == timedelta(minutes=5)
    assert (policy.new_payee_cap, policy.balance_cap, policy.warn_new_payee) == (None, None, True)
    assert not policy.needs_payee_history


def test_a_version_holds_from_its_moment_on_and_not_a_microsecond_earlier() -> None:
    book = PolicyBook.read(second_version())
    new_year_in_india = datetime(2026, 12, 31, 18, 30, tzinfo=UTC)

    assert book.at(new_year_in_india - MICROSECOND).version == 1
    assert book.at(new_year_in_india).version == 2
    assert book.at(new_year_in_india + MICROSECOND).version == 2


def test_before_the_first_version_nothing_holds_and_that_is_said() -> None:
    with pytest.raises(PolicyError, match="no rules of play hold at 2019-12-31"):
        PolicyBook.read(PLAY).at(datetime(2019, 12, 31, tzinfo=UTC))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("digits = 6 ", "digits = 5 ", "rules 1, pin.digits: Input should be 4 or 6"),
        ("wrong_attempts = 3 ", "wrong_attempts = 0 ", "rules 1, pin.wrong_attempts"),
        ("lock_hours = 24 ", 'lock_hours = "24" ', "rules 1, pin.lock_hours"),
        ('per_day = "100000.00"', "per_day = 100000.00", "rules 1, payment.per_day: Input should be a valid string"),
        (
            'per_day = "100000.00"',
            'per_day = "1,00,000"',
            'rules version 1, payment.per_day: "1,00,000" is not an amount',
        ),
        ('per_day = "100000.00"', 'per_day = "1e5"', "is not an amount"),
        ('per_day = "100000.00"', 'per_day = "-5.00"', "is not an amount"),
        ('per_day = "100000.00"', 'per_day = "NaN"', "is not an amount"),
        ('per_day = "100000.00"', 'per_day = "٢٠٠"', "is not an amount"),
        ('per_day = "100000.00"', 'per_day = ""', "is not an amount"),
        ('per_day = "100000.00"', 'per_day = "0.00"', "must be more than nothing"),
        ('per_day = "100000.00"', 'per_day = "92233720368547758.08"', "must be more than nothing and fit the books"),
        ('per_day = "100000.00"', 'per_day = "100000.001"', "has more decimals than INR has (2)"),
        ('per_day = "100000.00"', 'per_day = "99999.99"', "payment.per_payment: is more than payment.per_day allows"),
        ("count_per_day = 20 ", "count_per_day = 0 ", "rules 1, payment.count_per_day"),
        ("person_to_person = true", "person_to_person = false", "leaves nobody to pay"),
        ("confirm_expires_minutes = 5", "confirm_expires_minutes = 0", "rules 1, payment.confirm_expires_minutes"),
        ('total = "5000.00"', "", "rules 1, new_account.total: Field required"),
        ('total = "5000.00"', 'totl = "5000.00"', "rules 1, new_account.totl: Extra inputs are not permitted"),
        ('currency = "INR"', 'currency = "RUPEE"', "currency: ISO 4217 has no RUPEE"),
        ("format = 1", "format = 2", "format: Input should be 1"),
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00", "rules 1, holds_from: Input should have timezone info"),
        ("[rules.pin]", "[rules.pin", "not TOML"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_why(before: str, after: str, said: str) -> None:
    assert before in PLAY
    assert said in problems(PLAY.replace(before, after, 1))


def test_every_problem_is_named_at_once() -> None:
    text = PLAY.replace("digits = 6 ", "digits = 5 ", 1).replace("lock_hours = 24 ", "lock_hours = 0 ", 1)

    assert problems(text).count("rules 1, pin.") == 2


def test_versions_must_follow_each_other_in_number_and_in_time() -> None:
    assert "so it must be larger" in problems(second_version(version=1))
    assert "holds_from must be later" in problems(second_version(holds_from="2020-01-01T00:00:00Z"))


def test_a_largest_amount_that_fits_the_books_is_read_exactly() -> None:
    text = PLAY.replace('per_day = "100000.00"', 'per_day = "92233720368547758.07"', 1)

    assert PolicyBook.read(text).at(NOW).per_day == 2**63 - 1


def test_amounts_are_read_with_the_decimals_of_their_currency() -> None:
    """₹ has two, ¥ none, the Kuwaiti dinar three."""
    yen = PLAY.replace('"INR"', '"JPY"', 1).replace('.00"', '"')
    dinar = PLAY.replace('"INR"', '"KWD"', 1)

    assert PolicyBook.read(yen).at(NOW).per_payment == 100_000
    assert PolicyBook.read(dinar).at(NOW).per_payment == 100_000_000


def test_none_means_no_limit() -> None:
    text = PLAY.replace('per_day = "100000.00"', 'per_day = "none"').replace(
        "count_per_day = 20", 'count_per_day = "none"'
    )

    policy = PolicyBook.read(text).at(NOW)

    assert (policy.per_day, policy.count_per_day) == (None, None)


def test_a_policy_in_another_currency_than_the_books_is_refused_with_the_mend() -> None:
    book = PolicyBook.read(PLAY)

    book.check_currency("INR")
    with pytest.raises(PolicyError, match="play is in INR and HUNDI_CURRENCY is USD: set HUNDI_POLICY"):
        book.check_currency("USD")
