"""An invitation names its maker to us alone, for a while, and nothing else opens as one."""

import re
from datetime import UTC, datetime, timedelta
from string import ascii_letters, digits

import pytest

from bot.vault.invitations import LASTS, Invitations
from bot.vault.keys import Keys

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ASHA = 1001


@pytest.fixture
def invitations() -> Invitations:
    return Invitations(Keys.fresh().token_keys)


def test_a_link_says_who_invites_in_what_telegram_takes(invitations: Invitations) -> None:
    link = invitations.seal(ASHA, NOW)

    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", link)
    assert invitations.open(link, NOW) == ASHA
    assert str(ASHA) not in link
    assert invitations.seal(2**62, NOW) != link
    assert invitations.open(invitations.seal(2**62, NOW), NOW) == 2**62


@pytest.mark.parametrize(("later", "opens"), [(LASTS, True), (LASTS + timedelta(days=1), False)])
def test_a_link_lasts_a_season(invitations: Invitations, later: timedelta, *, opens: bool) -> None:
    assert (invitations.open(invitations.seal(ASHA, NOW), NOW + later) == ASHA) is opens


def test_a_forged_cut_or_foreign_link_is_nobodys(invitations: Invitations) -> None:
    link = invitations.seal(ASHA, NOW)
    forged = [link[:n] + ("A" if link[n] != "A" else "B") + link[n + 1 :] for n in range(len(link))]
    forged += [link[:-1] + last for last in ascii_letters + digits if last != link[-1]]
    foreign = Invitations(Keys.fresh().token_keys).seal(ASHA, NOW)

    for other in (*forged, link[:-1], link + "A", link.upper(), "", "i", "b" + link[1:], foreign, "i" + "é" * 39):
        opened = invitations.open(other, NOW)
        assert opened is None or other == link, other
