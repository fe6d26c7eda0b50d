"""A phone number finds one account, rests sealed, and goes where Telegram last proved it."""

from datetime import timedelta

import pytest

from bot.dialogue.people import Payee
from bot.memory.circle import STRANGERS_PER_WINDOW, Exhausted
from ledger.database.port import Query
from ledger.kernel.instants import Instant
from tests.bot.memory.rooms import Memory

ASHA, PRIYA, RAVI = 1001, 1002, 1003
NUMBER, OTHER = "+919000001002", "+919000009999"


@pytest.fixture
async def town(memory: Memory) -> Memory:
    for person_id, name in ((ASHA, "Asha"), (PRIYA, "Priya"), (RAVI, "Ravi")):
        await memory.registered(person_id, name, name.lower() + "_x")
    return memory


async def bind(town: Memory, person_id: int, number: str, now: Instant) -> int | None:
    async with town.database.transaction() as session:
        return await town.phones.bind(session, person_id, number, now)


async def find(town: Memory, number: str, now: Instant, asker: int = ASHA) -> Payee | Exhausted | None:
    async with town.database.transaction() as session:
        return await town.circle.find_phone(session, asker, number, now)


async def found(town: Memory, number: str, now: Instant) -> int | None:
    payee = await find(town, number, now)
    return payee.person_id if isinstance(payee, Payee) else None


async def test_a_number_finds_its_owner(town: Memory, now: Instant) -> None:
    assert await bind(town, PRIYA, NUMBER, now) is None

    assert await found(town, NUMBER, now) == PRIYA
    assert await found(town, OTHER, now) is None
    assert (await town.people.load_me(PRIYA)).phone_bound
    assert not (await town.people.load_me(ASHA)).phone_bound
    assert await town.phones.number_of(PRIYA) == NUMBER
    assert await town.phones.number_of(ASHA) is None


async def test_a_number_proved_by_somebody_else_moves_to_them(town: Memory, now: Instant) -> None:
    """An operator gives a number to somebody new a year later; money for it must not go to the one before."""
    await bind(town, PRIYA, NUMBER, now)

    assert await bind(town, RAVI, NUMBER, now + timedelta(days=365)) == PRIYA

    assert await found(town, NUMBER, now) == RAVI
    assert not (await town.people.load_me(PRIYA)).phone_bound


async def test_one_person_has_one_number(town: Memory, now: Instant) -> None:
    await bind(town, PRIYA, NUMBER, now)
    await bind(town, PRIYA, OTHER, now)
    assert await bind(town, PRIYA, OTHER, now) is None

    assert await found(town, NUMBER, now) is None
    assert await found(town, OTHER, now) == PRIYA


async def test_who_takes_over_a_number_leaves_their_own(town: Memory, now: Instant) -> None:
    await bind(town, PRIYA, NUMBER, now)
    await bind(town, RAVI, OTHER, now)

    assert await bind(town, RAVI, NUMBER, now) == PRIYA

    assert await found(town, OTHER, now) is None


async def test_a_number_that_was_taken_off_finds_nobody(town: Memory, now: Instant) -> None:
    await bind(town, PRIYA, NUMBER, now)
    async with town.database.transaction() as session:
        await town.phones.unbind(session, PRIYA)

    assert await found(town, NUMBER, now) is None
    assert await town.database.all(Query("SELECT person_id FROM phones")) == []


async def test_no_number_lies_open_in_the_database(town: Memory, now: Instant) -> None:
    await bind(town, PRIYA, NUMBER, now)

    row = await town.database.one(Query("SELECT phone_index, sealed_phone FROM phones"))

    assert row is not None
    assert all(NUMBER[-6:].encode() not in bytes(row[cell]) for cell in ("phone_index", "sealed_phone"))


async def test_somebody_who_has_not_registered_is_not_found(memory: Memory, now: Instant) -> None:
    await memory.registered(ASHA, "Asha")
    await bind(memory, 9999, NUMBER, now)

    assert await found(memory, NUMBER, now) is None


async def test_all_kinds_of_look_up_share_one_cap(town: Memory, now: Instant) -> None:
    """Else the directory could be read three times as fast, or numbers tried by the thousand."""
    for n in range(STRANGERS_PER_WINDOW):
        async with town.database.transaction() as session:
            match n % 3:
                case 0:
                    assert await town.circle.find_handle(session, ASHA, "nobody_x", now) is None
                case 1:
                    assert await town.circle.find_person(session, ASHA, 9999, now) is None
                case _:
                    assert await town.circle.find_phone(session, ASHA, OTHER, now) is None

    async with town.database.transaction() as session:
        answers = [
            await town.circle.find_handle(session, ASHA, "priya_x", now),
            await town.circle.find_person(session, ASHA, PRIYA, now),
            await town.circle.find_phone(session, ASHA, OTHER, now),
        ]
    assert all(isinstance(answer, Exhausted) for answer in answers)
