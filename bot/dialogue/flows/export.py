"""/export: everything kept about a person, as one file, after the PIN.

A phone that lies unlocked must not give all of a life away at one tap; and a file of everything is dear to make, so an
hour lies between two of them.
"""

from datetime import timedelta
from typing import Final

from bot.dialogue import pads
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, CheckExport, ClosePad, MakeExport, RecordExport, Show, Tell
from bot.dialogue.events import ExportChecked, ExportMade, Resumed, Tapped
from bot.dialogue.leaving import leave
from bot.dialogue.saying import line, say, simple, tell
from bot.dialogue.states import Exporting, Idle, Proof, ProvingPin, State
from bot.dialogue.table import ANY, Row

EXPORT_EVERY: Final = timedelta(hours=1)


def export(context: Context, state: State) -> Step:
    """/export."""
    return Step(Idle(), (*leave(context, state), CheckExport()))


def on_export_tapped(context: Context, state: State, _: Tapped) -> Step:
    """[My data], or the same again under a pad that was closed: what is asked next answers the tap."""
    return export(context, state)


def on_checked(context: Context, state: State, event: ExportChecked) -> Step:
    """The pad, unless it is too soon, or there is no PIN to enter."""
    again_at = None if event.last_at is None else event.last_at + EXPORT_EVERY
    if again_at is not None and context.now < again_at:
        return Step(state, (tell(line("export.too_soon", again_at=again_at)),))
    if not context.me.has_pin:
        return Step(state, (tell(line("export.pin_first"), buttons=((simple(Action.CHOOSE_PIN),),)),))
    if context.pin_locked_until is not None:
        return Step(state, (tell(pads.locked(context.pin_locked_until), buttons=pads.HELP_LOCKED),))
    if not isinstance(state, Idle):
        return Step(state, (tell(line("export.not_now")),))
    proving = ProvingPin(context.fresh.bubble_id, Proof.EXPORT)
    return Step(proving, (pads.enter_for_proof(proving),))


def proved(state: ProvingPin) -> Step:
    """The PIN was right."""
    shown = Show(state.bubble, say(line("export.moment")))
    return Step(Exporting(state.bubble), (ClosePad(), shown, MakeExport()))


def on_resumed(_: Context, state: Exporting, _event: Resumed) -> Step:
    """The process died over it: the PIN was proved, so it is made again."""
    return Step(state, (MakeExport(),))


def on_made(context: Context, state: Exporting, event: ExportMade) -> Step:
    """The file, and its hour begins with the message that carries it."""
    if event.file is None:
        return Step(Idle(), (Show(state.bubble, say(line("export.too_large"))),))
    what = say(line("export.file", at=context.now), line("export.care"))
    told = Tell(what, event.file, instead=say(line("export.too_large")))
    return Step(Idle(), (Show(state.bubble, say(line("export.done"))), RecordExport(), told))


def on_late(_: Context, state: State, _event: ExportMade) -> Step:
    """They went on to something else."""
    return Step(state)


ROWS: Final = (
    Row(ANY, (Action.EXPORT,), on_export_tapped, (Idle,)),
    Row(ANY, (ExportChecked,), on_checked, (ProvingPin,)),
    Row((Exporting,), (ExportMade,), on_made, (Idle,)),
    Row((Exporting,), (Resumed,), on_resumed),
    Row(ANY, (ExportMade,), on_late),
)
