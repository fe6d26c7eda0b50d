"""Sealed cells open in their own place, unchanged, or not at all (GOALS S20)."""

import random
from itertools import permutations

import pytest

from bot.vault.fields import SealBrokenError, Sealer
from bot.vault.keys import KeyRing, Keys

PLAIN = "Priya Sharma प्रिया".encode()


@pytest.fixture
def sealer() -> Sealer:
    keys = Keys.fresh()
    return Sealer(keys.field_keys, keys.index_key)


def test_a_cell_opens_where_it_was_sealed(sealer: Sealer) -> None:
    sealed = sealer.seal("people", "name", 7, PLAIN)

    assert sealer.open("people", "name", 7, sealed) == PLAIN
    assert PLAIN not in sealed


def test_sealing_twice_gives_two_texts(sealer: Sealer) -> None:
    assert sealer.seal("people", "name", 7, PLAIN) != sealer.seal("people", "name", 7, PLAIN)


PLACES = [
    ("people", "name", 7),
    ("people", "name", 8),
    ("people", "nickname", 7),
    ("notes", "name", 7),
    ("peoplename", "", 7),
]


@pytest.mark.parametrize(("sealed_at", "opened_at"), list(permutations(PLACES, 2)))
def test_a_cell_moved_elsewhere_does_not_open(
    sealer: Sealer, sealed_at: tuple[str, str, int], opened_at: tuple[str, str, int]
) -> None:
    """Nobody gives my name to another account by copying a cell."""
    sealed = sealer.seal(*sealed_at, PLAIN)

    with pytest.raises(SealBrokenError):
        sealer.open(*opened_at, sealed)


def test_any_flipped_bit_is_noticed(sealer: Sealer) -> None:
    sealed = sealer.seal("people", "name", 7, PLAIN)

    for bit in range(len(sealed) * 8):
        flipped = bytearray(sealed)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SealBrokenError):
            sealer.open("people", "name", 7, bytes(flipped))


def test_any_cut_or_grown_cell_is_noticed(sealer: Sealer) -> None:
    sealed = sealer.seal("people", "name", 7, PLAIN)

    for length in range(len(sealed)):
        with pytest.raises(SealBrokenError):
            sealer.open("people", "name", 7, sealed[:length])
    with pytest.raises(SealBrokenError):
        sealer.open("people", "name", 7, sealed + b"\0")


def test_swapped_cells_never_open(sealer: Sealer) -> None:
    chance = random.Random(20)
    cells = {row: sealer.seal("people", "name", row, b"name %d" % row) for row in range(300)}

    for row in cells:
        other = chance.choice([each for each in cells if each != row])
        with pytest.raises(SealBrokenError):
            sealer.open("people", "name", row, cells[other])


def test_an_older_key_still_opens_and_a_removed_one_does_not() -> None:
    old, new, index_key = bytes(32), bytes([1]) * 32, bytes(32)
    sealed = Sealer(KeyRing({1: old}), index_key).seal("people", "name", 7, PLAIN)

    assert Sealer(KeyRing({1: old, 2: new}), index_key).open("people", "name", 7, sealed) == PLAIN
    with pytest.raises(SealBrokenError):
        Sealer(KeyRing({2: new}), index_key).open("people", "name", 7, sealed)


def test_the_newest_key_seals() -> None:
    ring = KeyRing({1: bytes(32), 2: bytes([1]) * 32})

    assert Sealer(ring, bytes(32)).seal("people", "name", 7, PLAIN)[0] == 2


def test_the_index_finds_the_same_value_and_tells_kinds_apart(sealer: Sealer) -> None:
    assert sealer.index("username", "priya") == sealer.index("username", "priya")
    assert sealer.index("username", "priya") != sealer.index("phone", "priya")
    assert sealer.index("ab", "c") != sealer.index("a", "bc")


def test_the_index_says_nothing_without_its_key() -> None:
    ring = KeyRing.new()

    assert Sealer(ring, bytes(32)).index("phone", "+919812345678") != Sealer(ring, bytes([1]) * 32).index(
        "phone", "+919812345678"
    )


def test_a_broken_seal_names_its_column_and_no_content(sealer: Sealer) -> None:
    with pytest.raises(SealBrokenError, match=r"people\.name does not open") as broken:
        sealer.open("people", "name", 7, PLAIN)

    assert "Priya" not in str(broken.value)
