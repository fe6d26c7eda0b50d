"""KEYS is complete and holds nothing that is never said: the source itself is read."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import bot.dialogue
from bot.dialogue.effects import Action
from bot.dialogue.events import ChoiceVerdict, ForeignKind
from bot.dialogue.flows.afterwards import REASONS
from bot.dialogue.keys import KEYS
from bot.dialogue.labels import BUTTON_LABELS
from bot.language.handles import HandleFault
from bot.language.intents import AskWhat, RefuseWhy, Topic
from bot.language.own_names import NameFault
from ledger.kernel.own_limits import LimitKind
from ledger.outcomes import RefusalCode

ROOM: Final = Path(bot.dialogue.__file__).parent
_BUILDERS: Final = {"line", "toast"}

# Keys that are put together from a value: every one of its values, spelt out here a second time.
COMPOSED: Final = {
    *(f"ask.{one.value}" for one in AskWhat),
    *(f"refuse.{one.value}" for one in RefuseWhy),
    *(f"refused.{one.value}" for one in RefusalCode),
    *(f"foreign.{one.value}" for one in ForeignKind),
    *(f"pin.{one.value}" for one in (ChoiceVerdict.WEAK, ChoiceVerdict.REUSED, ChoiceVerdict.MISMATCH)),
    *(key for key in KEYS if key.startswith("limits.")),
    *(f"profile.name_{one.value}" for one in NameFault),
    *(f"profile.handle_{one.value}" for one in HandleFault),
}
SAID_BY_THE_RUNNER: Final = {
    "error.unreadable",
    "error.lost",
    "error.store_away",
    "toast.store_away",
    "error.too_fast",
    "toast.too_fast",
    "pin.pad_left_over",
}


def _calls() -> Iterator[ast.Call]:
    for path in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _BUILDERS:
                yield node


def _literal_keys() -> Iterator[tuple[str, frozenset[str]]]:
    """Key and fact names of every line and toast whose key is written out."""
    for call in _calls():
        facts = frozenset(one.arg for one in call.keywords if one.arg not in {None, "alert"})
        for node in ast.walk(call.args[0]):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in KEYS:
                yield node.value, facts


def test_every_key_written_in_the_dialogue_is_listed_with_its_facts() -> None:
    wrong = {(key, tuple(sorted(facts))) for key, facts in _literal_keys() if facts != frozenset(KEYS[key])}

    assert wrong == set()


def test_no_line_is_built_from_a_key_that_is_not_listed() -> None:
    unknown = {
        call.args[0].value
        for call in _calls()
        if isinstance(call.args[0], ast.Constant) and call.args[0].value not in KEYS
    }

    assert unknown == set()


def test_no_listed_key_is_never_said() -> None:
    """A sentence that nobody can ever see needs no translator."""
    text = "\n".join(path.read_text("utf-8") for path in sorted(ROOM.rglob("*.py")) if path.name != "keys.py")
    unsaid = {key for key in KEYS if f'"{key}"' not in text and key not in COMPOSED | SAID_BY_THE_RUNNER}

    assert unsaid == set()


def test_every_button_has_a_label_and_every_label_a_button() -> None:
    text = "\n".join(path.read_text("utf-8") for path in sorted(ROOM.rglob("*.py")) if path.name != "keys.py")
    composed: Mapping[str, object] = {
        **{f"reason_{one}": one for one in REASONS},
        **{f"topic_{one.value}": one for one in Topic},
        **{f"limit_{one.value}": one for one in LimitKind},
        **{one.name.lower(): one for one in Action},
    }

    unused = {label for label in BUTTON_LABELS if f'"{label}"' not in text and label not in composed}

    assert unused == set()
