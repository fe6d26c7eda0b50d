"""Which PINs are too easy to guess. Pure: rules rather than a list of leaked PINs, so that they hold for each length.

Refused: 100,593 of 1,000,000 six-digit PINs (10.1 %, most of them dates) and 1,388 of 10,000 four-digit ones (13.9 %);
a test counts them. That costs whoever chooses at random 0.15 bit, and whoever guesses their best tries.
"""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Final

SHORT: Final = 4  # UPI knows PINs of four and of six digits; here two rules differ

# Pi, e, the roots of 2 and 3, the golden ratio, a seventh, the first squares, primes and Fibonacci numbers.
_NUMBERS: Final = ("3141592", "2718281", "1414213", "1732050", "1618033", "1428571", "1491625", "2357111", "1123581")
# What stands high in lists of leaked PINs and follows no rule: names of love in Chinese numbers, keypad words.
_WELL_KNOWN: Final = frozenset(
    {"520131", "521131", "131452", "131421", "520999", "246810", "135790", "123450", "1004", "5683"}
)
_LINES: Final = ("123", "456", "789", "147", "258", "369", "159", "357", "580")
_CORNERS: Final = ("1397", "1379", "2684", "2468")  # round and across
_ROW_AND_COLUMN: Final = {digit: divmod(place, 3) for place, digit in enumerate("123456789_0") if digit != "_"}
_DAYS_IN_MONTH: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CENTURIES: Final = ("19", "20")


def is_weak(digits: str) -> bool:
    """Whether a PIN of ASCII digits is refused when it is chosen."""
    return any(rule(digits) for rule in _RULES)


def stands_in(digits: str, own_numbers: Iterable[str]) -> bool:
    """Whether the PIN is part of a number that others know of them, read either way: their phone, their handle."""
    return any(digits in known or digits[::-1] in known for known in map(_digits_of, own_numbers))


def _digits_of(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")


def _is_run(digits: str) -> bool:
    """Each digit a fixed step from the one before: 123456, 975319, 505050, 777777."""
    return len({_step(one, next_one) for one, next_one in pairwise(digits)}) == 1


def _has_few_digits(digits: str) -> bool:
    """One or two different digits in all: 121212, 111222, 100001. In four digits that would be 6 %: only AABB there."""
    if len(digits) <= SHORT:
        return digits[::2] == digits[1::2]
    return len(set(digits)) <= 2  # noqa: PLR2004 - two, as the sentence above says


def _repeats(digits: str) -> bool:
    """A block said again: ABABAB, ABCABC; or said backwards: ABCCBA."""
    blocks = (
        digits[:size] * (len(digits) // size) for size in range(1, len(digits) // 2 + 1) if len(digits) % size == 0
    )
    return digits == digits[::-1] or digits in blocks


def _is_doubled(digits: str) -> bool:
    """Every digit twice: AABBCC."""
    return digits[::2] == digits[1::2]


def _counts_in_blocks(digits: str) -> bool:
    """Blocks that count: 010203, 102030, 123124, 111222, 500501, or halves that are runs: 123789, 321654."""
    pairs = {int(next_one) - int(one) for one, next_one in pairwise(_cut(digits, 2))}
    if len(digits) > SHORT and len(pairs) == 1 and abs(*pairs) <= 11:  # noqa: PLR2004 - 11: as 11, 22, 33
        return True
    halves = _cut(digits, len(digits) // 2)
    unit = 10 ** (len(halves[0]) - 1) if len(digits) > SHORT else 1
    if int(halves[1]) - int(halves[0]) in {1, -1, unit, -unit}:
        return True
    return len(digits) > SHORT and all(_is_run(half) and _step(half[0], half[1]) in {0, 1, 9} for half in halves)


def _is_drawn(digits: str) -> bool:
    """A finger's path on the phone's keypad: neighbours, none twice (258963), lines (159357), corners (139713).

    In four digits a path goes straight or turns at right angles (2580, 1478); with diagonals it would be 6 %.
    """
    reach = 1 if len(digits) <= SHORT else 2
    if len(set(digits)) == len(digits) and all(_distance(one, next_one) <= reach for one, next_one in pairwise(digits)):
        return True
    blocks = _cut(digits, 3)
    if len(digits) % 3 == 0 and all(block in _LINES or block[::-1] in _LINES for block in blocks):
        return True
    return any(_walks_round(digits, ring) or _walks_round(digits, ring[::-1]) for ring in _CORNERS)


def _is_date(digits: str) -> bool:
    """A day as people write it (DDMM, MMDD, DDMMYY, MMDDYY, YYMMDD), or a year alone or with its month."""
    if len(digits) <= SHORT:
        return _is_day(digits[:2], digits[2:]) or _is_day(digits[2:], digits[:2]) or digits[:2] in _CENTURIES
    one, two, three = digits[:2], digits[2:4], digits[4:6]
    day_in_front = _is_day(one, two) or _is_day(two, one)  # also the front of DDMMYYYY
    return day_in_front or _is_day(three, two) or _is_year_and_month(one, three) or _is_year_and_month(two, one)


def _is_famous(digits: str) -> bool:
    """A number that everybody knows, from its front."""
    return digits in _WELL_KNOWN or any(number.startswith(digits) for number in _NUMBERS)


_RULES: Final[tuple[Callable[[str], bool], ...]] = (
    _is_date,
    _is_run,
    _has_few_digits,
    _repeats,
    _is_doubled,
    _counts_in_blocks,
    _is_drawn,
    _is_famous,
)


def _step(one: str, next_one: str) -> int:
    return (int(next_one) - int(one)) % 10


def _cut(digits: str, size: int) -> list[str]:
    return [digits[start : start + size] for start in range(0, len(digits), size)]


def _distance(one: str, next_one: str) -> int:
    """1 for keys side by side, 2 for keys that touch at a corner, 3 or more for others."""
    (row, column), (next_row, next_column) = _ROW_AND_COLUMN[one], _ROW_AND_COLUMN[next_one]
    down, across = abs(row - next_row), abs(column - next_column)
    return down + across if max(down, across) <= 1 else 3


def _walks_round(digits: str, ring: str) -> bool:
    start = ring.find(digits[0])
    return start >= 0 and all(digit == ring[(start + at) % len(ring)] for at, digit in enumerate(digits))


def _is_day(day: str, month: str) -> bool:
    return 1 <= int(month) <= len(_DAYS_IN_MONTH) and 1 <= int(day) <= _DAYS_IN_MONTH[int(month) - 1]


def _is_year_and_month(century: str, month: str) -> bool:
    return century in _CENTURIES and 1 <= int(month) <= len(_DAYS_IN_MONTH)
