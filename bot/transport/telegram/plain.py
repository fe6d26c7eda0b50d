"""The two plainest updates, read as they came: new words in a private chat, and a tap there. Pure.

The library builds a dozen objects for one sentence; almost every update is one of these two. What is read here holds
exactly the fields that such an update has and nothing beside them, so whatever makes a message foreign (forwarded, by
way of a bot, for a channel, a reply, a new field of the Bot API) is none of these, and is read in full by ``inbound``.
Where both can read an update, they say the same; a test holds them to it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from bot.arrivals import Arrival, Happening, TapArrived
from bot.transport.telegram.fields import checked_id, whole
from bot.transport.telegram.inbound import TOKEN_MAX_BYTES, said
from ledger.kernel.instants import Instant

_WORDS: Final = frozenset({"update_id", "message"})
_TAP: Final = frozenset({"update_id", "callback_query"})
_MESSAGE: Final = frozenset({"message_id", "from", "chat", "date", "text"})
_QUERY: Final = frozenset({"id", "from", "chat_instance", "data", "message"})
# Entities that mark what the text says anyway; a mention by number is not among them.
_HARMLESS: Final = frozenset({"bot_command", "mention", "url", "phone_number", "email", "hashtag", "cashtag"})
_DATES: Final = range(1, 2**35)  # seconds; 0 is a message that Telegram does not show


def read_plain(update: Mapping[str, Any], received_at: Instant) -> Arrival | None:
    """What it is to us; ``None`` for whatever must be read in full."""
    try:
        if update.keys() == _WORDS:
            return _words(checked_id(update["update_id"]), update["message"])
        if update.keys() == _TAP:
            return _tap(checked_id(update["update_id"]), update["callback_query"], received_at)
    except (TypeError, KeyError, AttributeError):
        return None
    return None


def _words(update_id: int, message: Mapping[str, Any]) -> Arrival | None:
    if message.keys() - {"entities"} != _MESSAGE or not all(map(_is_harmless, message.get("entities", ()))):
        return None
    at = checked_id(message["date"])
    if at not in _DATES:
        return None
    happening = said(checked_id(message["message_id"]), whole(message["text"]))
    return _arrival(update_id, message, happening, datetime.fromtimestamp(at, UTC))


def _tap(update_id: int, query: Mapping[str, Any], received_at: Instant) -> Arrival | None:
    if query.keys() != _QUERY:
        return None
    message, data = query["message"], whole(query["data"])
    token = data if len(data.encode()) <= TOKEN_MAX_BYTES else ""
    tap = TapArrived(token, whole(query["id"]), checked_id(message["message_id"]))
    return _arrival(update_id, {"from": query["from"], "chat": message["chat"]}, tap, received_at)


def _is_harmless(entity: Mapping[str, Any]) -> bool:
    return entity["type"] in _HARMLESS


def _arrival(update_id: int, sent: Mapping[str, Any], happening: Happening, at: Instant) -> Arrival | None:
    """``None`` unless a person says it in their own chat with us."""
    person, chat = sent["from"], sent["chat"]
    person_id = checked_id(person["id"])
    if person["is_bot"] is not False or chat["type"] != "private" or checked_id(chat["id"]) != person_id:
        return None
    first, last = whole(person["first_name"]), _text_or_none(person, "last_name")
    return Arrival(
        update_id=update_id,
        person_id=person_id,
        chat_id=person_id,
        private=True,
        name=first if last is None else f"{first} {last}",
        username=_text_or_none(person, "username"),
        language_code=_text_or_none(person, "language_code"),
        sent_at=at,
        happening=happening,
    )


def _text_or_none(person: Mapping[str, Any], name: str) -> str | None:
    value = person.get(name)
    return None if value is None else whole(value)
