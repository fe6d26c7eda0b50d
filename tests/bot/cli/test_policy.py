import json
from pathlib import Path

import pytest

from bot.settings import policy_text
from tests.bot.cli.conftest import Hundi


def test_show_tells_the_rules_in_force(hundi: Hundi) -> None:
    done = hundi("policy", "show")

    assert done.code == 0
    assert "₹1,00,000.00" in done.out
    assert "₹5,000.00 in the first 24 h" in done.out


def test_show_json_is_one_object_in_minor_units(hundi: Hundi) -> None:
    done = hundi("policy", "show", "--json")

    rules = json.loads(done.out)
    assert rules["per_payment"] == 10_000_000
    assert rules["pin"] == {"digits": 6, "attempts": 3, "lock": 86_400}
    assert done.err == ""


def test_check_accepts_a_copy_with_other_numbers(hundi: Hundi, home: Path) -> None:
    (home / "canteen.toml").write_text(policy_text("play").replace('"5000.00"', '"2500.00"'), encoding="utf-8")

    done = hundi("policy", "check", "canteen.toml")

    assert done.code == 0
    assert "can be used" in done.out


def test_check_names_every_problem(hundi: Hundi, home: Path) -> None:
    wrong = policy_text("play").replace('"5000.00"', '"much"').replace("count_per_day = 20", "count_per_day = 0")
    (home / "canteen.toml").write_text(wrong, encoding="utf-8")

    done = hundi("policy", "check", "canteen.toml")

    assert done.code == 1
    assert "count_per_day" in done.err
    assert done.out == ""


@pytest.mark.parametrize(("currency", "code"), [("INR", 0), ("EUR", 1)])
def test_check_minds_the_currency(
    hundi: Hundi, home: Path, monkeypatch: pytest.MonkeyPatch, currency: str, code: int
) -> None:
    (home / "canteen.toml").write_text(policy_text("play"), encoding="utf-8")
    monkeypatch.setenv("HUNDI_CURRENCY", currency)

    assert hundi("policy", "check", "canteen.toml").code == code


def test_a_missing_file_is_told_in_one_line(hundi: Hundi) -> None:
    done = hundi("policy", "check", "nowhere.toml")

    assert done.code == 2
    assert "no file" in done.err
    assert done.err.count("\n") == 1
