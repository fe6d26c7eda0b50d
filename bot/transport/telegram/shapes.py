"""The shape of an update nobody could read: names and types of its fields, and no words. Pure."""

import json
from typing import Any, Final

_MOST_CHARACTERS: Final = 4_096  # enough to see which field is new or missing
_DEEPEST: Final = 12  # a message in a message in a callback is at 5
_NAMES_KEPT: Final = frozenset({"type", "status"})  # values that are names of Telegram's, not words of people
_LONGEST_NAME: Final = 32


def shape_of(update: dict[str, Any]) -> str:
    """The update as JSON with every text replaced by its length and every number by its kind.

    Nothing in it tells what was typed, which key was pressed or what the keyboard looked like.
    """
    return json.dumps(_shape(update, "", 0), separators=(",", ":"))[:_MOST_CHARACTERS]


def _shape(value: object, name: str, depth: int) -> Any:  # noqa: ANN401 - JSON
    if depth > _DEEPEST:
        return "…"
    match value:
        case dict():
            return {str(key)[:_LONGEST_NAME]: _shape(inner, str(key), depth + 1) for key, inner in value.items()}
        case list():
            return [_shape(inner, name, depth + 1) for inner in value]
        case str() if name in _NAMES_KEPT and value.isidentifier():
            return value[:_LONGEST_NAME]
        case str():
            return f"text of {len(value)}"
        case bool() | None:
            return value
        case _:
            return type(value).__name__
