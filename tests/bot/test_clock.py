"""The clock of the house cannot be stepped."""

from datetime import timedelta

from bot.clock import SystemClock

S = 1_000_000_000


class Hands:
    """The far side: a wall clock and a steady clock that a test moves."""

    def __init__(self) -> None:
        self.wall, self.steady = 1_800_000_000 * S, 5 * S
        self.steps: list[float] = []
        self.clock = SystemClock(wall_ns=lambda: self.wall, steady_ns=lambda: self.steady, on_step=self.steps.append)

    def pass_time(self, seconds: int) -> None:
        self.wall += seconds * S
        self.steady += seconds * S


def test_a_day_set_forward_does_not_end_a_lock_of_a_day() -> None:
    hands = Hands()
    before = hands.clock.now()

    hands.wall += 86_400 * S
    hands.pass_time(10)

    assert hands.clock.now() - before == timedelta(seconds=10)


def test_a_clock_set_back_never_repeats_a_moment() -> None:
    hands = Hands()
    before = hands.clock.now()

    hands.wall -= 3_600 * S

    assert hands.clock.now() >= before


def test_a_small_correction_is_followed_but_time_does_not_run_back() -> None:
    hands = Hands()
    before = hands.clock.now()

    hands.wall -= 2 * S
    assert hands.clock.now() == before
    hands.pass_time(5)

    assert hands.clock.now() - before == timedelta(seconds=3)


def test_a_step_is_reported_once() -> None:
    hands = Hands()

    hands.wall += 3_600 * S
    hands.clock.now()
    hands.clock.now()

    assert hands.steps == [3_600.0]


def test_a_clock_that_somebody_moves_goes_ahead_and_durations_do_not() -> None:
    hands = Hands()
    before, steady_s = hands.clock.now(), hands.clock.steady_s()

    assert hands.clock.move(3_600.0)

    assert hands.clock.now() - before == timedelta(hours=1)
    assert hands.clock.steady_s() == steady_s
    assert hands.steps == []


def test_a_clock_that_somebody_moves_back_stays_where_it_is_and_says_so() -> None:
    hands = Hands()
    hands.clock.move(3_600.0)
    before = hands.clock.now()

    assert not hands.clock.move(0.0)
    hands.pass_time(5)

    assert hands.clock.now() - before == timedelta(seconds=5)
    assert hands.steps == [-3_600.0]


def test_a_moved_clock_still_does_not_follow_a_step_of_the_machine() -> None:
    hands = Hands()
    hands.clock.move(3_600.0)
    before = hands.clock.now()

    hands.wall += 86_400 * S

    assert hands.clock.now() == before
