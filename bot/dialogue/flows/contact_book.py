"""Everybody who can be paid by name, page by page, and the card of one of them. Adding is in ``contacts``."""

from collections.abc import Sequence
from typing import Final

from bot.dialogue import reading
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import (
    Action,
    BlockPerson,
    Button,
    Effect,
    LoadPerson,
    RemoveContact,
    Say,
    Show,
    Tell,
    UnblockPerson,
)
from bot.dialogue.events import PersonArrived, Tapped
from bot.dialogue.flows.send import begin
from bot.dialogue.leaving import leave
from bot.dialogue.people import Card, Payee
from bot.dialogue.questions import renamed_lines
from bot.dialogue.saying import Rows, about_person, invite, line, masked, person_of, say, simple, toast
from bot.dialogue.states import AskingAmount, BrowsingContacts, ChoosingPin, Draft, FindingPayee, Idle, State
from bot.dialogue.table import ANY, Row
from bot.language.intents import ByPerson, PayeeWords
from bot.language.names import fold_name

PER_PAGE: Final = 8  # people under one message; more do not fit a phone's screen


# ── pages ────────────────────────────────────────────────────────────────────


def first_page(context: Context, state: State) -> Step:
    """/contacts."""
    browsing = BrowsingContacts(context.fresh.bubble_id)
    return Step(browsing, (*leave(context, state), Show(browsing.bubble, _page(context, 0))))


def matching(context: Context, state: State, words: PayeeWords) -> Step:
    """/contacts priya: her card, or everybody called so."""
    browsing, closing = BrowsingContacts(context.fresh.bubble_id), leave(context, state)
    found = reading.matching(context, words)
    if len(found) == 1:
        return Step(browsing, (*closing, LoadPerson(found[0].person_id, Action.CARD)))
    shown = say(line("contacts.title"), buttons=_people(found[:PER_PAGE]))
    return Step(browsing, (*closing, Show(browsing.bubble, shown)))


def nobody_called(context: Context, state: State, name: str) -> Step:
    """/contacts of a name that means nobody."""
    told = say(line("send.unknown_name", words=name), line("contacts.how_to_add"))
    return Step(Idle(), (*leave(context, state), Tell(told)))


def on_page(context: Context, state: State, event: Tapped) -> Step:
    """[More] and [Back]: the page replaces the one on screen."""
    page = 0 if not event.argument else person_of(event.argument)
    return Step(state, (toast("toast.earlier"),)) if page is None else show(context, state, _page(context, page))


def show(context: Context, state: State, shown: Say) -> Step:
    """In the bubble on screen; in a new one where there is none; beside whatever else is open."""
    if isinstance(state, BrowsingContacts):
        return Step(state, (Show(state.bubble, shown),))
    if isinstance(state, Idle):
        browsing = BrowsingContacts(context.fresh.bubble_id)
        return Step(browsing, (Show(browsing.bubble, shown),))
    return Step(state, (Tell(shown),))


