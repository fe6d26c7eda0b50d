"""The operator's cash-in: exact, once, and for somebody who has not even started the bot."""

import json
from typing import Any

import pytest

from tests.bot.cli.conftest import Hundi


@pytest.fixture
def deployment(hundi: Hundi) -> Hundi:
    """Keys and an empty database."""
    assert hundi("keys", "new").code == 0
    assert hundi("ledger", "migrate").code == 0
    return hundi


def funded(hundi: Hundi, *arguments: str) -> dict[str, Any]:
    done = hundi("fund", *arguments, "--json")
    assert done.code == 0, done.err
    answer: dict[str, Any] = json.loads(done.out)
    return answer


def test_somebody_who_never_started_the_bot_gets_their_account(deployment: Hundi) -> None:
    done = deployment("fund", "1001", "500.00")

    assert done.code == 0
    assert "₹500.00" in done.out
    balance = json.loads(deployment("ledger", "balance", "1001", "--json").out)
    assert balance["posted_minor"] == balance["available_minor"] == 50_000


def test_the_same_receipt_funds_once(deployment: Hundi) -> None:
    """The terminal closed before the answer came; the operator runs it again."""
    first = funded(deployment, "1001", "500.00", "--id", "receipt 17")
    again = funded(deployment, "1001", "500.00", "--id", "receipt 17")

    assert again == first
    assert again["posted_minor"] == 50_000


def test_without_a_receipt_each_funding_counts(deployment: Hundi) -> None:
    funded(deployment, "1001", "500.00")

    assert funded(deployment, "1001", "500.00")["posted_minor"] == 100_000


@pytest.mark.parametrize(("user", "amount"), [("1001", "600.00"), ("1002", "500.00")])
def test_a_receipt_that_was_used_for_something_else_is_refused(deployment: Hundi, user: str, amount: str) -> None:
    funded(deployment, "1001", "500.00", "--id", "receipt 17")

    done = deployment("fund", user, amount, "--id", "receipt 17")

    assert done.code == 1
    assert "used before" in done.err
    assert json.loads(deployment("ledger", "balance", "--json").out)["posted_minor"] == 50_000


@pytest.mark.parametrize(
    "amount", ["0", "-5", "1.000", "1,00", "0.001", "NaN", "1e3", "two fifty", "²00", "$5", "", "9" * 40]
)
def test_an_amount_that_is_not_exact_moves_nothing(deployment: Hundi, amount: str) -> None:
    done = deployment("fund", "--", "1001", amount)

    assert done.code == 2
    assert done.err.count("\n") == 1
    assert json.loads(deployment("ledger", "balance", "--json").out)["posted_minor"] == 0


@pytest.mark.parametrize("user", ["0", "-1", "01", "99999999999999999999", "priya", "@nobody", "", "1001; DROP"])
def test_a_user_who_is_nobody_is_told(deployment: Hundi, user: str) -> None:
    done = deployment("fund", "--", user, "500.00")

    assert done.code in {1, 2}
    assert done.err.count("\n") == 1
    assert json.loads(deployment("ledger", "balance", "--json").out)["posted_minor"] == 0


def test_without_keys_it_says_how_to_make_them(hundi: Hundi) -> None:
    done = hundi("fund", "1001", "500.00")

    assert done.code == 1
    assert "hundi keys new" in done.err


def test_with_other_keys_it_refuses(deployment: Hundi, monkeypatch: pytest.MonkeyPatch) -> None:
    """New keys over old books would seal half of them for one owner and half for another."""
    funded(deployment, "1001", "500.00")
    monkeypatch.setenv("HUNDI_KEYS_FILE", "others.keys")
    deployment("keys", "new")

    done = deployment("fund", "1001", "500.00")

    assert done.code == 1
    assert "sealed with" in done.err
