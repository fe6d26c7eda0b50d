"""Setting a limit for oneself: which, how much, and yes. Tightening holds at once; loosening needs the PIN."""

from dataclasses import replace
from typing import Final

from bot.dialogue import limits, pads, reading
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, AskLedger, ClosePad, Effect, Erase, Line, Show
from bot.dialogue.events import (
    DeadlinePassed,
    DigitsArrived,
    LedgerAnswered,
    LedgerFault,
    LedgerSilent,
    Resumed,
    Tapped,
    TextArrived,
)
from bot.dialogue.flows.freeze import after_moving, ask_freeze, tell_freeze
from bot.dialogue.leaving import leave
from bot.dialogue.saying import line, refusal, say, simple, tell, toast, topic
from bot.dialogue.states import (
    AskingLimit,
    ChoosingPin,
    ConfirmingLimit,
    Freezing,
    Idle,
    LimitChange,
    Limiting,
    Proof,
    ProvingPin,
    State,
)
from bot.dialogue.table import ANY, Row
from bot.language.intents import Nothing, Topic
from bot.language.own_limits import LimitWords
from ledger.commands import SetLimit
from ledger.kernel.money import Money
from ledger.outcomes import FreezeChanged, LimitChanged, Refused

_LIKELY_PIN: Final = 6  # digits; the same as for an amount (flows.answers)


def begin(context: Context, state: State, said: LimitWords) -> Step:
    """From "limit me to 500 a day", or from [Set a limit] with nothing said yet."""
    asking = AskingLimit(context.fresh.bubble_id, context.expires_at, said.kind, said.limit, said.none)
    return _advance(context, asking, before=leave(context, state))


def on_change_tapped(context: Context, state: State, _: Tapped) -> Step:
    """[Set a limit]."""
    return begin(context, state, LimitWords())


# ── what is missing is asked for ─────────────────────────────────────────────


def _advance(context: Context, asking: AskingLimit, *why: Line, before: tuple[Effect, ...] = ()) -> Step:
    me, kind = context.me, asking.over
    if kind is None:
        return Step(asking, (*before, Show(asking.bubble, limits.which_question(asking, *why))))
    if asking.limit is None and not asking.none:
        question = limits.amount_question(asking, kind, me.own_limits, me.currency, *why)
        return Step(asking, (*before, Show(asking.bubble, question)))
    change = LimitChange(kind, asking.limit)
    limit = None if change.limit is None else change.limit.minor_units
    if me.own_limits.of(kind) == limit:
        return Step(Idle(), (*before, Show(asking.bubble, say(line("limits.same")))))
    if me.own_limits.loosened_by(kind, limit):
        return _prove(context, ProvingPin(asking.bubble, Proof.CHANGE_LIMIT, change=change), before)
    confirming = ConfirmingLimit(asking.bubble, change, context.expires_at)
    return Step(confirming, (*before, Show(confirming.bubble, limits.confirm_question(confirming))))


def _prove(context: Context, proving: ProvingPin, before: tuple[Effect, ...]) -> Step:
    """Whoever holds the phone may make it safer; to make it less safe takes the PIN."""
    bubble, until = proving.bubble, context.pin_locked_until
    if until is not None:
        shown = Show(bubble, say(pads.locked(until), line("limits.still"), buttons=pads.HELP_LOCKED))
        return Step(Idle(), (*before, shown))
    if not context.me.has_pin:
        return Step(ChoosingPin(bubble), (*before, pads.choose(context, bubble, None, None)))
    return Step(proving, (*before, pads.enter_for_proof(proving)))


def on_kind(context: Context, state: AskingLimit, event: Tapped) -> Step:
    """Over what it is counted."""
    kind = limits.kind_of(event.argument)
    if kind is None:
        return Step(state, (toast("toast.over"),))
    return _advance(context, replace(state, over=kind))


def on_amount(context: Context, state: AskingLimit, event: Tapped) -> Step:
    """One of the amounts that were offered, or no limit."""
    minor_units = limits.minor_units_of(event.argument)
    if minor_units is None or state.over is None:
        return Step(state, (toast("toast.over"),))
    if not minor_units:
        return _advance(context, replace(state, limit=None, none=True))
    return _advance(context, replace(state, limit=Money(minor_units, context.me.currency), none=False))


def on_text(context: Context, state: AskingLimit, event: TextArrived) -> Step | None:
    """An amount, a kind, or both. Another command is left to ``commands``; what is neither is asked again."""
    said = reading.limit_in(context, event.text)
    if said is None or said == LimitWords():
        if not isinstance(reading.read(context, event), Nothing):
            return None
        return _ask_again(context, state, line("limits.unread"))
    new = replace(
        state,
        bubble=context.fresh.bubble_id,
        expires_at=context.expires_at,
        over=said.kind or state.over,
        limit=said.limit or state.limit,
        none=said.none or (state.none and said.limit is None),
    )
    return _advance(context, new, before=(Show(state.bubble, say(line("limits.answered"))),))


def on_digits(context: Context, state: AskingLimit, event: DigitsArrived) -> Step:
    """Digits alone are the amount that was asked for, unless they are as long as a PIN of six: those are deleted."""
    digits = event.digits.reveal()
    if len(digits) == context.me.pin_digits and len(digits) >= _LIKELY_PIN:
        step = _ask_again(context, state, line("send.amount_or_pin"))
        return Step(step.state, (Erase(event.message_id), *step.effects))
    return on_text(context, state, TextArrived(event.message_id, digits)) or _ask_again(context, state)


