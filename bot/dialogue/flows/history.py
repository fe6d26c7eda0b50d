"""Payments page by page in one bubble, and the list from which a problem is reported."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, Button, Effect, Line, LoadHistory, Say, Show, Tell
from bot.dialogue.events import HistoryArrived, HistoryLine, Resumed, Tapped
from bot.dialogue.leaving import leave
from bot.dialogue.saying import Rows, about_payment, hint_send, line, person_of, say, tell, toast
from bot.dialogue.states import BrowsingHistory, Idle, ListingDisputable, State
from bot.dialogue.table import ANY, Row
from ledger.kernel.ids import PaymentId

_WORDS: Final = {  # kind and whether it came in → catalogue key
    ("payment", False): "history.paid",
    ("payment", True): "history.received",
    ("refund", False): "history.sent_back",
    ("refund", True): "history.returned",
}
MOST_DISPUTABLE: Final = 5  # recent payments offered under /dispute
NEWEST: Final = b""  # what [Newest] carries: no cursor


def history(context: Context, state: State) -> Step:
    """/history: the newest page."""
    browsing = BrowsingHistory(context.fresh.bubble_id)
    return Step(browsing, (*leave(context, state), LoadHistory()))


def dispute(context: Context, state: State) -> Step:
    """/dispute: recent payments, each with its [Problem?]."""
    return Step(ListingDisputable(), (*leave(context, state), LoadHistory()))


def on_page(_: Context, state: State, event: Tapped) -> Step:
    """[Older] or [Newest]: the next page replaces the one on screen, or comes as a new message if another is open."""
    cursor = None if event.argument == NEWEST else person_of(event.argument)
    if cursor is None and event.argument != NEWEST:
        return Step(state, (toast("toast.earlier"),))
    return Step(state, (LoadHistory(cursor),))


def on_page_here(context: Context, state: Idle | BrowsingHistory, event: Tapped) -> Step:
    """The page goes into the bubble on screen, or into a new one."""
    step = on_page(context, state, event)
    if not any(isinstance(effect, LoadHistory) for effect in step.effects):
        return step
    bubble = state.bubble if isinstance(state, BrowsingHistory) else context.fresh.bubble_id
    return Step(BrowsingHistory(bubble, newest=event.argument == NEWEST), step.effects)


def on_history(context: Context, state: State, event: HistoryArrived) -> Step:
    """A page beside whatever is open."""
    return Step(state, (Tell(_page(context, event, newest=False)),))


def on_history_here(context: Context, state: BrowsingHistory, event: HistoryArrived) -> Step:
    """A page in its bubble."""
    return Step(state, (Show(state.bubble, _page(context, event, newest=state.newest)),))


def _page(context: Context, event: HistoryArrived, *, newest: bool) -> Say:
    """A page. [Newest] leads back from a later one, [Older] is there while there is more."""
    if not event.lines:
        return say(line("history.empty"), hint_send(context.me))
    told = [part for one in event.lines for part in _lines(one)]
    row: list[Button] = []
    if event.next_cursor is not None:
        row.append(Button(Action.HISTORY_PAGE, event.next_cursor.to_bytes(8, "big"), "older"))
    if not newest:
        row.append(Button(Action.HISTORY_PAGE, NEWEST, "newest"))
    end = () if event.next_cursor is not None or newest else (line("history.end"),)
    return say(line("history.title"), *told, *end, buttons=(tuple(row),) if row else ())


def _lines(one: HistoryLine) -> tuple[Line, ...]:
    key = _WORDS.get((one.kind, one.incoming))
    if key is None:
        first = line("history.added", amount=one.amount, at=one.at, reference=one.reference)
    else:
        first = Line(key, {"amount": one.amount, "name": one.name, "at": one.at, "reference": one.reference})
    return (first, line("history.note", note=one.note)) if one.note else (first,)


def on_disputable(_: Context, _state: ListingDisputable, event: HistoryArrived) -> Step:
    """Ask which payment has a problem."""
    payments = _payments(event.lines)
    if not payments:
        return Step(Idle(), (tell(line("dispute.none")),))
    return Step(Idle(), (tell(line("dispute.how"), buttons=_problems(payments)),))


def _payments(lines: Sequence[HistoryLine]) -> dict[PaymentId, HistoryLine]:
    """Each payment once, newest first: one that was sent back has a line for the way there and one for the way back."""
    found: dict[PaymentId, HistoryLine] = {}
    for one in lines:
        if one.payment_id is not None and (one.kind == "payment" or one.payment_id not in found):
            found[one.payment_id] = one
    return dict(list(found.items())[:MOST_DISPUTABLE])


def _problems(payments: Mapping[PaymentId, HistoryLine]) -> Rows:
    return tuple((_problem(payment_id, one),) for payment_id, one in payments.items())


def _problem(payment_id: PaymentId, one: HistoryLine) -> Button:
    """Two payments of one amount to one person are told apart by their time."""
    label = "problem_received" if one.incoming else "problem_paid"
    return about_payment(Action.PROBLEM, payment_id, label, amount=one.amount, name=one.name, at=one.at)


def on_resumed(context: Context, state: ListingDisputable, _: Resumed) -> Step:
    """Asked again."""
    del context
    loading: tuple[Effect, ...] = (LoadHistory(),)
    return Step(state, loading)


ROWS: Final = (
    Row((Idle, BrowsingHistory), (Action.HISTORY_PAGE,), on_page_here, (BrowsingHistory,)),
    Row(ANY, (Action.HISTORY_PAGE,), on_page),
    Row((BrowsingHistory,), (HistoryArrived,), on_history_here),
    Row((ListingDisputable,), (HistoryArrived,), on_disputable, (Idle,)),
    Row((ListingDisputable,), (Resumed,), on_resumed),
    Row(ANY, (HistoryArrived,), on_history),
)
