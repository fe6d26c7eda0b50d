"""R1 and R6 by webhook: an update that was acknowledged is kept, whenever the process that took it is killed."""

import os
from pathlib import Path
from random import Random
from typing import Final

import pytest

from tests.conftest import FULL_SIZE
from tests.harness.ports import free_port
from tests.kill.books import check_nothing_lost_or_doubled, check_the_end, read_books
from tests.kill.crowd import Crowd
from tests.kill.stage import open_stage

KILLS: Final = 300 if FULL_SIZE else 6
PEOPLE: Final = 10
LONGEST_LIFE_S: Final = 3.0
SEED: Final = int(os.environ.get("HUNDI_TEST_SEED", "20261124"))


@pytest.mark.slow
async def test_no_kill_behind_a_webhook_loses_or_doubles_a_payment(tmp_path: Path) -> None:
    """Telegram forgets an update once we say 200, so from then on it is ours to keep."""
    chance, listen = Random(SEED), f"127.0.0.1:{free_port()}"
    async with open_stage(tmp_path, PEOPLE, webhook_url=f"http://{listen}/hundi", webhook_listen=listen) as stage:
        stage.serving.courier.unit_s = 0.1  # Telegram's patience, ten times faster
        crowd = Crowd(stage, SEED)
        await stage.start_bot()
        crowd.start()
        try:
            for _ in range(KILLS):
                await stage.bot.ended_within(chance.uniform(0.0, LONGEST_LIFE_S))
                await stage.bot.kill()
                check_nothing_lost_or_doubled(stage, await read_books(stage))
                await stage.launch_bot()
                crowd.check()
            await crowd.finish(60.0)
            await stage.until_payees_are_told(30.0)
        finally:
            await crowd.leave()

        books = await check_the_end(stage, crowd)
        assert len(books.payments) >= PEOPLE
        tries = [delivery.status for delivery in stage.serving.courier.deliveries]
        assert tries.count(200) > 0
        print(f"figure S14.kills {KILLS} kills\nfigure S14.deliveries {len(tries)} tries")  # noqa: T201 - the figures of the run
