"""Messages out: ``Transport`` over python-telegram-bot's ``Bot``. It knows Telegram's errors, and no people or money.

Its calls are written here as the Bot API has them: the library's own methods build objects to say them, and a whole
``Message`` of the answer, of which we read one number.

The one question it answers for the house is: did it arrive? *No, later* (``RetryLaterError``), *no, they blocked us*,
*no, never like this*, or *nobody knows* (``UncertainError``): a call that left and was not answered may have arrived.
"""

import re
from typing import Any, Final

import structlog
from telegram import Bot, InputFile
from telegram.error import BadRequest, ChatMigrated, EndPointNotFound, Forbidden, InvalidToken, TelegramError

from bot.port import (
    Attachment,
    BlockedError,
    DeliveryError,
    Key,
    MovedError,
    Outgoing,
    RejectedError,
    RetryLaterError,
    UncertainError,
)
from bot.transport.telegram.request import FloodError, NeverSentError, ServerFailedError, call

_log = structlog.get_logger(__name__)

_NO_PREVIEW: Final = {"is_disabled": True}  # a note with an address must not fetch it
_HTML: Final = "HTML"
_TOAST_CHARACTERS: Final = 200  # Bot API, answerCallbackQuery
_UNREACHABLE_WAIT_S: Final = 2.0  # no connection: try again soon, the network comes back by itself
_REFUSED_WAIT_S: Final = 60.0  # our token is refused: the polling loop ends the process, nothing is lost meanwhile

# Telegram's own words for these, in lower case; there is no code for them. Source: the Bot API server's answers.
_NOT_MODIFIED: Final = "message is not modified"
_GONE: Final = ("message to delete not found", "message to edit not found", "message_id_invalid")
_NEVER_STARTED: Final = ("chat not found", "peer_id_invalid", "user not found")
_TOO_OLD: Final = ("query is too old", "query id is invalid", "query_id_invalid")

# An error about entities quotes the message; what follows a quotation mark is not for an error's text.
_UNQUOTED: Final = re.compile('[^"“«]*')


class TelegramTransport:
    """Delivers to Telegram. ``protect_content`` forbids forwarding and saving of what we send."""

    def __init__(self, bot: Bot, *, protect_content: bool = False) -> None:
        self._bot, self._protect_content = bot, protect_content

    async def deliver(self, chat_id: int, message: Outgoing) -> int:
        """Send a new message, or a file with the message as its caption; its number in the chat."""
        if message.attachment is not None:
            return await self._deliver_file(chat_id, message, message.attachment)
        return await self._send(
            "sendMessage",
            message,
            chat_id=chat_id,
            text=message.html,
            reply_markup=_markup(message),
            link_preview_options=_NO_PREVIEW,
        )

    async def _deliver_file(self, chat_id: int, message: Outgoing, file: Attachment) -> int:
        document = InputFile(file.content, filename=file.name, attach=True)
        return await self._send(
            "sendDocument",
            message,
            chat_id=chat_id,
            document=document,
            caption=message.html,
            reply_markup=_inline(message),
        )

    async def _send(self, method: str, message: Outgoing, **said: object) -> int:
        """The number of the message, which is all that we read of what Telegram says back."""
        where = {"message_thread_id": message.thread_id, "reply_parameters": _reply(message)}
        sent = await self._ask(method, **said, **where, parse_mode=_HTML, protect_content=self._protect_content or None)
        if not isinstance(sent, dict) or not isinstance(number := sent.get("message_id"), int):
            raise _unreadable("no number of a message")
        return number

    async def edit(self, chat_id: int, message_id: int, message: Outgoing) -> None:
        """Replace a message of ours. A reply keyboard cannot be edited in, so ``share_phone`` is left out."""
        try:
            await self._ask(
                "editMessageText",
                chat_id=chat_id,
                message_id=message_id,
                text=message.html,
                parse_mode=_HTML,
                reply_markup=_inline(message),
                link_preview_options=_NO_PREVIEW,
            )
        except RejectedError as rejected:
            if _NOT_MODIFIED not in str(rejected):
                raise

    async def erase(self, chat_id: int, message_id: int) -> bool:
        """Delete a message; True also when it is gone already, False where the bot has no right to."""
        try:
            await self._ask("deleteMessage", chat_id=chat_id, message_id=message_id)
        except BlockedError:
            return False
        except RejectedError as rejected:
            return _says(rejected, _GONE)
        return True

    async def answer(self, callback_id: str, toast: str = "", *, alert: bool = False) -> None:
        """Answer a tap. One that is too old to be answered is no error."""
        text = toast if len(toast) <= _TOAST_CHARACTERS else toast[: _TOAST_CHARACTERS - 1] + "…"
        try:
            await self._ask(
                "answerCallbackQuery", callback_query_id=callback_id, text=text or None, show_alert=alert or None
            )
        except RejectedError as rejected:
            if not _says(rejected, _TOO_OLD):
                raise

    async def _ask(self, method: str, **said: object) -> Any:  # noqa: ANN401 - JSON
        try:
            return await call(self._bot, method, said)
        except TelegramError as error:
            raise _meaning(error) from None  # the library's error text may repeat what was said
        except Exception as error:  # noqa: BLE001 - an answer that could not be read: the call itself did leave
            raise _unreadable(type(error).__name__) from None


def _unreadable(why: str) -> UncertainError:
    _log.warning("telegram.unreadable_answer", error=why)
    return UncertainError("an answer that cannot be read")


def _meaning(error: TelegramError) -> DeliveryError:
    """What an error of the library says about the one question, whether it arrived."""
    match error:
        case FloodError(after_s=after_s):
            return RetryLaterError(after_s)
        case Forbidden():
            return BlockedError("the person blocked the bot or is gone")
        case ServerFailedError() | NeverSentError():
            return RetryLaterError(_UNREACHABLE_WAIT_S)
        case InvalidToken() | EndPointNotFound():
            return RetryLaterError(_REFUSED_WAIT_S)
        case ChatMigrated(new_chat_id=new_chat_id):
            return MovedError(new_chat_id)
        case BadRequest():
            words = _UNQUOTED.match(error.message.lower())
            rejected = RejectedError(words[0] if words else "")
            return BlockedError("the person never started the bot") if _says(rejected, _NEVER_STARTED) else rejected
        case _:
            return UncertainError(type(error).__name__)


def _says(rejected: RejectedError, known: tuple[str, ...]) -> bool:
    words = str(rejected)
    return any(phrase in words for phrase in known)


def _reply(message: Outgoing) -> dict[str, Any] | None:
    if message.reply_to is None:
        return None
    return {"message_id": message.reply_to, "allow_sending_without_reply": True}


def _markup(message: Outgoing) -> dict[str, Any] | None:
    if message.removes_keyboard:
        return {"remove_keyboard": True}
    if message.share_phone:
        rows: list[list[dict[str, Any]]] = [[{"text": message.share_phone, "request_contact": True}]]
        rows += [[{"text": message.not_now}]] if message.not_now else []
        return {"keyboard": rows, "resize_keyboard": True, "one_time_keyboard": True}
    return _inline(message)


def _inline(message: Outgoing) -> dict[str, Any] | None:
    return {"inline_keyboard": [[_button(key) for key in row] for row in message.keys]} if message.keys else None


def _button(key: Key) -> dict[str, str]:
    return {"text": key.label, "url": key.url} if key.url else {"text": key.label, "callback_data": key.token}
