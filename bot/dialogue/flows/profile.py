"""Who they are here: name, handle, since when; and changing the name or the handle, which takes the PIN.

What is wished for is checked before the PIN is asked for; whether a handle is free, only memory knows. Whoever pays is
told of a new name for a month (``questions.renamed_lines``), and the owner at once, with the way to stop everything.
"""

from dataclasses import replace
from typing import Final

from bot.dialogue import pads, reading
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, ChangeHandle, ChangeName, ClosePad, Effect, Line, Say, Show
from bot.dialogue.events import (
    DeadlinePassed,
    HandleChanged,
    HandleRefused,
    NameChanged,
    Resumed,
    Tapped,
    TextArrived,
)
from bot.dialogue.flows.send import frozen_refusal
from bot.dialogue.leaving import leave
from bot.dialogue.people import FLAGGED_FOR, Me
from bot.dialogue.saying import Rows, cancel, line, masked, refusal, say, simple, tell, topic
from bot.dialogue.states import AskingProfile, ChangingProfile, ChoosingPin, Idle, Proof, ProvingPin, State
from bot.dialogue.table import ANY, Row
from bot.language.handles import HandleFault, read_handle
from bot.language.intents import Nothing, Topic
from bot.language.own_names import NameFault, read_name

# ── who I am ─────────────────────────────────────────────────────────────────


def profile(context: Context, state: State) -> Step:
    """/profile."""
    shown = tell(*_about(context), buttons=_buttons())
    return Step(Idle(), (*leave(context, state), shown))


def _about(context: Context) -> tuple[Line, ...]:
    """What others see of them, and what they may want to know of it."""
    me = context.me
    lines = [line("profile.you", name=me.name, handle=me.handle or "", masked_id=masked(me.person_id))]
    if me.registered_at is not None:
        lines.append(line("profile.since", at=me.registered_at))
    if me.renamed_at is not None and context.now < me.renamed_at + FLAGGED_FOR:
        lines.append(line("profile.flagged", until=me.renamed_at + FLAGGED_FOR))
    return (*lines, *_handle_stays(me, context))


def _handle_stays(me: Me, context: Context) -> tuple[Line, ...]:
    again_at = me.handle_changeable_at(context.now)
    return () if again_at is None else (line("profile.handle_stays", again_at=again_at),)


def _buttons() -> Rows:
    return ((simple(Action.CHANGE_NAME), simple(Action.CHANGE_HANDLE)), (topic(Topic.PHONE),))


# ── what it shall be ─────────────────────────────────────────────────────────


def on_name_tapped(context: Context, state: State, _: Tapped) -> Step:
    """[Change name]."""
    return _begin(context, state, Proof.CHANGE_NAME)


def on_handle_tapped(context: Context, state: State, _: Tapped) -> Step:
    """[Change handle]."""
    return _begin(context, state, Proof.CHANGE_HANDLE)


def _begin(context: Context, state: State, proof: Proof) -> Step:
    """Ask for it, if it can be changed now: not while the account is frozen, the PIN locked, or the handle too new."""
    closing, bubble = leave(context, state), context.fresh.bubble_id
    why_not = _why_not(context, proof)
    if why_not:
        return Step(Idle(), (*closing, tell(*why_not)))
    if not context.me.has_pin:
        return Step(ChoosingPin(bubble), (*closing, pads.choose(context, bubble, None, None)))
    asking = AskingProfile(bubble, proof, context.expires_at)
    return Step(asking, (*closing, _asked(context, asking)))


def _why_not(context: Context, proof: Proof) -> tuple[Line, ...]:
    frozen = frozen_refusal(context)
    if frozen is not None:
        return (refusal(frozen),)
    if context.pin_locked_until is not None:
        return (pads.locked(context.pin_locked_until),)
    return _handle_stays(context.me, context) if proof is Proof.CHANGE_HANDLE else ()


def _asked(context: Context, asking: AskingProfile, *why: Line) -> Show:
    return Show(asking.bubble, say(*why, *_question(context, asking.proof).lines, buttons=((cancel(),),)))


def _question(context: Context, proof: Proof) -> Say:
    if proof is Proof.CHANGE_NAME:
        return say(line("profile.ask_name", name=_now(context, proof)))
    return say(line("profile.ask_handle", handle=_now(context, proof)))


