"""Keyboards as a bot sends them: checked as Telegram checks them, in its words. Pure."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from bot.sandbox.errors import bad_request
from bot.sandbox.people import Json

CALLBACK_DATA_MAX_BYTES: Final = 64  # core.telegram.org/bots/api#inlinekeyboardbutton
BUTTONS_MAX: Final = 100  # more are refused as too long; the figure is python-telegram-bot's constants.py
_URL = re.compile(r"(?:https?://|tg://)[^\s]+|[\w-]+(?:\.[\w-]+)+\S*")
_OTHER_ACTIONS = frozenset(
    {
        "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Markup:
    """What a ``reply_markup`` asks for: buttons under the message, or a change of the phone's keyboard."""

    inline: list[list[Json]] | None = None
    reply: Json | None = None  # a ReplyKeyboardMarkup or a ForceReply
    removes_reply: bool = False


def parse_markup(given: Json | str | None) -> Markup:
    """Read and check a ``reply_markup``; ``ApiError`` 400 where Telegram would refuse it."""
    if given is None or given == "":
        return Markup()
    markup = _object(given)
    if "inline_keyboard" in markup:
        return Markup(inline=_inline(markup["inline_keyboard"]))
    if "keyboard" in markup:
        return Markup(reply=markup | {"keyboard": _rows(markup["keyboard"], _reply_button)})
    if markup.get("remove_keyboard"):
        return Markup(removes_reply=True)
    return Markup(reply=markup if markup.get("force_reply") else None)


def _object(given: Json | str) -> Json:
    try:
        markup = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        raise bad_request("can't parse reply keyboard markup JSON object") from None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    return markup


def _inline(given: Any) -> list[list[Json]]:  # noqa: ANN401  # from outside: checked here
    rows = _rows(given, _inline_button)
    if sum(map(len, rows)) > BUTTONS_MAX:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return rows


def _rows(given: Any, button: Any) -> list[list[Json]]:  # noqa: ANN401  # from outside: checked here
    if not isinstance(given, list) or not all(isinstance(row, list) for row in given):
        raise bad_request('can\'t parse inline keyboard: field "inline_keyboard" must be an Array of Arrays')
    return [[button(each) for each in row] for row in given if row]


def _reply_button(given: Any) -> Json:  # noqa: ANN401  # from outside: checked here
    button = {"text": given} if isinstance(given, str) else given
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")
    return button


def _inline_button(given: Any) -> Json:  # noqa: ANN401  # from outside: checked here
    if not isinstance(given, dict) or not isinstance(given.get("text"), str) or not given["text"].strip():
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be a non-empty String')
    if "callback_data" in given:
        data = given["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= CALLBACK_DATA_MAX_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif "url" in given:
        if not isinstance(given["url"], str) or not _URL.fullmatch(given["url"]):
            raise bad_request("BUTTON_URL_INVALID")
    elif not _OTHER_ACTIONS & given.keys():
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    return given
