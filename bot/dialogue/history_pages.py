"""What a page of history shows, and the questions around it. Facts and buttons; the words are speech's.

A line is short enough for a phone: number, day, amount, name. The rest is in the receipt that the number opens.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from bot.dialogue.context import Context
from bot.dialogue.effects import Action, Button, Line, Say
from bot.dialogue.events import HistoryArrived
from bot.dialogue.facts import HistoryLine
from bot.dialogue.filters import EVERYTHING, Filter, Page, Way, page_argument
from bot.dialogue.people import Payee
from bot.dialogue.saying import Rows, about_payment, hint_send, line, masked, say
from bot.language.periods import Period
from ledger.kernel.ids import PaymentId
from ledger.kernel.instants import BusinessDay, Instant

_WORDS: Final = {  # kind and whether it came in → catalogue key
    ("payment", False): "history.paid",
    ("payment", True): "history.received",
    ("refund", False): "history.sent_back",
    ("refund", True): "history.returned",
}
_TITLES: Final[Mapping[Way, str]] = {
    Way.BOTH: "history.title",
    Way.SENT: "history.title_sent",
    Way.RECEIVED: "history.title_received",
}
MOST_DISPUTABLE: Final = 5  # recent payments offered under /dispute
MOST_PEOPLE: Final = 6  # under [Find], two in a row
MONTHS_OFFERED: Final = 3


# ── a page ───────────────────────────────────────────────────────────────────


def page_message(context: Context, page: HistoryArrived, *, newest: bool) -> Say:
    """A page, with a button for each line. [Newest] leads back, [Older] is there while there may be more."""
    if not page.lines and page.wanted.is_open:
        return say(line("history.empty"), hint_send(context.me))
    end = () if page.next_cursor is not None or newest else (line("history.end"),)
    nothing = () if page.lines or end else (line("history.none_such"),)
    far = () if page.looked_back_to is None else (line("history.looked_back", date=page.looked_back_to),)
    told = (*_title(context, page), *_entries(context, page), *nothing, *end, *far)
    rows = (_numbers(page.lines), _turning(page, newest=newest), _narrowing(page.wanted))
    return say(*told, buttons=tuple(row for row in rows if row))


def _title(context: Context, page: HistoryArrived) -> tuple[Line, ...]:
    """What is shown here."""
    wanted = page.wanted
    told = [line(_TITLES[wanted.way])]
    name = _name_of(context, wanted.person_id, page.lines)
    if name:
        told.append(line("history.with", name=name))
    if wanted.words:
        told.append(line("history.about", words=wanted.words))
    if wanted.period is not None:
        told.append(during(context, wanted.period))
    return tuple(told)


def during(context: Context, period: Period) -> Line:
    """A stretch of days, as short as it can be said."""
    first = begins_at(context, period.begins)
    if period.is_month:
        return line("history.month", month=first)
    if period.begins == period.last_day:
        return line("history.day", date=first)
    return line("history.days", date=first, last_date=begins_at(context, period.last_day))


def begins_at(context: Context, day: date) -> Instant:
    """When a day of the operator's begins."""
    return BusinessDay(day).begins_at(context.zone)


def _name_of(context: Context, person_id: int, lines: Sequence[HistoryLine]) -> str:
    if not person_id:
        return ""
    known = {one.person_id: one.name for one in (*context.me.known, *context.me.recent)}
    return known.get(person_id) or next((one.name for one in lines if one.person_id == person_id), "")


def _entries(context: Context, page: HistoryArrived) -> list[Line]:
    """The lines under their months. One that was asked for stands in the title; the present one needs no name."""
    told: list[Line] = []
    period = page.wanted.period
    title = period.begins if period is not None and period.is_month else context.today
    shown = (title.year, title.month)
    for number, one in enumerate(page.lines, 1):
        local = one.at.astimezone(context.zone)
        if (local.year, local.month) != shown:
            shown = (local.year, local.month)
            told.append(line("history.month", month=one.at))
        told.append(_entry(number, one))
        if one.note:
            told.append(line("history.note", note=one.note))
    return told


