"""Payments page by page in one bubble: all of them, or those that went out, came in, with somebody, in some days.

What is wanted travels on the buttons, so a page that is weeks old still turns. A payment is opened by its number in the
list: its receipt comes as a message of its own, to be kept or shown, and the list stays for the next one.
"""

from typing import Final

from bot.dialogue import reading
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, BubbleId, Effect, LoadHistory, Show, Tell
from bot.dialogue.events import HistoryArrived, Resumed, Tapped
from bot.dialogue.filters import EVERYTHING, Filter, Page, Way, page_of
from bot.dialogue.flows.references import look_up
from bot.dialogue.history_pages import choices, disputable_question, page_message, which_person
from bot.dialogue.leaving import leave
from bot.dialogue.people import Payee
from bot.dialogue.saying import line, tell, toast
from bot.dialogue.states import BrowsingHistory, Idle, ListingDisputable, State
from bot.dialogue.table import ANY, Row

MOST_LOOKED_AT: Final = 10  # lines of history among which /dispute finds payments


def history(context: Context, state: State, argument: str = "") -> Step:
    """/history: the newest page, of everything or of what was asked for. A number alone opens that payment."""
    reference = reading.reference_in(context, argument)
    if reference is not None:
        return look_up(state, reference)
    wanted, people = _asked_for(context, argument)
    if len(people) > 1:
        question = Tell(which_person(reading.clipped(argument), wanted, people))
        return Step(Idle(), (*leave(context, state), question))
    browsing = BrowsingHistory(context.fresh.bubble_id, wanted=wanted)
    return Step(browsing, (*leave(context, state), LoadHistory(None, wanted)))


def _asked_for(context: Context, argument: str) -> tuple[Filter, tuple[Payee, ...]]:
    """What "sent to Priya in November" wants, and everybody whom its name may mean.

    A name goes before a month: whoever knows an April asks about her more often. Words that name nobody are searched.
    """
    people = reading.people_in(context, argument)
    if people:
        return _with(EVERYTHING, people), people
    search = reading.search_in(context, argument)
    way = Way.SENT if search.sent else Way.RECEIVED if search.received else Way.BOTH
    wanted = Filter(way)
    if search.period is not None:
        wanted = wanted.during(search.period)
    people = reading.people_in(context, search.words)
    return _with(wanted, people) if people else wanted.containing(search.words), people


def _with(wanted: Filter, people: tuple[Payee, ...]) -> Filter:
    return wanted.among(people[0].person_id) if len(people) == 1 else wanted


def dispute(context: Context, state: State) -> Step:
    """/dispute: recent payments, each with its [Problem?]."""
    return Step(ListingDisputable(), (*leave(context, state), LoadHistory(most=MOST_LOOKED_AT)))


# ── turning pages ────────────────────────────────────────────────────────────


def on_page(_: Context, state: State, event: Tapped) -> Step:
    """Another page, as a new message beside what is open."""
    page = _page_of(state, event)
    return Step(state, (toast("toast.over"),) if page is None else (LoadHistory(page.cursor, page.wanted),))


def on_page_here(context: Context, state: Idle | BrowsingHistory, event: Tapped) -> Step:
    """The page goes into the bubble on screen, or into a new one."""
    page = _page_of(state, event)
    if page is None:
        return Step(state, (toast("toast.over"),))
    browsing = BrowsingHistory(_bubble(context, state), newest=page.cursor is None, wanted=page.wanted)
    return Step(browsing, (LoadHistory(page.cursor, page.wanted),))


def on_history(context: Context, state: State, event: HistoryArrived) -> Step:
    """A page beside whatever is open."""
    return Step(state, (Tell(page_message(context, event, newest=False)),))


def on_history_here(context: Context, state: BrowsingHistory, event: HistoryArrived) -> Step:
    """A page in its bubble."""
    people = tuple(dict.fromkeys(one.person_id for one in event.lines if one.person_id))
    browsing = BrowsingHistory(state.bubble, state.newest, event.wanted, people)
    return Step(browsing, (Show(state.bubble, page_message(context, event, newest=state.newest)),))


def _page_of(state: State, event: Tapped) -> Page | None:
    words = state.wanted.words if isinstance(state, BrowsingHistory) else ""
    return page_of(event.argument, words)


def _bubble(context: Context, state: Idle | BrowsingHistory) -> BubbleId:
    return state.bubble if isinstance(state, BrowsingHistory) else context.fresh.bubble_id


# ── choosing what to see ─────────────────────────────────────────────────────


def on_choices(context: Context, state: State, event: Tapped) -> Step:
    """[Find]: people and months as buttons, and what can be typed."""
    page = _page_of(state, event)
    if page is None:
        return Step(state, (toast("toast.over"),))
    return Step(state, (Tell(choices(context, page, ())),))


def on_choices_here(context: Context, state: BrowsingHistory, event: Tapped) -> Step:
    """The same, in place of the page; [Back] brings it again."""
    page = _page_of(state, event)
    if page is None:
        return Step(state, (toast("toast.over"),))
    return Step(state, (Show(state.bubble, choices(context, page, state.people)),))


# ── /dispute ─────────────────────────────────────────────────────────────────


def on_disputable(_: Context, _state: ListingDisputable, event: HistoryArrived) -> Step:
    """Ask which payment has a problem."""
    question = disputable_question(event.lines)
    return Step(Idle(), (tell(line("dispute.none")) if question is None else Tell(question),))


def on_resumed(context: Context, state: ListingDisputable, _: Resumed) -> Step:
    """Asked again."""
    del context
    loading: tuple[Effect, ...] = (LoadHistory(most=MOST_LOOKED_AT),)
    return Step(state, loading)


ROWS: Final = (
    Row((Idle, BrowsingHistory), (Action.HISTORY_PAGE,), on_page_here, (BrowsingHistory,)),
    Row(ANY, (Action.HISTORY_PAGE,), on_page),
    Row((BrowsingHistory,), (Action.HISTORY_CHOICES,), on_choices_here),
    Row(ANY, (Action.HISTORY_CHOICES,), on_choices),
    Row((BrowsingHistory,), (HistoryArrived,), on_history_here),
    Row((ListingDisputable,), (HistoryArrived,), on_disputable, (Idle,)),
    Row((ListingDisputable,), (Resumed,), on_resumed),
    Row(ANY, (HistoryArrived,), on_history),
)
