"""Draws docs/flows/conversation from the transition table: ``make flows``. A test fails while the drawing is older."""

import inspect
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Final

from bot.dialogue.effects import Action
from bot.dialogue.states import STATES, State
from bot.dialogue.step import FLOWS
from bot.dialogue.table import ANY, Row, Trigger

PLACE: Final = Path(__file__).parents[3] / "docs" / "flows" / "conversation"
_DRAWN_BY: Final = "<!-- Drawn from bot/dialogue by `make flows`; a test fails when it is stale. Do not edit. -->\n"


def pages() -> Mapping[str, str]:
    """Each file of docs/flows and its text."""
    drawn = {f"{_name(flow)}.md": _page(flow) for flow in FLOWS}
    return {"README.md": _contents()} | drawn


def _contents() -> str:
    flows = [f"| [{_name(flow)}]({_name(flow)}.md) | {_first_line(flow)} |" for flow in FLOWS]
    states = [f"| `{state.__name__}` | {_first_line(state)} |" for state in STATES]
    return "\n".join(
        [
            _DRAWN_BY,
            "# Conversations\n",
            "A conversation is `(context, state, event) → (state, effects)`. A row for some states goes before a row",
            "for any state; a tap is found by its button. The next state is one that the row names, or the same one.\n",
            "## Flows\n",
            "| flow | what it is |",
            "|---|---|",
            *flows,
            "\n## States\n",
            "| state | what it means |",
            "|---|---|",
            *states,
            "",
        ]
    )


def _page(flow: ModuleType) -> str:
    rows: tuple[Row, ...] = flow.ROWS
    own = [row for row in rows if row.states is not ANY]
    parts = [_DRAWN_BY, f"# {_name(flow).capitalize()}\n", f"{inspect.getdoc(flow)}\n"]
    if any(row.leads_to for row in own):
        parts += ["```mermaid", "stateDiagram-v2", *sorted(_arrows(own)), "```\n"]
    parts += ["| in | on | what happens | then |", "|---|---|---|---|", *(_table_row(row) for row in rows), ""]
    return "\n".join(parts)


def _arrows(rows: Iterable[Row]) -> Iterator[str]:
    """One arrow for each state and goal; what brings it there stands on it."""
    labels: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for state in row.states:
            for goal in row.leads_to:
                labels.setdefault((state.__name__, goal.__name__), []).extend(map(_label, row.triggers))
    for (start, end), on in labels.items():
        yield f"    {start} --> {end}: {', '.join(dict.fromkeys(on))}"


def _table_row(row: Row) -> str:
    states = "*any state*" if row.states is ANY else _names(row.states)
    then = _names(row.leads_to) or "—"
    return f"| {states} | {', '.join(map(_label, row.triggers))} | {_first_line(row.handler)} | {then} |"


def _names(states: Iterable[type[State]]) -> str:
    return ", ".join(f"`{state.__name__}`" for state in states)


def _label(trigger: Trigger) -> str:
    """An event by its name, a button in brackets as a person sees one."""
    return f"[{trigger.name}]" if isinstance(trigger, Action) else trigger.__name__


def _first_line(documented: object) -> str:
    return (inspect.getdoc(documented) or "").partition("\n")[0].replace("|", "\\|")


def _name(flow: ModuleType) -> str:
    return flow.__name__.rpartition(".")[2]


def draw() -> None:
    """Write every page."""
    PLACE.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (PLACE / name).write_text(text, "utf-8")


if __name__ == "__main__":
    draw()
