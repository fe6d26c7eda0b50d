"""The webhook's secret needs no keeping: the keys make it, each bot another, and a rotation leaves nobody outside."""

import re

from bot.vault.hook_secret import hook_secrets
from bot.vault.keys import KeyRing

ONE = KeyRing({1: bytes(range(32))})
ROTATED = KeyRing({1: bytes(range(32)), 2: bytes(range(1, 33))})


def test_it_is_what_telegram_takes_and_nobody_guesses() -> None:
    (secret,) = hook_secrets(ONE, 7)

    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", secret)


def test_every_process_with_these_keys_makes_the_same_and_another_bot_another() -> None:
    assert hook_secrets(ONE, 7) == hook_secrets(KeyRing({1: bytes(range(32))}), 7)
    assert hook_secrets(ONE, 7) != hook_secrets(ONE, 8)


def test_after_a_rotation_the_new_one_is_told_and_the_old_one_still_taken() -> None:
    new, old = hook_secrets(ROTATED, 7)

    assert (old,) == hook_secrets(ONE, 7)
    assert new != old
