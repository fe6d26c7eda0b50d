"""What is said of the limits that people set for themselves: questions, buttons, and what a button carried."""

from typing import Final

from bot.dialogue.effects import Action, Button, Line, Say
from bot.dialogue.saying import Rows, cancel, line, person_argument, person_of, say
from bot.dialogue.states import AskingLimit, ConfirmingLimit, LimitChange
from ledger.kernel.money import MAX_MINOR_UNITS, Money, exponent
from ledger.kernel.own_limits import LimitKind, OwnLimits

# A button carries the index, so the order never changes.
KINDS: Final = (LimitKind.PER_PAYMENT, LimitKind.PER_DAY, LimitKind.PER_PAYEE)
SUGGESTED: Final = (500, 2_000, 10_000)  # of the currency's major unit; any other amount is typed


def which_question(state: AskingLimit, *why: Line) -> Say:
    """Over what the limit is counted."""
    if state.none:
        which = line("limits.which_none")
    elif state.limit is not None:
        which = line("limits.which_amount", limit=state.limit)
    else:
        which = line("limits.which")
    rows = tuple(
        (Button(Action.LIMIT_KIND, bytes((index,)), f"limit_{kind.value}", {}, state.expires_at),)
        for index, kind in enumerate(KINDS)
    )
    return say(*why, which, buttons=(*rows, (cancel(),)))


def amount_question(state: AskingLimit, kind: LimitKind, own: OwnLimits, currency: str, *why: Line) -> Say:
    """How much at most: a few amounts as buttons, any other typed."""
    set_now = own.of(kind)
    now = () if set_now is None else (line("limits.now", limit=Money(set_now, currency)),)
    amounts = tuple(_amount_button(state, Money(units * 10 ** exponent(currency), currency)) for units in SUGGESTED)
    lift = (
        () if set_now is None else (Button(Action.LIMIT_AMOUNT, person_argument(0), "no_limit", {}, state.expires_at),)
    )
    rows: Rows = (amounts, (*lift, cancel()))
    return say(*why, line(f"limits.how_much_{kind.value}"), *now, buttons=rows)


def _amount_button(state: AskingLimit, amount: Money) -> Button:
    argument = person_argument(amount.minor_units)
    return Button(Action.LIMIT_AMOUNT, argument, "pick_amount", {"amount": amount}, state.expires_at)


def confirm_question(state: ConfirmingLimit) -> Say:
    """A tighter limit, as it would hold from now on."""
    change = state.change
    if change.limit is None:
        raise ValueError("to take a limit away is not to tighten it")
    sure = Button(Action.SET_LIMIT, argument_of(change), "set_limit", {"limit": change.limit}, state.expires_at)
    return say(wanted(change), line("limits.confirm"), buttons=((sure, cancel()),))


def wanted(change: LimitChange) -> Line:
    """The limit as it shall be."""
    if change.limit is None:
        return line(f"limits.lift_{change.over.value}")
    return line(f"limits.wanted_{change.over.value}", limit=change.limit)


def done(change: LimitChange) -> Line:
    """The limit as it is from now on."""
    if change.limit is None:
        return line(f"limits.lifted_{change.over.value}")
    return line(f"limits.set_{change.over.value}", limit=change.limit)


# ── what a button carried: from outside, so checked ──────────────────────────


def argument_of(change: LimitChange) -> bytes:
    """A limit as a button carries it."""
    return bytes((KINDS.index(change.over),)) + person_argument(0 if change.limit is None else change.limit.minor_units)


def kind_of(argument: bytes) -> LimitKind | None:
    """The kind that a button carried."""
    return KINDS[argument[0]] if len(argument) == 1 and argument[0] < len(KINDS) else None


def minor_units_of(argument: bytes) -> int | None:
    """The amount that a button carried, 0 for no limit."""
    minor_units = person_of(argument)
    return minor_units if minor_units is not None and minor_units <= MAX_MINOR_UNITS else None
