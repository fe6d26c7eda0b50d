"""GOALS R7: a bot that is killed answers every message, those it had fetched and those it had not."""

import os
from pathlib import Path
from random import Random
from typing import Final

import pytest

from bot.sandbox.people import Person
from tests.conftest import FULL_SIZE
from tests.kill.stage import Stage, open_stage

KILLS: Final = 50 if FULL_SIZE else 30
PEOPLE: Final = 20  # one message each, for every kill
SEED: Final = int(os.environ.get("HUNDI_TEST_SEED", "20261124"))
WITHIN_S: Final = 30.0
LATEST_KILL_S: Final = 0.6  # twenty answers take about a second

# What is asked, and how its answer begins. Each is another than the one before, so that an answer that is said twice
# after a kill cannot pass for the next one.
QUESTIONS: Final = (("balance", "You have"), ("limits", "Your limits"), ("help", "/freeze stops"))


@pytest.mark.slow
async def test_no_kill_loses_a_message(tmp_path: Path) -> None:
    """Whatever I write is answered, if only after the restart."""
    chance = Random(SEED)
    print(f"seed {SEED}, {KILLS} kills, {PEOPLE} messages each")  # noqa: T201 - repeats a failure
    async with open_stage(tmp_path, PEOPLE) as stage:
        await stage.start_bot()
        await _all_answered(stage, {person.id: (0, "Welcome back") for person in stage.people})
        for turn in range(KILLS):
            await _ask_and_kill(stage, chance, *QUESTIONS[turn % len(QUESTIONS)])
        assert not stage.bot.faults(), "\n".join(stage.bot.faults())


async def _ask_and_kill(stage: Stage, chance: Random, question: str, answer: str) -> None:
    """Some ask before the kill, some while nobody is there."""
    people = chance.sample(stage.people, len(stage.people))
    before = chance.randint(0, len(people))
    asked = _ask(stage, people[:before], question, answer)
    assert not await stage.bot.ended_within(chance.uniform(0.0, LATEST_KILL_S)), stage.bot.last_words()
    await stage.bot.kill()
    asked |= _ask(stage, people[before:], question, answer)
    await stage.launch_bot()
    await _all_answered(stage, asked)


def _ask(stage: Stage, people: list[Person], question: str, answer: str) -> dict[int, tuple[int, str]]:
    return {person.id: (stage.town.say(person, question).message_id, answer) for person in people}


async def _all_answered(stage: Stage, asked: dict[int, tuple[int, str]]) -> None:
    """Until each of them has an answer below what they wrote."""

    def waiting() -> list[int]:
        return [who for who, (message_id, answer) in asked.items() if not _is_answered(stage, who, message_id, answer)]

    def done() -> bool | None:
        return not waiting() or None

    def otherwise() -> str:
        shown = "\n\n".join("\n".join(stage.town.transcript(who).splitlines()[-6:]) for who in waiting()[:3])
        return f"{len(waiting())} wait\n{shown}\n{stage.bot.last_words()}"

    await stage.town.wait_until(done, timeout_s=WITHIN_S, otherwise=otherwise)


def _is_answered(stage: Stage, who: int, message_id: int, answer: str) -> bool:
    messages = stage.town.chat(who).messages.values()
    return any(m.from_bot and m.message_id > message_id and answer in m.text for m in messages)
