"""The outbox against a Bot API server that misbehaves: every notice about money is heard, and none more than twice."""

import random
from collections import Counter

from bot.memory.outgoing import Fate
from bot.sandbox.faults import FaultKind
from bot.sandbox.pacing import NO_PACING
from bot.sandbox.server import serve
from bot.sandbox.town import Town
from bot.transport.telegram.connection import open_bot, start_bot
from bot.transport.telegram.outbound import TelegramTransport
from tests.bot.workers.conftest import Office
from tests.conftest import FULL_SIZE

NOTICES = 1_000 if FULL_SIZE else 60
TROUBLE = [FaultKind.TOO_MANY_REQUESTS, FaultKind.SERVER_ERROR, FaultKind.BAD_GATEWAY, FaultKind.LOST_RESPONSE,
           FaultKind.GARBAGE]  # fmt: skip


async def test_with_a_third_of_all_answers_in_trouble_every_notice_is_heard(office: Office) -> None:
    """GOALS R9 and R10: told at least once; twice only where we could not know."""
    chance = random.Random(7)
    town = Town(pacing=NO_PACING)
    async with serve(town) as serving:
        people = [town.person(person_id).id for person_id in (1001, 1002, 1003)]
        for person_id in people:
            town.start(person_id)
        bot = open_bot(town.token, serving.api_url)
        await start_bot(bot)
        delivery = office.open_again(transport=TelegramTransport(bot))
        doubted = 0
        for number in range(NOTICES):
            await office.tell(chance.choice(people), f"₹{number}.00 from Ravi", about=f"pay_{number}")
            if chance.random() < 0.33:
                fault = chance.choice(TROUBLE)
                doubted += fault in {FaultKind.LOST_RESPONSE, FaultKind.GARBAGE}
                serving.faults.add(fault, "sendMessage", retry_after_s=chance.randint(1, 30))
            await office.settle(delivery=delivery)
        await delivery.close()
        await bot.shutdown()

    heard = Counter(m.text for person_id in people for m in town.messages(person_id) if m.from_bot)
    assert set(heard) == {f"₹{number}.00 from Ravi" for number in range(NOTICES)}
    assert max(heard.values()) <= 2
    assert doubted > 0
    assert sum(heard.values()) - NOTICES == doubted
    assert all([await office.fates(f"pay_{number}") == [Fate.SENT] for number in range(NOTICES)])
