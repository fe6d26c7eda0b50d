"""Adding people who can then be paid by name: by handle, by phone number, by a Telegram contact or by a button."""

from typing import Final

from bot.dialogue import reading
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, AddContact, Effect, FindHandle, FindPerson, FindPhone, Tell
from bot.dialogue.events import (
    ContactAdded,
    ContactShared,
    LookupsExhausted,
    PayeeFound,
    PayeeNotFound,
    Resumed,
    Tapped,
)
from bot.dialogue.flows import contact_book
from bot.dialogue.flows.phone import bind
from bot.dialogue.leaving import leave
from bot.dialogue.people import Payee
from bot.dialogue.saying import invite, line, person_of, tell, toast, written
from bot.dialogue.states import FindingContact, Idle, State
from bot.dialogue.table import ANY, Row
from bot.language.intents import ByHandle, ByName, ByPerson, ByPhone, PayeeWords

MAX_NICKNAME: Final = 64  # characters; what a phone shows of a name


def contacts(context: Context, state: State, payee: PayeeWords | None) -> Step:
    """/contacts: everybody; with a name or a handle the card of those it means, or somebody to add."""
    match payee:
        case None:
            return contact_book.first_page(context, state)
        case ByName(name) if not reading.matching(context, payee):
            return contact_book.nobody_called(context, state, name)
        case ByName():
            return contact_book.matching(context, state, payee)
        case _ if reading.matching(context, payee):
            return contact_book.matching(context, state, payee)
        case _:
            return find(context, state, payee)


def find(
    context: Context, state: State, words: ByHandle | ByPerson | ByPhone, nickname: str = "", *, block: bool = False
) -> Step:
    """Ask the directory for somebody to add, or to block."""
    closing = leave(context, state)
    if words in (ByPerson(context.me.person_id), ByHandle((context.me.handle or "").casefold())):
        return Step(Idle(), (*closing, tell(line("contacts.yourself"))))
    return Step(FindingContact(words, nickname, block), (*closing, _look_up(words)))


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
        return Step(state, (tell(line("contacts.not_here"), buttons=((invite(context),),)),))
    return find(context, state, words, event.name.strip()[:MAX_NICKNAME])


def on_add_tapped(context: Context, state: State, event: Tapped) -> Step:
    """[Add Ravi]. The look-up says whether they can be added."""
    person_id = person_of(event.argument)
    if person_id is None:
        return Step(state, (toast("toast.earlier"),))
    step = find(context, state, ByPerson(person_id))
    return Step(step.state, (toast("toast.moment"), *step.effects))


def on_found(context: Context, state: FindingContact, event: PayeeFound) -> Step:
    """Added, unless they are a contact already; or asked whether to block them."""
    payee = event.payee
    if state.block and payee.account_id != context.me.account_id:
        return Step(Idle(), (Tell(contact_book.block_question(payee)),))
    if payee.account_id == context.me.account_id:
        return Step(Idle(), (tell(line("contacts.yourself")),))
    if _is_known(context, payee) and not state.nickname:
        told = line("contacts.already", name=payee.name, handle=payee.handle)
        return Step(Idle(), (tell(told, buttons=contact_book.what_now(payee)),))
    return Step(state, (AddContact(payee.person_id, state.nickname),))


def _is_known(context: Context, payee: Payee) -> bool:
    return any(one.account_id == payee.account_id for one in context.me.known)


def on_not_found(context: Context, state: FindingContact, event: PayeeNotFound) -> Step:
    """Unknown, or they blocked this person: the answer is the same, and a link for whoever is not here yet."""
    words = written(state.words)
    if words and event.retired:
        return Step(Idle(), (tell(line("send.handle_retired", words=words)),))
    why = line("contacts.unknown", words=words) if words else line("contacts.not_here")
    return Step(Idle(), (tell(why, buttons=((invite(context),),)),))


def on_exhausted(_: Context, _state: FindingContact, event: LookupsExhausted) -> Step:
    """Strangers can only be looked up so often."""
    return Step(Idle(), (tell(line("send.lookups_exhausted", again_at=event.again_at)),))


def on_added(_: Context, state: State, event: ContactAdded) -> Step:
    """They are a contact now."""
    payee = event.payee
    told = line("contacts.added", name=payee.name, handle=payee.handle)
    return Step(state, (tell(told, buttons=contact_book.what_now(payee)),))


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
