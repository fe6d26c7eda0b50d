"""While the ledger is asked, the conversation waits for its answer: nothing may take the place of what is under way.

Only a freeze is let through, because it may not wait.
"""

from typing import Final

from bot.dialogue import reading
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, Line
from bot.dialogue.events import BotBlocked, ContactShared, PaymentArrived, Tapped, TextArrived
from bot.dialogue.flows.freeze import freeze, offer
from bot.dialogue.flows.references import look_up
from bot.dialogue.saying import line, tell, toast
from bot.dialogue.states import Freezing, Limiting, Paying, Refunding
from bot.dialogue.table import Row
from bot.language.intents import Open, Topic

BUSY: Final = (Paying, Refunding, Freezing, Limiting)

_Busy = Paying | Refunding | Freezing | Limiting


def on_text(context: Context, state: _Busy, event: TextArrived) -> Step:
    """One moment, whatever it is; /freeze is heard."""
    match reading.read(context, event):
        case Open(topic=Topic.FREEZE):
            return freeze(context, state)
        case Open(topic=Topic.LOST):
            return Step(state, (offer(context),))
        case Open(topic=Topic.HISTORY, argument=argument) if reference := reading.reference_in(context, argument):
            return look_up(state, reference)
        case _:
            return Step(state, (tell(one_moment(state)),))


def on_contact(_: Context, state: _Busy, _event: ContactShared) -> Step:
    """One moment."""
    return Step(state, (tell(one_moment(state)),))


def one_moment(state: _Busy) -> Line:
    """What is under way."""
    if isinstance(state, Freezing):
        return line("freeze.moment_unfreeze" if state.thaw else "freeze.moment")
    return line("limits.moment" if isinstance(state, Limiting) else "send.busy")


def on_topic_tapped(context: Context, state: _Busy, event: Tapped) -> Step:
    """One moment, whatever it is; [Freeze] is heard."""
    if event.argument == Topic.FREEZE.value.encode():
        step = freeze(context, state)
        return Step(step.state, (toast("toast.moment"), *step.effects))
    return on_tapped(context, state, event)


def on_tapped(_: Context, state: _Busy, _event: Tapped) -> Step:
    """One moment. A second tap on [Pay] ends here too."""
    return Step(state, (toast("toast.moment"),))


def on_payment(_: Context, state: _Busy, event: PaymentArrived) -> Step | None:
    """A refund may not begin now; a receipt may be shown."""
    return Step(state, (toast("toast.moment"),)) if event.action is Action.SEND_BACK else None


def on_blocked(_: Context, state: _Busy, _event: BotBlocked) -> Step:
    """Money that is moving has its answer whether they listen or not."""
    return Step(state)


_WAITING: Final = tuple(
    action
    for action in Action
    if action
    not in {Action.FREEZE, Action.OPEN_TOPIC, Action.RECEIPT, Action.THANK, Action.PROBLEM, Action.PROBLEM_REASON}
    and action not in {Action.HISTORY_PAGE, Action.HISTORY_CHOICES, Action.SHOW_REFERENCE, Action.STATEMENT}
)

ROWS: Final = (
    Row(BUSY, (TextArrived,), on_text),
    Row(BUSY, (ContactShared,), on_contact),
    Row(BUSY, (Action.OPEN_TOPIC,), on_topic_tapped),
    Row(BUSY, _WAITING, on_tapped),
    Row(BUSY, (PaymentArrived,), on_payment),
    Row(BUSY, (BotBlocked,), on_blocked),
)
