"""A town that is open on loopback, and somebody else's client that talks to it."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.sandbox.pacing import NO_PACING
from bot.sandbox.server import Serving, serve
from bot.sandbox.town import Town


class HandClock:
    """A clock that is moved by hand. Unix seconds."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def step(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(autouse=True)
def _seconds_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """The coming shape of ``RetryAfter.retry_after``; the old one warns, and warnings are errors here."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def town(clock: HandClock) -> Town:
    return Town(clock=clock, pacing=NO_PACING)


@pytest.fixture
async def serving(town: Town) -> AsyncIterator[Serving]:
    async with serve(town) as opened:
        yield opened


@pytest.fixture
async def bot(serving: Serving) -> AsyncIterator[Bot]:
    """python-telegram-bot's own client, over the wire."""
    base = serving.api_url
    async with Bot(serving.town.token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot") as client:
        yield client
