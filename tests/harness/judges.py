"""Other people's code as a judge of ours: aiogram's models and python-telegram-bot's read what goes over the wire.

Every request of a bot must fit aiogram's class of its method; every answer and every update of the town must fit their
types, with no field that they do not know and none that reads otherwise than it was written. A complaint names the
field and not what stood in it: a chat may hold a PIN.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final

import telegram
from aiogram import methods
from aiogram.methods.base import TelegramMethod
from aiogram.types import Update
from pydantic import BaseModel, TypeAdapter, ValidationError

from bot.sandbox.calls import Call, Calls
from bot.sandbox.people import Json
from bot.sandbox.town import Town

# In a form these are JSON texts: bots/api#making-requests, "JSON-serialized".
_OBJECTS: Final = frozenset(
    {
        "allowed_updates", "caption_entities", "commands", "entities", "link_preview_options", "menu_button",
        "message_ids", "permissions", "reply_markup", "reply_parameters", "rights", "scope",
    }
)  # fmt: skip
_CLASSES: Final = {name.lower(): getattr(methods, name) for name in methods.__all__}
_NEWER_THAN_PTB: Final = frozenset({"can_send_welcome_messages"})  # aiogram 3.31 insists on it, 22.8 has no name for it
_TYPES: Final[dict[str, type[telegram.TelegramObject]]] = {
    "message": telegram.Message, "edited_message": telegram.Message, "channel_post": telegram.Message,
    "edited_channel_post": telegram.Message, "callback_query": telegram.CallbackQuery,
    "my_chat_member": telegram.ChatMemberUpdated, "chat_member": telegram.ChatMemberUpdated,
}  # fmt: skip


class Judges:
    """Watch a town from now on; ``complaints`` says at the end what was wrong."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._updates: list[Json] = []
        self._bot = telegram.Bot(town.token)
        town.listen(self._note)

    def _note(self, change: Json) -> None:
        if change["kind"] == "update":
            self._updates.append(self._town.updates.newest.as_json())

    def complaints(self, calls: Calls) -> list[str]:
        """Everything that does not fit, each once; empty: nothing does."""
        found: dict[str, None] = {}
        for update in self._updates:
            found |= dict.fromkeys(self._of_update(update))
        for call in calls:
            if call.was_processed:
                found |= dict.fromkeys([*of_request(call), *of_answer(call)])
        return list(found)

    def _of_update(self, update: Json) -> Iterator[str]:
        kind = next(key for key in update if key != "update_id")
        yield from misfits(TypeAdapter(Update), update, kind)
        if kind in _TYPES:
            try:
                read = _TYPES[kind].de_json(json.loads(json.dumps(update[kind])), self._bot)
            except (TypeError, ValueError, KeyError) as error:
                yield f"{kind}: python-telegram-bot cannot read it: {type(error).__name__}"
                return
            yield from (f"{kind}: python-telegram-bot does not know {key}" for key in unknown_to_ptb(read))


def of_request(call: Call) -> Iterator[str]:
    """What is wrong with the parameters of a call, in the eyes of aiogram."""
    known = _CLASSES.get(call.method)
    if known is None:
        yield f"{call.method} is no method of the Bot API"
        return
    given = {name: _decoded(name, value) for name, value in call.params.items()}
    yield from (f"{call.method} has no parameter {name}" for name in given.keys() - known.model_fields.keys())
    yield from misfits(TypeAdapter(known), given, call.method, same=False)


def of_answer(call: Call) -> Iterator[str]:
    """What is wrong with the result of a call."""
    known = _CLASSES.get(call.method)
    if known is not None:
        yield from misfits(_returned_by(known), call.result, f"the answer to {call.method}")


@cache
def _returned_by(method: type[TelegramMethod[Any]]) -> TypeAdapter[Any]:
    return TypeAdapter(method.__returning__)


def _decoded(name: str, value: Any) -> Any:  # a JSON value of any kind
    return json.loads(value) if name in _OBJECTS and isinstance(value, str) else value


def misfits(kind: TypeAdapter[Any], given: Any, what: str, *, same: bool = True) -> Iterator[str]:
    """Where ``given`` does not fit, knows more than the type, or (``same``) is read as something else."""
    try:
        read = kind.validate_python(given)
    except ValidationError as error:
        for each in error.errors(include_input=False, include_url=False):
            yield f"{what}: {'.'.join(map(str, each['loc']))}: {each['msg']}"
        return
    yield from (f"{what}: aiogram does not know {path}" for path in _unknown(read))
    if same:
        written = kind.dump_python(read, mode="json", by_alias=True, exclude_unset=True)
        yield from (f"{what}: {path} is read as something else" for path in _differences(given, written))


def _unknown(read: object, path: str = "") -> Iterator[str]:
    """Fields that an object carries and its class does not declare."""
    if isinstance(read, list | tuple):
        for each in read:
            yield from _unknown(each, path)
    elif isinstance(read, BaseModel):
        yield from (f"{path}.{name}" for name in read.model_extra or {})
        for name, value in read:
            yield from _unknown(value, f"{path}.{name}")


def _differences(given: Any, written: Any, path: str = "") -> Iterator[str]:
    if isinstance(given, dict) and isinstance(written, dict):
        for name in given.keys() | written.keys():
            yield from _differences(given.get(name), written.get(name), f"{path}.{name}")
    elif isinstance(given, list) and isinstance(written, list) and len(given) == len(written):
        for one, other in zip(given, written, strict=True):
            yield from _differences(one, other, path)
    elif given != written or type(given) is not type(written):
        yield path or "all of it"


def unknown_to_ptb(read: object) -> Iterable[str]:
    """Fields that python-telegram-bot put aside, because it has no name for them."""
    if isinstance(read, list | tuple):
        return [key for each in read for key in unknown_to_ptb(each)]
    if not isinstance(read, telegram.TelegramObject):
        return []
    slots = {slot for kind in type(read).__mro__ for slot in getattr(kind, "__slots__", ()) if not slot.startswith("_")}
    parts = [getattr(read, slot) for slot in slots - {"api_kwargs"}]
    return [*(read.api_kwargs.keys() - _NEWER_THAN_PTB), *(key for part in parts for key in unknown_to_ptb(part))]
