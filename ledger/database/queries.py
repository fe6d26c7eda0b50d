"""Named queries, read once from a package's ``.sql`` file. SQL is never assembled in code.

A query opens with ``-- name: insert_transfer`` and one sentence of intent. ``-- name: insert_transfer [postgres]``
is that dialect's own version and stands beside the shared one.
"""

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Self

from ledger.database.port import Query

_HEADING = re.compile(r"^-- name: (?P<name>[a-z][a-z0-9_]*)(?: \[(?P<dialect>[a-z]+)\])?$")


class QueryFileError(ValueError):
    """A ``.sql`` file is not written as this house writes it."""


class Queries:
    """The queries of one file for one dialect, by name."""

    def __init__(self, by_name: Mapping[str, Query]) -> None:
        self._by_name = dict(by_name)

    @classmethod
    def load(cls, package: str, path: str, dialect: str) -> Self:
        """Read ``path`` inside ``package``: the dialect's own version of each query, else the shared one."""
        return cls.parse(files(package).joinpath(path).read_text("utf-8"), dialect)

    @classmethod
    def parse(cls, text: str, dialect: str) -> Self:
        """Read the text of a ``.sql`` file; ``QueryFileError`` names what is wrong with it."""
        shared: dict[str, Query] = {}
        own: dict[str, Query] = {}
        seen: set[tuple[str, str]] = set()
        for name, variant, lines in _sections(text):
            if (name, variant) in seen:
                raise QueryFileError(f"query {name} is written twice")
            seen.add((name, variant))
            if variant in ("", dialect):
                (own if variant else shared)[name] = _body(name, lines)
        return cls(shared | own)

    def __getitem__(self, name: str) -> Query:
        if name not in self._by_name:
            raise KeyError(f"no query is named {name}")
        return self._by_name[name]

    @property
    def names(self) -> frozenset[str]:
        """Every name there is, so that a test can run each."""
        return frozenset(self._by_name)


def _sections(text: str) -> list[tuple[str, str, list[str]]]:
    sections: list[tuple[str, str, list[str]]] = []
    for line in text.splitlines():
        if heading := _HEADING.match(line.strip()):
            sections.append((heading["name"], heading["dialect"] or "", []))
        elif line.startswith("-- name"):
            raise QueryFileError(f"not a heading: {line}")
        elif sections:
            sections[-1][2].append(line)
    return sections


def _body(name: str, lines: list[str]) -> Query:
    if not lines or not lines[0].startswith("-- "):
        raise QueryFileError(f"query {name} has no sentence of intent above it")
    body = "\n".join(line for line in lines if not line.lstrip().startswith("--")).strip().removesuffix(";")
    if not body:
        raise QueryFileError(f"query {name} is empty")
    return Query(body)
