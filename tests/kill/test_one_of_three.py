"""Three processes serve one bot; one of them dies, is paused, or is told to stop, while everybody pays."""

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Final

import pytest

from bot.memory.processes import DEAD_AFTER
from tests.conftest import FULL_SIZE
from tests.harness.postgres import PostgresServer
from tests.kill.crowd import Crowd
from tests.kill.several import Member, Several, open_several
from tests.kill.several_paying import finish, until_paid

SEED: Final = 20261124
PEOPLE: Final = 16 if FULL_SIZE else 6
FURTHER_KILLS: Final = 50 if FULL_SIZE else 0
BEFORE: Final = 6  # payments that were acknowledged before something happens
BURIED_WITHIN_S: Final = DEAD_AFTER.total_seconds() + 10.0
STOPS_WITHIN_S: Final = 15.0


async def _kill_again(several: Several, members: Sequence[Member]) -> None:
    """At full size, one of the two after the other, at random; each comes back as another process."""
    chance = Random(SEED)
    for _ in range(FURTHER_KILLS):
        await until_paid(several, BEFORE)
        victim = chance.choice(members)
        await victim.process.kill()
        await several.until_buried(victim, BURIED_WITHIN_S)
        await victim.process.start()
        await victim.until_ready()


@pytest.mark.slow
async def test_whatever_happens_to_two_of_three_nothing_is_lost_doubled_or_out_of_order(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    """One is killed and one is paused at once; the third goes on for both, and is told to stop when one is back."""
    async with postgres.database() as url, open_several(tmp_path, url, 3, PEOPLE) as several:
        crowd = Crowd(several.stage, SEED)
        crowd.start()
        try:
            await until_paid(several, BEFORE)
            killed = await several.with_role("delivery")
            paused, third = (member for member in several.members if member is not killed)
            with paused.paused():  # what the balancer brings to it meanwhile waits with it
                await killed.process.kill()
                await several.until_buried(killed, BURIED_WITHIN_S)
                await several.until_buried(paused, BURIED_WITHIN_S)
            assert await paused.process.ended_within(STOPS_WITHIN_S), paused.process.last_words()
            assert paused.process.process.returncode == 1
            assert "process.declared_dead" in paused.process.last_words()

            await killed.process.start()
            await killed.until_ready()
            await _kill_again(several, [killed, third])
            assert await third.process.terminate(STOPS_WITHIN_S) == 0, third.process.last_words()
            await until_paid(several, PEOPLE)
            await finish(several, crowd)
        finally:
            await crowd.leave()
