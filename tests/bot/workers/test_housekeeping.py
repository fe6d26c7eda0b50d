"""What was long ago is forgotten in pieces, and the clock that was is remembered."""

from datetime import timedelta

from bot.memory.deployment import Deployments
from bot.memory.inbox import NUMBERS_KEPT, PRUNED_AT_ONCE, NewUpdate
from bot.memory.renaming import Renaming
from bot.workers.housekeeping import EVERY_S, SOON_S, Housekeeping
from tests.bot.workers.conftest import START, Office

BOT = 7


async def test_after_a_long_rest_the_next_piece_is_forgotten_soon(office: Office) -> None:
    """A bot that was away for weeks serves at once, and tidies up between two messages."""
    deployments = Deployments(office.database)
    rooms = (office.database, office.inbox, office.outbox, office.groups)
    housekeeping = Housekeeping(*rooms, deployments, Renaming(office.database, office.sealer))
    numbers = [NewUpdate(number, 1001, "pad", None) for number in range(PRUNED_AT_ONCE + 1)]
    async with office.database.transaction() as session:
        await deployments.claim(session, "keys", START)
        await office.inbox.store(session, BOT, numbers, START)
    later = START + NUMBERS_KEPT + timedelta(seconds=1)

    first, second = [await housekeeping.run_once(later) for _ in range(2)]

    assert (first.updates, first.next_in_s) == (PRUNED_AT_ONCE, SOON_S)
    assert (second.updates, second.next_in_s) == (1, EVERY_S)
    found = await deployments.find()
    assert found is not None
    assert found.latest_at == later
