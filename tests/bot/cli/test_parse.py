"""How a sentence is read: exactly the same by a person, by a script, and one line at a time."""

import io
import json
import sys
from typing import Any

import pytest

from bot.cli.parse import LONGEST_LINE
from tests.bot.cli.conftest import Done, Hundi

PRIYA = {"name": "Priya Sharma", "username": "priya"}
PROMISED = {"reading", "amount_minor", "currency", "payees", "memo", "ask"}


class _Stdin(io.TextIOWrapper):
    """Standard input with these bytes in it."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content), encoding="utf-8")


def lines(hundi: Hundi, monkeypatch: pytest.MonkeyPatch, *given: object) -> tuple[Done, list[dict[str, Any]]]:
    """Feed one line for each (an object becomes JSON, bytes go as they are); the answers."""
    raw = b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in given)
    monkeypatch.setattr(sys, "stdin", _Stdin(raw))
    done = hundi("parse", "--json-lines")
    return done, [json.loads(line) for line in done.out.splitlines()]


def test_a_person_sees_the_reading_and_why(hundi: Hundi) -> None:
    done = hundi("parse", "send", "200", "to", "Priya", "for", "lunch")

    assert done.code == 0
    assert "200.00" in done.out
    assert "Priya" in done.out
    assert "lunch" in done.out
    assert "because" in done.out


def test_json_has_the_promised_keys(hundi: Hundi) -> None:
    done = hundi("parse", "send 200 to Priya for lunch", "--json")

    assert json.loads(done.out) == {
        "reading": "send",
        "amount_minor": 20_000,
        "currency": "INR",
        "payees": ["Priya"],
        "memo": "lunch",
        "ask": None,
    }


@pytest.mark.parametrize(
    ("text", "contacts", "expected"),
    [
        ("send 200 to priya", [PRIYA], {"reading": "send", "payees": ["Priya Sharma"]}),
        ("send 200 to @stranger", [PRIYA], {"reading": "send", "payees": ["@stranger"]}),
        ("send 200 to mom", [PRIYA], {"reading": "ask", "ask": "unknown_payee", "amount_minor": 20_000}),
        ("send 200", [PRIYA], {"reading": "ask", "ask": "to_whom", "amount_minor": 20_000}),
        ("send money to priya", [PRIYA], {"reading": "ask", "ask": "how_much", "payees": ["Priya Sharma"]}),
        (
            "send 200 to priya",
            [PRIYA, {"name": "Priya Nair", "username": "priyan"}],
            {"reading": "ask", "ask": "which_payee", "payees": ["Priya Sharma", "Priya Nair"]},
        ),
        (
            "send 200 to rahul",
            [{"name": "Rahul", "username": "rahul"}, {"name": "Rahul", "username": "rahul99"}],
            {"reading": "ask", "ask": "which_payee", "payees": ["@rahul", "@rahul99"]},
        ),
        ("send 1.000 to priya", [PRIYA], {"reading": "ask", "ask": "grouping"}),
        ("send 200.999 to priya", [PRIYA], {"reading": "refuse", "reason": "too_precise", "amount_minor": None}),
        ("balance", [], {"reading": "balance"}),
        ("what a lovely day", [], {"reading": "none"}),
        ("", [], {"reading": "none"}),
    ],
)
def test_a_line_is_read_as_somebody_with_these_contacts_means_it(
    hundi: Hundi, monkeypatch: pytest.MonkeyPatch, text: str, contacts: list[object], expected: dict[str, object]
) -> None:
    done, answers = lines(hundi, monkeypatch, {"text": text, "contacts": contacts, "locale": "en-IN"})

    assert done.code == 0
    assert set(answers[0]) - {"reason"} == PROMISED
    assert {name: answers[0][name] for name in expected} == expected


@pytest.mark.parametrize(
    "bad",
    [
        b"not json",
        b"[]",
        b"5",
        b"{}",
        b'{"text": 5}',
        b'{"text": "x", "contacts": [5]}',
        b'{"text": "\xff"}',
        b"[" * 100_000,
        b'{"text": "' + b"x" * LONGEST_LINE + b'"}',
        b"",
    ],
)
def test_a_bad_line_is_answered_with_its_error_and_the_next_one_is_read(
    hundi: Hundi, monkeypatch: pytest.MonkeyPatch, bad: bytes
) -> None:
    done, answers = lines(hundi, monkeypatch, bad, {"text": "send 200 to priya"})

    assert len(answers) == 2
    assert set(answers[0]) == {"error"}
    assert answers[1]["reading"] == "send"
    assert done.code == 1


def test_a_line_of_4096_hostile_characters_is_read(hundi: Hundi, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = ("send 200 to \u202epriya\x1b[31m\x00 " * 200)[:4096]

    done, answers = lines(hundi, monkeypatch, {"text": hostile})

    assert done.code == 0
    assert len(answers) == 1
    assert "\x1b" not in done.out


def test_without_a_text_each_line_of_standard_input_is_a_sentence(
    hundi: Hundi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", _Stdin(b"send 200 to Priya\nbalance\n"))

    done = hundi("parse", "--json")

    assert [json.loads(line)["reading"] for line in done.out.splitlines()] == ["send", "balance"]
