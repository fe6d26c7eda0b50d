"""How we reach a Bot API server: one ``Bot`` with its connections, and an honest start.

python-telegram-bot is kept for its ``Bot`` and its types. What it would print on the way is put right here: a token in
a ``repr`` or an error.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.transport.telegram.request import Request

_log = structlog.get_logger(__name__)

CONNECTIONS: Final = 32  # about 30 calls a second at up to a second each
LONG_POLL_S: Final = 25  # below the 30 s at which some middle boxes drop a silent connection
FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 30.0


class TokenRefusedError(Exception):
    """Telegram does not know this bot token. Ask @BotFather for it and put it into HUNDI_BOT_TOKEN."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class QuietBot(Bot):
    """The library's Bot, except that its ``repr`` in a traceback does not spell out the token."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "QuietBot(…)"


def open_bot(token: str, api_url: str) -> Bot:
    """A bot that speaks to ``api_url`` (``https://api.telegram.org`` or a local server); nothing is sent yet."""
    api_url = api_url.rstrip("/")
    return QuietBot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=Request(api_url, CONNECTIONS),
        get_updates_request=Request(api_url, 1),
    )


async def start_bot(
    bot: Bot, *, attempts: int | None = None, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> str:
    """Ask who we are; the bot's username. ``TokenRefusedError`` at once, a silent network is asked again.

    ``attempts=None`` asks until it answers (a server boots before its network does); otherwise ``ConnectionError``
    after that many.
    """
    wait_s, attempt = FIRST_WAIT_S, 0
    while True:
        attempt += 1
        try:
            await bot.initialize()
        except InvalidToken:
            raise TokenRefusedError from None  # the library's own error spells the token out
        except TelegramError as error:
            if attempt == attempts:
                raise ConnectionError(f"no Bot API server answers ({type(error).__name__})") from None
            _log.warning("telegram.unreachable", error=type(error).__name__, again_in_s=wait_s)
        else:
            return bot.username
        await sleep(wait_s)
        wait_s = min(wait_s * 2, LONGEST_WAIT_S)