def _entry(number: int, one: HistoryLine) -> Line:
    key = _WORDS.get((one.kind, one.incoming))
    if key is None:
        return line("history.added", number=number, day=one.at, amount=one.amount)
    return Line(key, {"number": number, "day": one.at, "amount": one.amount, "name": one.name})


def _numbers(lines: Sequence[HistoryLine]) -> tuple[Button, ...]:
    """One button for each line: it opens the receipt."""
    return tuple(
        Button(Action.SHOW_REFERENCE, one.reference.encode(), "number", {"number": number})
        for number, one in enumerate(lines, 1)
    )


def _turning(page: HistoryArrived, *, newest: bool) -> tuple[Button, ...]:
    row: list[Button] = []
    if page.next_cursor is not None:
        row.append(_to(Page(page.wanted, page.next_cursor), "older"))
    if not newest:
        row.append(_to(Page(page.wanted), "newest"))
    return tuple(row)


def _narrowing(wanted: Filter) -> tuple[Button, ...]:
    """What else could be shown: at most three."""
    ways = [(Way.SENT, "only_sent"), (Way.RECEIVED, "only_received")]
    row = [_to(Page(wanted.going(way)), label) for way, label in ways if way is not wanted.way]
    if not wanted.is_open:
        row.append(_to(Page(EVERYTHING), "everything"))
    find = Button(Action.HISTORY_CHOICES, page_argument(Page(wanted)), "find")
    return (*row, find)[:3]


def _to(page: Page, label: str) -> Button:
    return Button(Action.HISTORY_PAGE, page_argument(page), label)


# ── [Find] ───────────────────────────────────────────────────────────────────


def choices(context: Context, page: Page, on_page: Sequence[int]) -> Say:
    """People and months to choose from, those on the page first, and what can be written instead."""
    known = {one.person_id: one for one in (*context.me.known, *context.me.recent)}
    ids = dict.fromkeys((*on_page, *(one.person_id for one in context.me.recent)))
    people = [_person_button(page.wanted, known[one]) for one in ids if one in known][:MOST_PEOPLE]
    back = (_to(page, "back"),)
    rows = (*(tuple(people[at : at + 2]) for at in range(0, len(people), 2)), _months(context, page.wanted), back)
    return say(line("history.find"), line("history.find_words"), buttons=rows)


def _person_button(wanted: Filter, person: Payee) -> Button:
    page = Page(wanted.among(person.person_id))
    return Button(Action.HISTORY_PAGE, page_argument(page), "history_with", {"name": person.name})


def _months(context: Context, wanted: Filter) -> tuple[Button, ...]:
    """This month and those before it."""
    row: list[Button] = []
    for back in range(MONTHS_OFFERED):
        month = Period.of_months(context.today, -back, 1)
        facts = {"month": begins_at(context, month.begins)}
        row.append(Button(Action.HISTORY_PAGE, page_argument(Page(wanted.during(month))), "history_month", facts))
    return tuple(row)


def which_person(words: str, wanted: Filter, people: Sequence[Payee]) -> Say:
    """``Which Priya?``, each with a button that shows the payments with them."""
    shown = people[:MOST_PEOPLE]
    options = [
        line("send.payee_option", name=one.name, handle=one.handle, masked_id=masked(one.person_id)) for one in shown
    ]
    buttons = tuple((_handle_button(wanted, one),) for one in shown)
    return say(line("send.which_payee", words=words), *options, buttons=buttons)


def _handle_button(wanted: Filter, person: Payee) -> Button:
    facts = {"name": person.name, "handle": person.handle}
    return Button(Action.HISTORY_PAGE, page_argument(Page(wanted.among(person.person_id))), "pick_payee", facts)


# ── /dispute ─────────────────────────────────────────────────────────────────


def disputable_question(lines: Sequence[HistoryLine]) -> Say | None:
    """Which payment has a problem; ``None`` if there is none to choose."""
    payments = _payments(lines)
    return say(line("dispute.how"), buttons=_problems(payments)) if payments else None


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