def _page(context: Context, wanted: int) -> Say:
    """Eight people by name, each a button; the last page if there are fewer than were wanted."""
    known = sorted(context.me.known, key=lambda one: (fold_name(one.name), one.handle))
    page = min(wanted, max(len(known) - 1, 0) // PER_PAGE)
    last: Rows = ((invite(context), *((simple(Action.BLOCKED_PAGE),) if context.me.blocks_somebody else ())),)
    if not known:
        return say(line("contacts.none"), line("contacts.how_to_add"), buttons=last)
    title = [line("contacts.title")]
    if len(known) > PER_PAGE:
        title.append(line("contacts.page", page=page + 1, pages=-(-len(known) // PER_PAGE)))
    shown = _people(known[page * PER_PAGE : (page + 1) * PER_PAGE])
    return say(
        *title, line("contacts.how_to_add"), buttons=(*shown, *turning(Action.CONTACTS_PAGE, page, known), *last)
    )


def turning(action: Action, page: int, people: Sequence[Payee]) -> Rows:
    """[Back] and [More], where there is more."""
    row = [Button(action, (page - 1).to_bytes(8, "big"), "back")] if page else []
    if (page + 1) * PER_PAGE < len(people):
        row.append(Button(action, (page + 1).to_bytes(8, "big"), "more"))
    return (tuple(row),) if row else ()


def _people(people: Sequence[Payee]) -> Rows:
    return tuple(
        (about_person(Action.CARD, one.person_id, "pick_payee", name=one.name, handle=one.handle),) for one in people
    )


# ── a card ───────────────────────────────────────────────────────────────────


def on_person_tapped(_: Context, state: State, event: Tapped) -> Step:
    """A button about one person: who they are now is loaded first."""
    person_id = person_of(event.argument)
    if person_id is None:
        return Step(state, (toast("toast.earlier"),))
    return Step(state, (LoadPerson(person_id, event.action),))


def on_person(context: Context, state: State, event: PersonArrived) -> Step:
    """What the button was for."""
    if event.card is None:
        return show(context, state, say(line("contacts.gone"), buttons=_back()))
    payee = event.card.payee
    match event.action:
        case Action.BLOCK:
            return show(context, state, block_question(payee))
        case Action.CONFIRM_BLOCK:
            return _with(BlockPerson(payee.person_id), show(context, state, blocked(payee)))
        case Action.UNBLOCK:
            return _with(UnblockPerson(payee.person_id), show(context, state, unblocked(payee)))
        case Action.REMOVE_CONTACT:
            return _with(RemoveContact(payee.person_id), show(context, state, _removed(payee)))
        case _:
            return show(context, state, _card(context, event.card))


def _with(effect: Effect, step: Step) -> Step:
    return Step(step.state, (effect, *step.effects))


def _card(context: Context, card: Card) -> Say:
    payee = card.payee
    lines = [line("contacts.card", name=payee.name, handle=payee.handle, masked_id=masked(payee.person_id))]
    lines += renamed_lines(payee, context.now)
    if card.added_at is not None:
        lines.append(line("contacts.since", at=card.added_at))
    if card.met_at is not None:
        lines.append(line("contacts.met", at=card.met_at))
    remove = (about_person(Action.REMOVE_CONTACT, payee.person_id),)
    return say(*lines, buttons=(_pay(payee), (about_person(Action.BLOCK, payee.person_id), *remove), *_back()))


def what_now(payee: Payee) -> Rows:
    """Under somebody who was added."""
    return ((*_pay(payee), about_person(Action.REMOVE_CONTACT, payee.person_id)),)


def _pay(payee: Payee) -> tuple[Button]:
    return (about_person(Action.PAY_PERSON, payee.person_id, name=payee.name),)


def _back() -> Rows:
    return ((Button(Action.CONTACTS_PAGE, b"", "contacts_page"),),)


def _removed(payee: Payee) -> Say:
    add = about_person(Action.ADD_CONTACT, payee.person_id, name=payee.name)
    return say(line("contacts.removed", name=payee.name), buttons=((add,), *_back()))


def block_question(payee: Payee) -> Say:
    """What blocking does, before it is done."""
    block = about_person(Action.CONFIRM_BLOCK, payee.person_id, name=payee.name)
    keep = about_person(Action.CARD, payee.person_id, "not_now")
    question = line("block.sure", name=payee.name, handle=payee.handle)
    return say(question, line("block.means"), buttons=((block, keep),))


def blocked(payee: Payee) -> Say:
    """It is done, and how it is undone."""
    undo = about_person(Action.UNBLOCK, payee.person_id, name=payee.name, handle=payee.handle)
    return say(line("block.done", name=payee.name), buttons=((undo,), *_back()))


def unblocked(payee: Payee) -> Say:
    """They may find and pay again."""
    return say(line("block.over", name=payee.name), buttons=(_pay(payee), *_back()))


def on_pay_tapped(context: Context, state: State, event: Tapped) -> Step:
    """[Pay Ravi]: like "send to Ravi", by numeric id."""
    person_id = person_of(event.argument)
    if person_id is None:
        return Step(state, (toast("toast.earlier"),))
    step = begin(context, state, Draft(words=ByPerson(person_id)))
    return Step(step.state, (toast("toast.moment"), *step.effects))


ROWS: Final = (
    Row((Idle, BrowsingContacts), (Action.CONTACTS_PAGE,), on_page, (BrowsingContacts,)),
    Row(ANY, (Action.CONTACTS_PAGE,), on_page),
    Row(
        ANY,
        (Action.CARD, Action.BLOCK, Action.CONFIRM_BLOCK, Action.UNBLOCK, Action.REMOVE_CONTACT),
        on_person_tapped,
    ),
    Row((Idle, BrowsingContacts), (PersonArrived,), on_person, (BrowsingContacts,)),
    Row(ANY, (PersonArrived,), on_person),
    Row(ANY, (Action.PAY_PERSON,), on_pay_tapped, (AskingAmount, FindingPayee, ChoosingPin, Idle)),
)
