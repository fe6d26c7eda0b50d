"""The dialogue's one way to the language: what somebody wrote, read with who they are and whom they know."""

from collections.abc import Sequence
from typing import Final

from bot.dialogue.context import Context
from bot.dialogue.events import ContactShared, TextArrived
from bot.dialogue.people import Payee
from bot.dialogue.places import SaidInGroup
from bot.language.amounts import HOME_REGION
from bot.language.disguises import looks_like
from bot.language.intents import Ask, ByHandle, ByName, ByPerson, ByPhone, PayeeWords, Reading, Refuse
from bot.language.names import match_names, suggest_names
from bot.language.own_limits import LimitWords, read_limit
from bot.language.parse import parse, read_amount, read_payee
from bot.language.periods import Period, read_period
from bot.language.phones import phone_on_card
from bot.language.references import read_reference
from bot.language.repairs import Repair, read_repair
from bot.language.searches import Search, read_search
from ledger.kernel.money import Money

MOST_ECHOED: Final = 60  # characters of somebody's own words that are said back


def read(context: Context, event: TextArrived | SaidInGroup) -> Reading:
    """What the message means."""
    me = context.me
    return parse(
        event.text,
        currency=me.currency,
        lexicon=context.lexicon,
        locale=_locale(context),
        region=context.region,
        replied_person=event.replied_person,
        mentioned=event.mentioned,
        known=known_to(context),
    )


def amount_in(context: Context, text: str) -> Money | Ask | Refuse | None:
    """The amount in a message that answers "How much?", or why there is none."""
    return read_amount(text, currency=context.me.currency, lexicon=context.lexicon, locale=_locale(context))


def repair_in(context: Context, text: str) -> Repair | None:
    """What is meant instead of the payment on screen."""
    return read_repair(
        text, currency=context.me.currency, lexicon=context.lexicon, locale=_locale(context), known=known_to(context)
    )


def limit_in(context: Context, text: str) -> LimitWords | None:
    """What is said of a limit, where limits are what it is about."""
    return read_limit(text, currency=context.me.currency, lexicon=context.lexicon, locale=_locale(context))


def payee_on(context: Context, event: ContactShared) -> ByPerson | ByPhone | None:
    """Whom a shared card means: the account that Telegram names, else whoever has its number."""
    if event.person_id is not None:
        return ByPerson(event.person_id)
    number = phone_on_card(event.phone, context.region, own=False)
    return None if number is None else ByPhone(number)


def payee_in(context: Context, event: TextArrived) -> PayeeWords | None:
    """The payee in a message that answers "To whom?"."""
    return read_payee(
        event.text,
        currency=context.me.currency,
        lexicon=context.lexicon,
        locale=_locale(context),
        region=context.region,
        mentioned=event.mentioned,
    )


def reference_in(context: Context, text: str) -> str | None:
    """The number of a payment, if that is all there is."""
    return read_reference(text, context.lexicon)


def search_in(context: Context, text: str) -> Search:
    """What a history is searched for."""
    return read_search(text, context.today, context.lexicon)


def period_in(context: Context, text: str) -> Period | None:
    """The stretch of days that all of the text names."""
    return read_period(text, context.today, context.lexicon)


def people_in(context: Context, text: str) -> tuple[Payee, ...]:
    """Everybody they know whom all of the text may name, as "Priya", "@priya" or "my sister"."""
    return matching(context, ByName(text)) if text else ()


def known_to(context: Context) -> tuple[Payee, ...]:
    """Everybody a name may mean: whom they know, and in a group its members seen there."""
    known = {one.account_id for one in context.me.known}
    return (*context.me.known, *(one for one in context.members if one.account_id not in known))


def matching(context: Context, words: PayeeWords) -> tuple[Payee, ...]:
    """Everybody they know whom these words may mean."""
    return among(words, known_to(context))


def among(words: PayeeWords, people: Sequence[Payee]) -> tuple[Payee, ...]:
    """Everybody of ``people`` whom these words may mean, each account once."""
    match words:
        case ByName(name):
            found = match_names(name, people)
        case ByHandle(handle):
            found = [one for one in people if one.handle.casefold() == handle.casefold()]
        case ByPerson(person_id):
            found = [one for one in people if one.person_id == person_id]
        case ByPhone():  # numbers of others rest sealed: the directory answers, at no cost for people one knows
            found = []
    return tuple({one.account_id: one for one in found}.values())


def suggested(context: Context, name: str) -> tuple[Payee, ...]:
    """People they know whose name is spelt almost so. For asking, never for taking."""
    return tuple(suggest_names(name, known_to(context)))


def look_alike(context: Context, payee: Payee) -> Payee | None:
    """Somebody else they know whose name can be mistaken for this one."""
    others = (one for one in known_to(context) if one.account_id != payee.account_id)
    return next((one for one in others if _can_be_mistaken(payee, one)), None)


def _can_be_mistaken(payee: Payee, other: Payee) -> bool:
    """By name or handle; also by what they call the other, or by what the other was called until lately."""
    names = (other.name, other.former_name, *other.nicknames)
    return looks_like(payee.handle, other.handle) or any(looks_like(payee.name, name) for name in names)


def _locale(context: Context) -> str:
    """How they write numbers, which is a matter of the language: in French 1,500 is hardly a thousand."""
    return f"{context.me.language}-{HOME_REGION}"


def clipped(text: str) -> str:
    """Somebody's own words, short enough to be said back."""
    line = " ".join(text.split())
    return line if len(line) <= MOST_ECHOED else f"{line[:MOST_ECHOED]}…"
