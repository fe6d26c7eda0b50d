"""People who can be paid by name: the list, and adding one by handle, by Telegram contact or by a button."""

from typing import Final

from bot.dialogue import reading
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, AddContact, Effect, FindHandle, FindPerson, FindPhone
from bot.dialogue.events import (
    ContactAdded,
    ContactShared,
    LookupsExhausted,
    PayeeFound,
    PayeeNotFound,
    Resumed,
    Tapped,
)
from bot.dialogue.flows.phone import bind
from bot.dialogue.leaving import leave
from bot.dialogue.people import Payee
from bot.dialogue.saying import line, person_of, tell, toast, written
from bot.dialogue.states import FindingContact, Idle, State
from bot.dialogue.table import ANY, Row
from bot.language.intents import ByHandle, ByPerson, ByPhone

MAX_NICKNAME: Final = 64  # characters; what a phone shows of a name
MOST_LISTED: Final = 30  # contacts in one message: about 1,500 of Telegram's 4,096 characters


def contacts(context: Context, state: State, argument: str) -> Step:
    """/contacts, or /contacts @ravi to add somebody."""
    handle = argument.strip().removeprefix("@").casefold()
    if handle:
        return _find(context, state, ByHandle(handle))
    known = context.me.known
    listed = [line("contacts.one", name=one.name, handle=one.handle) for one in known[:MOST_LISTED]]
    more = [line("contacts.more", count=len(known) - MOST_LISTED)] if len(known) > MOST_LISTED else []
    title = line("contacts.title") if known else line("contacts.none")
    told = tell(title, *listed, *more, line("contacts.how_to_add"))
    return Step(Idle(), (*leave(context, state), told))


def _find(context: Context, state: State, words: ByHandle | ByPerson | ByPhone, nickname: str = "") -> Step:
    closing = leave(context, state)
    if words in (ByPerson(context.me.person_id), ByHandle((context.me.handle or "").casefold())):
        return Step(Idle(), (*closing, tell(line("contacts.yourself"))))
    return Step(FindingContact(words, nickname), (*closing, _look_up(words)))


def _look_up(words: ByHandle | ByPerson | ByPhone) -> Effect:
    match words:
        case ByHandle(handle):
            return FindHandle(handle)
        case ByPerson(person_id):
            return FindPerson(person_id)
        case ByPhone(number):
            return FindPhone(number)


def on_shared(context: Context, state: State, event: ContactShared) -> Step:
    """A Telegram contact: added if it is on Hundi, under the nickname of the card. Their own is their phone number."""
    if event.own:
        return bind(context, state, event)
    words = reading.payee_on(context, event)
    if words is None:
        return Step(state, (tell(line("contacts.not_here")),))
    return _find(context, state, words, event.name.strip()[:MAX_NICKNAME])


def on_add_tapped(context: Context, state: State, event: Tapped) -> Step:
    """[Add Ravi]. The look-up says whether they can be added."""
    person_id = person_of(event.argument)
    if person_id is None:
        return Step(state, (toast("toast.earlier"),))
    step = _find(context, state, ByPerson(person_id))
    return Step(step.state, (toast("toast.moment"), *step.effects))


def on_found(context: Context, state: FindingContact, event: PayeeFound) -> Step:
    """Added, unless they are a contact already."""
    payee = event.payee
    if payee.account_id == context.me.account_id:
        return Step(Idle(), (tell(line("contacts.yourself")),))
    if _is_known(context, payee) and not state.nickname:
        return Step(Idle(), (tell(line("contacts.already", name=payee.name, handle=payee.handle)),))
    return Step(state, (AddContact(payee.person_id, state.nickname),))


def _is_known(context: Context, payee: Payee) -> bool:
    return any(one.account_id == payee.account_id for one in context.me.known)


def on_not_found(_: Context, state: FindingContact, event: PayeeNotFound) -> Step:
    """Unknown, or they blocked this person: the answer is the same."""
    words = written(state.words)
    if words and event.retired:
        return Step(Idle(), (tell(line("send.handle_retired", words=words)),))
    return Step(Idle(), (tell(line("contacts.unknown", words=words) if words else line("contacts.not_here")),))


def on_exhausted(_: Context, _state: FindingContact, event: LookupsExhausted) -> Step:
    """Strangers can only be looked up so often."""
    return Step(Idle(), (tell(line("send.lookups_exhausted", again_at=event.again_at)),))


def on_added(_: Context, state: State, event: ContactAdded) -> Step:
    """They are a contact now."""
    return Step(state, (tell(line("contacts.added", name=event.payee.name, handle=event.payee.handle)),))


def on_added_here(context: Context, _: FindingContact, event: ContactAdded) -> Step:
    """What was looked for is done."""
    return on_added(context, Idle(), event)


def on_resumed(_: Context, state: FindingContact, _event: Resumed) -> Step:
    """Asked again."""
    return Step(state, (_look_up(state.words),))


ROWS: Final = (
    Row((FindingContact,), (PayeeFound,), on_found, (Idle,)),
    Row((FindingContact,), (PayeeNotFound,), on_not_found, (Idle,)),
    Row((FindingContact,), (LookupsExhausted,), on_exhausted, (Idle,)),
    Row((FindingContact,), (Resumed,), on_resumed),
    Row(ANY, (ContactShared,), on_shared, (FindingContact, Idle)),
    Row(ANY, (Action.ADD_CONTACT,), on_add_tapped, (FindingContact, Idle)),
    Row((FindingContact,), (ContactAdded,), on_added_here, (Idle,)),
    Row(ANY, (ContactAdded,), on_added),
)
