"""Choosing a PIN, changing it, and proving oneself with it. The digits are between the pad and the vault."""

from dataclasses import replace
from typing import Final

from bot.dialogue import pads
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, ClosePad, Line, OpenPad, Purpose, Say, Show
from bot.dialogue.events import (
    ChoiceVerdict,
    PadClosed,
    PinChecked,
    PinChosen,
    PinVerdict,
    Resumed,
    Tapped,
)
from bot.dialogue.flows import export, own_limits, profile
from bot.dialogue.flows.freeze import ask_unfreeze
from bot.dialogue.flows.send import AFTER_PAYEE, advance
from bot.dialogue.leaving import leave, no_pin_chosen
from bot.dialogue.saying import Rows, hint_send, line, say, simple, tell, toast, topic
from bot.dialogue.states import (
    ChangingProfile,
    ChoosingPin,
    Exporting,
    Freezing,
    Idle,
    Limiting,
    Proof,
    ProvingPin,
    State,
)
from bot.dialogue.table import ANY, Row
from bot.language.intents import Topic

# ── beginning ────────────────────────────────────────────────────────────────


def change_or_choose(context: Context, state: State) -> Step:
    """/pin: whoever has one proves it first."""
    closing, bubble = leave(context, state), context.fresh.bubble_id
    if context.pin_locked_until is not None:
        told = tell(pads.locked(context.pin_locked_until), buttons=pads.HELP_LOCKED)
        return Step(Idle(), (*closing, told))
    if context.me.has_pin:
        proving = ProvingPin(bubble, Proof.CHANGE_PIN)
        return Step(proving, (*closing, pads.enter_for_proof(proving)))
    handle = context.me.handle  # they have not seen the end of their welcome yet
    return Step(ChoosingPin(bubble, handle=handle), (*closing, pads.choose(context, bubble, handle, None)))


def on_change_tapped(context: Context, state: State, _: Tapped) -> Step:
    """[Change PIN], or [Choose a PIN] under an older message: the pad answers the tap."""
    return change_or_choose(context, state)


def on_choose_tapped(context: Context, state: State, _: Tapped) -> Step:
    """[Choose a PIN]. Once there is one, it can only be changed."""
    if context.me.has_pin:
        return Step(state, (toast("toast.done"),))
    return change_or_choose(context, state)


def on_choose_again(context: Context, state: ChoosingPin, _: Tapped) -> Step:
    """[Choose a PIN] in the bubble whose pad was closed: what was waiting for the PIN still waits."""
    if context.me.has_pin:
        return Step(state, (toast("toast.pad_open"),))
    again = replace(state, stage=Purpose.CHOOSE, closed=False)
    return Step(again, (_choose(context, again),))


def forgot(context: Context, state: State) -> Step:
    """[Forgot PIN?]: nobody can tell it to them. What can be done, said as it is."""
    me = context.me
    if not me.has_pin:
        return change_or_choose(context, state)
    until = context.pin_locked_until
    when = line("pin.forgot_try") if until is None else line("pin.forgot_locked", until=until)
    rows = ((simple(Action.FREEZE),), (topic(Topic.HELP),))
    return Step(Idle(), (*leave(context, state), tell(line("pin.forgot"), when, line("pin.forgot_safe"), buttons=rows)))


def on_forgot_tapped(context: Context, state: State, _: Tapped) -> Step:
    """[Forgot PIN?] under a wrong or a locked one: a message answers the tap."""
    return forgot(context, state)


# ── a new PIN ────────────────────────────────────────────────────────────────


def on_chosen(context: Context, state: ChoosingPin, event: PinChosen) -> Step:
    """First entry accepted: once more. Saved: what waited for it goes on. Anything else: why not, and again."""
    match event.verdict:
        case ChoiceVerdict.ACCEPTED:
            return Step(replace(state, stage=Purpose.REPEAT), (pads.repeat(state.bubble),))
        case ChoiceVerdict.SAVED:
            return _saved(context, state)
        case ChoiceVerdict.WRONG_LENGTH:
            why = line("pin.wrong_length", digits=context.me.pin_digits)
        case ChoiceVerdict.WEAK | ChoiceVerdict.REUSED | ChoiceVerdict.MISMATCH:
            why = line(f"pin.{event.verdict.value}")
    again = replace(state, stage=Purpose.CHOOSE)
    return Step(again, (_choose(context, again, why),))


def _choose(context: Context, state: ChoosingPin, *why: Line) -> OpenPad:
    return pads.choose(context, state.bubble, state.handle, state.draft, *why)


