"""Freeze at once and without a PIN; unfreeze with the PIN, and after the policy's delay. Both go on until answered."""

from dataclasses import replace
from typing import Final

from bot.dialogue import pads
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, AskLedger, BubbleId, Effect, Say, Show, Tell
from bot.dialogue.events import DeadlinePassed, LedgerAnswered, LedgerFault, LedgerSilent, Resumed, Tapped
from bot.dialogue.leaving import leave
from bot.dialogue.saying import line, refusal, say, simple, tell, toast, topic
from bot.dialogue.states import (
    ChoosingPin,
    Freezing,
    Idle,
    Limiting,
    Paying,
    Proof,
    ProvingPin,
    Refunding,
    State,
)
from bot.dialogue.table import ANY, Row
from bot.language.intents import Topic
from ledger.commands import Freeze, Unfreeze
from ledger.kernel.ids import AccountId
from ledger.outcomes import FreezeChanged, Refused


def freeze(context: Context, state: State) -> Step:
    """Stop everything that goes out. A payment that is being carried out is not lost: both are asked for."""
    match state:
        case Paying() | Refunding() | Limiting():
            return Step(replace(state, freeze_wanted=True), (ask_freeze(context),))
        case Freezing(thaw=True, bubble=BubbleId() as bubble):
            still = Show(bubble, say(line("freeze.still")))  # the unfreezing under way is called off
            return Step(Freezing(context.ask_again_at(0)), (still, ask_freeze(context)))
        case _:
            asked = Freezing(context.ask_again_at(0))
            return Step(asked, (*leave(context, state), ask_freeze(context)))


def unfreeze(context: Context, state: State) -> Step:
    """Ask for the PIN first; say so when there is nothing to lift, or when it is under way."""
    closing, me = leave(context, state), context.me
    if not me.frozen or (me.thaws_at is not None and me.thaws_at <= context.now):
        return Step(Idle(), (*closing, tell(line("freeze.not_frozen"))))
    if me.thaws_at is not None:
        return Step(Idle(), (*closing, tell(line("freeze.thaws_at", thaws_at=me.thaws_at))))
    if context.pin_locked_until is not None:
        told = tell(pads.locked(context.pin_locked_until), buttons=pads.HELP_LOCKED)
        return Step(Idle(), (*closing, told))
    bubble = context.fresh.bubble_id
    if not me.has_pin:
        return Step(ChoosingPin(bubble), (*closing, pads.choose(context, bubble, None, None)))
    proving = ProvingPin(bubble, Proof.UNFREEZE)
    return Step(proving, (*closing, pads.enter_for_proof(proving)))


def ask_freeze(context: Context) -> AskLedger:
    """Freeze my account."""
    return AskLedger(Freeze(_mine(context)))


def ask_unfreeze(context: Context) -> AskLedger:
    """Unfreeze my account, after the policy's delay."""
    return AskLedger(Unfreeze(_mine(context)))


def _mine(context: Context) -> AccountId:
    account_id = context.me.account_id
    if account_id is None:
        raise ValueError("somebody who freezes is registered")
    return account_id


def after_moving(context: Context, state: Paying | Refunding | Limiting, *said: Effect) -> Step:
    """What was under way has its answer. A freeze that was asked meanwhile and not answered goes on by itself."""
    if state.freeze_wanted:
        return Step(Freezing(context.ask_again_at(state.silences)), (*said, ask_freeze(context)))
    return Step(Idle(), said)


def lost(context: Context, state: State) -> Step:
    """Somebody else may have the phone or the PIN: a freeze is offered. It is not done by itself."""
    return Step(Idle(), (*leave(context, state), offer(context)))


def offer(context: Context) -> Tell:
    """What to do now, in the order of need; also while something else is under way."""
    me = context.me
    if me.frozen and me.thaws_at is None:
        return tell(line("freeze.frozen_already"), line("freeze.sessions"), buttons=((simple(Action.CHANGE_PIN),),))
    rows = ((simple(Action.FREEZE),), (simple(Action.CHANGE_PIN), topic(Topic.DISPUTE)))
    return tell(line("freeze.offer"), line("freeze.sessions"), buttons=rows)


def tell_freeze(changed: FreezeChanged) -> Tell:
    """What holds now, and until when, as a message of its own."""
    return Tell(_standing(changed))


def _standing(changed: FreezeChanged) -> Say:
    if not changed.frozen:
        return say(line("freeze.lifted"))
    if changed.thaws_at is not None:
        return say(line("freeze.thaws_at", thaws_at=changed.thaws_at), buttons=((simple(Action.FREEZE),),))
    return say(line("freeze.done"), buttons=((simple(Action.UNFREEZE),),))


def _answered(state: Freezing, said: Say) -> Step:
    """In the bubble in which the PIN was entered, if there is one."""
    return Step(Idle(), (Tell(said) if state.bubble is None else Show(state.bubble, said),))


def on_freeze_tapped(context: Context, state: State, _: Tapped) -> Step:
    """Like /freeze, with the tap answered."""
    step = freeze(context, state)
    return Step(step.state, (toast("toast.moment"), *step.effects))


def on_unfreeze_tapped(context: Context, state: State, _: Tapped) -> Step:
    """Like /unfreeze; the pad or a message answers the tap."""
    return unfreeze(context, state)


def on_answer(_: Context, state: Freezing, event: LedgerAnswered) -> Step:
    """Frozen, or said from when on it is open again."""
    match event.outcome:
        case FreezeChanged() as changed:
            return _answered(state, _standing(changed))
        case Refused() as refused:
            return _answered(state, say(refusal(refused)))
        case _:
            return Step(state)


def on_silence(context: Context, state: Freezing, _: LedgerSilent) -> Step:
    """Nothing is known: it is said once, and asked again later."""
    key = "freeze.moment_unfreeze" if state.thaw else "freeze.moment"
    told: tuple[Effect, ...] = () if state.silences else (tell(line(key)),)
    silences = state.silences + 1
    return Step(replace(state, ask_again_at=context.ask_again_at(silences), silences=silences), told)


def on_fault(_: Context, state: Freezing, event: LedgerFault) -> Step:
    """We asked wrongly: said at once, for they believe that they are safe now."""
    return _answered(state, say(line("error.ours", fault=event.fault)))


def on_ask_again(context: Context, state: Freezing, _: DeadlinePassed | Resumed) -> Step:
    """Asked until it is answered."""
    again = replace(state, ask_again_at=context.ask_again_at(state.silences))
    return Step(again, (ask_unfreeze(context) if state.thaw else ask_freeze(context),))


def on_answer_elsewhere(_: Context, state: State, event: LedgerAnswered) -> Step:
    """An answer nobody waits for any more. Only a freeze is worth a word; money has its own bubble and notice."""
    told = (tell_freeze(event.outcome),) if isinstance(event.outcome, FreezeChanged) else ()
    return Step(state, told)


ROWS: Final = (
    Row((Freezing,), (LedgerAnswered,), on_answer, (Idle,)),
    Row((Freezing,), (LedgerSilent,), on_silence),
    Row((Freezing,), (LedgerFault,), on_fault, (Idle,)),
    Row((Freezing,), (DeadlinePassed, Resumed), on_ask_again),
    Row(ANY, (Action.FREEZE,), on_freeze_tapped, (Freezing,)),
    Row(ANY, (Action.UNFREEZE,), on_unfreeze_tapped, (ProvingPin, ChoosingPin, Idle)),
    Row(ANY, (LedgerAnswered,), on_answer_elsewhere),
)
