"""Nobody is spoken to faster than Telegram lets us, and nobody waits longer than that."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pacing import OVERALL, PER_CHAT, PER_GROUP, Pacer, Rate

ASHA, PRIYA, GROUP = 1001, 1002, -100500


def sent_at(pacer: Pacer, chat_id: int, count: int, now: float = 0.0) -> list[float]:
    """The moments at which ``count`` messages go out when each goes as soon as it may."""
    moments = []
    for _ in range(count):
        now += pacer.wait_s(chat_id, now)
        pacer.spend(chat_id, now)
        moments.append(now)
    return moments


def most_in(window_s: float, moments: list[float]) -> int:
    """The largest number of moments in any window of this length."""
    return max(sum(1 for other in moments if at <= other < at + window_s) for at in moments)


def test_a_rested_chat_takes_a_small_burst_and_then_one_a_second() -> None:
    assert sent_at(Pacer(), ASHA, 6) == pytest.approx([0, 0, 0, 1, 2, 3])


def test_a_group_takes_no_more_than_20_in_any_minute() -> None:
    assert most_in(60, sent_at(Pacer(), GROUP, 60)) <= 20


def test_a_bot_says_no_more_than_30_in_any_second() -> None:
    pacer, now, moments = Pacer(), 0.0, []
    for chat_id in range(1, 200):
        now += pacer.wait_s(chat_id, now)
        pacer.spend(chat_id, now)
        moments.append(now)

    assert most_in(1, moments) <= 30
    assert now < 200 / OVERALL.per_s


def test_one_busy_chat_does_not_keep_another_waiting() -> None:
    pacer = Pacer()
    for _ in range(4):
        pacer.spend(ASHA, 0.0)

    assert pacer.wait_s(ASHA, 0.0) == pytest.approx(2.0)
    assert pacer.wait_s(PRIYA, 0.0) == 0.0
    assert pacer.chat_wait_s(PRIYA, 0.0) == 0.0


def test_a_token_can_be_left_for_something_better() -> None:
    """The dots of a PIN pad leave room for the message that says Paid."""
    pacer = Pacer()
    pacer.spend(ASHA, 0.0)
    pacer.spend(ASHA, 0.0)

    assert pacer.wait_s(ASHA, 0.0) == 0.0
    assert pacer.wait_s(ASHA, 0.0, leave=1) == pytest.approx(1.0)


@pytest.mark.parametrize(("now", "wait_s"), [(6.999, 0.001), (7.0, 0.0), (7.001, 0.0)])
def test_a_chat_that_was_told_to_wait_waits_exactly_that_long(now: float, wait_s: float) -> None:
    pacer = Pacer()
    pacer.hold(ASHA, 7.0, 0.0)

    assert pacer.wait_s(ASHA, now) == pytest.approx(wait_s)
    assert pacer.wait_s(PRIYA, now) == 0.0


def test_a_shorter_wait_does_not_shorten_a_longer_one() -> None:
    pacer = Pacer()
    pacer.hold(ASHA, 7.0, 0.0)
    pacer.hold(ASHA, 1.0, 1.0)

    assert pacer.wait_s(ASHA, 1.0) == pytest.approx(6.0)


def test_two_chats_told_to_wait_at_once_mean_everybody() -> None:
    pacer = Pacer()
    pacer.hold(ASHA, 7.0, 0.0)
    pacer.hold(PRIYA, 3.0, 0.0)

    assert pacer.wait_s(1003, 0.0) == pytest.approx(3.0)
    assert pacer.chat_wait_s(1003, 0.0) == 0.0


def test_a_wait_that_is_over_and_a_new_one_do_not_mean_everybody() -> None:
    pacer = Pacer()
    pacer.hold(ASHA, 7.0, 0.0)
    pacer.hold(PRIYA, 3.0, 7.0)

    assert pacer.wait_s(1003, 7.0) == 0.0


def test_a_clock_that_steps_back_gives_nothing_away() -> None:
    pacer = Pacer()
    for _ in range(3):
        pacer.spend(ASHA, 100.0)

    assert pacer.wait_s(ASHA, 50.0) == pytest.approx(1.0)
    assert pacer.wait_s(ASHA, 100.5) == pytest.approx(0.5)


def test_chats_at_rest_are_forgotten_and_busy_ones_are_not() -> None:
    """A million people do not fill the memory."""
    pacer = Pacer(overall=Rate(1e6, 10**6))
    for chat_id in range(1, 1_001):
        pacer.spend(chat_id, 0.0)
    pacer.hold(ASHA, 500.0, 0.0)

    pacer.spend(5_000, 100.0)

    assert len(pacer) == 2
    assert pacer.wait_s(ASHA, 100.0) == pytest.approx(400.0)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([ASHA, PRIYA, GROUP]), st.floats(0, 5)), min_size=1, max_size=80),
    st.sampled_from([0.5, 1.0, 3.0, 60.0]),
)
def test_no_window_ever_holds_more_than_burst_and_rate_allow(steps: list[tuple[int, float]], window_s: float) -> None:
    pacer, now, moments = Pacer(), 0.0, list[tuple[int, float]]()
    for chat_id, pause_s in steps:
        now += pause_s
        now += pacer.wait_s(chat_id, now)
        pacer.spend(chat_id, now)
        moments.append((chat_id, now))

    for chat_id, rate in ((ASHA, PER_CHAT), (PRIYA, PER_CHAT), (GROUP, PER_GROUP)):
        mine = [at for chat, at in moments if chat == chat_id]
        assert not mine or most_in(window_s, mine) <= rate.burst + rate.per_s * window_s + 1e-6
    assert most_in(window_s, [at for _, at in moments]) <= OVERALL.burst + OVERALL.per_s * window_s + 1e-6
