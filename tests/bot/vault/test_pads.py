"""The PIN pad in memory: shuffled once, pressed quickly, forgotten for certain."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bot.dialogue.effects import BubbleId, Line, Purpose, Say
from bot.dialogue.events import Secret
from bot.vault.pads import BACK, CANCEL, Pad, Pads, Pressed, is_pad_token

ASHA, PRIYA = 1001, 1002
SAY = Say((Line("pin.enter"),))
PIN = "739184"


@dataclass
class Clock:
    """A steady clock that a test moves."""

    now_s: float = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pads(clock: Clock) -> Pads:
    return Pads(clock, random.Random(7))


def opened(pads: Pads, person_id: int = ASHA, purpose: Purpose = Purpose.ENTER, length: int = 6) -> Pad:
    return pads.open(person_id, purpose, BubbleId.new(), SAY, length)


def token(pad: Pad, face: str) -> str:
    return next(key.token for row in pad.rows for key in row if key.face == face)


def press_all(pads: Pads, pad: Pad, digits: str) -> Iterator[Pressed]:
    return (pads.press(pad.person_id, token(pad, digit)) for digit in digits)


def test_the_last_digit_submits(pads: Pads) -> None:
    pad = opened(pads)

    answers = list(press_all(pads, pad, PIN))

    assert [answer.filled for answer in answers] == [1, 2, 3, 4, 5, 6]
    assert [answer.digits is None for answer in answers] == [True] * 5 + [False]
    assert answers[-1].digits == Secret(PIN)


def test_it_is_known_beforehand_which_digit_fills_a_pad(pads: Pads) -> None:
    pad = opened(pads)
    assert not pads.would_fill(ASHA, 5)
    assert pads.would_fill(ASHA, 6)

    list(press_all(pads, pad, "48291"))
    assert pads.would_fill(ASHA, 1)

    list(press_all(pads, pad, "3"))
    assert not pads.would_fill(ASHA, 1)
    assert not pads.would_fill(PRIYA, 6)


def test_taps_on_an_older_picture_of_the_pad_still_count(pads: Pads) -> None:
    """I tap faster than the dots are drawn, and no digit is lost."""
    pad = opened(pads)
    seen_at_first = {digit: token(pad, digit) for digit in "0123456789"}

    for digit in PIN[:5]:
        pads.press(ASHA, seen_at_first[digit])

    assert pads.press(ASHA, seen_at_first[PIN[5]]).digits == Secret(PIN)


def test_presses_after_the_last_are_ignored(pads: Pads) -> None:
    pad = opened(pads)
    list(press_all(pads, pad, PIN))

    again = pads.press(ASHA, token(pad, "1"))

    assert again == Pressed(filled=6, ignored=True)
    assert pads.press(ASHA, token(pad, CANCEL)).ignored
    assert pads.typed(ASHA, Secret(PIN)).ignored


def test_back_takes_the_last_digit(pads: Pads) -> None:
    pad = opened(pads, length=4)
    list(press_all(pads, pad, "73"))

    assert pads.press(ASHA, token(pad, BACK)) == Pressed(filled=1)
    assert list(press_all(pads, pad, "918"))[-1].digits == Secret("7918")


def test_back_on_nothing_changes_nothing(pads: Pads) -> None:
    pad = opened(pads)

    assert pads.press(ASHA, token(pad, BACK)) == Pressed(ignored=True)


def test_cancel_closes_the_pad(pads: Pads) -> None:
    pad = opened(pads)

    assert pads.press(ASHA, token(pad, CANCEL)).cancelled
    assert pads.of(ASHA) is None
    assert pads.press(ASHA, token(pad, "1")).unknown


def test_keys_of_others_and_of_older_pads_are_unknown(pads: Pads) -> None:
    old = opened(pads)
    new = opened(pads)
    hers = opened(pads, PRIYA)

    assert pads.press(ASHA, token(old, "1")).unknown
    assert pads.press(ASHA, token(hers, "1")).unknown
    assert pads.press(PRIYA, token(new, "1")).unknown
    assert pads.press(ASHA, "p.forged").unknown
    assert (new.filled, hers.filled) == (0, 0)


@pytest.mark.parametrize(("seconds", "open_still"), [(89.999, True), (90.0, False), (90.001, False)])
def test_a_pad_closes_after_90_seconds(pads: Pads, clock: Clock, seconds: float, open_still: bool) -> None:
    pad = opened(pads)
    pads.press(ASHA, token(pad, "1"))
    clock.now_s += seconds

    assert (pads.of(ASHA) is not None) is open_still
    assert pads.press(ASHA, token(pad, "2")).unknown is not open_still
    assert pads.expired() == ([] if open_still else [pad])
    assert pads.expired() == []


def test_a_closed_pad_holds_no_digit(pads: Pads, clock: Clock) -> None:
    pad = opened(pads)
    pressed = pad.pressed
    list(press_all(pads, pad, "739"))
    clock.now_s += 90

    pads.expired()

    assert pressed == b""
    assert pad.filled == 0


def test_a_finished_pad_that_nobody_closed_is_not_called_late(pads: Pads, clock: Clock) -> None:
    pad = opened(pads)
    list(press_all(pads, pad, PIN))
    clock.now_s += 90

    assert pads.expired() == []
    assert pads.of(ASHA) is None


def test_a_typed_pin_replaces_what_was_pressed(pads: Pads) -> None:
    pad = opened(pads)
    list(press_all(pads, pad, "111"))

    assert pads.typed(ASHA, Secret(PIN)).digits == Secret(PIN)
    assert pads.typed(PRIYA, Secret(PIN)).unknown


def test_the_second_entry_is_compared_with_the_first(pads: Pads) -> None:
    opened(pads, purpose=Purpose.CHOOSE)
    pads.remember_first(ASHA, Secret(PIN))
    opened(pads, purpose=Purpose.REPEAT)

    assert pads.repeats_first(ASHA, Secret(PIN))
    assert not pads.repeats_first(ASHA, Secret(PIN)), "it is forgotten once compared"


@pytest.mark.parametrize("second", ["739185", "73918", "7391844", ""])
def test_another_second_entry_does_not_repeat_the_first(pads: Pads, second: str) -> None:
    pads.remember_first(ASHA, Secret(PIN))

    assert not pads.repeats_first(ASHA, Secret(second))
    assert not pads.repeats_first(ASHA, Secret(PIN))


@pytest.mark.parametrize("purpose", [Purpose.ENTER, Purpose.CHOOSE])
def test_a_first_entry_does_not_outlive_its_flow(pads: Pads, purpose: Purpose) -> None:
    pads.remember_first(ASHA, Secret(PIN))
    opened(pads, purpose=purpose)

    assert not pads.repeats_first(ASHA, Secret(PIN))


def test_a_first_entry_nobody_repeats_is_forgotten(pads: Pads, clock: Clock) -> None:
    pads.remember_first(ASHA, Secret(PIN))
    clock.now_s += 90

    assert not pads.repeats_first(ASHA, Secret(PIN))


def test_a_pad_has_each_digit_once_and_every_key_its_own_token(pads: Pads) -> None:
    pad = opened(pads)
    keys = [key for row in pad.rows for key in row]

    assert sorted(key.face for key in keys) == sorted([*"0123456789", BACK, CANCEL])
    assert len({key.token for key in keys}) == 12
    assert all(is_pad_token(key.token) and len(key.token) <= 64 for key in keys)
    assert [len(row) for row in pad.rows] == [3, 3, 3, 3]


def test_each_digit_is_as_likely_in_each_place() -> None:
    """Where I tap says nothing about what I tap."""
    pads = Pads(Clock(), random.Random(1))
    counts = {(place, digit): 0 for place in range(10) for digit in "0123456789"}
    rounds = 2_000

    for _ in range(rounds):
        faces = [key.face for row in opened(pads).rows for key in row if key.face.isdigit()]
        for place, digit in enumerate(faces):
            counts[place, digit] += 1

    assert all(140 <= count <= 260 for count in counts.values())


def test_no_digit_and_no_token_is_seen_in_a_repr(pads: Pads) -> None:
    pad = opened(pads)
    answers = list(press_all(pads, pad, PIN))
    shown = repr(pad) + repr(answers) + f"{answers[-1].digits}" + repr(pads)

    assert PIN not in shown
    assert all(key.token not in shown for row in pad.rows for key in row)


class SetShuffle:
    """Chance whose shuffle is given and whose tokens are seeded."""

    def __init__(self, faces: str) -> None:
        self._faces = faces
        self._tokens = random.Random(7)

    def sample(self, population: str, k: int) -> list[str]:
        assert sorted(population) == sorted(self._faces)
        return list(self._faces[:k])

    def randbytes(self, n: int) -> bytes:
        return self._tokens.randbytes(n)


def tapped(faces: str, pin: str) -> list[str]:
    """Every token that left this process or came back to it while ``pin`` was entered."""
    pads = Pads(Clock(), SetShuffle(faces))
    pad = opened(pads)
    drawn = [key.token for row in pad.rows for key in row]
    taps = [token(pad, digit) for digit in pin]
    assert [pads.press(ASHA, tap) for tap in taps][-1].digits == Secret(pin)
    return drawn + taps


def test_what_was_drawn_and_tapped_fits_every_pin() -> None:
    """Replay all tokens in order: the same record comes from another PIN on another shuffle (GOALS S7)."""
    assert tapped("0123456789", "739184") == tapped("5820417369", _moved("739184"))


def _moved(pin: str) -> str:
    """The digits that lie on the second shuffle where those of ``pin`` lie on the first."""
    return pin.translate(str.maketrans("0123456789", "5820417369"))
