"""What Polling stores is all there or not at all, and no digit of a PIN is among it."""

from dataclasses import replace

import pytest

from bot.arrivals import Arrival, DigitsInGroup, Happening, PutAside, TapArrived, load_arrival
from bot.dialogue.events import DigitsArrived, Secret, TextArrived
from bot.memory.people import Seen
from bot.workers.intake import Intake, LastSeen
from ledger.database.port import Query
from tests.bot.workers.conftest import START, Office

BOT = 77
ASHA = Arrival(7, 1001, 1001, True, "Asha Rao", "asha", "en-IN", START, TextArrived(5, "send 200 to Priya"))


def intake(office: Office) -> Intake:
    return Intake(office.inbox, office.people, office.group_book, office.database, BOT, now=office.clock.now)


def alone(office: Office, *, places_left: int = 6) -> Intake:
    """In the only process, with pads that have so many places left."""
    return Intake(
        *(office.inbox, office.people, office.group_book, office.database, BOT),
        now=office.clock.now,
        fills_a_pad=lambda _person_id, taps: taps >= places_left,
    )


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


TAP = TapArrived("p.482913", "cb", 5)


async def _numbers(office: Office) -> list[int]:
    rows = await office.database.all(Query("SELECT update_id FROM inbox ORDER BY update_id"))
    return [row["update_id"] for row in rows]


async def test_where_no_other_process_takes_updates_a_tap_on_a_pad_needs_no_disk(office: Office) -> None:
    only = alone(office)
    await only.store([ASHA], [])

    assert await only.store([but(8, TAP), but(9, TAP)], []) == {8, 9}
    assert await _numbers(office) == [7]


@pytest.mark.parametrize(("places_left", "stored"), [(1, True), (2, True), (3, False)])
async def test_a_digit_that_fills_a_pad_waits_for_the_disk(office: Office, *, places_left: int, stored: bool) -> None:
    """Else a PIN would be entered that cannot be judged, and have to be entered again."""
    only = alone(office, places_left=places_left)
    await only.store([ASHA], [])

    await only.store([but(8, TAP), but(9, TAP)], [])

    assert await _numbers(office) == ([7, 8, 9] if stored else [7])


async def test_a_tap_that_brings_a_new_name_or_comes_with_words_is_written_down(office: Office) -> None:
    only = alone(office)

    await only.store([but(8, TAP)], [])
    await only.store([but(9, TAP), but(10, TextArrived(6, "balance"))], [])

    assert await _numbers(office) == [8, 9, 10]
    assert await office.people.person(ASHA.person_id) is not None


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


async def _username_of(office: Office, person_id: int) -> str | None:
    return (await office.people.load_me(person_id)).username


async def test_a_name_that_did_not_change_is_not_written_again(office: Office) -> None:
    """A chat that goes on costs its words, not its name each time."""
    door = intake(office)
    await door.store([ASHA], [])
    async with office.database.transaction() as session:
        await session.execute(Query("UPDATE people SET language_hint = 'untouched'"))

    await door.store([but(8, TextArrived(6, "balance"))], [])
    same = await office.database.one(Query("SELECT language_hint FROM people"))
    await door.store([replace(but(9, TextArrived(7, "balance")), language_code="hi")], [])
    changed = await office.database.one(Query("SELECT language_hint FROM people"))

    assert same is not None
    assert changed is not None
    assert (same["language_hint"], changed["language_hint"]) == ("untouched", "hi")


async def test_a_username_that_went_to_another_and_came_back_is_known_again(office: Office) -> None:
    door = intake(office)
    await door.store([ASHA], [])
    await door.store([replace(but(8, TextArrived(6, "hi")), person_id=1002, chat_id=1002, username="Asha")], [])
    assert (await _username_of(office, 1001), await _username_of(office, 1002)) == (None, "Asha")

    await door.store([but(9, TextArrived(7, "balance"))], [])

    assert (await _username_of(office, 1001), await _username_of(office, 1002)) == ("asha", None)


async def test_what_was_not_committed_is_written_the_next_time(office: Office) -> None:
    """The disk was full when Asha wrote first."""
    door = intake(office)
    async with office.database.transaction() as session:
        await session.execute(
            Query("CREATE TRIGGER full BEFORE INSERT ON inbox_offsets BEGIN SELECT RAISE(ABORT, 'as if the disk'); END")
        )
    with pytest.raises(Exception, match="as if the disk"):
        await door.store([ASHA], [])
    async with office.database.transaction() as session:
        await session.execute(Query("DROP TRIGGER full"))

    await door.store([ASHA], [])

    assert await _username_of(office, 1001) == "asha"


async def test_who_wrote_long_ago_is_forgotten_and_written_once_more() -> None:
    last = LastSeen(most=2)

    last.remember({number: Seen(f"Person {number}", f"person{number}") for number in range(3)})

    assert [last.differs(number, Seen(f"Person {number}", f"person{number}")) for number in range(3)] == [
        True,
        False,
        False,
    ]
