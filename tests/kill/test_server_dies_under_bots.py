"""PostgreSQL itself is killed under three processes that serve one bot: at once back, and once gone for longer."""

import asyncio
from pathlib import Path
from random import Random
from typing import Final

import pytest

from bot.memory.processes import DEAD_AFTER
from tests.conftest import FULL_SIZE
from tests.harness.postgres import PostgresServer, postgres_server
from tests.kill.crowd import Crowd
from tests.kill.several import Several, open_several
from tests.kill.several_paying import finish, until_paid

SEED: Final = 20261125
PEOPLE: Final = 16 if FULL_SIZE else 6
KILLS: Final = 50 if FULL_SIZE else 2
BETWEEN: Final = 8  # payments at most that are acknowledged between one kill and the next
LOOKS_MISSED: Final = int(DEAD_AFTER.total_seconds()) + 2  # each process looks once a second


async def _kill_again_and_again(server: PostgresServer, several: Several, crowd: Crowd) -> None:
    chance = Random(SEED)
    for _ in range(KILLS):
        await until_paid(several, chance.randrange(1, BETWEEN))
        await server.killed()
        await server.started()
        crowd.check()


async def _be_gone_for_long(server: PostgresServer, several: Several) -> None:
    """Until every process was silent for longer than a living one may be."""
    await server.killed()
    silent = (member.until_logged("membership.store_unavailable", LOOKS_MISSED) for member in several.members)
    await asyncio.gather(*silent)
    await server.started()


@pytest.mark.slow
async def test_a_killed_database_costs_no_payment_and_no_process(tmp_path: Path) -> None:
    """Nothing acknowledged is lost, no wish is paid twice, each payer's rows are in order, and all three go on."""
    with postgres_server() as server:
        async with server.database() as url, open_several(tmp_path, url, 3, PEOPLE) as several:
            crowd = Crowd(several.stage, SEED)
            crowd.start()
            try:
                await _kill_again_and_again(server, several, crowd)
                await _be_gone_for_long(server, several)
                await until_paid(several, PEOPLE)
                await finish(several, crowd)
                assert [member.process.process.returncode for member in several.members] == [None] * 3
            finally:
                await crowd.leave()
