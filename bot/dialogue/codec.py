"""Frozen values as JSON and back: what a state is made of, by name. It knows no flow.

Reading is lenient where a newer or older program may have written (unknown fields are dropped, missing ones take their
default) and strict everywhere else: what cannot be read is a ``ValueError``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

from ledger.kernel.ids import Id
from ledger.kernel.instants import from_micros, to_micros

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"

_KIND: Final = "kind"
_VALUE: Final = "value"
_INSTANT: Final = "Instant"


class Codec:
    """Writes and reads values of the given classes (dataclasses, ids, enums), instants, tuples and plain data."""

    def __init__(self, classes: Iterable[type]) -> None:
        self._classes: Mapping[str, type] = {one.__name__: one for one in classes}

    def encode(self, value: object) -> Json:
        """The value as JSON data. ``TypeError`` for a class that was not given: a programmer's mistake."""
        name = type(value).__name__
        match value:
            case Id() | StrEnum() if name in self._classes:
                return {_KIND: name, _VALUE: str(value)}
            case datetime():
                return {_KIND: _INSTANT, _VALUE: to_micros(value)}
            case tuple():
                return [self.encode(one) for one in value]
            case None | bool() | int():
                return value
            case str() if type(value) is str:
                return value
        if is_dataclass(value) and name in self._classes:
            return {_KIND: name} | {one.name: self.encode(getattr(value, one.name)) for one in fields(value)}
        raise TypeError(f"{name} is not kept in a state")

    def decode(self, data: Json) -> object:
        """The value that ``encode`` gave. ``ValueError`` when it cannot be one."""
        match data:
            case list():
                return tuple(self.decode(one) for one in data)
            case dict():
                return self._decode_object(data)
            case _:
                return data

    def _decode_object(self, data: dict[str, Json]) -> object:
        kind, value = data.get(_KIND), data.get(_VALUE)
        if kind == _INSTANT and isinstance(value, int):
            return from_micros(value)
        found: Any = self._classes.get(str(kind))
        if found is None:
            raise ValueError("a kind that this program does not know")
        if issubclass(found, Id):
            return found.parse(str(value))
        if issubclass(found, StrEnum):
            return found(str(value))
        known = {one.name: self.decode(data[one.name]) for one in fields(found) if one.name in data}
        try:
            return found(**known)
        except TypeError as missing:
            raise ValueError("a field is missing") from missing
