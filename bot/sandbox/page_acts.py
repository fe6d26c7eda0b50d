"""What a person can do from the page: each deed by its name, with the object that was posted.

``chat`` in the object is the group it happens in; without it, it is the person's private chat with the bot.
"""

import base64
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from bot.sandbox.people import Json
from bot.sandbox.town import Town

Act: TypeAlias = Callable[[Town, int, Json], object]
NAME_MAX: Final = 64  # Telegram's own limit for a first and for a last name
FILE_MAX_BYTES: Final = 5 * 1024 * 1024  # enough for any picture of a bill; the page sends it as JSON
USERNAME_MAX: Final = 32  # and for a username: core.telegram.org/method/account.checkUsername


def _say(town: Town, who: int, body: Json) -> object:
    return town.say(who, str(body["text"]), chat=_in(body), reply_to=body.get("reply_to"), topic=body.get("topic"))


def _forward(town: Town, who: int, body: Json) -> object:
    """A message of one chat, ``from``, into another."""
    source = town.chat(int(body["from"]) if body.get("from") else who)
    return town.forward(who, source.messages[int(body["message_id"])], chat=_in(body))


def _rename(town: Town, who: int, body: Json) -> object:
    """Other names on Telegram; the account with Hundi keeps its own."""
    first, last, username = (str(body.get(name, "")).strip() for name in ("first_name", "last_name", "username"))
    username = username.removeprefix("@")
    if max(len(first), len(last)) > NAME_MAX:
        raise ValueError(f"a name has at most {NAME_MAX} characters")
    if username and not (username.isascii() and username.replace("_", "").isalnum() and len(username) <= USERNAME_MAX):
        raise ValueError("a username is made of letters a to z, digits and _")
    return town.rename(who, first, last, username=username)


def _photo(town: Town, who: int, body: Json) -> object:
    """A picture from the disk, or a plain one."""
    return town.send_photo(who, _content(body), chat=_in(body))


def _file(town: Town, who: int, body: Json) -> object:
    kind = str(body.get("mime_type") or "application/octet-stream")
    return town.send_document(who, str(body["name"])[:NAME_MAX], _content(body), mime_type=kind, chat=_in(body))


def _content(body: Json) -> bytes:
    content = base64.b64decode(str(body.get("content", "")), validate=True)
    if len(content) > FILE_MAX_BYTES:
        raise ValueError("the page sends files of up to 5 MB")
    return content


def _in(body: Json) -> int | None:
    chat = body.get("chat")
    return None if chat is None else int(chat)


ACTS: Final[Mapping[str, Act]] = {
    "start": lambda town, who, body: town.start(who, str(body.get("payload", ""))),
    "say": _say,
    "edit": lambda town, who, body: town.edit(who, int(body["message_id"]), str(body["text"]), chat=_in(body)),
    "forward": _forward,
    "contact": lambda town, who, body: town.share_contact(who, body.get("person"), chat=_in(body)),
    "block": lambda town, who, _body: town.block(who),
    "unblock": lambda town, who, _body: town.unblock(who),
    "clear": lambda town, who, _body: town.delete_chat(who),
    "read": lambda town, who, body: town.read(who, chat=_in(body)),
    "delete": lambda town, who, body: town.delete_message(who, int(body["message_id"]), chat=_in(body)),
    "rename": _rename,
    "speak": lambda town, who, body: town.rename(who, language_code=str(body["language"])[:8]),
    "photo": _photo,
    "file": _file,
    "hide": lambda town, who, body: town.hide_forwards(who, hidden=bool(body.get("hidden", True))),
    "disappear": lambda town, who, _body: town.delete_account(who),
    "join": lambda town, who, body: town.join(who, int(body["chat"])),
    "leave": lambda town, who, body: town.leave(who, int(body["chat"])),
}
