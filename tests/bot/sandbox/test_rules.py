"""The rules of delivery and pace, without a wire: what an offset confirms, what is forgotten, who must wait."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.faults import FaultKind, Faults
from bot.sandbox.pacing import NO_PACING, Pacing, PacingRules
from bot.sandbox.updates import UpdateQueue

NOW = 1_800_000_000.0


def queue(count: int, *, kind: str = "message") -> UpdateQueue:
    """Updates 1 … count."""
    filled = UpdateQueue()
    for number in range(count):
        filled.put(kind, {"number": number}, NOW)
    return filled


def waiting(filled: UpdateQueue, limit: int = 100) -> list[int]:
    return [update.update_id for update in filled.batch(limit)]


@pytest.mark.parametrize(
    ("offset", "left"),
    [
        (0, [1, 2, 3, 4, 5]),  # confirms nothing
        (1, [1, 2, 3, 4, 5]),
        (3, [3, 4, 5]),  # confirms all below
        (6, []),
        (16, []),  # ten ahead of the next number still counts
        (17, [1, 2, 3, 4, 5]),  # further ahead is no offset at all
        (-1, [5]),  # from the end; everything before is forgotten
        (-2, [4, 5]),
        (-99, [1, 2, 3, 4, 5]),
    ],
)
def test_an_offset_confirms_everything_below_it(offset: int, left: list[int]) -> None:
    filled = queue(5)

    filled.confirm(offset, NOW)

    assert waiting(filled) == left


def test_what_is_not_confirmed_is_delivered_again() -> None:
    filled = queue(3)

    assert waiting(filled) == waiting(filled) == [1, 2, 3]


@pytest.mark.parametrize(("limit", "count"), [(0, 1), (-5, 1), (1, 1), (100, 100), (101, 100), (1_000, 100)])
def test_a_limit_is_brought_between_1_and_100(limit: int, count: int) -> None:
    assert len(queue(120).batch(limit)) == count


@pytest.mark.parametrize(
    ("kind", "age_s", "kept"),
    [
        ("message", 86_399, True),
        ("message", 86_400, False),
        ("callback_query", 149, True),
        ("callback_query", 150, False),
    ],
)
def test_an_update_nobody_fetched_is_forgotten_in_time(kind: str, age_s: int, kept: bool) -> None:
    filled = queue(1, kind=kind)

    filled.confirm(0, NOW + age_s)

    assert bool(waiting(filled)) is kept


def test_numbers_grow_and_are_never_used_again() -> None:
    filled = queue(2)
    filled.confirm(3, NOW)

    filled.put("message", {}, NOW)

    assert waiting(filled) == [3]


@pytest.mark.parametrize(
    ("kinds", "kind", "queued"),
    [
        ([], "message", True),
        ([], "chat_member", False),  # only on request
        (["chat_member"], "chat_member", True),
        (["message"], "callback_query", False),
        (["nonsense"], "callback_query", True),  # none that exists: the usual ones
    ],
)
def test_only_what_the_bot_asked_for_is_queued(kinds: list[str], kind: str, queued: bool) -> None:
    filled = UpdateQueue()
    filled.allow(kinds)

    assert (filled.put(kind, {}, NOW) is not None) is queued


@given(st.lists(st.one_of(st.none(), st.integers(-3, 30)), max_size=40))
def test_a_careful_bot_sees_every_update_once_and_in_order(steps: list[int | None]) -> None:
    """Whoever confirms only what was handled loses nothing, however often the same is fetched. None: one arrives."""
    filled, seen, offset = UpdateQueue(), list[int](), 0
    for step in [*steps, 30]:
        if step is None:
            filled.put("message", {}, NOW)
            continue
        filled.confirm(offset, NOW)
        for update_id in waiting(filled, limit=max(step, 1)):
            seen.append(update_id)
            offset = update_id + 1

    assert seen == list(range(1, filled.next_id))


def test_a_rested_chat_takes_a_short_burst_and_then_one_a_second() -> None:
    pacing = Pacing(PacingRules(per_chat_burst=5))

    assert [pacing.spend(1, NOW) for _ in range(6)] == [0, 0, 0, 0, 0, 1]
    assert pacing.spend(1, NOW + 0.999) == 1
    assert pacing.spend(1, NOW + 1.0) == 0
    assert pacing.spend(1, NOW + 1.0) == 1


def test_another_chat_does_not_wait_for_a_busy_one() -> None:
    pacing = Pacing(PacingRules(per_chat_burst=1))
    pacing.spend(1, NOW)

    assert pacing.spend(1, NOW) == 1
    assert pacing.spend(2, NOW) == 0


def test_thirty_a_second_is_the_most_in_all() -> None:
    pacing = Pacing(PacingRules())

    answers = [pacing.spend(chat, NOW) for chat in range(1, 32)]

    assert answers == [0] * 30 + [1]


def test_a_group_takes_twenty_a_minute() -> None:
    """Groups have negative numbers."""
    pacing = Pacing(PacingRules(per_chat_per_s=0, overall_per_s=0))

    answers = [pacing.spend(-5, NOW) for _ in range(21)]

    assert answers == [0] * 20 + [3]
    assert pacing.spend(-5, NOW + 3) == 0


def test_who_was_refused_paid_nothing() -> None:
    pacing = Pacing(PacingRules(per_chat_burst=1))
    pacing.spend(1, NOW)
    for _ in range(50):
        pacing.spend(1, NOW)

    assert pacing.spend(1, NOW + 1) == 0


def test_no_pace_lets_everything_through() -> None:
    pacing = Pacing(NO_PACING)

    assert {pacing.spend(1, NOW) for _ in range(1_000)} == {0}


def test_misfortune_strikes_the_calls_it_was_meant_for() -> None:
    faults = Faults()
    faults.add("502", "sendMessage", skip=1, times=2)

    struck = [faults.take("sendmessage") for _ in range(4)]

    assert [fault.kind if fault else None for fault in struck] == [None, FaultKind.BAD_GATEWAY, "502", None]
    assert faults.take("getMe") is None


def test_a_storm_takes_its_share_and_the_same_seed_is_the_same_storm() -> None:
    def storm(seed: int) -> list[str]:
        faults = Faults()
        faults.rage(0.3, [FaultKind.LOST_RESPONSE, FaultKind.BAD_GATEWAY], Random(seed))
        return [fault.kind if (fault := faults.take("sendMessage")) else "" for _ in range(1_000)]

    assert storm(1) == storm(1) != storm(2)
    assert 250 < sum(map(bool, storm(1))) < 350
