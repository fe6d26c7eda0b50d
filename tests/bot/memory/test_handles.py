"""Handles: one's own Telegram username, or a name and a number, and never the voice of the house."""

import random
from itertools import islice

import pytest

from bot.language.handles import MAX_LENGTH
from bot.memory.handles import candidates


def first(username: str | None, name: str = "Asha Rao") -> str:
    return next(candidates(username, name, random.Random(1)))


@pytest.mark.parametrize(
    ("username", "handle"), [("Priya", "priya"), ("asha_rao_99", "asha_rao_99"), ("A2Z", "a2z"), ("x" * 32, "x" * 32)]
)
def test_a_username_becomes_the_handle(username: str, handle: str) -> None:
    assert first(username) == handle


@pytest.mark.parametrize(
    ("username", "name", "stem"),
    [
        (None, "Asha Rao", "asha"),
        (None, "José García", "jose"),
        (None, "प्रिया शर्मा", "friend"),
        (None, "", "friend"),
        (None, "😀 7", "friend"),
        (None, "Hundi Support", "friend"),
        (None, "<b>Asha</b>", "bashab"),
        ("support", "Asha", "friend"),
        ("hundi_help", "Asha", "friend"),
        ("ab", "Asha", "ab"),
        ("99problems", "Asha", "problems"),
    ],
)
def test_otherwise_a_name_and_a_number(username: str | None, name: str, stem: str) -> None:
    handle = first(username, name)

    assert handle.rstrip("0123456789") == stem
    assert handle != stem


def test_every_candidate_is_a_handle_and_they_do_not_run_out() -> None:
    found = list(islice(candidates("x" * 40, "Asha", random.Random(1)), 100))

    assert all(len(handle) <= MAX_LENGTH and handle.isascii() and handle.islower() for handle in found)
    assert len(found) >= 20
