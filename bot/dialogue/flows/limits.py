"""The limits in force, what is left of each, and when it is full again."""

from typing import Final

from bot.dialogue import reading
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, Line, LoadLimits
from bot.dialogue.events import LimitsArrived
from bot.dialogue.facts import LimitLine
from bot.dialogue.flows import own_limits
from bot.dialogue.keys import KEYS
from bot.dialogue.leaving import leave
from bot.dialogue.saying import line, simple, tell
from bot.dialogue.states import Idle, State
from bot.dialogue.table import ANY, Row


def limits(context: Context, state: State, argument: str = "") -> Step:
    """/limits. With a limit behind it ("/limits 500 a day") that one is set; with anything else all are shown."""
    said = reading.limit_in(context, argument)
    if said is not None and (said.limit is not None or said.none):
        return own_limits.begin(context, state, said)
    return Step(Idle(), (*leave(context, state), LoadLimits()))


def on_limits(_: Context, state: State, event: LimitsArrived) -> Step:
    """One paragraph a limit. One that has no words is left out rather than shown as a code."""
    told = [part for limit in event.lines if f"limits.{limit.name}" in KEYS for part in _lines(limit)]
    title = (line("limits.title"), *told) if told else (line("limits.none"),)
    return Step(state, (tell(*title, buttons=((simple(Action.CHANGE_LIMIT),),)),))


def _lines(limit: LimitLine) -> tuple[Line, ...]:
    most = Line(f"limits.{limit.name}", {"limit": limit.limit})
    if limit.left is None:
        return (most,)
    if limit.resets_at is None:
        return (most, line("limits.left", left=limit.left))
    return (most, line("limits.left_until", left=limit.left, resets_at=limit.resets_at))


ROWS: Final = (Row(ANY, (LimitsArrived,), on_limits),)
