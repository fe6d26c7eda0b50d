"""How a loop bears a far side that fails: longer waits, never for ever with a token that nobody knows."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from telegram.error import Conflict, EndPointNotFound, InvalidToken, TelegramError

from bot.transport.telegram.connection import FIRST_WAIT_S, TokenRefusedError
from bot.transport.telegram.request import FloodError

_log = structlog.get_logger(__name__)

LONGEST_WAIT_S: Final = 5.0  # when an outage ends somebody waits; a question in five seconds burdens nobody meanwhile
REFUSALS_TO_STOP: Final = 3  # a gateway that is starting answers 404 once; a revoked token does so for ever


class Patience:
    """Tries something that asks Telegram. ``TokenRefusedError`` after three refusals in a row."""

    def __init__(
        self,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.sleep, self._chance = sleep, chance
        self._wait_s = FIRST_WAIT_S
        self._refusals = 0

    async def attempt(self, what: Callable[[], Awaitable[bool]]) -> bool:
        """Do it; whether it was done. What Telegram cannot do now is waited for."""
        try:
            done = await what()
        except FloodError as flood:
            _log.warning("telegram.flood", after_s=flood.after_s)
            await self.sleep(flood.after_s)
            return False
        except (InvalidToken, EndPointNotFound):
            self._refusals += 1
            if self._refusals >= REFUSALS_TO_STOP:
                raise TokenRefusedError from None
            await self.back_off()
            return False
        except Conflict:
            raise  # somebody else receives: the caller knows what that means
        except (TelegramError, KeyError) as error:  # KeyError: the library reads "result" where a failure has none
            _log.warning("telegram.unreachable", error=type(error).__name__, again_in_s=round(self._wait_s, 1))
            await self.back_off()
            return False
        if done:
            self._wait_s, self._refusals = FIRST_WAIT_S, 0
        return done

    async def back_off(self) -> None:
        """Wait longer each time, up to some seconds, and never all at the same moment as others."""
        wait_s, self._wait_s = self._wait_s, min(self._wait_s * 2, LONGEST_WAIT_S)
        await self.sleep(wait_s * (0.5 + self._chance() / 2))
