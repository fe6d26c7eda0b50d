"""One call in one line that may be shown, copied and sent to somebody: never a PIN, a token or a key of a pad. Pure."""

import re
from html import unescape
from typing import Any, Final

from bot.sandbox.errors import ApiError
from bot.sandbox.keyboards import parse_markup
from bot.sandbox.params import Params

_TEXT_MAX: Final = 80  # characters of a text that are shown
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_PIN_LIKE = re.compile(r"(?<![\d.,])\d{4,8}(?![\d.,]*\d)")  # digits as a PIN has them; amounts and references stay
_TOKEN_LIKE = re.compile(r"\d{6,}:[\w-]{20,}")
_DIGITS: Final = frozenset("0123456789")


def line_of(name: str, params: Params, refusal: str = "") -> str:
    """The method, what was said, to which message, with which buttons, and the words of a refusal."""
    parts = [
        name if name.isascii() and name.isalnum() else "?",
        f"#{number}" if (number := params.number("message_id")) else "",
        _quoted(params.text("text") or params.text("caption")),
        " ".join(f"<{upload.name}>" for upload in params.files.values()),
        _buttons(params),
        f"→ {masked(refusal)}" if refusal else "",
    ]
    return " ".join(part for part in parts if part)


def masked(text: str) -> str:
    """A text without anything that could be a PIN or a token."""
    return _PIN_LIKE.sub(lambda match: "·" * len(match.group()), _TOKEN_LIKE.sub("·token·", text))


def _quoted(text: str) -> str:
    plain = " ".join(unescape(_TAG.sub("", text)).split())
    if not plain:
        return ""
    shown = masked(plain)
    return f"“{shown if len(shown) <= _TEXT_MAX else shown[: _TEXT_MAX - 1] + '…'}”"


def _buttons(params: Params) -> str:
    try:
        markup = parse_markup(params.values.get("reply_markup"))
    except ApiError:
        return "[unreadable buttons]"
    rows: list[list[dict[str, Any]]] = markup.inline or (markup.reply or {}).get("keyboard", [])
    labels = [str(button["text"]) for row in rows for button in row]
    if _DIGITS & {label.strip() for label in labels}:
        return "[a pad]"  # neither which digit stands where nor how many there are
    return " ".join(f"[{masked(label)}]" for label in labels)
