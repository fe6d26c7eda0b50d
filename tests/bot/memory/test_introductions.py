"""People may know each other before either has an account."""

from bot.memory.people import Seen
from ledger.kernel.instants import Instant
from tests.bot.memory.rooms import Memory

ASHA, PRIYA = 1001, 1002


async def test_an_introduction_waits_until_both_have_an_account(memory: Memory, now: Instant) -> None:
    """In the town everybody knows everybody, and somebody is always the first to press Start."""
    people, circle = memory.people, memory.circle
    async with memory.database.transaction() as session:
        for person_id, name in ((ASHA, "Asha Rao"), (PRIYA, "Priya Sharma")):
            await people.see(session, person_id, Seen(name), now)
            await people.account_for(session, person_id, now)
        await circle.introduce(session, ASHA, PRIYA, now)
        await circle.introduce(session, PRIYA, ASHA, now)
        await people.register(session, ASHA, "en", now)
    alone = await people.load_me(ASHA)

    async with memory.database.transaction() as session:
        await people.register(session, PRIYA, "en", now)
    together = await people.load_me(ASHA)
    other_way = await people.load_me(PRIYA)

    assert alone.known == ()
    assert [payee.name for payee in together.known] == ["Priya Sharma"]
    assert [payee.name for payee in other_way.known] == ["Asha Rao"]
