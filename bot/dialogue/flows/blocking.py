"""Blocking by word, and those who are blocked: to them the blocker is nobody: not found, not paid, not thanked.

They are not told. What was paid before can still be sent back: money must always find its way home.
"""

from typing import Final

from bot.dialogue import reading
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, LoadBlocked, Say, Tell, UnblockPerson
from bot.dialogue.events import BlockedArrived, Resumed, Tapped
from bot.dialogue.flows import contact_book, contacts
from bot.dialogue.leaving import leave
from bot.dialogue.saying import about_person, line, person_of, say, tell, toast, written
from bot.dialogue.states import BrowsingContacts, FindingBlocked, Idle, State
from bot.dialogue.table import ANY, Row
from bot.language.intents import ByName, PayeeWords


def block(context: Context, state: State, payee: PayeeWords | None) -> Step:
    """/block ravi: asked about first. /block alone: those who are blocked."""
    if payee is None:
        return Step(Idle(), (*leave(context, state), LoadBlocked()))
    found = reading.matching(context, payee)
    if not found and not isinstance(payee, ByName):
        return contacts.find(context, state, payee, block=True)
    closing = leave(context, state)
    if not found:
        return Step(Idle(), (*closing, tell(line("send.unknown_name", words=written(payee)), line("block.how"))))
    if len(found) == 1:
        return Step(Idle(), (*closing, Tell(contact_book.block_question(found[0]))))
    which = tuple(
        (about_person(Action.BLOCK, one.person_id, "pick_payee", name=one.name, handle=one.handle),)
        for one in found[: contact_book.PER_PAGE]
    )
    return Step(Idle(), (*closing, tell(line("block.which"), buttons=which)))


def unblock(context: Context, state: State, payee: PayeeWords | None) -> Step:
    """/unblock ravi. They are looked for among those who are blocked."""
    if payee is None:
        return block(context, state, None)
    return Step(FindingBlocked(payee), (*leave(context, state), LoadBlocked()))


def on_page(_: Context, state: State, event: Tapped) -> Step:
    """[Blocked people], and its pages."""
    page = 0 if not event.argument else person_of(event.argument)
    return Step(state, (toast("toast.earlier"),)) if page is None else Step(state, (LoadBlocked(page),))


def on_blocked(context: Context, state: State, event: BlockedArrived) -> Step:
    """Each with a button that unblocks them."""
    return contact_book.show(context, state, _page(event))


def on_blocked_here(_: Context, state: FindingBlocked, event: BlockedArrived) -> Step:
    """The one who was meant is unblocked; otherwise everybody is shown."""
    found = reading.among(state.words, event.people)
    if len(found) == 1:
        return Step(Idle(), (UnblockPerson(found[0].person_id), Tell(contact_book.unblocked(found[0]))))
    listed = _page(event)
    why = line("block.not_blocked", words=written(state.words) or "?")
    return Step(Idle(), (tell(*(() if found else (why,)), *listed.lines, buttons=listed.buttons),))


def _page(event: BlockedArrived) -> Say:
    people, size = event.people, contact_book.PER_PAGE
    if not people:
        return say(line("block.none"), line("block.how"))
    page = min(event.page, (len(people) - 1) // size)
    shown = tuple(
        (about_person(Action.UNBLOCK, one.person_id, "unblock", name=one.name, handle=one.handle),)
        for one in people[page * size : (page + 1) * size]
    )
    turning = contact_book.turning(Action.BLOCKED_PAGE, page, people)
    return say(line("block.title"), line("block.how"), buttons=(*shown, *turning))


def on_resumed(_: Context, state: FindingBlocked, _event: Resumed) -> Step:
    """Asked again."""
    return Step(state, (LoadBlocked(),))


ROWS: Final = (
    Row(ANY, (Action.BLOCKED_PAGE,), on_page),
    Row((FindingBlocked,), (BlockedArrived,), on_blocked_here, (Idle,)),
    Row((FindingBlocked,), (Resumed,), on_resumed),
    Row((Idle, BrowsingContacts), (BlockedArrived,), on_blocked, (BrowsingContacts,)),
    Row(ANY, (BlockedArrived,), on_blocked),
)
