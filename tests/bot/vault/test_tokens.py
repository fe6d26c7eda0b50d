"""Button tokens: short, opaque, and good for one person in one chat until their time (GOALS S9)."""

import base64
import random
import string
from datetime import UTC, datetime, timedelta

import pytest

from bot.dialogue.effects import Action, Button
from bot.vault.keys import KeyRing
from bot.vault.pads import MARKER as PAD_MARKER
from bot.vault.tokens import MAX_ARGUMENT_BYTES, ButtonTokens, Opened
from ledger.kernel.ids import PaymentId

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ASHA, PRIYA, GROUP = 1001, 2**40 + 7, -1001234567890
FORGERIES = 100_000  # GOALS S9, in half a second


@pytest.fixture
def tokens() -> ButtonTokens:
    return ButtonTokens(KeyRing.new())


def pay_button() -> Button:
    return Button(Action.PAY, PaymentId.new().to_bytes(), expires_at=NOW + timedelta(minutes=5))


def test_a_button_comes_back_as_it_was_made(tokens: ButtonTokens) -> None:
    button = pay_button()

    opened = tokens.open(tokens.seal(button, ASHA, ASHA), ASHA, ASHA, NOW)

    assert opened == Opened(Action.PAY, button.argument, expired=False)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("length", [0, 1, 8, 16, 17, MAX_ARGUMENT_BYTES])
def test_every_button_fits_in_64_bytes(tokens: ButtonTokens, action: Action, length: int) -> None:
    token = tokens.seal(Button(action, bytes(range(length)), expires_at=NOW), -(2**63), 2**63 - 1)

    assert len(token.encode()) <= 64
    assert tokens.open(token, -(2**63), 2**63 - 1, NOW) == Opened(action, bytes(range(length)), expired=True)


def test_a_longer_argument_is_the_programmers_mistake(tokens: ButtonTokens) -> None:
    with pytest.raises(ValueError, match="20 bytes"):
        tokens.seal(Button(Action.PAY, bytes(21)), ASHA, ASHA)


@pytest.mark.parametrize(
    ("seconds", "expired"), [(-1, False), (-0.000001, False), (0, True), (0.000001, True), (86_400, True)]
)
def test_a_button_expires_at_its_moment(tokens: ButtonTokens, seconds: float, expired: bool) -> None:
    token = tokens.seal(Button(Action.PAY, expires_at=NOW), ASHA, ASHA)

    opened = tokens.open(token, ASHA, ASHA, NOW + timedelta(seconds=seconds))

    assert opened is not None
    assert opened.expired is expired


def test_a_button_without_an_end_stays_good(tokens: ButtonTokens) -> None:
    opened = tokens.open(tokens.seal(Button(Action.RECEIPT), ASHA, ASHA), ASHA, ASHA, NOW + timedelta(days=3650))

    assert opened is not None
    assert not opened.expired


@pytest.mark.parametrize("expires_at", [datetime(1969, 12, 31, tzinfo=UTC), datetime(2107, 1, 1, tzinfo=UTC)])
def test_an_end_that_cannot_be_written_is_the_programmers_mistake(tokens: ButtonTokens, expires_at: datetime) -> None:
    with pytest.raises(ValueError, match="2106"):
        tokens.seal(Button(Action.PAY, expires_at=expires_at), ASHA, ASHA)


def test_a_token_starts_unlike_a_pads_key(tokens: ButtonTokens) -> None:
    assert not tokens.seal(pay_button(), ASHA, ASHA).startswith(PAD_MARKER)


def test_a_token_shows_nothing_of_the_payment(tokens: ButtonTokens) -> None:
    button = pay_button()
    token = tokens.seal(button, ASHA, ASHA)

    assert button.argument.hex() not in token
    assert button.argument not in base64.urlsafe_b64decode(token[1:] + "==")


def test_tokens_of_others_are_not_opened(tokens: ButtonTokens) -> None:
    """Someone forwarded me a button of theirs, or I pressed it in the group."""
    token = tokens.seal(pay_button(), ASHA, ASHA)

    assert tokens.open(token, PRIYA, ASHA, NOW) is None
    assert tokens.open(token, ASHA, GROUP, NOW) is None
    assert tokens.open(token, PRIYA, PRIYA, NOW) is None
    assert ButtonTokens(KeyRing.new()).open(token, ASHA, ASHA, NOW) is None


def test_a_button_of_ours_is_known_as_ours_whoever_presses_it(tokens: ButtonTokens) -> None:
    """They hear that it is somebody else's, and nothing more; a forgery is nobody's."""
    token = tokens.seal(pay_button(), ASHA, GROUP)

    assert tokens.is_ours(token)
    assert tokens.open(token, PRIYA, GROUP, NOW) is None
    assert not ButtonTokens(KeyRing.new()).is_ours(token)
    for at, letter in enumerate(token):
        assert not tokens.is_ours(token[:at] + ("B" if letter == "A" else "A") + token[at + 1 :])


def test_every_single_changed_character_is_noticed(tokens: ButtonTokens) -> None:
    token = tokens.seal(pay_button(), ASHA, ASHA)

    for at in range(len(token)):
        for letter in string.ascii_letters + string.digits + "-_=+/ ":
            if letter != token[at]:
                assert tokens.open(token[:at] + letter + token[at + 1 :], ASHA, ASHA, NOW) is None


def test_every_cut_or_grown_token_is_noticed(tokens: ButtonTokens) -> None:
    token = tokens.seal(pay_button(), ASHA, ASHA)

    for length in range(len(token)):
        assert tokens.open(token[:length], ASHA, ASHA, NOW) is None
    for more in ("A", "=", "\n", "AAAA"):
        assert tokens.open(token + more, ASHA, ASHA, NOW) is None


def test_of_many_forgeries_none_is_accepted(tokens: ButtonTokens) -> None:
    chance = random.Random(9)
    alphabet = string.ascii_letters + string.digits + "-_"

    for _ in range(FORGERIES):
        forged = "b" + "".join(chance.choices(alphabet, k=chance.randrange(0, 63)))
        assert tokens.open(forged, ASHA, ASHA, NOW) is None


def test_of_many_mutated_and_spliced_tokens_none_is_accepted(tokens: ButtonTokens) -> None:
    chance = random.Random(10)
    known = [tokens.seal(pay_button(), ASHA, ASHA) for _ in range(20)]

    for _ in range(FORGERIES):
        one, other, cut = chance.choice(known), chance.choice(known), chance.randrange(2, 56)
        spliced = one[:cut] + other[cut:]
        if spliced not in known:
            assert tokens.open(spliced, ASHA, ASHA, NOW) is None


@pytest.mark.parametrize(
    "token", ["", "b", "bé" * 20, "b" + "A" * 63, "b" + "\0" * 40, "b" + "A" * 5000, "B" + "A" * 56]
)
def test_odd_texts_are_no_tokens(tokens: ButtonTokens, token: str) -> None:
    assert tokens.open(token, ASHA, ASHA, NOW) is None


def test_an_older_token_key_still_opens() -> None:
    old, new = bytes(32), bytes([1]) * 32
    token = ButtonTokens(KeyRing({1: old})).seal(pay_button(), ASHA, ASHA)

    assert ButtonTokens(KeyRing({1: old, 2: new})).open(token, ASHA, ASHA, NOW) is not None
    assert ButtonTokens(KeyRing({2: new})).open(token, ASHA, ASHA, NOW) is None