def _now(context: Context, proof: Proof) -> str:
    return context.me.name if proof is Proof.CHANGE_NAME else context.me.handle or ""


def on_text(context: Context, state: AskingProfile, event: TextArrived) -> Step | None:
    """The new name or handle; another command is left to ``commands``."""
    if event.text.lstrip().startswith("/") or not isinstance(reading.read(context, event), Nothing):
        return None
    closed = Show(state.bubble, _question(context, state.proof))
    wanted = read_name(event.text) if state.proof is Proof.CHANGE_NAME else read_handle(event.text)
    if isinstance(wanted, NameFault | HandleFault):
        again = replace(state, bubble=context.fresh.bubble_id, expires_at=context.expires_at)
        return Step(again, (closed, _asked(context, again, _fault(wanted))))
    if wanted == _now(context, state.proof):
        return Step(Idle(), (closed, tell(line("profile.same"))))
    proving = ProvingPin(context.fresh.bubble_id, state.proof, wanted)
    return Step(proving, (closed, pads.enter_for_proof(proving)))


def _fault(fault: NameFault | HandleFault) -> Line:
    match fault:
        case NameFault():
            return line(f"profile.name_{fault.value}")
        case HandleFault():
            return line(f"profile.handle_{fault.value}")


def on_lapsed(_: Context, state: AskingProfile, _e: DeadlinePassed) -> Step:
    """Nobody answered."""
    return Step(Idle(), (Show(state.bubble, say(line("profile.lapsed"))),))


# ── the PIN was right ────────────────────────────────────────────────────────


def proved(state: ProvingPin) -> Step:
    """What was wished for is written."""
    changing = ChangingProfile(state.bubble, state.proof, state.wanted)
    return Step(changing, (ClosePad(), _change(changing)))


def _change(state: ChangingProfile) -> Effect:
    return ChangeName(state.wanted) if state.proof is Proof.CHANGE_NAME else ChangeHandle(state.wanted)


def on_name_changed(context: Context, state: ChangingProfile, event: NameChanged) -> Step:
    """Said in the bubble, and told in a message of its own, in case it was somebody else."""
    shown = Show(state.bubble, say(line("profile.name_changed", name=event.name)))
    alert = tell(line("profile.name_alert", name=event.name, at=context.now), buttons=((simple(Action.FREEZE),),))
    return Step(Idle(), (shown, alert))


def on_handle_changed(context: Context, state: ChangingProfile, event: HandleChanged) -> Step:
    """Said in the bubble, and told in a message of its own, in case it was somebody else."""
    shown = Show(state.bubble, say(line("profile.handle_changed", handle=event.handle)))
    alert = tell(line("profile.handle_alert", handle=event.handle, at=context.now), buttons=((simple(Action.FREEZE),),))
    return Step(Idle(), (shown, alert))


def on_handle_refused(context: Context, state: ChangingProfile, event: HandleRefused) -> Step:
    """Taken: asked for another one. Changed on another phone a moment ago: until when it stays."""
    if event.again_at is not None:
        return Step(Idle(), (Show(state.bubble, say(line("profile.handle_stays", again_at=event.again_at))),))
    asking = AskingProfile(state.bubble, Proof.CHANGE_HANDLE, context.expires_at)
    return Step(asking, (_asked(context, asking, line("profile.handle_taken", handle=event.handle)),))


def on_resumed(_: Context, state: ChangingProfile, _event: Resumed) -> Step:
    """Asked again: the same name or handle is written once."""
    return Step(state, (_change(state),))


ROWS: Final = (
    Row((AskingProfile,), (TextArrived,), on_text, (ProvingPin, Idle)),
    Row((AskingProfile,), (DeadlinePassed,), on_lapsed, (Idle,)),
    Row((ChangingProfile,), (NameChanged,), on_name_changed, (Idle,)),
    Row((ChangingProfile,), (HandleChanged,), on_handle_changed, (Idle,)),
    Row((ChangingProfile,), (HandleRefused,), on_handle_refused, (AskingProfile, Idle)),
    Row((ChangingProfile,), (Resumed,), on_resumed),
    Row(ANY, (Action.CHANGE_NAME,), on_name_tapped, (AskingProfile, ChoosingPin, Idle)),
    Row(ANY, (Action.CHANGE_HANDLE,), on_handle_tapped, (AskingProfile, ChoosingPin, Idle)),
)
