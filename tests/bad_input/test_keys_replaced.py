"""Somebody puts another keys file in place while the bot runs: it is told plainly, and nothing is spoilt."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from bot.memory.deployment import KeysMismatchError
from bot.settings import environment_of
from bot.vault.keys import Keys
from bot.wiring import open_house
from tests.harness.wire import enter, hear, household, press, quiet, restarted, running_town
from tests.stories.player import PATIENCE_S, PIN, Stage

ROOT: Final = Path(__file__).parents[2]


async def _pays(stage: Stage, rupees: int) -> None:
    asha = stage.people["asha"]
    await hear(stage, asha, f"send {rupees} to Priya")
    await press(stage, asha, f"Pay ₹{rupees}.00")
    await quiet(stage)
    await enter(stage, asha, PIN)
    await stage.town.wait_for_text(asha, f"Paid ₹{rupees}.00", timeout_s=PATIENCE_S)
    await quiet(stage)


async def _run(stage: Stage, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **environment_of(stage.settings), "PYTHONPATH": str(ROOT)}
    command = (sys.executable, "-m", "bot", *arguments)
    folder = stage.settings.keys_file.parent
    return await asyncio.to_thread(
        lambda: subprocess.run(  # noqa: S603 - our own program
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
        )
    )


async def test_keys_that_are_replaced_while_the_bot_runs_are_noticed_at_the_next_start(tmp_path: Path) -> None:
    """The running bot has its keys in memory and serves on; doctor sees it; the next start refuses."""
    async with running_town(tmp_path) as stage:
        keys, heads, kept = stage.settings.keys_file, stage.settings.heads_file, tmp_path / "kept.keys"
        shutil.copy2(keys, kept)
        async with restarted(stage):
            (stage.people["asha"],), _ = await household(stage, 1)
            other = tmp_path / "other.keys"
            Keys.new(other)
            other.replace(keys)
            written = keys.read_bytes()

            await _pays(stage, 20)
            seen = await _run(stage, "doctor")

        assert seen.returncode == 1
        assert "the database was sealed with" in " ".join((seen.stdout + seen.stderr).split())
        witnessed = heads.read_bytes()
        with pytest.raises(KeysMismatchError):
            async with open_house(stage.settings, stage.hands.clock):
                pass
        for command in (("run",), ("fund", "2001", "5.00"), ("keys", "new")):
            refused = await _run(stage, *command)
            assert refused.returncode != 0, command
            assert "Traceback" not in refused.stderr
        assert (keys.read_bytes(), heads.read_bytes()) == (written, witnessed)

        kept.replace(keys)
        async with restarted(stage):
            await _pays(stage, 21)
        proved = await _run(stage, "ledger", "verify")
        assert (proved.returncode, proved.stdout[:9]) == (0, "verified "), proved.stdout + proved.stderr
