"""What Polling stores is all there or not at all, and no digit of a PIN is among it."""

from dataclasses import replace

import pytest

from bot.arrivals import Arrival, DigitsInGroup, Happening, PutAside, TapArrived, load_arrival
from bot.dialogue.events import DigitsArrived, Secret, TextArrived
from bot.workers.intake import Intake
from ledger.database.port import Query
from tests.bot.workers.conftest import START, Office

BOT = 77
ASHA = Arrival(7, 1001, 1001, True, "Asha Rao", "asha", "en-IN", START, TextArrived(5, "send 200 to Priya"))


def intake(office: Office) -> Intake:
    return Intake(office.inbox, office.people, office.database, BOT, now=office.clock.now)


def but(update_id: int, happening: Happening) -> Arrival:
    return replace(ASHA, update_id=update_id, happening=happening)


async def test_what_arrived_waits_in_the_inbox_as_it_was(office: Office) -> None:
    assert await intake(office).store([ASHA], []) == {7}

    (stored,) = await office.inbox.waiting(BOT)
    assert stored.body is not None
    assert load_arrival(stored.body) == ASHA


async def test_a_repetition_is_not_new_and_changes_nothing(office: Office) -> None:
    await intake(office).store([ASHA], [])

    assert await intake(office).store([ASHA, but(8, TextArrived(6, "balance"))], []) == {8}
    assert len(await office.inbox.waiting(BOT)) == 2


@pytest.mark.parametrize(
    ("happening", "kind", "asked_again"),
    [
        (DigitsArrived(5, Secret("482913")), "digits", True),
        (DigitsInGroup(5, Secret("482913")), "digits", False),
        (TapArrived("p.482913", "cb", 5), "pad", False),
        (TextArrived(5, "4 8 2 9 1 3"), "text", True),
    ],
)
async def test_a_digit_of_a_pin_leaves_only_the_number_of_its_update(
    office: Office, happening: Happening, kind: str, asked_again: bool
) -> None:
    """A pad is closed by itself and a group said nothing to us; who wrote to us alone is asked again after a crash."""
    private = not isinstance(happening, DigitsInGroup)
    await intake(office).store([replace(but(7, happening), private=private)], [])

    stored = await office.database.one(Query("SELECT kind, sealed_body FROM inbox"))
    assert stored is not None
    assert (stored["kind"], stored["sealed_body"]) == (kind, None)
    assert [stored.body for stored in await office.inbox.waiting(BOT)] == ([None] if asked_again else [])


async def test_who_wrote_is_known_by_the_name_they_have_now(office: Office) -> None:
    await intake(office).store([ASHA], [])
    await intake(office).store([replace(ASHA, update_id=8, name="Asha R")], [])

    person = await office.people.person(1001)
    assert person is not None
    assert person.name == "Asha R"


async def test_an_update_nobody_could_read_is_kept_beside_the_others(office: Office) -> None:
    await intake(office).store([ASHA], [PutAside(8, "TypeError", '{"message":"int"}')])

    (aside,) = await office.inbox.set_aside()
    assert (aside.key.update_id, aside.reason, aside.shape) == (8, "TypeError", b'{"message":"int"}')
