"""A clock that somebody moves: the bot of a town follows the town's hand, as HUNDI_CLOCK_URL says where.

The address answers with server-sent events, the first at once and one whenever the clock is moved:
``data: {"ahead_s": 3600.0}``. Settings let it be on this machine only, and only beside a Bot API that is as well.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Final

import httpx
import structlog

from bot.clock import SystemClock

_log = structlog.get_logger(__name__)

FIRST_PATIENCE_S: Final = 10.0  # a clock on this machine answers in milliseconds; a town that just starts, in a second
AGAIN_AFTER_S: Final = 1.0
_PREFIX: Final = "data: "
_TIMEOUT: Final = httpx.Timeout(5.0, read=None)  # it is silent until somebody moves it


class ClockAwayError(Exception):
    """The clock at HUNDI_CLOCK_URL does not answer. Start the town that owns it, or leave HUNDI_CLOCK_URL empty."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


async def set_by(url: str, clock: SystemClock, *, patience_s: float = FIRST_PATIENCE_S) -> None:
    """Move the clock to where its owner has it now; ``ClockAwayError`` when nobody answers in time."""
    try:
        async with asyncio.timeout(patience_s):
            while True:
                try:
                    async with aclosing(_moves(url)) as moves:
                        async for ahead_s in moves:
                            clock.move(ahead_s)
                            return
                except (httpx.HTTPError, ValueError):
                    await asyncio.sleep(AGAIN_AFTER_S / 5)
    except TimeoutError:
        raise ClockAwayError from None


async def follow(url: str, clock: SystemClock, moved: Callable[[], None]) -> None:
    """Follow every move until cancelled, and say so each time. A clock that went away is asked for again."""
    while True:
        try:
            async with aclosing(_moves(url)) as moves:
                async for ahead_s in moves:
                    if clock.move(ahead_s):
                        _log.info("clock.moved", ahead_s=round(ahead_s))
                        moved()
        except (httpx.HTTPError, ValueError) as fault:
            _log.warning("clock.away", error=type(fault).__name__)  # time goes on from where it was left
        await asyncio.sleep(AGAIN_AFTER_S)


async def _moves(url: str) -> AsyncGenerator[float, None]:
    """Seconds ahead of real time: as it stands, then after each move. ``ValueError`` for an answer that is no clock."""
    async with (
        httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False) as client,
        client.stream("GET", url) as answer,
    ):
        answer.raise_for_status()
        async for line in answer.aiter_lines():
            if line.startswith(_PREFIX):
                yield _ahead_s(line.removeprefix(_PREFIX))


def _ahead_s(data: str) -> float:
    try:
        return float(json.loads(data)["ahead_s"])
    except (KeyError, TypeError, ValueError):
        raise ValueError("not a clock") from None
