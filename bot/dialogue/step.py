"""``step(context, state, event)``: what is true now and what to do about it. Pure, and total: every pair has an answer.

The rows are in the flows; this module only puts them into one table and looks them up.
"""

from typing import Final

from bot.dialogue.context import Context, FreshIds, Step
from bot.dialogue.effects import Action
from bot.dialogue.events import ContactShared, DeadlinePassed, DigitsArrived, Event, Resumed, Tapped, TextArrived
from bot.dialogue.flows import (
    afterwards,
    answers,
    balance,
    blocking,
    busy,
    commands,
    contact_book,
    contacts,
    elsewhere,
    export,
    freeze,
    groups,
    history,
    inviting,
    limits,
    onboarding,
    own_limits,
    paying,
    phone,
    pin,
    profile,
    references,
    refunds,
    send,
    statement,
)
from bot.dialogue.links import link_in
from bot.dialogue.saying import toast
from bot.dialogue.states import ChoosingLanguage, ChoosingPin, State, deadline
from bot.dialogue.table import Table, Trigger

__all__ = ["FLOWS", "TABLE", "Context", "FreshIds", "Step", "is_resumed", "step"]

FLOWS: Final = (
    onboarding,
    inviting,
    send,
    answers,
    paying,
    pin,
    profile,
    refunds,
    afterwards,
    references,
    balance,
    history,
    statement,
    export,
    limits,
    own_limits,
    contacts,
    contact_book,
    blocking,
    phone,
    freeze,
    groups,
    busy,
    commands,
    elsewhere,
)

TABLE: Final = Table(row for flow in FLOWS for row in flow.ROWS)


def step(context: Context, state: State, event: Event) -> Step:
    """The next state, and what to do once it is saved."""
    if isinstance(event, Tapped) and event.expired:
        return Step(state, (toast("toast.expired"),))
    if isinstance(event, DeadlinePassed) and _is_early(context, state):
        return Step(state)  # it was the deadline of a state that is over
    if isinstance(event, TextArrived) and (link := link_in(event.text)) is not None:
        return groups.press_start(state, link)
    if context.me.account_id is None and isinstance(event, (TextArrived, DigitsArrived, ContactShared, Tapped)):
        return _stranger(context, state, event)
    return _look_up(context, state, event)


def is_resumed(state: State) -> bool:
    """Whether the next process has something to do about this state. In every other it waits for the person."""
    if isinstance(state, ChoosingPin) and state.closed:
        return False
    return TABLE.has_own(type(state), Resumed)


def _is_early(context: Context, state: State) -> bool:
    ends_at = deadline(state)
    return ends_at is None or context.now < ends_at


def _stranger(context: Context, state: State, event: Event) -> Step:
    """Somebody without an account: a language is all they can tap, and anything they write is a start."""
    if not isinstance(event, Tapped):
        return onboarding.welcome(context, state, invitation=inviting.invitation_in(event))
    if isinstance(state, ChoosingLanguage) and event.action is Action.PICK_LANGUAGE:
        return _look_up(context, state, event)
    return Step(state, (toast("toast.start_first"),))


def _look_up(context: Context, state: State, event: Event) -> Step:
    trigger: Trigger = event.action if isinstance(event, Tapped) else type(event)
    for row in TABLE.find(type(state), trigger):
        step_taken = row.handler(context, state, event)
        if step_taken is not None:
            return step_taken
    raise LookupError(f"{type(state).__name__} has no answer to {trigger}")
