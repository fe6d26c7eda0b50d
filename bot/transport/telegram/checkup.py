"""What the doctor asks a Bot API server: who are we, is a webhook set, does somebody else poll. It changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from telegram import Bot
from telegram.error import Conflict, TelegramError

from bot.transport.telegram.connection import open_bot, start_bot
from bot.transport.telegram.request import CALL_TIMEOUT_S

PROBE_S: Final = 4  # a poller that we interrupt asks again within about two seconds, and then interrupts us
_GET_UPDATES: Final = "get_updates_"  # getUpdates, raw: an update that the library cannot read is no matter here


@dataclass(frozen=True, slots=True)
class Checkup:
    """What the server said. ``other_poller`` is ``None`` when it was not asked."""

    username: str
    webhook_url: str
    webhook_error: str  # why the last update that could not be brought could not; empty: never since it was set
    webhook_error_at: datetime | None
    pending_updates: int
    reads_all_group_messages: bool
    other_poller: bool | None


async def check_up(token: str, api_url: str, *, probe: bool) -> Checkup:
    """Ask once. ``TokenRefusedError`` if the token is not known, ``ConnectionError`` if nobody answers.

    ``probe`` polls for a moment without confirming anything, to see whether another poller ends that poll. It ends the
    other one's current poll in turn, which every poller survives; leave it out where our own bot is known to run.
    """
    bot = open_bot(token, api_url)
    try:
        username = await start_bot(bot, attempts=1)
        webhook = await bot.get_webhook_info()
        other = await _somebody_polls(bot) if probe and not webhook.url else None
    except TelegramError as error:
        raise ConnectionError(f"the Bot API server answered with {type(error).__name__}") from None
    finally:
        await bot.shutdown()
    return Checkup(
        username=username,
        webhook_url=webhook.url,
        webhook_error=webhook.last_error_message or "",
        webhook_error_at=webhook.last_error_date,
        pending_updates=webhook.pending_update_count,
        reads_all_group_messages=bool(bot.bot.can_read_all_group_messages),
        other_poller=other,
    )


async def _somebody_polls(bot: Bot) -> bool:
    question = {"timeout": PROBE_S, "limit": 1}  # no offset: nothing is confirmed
    try:
        await bot.do_api_request(_GET_UPDATES, question, read_timeout=PROBE_S + CALL_TIMEOUT_S)
    except Conflict:
        return True
    return False
