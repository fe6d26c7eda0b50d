"""PINs that somebody would try first are refused when they are chosen (GOALS S4)."""

import pytest

from bot.vault.weak_pins import is_weak, stands_in

WEAK = """
    123456 234567 654321 012345 098765 901234 111111 000000 999999 135791 246802 246810 135790 123450
    121212 101010 696969 112112 123123 007007 520520 456456 123321 445544 112233 998877 010101
    010203 102030 142536 123124 100200 111222 123789 789456 321654 654123 999111 100001 000001 121211
    258369 147258 159357 159753 147852 741852 125896 236985 139713 971397 137913
    241126 112426 261124 010190 311299 290200 199001 011990 200012 122020 250819 142857 314159 271828 520131
    1234 4321 0000 1111 1212 1122 1221 2580 0852 1478 1990 2024 2512 1225 3112 1004 1397 9753 1213
"""
STRONG = """
    739184 480275 916402 603817 284095 857306 493618 709254 346807 960384
    7391 4807 9164 6038 8503 7094
"""


@pytest.mark.parametrize("pin", WEAK.split())
def test_a_pin_that_is_tried_first_is_weak(pin: str) -> None:
    assert is_weak(pin)


@pytest.mark.parametrize("pin", STRONG.split())
def test_a_pin_without_a_pattern_is_accepted(pin: str) -> None:
    assert not is_weak(pin)


@pytest.mark.parametrize(("day", "weak"), [("290283", True), ("310983", False), ("001283", False), ("321583", False)])
def test_only_days_that_exist_count_as_dates(day: str, weak: bool) -> None:
    assert is_weak(day) is weak


@pytest.mark.slow
def test_the_refused_share_is_the_one_we_say() -> None:
    """The docstring's figures, counted."""
    six = sum(is_weak(f"{number:06d}") for number in range(1_000_000))
    four = sum(is_weak(f"{number:04d}") for number in range(10_000))

    assert (six, four) == (100_593, 1_388)


def test_a_tenth_of_all_pins_is_refused_and_no_more() -> None:
    """More than the 1,000 that are asked for, and still nine of ten are free to choose."""
    sample = [f"{number:06d}" for number in range(0, 1_000_000, 61)]  # 61 is prime: no column is favoured

    refused = sum(is_weak(pin) for pin in sample)

    assert 0.09 * len(sample) < refused < 0.12 * len(sample)
    assert refused > 1_000


@pytest.mark.parametrize("length", [5, 7, 8])
def test_other_lengths_are_judged_too(length: int) -> None:
    assert is_weak("1" * length)
    assert is_weak("12345678"[:length])


@pytest.mark.parametrize(
    ("pin", "known", "weak"),
    [
        ("912345", "+91 98769-12345", True),
        ("543219", "+91 98769 12345", True),  # read backwards
        ("739184", "+91 98769 12345", False),
        ("739184", "asha739184", True),
        ("739184", "asha_7391_84", True),
        ("739184", "", False),
        ("7391", "1007391", True),
        ("739184", "73918", False),
    ],
)
def test_a_number_that_others_know_of_them_is_no_pin(pin: str, known: str, *, weak: bool) -> None:
    """Their phone number, their Telegram id, the digits of their handle."""
    assert stands_in(pin, [known]) is weak
