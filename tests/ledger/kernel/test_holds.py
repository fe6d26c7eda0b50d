"""Holds: authorised, then captured, voided or expired, once."""

import itertools
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.kernel.balances import Balance, Side
from ledger.kernel.holds import (
    TRANSITIONS,
    Hold,
    HoldEvent,
    HoldRefusal,
    HoldState,
    payer_balance_after,
    step_hold,
)
from ledger.kernel.ids import HoldId
from tests.ledger.books import MICROSECOND, NOON, inr
from tests.ledger.laws import LAW

EXPIRES_AT = NOON + timedelta(minutes=10)

OVER = (HoldState.CAPTURED, HoldState.VOIDED, HoldState.EXPIRED)


def a_hold(state: HoldState = HoldState.AUTHORISED) -> Hold:
    return Hold(HoldId.new(), inr("200.00"), EXPIRES_AT, state)


def test_every_state_has_its_row_even_when_it_is_empty() -> None:
    assert set(TRANSITIONS) == set(HoldState)


@pytest.mark.parametrize(("state", "event"), list(itertools.product(OVER, HoldEvent)))
def test_a_hold_that_is_over_never_changes(state: HoldState, event: HoldEvent) -> None:
    """What was captured cannot be voided, what was voided cannot be captured."""
    assert step_hold(a_hold(state), event, EXPIRES_AT) is HoldRefusal.OVER


@pytest.mark.parametrize(
    ("now", "answer"),
    [
        (EXPIRES_AT - MICROSECOND, HoldState.CAPTURED),
        (EXPIRES_AT, HoldRefusal.TOO_LATE),
        (EXPIRES_AT + MICROSECOND, HoldRefusal.TOO_LATE),
    ],
)
def test_a_hold_can_be_captured_until_it_expires(now: object, answer: object) -> None:
    stepped = step_hold(a_hold(), HoldEvent.CAPTURE, now)  # type: ignore[arg-type]  # the table mixes two answers

    assert (stepped.state if isinstance(stepped, Hold) else stepped) is answer


@pytest.mark.parametrize(
    ("late", "answer"),
    [(-MICROSECOND, HoldRefusal.TOO_EARLY), (timedelta(), HoldState.EXPIRED), (MICROSECOND, HoldState.EXPIRED)],
)
def test_a_hold_expires_at_its_instant(late: timedelta, answer: object) -> None:
    stepped = step_hold(a_hold(), HoldEvent.EXPIRE, EXPIRES_AT + late)

    assert (stepped.state if isinstance(stepped, Hold) else stepped) is answer


@pytest.mark.parametrize("late", [-MICROSECOND, timedelta(), MICROSECOND])
def test_a_hold_can_be_voided_until_something_else_happened_to_it(late: timedelta) -> None:
    stepped = step_hold(a_hold(), HoldEvent.VOID, EXPIRES_AT + late)

    assert isinstance(stepped, Hold)
    assert stepped.state is HoldState.VOIDED


@LAW
@given(st.lists(st.tuples(st.sampled_from(HoldEvent), st.integers(-3, 3)), min_size=1, max_size=8))
def test_of_all_that_is_tried_on_a_hold_at_most_one_thing_happens(tries: list[tuple[HoldEvent, int]]) -> None:
    """Held money is released once, and moves at most once."""
    hold, balance = a_hold(), Balance(Side.CREDIT).credited(500_00).holding(200_00)
    happened = []
    for event, micros in tries:
        stepped = step_hold(hold, event, EXPIRES_AT + micros * MICROSECOND)
        if isinstance(stepped, Hold):
            balance, hold = payer_balance_after(balance, hold, event), stepped
            happened.append(event)

    assert len(happened) <= 1
    assert balance.held == (0 if happened else 200_00)
    assert balance.posted == (300_00 if happened == [HoldEvent.CAPTURE] else 500_00)


def test_the_picture_of_a_hold_is_drawn_from_its_table() -> None:
    """docs/flows/hold.md has each state's row and each arrow, and no others."""
    drawn = (Path(__file__).parents[3] / "docs/flows/hold.md").read_text("utf-8")
    rows = [
        f"| {state} |" + "".join(f" {after} |" if after else " |" for after in map(TRANSITIONS[state].get, HoldEvent))
        for state in HoldState
    ]
    arrows = [
        f"    {state} --> {after}: {event}"
        for state, after_event in TRANSITIONS.items()
        for event, after in after_event.items()
    ]

    assert [line for line in drawn.splitlines() if line.startswith("| ") and not line.startswith("| state")] == rows
    assert [line for line in drawn.splitlines() if "-->" in line][1:] == arrows
