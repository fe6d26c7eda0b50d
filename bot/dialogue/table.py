"""Rows of the transition table: in which state, on what, who answers, and where that may lead.

``step`` looks rows up here and ``docs/flows`` is drawn from them. A row leads to its own state without saying so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action
from bot.dialogue.events import Event
from bot.dialogue.states import STATES, State

Trigger: TypeAlias = type[Event] | Action  # a tap is found by its action

# A handler is only called with the state and event of its row. ``None``: not mine, ask the row for any state.
Handler: TypeAlias = Callable[[Context, Any, Any], Step | None]

ANY: Final = STATES


@dataclass(frozen=True, slots=True)
class Row:
    """In any of ``states``, on any of ``triggers``: ``handler`` answers, and the next state is one of ``leads_to``."""

    states: tuple[type[State], ...]
    triggers: tuple[Trigger, ...]
    handler: Handler
    leads_to: tuple[type[State], ...] = ()


class Table:
    """All rows. A row for some states goes before a row for any state; two of a kind are a mistake."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows: tuple[Row, ...] = tuple(rows)
        self._own: dict[tuple[type[State], Trigger], Row] = {}
        self._any: dict[Trigger, Row] = {}
        for row in self.rows:
            self._add(row)

    def _add(self, row: Row) -> None:
        for trigger in row.triggers:
            if row.states is ANY:
                if trigger in self._any:
                    raise ValueError(f"two rows for any state on {trigger}")
                self._any[trigger] = row
                continue
            for state in row.states:
                if (state, trigger) in self._own:
                    raise ValueError(f"two rows for {state.__name__} on {trigger}")
                self._own[state, trigger] = row

    def find(self, state: type[State], trigger: Trigger) -> tuple[Row, ...]:
        """The rows to try, in order."""
        found = (self._own.get((state, trigger)), self._any.get(trigger))
        return tuple(row for row in found if row is not None)

    def has_own(self, state: type[State], trigger: Trigger) -> bool:
        """Whether there is a row for just this state."""
        return (state, trigger) in self._own