def _saved(context: Context, state: ChoosingPin) -> Step:
    if state.changing:
        alert = tell(line("pin.changed_alert", at=context.now), buttons=((simple(Action.FREEZE),),))
        return Step(Idle(), (Show(state.bubble, say(line("pin.changed"))), alert))
    if state.draft is not None:
        saved = Show(state.bubble, say(*_greeting(state), line("pin.saved")))
        return advance(context, state.draft, context.fresh.bubble_id, before=(saved,))
    return Step(Idle(), (Show(state.bubble, _ready(context, state)),))


def _ready(context: Context, state: ChoosingPin) -> Say:
    """All set, and what to type now."""
    rows: Rows = ((topic(Topic.BALANCE), topic(Topic.HELP)),)
    if state.handle is not None and not context.me.phone_bound:  # under what they came for, and never in its way
        rows = (*rows, (simple(Action.SHARE_PHONE),))
    return say(*_greeting(state), line("pin.saved"), hint_send(context.me), line("hint.more"), buttons=rows)


def _greeting(state: ChoosingPin) -> tuple[Line, ...]:
    """Who a newcomer is here."""
    return () if state.handle is None else (line("start.ready"), line("start.handle", handle=state.handle))


def on_choosing_pad_closed(context: Context, state: ChoosingPin, _: PadClosed | Resumed) -> Step:
    """No PIN was saved. A newcomer may go on; whoever was changing a PIN starts with the old one again."""
    shown = no_pin_chosen(context, state, line("pin.pad_closed_choose"))
    if context.me.has_pin:
        return Step(Idle(), (ClosePad(), shown))
    return Step(replace(state, stage=Purpose.CHOOSE, closed=True), (ClosePad(), shown))


# ── the PIN they have ────────────────────────────────────────────────────────


def on_proved(context: Context, state: ProvingPin, event: PinChecked) -> Step:
    """Right: what it was for. Wrong: how many tries are left. Locked: until when."""
    bubble = state.bubble
    match event.verdict:
        case PinVerdict.RIGHT:
            return _proved(context, state)
        case PinVerdict.WRONG:
            return Step(state, (pads.enter_for_proof(state, *pads.wrong(event.attempts_left)),))
        case PinVerdict.LOCKED:
            shown = Show(bubble, say(pads.locked(event.locked_until), buttons=pads.HELP_LOCKED))
            return Step(Idle(), (ClosePad(), shown, pads.locked_alert(context)))
        case PinVerdict.UNSET:
            return Step(ChoosingPin(bubble), (ClosePad(), pads.choose(context, bubble, None, None)))


def _proved(context: Context, state: ProvingPin) -> Step:
    bubble = state.bubble
    match state.proof:
        case Proof.CHANGE_PIN:
            return Step(ChoosingPin(bubble, changing=True), (pads.choose(context, bubble, None, None),))
        case Proof.UNFREEZE:
            shown = Show(bubble, say(line("freeze.moment_unfreeze")))
            asked = Freezing(context.ask_again_at(0), thaw=True, bubble=bubble)
            return Step(asked, (ClosePad(), shown, ask_unfreeze(context)))
        case Proof.CHANGE_NAME | Proof.CHANGE_HANDLE:
            return profile.proved(state)
        case Proof.CHANGE_LIMIT:
            return own_limits.proved(context, state)
        case Proof.EXPORT:
            return export.proved(state)


def on_proving_pad_closed(_: Context, state: ProvingPin, _event: PadClosed | Resumed) -> Step:
    """Nothing was proved."""
    again = simple(Action[state.proof.name])  # what they pressed before is called as what it proves
    shown = Show(state.bubble, say(line("pin.pad_closed"), buttons=((again,),)))
    return Step(Idle(), (ClosePad(), shown))


def on_cancel(context: Context, state: ChoosingPin | ProvingPin, _: Tapped) -> Step:
    """Cancelled on the pad."""
    return Step(Idle(), leave(context, state))


ROWS: Final = (
    Row((ChoosingPin,), (PinChosen,), on_chosen, AFTER_PAYEE),
    Row((ChoosingPin,), (PadClosed, Resumed), on_choosing_pad_closed, (Idle,)),
    Row((ChoosingPin,), (Action.CHOOSE_PIN,), on_choose_again),
    Row((ProvingPin,), (PinChecked,), on_proved, (ChoosingPin, Freezing, ChangingProfile, Limiting, Exporting, Idle)),
    Row((ProvingPin,), (PadClosed, Resumed), on_proving_pad_closed, (Idle,)),
    Row((ChoosingPin, ProvingPin), (Action.CANCEL,), on_cancel, (Idle,)),
    Row(ANY, (Action.CHOOSE_PIN,), on_choose_tapped, (ChoosingPin,)),
    Row(ANY, (Action.CHANGE_PIN,), on_change_tapped, (ProvingPin, ChoosingPin, Idle)),
    Row(ANY, (Action.FORGOT_PIN,), on_forgot_tapped, (Idle, ChoosingPin)),
)
