"""A state survives a restart, a new version and a damaged page; money under way is never forgotten."""

import json
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from bot.dialogue.codec import Codec
from bot.dialogue.states import Freezing, Idle, Limiting, Paying, Refunding, State, deadline
from bot.dialogue.stored import UnreadableStateError, dump, load
from tests.bot.dialogue.examples import NOW, PAYMENT, SOON, states

_ASKED = (Paying, Refunding, Freezing, Limiting)
UNANSWERED = tuple(state for state in states() if isinstance(state, _ASKED))
OTHERS = tuple(state for state in states() if not isinstance(state, _ASKED))

# What version 1 wrote. When this test breaks, a deployed bot would forget a payment: add a version, change no line.
STORED_PAYING = (
    '{"version":1,"state":{"kind":"Paying","payment":{"kind":"Payment","payment_id":{"kind":"PaymentId","value":'
    '"pay_00000000000000000000000000000001"},"payee":{"kind":"Payee","person_id":1002,"account_id":{"kind":"AccountId",'
    '"value":"acc_00000000000000000000000000000002"},"name":"Priya Sharma","handle":"priya","nicknames":["Pri"]},'
    '"amount":{"kind":"Money","minor_units":20000,"currency":"INR"},"note":"tea","bubble":{"kind":"BubbleId","value":'
    '"msg_00000000000000000000000000000001"},"expires_at":{"kind":"Instant","value":1795502100000000}},"ask_again_at":'
    '{"kind":"Instant","value":1795502100000000},"silences":3,"freeze_wanted":true}}'
)


@pytest.mark.parametrize("state", list(states()), ids=lambda state: type(state).__name__)
def test_what_is_stored_is_what_is_read(state: State) -> None:
    assert load(dump(state)) == state


def test_a_payment_stored_by_version_1_is_read_for_ever() -> None:
    assert load(STORED_PAYING) == Paying(PAYMENT, SOON, silences=3, freeze_wanted=True)


@pytest.mark.parametrize("state", UNANSWERED)
@pytest.mark.parametrize("version", [0, 2, 99])
def test_what_the_ledger_was_asked_is_read_whatever_the_version(state: State, version: int) -> None:
    stored = json.loads(dump(state)) | {"version": version}

    assert load(_text(stored)) == state


@pytest.mark.parametrize("state", OTHERS, ids=lambda state: type(state).__name__)
def test_another_version_of_anything_else_is_asked_anew(state: State) -> None:
    stored = json.loads(dump(state)) | {"version": 2}

    assert load(_text(stored)) == Idle()


@pytest.mark.parametrize("state", UNANSWERED)
def test_a_field_that_a_later_version_added_is_passed_over(state: State) -> None:
    stored = json.loads(dump(state))
    stored["state"]["added_later"] = 7
    stored["state"].pop("freeze_wanted", None)

    read = load(_text(stored))

    assert type(read) is type(state)
    assert deadline(read) == deadline(state)


@pytest.mark.parametrize("state", UNANSWERED)
def test_what_the_ledger_was_asked_stops_loudly_when_it_is_damaged(state: State) -> None:
    """Calling it idle would forget a payment that may have moved."""
    stored = json.loads(dump(state))
    del stored["state"]["ask_again_at"]

    with pytest.raises(UnreadableStateError):
        load(_text(stored))
    with pytest.raises(UnreadableStateError):
        load(dump(state)[:-3])


@pytest.mark.parametrize(
    "text", ["", "{", "null", "[]", "7", '{"version":1}', '{"version":1,"state":{"kind":"Money"}}']
)
def test_anything_else_that_cannot_be_read_is_idle(text: str) -> None:
    assert load(text) == Idle()


def test_a_kind_that_nobody_knows_is_idle() -> None:
    assert load('{"version":1,"state":{"kind":"Dancing"}}') == Idle()


def test_a_note_that_quotes_our_own_json_is_only_a_note() -> None:
    """Foreign text cannot pass for a state in which money moves."""
    hostile = '{"kind":"Paying"}'
    codec_text = json.dumps({"version": 2, "state": {"kind": "AskingPayee", "note": hostile}})

    assert load(codec_text) == Idle()


@pytest.mark.parametrize("state", list(states()), ids=lambda state: type(state).__name__)
def test_no_state_has_a_place_for_a_pin(state: State) -> None:
    """S7, by shape: no field is named like one and none is of a type that hides text."""
    names = set(_field_names(state))

    assert not {name for name in names if "digit" in name or "secret" in name or name in {"pin", "code"}}


def test_what_does_not_belong_into_a_state_is_not_written() -> None:
    with pytest.raises(TypeError):
        Codec((Idle,)).encode({"a": 1})
    with pytest.raises(TypeError):
        Codec((Idle,)).encode(PAYMENT)


def test_only_questions_and_money_have_a_deadline() -> None:
    ends = {type(state).__name__ for state in states() if deadline(state) is not None}

    assert ends == {
        "AskingPayee", "ChoosingPayee", "AskingAmount", "Quoting", "Confirming", "EnteringPin", "Paying",
        "ConfirmingRefund", "EnteringRefundPin", "Refunding", "Freezing",
        "AskingProfile", "AskingLimit", "ConfirmingLimit", "Limiting",
    }  # fmt: skip
    assert all(end == SOON > NOW for end in map(deadline, states()) if end is not None)


def _text(stored: object) -> str:
    return json.dumps(stored, separators=(",", ":"))


def _field_names(value: Any) -> list[str]:
    if not is_dataclass(value):
        return []
    own = [one.name for one in fields(value)]
    return own + [name for one in fields(value) for name in _field_names(getattr(value, one.name))]
