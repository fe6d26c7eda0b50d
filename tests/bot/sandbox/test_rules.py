"""The rules of delivery and pace, without a wire: what an offset confirms, what is forgotten, who must wait."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.call_lines import line_of
from bot.sandbox.calls import Call
from bot.sandbox.faults import FaultKind, Faults
from bot.sandbox.pacing import NO_PACING, Pacing, PacingRules
from bot.sandbox.params import Params
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


def test_a_misfortune_without_a_count_stays_until_it_is_switched_off() -> None:
    faults = Faults()
    faults.add("outage", times=3)

    assert [bool(faults.take("sendMessage")) for _ in range(5)] == [True] * 5
    faults.switch_off("outage")
    assert faults.take("sendMessage") is None


def test_what_befalls_polls_befalls_no_other_call() -> None:
    faults = Faults()
    faults.add("disorder")

    assert faults.take("sendMessage") is None
    assert faults.take("getUpdates") is not None


@pytest.mark.parametrize("kind", [*FaultKind, "storm"])
def test_every_misfortune_is_offered_to_the_page_and_can_be_switched_on_there(kind: str) -> None:
    faults = Faults()
    (offer,) = (each for each in faults.describe() if each["kind"] == kind)

    faults.switch_on(kind, **offer["settings"])

    assert [each["kind"] for each in faults.describe() if each["on"]] == [kind]
    faults.switch_off(kind)
    assert not any(each["on"] for each in faults.describe())


@pytest.mark.parametrize(("kind", "settings"), [("plague", {}), ("500", {"delay_s": 1}), ("storm", {"share": 2})])
def test_a_misfortune_that_is_not_offered_is_refused(kind: str, settings: dict[str, float]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # three sentences, one kind
        Faults().switch_on(kind, **settings)


# ── the log of calls ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"text": "<b>Paid ₹200.00</b> to Priya &amp; co"}, "sendMessage “Paid ₹200.00 to Priya & co”"),
        ({"text": "Your PIN is 274913"}, "sendMessage “Your PIN is ······”"),
        ({"text": "2749"}, "sendMessage “····”"),
        ({"text": "₹1,50,000.00, reference 632912345678"}, "sendMessage “₹1,50,000.00, reference 632912345678”"),
        ({"text": "7000000001:AAE-abcdefghijklmnopqrstuv"}, "sendMessage “·token·”"),
        ({"message_id": 7, "text": "x" * 100}, f"sendMessage #7 “{'x' * 79}…”"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "Pay", "callback_data": "secret"}]]}}, "sendMessage [Pay]"),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": d, "callback_data": d} for d in "4829061375"]]}},
            "sendMessage [a pad]",
        ),
        ({"reply_markup": "{"}, "sendMessage [unreadable buttons]"),
    ],
)
def test_a_line_of_the_log_may_be_shown_to_anybody(values: dict[str, object], line: str) -> None:
    """No PIN, no token, and of a pad neither keys nor their order."""
    assert line_of("sendMessage", Params(values)) == line


def test_a_call_does_not_spell_out_what_was_said() -> None:
    assert "274913" not in repr(Call("sendmessage", {"text": "274913"}, result={"text": "274913"}))