def _ask_again(context: Context, state: AskingLimit, *why: Line) -> Step:
    """The question comes again below the answer, with its buttons; the one above gives them up."""
    again = replace(state, bubble=context.fresh.bubble_id, expires_at=context.expires_at)
    return _advance(context, again, *why, before=(Show(state.bubble, say(line("limits.answered"))),))


def on_lapsed(_: Context, state: AskingLimit | ConfirmingLimit, _event: DeadlinePassed) -> Step:
    """A question is not open for ever."""
    return Step(Idle(), (Show(state.bubble, say(line("limits.lapsed"))),))


# ── yes ──────────────────────────────────────────────────────────────────────


def on_confirm(context: Context, state: ConfirmingLimit, event: Tapped) -> Step:
    """Set, if this button belongs to this question. What would loosen by now needs the PIN after all."""
    change = state.change
    if event.argument != limits.argument_of(change):
        return Step(state, (toast("toast.over"),))
    if context.now >= state.expires_at:
        return Step(Idle(), (toast("toast.expired"), Show(state.bubble, say(line("limits.lapsed")))))
    if context.me.own_limits.loosened_by(change.over, None if change.limit is None else change.limit.minor_units):
        return _prove(context, ProvingPin(state.bubble, Proof.CHANGE_LIMIT, change=change), ())
    asked = Limiting(state.bubble, change, context.ask_again_at(0))
    return Step(asked, (toast("toast.moment"), ask_limit(context, change)))


def proved(context: Context, state: ProvingPin) -> Step:
    """The PIN was right: the limit is loosened."""
    if state.change is None:
        raise ValueError("a proof for a limit says which")
    shown = Show(state.bubble, say(line("limits.moment"), limits.wanted(state.change)))
    asked = Limiting(state.bubble, state.change, context.ask_again_at(0), loosened=True)
    return Step(asked, (ClosePad(), shown, ask_limit(context, state.change)))


def ask_limit(context: Context, change: LimitChange) -> AskLedger:
    """Set my own limit."""
    account_id = context.me.account_id
    if account_id is None:
        raise ValueError("somebody who sets a limit is registered")
    return AskLedger(SetLimit(account_id, change.over, change.limit))


# ── the ledger is asked ──────────────────────────────────────────────────────


def on_answer(context: Context, state: Limiting, event: LedgerAnswered) -> Step:
    """It holds. A looser one is told in a message of its own: that rings, and a bubble that changes does not."""
    match event.outcome:
        case LimitChanged(kind=kind) if kind is state.change.over:
            row = ((topic(Topic.LIMITS),),)
            said: tuple[Effect, ...] = (Show(state.bubble, say(limits.done(state.change), buttons=row)),)
            if state.loosened:
                alert = line("limits.loosened_alert", at=context.now)
                said = (*said, tell(alert, limits.wanted(state.change), buttons=((simple(Action.FREEZE),),)))
            return after_moving(context, state, *said)
        case Refused() as refused:
            return after_moving(context, state, Show(state.bubble, say(refusal(refused), line("limits.still"))))
        case FreezeChanged() as changed:
            return Step(replace(state, freeze_wanted=False), (tell_freeze(changed),))
        case _:
            return Step(state)


def on_silence(context: Context, state: Limiting, _: LedgerSilent) -> Step:
    """Nothing is known: it is said once, and asked again later."""
    waiting = say(line("limits.moment"), limits.wanted(state.change))
    told: tuple[Effect, ...] = () if state.silences else (Show(state.bubble, waiting),)
    silences = state.silences + 1
    return Step(replace(state, ask_again_at=context.ask_again_at(silences), silences=silences), told)


def on_fault(context: Context, state: Limiting, event: LedgerFault) -> Step:
    """We asked wrongly: said at once, for they believe that they are safer now."""
    fault = say(line("error.ours", fault=event.fault), line("limits.still"))
    return after_moving(context, state, Show(state.bubble, fault))


def on_ask_again(context: Context, state: Limiting, _: DeadlinePassed | Resumed) -> Step:
    """Asked until it is answered: set twice it stands as it stood."""
    freeze = (ask_freeze(context),) if state.freeze_wanted else ()
    again = replace(state, ask_again_at=context.ask_again_at(state.silences))
    return Step(again, (ask_limit(context, state.change), *freeze))


_AFTER: Final = (AskingLimit, ConfirmingLimit, ProvingPin, ChoosingPin, Idle)

ROWS: Final = (
    Row((AskingLimit,), (Action.LIMIT_KIND,), on_kind, _AFTER),
    Row((AskingLimit,), (Action.LIMIT_AMOUNT,), on_amount, _AFTER),
    Row((AskingLimit,), (TextArrived,), on_text, _AFTER),
    Row((AskingLimit,), (DigitsArrived,), on_digits, _AFTER),
    Row((AskingLimit, ConfirmingLimit), (DeadlinePassed,), on_lapsed, (Idle,)),
    Row((ConfirmingLimit,), (Action.SET_LIMIT,), on_confirm, (Limiting, ProvingPin, ChoosingPin, Idle)),
    Row((Limiting,), (LedgerAnswered,), on_answer, (Idle, Freezing)),
    Row((Limiting,), (LedgerSilent,), on_silence),
    Row((Limiting,), (LedgerFault,), on_fault, (Idle, Freezing)),
    Row((Limiting,), (DeadlinePassed, Resumed), on_ask_again),
    Row(ANY, (Action.CHANGE_LIMIT,), on_change_tapped, (AskingLimit,)),
)
